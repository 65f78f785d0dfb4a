/* What can be changed in a ReadWrite wheel: filters, events, marks. */
#include "peer.h"

#include <unistd.h>

static void start_as(struct parity *p, const struct poe_readwrite_plan *plan)
{
	peer_pair(p);
	p->wheel[0] = poe_readwrite_new(p->kernel, p->pipe[0], plan);
}

static void start(struct parity *p)
{
	start_as(p, &(struct poe_readwrite_plan){ .input_event = "input", .error_event = "error" });
}

static void drop(struct parity *p)
{
	poe_readwrite_free(p->wheel[0]);
	p->wheel[0] = NULL;
}

static struct poe_filter *fours(void)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .size = 4 });
}

/* Input, of that text; a block's record is no string, but a NUL follows what the others give. */
static int has_input(const struct poe_event *ev, const char *text)
{
	struct poe_value record = poe_arg(ev, 0);

	return parity_on(ev, "A input") && record.length == strlen(text) &&
	       memcmp(record.as.s, text, record.length) == 0;
}

static void filter_switched(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "blocks\n");
	} else if (has_input(ev, "blocks")) {
		poe_readwrite_set_filter(p->wheel[0], fours());
		peer_say(p->pipe[1], "abcdefgh");
	} else if (has_input(ev, "efgh")) {
		drop(p);
	}
}

static void filter_switched_with_pending(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "blocks\nabcdlines");
	} else if (has_input(ev, "blocks")) {
		poe_readwrite_set_filter(p->wheel[0], fours());
	} else if (has_input(ev, "abcd")) {
		poe_readwrite_set_filter(p->wheel[0], poe_filter_line(NULL));
		peer_say(p->pipe[1], " again\n");
	} else if (has_input(ev, "lines again")) {
		drop(p);
	}
}

static void filter_switched_within_input(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "blocks\nabcdefgh");
	} else if (has_input(ev, "blocks")) {
		poe_readwrite_set_filter(p->wheel[0], fours());
		parity_note("switched");
	} else if (has_input(ev, "efgh")) {
		drop(p);
	}
}

static void filter_switched_while_none_is_pending(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_yield(p->kernel, "go");
	} else if (parity_on(ev, "A go")) {
		poe_readwrite_set_input_filter(p->wheel[0], poe_filter_stream());
		peer_say(p->pipe[1], "half a line");
	} else if (parity_on(ev, "A input")) {
		drop(p);
	}
}

static void filters_of_each_way(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, &(struct poe_readwrite_plan){
			.input_event = "input",
			.filter = poe_filter_line(&(struct poe_filter_line_plan){ .input_literal = "!" }),
			.output_filter = poe_filter_block(NULL) });
		poe_put(p->wheel[0], poe_str("one"), poe_str(""));
		peer_say(p->pipe[1], "hello!");
	} else if (parity_on(ev, "A input")) {
		peer_hear(p->pipe[1]);
		drop(p);
	}
}

static void output_filter_switched(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, &(struct poe_readwrite_plan){ .flushed_event = "flushed" });
		poe_put(p->wheel[0], poe_str("one"));
		poe_readwrite_set_output_filter(p->wheel[0], poe_filter_line(
			&(struct poe_filter_line_plan){ .literal = "!" }));
		poe_put(p->wheel[0], poe_str("two"));
	} else if (parity_on(ev, "A flushed")) {
		peer_hear(p->pipe[1]);
		drop(p);
	}
}

static void event_changed(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		peer_say(p->pipe[1], "one\n");
	} else if (parity_on(ev, "A input")) {
		poe_readwrite_event(p->wheel[0], "input", "other");
		peer_say(p->pipe[1], "two\n");
	} else if (parity_on(ev, "A other")) {
		drop(p);
	}
}

static void event_turned_off(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start(p);
		poe_readwrite_event(p->wheel[0], "input", NULL);
		peer_say(p->pipe[1], "one\n");
		poe_delay(p->kernel, "look", 0.02);
	} else if (parity_on(ev, "A look")) {
		poe_readwrite_event(p->wheel[0], "input", "input");
	} else if (parity_on(ev, "A input")) {
		drop(p);
	}
}

