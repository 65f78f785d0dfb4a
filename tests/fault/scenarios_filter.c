/* Filters on their own, made, cloned, used, freed; and stacks in a wheel, switched in the middle. */
#include "input.h"
#include "wiring.h"

#include <poe/driver.h>
#include <string.h>

static struct poe_filter *lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });
}

static struct poe_filter *pairs(void)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = 2 });
}

static struct poe_filter *lines_in_blocks(void)
{
	return poe_filter_stackable((struct poe_filter *[]){ poe_filter_block(NULL), lines() }, 2);
}

static struct poe_filter *pairs_of_lines(void)
{
	return poe_filter_stackable((struct poe_filter *[]){ poe_filter_block(NULL), lines(), pairs() }, 3);
}

/* Puts a record and frames it again. */
static void round_trip(struct trial *t, struct poe_filter *f)
{
	struct poe_output *out = poe_output_new();
	const struct poe_value record = poe_str("octets");

	trial_hope(t, 1);
	if (trial_check(t, f != NULL && out != NULL) && trial_check(t, f->ops->put(f, &record, out) == 0) &&
	    poe_output_length(out) >= record.length)
		trial_see(t);
	poe_output_free(out);
	poe_filter_free(f);
}

static void clone_too(struct trial *t, struct poe_filter *f)
{
	round_trip(t, f != NULL ? poe_filter_clone(f) : NULL);
	round_trip(t, f);
}

static int same(void *arg, const struct poe_value *record, struct poe_value *out)
{
	(void)arg;
	*out = *record;
	return 1;
}

static int any(void *arg, const struct poe_value *record)
{
	(void)arg;
	(void)record;
	return 1;
}

static void filter(struct trial *t)
{
	clone_too(t, poe_filter_line(NULL));
	clone_too(t, poe_filter_line(&(struct poe_filter_line_plan){ .input_literal = "", .output_literal = "!" }));
	clone_too(t, poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\r\n" }));
	clone_too(t, poe_filter_stream());
	clone_too(t, poe_filter_block(NULL));
	clone_too(t, poe_filter_block(&(struct poe_filter_block_plan){ .size = 6 }));
	clone_too(t, poe_filter_map(&(struct poe_filter_map_plan){ .get = same, .put = same }));
	clone_too(t, poe_filter_grep(&(struct poe_filter_grep_plan){ .get = any, .put = any }));
	clone_too(t, lines_in_blocks());
}

/* A record that is one of a pair is an object. */
static bool see(struct trial *t, struct input *in)
{
	struct poe_value record;
	int got = input_may_frame(in) ? input_next(in, &record) : 0;

	if (!trial_check(t, got >= 0) || got == 0)
		return false;
	trial_see(t);
	input_returned(in);
	if (record.kind == POE_OBJ)
		poe_value_release(&record);
	return true;
}

static bool feed(struct trial *t, struct input *in, char *read, size_t length)
{
	if (!trial_check(t, input_add(in, read, length) == 0))
		return false;
	while (see(t, in))
		;
	return trial_check(t, input_keep(in) == 0);
}

static bool change(struct trial *t, struct input *in, struct poe_filter *f)
{
	struct poe_filter *old = in->filter;

	if (!trial_check(t, f != NULL))
		return false;
	if (!trial_check(t, input_switch(in, f) == 0))
		in->length = 0;
	input_drop_filter(in, old);
	return true;
}

/* Two pairs and a line; then the line and what is not framed, for a Stream. */
static void stack(struct trial *t)
{
	char reads[2][20] = { "10\0one\ntwo\nth", "14\0ree\nfour\nfive\n" };
	struct input in = { .filter = pairs_of_lines(), .max = 1000 };

	trial_hope(t, 3);
	if (trial_check(t, in.filter != NULL) && feed(t, &in, reads[0], 13) && feed(t, &in, reads[1], 17) &&
	    change(t, &in, poe_filter_stream()))
		see(t, &in);
	input_free(&in);
}

/* Three lines; the third in the two parts that it came in, as the filter that holds the first is popped. */
static void popped(struct trial *t)
{
	char reads[2][20] = { "10\0one\ntwo\nth", "4\0ree\n" };
	struct input in = { .filter = lines_in_blocks(), .max = 1000 };

	trial_hope(t, 4);
	if (trial_check(t, in.filter != NULL) && feed(t, &in, reads[0], 13)) {
		trial_check(t, poe_filter_stackable_pop(in.filter) == 0);
		feed(t, &in, reads[1], 6);
	}
	input_free(&in);
}

static void set_filter(struct wiring *w, struct poe_readwrite **end, struct poe_filter *f)
{
	if (wiring_must(w, end, f != NULL))
		poe_readwrite_set_filter(*end, f);
}

/* Three lines come in one block; after the first a Block takes over. */
static void start_lines(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (!wiring_make(me, &me->near, &(struct poe_readwrite_plan){ .error_event = "error" }))
		return;
	set_filter(me, &me->near, poe_filter_block(NULL));
	wiring_put(me, &me->near, poe_list(poe_str("one\ntwo\nthree\n"), poe_str("four\n")));
	if (me->near != NULL)
		poe_readwrite_shutdown_output(me->near);
}

static void near_error(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_error(me, &me->near, ev);
}

static const struct poe_state lines_states[] = {
	{ "_start", start_lines },
	{ "error(si)", near_error },
	{ 0 },
};

static void start_stack(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (wiring_make(me, &me->far, &(struct poe_readwrite_plan){ .input_event = "line", .error_event = "error" }))
		set_filter(me, &me->far, lines_in_blocks());
}

static void far_line(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	trial_see(me->trial);
	set_filter(me, &me->far, poe_filter_block(NULL));
	if (me->far != NULL)
		wiring_must(me, &me->far, poe_readwrite_event(me->far, "input", "block") == 0);
}

static void far_block(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	trial_see(me->trial);
}

static void far_error(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_error(me, &me->far, ev);
}

static const struct poe_state stack_states[] = {
	{ "_start", start_stack },
	{ "line(s)", far_line },
	{ "block(b)", far_block },
	{ "error(si)", far_error },
	{ 0 },
};

static void switch_stack(struct trial *t)
{
	wiring_play(t, 3, lines_states, stack_states);
}

const struct scenario scenarios_filter[] = {
	{ "filters_are_made_and_cloned", filter, POE_CLOCK_VIRTUAL, 0 },
	{ "a_stack_frames_and_gives_way", stack, POE_CLOCK_VIRTUAL, 0 },
	{ "a_filter_that_holds_octets_is_popped", popped, POE_CLOCK_VIRTUAL, 0 },
	{ "a_stack_gives_way_in_the_handler_of_its_record", switch_stack, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
