/* What is done in a callback to a ReadWrite: its own, or another one of the session that has input waiting. */
#include "stage.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char no_wheel[] = "no wheel is left";

static struct poe_readwrite *victim(const struct stage *s)
{
	if (s->wheel != NULL)
		return s->wheel;
	return s->row->elsewhere && s->actor_ended ? NULL : s->twins[0];
}

const char *stage_set_filter(struct stage *s, struct poe_event *ev)
{
	struct poe_readwrite *w = victim(s);

	(void)ev;
	if (w == NULL)
		return no_wheel;
	poe_readwrite_set_filter(w, poe_filter_stream());
	poe_readwrite_set_output_filter(w, poe_filter_line(NULL));
	poe_readwrite_set_input_filter(w, poe_filter_block(NULL));
	return NULL;
}

const char *stage_shut_input(struct stage *s, struct poe_event *ev)
{
	struct poe_readwrite *w = victim(s);

	(void)ev;
	if (w == NULL)
		return no_wheel;
	poe_readwrite_shutdown_input(w);
	stage_check(s, poe_readwrite_pending_input(w) == 0, "input is pending though it is shut down");
	return NULL;
}

const char *stage_shut_output(struct stage *s, struct poe_event *ev)
{
	struct poe_readwrite *w = victim(s);

	(void)ev;
	if (w == NULL)
		return no_wheel;
	poe_readwrite_shutdown_output(w);
	stage_check(s, poe_put(w, poe_str("too late")) == -1 && errno == EPIPE, "output is shut down, and takes more");
	return NULL;
}

const char *stage_pause(struct stage *s, struct poe_event *ev)
{
	struct poe_readwrite *w = victim(s);

	(void)ev;
	if (w == NULL)
		return no_wheel;
	for (int i = 0; i < 3; i++) {
		poe_readwrite_pause_input(w);
		poe_readwrite_resume_input(w);
	}
	return NULL;
}

const char *stage_hush(struct stage *s, struct poe_event *ev)
{
	static const char *const events[] = { "input", "error", "flushed", "high", "low" };
	struct poe_readwrite *w = victim(s);

	(void)ev;
	if (w == NULL)
		return no_wheel;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		stage_check(s, poe_readwrite_event(w, events[i], NULL) == 0, "an event cannot be turned off");
	return NULL;
}

/* More than goes out, so that the loop has to go on with it. */
const char *stage_put_much(struct stage *s, struct poe_event *ev)
{
	static const char much[1000000];
	struct poe_readwrite *w = victim(s);

	(void)ev;
	if (w == NULL)
		return no_wheel;
	poe_put(w, poe_str("before"), poe_bytes(much, sizeof much));
	return NULL;
}

/* Nobody frees it but the session's end. */
const char *stage_make_wheel(struct stage *s, struct poe_event *ev)
{
	int peer;

	stage_wheel(s, "aside", &peer);
	stage_send(peer, "one\ntwo\n");
	stage_check(s, poe_signal(ev->kernel, ev->session, "KILL") == 0, "KILL cannot be sent");
	return NULL;
}

/* What is made for a session that has gone is not made, and the descriptor stays the caller's. */
const char *stage_make_too_late(struct stage *s, struct poe_event *ev)
{
	struct poe_kernel *k = ev->kernel;
	int peer, fd;

	poe_kernel_stop(k);
	if (strcmp(ev->name, "_stop") == 0)
		return "_stop is run before its session goes";
	fd = stage_pair(s, &peer);
	stage_check(s, poe_readwrite_new(k, fd, &(struct poe_readwrite_plan){ .input_event = "heard" }) == NULL &&
		    errno == ESRCH, "a wheel was made for nobody");
	stage_check(s, poe_select_read(k, fd, "heard") == NULL && errno == ESRCH, "a watch was made for nobody");
	stage_check(s, poe_socketfactory_new(k, &(struct poe_socketfactory_plan){
		.success_event = "heard", .failure_event = "heard" }) == NULL && errno == ESRCH,
		    "a factory was made for nobody");
	stage_check(s, close(fd) == 0, "the descriptor was taken");
	return NULL;
}
