/*
 * ReadWrite wheels that talk TLS: as ever, whatever the handshake, the buffers
 * and the handlers do.
 */
#include "tls_wheels.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { MUCH = 2 << 20, SMALL = 4096 };

static void put_hello(struct tls_end *end)
{
	assert_int_equal(poe_put(end->wheel, poe_str("hello")), 0);
}

static void shut(struct tls_end *end)
{
	poe_readwrite_shutdown_output(end->wheel);
}

static void what_is_put_before_the_handshake_goes_after_it(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	assert_non_null(strstr(w->log, "server:input:hello "));
	assert_non_null(strstr(w->log, "client:input:hello "));
	assert_int_equal(strlen(w->log), 38);
	tls_wheels_free(w);
}

/* Nobody writes at first, so it is the reading that makes the handshake. */
static void a_client_that_only_listens_shakes_hands_too(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "");
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:hello ");
	tls_wheels_free(w);
}

static void pause_input(struct tls_end *end)
{
	poe_readwrite_pause_input(end->wheel);
}

static void resume_input(struct tls_end *end)
{
	poe_readwrite_resume_input(end->wheel);
}

/* To write it must read, although nobody wants to hear. */
static void output_shakes_hands_while_input_is_paused(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_do(&w->client, pause_input);
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:input:hello ");
	tls_wheels_do(&w->client, resume_input);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:hello ");
	tls_wheels_free(w);
}

static void a_wheel_without_input_event_can_write(void **state)
{
	struct tls_wheels *w = tls_wheels_new();

	(void)state;
	tls_wheels_connect(w);
	w->client.plan.input_event = NULL;
	w->client.plan.flushed_event = "flushed";
	tls_wheels_start(&w->client);
	tls_wheels_start(&w->server);
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_settle(w);
	assert_non_null(strstr(w->log, "server:input:hello "));
	assert_non_null(strstr(w->log, "client:flushed "));
	tls_wheels_free(w);
}

/* The server's words were read together with its last word of the handshake, so no descriptor will say that they are there. */
static void what_was_read_ahead_is_delivered(void **state)
{
	struct tls_wheels *w = tls_wheels_new();
	struct iovec line = { (void *)(uintptr_t)"hello\n", 6 };

	(void)state;
	w->pair->client_plan.max_version = POE_TLS_1_2;
	tls_wheels_connect(w);
	while (poe_tls_handshake(w->server.driver) == 0)
		poe_tls_handshake(w->client.driver);
	assert_int_equal(w->server.driver->ops->write(w->server.driver, &line, 1), 6);
	assert_int_equal(poe_tls_handshake(w->client.driver), 1);
	tls_wheels_start(&w->client);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:hello ");
	tls_wheels_free(w);
}

static void a_freed_wheel_ends_the_others_input(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_settle(w);
	tls_wheels_do(&w->client, tls_wheels_free_wheel);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:input:hello server:error:read:0 ");
	tls_wheels_free(w);
}

static void a_connection_that_is_cut_is_an_error(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_settle(w);
	shutdown(poe_readwrite_fd(w->client.wheel), SHUT_WR);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:error:read:ECONNRESET:the peer closed without a close_notify ");
	tls_wheels_free(w);
}

static void a_server_that_is_not_verified_is_an_error_with_a_text(void **state)
{
	struct tls_wheels *w = tls_wheels_new();

	(void)state;
	w->pair->host = "elsewhere";
	tls_wheels_connect(w);
	tls_wheels_start(&w->client);
	tls_wheels_start(&w->server);
	tls_wheels_settle(w);
	assert_non_null(strstr(w->log, "client:error:read:EACCES:hostname mismatch "));
	assert_non_null(strstr(w->log, "server:error:read:EPROTO:sslv3 alert bad certificate "));
	tls_wheels_free(w);
}

static void what_was_put_for_a_server_that_is_not_verified_is_an_error(void **state)
{
	struct tls_wheels *w = tls_wheels_new();

	(void)state;
	w->pair->host = "elsewhere";
	tls_wheels_connect(w);
	w->client.plan.input_event = NULL;
	tls_wheels_start(&w->client);
	tls_wheels_start(&w->server);
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_settle(w);
	assert_non_null(strstr(w->log, "client:error:write:EACCES:hostname mismatch "));
	assert_null(strstr(w->log, "server:input"));
	tls_wheels_free(w);
}

static void shutdown_of_output_ends_the_others_input_only(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_do(&w->client, shut);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:input:hello server:error:read:0 ");
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:hello ");
	tls_wheels_free(w);
}

static void shutdown_before_the_handshake_waits_for_it(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_do(&w->client, shut);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:error:read:0 ");
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:hello ");
	tls_wheels_free(w);
}

static struct tls_wheels *streams(void)
{
	struct tls_wheels *w = tls_wheels_new();

	tls_wheels_connect(w);
	for (struct tls_end *end = &w->client; ; end = &w->server) {
		setsockopt(end->fd, SOL_SOCKET, SO_SNDBUF, &(int){ SMALL }, sizeof(int));
		end->plan.filter = poe_filter_stream();
		end->plan.flushed_event = "flushed";
		end->is_counting = 1;
		tls_wheels_start(end);
		if (end == &w->server)
			return w;
	}
}

