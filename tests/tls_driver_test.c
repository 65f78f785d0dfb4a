/*
 * The TLS driver by itself: what goes through, how it ends, and what an idle
 * connection has to say.
 */
#include "tls_pair.h"

#include "tls/driver.h"

#include <errno.h>
#include <openssl/err.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static int open_pair(void **state)
{
	*state = tls_pair_new();
	return 0;
}

static int close_pair(void **state)
{
	tls_pair_free(*state);
	return 0;
}

static SSL *ssl_of(struct poe_driver *d)
{
	return tls_driver_of(d)->ssl;
}

static void assert_reads(struct poe_driver *d, ssize_t expected, int error_num)
{
	char octets[65];

	errno = 0;
	assert_int_equal(tls_pair_read(d, octets), expected);
	assert_int_equal(errno, error_num);
}

static void relay_all(struct tls_pair *p)
{
	while (tls_pair_relay(p, 4096) > 0)
		;
}

static void connect_apart(struct tls_pair *p)
{
	tls_pair_open_apart(p);
	while (poe_tls_handshake(p->client) + poe_tls_handshake(p->server) < 2)
		relay_all(p);
	relay_all(p);
}

static void octets_go_both_ways(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	tls_pair_assert_carries(p->client, p->server, "question");
	tls_pair_assert_carries(p->server, p->client, "answer");
	assert_string_equal(poe_tls_error_text(p->client), "");
}

