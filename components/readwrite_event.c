/*
 * The ReadWrite wheel's events: their names, and what each carries.
 */
#include "readwrite.h"
#include "event_name.h"

#include <stdio.h>
#include <string.h>

int readwrite_name_events(struct poe_readwrite *w, const struct poe_readwrite_plan *plan)
{
	const char *const names[READWRITE_EVENTS] = {
		[READWRITE_INPUT] = plan->input_event, [READWRITE_ERROR] = plan->error_event,
		[READWRITE_FLUSHED] = plan->flushed_event, [READWRITE_HIGH] = plan->high_event,
		[READWRITE_LOW] = plan->low_event,
	};

	return event_names_set(w->kernel, w->events, names, READWRITE_EVENTS);
}

void readwrite_tell(struct poe_readwrite *w, enum readwrite_event which)
{
	const struct poe_value values[] = { poe_int(w->id), poe_none() };

	if (!w->dead && w->events[which] != NULL)
		poe_callv(w->kernel, w->session, w->events[which], POE_HERE, values);
}

/* A copy, as the handler may free the wheel and so the driver. */
static void explain(const struct poe_readwrite *w, int error_num, char *text, size_t room)
{
	const struct poe_driver_ops *ops = w->driver->ops;
	const char *more = error_num != 0 && ops->explain != NULL ? ops->explain(w->driver, error_num) : NULL;

	if (more == NULL)
		more = error_num != 0 ? strerror(error_num) : "";
	snprintf(text, room, "%s", more);
}

static void call_error(struct poe_readwrite *w, const char *function, int error_num)
{
	char text[256] = "";
	struct poe_value values[] = { poe_str(function), poe_int(error_num), poe_none(), poe_int(w->id), poe_none() };

	explain(w, error_num, text, sizeof text);
	values[2] = poe_str(text);
	poe_callv(w->kernel, w->session, w->events[READWRITE_ERROR], POE_HERE, values);
}

void readwrite_tell_error(struct poe_readwrite *w, const char *function, int error_num)
{
	if (w->dead)
		return;
	if (w->whole != NULL)
		w->whole->failed(w->whole, function, error_num);
	else if (w->events[READWRITE_ERROR] != NULL)
		call_error(w, function, error_num);
}

int poe_readwrite_event(struct poe_readwrite *w, const char *which, const char *event)
{
	static const char *const words[READWRITE_EVENTS] = {
		[READWRITE_INPUT] = "input", [READWRITE_ERROR] = "error", [READWRITE_FLUSHED] = "flushed",
		[READWRITE_HIGH] = "high", [READWRITE_LOW] = "low",
	};
	int i = event_name_place(words, READWRITE_EVENTS, which);

	if (i < 0 || event_name_set(w->kernel, &w->events[i], event) < 0)
		return -1;
	readwrite_input_arm(w);
	readwrite_input_wake(w);
	return 0;
}