static void put_much(struct tls_end *end)
{
	char *octets = tls_wheels_pattern(MUCH);

	assert_int_equal(poe_put(end->wheel, poe_bytes(octets, MUCH)), 0);
	assert_true(poe_readwrite_pending_output(end->wheel) > MUCH / 2);
	free(octets);
}

static void megabytes_go_both_ways_at_once(void **state)
{
	struct tls_wheels *w = streams();

	(void)state;
	tls_wheels_do(&w->client, put_much);
	tls_wheels_do(&w->server, put_much);
	tls_wheels_settle(w);
	assert_int_equal(w->client.octets, MUCH);
	assert_int_equal(w->server.octets, MUCH);
	assert_int_equal(poe_readwrite_octets_out(w->client.wheel), MUCH);
	assert_int_equal(poe_readwrite_pending_output(w->client.wheel), 0);
	tls_wheels_free(w);
}

static void the_good_bye_comes_behind_all_that_was_put(void **state)
{
	struct tls_wheels *w = streams();

	(void)state;
	tls_wheels_do(&w->server, pause_input);
	tls_wheels_do(&w->client, put_much);
	tls_wheels_do(&w->client, shut);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "");
	tls_wheels_do(&w->server, resume_input);
	tls_wheels_settle(w);
	assert_int_equal(w->server.octets, MUCH);
	tls_wheels_assert_told(w, "client:flushed server:error:read:0 ");
	tls_wheels_free(w);
}

static void put_small_ones(struct tls_end *end)
{
	char *octets = tls_wheels_pattern(MUCH);
	size_t length = 1;

	for (size_t done = 0; done < MUCH; done += length, length = length % 5000 + 1) {
		if (length > MUCH - done)
			length = MUCH - done;
		assert_int_equal(poe_put(end->wheel, poe_bytes(octets + done, length)), 0);
	}
	free(octets);
}

/* Records that OpenSSL has half sent get more behind them. */
static void puts_of_all_sizes_go_through_whole(void **state)
{
	struct tls_wheels *w = streams();

	(void)state;
	tls_wheels_settle(w);
	tls_wheels_do(&w->client, put_small_ones);
	tls_wheels_do(&w->server, put_small_ones);
	tls_wheels_settle(w);
	assert_int_equal(w->server.octets, MUCH);
	assert_int_equal(w->client.octets, MUCH);
	tls_wheels_free(w);
}

static void free_other(struct tls_end *end)
{
	tls_wheels_free_wheel(end->other);
}

static void stop_kernel(struct tls_end *end)
{
	tls_wheels_free_wheel(end);
	tls_wheels_free_wheel(end->other);
}

/* The hook is done in this event of a talk in which all events come. */
static void talk(const char *event, tls_step *hook)
{
	struct tls_wheels *w = tls_wheels_new();

	w->hook_event = event;
	w->hook = hook;
	tls_wheels_connect(w);
	w->client.plan.flushed_event = "flushed";
	tls_wheels_start(&w->client);
	tls_wheels_start(&w->server);
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	if (w->client.wheel != NULL)
		shutdown(poe_readwrite_fd(w->client.wheel), SHUT_RDWR);
	tls_wheels_settle(w);
	assert_non_null(strstr(w->log, event));
	tls_wheels_free(w);
}

static void wheels_may_be_freed_in_any_event(void **state)
{
	static const char *const events[] = { "client:input", "client:error", "client:flushed", "server:input",
					      "server:error" };
	static tls_step *const hooks[] = { tls_wheels_free_wheel, free_other, stop_kernel };

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		for (size_t j = 0; j < sizeof hooks / sizeof *hooks; j++)
			talk(events[i], hooks[j]);
}

static void a_wheel_may_be_freed_before_its_handshake(void **state)
{
	struct tls_wheels *w = tls_wheels_started();

	(void)state;
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_do(&w->client, tls_wheels_free_wheel);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:error:read:ECONNRESET:the peer closed during the handshake ");
	tls_wheels_free(w);
}

#define TEST(f) cmocka_unit_test(f)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_put_before_the_handshake_goes_after_it),
		TEST(a_client_that_only_listens_shakes_hands_too),
		TEST(output_shakes_hands_while_input_is_paused),
		TEST(a_wheel_without_input_event_can_write),
		TEST(what_was_read_ahead_is_delivered),
		TEST(a_freed_wheel_ends_the_others_input),
		TEST(a_connection_that_is_cut_is_an_error),
		TEST(a_server_that_is_not_verified_is_an_error_with_a_text),
		TEST(what_was_put_for_a_server_that_is_not_verified_is_an_error),
		TEST(shutdown_of_output_ends_the_others_input_only),
		TEST(shutdown_before_the_handshake_waits_for_it),
		TEST(megabytes_go_both_ways_at_once),
		TEST(the_good_bye_comes_behind_all_that_was_put),
		TEST(puts_of_all_sizes_go_through_whole),
		TEST(wheels_may_be_freed_in_any_event),
		TEST(a_wheel_may_be_freed_before_its_handshake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
