/*
 * The FollowTail wheel's events: their names, what each carries, and which
 * failures have been told already.
 */
#include "followtail.h"
#include "../event_name.h"

#include <errno.h>
#include <string.h>

int followtail_name_events(struct poe_followtail *w, const struct poe_followtail_plan *plan)
{
	const char *const names[FOLLOWTAIL_EVENTS] = {
		[FOLLOWTAIL_INPUT] = plan->input_event, [FOLLOWTAIL_ERROR] = plan->error_event,
		[FOLLOWTAIL_RESET] = plan->reset_event, [FOLLOWTAIL_IDLE] = plan->idle_event,
	};

	return event_names_set(w->kernel, w->events, names, FOLLOWTAIL_EVENTS);
}

void followtail_tell(struct poe_followtail *w, enum followtail_event which)
{
	const struct poe_value values[] = { poe_int(w->id), poe_none() };

	if (!w->dead && w->events[which] != NULL)
		poe_callv(w->kernel, w->session, w->events[which], POE_HERE, values);
}

static void tell_error(struct poe_followtail *w, const char *function, int error_num)
{
	const struct poe_value values[] = { poe_str(function), poe_int(error_num),
					    poe_str(error_num != 0 ? strerror(error_num) : ""),
					    poe_int(w->id), poe_none() };

	if (!w->dead && w->events[FOLLOWTAIL_ERROR] != NULL)
		poe_callv(w->kernel, w->session, w->events[FOLLOWTAIL_ERROR], POE_HERE, values);
}

void followtail_failed(struct poe_followtail *w, enum followtail_task task, int error_num)
{
	static const char *const functions[FOLLOWTAIL_TASKS] = {
		[FOLLOWTAIL_OPENING] = "open", [FOLLOWTAIL_LOOKING] = "stat", [FOLLOWTAIL_READING] = "read",
		[FOLLOWTAIL_FRAMING] = "filter", [FOLLOWTAIL_POLLING] = "poll",
	};
	bool is_news = error_num == 0 || w->told[task] != error_num;

	w->told[task] = error_num;
	if (is_news)
		tell_error(w, functions[task], error_num);
}

void followtail_went_well(struct poe_followtail *w, enum followtail_task task)
{
	w->told[task] = 0;
}

int poe_followtail_event(struct poe_followtail *w, const char *which, const char *event)
{
	static const char *const words[FOLLOWTAIL_EVENTS] = {
		[FOLLOWTAIL_INPUT] = "input", [FOLLOWTAIL_ERROR] = "error",
		[FOLLOWTAIL_RESET] = "reset", [FOLLOWTAIL_IDLE] = "idle",
	};
	int i = event_name_place(words, FOLLOWTAIL_EVENTS, which);

	if (i == FOLLOWTAIL_INPUT && event == NULL) {
		errno = EINVAL;
		return -1;
	}
	return i < 0 ? -1 : event_name_set(w->kernel, &w->events[i], event);
}
