/*
 * libuv's processes.
 *
 * run_spawn  uv_spawn of /bin/true with a pipe to each of its three streams,
 *            until it has ended and both outputs are closed.  Counted: each.
 */
#define _GNU_SOURCE
#include "libuv.h"
#include "peer.h"

#include <stdlib.h>

struct spawning {
	uv_process_t process;
	uv_pipe_t    pipe[3];
	long         left;
	int          ends;	/* the process and two outputs */
	int          closed;	/* of four handles */
};

static void start(struct spawning *me);

static void on_closed(uv_handle_t *handle)
{
	struct spawning *me = handle->data;

	if (++me->closed == 4 && --me->left > 0)
		start(me);
}

static void end(struct spawning *me)
{
	int i;

	if (++me->ends < 3)
		return;
	uv_close((uv_handle_t *)&me->process, on_closed);
	for (i = 0; i < 3; i++)
		uv_close((uv_handle_t *)&me->pipe[i], on_closed);
}

static void on_exit_event(uv_process_t *process, int64_t status, int signal)
{
	(void)status;
	(void)signal;
	end(process->data);
}

static void on_allocate(uv_handle_t *handle, size_t size, uv_buf_t *buffer)
{
	static char octets[4096];

	(void)handle;
	(void)size;
	*buffer = uv_buf_init(octets, sizeof octets);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
	(void)buffer;
	if (n < 0)
		end(stream->data);
}

static void start(struct spawning *me)
{
	uv_loop_t *loop = uv_default_loop();
	char *args[] = { "/bin/true", NULL };
	uv_stdio_container_t stdio[3];
	uv_process_options_t options = { .file = args[0], .args = args, .exit_cb = on_exit_event,
					 .stdio = stdio, .stdio_count = 3 };
	int i;

	me->ends = me->closed = 0;
	me->process.data = me;
	for (i = 0; i < 3; i++) {
		uv_pipe_init(loop, &me->pipe[i], 0);
		me->pipe[i].data = me;
		stdio[i].flags = UV_CREATE_PIPE | (i == 0 ? UV_READABLE_PIPE : UV_WRITABLE_PIPE);
		stdio[i].data.stream = (uv_stream_t *)&me->pipe[i];
	}
	if (uv_spawn(loop, &me->process, &options) != 0)
		peer_die("uv_spawn");
	uv_read_start((uv_stream_t *)&me->pipe[1], on_allocate, on_read);
	uv_read_start((uv_stream_t *)&me->pipe[2], on_allocate, on_read);
}

double libuv_run_spawn(double scale)
{
	long count = peer_count(scale, 2000);
	struct spawning me = { .left = count };
	double begin = peer_now();

	start(&me);
	uv_run(uv_default_loop(), UV_RUN_DEFAULT);
	return (peer_now() - begin) / (double)count * 1e6;
}
