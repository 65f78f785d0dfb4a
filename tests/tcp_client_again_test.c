#include "tcp/backoff.h"
#include "caller.h"

#include <stdlib.h>
#include <string.h>

static void waits_double_up_to_the_limit_less_a_random_part(void **state)
{
	static const double most[] = { 1, 2, 4, 8, 10, 10 };
	struct tcp_backoff b;

	(void)state;
	assert_true(tcp_backoff_init(&b, 1, 10, 42));
	for (size_t i = 0; i < sizeof most / sizeof *most; i++) {
		double wait = tcp_backoff_next(&b);

		assert_true(wait > most[i] / 2 - 1e-9);
		assert_true(wait <= most[i]);
	}
}

static void only_what_lasts_begins_anew(void **state)
{
	struct tcp_backoff b;

	(void)state;
	assert_true(tcp_backoff_init(&b, 1, 10, 42));
	for (int i = 0; i < 6; i++)
		tcp_backoff_next(&b);
	tcp_backoff_lasted(&b, 9);
	assert_true(tcp_backoff_next(&b) > 4);
	tcp_backoff_lasted(&b, 10);
	assert_true(tcp_backoff_next(&b) <= 1);
}

static void two_clients_do_not_draw_the_same_waits(void **state)
{
	struct tcp_backoff a, b;

	(void)state;
	assert_true(tcp_backoff_init(&a, 1, 10, 42));
	assert_true(tcp_backoff_init(&b, 1, 10, 1042));
	tcp_backoff_next(&a);
	tcp_backoff_next(&b);
	assert_true(tcp_backoff_next(&a) != tcp_backoff_next(&b));
}

static void without_a_limit_it_is_a_minute_or_the_least_wait(void **state)
{
	struct tcp_backoff b;

	(void)state;
	assert_true(tcp_backoff_init(&b, 1, 0, 1));
	assert_true(b.max > 59 && b.max < 61);
	assert_true(tcp_backoff_init(&b, 90, 0, 1));
	assert_true(b.max > 89 && b.max < 91);
}

static struct room *persistent(struct harness *h)
{
	struct room *r = room_new(h);

	r->plan.reconnect_min = 8;
	r->plan.reconnect_max = 16;
	return r;
}

static void a_refused_connect_is_tried_again_later_and_later(void **state)
{
	struct room *r = persistent(*state);
	double first;

	room_set_server(r, tcp_server_refusing());
	room_call(r);
	room_assert_told(r, "started connect_error:connect:ECONNREFUSED ");
	first = r->told_at;
	room_wait(r, 8);
	room_assert_told(r, "connect_error:connect:ECONNREFUSED ");
	assert_true(r->told_at - first >= 4);
	first = r->told_at;
	room_wait(r, 16);
	assert_true(r->told_at - first >= 8);
	room_free(r);
}

static void a_connection_that_is_lost_is_made_again_and_keeps_its_alias(void **state)
{
	struct room *r = persistent(*state);

	room_call(r);
	tcp_server_shut_writing(r->server, 0);
	room_settle(r);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_flushed server_error:read:0 "
			    "disconnected ");
	assert_int_equal(poe_alias_resolve(r->kernel, "caller").v, r->client.v);
	room_wait(r, 8);
	room_assert_told(r, "pre_connect connected:127.0.0.1 server_flushed ");
	room_free(r);
}

static void shutdown_while_waiting_ends_it(void **state)
{
	struct room *r = persistent(*state);

	room_set_server(r, tcp_server_refusing());
	room_call(r);
	poe_post(r->kernel, r->client, "shutdown");
	room_wait(r, 100);
	room_assert_told(r, "started connect_error:connect:ECONNREFUSED ");
	assert_int_equal(r->released, 1);
	room_free(r);
}

static void call_shutdown(struct poe_event *ev)
{
	poe_call(ev->kernel, ev->session, "shutdown");
}

static void yield_shutdown(struct poe_event *ev)
{
	poe_yield(ev->kernel, "shutdown");
}

static void stop_kernel(struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
}

static void call_reconnect_once(struct poe_event *ev)
{
	struct room *r = room_of(ev);

	r->hook_row = NULL;
	poe_call(ev->kernel, ev->session, "reconnect");
}

