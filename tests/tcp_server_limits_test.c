#include "lobby.h"
#include "yard.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MANY = 1000 };

static void the_limit_is_exact_and_a_place_that_is_free_is_filled(void **state)
{
	struct lobby *l = lobby_new(*state);
	int clients[5];

	l->plan.concurrency = 2;
	lobby_open(l);
	for (int i = 0; i < 5; i++)
		clients[i] = lobby_knock(l);
	lobby_settle(l);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(poe_tcp_server_connections(l->kernel, l->server), i < 4 ? 2 : 1);
		shutdown(clients[i], SHUT_WR);
		lobby_settle(l);
	}
	assert_int_equal(l->most, 2);
	assert_int_equal(l->released, 5);
	for (int i = 0; i < 5; i++)
		close(clients[i]);
	lobby_free(l);
}

static void refuse(struct poe_event *ev)
{
	poe_return(ev, poe_int(0));
}

static void who_is_refused_leaves_its_place_to_the_next(void **state)
{
	struct lobby *l = lobby_new(*state);
	int clients[3];
	char text[256];

	l->plan.concurrency = 1;
	l->hook_row = "client_pre_connect";
	l->hook = refuse;
	lobby_open(l);
	for (int i = 0; i < 3; i++)
		clients[i] = lobby_knock(l);
	lobby_settle(l);
	for (int i = 0; i < 3; i++) {
		assert_string_equal(lobby_hear(clients[i], text), "(end)");
		close(clients[i]);
	}
	lobby_free(l);
}

static void the_limit_can_be_set(void **state)
{
	struct lobby *l = lobby_new(*state);
	int client;

	lobby_open(l);
	poe_post(l->kernel, l->server, "set_concurrency", poe_int(0));
	lobby_settle(l);
	client = lobby_knock(l);
	lobby_settle(l);
	lobby_assert_told(l, "started ");
	poe_post(l->kernel, l->server, "set_concurrency", poe_int(-1));
	lobby_settle(l);
	lobby_assert_told(l, "client_pre_connect client_connected ");
	close(client);
	lobby_free(l);
}

static void let_many_descriptors_be(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur < 3 * MANY && limit.rlim_max >= 3 * MANY)
		limit.rlim_cur = 3 * MANY;
	setrlimit(RLIMIT_NOFILE, &limit);
}

static struct lobby *with_many(struct harness *h, int clients[MANY])
{
	struct lobby *l = lobby_new(h);

	let_many_descriptors_be();
	l->is_terse = true;
	lobby_open(l);
	for (int i = 0; i < MANY; i++) {
		clients[i] = lobby_knock(l);
		lobby_say(clients[i], "hello\n");
	}
	return l;
}

static void a_thousand_clients_are_answered(void **state)
{
	int clients[MANY];
	struct lobby *l = with_many(*state, clients);
	char text[256];

	lobby_settle(l);
	assert_int_equal(l->most, MANY);
	for (int i = 0; i < MANY; i++) {
		assert_string_equal(lobby_hear(clients[i], text), "hello\r\n");
		close(clients[i]);
	}
	lobby_settle(l);
	assert_int_equal(l->released, MANY);
	assert_int_equal(poe_tcp_server_connections(l->kernel, l->server), 0);
	lobby_free(l);
}

/* All have asked, and not one has been accepted, when it is shut down right after the last. */
static void a_graceful_shutdown_under_load_loses_no_answer(void **state)
{
	int clients[MANY];
	struct lobby *l = with_many(*state, clients);
	char text[256];

	while (l->now < MANY)
		poe_run_one_timeslice(l->kernel);
	poe_post(l->kernel, l->server, "shutdown");
	lobby_settle(l);
	for (int i = 0; i < MANY; i++) {
		assert_string_equal(lobby_hear(clients[i], text), "hello\r\n");
		close(clients[i]);
	}
	lobby_settle(l);
	assert_int_equal(l->released, MANY);
	assert_int_equal(poe_tcp_server_connections(l->kernel, l->server), -1);
	lobby_free(l);
}

/* Leaves no descriptor to be had; returns what to restore. */
static struct rlimit use_up_descriptors(void)
{
	struct rlimit old, none;
	int next = dup(0);

	close(next);
	getrlimit(RLIMIT_NOFILE, &old);
	none = (struct rlimit){ (rlim_t)next, old.rlim_max };
	setrlimit(RLIMIT_NOFILE, &none);
	return old;
}

