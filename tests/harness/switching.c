#include "switching.h"
#include "framing.h"

#include <poe/alarm.h>
#include <poe/session.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

struct poe_filter *switching_lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .output_literal = "\n" });
}

struct poe_filter *switching_literal_lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "<>" });
}

struct poe_filter *switching_detected_lines(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .input_literal = "", .output_literal = "\n" });
}

struct poe_filter *switching_threes(void)
{
	return poe_filter_block(&(struct poe_filter_block_plan){ .size = 3 });
}

struct poe_filter *switching_blocks(void)
{
	return poe_filter_block(NULL);
}

/* Letters change their case on the wire.  The argument is a buffer. */
static int change_case(void *arg, const struct poe_value *record, struct poe_value *out)
{
	static const char from[] = "abcdefghijklABCDEFGHIJKL", to[] = "ABCDEFGHIJKLabcdefghijkl";
	char *text = arg;

	for (uint32_t i = 0; i < record->length; i++) {
		const char *at = memchr(from, record->as.s[i], sizeof from - 1);

		text[i] = at != NULL ? to[at - from] : record->as.s[i];
	}
	*out = poe_bytes(text, record->length);
	return 1;
}

struct poe_filter *switching_cases(void)
{
	static char text[64];

	return poe_filter_map(&(struct poe_filter_map_plan){ .get = change_case, .put = change_case, .arg = text });
}

static int is_not_empty(void *arg, const struct poe_value *record)
{
	(void)arg;
	return record->length > 0;
}

struct poe_filter *switching_greps(void)
{
	return poe_filter_grep(&(struct poe_filter_grep_plan){ .get = is_not_empty, .put = is_not_empty });
}

struct poe_filter *switching_pairs(void)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = 2 });
}

struct poe_filter *switching_singles(void)
{
	return poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = 1 });
}

struct poe_filter *switching_lines_in_blocks(void)
{
	return stack_of(switching_blocks(), switching_literal_lines());
}

struct poe_filter *switching_blocks_in_lines(void)
{
	return stack_of(switching_literal_lines(), switching_cases(), switching_threes());
}

struct poe_filter *switching_pairs_of_lines(void)
{
	return stack_of(switching_lines(), switching_pairs());
}

struct poe_filter *switching_all_at_once(void)
{
	return stack_of(switching_cases(), switching_blocks(), switching_literal_lines(), switching_greps(),
			switching_cases(), switching_pairs());
}

struct poe_filter *switching_nested(void)
{
	return stack_of(stack_of(switching_blocks(), switching_cases()), switching_lines(), switching_greps());
}

struct poe_filter *switching_empty(void)
{
	return poe_filter_stackable(NULL, 0);
}


void switching_set_second(struct switching *s)
{
	poe_readwrite_set_filter(s->wheel, s->second());
}

static void on_record(struct poe_event *ev)
{
	struct switching *me = ev->heap;
	struct poe_value record = poe_arg(ev, 0);
	size_t length = strlen(me->text);

	if (--me->records == 0)
		me->act(me);
	me->text[length++] = '[';
	length += framing_write(me->text + length, &record);
	memcpy(me->text + length, "]", 2);
}

static void on_error(struct poe_event *ev)
{
	struct switching *me = ev->heap;

	snprintf(me->text + strlen(me->text), 32, "!%s", strerrorname_np((int)poe_arg_int(ev, 1)));
}

static void on_start(struct poe_event *ev)
{
	struct switching *me = ev->heap;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	me->peer = pair[1];
	me->wheel = poe_readwrite_new(ev->kernel, pair[0], &(struct poe_readwrite_plan){
		.input_event = "record", .error_event = "error" });
	assert_non_null(me->wheel);
}

static void on_first(struct poe_event *ev)
{
	struct switching *me = ev->heap;

	me->filter = me->first();
	poe_readwrite_set_filter(me->wheel, me->filter);
}

static void on_act(struct poe_event *ev)
{
	struct switching *me = ev->heap;

	me->act(me);
}

static void on_settle(struct poe_event *ev)
{
	assert_int_not_equal(poe_delay_set(ev->kernel, "settled", 1).v, 0);
}

static void on_settled(struct poe_event *ev)
{
	struct switching *me = ev->heap;

	me->settled = 1;
}

static void on_end(struct poe_event *ev)
{
	struct switching *me = ev->heap;

	poe_readwrite_free(me->wheel);
	close(me->peer);
}

int switching_setup(void **state)
{
	static const struct poe_state states[] = {
		{ "_start", on_start }, { "record", on_record }, { "error", on_error }, { "first", on_first },
		{ "act", on_act }, { "settle", on_settle }, { "settled", on_settled }, { "end", on_end }, { 0 }
	};
	struct switching *s = calloc(1, sizeof *s);

	s->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL });
	s->session = poe_session_create(s->kernel, &(struct poe_session_plan){ .states = states, .heap = s });
	*state = s;
	return 0;
}

int switching_teardown(void **state)
{
	struct switching *s = *state;

	poe_call(s->kernel, s->session, "end");
	poe_run(s->kernel);
	poe_kernel_free(s->kernel);
	free(s);
	return 0;
}

/* Virtual time passes only when nothing is ready. */
void switching_settle(struct switching *s)
{
	poe_call(s->kernel, s->session, "settle");
	for (s->settled = 0; !s->settled;)
		assert_int_equal(poe_run_one_timeslice(s->kernel), 1);
}

void switching_send(struct switching *s, const char *octets, size_t length)
{
	if (length == 0)
		return;
	assert_int_equal(send(s->peer, octets, length, 0), length);
	switching_settle(s);
}

void switching_act_now(struct switching *s)
{
	poe_call(s->kernel, s->session, "act");
	switching_settle(s);
}

/* What is left of the test before comes out at the old filter, or the new one. */
void switching_start(struct switching *s, struct poe_filter *(*first)(void), int records)
{
	s->first = first;
	s->act = switching_set_second;
	s->records = 0;
	poe_call(s->kernel, s->session, "first");
	switching_settle(s);
	s->records = records;
	s->text[0] = '\0';
}
