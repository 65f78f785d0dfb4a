/*
 * ReadWrite wheels on the two ends of a wire, in two sessions.  Whoever meets
 * trouble tells, and frees its wheel: the other end then hears the end.
 */
#include "wiring.h"

#include <stdlib.h>
#include <string.h>

enum { LINES = 10, PIECES = 16, PIECE = 64 * 1024 };

static void put_lines(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	for (int i = 0; i < LINES; i++)
		wiring_put(me, &me->near, poe_list(poe_str("a line"), poe_str("")));
}

static void start_lines(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (wiring_make(me, &me->near, &(struct poe_readwrite_plan){ .input_event = "line", .error_event = "error" }))
		put_lines(ev);
}

static void near_line(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (strcmp(poe_arg_str(ev, 0), me->number++ % 2 == 0 ? "a line" : "") == 0)
		trial_see(me->trial);
	if (me->number == 2 * LINES)
		wiring_end(&me->near);
}

static void near_error(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_error(me, &me->near, ev);
}

static void far_error(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_error(me, &me->far, ev);
}

static const struct poe_state lines_states[] = {
	{ "_start", start_lines },
	{ "line(s)", near_line },
	{ "error(si)", near_error },
	{ 0 },
};

static void start_echo(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_make(me, &me->far, &(struct poe_readwrite_plan){ .input_event = "line", .error_event = "error" });
}

static void echo(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_put(me, &me->far, poe_list(poe_arg(ev, 0)));
}

static const struct poe_state echo_states[] = {
	{ "_start", start_echo },
	{ "line(s)", echo },
	{ "error(si)", far_error },
	{ 0 },
};

static void echo_lines(struct trial *t)
{
	wiring_play(t, 2 * LINES, lines_states, echo_states);
}

/* A megabyte, far more than the wire holds: it is queued, crosses the marks, and flushes in the end. */
static void start_large(struct poe_event *ev)
{
	struct wiring *me = ev->heap;
	char *piece = calloc(1, PIECE);

	if (wiring_make(me, &me->near, &(struct poe_readwrite_plan){
		.error_event = "error", .flushed_event = "flushed", .high_event = "see", .low_event = "see",
		.high_mark = 8 * PIECE, .low_mark = PIECE }))
		for (int i = 0; i < PIECES; i++)
			wiring_put(me, &me->near, poe_list(poe_bytes(piece, PIECE - 2)));
	free(piece);
}

static void near_see(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	trial_see(me->trial);
}

static void flushed(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	trial_see(me->trial);
	poe_readwrite_shutdown_output(me->near);
	wiring_end(&me->near);
}

static const struct poe_state large_states[] = {
	{ "_start", start_large },
	{ "see", near_see },
	{ "flushed", flushed },
	{ "error(si)", near_error },
	{ 0 },
};

static void far_piece(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (poe_arg(ev, 0).length == PIECE - 2)
		trial_see(me->trial);
}

static const struct poe_state pieces_states[] = {
	{ "_start", start_echo },
	{ "line(s)", far_piece },
	{ "error(si)", far_error },
	{ 0 },
};

static void write_much(struct trial *t)
{
	wiring_play(t, 3 + PIECES, large_states, pieces_states);
}

static void write_through_pipe(struct trial *t)
{
	wiring_play_pipe(t, 3 + PIECES, large_states, pieces_states);
}

/* A line says that blocks follow; the first block is there already when the filter changes. */
static void start_switch(struct poe_event *ev)
{
	struct wiring *me = ev->heap;
	struct poe_filter *blocks;

	if (!wiring_make(me, &me->near, &(struct poe_readwrite_plan){ .error_event = "error" }))
		return;
	wiring_put(me, &me->near, poe_list(poe_str("blocks follow")));
	blocks = poe_filter_block(NULL);
	if (me->near == NULL || !wiring_must(me, &me->near, blocks != NULL)) {
		poe_filter_free(blocks);
		return;
	}
	poe_readwrite_set_output_filter(me->near, blocks);
	wiring_put(me, &me->near, poe_list(poe_str("one"), poe_str("two")));
	if (me->near != NULL)
		poe_readwrite_shutdown_output(me->near);
}

static const struct poe_state switching_states[] = {
	{ "_start", start_switch },
	{ "error(si)", near_error },
	{ 0 },
};

static void far_switch(struct poe_event *ev)
{
	struct wiring *me = ev->heap;
	struct poe_filter *blocks = poe_filter_block(NULL);

	trial_see(me->trial);
	if (!wiring_must(me, &me->far, blocks != NULL))
		return;
	poe_readwrite_set_filter(me->far, blocks);
	if (wiring_must(me, &me->far, poe_readwrite_event(me->far, "input", "block") == 0))
		poe_readwrite_pause_input(me->far);
	if (me->far != NULL)
		wiring_must(me, &me->far, poe_delay_add(ev->kernel, "resume", 1) == 0);
}

static void far_resume(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (me->far != NULL)
		poe_readwrite_resume_input(me->far);
}

static const struct poe_state switched_states[] = {
	{ "_start", start_echo },
	{ "line(s)", far_switch },
	{ "block(b)", near_see },
	{ "resume", far_resume },
	{ "error(si)", far_error },
	{ 0 },
};

static void switch_filters(struct trial *t)
{
	wiring_play(t, 3, switching_states, switched_states);
}

const struct scenario scenarios_readwrite[] = {
	{ "lines_go_there_and_back", echo_lines, POE_CLOCK_VIRTUAL, 0 },
	{ "a_megabyte_is_flushed", write_much, POE_CLOCK_VIRTUAL, 0 },
	{ "a_megabyte_goes_through_a_pipe", write_through_pipe, POE_CLOCK_VIRTUAL, 0 },
	{ "a_filter_is_switched_with_octets_pending", switch_filters, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
