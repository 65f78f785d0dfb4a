/*
 * The Run wheel's streams: a ReadWrite wheel each, one for both ways on a
 * terminal, and what their ends mean.
 */
#include "run.h"

#include <errno.h>
#include <poe/kernel.h>
#include <string.h>

void run_tell_error(struct poe_wheel_run *r, const char *function, int error_num, const char *stream)
{
	const struct poe_value values[] = { poe_str(function), poe_int(error_num),
					    poe_str(error_num != 0 ? strerror(error_num) : ""),
					    poe_int(r->id), poe_str(stream), poe_none() };

	if (r->error_event != NULL)
		poe_callv(r->kernel, r->session, r->error_event, POE_HERE, values);
}

static bool is_watched(const struct run_stream *s)
{
	return s->wheel != NULL && !s->ended && s->wheel->events[READWRITE_INPUT] != NULL;
}

static void tell_close(struct poe_wheel_run *r)
{
	const struct poe_value values[] = { poe_int(r->id), poe_none() };

	if (r->dead || r->closed || is_watched(&r->streams[RUN_STDOUT]) || is_watched(&r->streams[RUN_STDERR]))
		return;
	r->closed = true;
	if (r->close_event != NULL)
		poe_callv(r->kernel, r->session, r->close_event, POE_HERE, values);
}

/* A terminal whose other end nobody has open any more says EIO. */
static bool is_end_of_terminal(const struct run_stream *s, int error_num)
{
	return error_num == EIO && s->run->has_terminal && s == &s->run->streams[RUN_STDOUT];
}

static void failed(struct readwrite_whole *whole, const char *function, int error_num)
{
	static const char *const names[RUN_STREAMS] = { "STDIN", "STDOUT", "STDERR" };
	struct run_stream *s = (struct run_stream *)whole;
	struct poe_wheel_run *r = s->run;

	run_enter(r);
	if (strcmp(function, "write") == 0) {
		run_tell_error(r, function, error_num, names[RUN_STDIN]);
	} else {
		s->ended = true;
		run_tell_error(r, function, is_end_of_terminal(s, error_num) ? 0 : error_num,
			       names[s - r->streams]);
		tell_close(r);
	}
	run_leave(r);
}

static void shut(struct readwrite_whole *whole)
{
	struct run_stream *s = (struct run_stream *)whole;

	if (s != &s->run->streams[RUN_STDIN])
		return;
	poe_readwrite_free(s->wheel);
	s->wheel = NULL;
}

/* A plan's own filters come later, when nothing can fail any more. */
static int make(struct run_stream *s, int *fd, const struct poe_readwrite_plan *plan)
{
	struct poe_readwrite_plan whole = *plan;

	s->whole = (struct readwrite_whole){ .id = s->run->id, .failed = failed, .shut = shut };
	whole.filter = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });
	if (whole.filter == NULL)
		return -1;
	s->wheel = readwrite_new(s->run->kernel, *fd, &whole, &s->whole);
	if (s->wheel == NULL) {
		poe_filter_free(whole.filter);
		return -1;
	}
	*fd = -1;
	return 0;
}

int run_streams_make(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan, int ours[RUN_STREAMS])
{
	struct poe_readwrite_plan plans[RUN_STREAMS] = {
		[RUN_STDIN] = { .flushed_event = plan->stdin_event },
		[RUN_STDOUT] = { .input_event = plan->stdout_event, .max_input = plan->max_input },
		[RUN_STDERR] = { .input_event = plan->stderr_event, .max_input = plan->max_input },
	};

	if (r->has_terminal)
		plans[RUN_STDOUT].flushed_event = plan->stdin_event;
	for (int i = 0; i < RUN_STREAMS; i++) {
		r->streams[i].run = r;
		if (ours[i] >= 0 && make(&r->streams[i], &ours[i], &plans[i]) < 0)
			return -1;
	}
	return 0;
}

void run_streams_free(struct poe_wheel_run *r)
{
	for (int i = 0; i < RUN_STREAMS; i++) {
		poe_readwrite_free(r->streams[i].wheel);
		r->streams[i].wheel = NULL;
	}
}

void run_streams_take_filters(struct poe_wheel_run *r, const struct poe_wheel_run_plan *plan)
{
	if (plan->stdin_filter != NULL)
		poe_wheel_run_set_stdin_filter(r, plan->stdin_filter);
	if (plan->stdout_filter != NULL)
		poe_wheel_run_set_stdout_filter(r, plan->stdout_filter);
	if (plan->stderr_filter != NULL)
		poe_wheel_run_set_stderr_filter(r, plan->stderr_filter);
}
