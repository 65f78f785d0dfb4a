/*
 * line_filter  Lines of 100 octets are framed out of reads of 64 KiB, with what
 *              a wheel does for each: the filter is asked, and a rest that is no
 *              line goes ahead of the next read.  Told: octets.
 *              `.wheel`: the same lines through a socket pair and a ReadWrite
 *              wheel to a handler; the system's copying is most of it.
 */
#include "bench.h"

#include <poe.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINE = 100, READ = 64 * 1024 };

/* A read's worth of lines, and one more, as a read may begin anywhere in a line. */
static char *text_of_lines(void)
{
	char *text = malloc(READ + LINE);

	if (text == NULL)
		peer_die("malloc");
	for (int i = 0; i < READ + LINE; i++)
		text[i] = i % LINE == LINE - 1 ? '\n' : 'x';
	return text;
}

/* Frames all lines at the front of `data`; returns how many octets they were. */
static size_t frame_lines(struct poe_filter *f, char *data, size_t length, uint64_t *lines)
{
	size_t done = 0;

	for (;;) {
		struct poe_frame frame = { .consumed = 0 };
		int got = f->ops->get_one(f, data + done, length - done, &frame);

		done += frame.consumed;
		if (got == 0)
			return done;
		if (got < 0 || frame.record.length != LINE - 1)
			peer_die("get_one");
		++*lines;
	}
}

static double direct(double scale)
{
	struct poe_filter *f = poe_filter_line(NULL);
	long reads = peer_count(scale, 100000);
	char *text = text_of_lines(), *data = text_of_lines();
	size_t rest = 0, done, phase = 0;
	uint64_t lines = 0;
	double start = peer_now();

	if (f == NULL)
		peer_die("line_filter");
	for (long i = 0; i < reads; i++) {
		memcpy(data + rest, text + phase, READ);
		done = frame_lines(f, data, rest + READ, &lines);
		phase = (phase + READ) % LINE;
		rest = rest + READ - done;
		memmove(data, data + done, rest);
	}
	start = peer_now() - start;
	poe_filter_free(f);
	free(data);
	free(text);
	return (double)lines * LINE / start / 1e6;
}

/* A session that reads what it has put into the other end of its socket pair. */
struct reader {
	struct poe_readwrite *wheel;
	int other;
	char *text;
	long lines, left; /* of this piece; pieces still to go */
};

static void next_piece(struct reader *r)
{
	r->lines = READ / LINE;
	if (r->left-- == 0)
		poe_readwrite_free(r->wheel);
	else if (send(r->other, r->text, READ / LINE * LINE, 0) != READ / LINE * LINE)
		peer_die("send");
}

static void line(struct poe_event *ev)
{
	struct reader *me = ev->heap;

	if (--me->lines == 0)
		next_piece(me);
}

static void start(struct poe_event *ev)
{
	struct reader *me = ev->heap;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0)
		peer_die("socketpair");
	me->other = pair[1];
	me->wheel = poe_readwrite_new(ev->kernel, pair[0], &(struct poe_readwrite_plan){ .input_event = "line" });
	if (me->wheel == NULL)
		peer_die("poe_readwrite_new");
	next_piece(me);
}

static double by_wheel(double scale)
{
	static const struct poe_state states[] = { { "_start", start }, { "line(s)", line }, { 0 } };
	long pieces = peer_count(scale, 10000);
	struct reader r = { .text = text_of_lines(), .left = pieces };
	struct poe_kernel *k = poe_kernel_new(NULL);
	double begin = peer_now();

	if (k == NULL)
		peer_die("poe_kernel_new");
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = &r });
	poe_run(k);
	begin = peer_now() - begin;
	poe_kernel_free(k);
	close(r.other);
	free(r.text);
	return (double)pieces * (READ / LINE) * LINE / begin / 1e6;
}

void bench_line_filter(double scale)
{
	peer_print("line_filter", direct(scale), "MB/s");
	peer_print("line_filter.wheel", by_wheel(scale), "MB/s");
}
