/*
 * Sessions: what is resumed, what never is, and how many are kept.
 */
#include "tls_pair.h"

#include "tls/driver.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

static int open_pair(void **state)
{
	struct tls_pair *p = tls_pair_new();

	p->cache_key = "key";
	*state = p;
	return 0;
}

static int close_pair(void **state)
{
	tls_pair_free(*state);
	return 0;
}

/* A connection whose client has taken in what the server gave it. */
static void visit(struct tls_pair *p)
{
	tls_pair_connect(p);
	assert_int_equal(poe_tls_idle(p->client), 0);
}

static int is_resumed(struct tls_pair *p)
{
	struct poe_tls_info client, server;

	assert_int_equal(poe_tls_info(p->client, &client), 0);
	assert_int_equal(poe_tls_info(p->server, &server), 0);
	assert_int_equal(client.resumed, server.resumed);
	assert_string_equal(client.peer_subject, "/CN=server");
	return client.resumed;
}

static void assert_next(struct tls_pair *p, int resumed)
{
	visit(p);
	assert_int_equal(is_resumed(p), resumed);
	tls_pair_assert_carries(p->client, p->server, "hello");
}

static size_t kept(const struct tls_pair *p)
{
	return p->client_policy->sessions.count;
}

static void the_second_connection_is_resumed(void **state)
{
	assert_next(*state, 0);
	assert_next(*state, 1);
	assert_next(*state, 1);
}

static void the_second_connection_is_resumed_in_tls_1_2(void **state)
{
	struct tls_pair *p = *state;

	p->client_plan.max_version = POE_TLS_1_2;
	assert_next(p, 0);
	assert_next(p, 1);
	assert_next(p, 1);
}

static void a_client_with_a_certificate_is_resumed_too(void **state)
{
	struct tls_pair *p = *state;
	struct poe_tls_info info;

	certificates_add(p->certificates, &(struct certificate_plan){ .name = "client", .issuer = "ca", .usage = "clientAuth" });
	p->client_plan.certificate_file = certificates_path(p->certificates, "client.crt");
	p->client_plan.key_file = certificates_path(p->certificates, "client.key");
	p->server_plan.client_ca_file = p->client_plan.ca_file;
	p->server_plan.require_client = 1;
	assert_next(p, 0);
	assert_next(p, 1);
	assert_int_equal(poe_tls_info(p->server, &info), 0);
	assert_string_equal(info.peer_subject, "/CN=client");
}

/* Two tickets of the first connection are there, and no ticket is shown twice. */
static void a_ticket_is_used_once(void **state)
{
	struct tls_pair *p = *state;
	struct poe_driver *others[3];

	visit(p);
	assert_int_equal(kept(p), 2);
	for (int i = 0; i < 3; i++)
		others[i] = poe_tls_client(p->client_policy, p->fds[0], "localhost", "key");
	assert_int_equal(kept(p), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(SSL_get_session(tls_driver_of(others[i])->ssl) != NULL, i < 2);
		poe_driver_free(others[i]);
	}
}

static void nothing_is_kept_without_a_key(void **state)
{
	struct tls_pair *p = *state;

	p->cache_key = NULL;
	assert_next(p, 0);
	assert_next(p, 0);
	assert_int_equal(kept(p), 0);
}

static void another_key_finds_nothing(void **state)
{
	struct tls_pair *p = *state;

	assert_next(p, 0);
	p->cache_key = "KEY";
	assert_next(p, 0);
	p->cache_key = "ke";
	assert_next(p, 0);
	p->cache_key = "key";
	assert_next(p, 1);
}

/* Who is resumed is not verified again: not even the same key may lead to another host's session. */
static void another_host_finds_nothing(void **state)
{
	struct tls_pair *p = *state;
	struct tls_shake s;

	assert_next(p, 0);
	p->host = "elsewhere";
	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.client, EACCES);
	p->host = "127.0.0.1";
	assert_next(p, 0);
}

static void another_policy_finds_nothing(void **state)
{
	struct tls_pair *p = *state;

	assert_next(p, 0);
	poe_tls_unref(p->client_policy);
	p->client_policy = NULL;
	assert_next(p, 0);
}

/* What was believed of a server without looking is believed only by those who do not look. */
static void a_session_of_an_unverified_server_is_not_resumed_by_others(void **state)
{
	struct tls_pair *p = *state;
	struct tls_shake s;

	p->client_plan.ca_file = NULL;
	p->client_plan.insecure_accept_any_certificate = 1;
	assert_next(p, 0);
	poe_tls_unref(p->client_policy);
	p->client_policy = NULL;
	p->client_plan.insecure_accept_any_certificate = 0;
	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.client, EACCES);
}

