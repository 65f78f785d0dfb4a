#include "lobby.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MUCH = 8 << 20 };

/* A server with a hook, and one client that has said something. */
static struct lobby *hooked(struct harness *h, const char *row, lobby_hook *hook)
{
	struct lobby *l = lobby_new(h);

	l->hook_row = row;
	l->hook = hook;
	lobby_open(l);
	return l;
}

static int knock_and_say(struct lobby *l, const char *text)
{
	int client = lobby_knock(l);

	lobby_say(client, text);
	lobby_settle(l);
	return client;
}

static void put_much(struct poe_event *ev)
{
	struct guest *me = ev->heap;
	char *much = calloc(1, MUCH);

	assert_true(poe_put(me->tcp.wheel, poe_bytes(much, MUCH - 2)) >= 0);
	free(much);
}

static void put_much_and_shut_down(struct poe_event *ev)
{
	put_much(ev);
	lobby_post_shutdown(ev);
}

/* Reads as the kernel under test writes, to the end; how much it was. */
static size_t drain(struct lobby *l, int client)
{
	static char trash[1 << 16];
	size_t total = 0;
	ssize_t n;

	while ((n = recv(client, trash, sizeof trash, MSG_DONTWAIT)) != 0) {
		if (n > 0)
			total += (size_t)n;
		else if (errno == EAGAIN)
			poe_run_one_timeslice(l->kernel);
		else
			break;
	}
	return total;
}

static void shutdown_waits_until_all_is_written(void **state)
{
	struct lobby *l = hooked(*state, "client_connected", put_much_and_shut_down);
	int client = knock_and_say(l, "");

	lobby_assert_told(l, "started client_pre_connect client_connected ");
	assert_int_equal(lobby_guest(l)->tcp.shutdown, 1);
	assert_int_equal(drain(l, client), MUCH);
	lobby_settle(l);
	lobby_assert_told(l, "client_flushed client_disconnected ");
	close(client);
	lobby_free(l);
}

static void put_and_call_shutdown(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	poe_put(me->tcp.wheel, poe_str("bye"));
	lobby_call_shutdown(ev);
	assert_non_null(me->tcp.wheel);
}

/* As in POE, though here the octets have been written by then. */
static void a_shutdown_called_right_after_a_put_is_flushed_first(void **state)
{
	struct lobby *l = hooked(*state, "client_input", put_and_call_shutdown);
	int client = knock_and_say(l, "a\nb\n");
	char text[256];

	lobby_assert_told(l, "started client_pre_connect client_connected client_input:a client_flushed "
			     "client_disconnected ");
	assert_string_equal(lobby_hear(client, text), "bye\r\na\r\n(end)");
	close(client);
	lobby_free(l);
}

static void input_during_a_shutdown_is_thrown_away_but_its_end_is_noticed(void **state)
{
	struct lobby *l = hooked(*state, "client_connected", put_much_and_shut_down);
	int client = knock_and_say(l, "a\nb\n");

	shutdown(client, SHUT_WR);
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect client_connected client_error:read:0 "
			     "client_disconnected ");
	close(client);
	lobby_free(l);
}

/* Both directions fail, and say so, before the shutdown that the first one posts. */
static void a_reset_during_a_shutdown_ends_it(void **state)
{
	struct lobby *l = hooked(*state, "client_connected", put_much_and_shut_down);
	int client = knock_and_say(l, "");

	l->log[0] = '\0';
	lobby_reset(client);
	lobby_settle(l);
	lobby_assert_told(l, "client_error:read:ECONNRESET client_error:write:EPIPE client_disconnected ");
	lobby_free(l);
}

/* The write that fails is noticed first, since nobody reads. */
static void stop_reading(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	poe_readwrite_pause_input(me->tcp.wheel);
	put_much_and_shut_down(ev);
}

static void a_write_that_fails_during_a_shutdown_ends_it_whatever_stays_on_errors(void **state)
{
	struct lobby *l = hooked(*state, "client_connected", stop_reading);
	int client;

	l->plan.client_stays_on_error = 1;
	poe_call(l->kernel, l->server, "shutdown");
	lobby_settle(l);
	l->log[0] = '\0';
	lobby_open(l);
	client = knock_and_say(l, "");
	lobby_reset(client);
	lobby_settle(l);
	assert_non_null(strstr(l->log, "client_error:write:"));
	assert_non_null(strstr(l->log, "client_disconnected"));
	assert_int_equal(l->released, 1);
	lobby_free(l);
}

static void say_farewell(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	poe_put(me->tcp.wheel, poe_str("farewell"));
	lobby_post_shutdown(ev);
}

static void who_has_ended_its_half_still_gets_an_answer_from_one_who_stays(void **state)
{
	struct lobby *l = lobby_new(*state);
	char text[256];
	int client;

	l->hook_row = "client_error";
	l->hook = say_farewell;
	l->plan.client_stays_on_error = 1;
	lobby_open(l);
	client = lobby_knock(l);
	shutdown(client, SHUT_WR);
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect client_connected client_error:read:0 client_flushed "
			     "client_disconnected ");
	assert_string_equal(lobby_hear(client, text), "farewell\r\n(end)");
	close(client);
	lobby_free(l);
}

static void drop_wheel(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	poe_readwrite_free(me->tcp.wheel);
	me->tcp.wheel = NULL;
}

static void a_wheel_the_user_frees_ends_the_session_without_a_word(void **state)
{
	struct lobby *l = hooked(*state, "client_input", drop_wheel);
	int client = knock_and_say(l, "a\nb\n");

	lobby_assert_told(l, "started client_pre_connect client_connected client_input:a ");
	assert_int_equal(l->released, 1);
	assert_int_equal(poe_tcp_server_connections(l->kernel, l->server), 0);
	close(client);
	lobby_free(l);
}

