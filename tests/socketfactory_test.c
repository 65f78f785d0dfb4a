#include "socketfactory/socketfactory.h"
#include "yard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void a_connection_is_made_and_accepted(void **state)
{
	struct yard *y = yard_new(*state);
	int port;

	yard_listen(y, "127.0.0.1");
	port = poe_socketfactory_port(y->door);
	assert_true(port > 0);
	yard_dial(y, "127.0.0.1", port);
	yard_assert_connected(y, AF_INET);
	assert_string_equal(y->peer, "127.0.0.1");
	yard_free(y);
}

static void a_connection_is_made_and_accepted_over_inet6(void **state)
{
	struct yard *y = yard_new(*state);

	yard_listen(y, "::1");
	yard_settle(y);
	if (poe_socketfactory_port(y->door) > 0) {
		yard_dial(y, "::1", poe_socketfactory_port(y->door));
		yard_assert_connected(y, AF_INET);
		assert_string_equal(y->peer, "::1");
	}
	yard_free(y);
}

static void a_connection_is_made_and_accepted_over_a_path(void **state)
{
	struct yard *y = yard_new(*state);
	char path[64];

	yard_listen(y, yard_path(path));
	assert_int_equal(poe_socketfactory_port(y->door), 0);
	yard_dial(y, path, 0);
	yard_assert_connected(y, AF_UNIX);
	assert_true(y->peer[0] == '\0' || strcmp(y->peer, path) == 0);
	assert_int_equal(y->peer_port, 0);
	yard_free(y);
	yard_remove_path(path);
}

static void try_plan(struct yard *y)
{
	assert_null(poe_socketfactory_new(y->kernel, &y->plan));
	y->refusal = errno;
}

static void assert_einval(struct yard *y)
{
	y->refusal = 0;
	yard_do(y, try_plan);
	assert_int_equal(y->refusal, EINVAL);
	yard_plan_again(y);
}

static void a_bad_plan_is_einval(void **state)
{
	struct yard *y = yard_new(*state);

	y->plan.success_event = NULL;
	assert_einval(y);
	y->plan.failure_event = NULL;
	assert_einval(y);
	y->plan.remote_address = "127.0.0.1"; /* without a port */
	assert_einval(y);
	y->plan.bind_port = 65536;
	assert_einval(y);
	y->plan.domain = AF_NETLINK;
	assert_einval(y);
	y->plan.domain = AF_INET6; /* for an IPv4 address */
	assert_einval(y);
	y->plan.bind_address = "localhost";
	assert_einval(y);
	y->plan.timeout = -1;
	assert_einval(y);
	y->plan.bind_address = NULL;
	y->plan.domain = AF_UNIX;
	assert_einval(y);
	yard_free(y);
}

static void a_path_too_long_is_einval(void **state)
{
	struct yard *y = yard_new(*state);
	char path[109];

	memset(path, '/', sizeof path - 1);
	path[108] = '\0';
	y->plan.remote_address = path;
	assert_einval(y);
	yard_free(y);
}

static void outside_a_handler_it_is_esrch(void **state)
{
	struct yard *y = yard_new(*state);

	assert_null(poe_socketfactory_new(y->kernel, &y->plan));
	assert_int_equal(errno, ESRCH);
	yard_free(y);
}

static void addresses_read_as_they_are_written(void **state)
{
	static const char *const texts[] = { "127.0.0.1", "::1", "2001:db8::7", "fe80::1%1", "/a/path" };
	char text[SOCKETFACTORY_ADDRESS_TEXT];
	struct poe_endpoint e;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		int is_path = texts[i][0] == '/';

		assert_int_equal(socketfactory_address_read(&e, texts[i], 80, 0), 1);
		assert_int_equal(socketfactory_address_write(&e, text), is_path ? 0 : 80);
		assert_string_equal(text, texts[i]);
	}
	assert_int_equal(socketfactory_address_read(&e, "localhost", 80, 0), 0);
	assert_int_equal(socketfactory_address_read(&e, "127.0.0.1", 80, AF_INET6), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(a_connection_is_made_and_accepted),
		HARNESS_TEST(a_connection_is_made_and_accepted_over_inet6),
		HARNESS_TEST(a_connection_is_made_and_accepted_over_a_path),
		HARNESS_TEST(a_bad_plan_is_einval),
		HARNESS_TEST(a_path_too_long_is_einval),
		HARNESS_TEST(outside_a_handler_it_is_esrch),
		HARNESS_TEST(addresses_read_as_they_are_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
