#include "readwrite.h"
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static struct wire *started(void)
{
	struct wire *w = wire_new();

	wire_start(w);
	return w;
}

static void use_lines(struct wire *w)
{
	poe_readwrite_set_input_filter(w->wheel, poe_filter_line(NULL));
}

static void use_stream(struct wire *w)
{
	poe_readwrite_set_filter(w->wheel, poe_filter_stream());
}

static void use_stream_once(struct wire *w)
{
	w->hook_event = NULL;
	use_stream(w);
}

static void close_peer(struct wire *w)
{
	close(w->peer);
	w->peer = -1;
	wire_settle(w);
}

static void a_new_filter_gets_the_octets_pending_in_a_read(void **state)
{
	struct wire *w = started();

	(void)state;
	w->hook_event = "input";
	w->hook = use_stream_once;
	wire_send(w, "header\nbody\nof lines\n");
	wire_assert_told(w, "input:header input:body\nof lines\n ");
	wire_free(w);
}

static void use_stream_and_look(struct wire *w)
{
	use_stream(w);
	wire_assert_told(w, "");
}

static void a_new_filter_gets_the_octets_pending_from_before_though_nothing_more_comes(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_send(w, "no newline");
	wire_do(w, use_stream_and_look);
	wire_settle(w);
	wire_assert_told(w, "input:no newline ");
	wire_free(w);
}

static void pending_octets_go_to_a_new_filter_before_end_of_input(void **state)
{
	struct wire *w = started();

	(void)state;
	wire_send(w, "rest");
	close(w->peer);
	w->peer = -1;
	wire_do(w, use_stream);
	wire_settle(w);
	wire_assert_told(w, "input:rest error:read:0 ");
	wire_free(w);
}

/* A filter whose records are in itself: whole reads, one after the other. */
struct keeper {
	struct poe_filter filter;
	char text[64];
};

static int keeper_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame)
{
	struct keeper *k = (struct keeper *)f;

	snprintf(k->text, sizeof k->text, "%.*s", (int)length, data);
	frame->record = poe_str(k->text);
	frame->consumed = length;
	return 1;
}

static void keeper_free(struct poe_filter *f)
{
	memset(f, 0, sizeof(struct keeper));
	free(f);
}

static const struct poe_filter_ops keeper_ops = { .name = "keeper", .get_one = keeper_get_one, .free = keeper_free };

static void replace_and_read(struct poe_event *ev)
{
	struct wire *me = ev->heap;

	use_lines(me);
	use_stream(me);
	use_lines(me);
	assert_string_equal(poe_arg_str(ev, 0), "kept");
	poe_state_remove(ev->kernel, "input");
}

static void use_replacer(struct wire *w)
{
	poe_state_set(w->kernel, "input", replace_and_read, NULL);
}

static void a_filter_replaced_by_the_handler_of_its_record_stays_until_that_is_back(void **state)
{
	struct wire *w = wire_new();
	struct keeper *k = calloc(1, sizeof *k);

	(void)state;
	k->filter.ops = &keeper_ops;
	w->plan.filter = &k->filter;
	wire_start(w);
	wire_do(w, use_replacer);
	wire_send(w, "kept");
	assert_null(w->wheel->in.pending.replaced);
	wire_free(w);
}

static void what_cannot_be_framed_is_an_error_event(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	w->plan.filter = poe_filter_block(NULL);
	wire_start(w);
	wire_send(w, "1\nx");
	wire_assert_told(w, "error:filter:EPROTO ");
	wire_send(w, "more");
	wire_assert_told(w, "");
	wire_free(w);
}

static void a_new_filter_may_take_over_after_a_framing_error(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	w->plan.filter = poe_filter_block(NULL);
	wire_start(w);
	w->hook_event = "error";
	w->hook = use_stream;
	wire_send(w, "nonsense");
	wire_assert_told(w, "error:filter:EPROTO input:nonsense ");
	wire_free(w);
}

static void too_much_unframed_input_is_emsgsize(void **state)
{
	struct wire *w = wire_new();

	(void)state;
	w->plan.max_input = 8;
	wire_start(w);
	wire_send(w, "1\n2\n3\n4\n5\n6\n7\n8\n");
	wire_assert_told(w, "input:1 input:2 input:3 input:4 input:5 input:6 input:7 input:8 ");
	wire_send(w, "12345678");
	wire_assert_told(w, "");
	wire_send(w, "9");
	wire_assert_told(w, "error:filter:EMSGSIZE ");
	wire_free(w);
}

static void what_is_left_at_the_end_can_be_had_by_a_stream_filter(void **state)
{
	struct wire *w = started();

	(void)state;
	w->hook_event = "error";
	w->hook = use_stream;
	wire_send(w, "last\npart");
	close_peer(w);
	wire_assert_told(w, "input:last error:read:0 input:part ");
	wire_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_filter_gets_the_octets_pending_in_a_read),
		cmocka_unit_test(a_new_filter_gets_the_octets_pending_from_before_though_nothing_more_comes),
		cmocka_unit_test(pending_octets_go_to_a_new_filter_before_end_of_input),
		cmocka_unit_test(a_filter_replaced_by_the_handler_of_its_record_stays_until_that_is_back),
		cmocka_unit_test(what_cannot_be_framed_is_an_error_event),
		cmocka_unit_test(a_new_filter_may_take_over_after_a_framing_error),
		cmocka_unit_test(too_much_unframed_input_is_emsgsize),
		cmocka_unit_test(what_is_left_at_the_end_can_be_had_by_a_stream_filter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
