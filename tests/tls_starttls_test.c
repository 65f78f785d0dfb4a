/*
 * STARTTLS: a wheel that has talked in clear goes on in TLS, and believes
 * nothing that it was told before.
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

#include <cmocka.h>

enum { MUCH = 1 << 20 };

static void ask(struct tls_end *end)
{
	assert_int_equal(poe_put(end->wheel, poe_str("STARTTLS")), 0);
}

static void put_hello(struct tls_end *end)
{
	assert_int_equal(poe_put(end->wheel, poe_str("hello")), 0);
}

/* The server's last words in clear, then its driver; the client's comes when it has read them. */
static void agree(struct tls_end *end)
{
	end->both->hook_event = "client:input";
	end->both->hook = tls_wheels_set_driver;
	assert_int_equal(poe_put(end->wheel, poe_str("go")), 0);
	tls_wheels_set_driver(end);
}

static struct tls_wheels *upgraded(void)
{
	struct tls_wheels *w = tls_wheels_started_in_clear();

	w->hook_event = "server:input";
	w->hook = agree;
	tls_wheels_do(&w->client, ask);
	tls_wheels_settle(w);
	w->hook_event = NULL;
	tls_wheels_assert_told(w, "server:input:STARTTLS client:input:go ");
	return w;
}

static void a_wheel_in_use_goes_on_in_tls(void **state)
{
	struct tls_wheels *w = upgraded();

	(void)state;
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_settle(w);
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:input:hello client:input:hello ");
	tls_wheels_free(w);
}

static void the_new_driver_is_the_one_that_is_heard(void **state)
{
	struct tls_wheels *w = upgraded();

	(void)state;
	send(poe_readwrite_fd(w->client.wheel), "in clear\n", 9, 0);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:error:read:EPROTO:wrong version number "
				  "client:error:read:EPROTO:tlsv1 alert protocol version ");
	tls_wheels_free(w);
}

static void send_in_clear(struct tls_end *end, const char *text)
{
	assert_int_equal(send(poe_readwrite_fd(end->wheel), text, strlen(text), 0), strlen(text));
}

/* Somebody on the way has added a command: it would be obeyed as if it had come by TLS. */
static void what_a_server_has_read_in_clear_is_dropped(void **state)
{
	struct tls_wheels *w = tls_wheels_started_in_clear();

	(void)state;
	w->hook_event = "server:input";
	w->hook = agree;
	send_in_clear(&w->client, "STARTTLS\r\ninjected\r\nhalf a li");
	tls_wheels_settle(w);
	w->hook_event = NULL;
	tls_wheels_do(&w->client, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:input:STARTTLS client:input:go server:input:hello ");
	assert_int_equal(poe_readwrite_pending_input(w->server.wheel), 0);
	tls_wheels_free(w);
}

static void what_a_client_has_read_in_clear_is_dropped(void **state)
{
	struct tls_wheels *w = tls_wheels_started_in_clear();

	(void)state;
	w->hook_event = "client:input";
	w->hook = tls_wheels_set_driver;
	send_in_clear(&w->server, "go\r\ninjected\r\nhalf a li");
	tls_wheels_do(&w->server, tls_wheels_set_driver);
	tls_wheels_settle(w);
	w->hook_event = NULL;
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:go client:input:hello ");
	tls_wheels_free(w);
}

/* The upper of two has got all that was read, and has given one line of it. */
static void what_a_filter_holds_is_dropped_too(void **state)
{
	struct tls_wheels *w = tls_wheels_started_in_clear();
	struct poe_filter *parts[] = { poe_filter_stream(), poe_filter_line(NULL) };

	(void)state;
	w->hook_event = "client:input";
	w->hook = tls_wheels_set_driver;
	poe_readwrite_set_input_filter(w->client.wheel, poe_filter_stackable(parts, 2));
	send_in_clear(&w->server, "go\r\ninjected\r\n");
	tls_wheels_do(&w->server, tls_wheels_set_driver);
	tls_wheels_settle(w);
	w->hook_event = NULL;
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:go client:input:hello ");
	tls_wheels_free(w);
}

static void put_much(struct tls_end *end)
{
	char *octets = tls_wheels_pattern(MUCH);

	poe_put(end->wheel, poe_bytes(octets, MUCH));
	free(octets);
	assert_int_equal(poe_readwrite_set_driver(end->wheel, end->later), -1);
	assert_int_equal(errno, EBUSY);
}

static void pending_output_must_go_first(void **state)
{
	struct tls_wheels *w = tls_wheels_started_in_clear();

	(void)state;
	tls_wheels_do(&w->client, put_much);
	assert_true(poe_readwrite_pending_output(w->client.wheel) > 0);
	assert_non_null(w->client.later);
	tls_wheels_free(w);
}

static void shut(struct tls_end *end)
{
	poe_readwrite_shutdown_output(end->wheel);
	assert_int_equal(poe_readwrite_set_driver(end->wheel, end->later), -1);
	assert_int_equal(errno, EPIPE);
}

static void refuse(struct tls_end *end)
{
	assert_int_equal(poe_readwrite_set_driver(end->wheel, end->later), -1);
	assert_int_equal(errno, EPIPE);
}

static void a_wheel_with_a_closed_direction_is_refused(void **state)
{
	struct tls_wheels *w = tls_wheels_started_in_clear();

	(void)state;
	w->hook_event = "server:error";
	w->hook = refuse;
	tls_wheels_do(&w->client, shut);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:error:read:0 ");
	tls_wheels_free(w);
}

/* No event comes of the descriptor by itself: a client speaks first. */
static void a_driver_may_be_set_outside_the_wheels_events(void **state)
{
	struct tls_wheels *w = tls_wheels_started_in_clear();

	(void)state;
	tls_wheels_settle(w);
	tls_wheels_do(&w->server, tls_wheels_set_driver);
	tls_wheels_do(&w->client, tls_wheels_set_driver);
	tls_wheels_settle(w);
	tls_wheels_do(&w->server, put_hello);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "client:input:hello ");
	tls_wheels_free(w);
}

/* There and back: the close_notify is what the peer hears, and then all is as before. */
static void a_wheel_may_go_back_to_talk_in_clear(void **state)
{
	struct tls_wheels *w = upgraded();

	(void)state;
	w->client.later = poe_driver_socket(poe_readwrite_fd(w->client.wheel));
	tls_wheels_settle(w);
	tls_wheels_do(&w->client, tls_wheels_set_driver);
	tls_wheels_settle(w);
	tls_wheels_assert_told(w, "server:error:read:0 ");
	tls_wheels_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wheel_in_use_goes_on_in_tls),
		cmocka_unit_test(the_new_driver_is_the_one_that_is_heard),
		cmocka_unit_test(what_a_server_has_read_in_clear_is_dropped),
		cmocka_unit_test(what_a_client_has_read_in_clear_is_dropped),
		cmocka_unit_test(what_a_filter_holds_is_dropped_too),
		cmocka_unit_test(pending_output_must_go_first),
		cmocka_unit_test(a_wheel_with_a_closed_direction_is_refused),
		cmocka_unit_test(a_driver_may_be_set_outside_the_wheels_events),
		cmocka_unit_test(a_wheel_may_go_back_to_talk_in_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