static void a_server_that_knows_the_session_no_more_is_no_trouble(void **state)
{
	struct tls_pair *p = *state;

	assert_next(p, 0);
	poe_tls_unref(p->server_policy);
	p->server_policy = NULL;
	assert_next(p, 0);
	assert_next(p, 1);
}

static void a_session_outlives_a_peer_that_just_closes(void **state)
{
	struct tls_pair *p = *state;
	char octets[65];

	visit(p);
	tls_pair_cut(p, 1);
	assert_int_equal(tls_pair_read(p->client, octets), -1);
	assert_int_equal(errno, ECONNRESET);
	tls_pair_close(p);
	for (int i = 0; i < 2; i++) {
		SSL_SESSION *session = tls_sessions_take(&p->client_policy->sessions, "localhost\nkey");

		assert_non_null(session);
		SSL_SESSION_free(session);
	}
}

static void a_session_does_not_outlive_a_failed_handshake(void **state)
{
	struct tls_pair *p = *state;

	visit(p);
	tls_pair_open_apart(p);
	assert_int_equal(poe_tls_handshake(p->client), 0);
	assert_int_equal(kept(p), 1);
	assert_int_equal(send(p->wire[0], "nonsense", 8, 0), 8);
	assert_int_equal(poe_tls_handshake(p->client), -1);
	assert_int_equal(kept(p), 0);
}

static void a_name_keeps_only_the_last_few(void **state)
{
	struct tls_pair *p = *state;

	visit(p);
	for (int i = 0; i < 200; i++) {
		assert_int_equal(SSL_new_session_ticket(tls_driver_of(p->server)->ssl), 1);
		assert_int_equal(SSL_do_handshake(tls_driver_of(p->server)->ssl), 1);
		assert_int_equal(poe_tls_idle(p->client), 0);
	}
	assert_int_equal(kept(p), 8);
	assert_next(p, 1);
}

static void the_oldest_goes_when_there_are_too_many(void **state)
{
	struct tls_pair *p = *state;
	char key[16];

	p->client_plan.sessions = 5;
	p->cache_key = key;
	for (int i = 0; i < 4; i++) {
		snprintf(key, sizeof key, "key %d", i);
		assert_next(p, 0);
	}
	assert_int_equal(kept(p), 5);
	strcpy(key, "key 0");
	assert_next(p, 0);
	strcpy(key, "key 3");
	assert_next(p, 1);
}

static void a_plan_can_ask_for_no_sessions(void **state)
{
	struct tls_pair *p = *state;

	p->client_plan.sessions = -1;
	assert_next(p, 0);
	assert_next(p, 0);
}

static void a_session_that_is_too_old_is_dropped(void **state)
{
	struct tls_pair *p = *state;
	struct tls_sessions *sessions;
	SSL_SESSION *session;

	visit(p);
	sessions = &p->client_policy->sessions;
	session = SSL_get1_session(tls_driver_of(p->client)->ssl);
	SSL_SESSION_set_time(session, SSL_SESSION_get_time(session) - SSL_SESSION_get_timeout(session) - 1);
	tls_sessions_forget(sessions, "localhost\nkey");
	assert_int_equal(tls_sessions_add(sessions, "localhost\nkey", session), 1);
	assert_null(tls_sessions_take(sessions, "localhost\nkey"));
	assert_int_equal(sessions->count, 0);
}

/* Its connection is long gone when a ticket is used. */
static void sessions_go_with_their_policy(void **state)
{
	struct tls_pair *p = *state;

	visit(p);
	tls_pair_close(p);
	assert_int_equal(kept(p), 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_second_connection_is_resumed),
		TEST(the_second_connection_is_resumed_in_tls_1_2),
		TEST(a_client_with_a_certificate_is_resumed_too),
		TEST(a_ticket_is_used_once),
		TEST(nothing_is_kept_without_a_key),
		TEST(another_key_finds_nothing),
		TEST(another_host_finds_nothing),
		TEST(another_policy_finds_nothing),
		TEST(a_session_of_an_unverified_server_is_not_resumed_by_others),
		TEST(a_server_that_knows_the_session_no_more_is_no_trouble),
		TEST(a_session_outlives_a_peer_that_just_closes),
		TEST(a_session_does_not_outlive_a_failed_handshake),
		TEST(a_name_keeps_only_the_last_few),
		TEST(the_oldest_goes_when_there_are_too_many),
		TEST(a_plan_can_ask_for_no_sessions),
		TEST(a_session_that_is_too_old_is_dropped),
		TEST(sessions_go_with_their_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