static void live(struct harness *h, const char *row, poe_handler *hook)
{
	struct room *r = persistent(h);

	r->hook_row = row;
	r->hook = hook;
	r->plan.args = poe_list(poe_ptr(r));
	r->client = poe_tcp_client_new(r->kernel, &r->plan);
	room_settle(r);
	if (tcp_server_count(r->server) > 0)
		tcp_server_shut_writing(r->server, 0);
	room_wait(r, 1);
	poe_post(r->kernel, r->client, "shutdown");
	room_wait(r, 100);
	assert_int_equal(r->released, 1);
	room_free(r);
}

static const char *const all_rows[] = { "started", "pre_connect", "connected", "server_flushed", "server_error",
					"disconnected" };
enum { ALL_ROWS = sizeof all_rows / sizeof *all_rows };

static void shutdown_may_be_posted_in_every_row(void **state)
{
	for (int i = 0; i < ALL_ROWS; i++)
		live(*state, all_rows[i], yield_shutdown);
}

static void shutdown_may_be_called_in_every_row(void **state)
{
	for (int i = 0; i < ALL_ROWS; i++)
		live(*state, all_rows[i], call_shutdown);
}

static void reconnect_may_be_called_in_every_row(void **state)
{
	for (int i = 0; i < ALL_ROWS; i++)
		live(*state, all_rows[i], call_reconnect_once);
}

static void the_kernel_may_be_stopped_in_every_row(void **state)
{
	struct harness *h = *state;

	for (int i = 0; i < ALL_ROWS; i++) {
		live(h, all_rows[i], stop_kernel);
		poe_kernel_free(h->kernel);
		h->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "" });
	}
}

static void a_lost_connection_may_be_made_anew_by_the_user(void **state)
{
	struct room *r = persistent(*state);

	r->hook_row = "server_error";
	r->hook = call_reconnect_once;
	room_call(r);
	tcp_server_shut_writing(r->server, 0);
	room_settle(r);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_flushed server_error:read:0 "
			    "pre_connect connected:127.0.0.1 server_flushed ");
	room_wait(r, 100);
	assert_int_equal(tcp_server_count(r->server), 2);
	room_free(r);
}

static void yield_reconnect_once(struct poe_event *ev)
{
	struct room *r = room_of(ev);

	r->hook_row = NULL;
	poe_yield(ev->kernel, "reconnect");
}

/* The reconnect comes before the component's own note of the loss, which then is of no account. */
static void a_reconnect_posted_in_server_error_stands(void **state)
{
	struct room *r = persistent(*state);

	r->hook_row = "server_error";
	r->hook = yield_reconnect_once;
	room_call(r);
	tcp_server_shut_writing(r->server, 0);
	room_wait(r, 100);
	room_assert_told(r, "started pre_connect connected:127.0.0.1 server_flushed server_error:read:0 "
			    "pre_connect connected:127.0.0.1 server_flushed ");
	room_free(r);
}

/* The last connection is lost, and this long later there is another one, or not. */
static void lose(struct room *r, double seconds, int is_back)
{
	int count = tcp_server_count(r->server);

	tcp_server_shut_writing(r->server, count - 1);
	room_wait(r, seconds);
	assert_int_equal(tcp_server_count(r->server) - count, is_back);
}

static void waits_begin_anew_after_a_connection_that_lasted(void **state)
{
	struct room *r = persistent(*state);

	room_call(r);
	lose(r, 8.1, 1);
	lose(r, 7.9, 0);
	room_wait(r, 8.2);
	assert_int_equal(tcp_server_count(r->server), 3);
	room_wait(r, 17);
	lose(r, 8.1, 1);
	room_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(waits_double_up_to_the_limit_less_a_random_part),
		HARNESS_TEST(only_what_lasts_begins_anew),
		HARNESS_TEST(two_clients_do_not_draw_the_same_waits),
		HARNESS_TEST(without_a_limit_it_is_a_minute_or_the_least_wait),
		HARNESS_TEST(a_refused_connect_is_tried_again_later_and_later),
		HARNESS_TEST(a_connection_that_is_lost_is_made_again_and_keeps_its_alias),
		HARNESS_TEST(shutdown_while_waiting_ends_it),
		HARNESS_TEST(shutdown_may_be_posted_in_every_row),
		HARNESS_TEST(shutdown_may_be_called_in_every_row),
		HARNESS_TEST(reconnect_may_be_called_in_every_row),
		HARNESS_TEST(the_kernel_may_be_stopped_in_every_row),
		HARNESS_TEST(a_reconnect_posted_in_server_error_stands),
		HARNESS_TEST(waits_begin_anew_after_a_connection_that_lasted),
		HARNESS_TEST(a_lost_connection_may_be_made_anew_by_the_user),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