static void put_much(struct parity *p, size_t length)
{
	char *text = malloc(length);

	if (text == NULL)
		exit(2);
	memset(text, 'x', length);
	parity_note("put %d", poe_put(p->wheel[0], poe_bytes(text, length)));
	free(text);
}

static void put_tells_of_the_mark(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	start_as(p, &(struct poe_readwrite_plan){ .flushed_event = "flushed", .low_event = "low",
						  .high_mark = 90000000, .low_mark = 1 });
	parity_note("put %d", poe_put(p->wheel[0], poe_str("one")));
	put_much(p, 100000000);
	drop(p);
}

static void fill(struct parity *p)
{
	start_as(p, &(struct poe_readwrite_plan){
		.flushed_event = "flushed", .high_event = "high", .low_event = "low",
		.high_mark = 1000000, .low_mark = 400000 });
	put_much(p, 1499998);
}

static void marks(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		fill(p);
		poe_delay(p->kernel, "read", 0.02);
	} else if (parity_on(ev, "A read") && p->wheel[0] != NULL) {
		peer_drain(p->pipe[1]);
		poe_yield(p->kernel, "read");
	} else if (parity_on(ev, "A flushed")) {
		drop(p);
	}
}

static void freed_while_output_is_pending(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	fill(p);
	drop(p);
}

static void error_without_its_event(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, &(struct poe_readwrite_plan){ .input_event = "input" });
		close(p->pipe[1]);
		poe_delay(p->kernel, "look", 0.02);
	} else if (parity_on(ev, "A look")) {
		drop(p);
	}
}

static void written_after_the_peer_has_gone(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, &(struct poe_readwrite_plan){ .error_event = "error" });
		close(p->pipe[1]);
		poe_put(p->wheel[0], poe_str("one"));
		poe_delay(p->kernel, "look", 0.02);
	} else if (parity_on(ev, "A look")) {
		drop(p);
	}
}

static void filter_refuses(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		start_as(p, &(struct poe_readwrite_plan){
			.input_event = "input", .error_event = "error",
			.filter = poe_filter_line(&(struct poe_filter_line_plan){ .max_length = 4 }) });
		peer_say(p->pipe[1], "fits\ndoes not\n");
	} else if (parity_on(ev, "A error")) {
		drop(p);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "filter_switched", "A: _start input/.x error/.e.x _stop", filter_switched, NULL },
	{ "filter_switched_with_pending", "A: _start input/.x _stop", filter_switched_with_pending, NULL },
	{ "filter_switched_within_input", "A: _start input/.x _stop", filter_switched_within_input, NULL },
	{ "filter_switched_while_none_is_pending", "A: _start go input/.x _stop",
	  filter_switched_while_none_is_pending, NULL },
	{ "filters_of_each_way", "A: _start input/.x _stop", filters_of_each_way, NULL },
	{ "output_filter_switched", "A: _start flushed/x _stop", output_filter_switched, NULL },
	{ "event_changed", "A: _start input/.x other/.x _stop", event_changed, NULL },
	{ "event_turned_off", "A: _start input/.x look _stop", event_turned_off, NULL },
	{ "put_tells_of_the_mark", "A: _start flushed/x _stop", put_tells_of_the_mark, NULL },
	{ "marks", "A: _start high/x low/x flushed/x read/! _stop", marks, NULL },
	{ "freed_while_output_is_pending", "A: _start flushed/x _stop", freed_while_output_is_pending, NULL },
	{ "error_without_its_event", "A: _start input/.x look _stop", error_without_its_event, NULL },
	{ "written_after_the_peer_has_gone", "A: _start error/.e.x look _stop",
	  written_after_the_peer_has_gone, NULL },
	{ "filter_refuses", "A: _start input/.x error/.e.x _stop", filter_refuses, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