static void without_descriptors_it_rests_and_recovers(void **state)
{
	struct lobby *l = lobby_new(*state);
	struct rlimit old;
	uint64_t before;
	int client;

	lobby_open(l);
	client = lobby_knock(l);
	old = use_up_descriptors();
	lobby_settle(l);
	before = harness_stats(*state).dispatched;
	lobby_wait(l, 10);
	setrlimit(RLIMIT_NOFILE, &old);
	assert_true(harness_stats(*state).dispatched - before < 2 * 250 + 10);
	lobby_assert_told(l, "started error:accept:EMFILE ");
	lobby_settle(l);
	lobby_assert_told(l, "client_pre_connect client_connected ");
	close(client);
	lobby_free(l);
}

static void a_client_gone_before_the_accept_comes_and_goes(void **state)
{
	struct lobby *l = lobby_new(*state);

	lobby_open(l);
	lobby_reset(lobby_knock(l));
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect client_connected client_error:read:ECONNRESET "
			     "client_disconnected ");
	close(lobby_knock(l));
	lobby_settle(l);
	lobby_assert_told(l, "client_pre_connect client_connected client_error:read:0 client_disconnected ");
	lobby_free(l);
}

struct raw {
	int fd;
	char peer[64];
};

static void take(struct poe_event *ev)
{
	struct raw *me = ev->heap;
	const char *peer = poe_arg_str(ev, 1);

	strcpy(me->peer, peer);
	me->fd = poe_socket_take(ev);
}

static const struct poe_state raw_states[] = { { "acceptor(osii)", take }, { 0 } };

static void an_acceptor_gets_the_sockets_and_says_when_one_has_gone(void **state)
{
	struct lobby *l = lobby_new(*state);
	struct raw raw = { -1, "" };
	int clients[2], first;

	l->plan = (struct poe_tcp_server_plan){ .states = raw_states, .heap = &raw, .concurrency = 1 };
	lobby_open(l);
	l->port = poe_tcp_server_port(l->kernel, l->server);
	for (int i = 0; i < 2; i++)
		clients[i] = lobby_knock(l);
	lobby_settle(l);
	first = raw.fd;
	assert_true(first >= 0);
	assert_string_equal(raw.peer, "127.0.0.1");
	poe_post(l->kernel, l->server, "disconnected");
	lobby_settle(l);
	assert_int_not_equal(raw.fd, first);
	close(first);
	close(raw.fd);
	for (int i = 0; i < 2; i++)
		close(clients[i]);
	lobby_free(l);
}

static void a_socket_that_no_acceptor_takes_is_closed(void **state)
{
	static const struct poe_state states[] = { { "acceptor", harness_ignore }, { 0 } };
	struct lobby *l = lobby_new(*state);
	char text[256];
	int client;

	l->plan = (struct poe_tcp_server_plan){ .states = states };
	lobby_open(l);
	l->port = poe_tcp_server_port(l->kernel, l->server);
	client = lobby_knock(l);
	lobby_settle(l);
	assert_string_equal(lobby_hear(client, text), "(end)");
	close(client);
	lobby_free(l);
}

static void leave_home(struct poe_event *ev)
{
	poe_detach_myself(ev->kernel);
}

static void a_client_may_leave_its_server_and_outlive_it(void **state)
{
	struct lobby *l = lobby_new(*state);
	char text[256];
	int client;

	l->hook_row = "client_connected";
	l->hook = leave_home;
	lobby_open(l);
	client = lobby_knock(l);
	lobby_settle(l);
	poe_post(l->kernel, l->server, "shutdown");
	lobby_settle(l);
	lobby_assert_told(l, "started client_pre_connect client_connected stopped ");
	l->hook_row = NULL;
	lobby_say(client, "still here\n");
	lobby_settle(l);
	assert_string_equal(lobby_hear(client, text), "still here\r\n");
	close(client);
	lobby_settle(l);
	lobby_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(the_limit_is_exact_and_a_place_that_is_free_is_filled),
		HARNESS_TEST(who_is_refused_leaves_its_place_to_the_next),
		HARNESS_TEST(the_limit_can_be_set),
		HARNESS_TEST(a_thousand_clients_are_answered),
		HARNESS_TEST(a_graceful_shutdown_under_load_loses_no_answer),
		HARNESS_TEST(without_descriptors_it_rests_and_recovers),
		HARNESS_TEST(a_client_gone_before_the_accept_comes_and_goes),
		HARNESS_TEST(an_acceptor_gets_the_sockets_and_says_when_one_has_gone),
		HARNESS_TEST(a_socket_that_no_acceptor_takes_is_closed),
		HARNESS_TEST(a_client_may_leave_its_server_and_outlive_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