static const char *const all_rows[] = { "started", "client_pre_connect", "client_connected", "client_input",
					"client_flushed", "client_error", "client_disconnected", "stopped" };

static void visit(struct lobby *l)
{
	int client = knock_and_say(l, "a\n");

	shutdown(client, SHUT_WR);
	lobby_settle(l);
	close(client);
}

/* A whole life, with this hook in one of its rows. */
static void live(struct harness *h, const char *row, lobby_hook *hook)
{
	struct lobby *l = hooked(h, row, hook);

	if (poe_tcp_server_port(l->kernel, l->server) > 0)
		visit(l);
	poe_post(l->kernel, l->server, "shutdown");
	lobby_settle(l);
	assert_int_equal(harness_stats(h).owned, 0);
	assert_true(strstr(l->log, "client_disconnected") == NULL ||
		    strstr(strstr(l->log, "client_disconnected") + 1, "client_disconnected") == NULL);
	lobby_free(l);
}

static void shutdown_may_be_posted_in_every_row(void **state)
{
	for (size_t i = 0; i < sizeof all_rows / sizeof *all_rows; i++)
		live(*state, all_rows[i], lobby_post_shutdown);
}

static void shutdown_may_be_called_in_every_row(void **state)
{
	for (size_t i = 0; i < sizeof all_rows / sizeof *all_rows; i++)
		live(*state, all_rows[i], lobby_call_shutdown);
}

static void live_until_the_end(struct harness *h, const char *row)
{
	struct lobby *l = hooked(h, row, lobby_stop_kernel);

	visit(l);
	assert_int_equal(poe_run(l->kernel), 0);
	free(l);
}

static void the_kernel_may_be_stopped_in_every_row_of_a_client(void **state)
{
	for (size_t i = 1; i + 1 < sizeof all_rows / sizeof *all_rows; i++) {
		struct harness *h = *state;

		live_until_the_end(h, all_rows[i]);
		poe_kernel_free(h->kernel);
		h->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "" });
	}
}

static void shutdown_with_seconds_lets_who_reads_finish(void **state)
{
	struct lobby *l = hooked(*state, "client_connected", put_much);
	int client = knock_and_say(l, "");
	double begin = poe_now(l->kernel);

	poe_post(l->kernel, l->server, "shutdown", poe_int(50));
	assert_int_equal(drain(l, client), MUCH);
	lobby_settle(l);
	assert_true(poe_now(l->kernel) - begin < 50);
	lobby_assert_told(l, "started client_pre_connect client_connected client_flushed client_disconnected "
			     "stopped ");
	close(client);
	lobby_free(l);
}

static void shutdown_with_seconds_drops_who_does_not(void **state)
{
	struct lobby *l = hooked(*state, "client_connected", put_much);
	int client = knock_and_say(l, "");

	poe_post(l->kernel, l->server, "shutdown", poe_double(50));
	lobby_wait(l, 49);
	lobby_assert_told(l, "started client_pre_connect client_connected ");
	lobby_wait(l, 2);
	lobby_assert_told(l, "client_disconnected stopped ");
	assert_true(drain(l, client) < MUCH);
	close(client);
	lobby_free(l);
}

static void shutdown_with_no_seconds_drops_all_at_once(void **state)
{
	struct lobby *l = hooked(*state, "client_connected", put_much);
	int clients[3];

	for (int i = 0; i < 3; i++)
		clients[i] = knock_and_say(l, "");
	l->log[0] = '\0';
	poe_post(l->kernel, l->server, "shutdown", poe_int(0));
	lobby_settle(l);
	lobby_assert_told(l, "client_disconnected client_disconnected client_disconnected stopped ");
	for (int i = 0; i < 3; i++)
		close(clients[i]);
	lobby_free(l);
}

static void marks_are_told(void **state)
{
	struct lobby *l = lobby_new(*state);
	int client;

	l->hook_row = "client_connected";
	l->hook = put_much;
	l->plan.high_mark = 1 << 20;
	l->plan.low_mark = 1 << 10;
	lobby_open(l);
	client = knock_and_say(l, "");
	lobby_assert_told(l, "started client_pre_connect client_connected client_high ");
	shutdown(client, SHUT_WR);
	close(client);
	lobby_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(shutdown_waits_until_all_is_written),
		HARNESS_TEST(a_shutdown_called_right_after_a_put_is_flushed_first),
		HARNESS_TEST(input_during_a_shutdown_is_thrown_away_but_its_end_is_noticed),
		HARNESS_TEST(a_reset_during_a_shutdown_ends_it),
		HARNESS_TEST(a_write_that_fails_during_a_shutdown_ends_it_whatever_stays_on_errors),
		HARNESS_TEST(who_has_ended_its_half_still_gets_an_answer_from_one_who_stays),
		HARNESS_TEST(a_wheel_the_user_frees_ends_the_session_without_a_word),
		HARNESS_TEST(shutdown_may_be_posted_in_every_row),
		HARNESS_TEST(shutdown_may_be_called_in_every_row),
		HARNESS_TEST(the_kernel_may_be_stopped_in_every_row_of_a_client),
		HARNESS_TEST(shutdown_with_seconds_lets_who_reads_finish),
		HARNESS_TEST(shutdown_with_seconds_drops_who_does_not),
		HARNESS_TEST(shutdown_with_no_seconds_drops_all_at_once),
		HARNESS_TEST(marks_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
