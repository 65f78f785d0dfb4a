/*
 * What the user of a Run wheel does to its streams.
 */
#include "run.h"
#include "../event_name.h"

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>

/* Where what is put goes; NULL: nowhere. */
static struct poe_readwrite *input_of(const struct poe_wheel_run *r)
{
	return r->streams[r->has_terminal ? RUN_STDOUT : RUN_STDIN].wheel;
}

int poe_wheel_run_putv(struct poe_wheel_run *r, const struct poe_value *records)
{
	struct poe_readwrite *input = input_of(r);

	if (input != NULL)
		return poe_readwrite_putv(input, records);
	errno = EPIPE;
	return -1;
}

void poe_wheel_run_shutdown_stdin(struct poe_wheel_run *r)
{
	if (input_of(r) != NULL)
		poe_readwrite_shutdown_output(input_of(r));
}

size_t poe_wheel_run_pending_stdin(const struct poe_wheel_run *r)
{
	return input_of(r) != NULL ? poe_readwrite_pending_output(input_of(r)) : 0;
}

static void pause_stream(struct run_stream *s)
{
	if (s->wheel != NULL)
		poe_readwrite_pause_input(s->wheel);
}

static void resume_stream(struct run_stream *s)
{
	if (s->wheel != NULL)
		poe_readwrite_resume_input(s->wheel);
}

void poe_wheel_run_pause_stdout(struct poe_wheel_run *r)
{
	pause_stream(&r->streams[RUN_STDOUT]);
}

void poe_wheel_run_resume_stdout(struct poe_wheel_run *r)
{
	resume_stream(&r->streams[RUN_STDOUT]);
}

void poe_wheel_run_pause_stderr(struct poe_wheel_run *r)
{
	pause_stream(&r->streams[RUN_STDERR]);
}

void poe_wheel_run_resume_stderr(struct poe_wheel_run *r)
{
	resume_stream(&r->streams[RUN_STDERR]);
}

void poe_wheel_run_set_stdin_filter(struct poe_wheel_run *r, struct poe_filter *f)
{
	if (input_of(r) == NULL)
		poe_filter_free(f);
	else
		poe_readwrite_set_output_filter(input_of(r), f);
}

static void set_filter(struct run_stream *s, struct poe_filter *f)
{
	if (s->wheel == NULL)
		poe_filter_free(f);
	else
		poe_readwrite_set_input_filter(s->wheel, f);
}

void poe_wheel_run_set_stdout_filter(struct poe_wheel_run *r, struct poe_filter *f)
{
	set_filter(&r->streams[RUN_STDOUT], f);
}

void poe_wheel_run_set_stderr_filter(struct poe_wheel_run *r, struct poe_filter *f)
{
	set_filter(&r->streams[RUN_STDERR], f);
}

static int set_event(struct poe_readwrite *w, const char *which, const char *event)
{
	if (w != NULL)
		return poe_readwrite_event(w, which, event);
	errno = EINVAL;
	return -1;
}

int poe_wheel_run_event(struct poe_wheel_run *r, const char *which, const char *event)
{
	if (strcmp(which, "stdin") == 0)
		return set_event(input_of(r), "flushed", event);
	if (strcmp(which, "stdout") == 0)
		return set_event(r->streams[RUN_STDOUT].wheel, "input", event);
	if (strcmp(which, "stderr") == 0)
		return set_event(r->streams[RUN_STDERR].wheel, "input", event);
	if (strcmp(which, "error") == 0)
		return event_name_set(r->kernel, &r->error_event, event);
	if (strcmp(which, "close") == 0)
		return event_name_set(r->kernel, &r->close_event, event);
	errno = EINVAL;
	return -1;
}

int poe_wheel_run_set_winsize(struct poe_wheel_run *r, int rows, int columns)
{
	const struct winsize size = { .ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns };
	const struct poe_readwrite *terminal = r->has_terminal ? r->streams[RUN_STDOUT].wheel : NULL;

	if (rows <= 0 || rows > USHRT_MAX || columns <= 0 || columns > USHRT_MAX) {
		errno = EINVAL;
		return -1;
	}
	if (terminal != NULL)
		return ioctl(terminal->fd, TIOCSWINSZ, &size);
	errno = ENOTTY;
	return -1;
}
