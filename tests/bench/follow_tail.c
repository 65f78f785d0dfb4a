/*
 * follow_tail  A file of lines of 100 octets, newline included, that grows by a
 *              megabyte whenever its end is reached.  Counted: each octet, from
 *              its writing to its line's handler.
 */
#include "bench.h"

#include <fcntl.h>
#include <poe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE = 100, CHUNK = 10000 * LINE };

struct follower {
	struct poe_followtail *wheel;
	char path[32];
	char *chunk;
	int fd;
	long chunks_left, lines_left;
};

static void start(struct poe_event *ev)
{
	struct follower *me = ev->heap;

	me->wheel = poe_followtail_new(ev->kernel, &(struct poe_followtail_plan){
		.filename = me->path, .input_event = "line", .idle_event = "grow" });
	if (me->wheel == NULL)
		peer_die("poe_followtail_new");
}

static void grow(struct poe_event *ev)
{
	struct follower *me = ev->heap;

	if (me->chunks_left-- > 0 && write(me->fd, me->chunk, CHUNK) != CHUNK)
		peer_die("write");
}

static void line(struct poe_event *ev)
{
	struct follower *me = ev->heap;

	if (--me->lines_left == 0)
		poe_followtail_free(me->wheel);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "line(s)", line },
	{ "grow", grow },
	{ 0 },
};

static void open_file(struct follower *me)
{
	strcpy(me->path, "/tmp/libpoe-bench-XXXXXX");
	me->fd = mkstemp(me->path);
	me->chunk = malloc(CHUNK);
	if (me->fd < 0 || me->chunk == NULL)
		peer_die("mkstemp");
	memset(me->chunk, 'x', CHUNK);
	for (size_t i = LINE - 1; i < CHUNK; i += LINE)
		me->chunk[i] = '\n';
}

void bench_follow_tail(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct follower me = { .chunks_left = peer_count(scale, 500) };
	double begin, octets = (double)me.chunks_left * CHUNK;

	open_file(&me);
	me.lines_left = me.chunks_left * (CHUNK / LINE);
	begin = peer_now();
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = &me });
	poe_run(k);
	peer_print("follow_tail", octets / 1e6 / (peer_now() - begin), "MB/s");
	poe_kernel_free(k);
	close(me.fd);
	unlink(me.path);
	free(me.chunk);
}