static void the_handshake_takes_place_in_reads_and_writes(void **state)
{
	struct tls_pair *p = *state;
	char octets[65];

	tls_pair_open(p);
	assert_int_equal(poe_driver_wants(p->client, POE_READ), POE_WRITE);
	assert_int_equal(poe_driver_wants(p->server, POE_READ | POE_WRITE), POE_READ);
	assert_int_equal(tls_pair_write(p->client, "question"), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(poe_driver_wants(p->client, POE_WRITE), POE_READ);
	assert_reads(p->server, -1, EAGAIN);
	assert_int_equal(tls_pair_write(p->client, "question"), 8);
	assert_int_equal(tls_pair_read(p->server, octets), 8);
	assert_string_equal(octets, "question");
	assert_int_equal(poe_driver_wants(p->server, POE_READ), POE_READ);
	assert_int_equal(poe_driver_wants(p->server, POE_WRITE), POE_WRITE);
}

static void a_silent_server_is_waited_for(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_open(p);
	assert_int_equal(poe_tls_handshake(p->client), 0);
	assert_int_equal(poe_driver_wants(p->client, POE_READ | POE_WRITE), POE_READ);
	assert_int_equal(poe_tls_handshake(p->client), 0);
}

static void small_parts_go_as_one_record(void **state)
{
	struct tls_pair *p = *state;
	const struct iovec parts[] = { { "one ", 4 }, { "two ", 4 }, { "three", 5 } };
	char octets[65];

	tls_pair_connect(p);
	assert_int_equal(p->client->ops->write(p->client, parts, 3), 13);
	assert_int_equal(tls_pair_read(p->server, octets), 13);
	assert_string_equal(octets, "one two three");
}

static void what_openssl_holds_is_pending(void **state)
{
	struct tls_pair *p = *state;
	char octet;

	tls_pair_connect(p);
	assert_int_equal(tls_pair_write(p->client, "ab"), 2);
	assert_int_equal(tls_pair_write(p->client, "c"), 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(p->server->ops->read(p->server, &octet, 1), 1);
		assert_int_equal(octet, "abc"[i]);
		assert_int_equal(p->server->ops->pending(p->server), i < 2);
	}
	assert_reads(p->server, -1, EAGAIN);
	assert_int_equal(p->server->ops->pending(p->server), 0);
}

/* Half a record is nothing that could be read, and no reason to try. */
static void half_a_record_is_not_pending(void **state)
{
	struct tls_pair *p = *state;

	connect_apart(p);
	assert_int_equal(tls_pair_write(p->client, "hello"), 5);
	tls_pair_relay(p, 10);
	assert_reads(p->server, -1, EAGAIN);
	assert_int_equal(p->server->ops->pending(p->server), 0);
	assert_int_equal(poe_tls_idle(p->server), 0);
	tls_pair_relay(p, 4096);
	assert_reads(p->server, 5, 0);
}

static void a_freed_driver_says_good_bye(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(tls_pair_write(p->server, "last words"), 10);
	poe_driver_free(p->server);
	p->server = NULL;
	tls_pair_cut(p, 1);
	assert_reads(p->client, 10, 0);
	assert_reads(p->client, 0, 0);
	assert_reads(p->client, 0, 0);
}

static void an_end_without_good_bye_is_no_end_of_input(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(tls_pair_write(p->server, "words"), 5);
	tls_pair_cut(p, 1);
	assert_reads(p->client, 5, 0);
	assert_reads(p->client, -1, ECONNRESET);
	assert_string_equal(poe_tls_error_text(p->client), "the peer closed without a close_notify");
	assert_reads(p->client, -1, ECONNRESET);
	assert_int_equal(tls_pair_write(p->client, "hello?"), -1);
	assert_int_equal(errno, ECONNRESET);
}

static void one_direction_can_be_shut_down(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(p->client->ops->shutdown(p->client), 0);
	assert_int_equal(p->client->ops->shutdown(p->client), 0);
	assert_int_equal(tls_pair_write(p->client, "more"), -1);
	assert_int_equal(errno, EPIPE);
	assert_reads(p->server, 0, 0);
	tls_pair_assert_carries(p->server, p->client, "answer");
}

static void fill(struct poe_driver *d)
{
	static const char octets[16384];
	const struct iovec part = { (void *)(uintptr_t)octets, sizeof octets };

	while (d->ops->write(d, &part, 1) > 0)
		;
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(poe_driver_wants(d, POE_WRITE), POE_WRITE);
}

static ssize_t drain(struct poe_driver *d)
{
	char octets[16384];
	ssize_t n;

	do
		n = d->ops->read(d, octets, sizeof octets);
	while (n > 0);
	return n;
}

/* Its peer would take the good-bye for the end of all that was to be said. */
static void there_is_no_good_bye_after_octets_that_were_lost(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	fill(p->server);
	assert_int_equal(drain(p->client), -1);
	poe_driver_free(p->server);
	p->server = NULL;
	tls_pair_cut(p, 1);
	assert_int_equal(drain(p->client), -1);
	assert_int_equal(errno, ECONNRESET);
}

/* With SIGPIPE as the system has it: the test would be gone. */
static void a_peer_that_has_gone_raises_no_signal(void **state)
{
	struct tls_pair *p = *state;

	signal(SIGPIPE, SIG_DFL);
	tls_pair_connect(p);
	tls_pair_cut(p, 1);
	assert_int_equal(tls_pair_write(p->client, "hello"), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(tls_pair_write(p->client, "hello"), -1);
	assert_int_equal(errno, EPIPE);
}

/* As a server does that refuses a large request: its answer is there. */
static void what_has_come_is_read_although_writing_fails(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(tls_pair_write(p->server, "too large"), 9);
	poe_driver_free(p->server);
	p->server = NULL;
	tls_pair_cut(p, 1);
	assert_int_equal(tls_pair_write(p->client, "hello"), -1);
	assert_int_equal(errno, EPIPE);
	assert_reads(p->client, 9, 0);
	assert_reads(p->client, 0, 0);
}

static void what_does_not_speak_tls_is_told_apart(void **state)
{
	static const char answer[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
	struct tls_pair *p = *state;

	tls_pair_open_apart(p);
	assert_int_equal(poe_tls_handshake(p->client), 0);
	assert_int_equal(send(p->wire[0], answer, sizeof answer - 1, 0), sizeof answer - 1);
	assert_int_equal(poe_tls_handshake(p->client), -1);
	assert_int_equal(errno, EPROTO);
	assert_string_equal(poe_tls_error_text(p->client), "wrong version number");
	assert_string_equal(p->client->ops->explain(p->client, EPROTO), "wrong version number");
	assert_null(p->client->ops->explain(p->client, EPIPE));
}

/* OpenSSL's queue of errors is the whole thread's. */
static void a_failure_is_not_blamed_on_another_connection(void **state)
{
	struct tls_pair *p = *state;
	struct tls_pair *bad = tls_pair_new();

	tls_pair_connect(p);
	tls_pair_open_apart(bad);
	assert_int_equal(send(bad->wire[0], "nonsense", 8, 0), 8);
	assert_int_equal(poe_tls_handshake(bad->client), -1);
	assert_reads(p->client, -1, EAGAIN); /* tickets, whose reading would empty the queue */
	ERR_raise(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);
	assert_reads(p->client, -1, EAGAIN);
	ERR_raise(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);
	assert_int_equal(poe_tls_idle(p->client), 0);
	ERR_raise(ERR_LIB_SSL, ERR_R_INTERNAL_ERROR);
	fill(p->client);
	tls_pair_free(bad);
}

static void an_idle_connection_takes_in_tickets(void **state)
{
	struct tls_pair *p = *state;

	p->cache_key = "key";
	tls_pair_connect(p);
	assert_int_equal(p->client_policy->sessions.count, 0);
	assert_int_equal(poe_tls_idle(p->client), 0);
	assert_int_equal(p->client_policy->sessions.count, 2);
	assert_int_equal(poe_tls_idle(p->client), 0);
	tls_pair_assert_carries(p->server, p->client, "answer");
}

static void octets_on_an_idle_connection_stay_to_be_read(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(poe_tls_idle(p->client), 0);
	assert_int_equal(tls_pair_write(p->server, "unasked"), 7);
	assert_int_equal(poe_tls_idle(p->client), 1);
	assert_int_equal(poe_tls_idle(p->client), 1);
	assert_reads(p->client, 7, 0);
	assert_int_equal(poe_tls_idle(p->client), 0);
}

static void a_good_bye_on_an_idle_connection_ends_it(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(p->server->ops->shutdown(p->server), 0);
	for (int i = 0; i < 2; i++) {
		errno = EIO;
		assert_int_equal(poe_tls_idle(p->client), -1);
		assert_int_equal(errno, 0);
	}
}

static void an_idle_connection_that_is_cut_has_failed(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	tls_pair_cut(p, 1);
	assert_int_equal(poe_tls_idle(p->client), -1);
	assert_int_equal(errno, ECONNRESET);
}

static void nonsense_on_an_idle_connection_is_a_failure(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(send(p->fds[1], "nonsense, in clear", 18, 0), 18);
	assert_int_equal(poe_tls_idle(p->client), -1);
	assert_int_equal(errno, EPROTO);
}

static void send_on(int from, int to)
{
	char octets[4096];
	ssize_t n = recv(from, octets, sizeof octets, MSG_DONTWAIT);

	assert_int_equal(send(to, octets, (size_t)n, 0), n);
}

/* Octets that TLS knows nothing of, and which the test takes out again. */
static void stuff(int fd)
{
	static const char octets[4096];

	while (send(fd, octets, sizeof octets, MSG_DONTWAIT) > 0)
		;
	while (send(fd, octets, 1, MSG_DONTWAIT) > 0)
		;
}

static void unstuff(int fd)
{
	char octets[4096];

	while (recv(fd, octets, sizeof octets, MSG_DONTWAIT) > 0)
		;
}

/* A server must answer the client's hello before it can read anything. */
static void a_read_waits_for_room_to_answer(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_open_apart(p);
	stuff(p->fds[1]);
	assert_int_equal(poe_tls_handshake(p->client), 0);
	send_on(p->wire[0], p->wire[1]);
	assert_reads(p->server, -1, EAGAIN);
	assert_int_equal(poe_driver_wants(p->server, POE_READ), POE_WRITE);
	unstuff(p->wire[1]);
	assert_reads(p->server, -1, EAGAIN);
	assert_int_equal(poe_driver_wants(p->server, POE_READ), POE_READ);
	relay_all(p);
	assert_int_equal(tls_pair_write(p->client, "hello"), 5);
	relay_all(p);
	assert_reads(p->server, 5, 0);
}

/* OpenSSL answers when it next writes. */
static void a_key_update_is_taken_in_without_room_to_answer(void **state)
{
	struct tls_pair *p = *state;

	connect_apart(p);
	stuff(p->fds[0]);
	assert_int_equal(SSL_key_update(ssl_of(p->server), SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(tls_pair_write(p->server, "by the new key"), 14);
	send_on(p->wire[1], p->wire[0]);
	assert_reads(p->client, 14, 0);
	assert_int_equal(tls_pair_write(p->client, "mine too"), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(poe_driver_wants(p->client, POE_READ | POE_WRITE), POE_READ | POE_WRITE);
	unstuff(p->wire[0]);
	assert_int_equal(tls_pair_write(p->client, "mine too"), 8);
	relay_all(p);
	assert_reads(p->server, 8, 0);
}

static void a_key_update_while_a_record_is_half_written_waits_for_the_rest(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	fill(p->client);
	assert_int_equal(SSL_key_update(ssl_of(p->server), SSL_KEY_UPDATE_REQUESTED), 1);
	assert_int_equal(tls_pair_write(p->server, "by the new key"), 14);
	assert_reads(p->client, 14, 0);
	drain(p->server);
	fill(p->client);
	assert_int_equal(drain(p->server), -1);
	assert_int_equal(errno, EAGAIN);
}

static void a_key_update_after_our_good_bye_is_no_failure(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_int_equal(p->client->ops->shutdown(p->client), 0);
	shutdown(p->fds[0], SHUT_WR);
	assert_int_equal(SSL_key_update(ssl_of(p->server), SSL_KEY_UPDATE_REQUESTED), 1);
	tls_pair_assert_carries(p->server, p->client, "by the new key");
}

static void renegotiation_is_refused(void **state)
{
	struct tls_pair *p = *state;

	p->client_plan.max_version = POE_TLS_1_2;
	tls_pair_connect(p);
	SSL_clear_options(ssl_of(p->server), SSL_OP_NO_RENEGOTIATION);
	assert_int_equal(SSL_renegotiate(ssl_of(p->server)), 1);
	SSL_do_handshake(ssl_of(p->server));
	assert_reads(p->client, -1, EAGAIN);
	assert_reads(p->server, -1, EPROTO);
	assert_string_equal(poe_tls_error_text(p->server), "no renegotiation");
}

static void a_name_is_told_to_the_server(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_connect(p);
	assert_string_equal(SSL_get_servername(ssl_of(p->server), TLSEXT_NAMETYPE_host_name), "localhost");
}

static void an_address_is_not_told_to_the_server(void **state)
{
	struct tls_pair *p = *state;

	p->host = "127.0.0.1";
	tls_pair_connect(p);
	assert_null(SSL_get_servername(ssl_of(p->server), TLSEXT_NAMETYPE_host_name));
}

static void a_host_that_cannot_be_one_is_einval(void **state)
{
	static const char *const hosts[] = { NULL, "", "two words", "new\nline", "caf\303\251", "del\177" };
	struct tls_pair *p = *state;
	char host[255];

	memset(host, 'a', sizeof host - 1);
	host[254] = '\0';
	tls_pair_open(p);
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		errno = 0;
		assert_null(poe_tls_client(p->client_policy, p->fds[0], hosts[i], NULL));
		assert_int_equal(errno, EINVAL);
	}
	assert_null(poe_tls_client(p->client_policy, p->fds[0], host, NULL));
	assert_null(poe_tls_server(p->client_policy, p->fds[1]));
	assert_int_equal(errno, EINVAL);
}

/* A child that frees its copy would end its parent's connection, and both would write with one key. */
static void a_child_process_says_no_good_bye(void **state)
{
	struct tls_pair *p = *state;
	pid_t child;
	int status;

	tls_pair_connect(p);
	child = fork();
	if (child == 0) {
		poe_driver_free(p->client);
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	assert_reads(p->server, -1, EAGAIN);
	tls_pair_assert_carries(p->client, p->server, "still here");
}

static void info_tells_what_was_agreed_on(void **state)
{
	struct tls_pair *p = *state;
	struct poe_tls_info info = { .resumed = 7 };

	tls_pair_open(p);
	assert_int_equal(poe_tls_info(p->client, &info), -1);
	assert_int_equal(errno, ENOTCONN);
	assert_int_equal(info.resumed, 7);
	tls_pair_connect(p);
	assert_int_equal(poe_tls_info(p->client, &info), 0);
	assert_string_equal(info.version, "TLSv1.3");
	assert_string_equal(info.cipher, "TLS_AES_256_GCM_SHA384");
	assert_string_equal(info.alpn, "");
	assert_string_equal(info.peer_subject, "/CN=server");
	assert_int_equal(strlen(info.peer_sha256), 64);
	assert_false(info.resumed);
	assert_int_equal(poe_tls_info(p->server, &info), 0);
	assert_string_equal(info.peer_sha256, "");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(octets_go_both_ways),
		TEST(the_handshake_takes_place_in_reads_and_writes),
		TEST(a_silent_server_is_waited_for),
		TEST(small_parts_go_as_one_record),
		TEST(what_openssl_holds_is_pending),
		TEST(half_a_record_is_not_pending),
		TEST(a_freed_driver_says_good_bye),
		TEST(an_end_without_good_bye_is_no_end_of_input),
		TEST(one_direction_can_be_shut_down),
		TEST(there_is_no_good_bye_after_octets_that_were_lost),
		TEST(a_peer_that_has_gone_raises_no_signal),
		TEST(what_has_come_is_read_although_writing_fails),
		TEST(what_does_not_speak_tls_is_told_apart),
		TEST(a_failure_is_not_blamed_on_another_connection),
		TEST(an_idle_connection_takes_in_tickets),
		TEST(octets_on_an_idle_connection_stay_to_be_read),
		TEST(a_good_bye_on_an_idle_connection_ends_it),
		TEST(an_idle_connection_that_is_cut_has_failed),
		TEST(nonsense_on_an_idle_connection_is_a_failure),
		TEST(a_read_waits_for_room_to_answer),
		TEST(a_key_update_is_taken_in_without_room_to_answer),
		TEST(a_key_update_while_a_record_is_half_written_waits_for_the_rest),
		TEST(a_key_update_after_our_good_bye_is_no_failure),
		TEST(renegotiation_is_refused),
		TEST(a_name_is_told_to_the_server),
		TEST(an_address_is_not_told_to_the_server),
		TEST(a_host_that_cannot_be_one_is_einval),
		TEST(a_child_process_says_no_good_bye),
		TEST(info_tells_what_was_agreed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
