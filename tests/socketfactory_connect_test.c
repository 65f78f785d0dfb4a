#include "yard.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void a_path_where_nobody_is_fails_later_not_from_within(void **state)
{
	struct yard *y = yard_new(*state);
	char path[64];

	yard_dial(y, yard_path(path), 0);
	yard_settle(y);
	yard_assert_told(y, "failed:connect:ENOENT ");
	yard_free(y);
	yard_remove_path(path);
}

/* A port of this machine at which nobody listens. */
static int free_port(struct yard *y)
{
	int port;

	yard_listen(y, "127.0.0.1");
	port = poe_socketfactory_port(y->door);
	yard_do(y, yard_free_door);
	return port;
}

static void a_refused_connection_is_a_failure(void **state)
{
	struct yard *y = yard_new(*state);

	yard_dial(y, "127.0.0.1", free_port(y));
	yard_settle(y);
	yard_assert_told(y, "failed:connect:ECONNREFUSED ");
	yard_free(y);
}

static void a_connection_may_come_from_an_address_of_choice(void **state)
{
	struct yard *y = yard_new(*state);

	yard_listen(y, "127.0.0.1");
	y->plan.remote_address = "127.0.0.1";
	y->plan.remote_port = poe_socketfactory_port(y->door);
	y->plan.bind_address = "127.0.0.9";
	yard_do(y, yard_make_dial);
	while (y->count < 2)
		poe_run_one_timeslice(y->kernel);
	yard_settle(y);
	assert_int_equal(y->count, 2);
	yard_free(y);
}

/* A resolver that knows what the hosts file says, and finds nobody to ask. */
static struct poe_resolver *resolver_of(struct yard *y, const char *hosts, char path[64])
{
	struct poe_resolver *r;
	int fd;

	snprintf(path, 64, "/tmp/socketfactory_hosts.XXXXXX");
	fd = mkstemp(path);
	assert_int_equal(write(fd, hosts, strlen(hosts)), strlen(hosts));
	close(fd);
	r = poe_resolver_new(y->kernel, &(struct poe_resolver_plan){ .hosts = path, .servers = "127.0.0.1:1" });
	assert_non_null(r);
	y->plan.resolver = r;
	return r;
}

static void a_names_addresses_are_tried_in_turn(void **state)
{
	struct yard *y = yard_new(*state);
	char path[64];
	struct poe_resolver *r = resolver_of(y, "127.0.0.2 x.test\n127.0.0.3 x.test\n127.0.0.4 x.test\n", path);

	yard_listen(y, "127.0.0.4");
	yard_dial(y, "x.test", poe_socketfactory_port(y->door));
	yard_assert_connected(y, AF_INET);
	unlink(path);
	poe_resolver_unref(r);
	yard_free(y);
}

static void when_no_address_answers_the_last_failure_is_told(void **state)
{
	struct yard *y = yard_new(*state);
	char path[64];
	struct poe_resolver *r = resolver_of(y, "127.0.0.2 x.test\n127.0.0.3 x.test\n", path);

	yard_dial(y, "x.test", free_port(y));
	yard_settle(y);
	yard_assert_told(y, "failed:connect:ECONNREFUSED ");
	unlink(path);
	poe_resolver_unref(r);
	yard_free(y);
}

static void a_name_nobody_knows_is_a_failure_to_resolve(void **state)
{
	struct yard *y = yard_new(*state);
	char path[64];
	struct poe_resolver *r = resolver_of(y, "", path);

	yard_dial(y, "unknown.test", 80);
	while (y->log[0] == '\0')
		poe_run_one_timeslice(y->kernel);
	assert_int_equal(strncmp(y->log, "failed:resolve:", 15), 0);
	unlink(path);
	poe_resolver_unref(r);
	yard_free(y);
}

static void freed_while_it_looks_a_name_up_nothing_comes(void **state)
{
	struct yard *y = yard_new(*state);
	char path[64];
	struct poe_resolver *r = resolver_of(y, "127.0.0.2 x.test\n", path);

	y->plan.timeout = 5;
	yard_dial(y, "x.test", 80);
	yard_do(y, yard_free_dial);
	yard_settle(y);
	yard_assert_told(y, "");
	unlink(path);
	poe_resolver_unref(r);
	yard_free(y);
}

/* A socket that listens with its backlog full: who connects now waits. */
struct full_house {
	int door, guests[4], port;
};

/* The first guest is in before the others knock: so the house is full, however busy the machine. */
static void wait_for_first(const struct full_house *house)
{
	struct pollfd first = { .fd = house->guests[0], .events = POLLOUT };

	assert_int_equal(poll(&first, 1, 10000), 1);
}

static void fill_house(struct full_house *house)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof at;

	house->door = socket(AF_INET, SOCK_STREAM, 0);
	bind(house->door, (struct sockaddr *)&at, sizeof at);
	assert_int_equal(listen(house->door, 0), 0);
	getsockname(house->door, (struct sockaddr *)&at, &length);
	house->port = ntohs(at.sin_port);
	for (int i = 0; i < 4; i++) {
		house->guests[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
		connect(house->guests[i], (struct sockaddr *)&at, sizeof at);
		if (i == 0)
			wait_for_first(house);
	}
}

static void empty_house(struct full_house *house)
{
	for (int i = 0; i < 4; i++)
		close(house->guests[i]);
	close(house->door);
}

static void a_connect_that_takes_too_long_is_etimedout(void **state)
{
	struct yard *y = yard_new(*state);
	struct full_house house;
	double begin = poe_now(y->kernel);

	fill_house(&house);
	y->plan.timeout = 7;
	yard_dial(y, "127.0.0.1", house.port);
	while (y->log[0] == '\0')
		poe_run_one_timeslice(y->kernel);
	yard_assert_told(y, "failed:connect:ETIMEDOUT ");
	assert_true(poe_now(y->kernel) - begin >= 7 && poe_now(y->kernel) - begin < 8);
	empty_house(&house);
	yard_free(y);
}

static void freed_while_it_connects_nothing_comes(void **state)
{
	struct yard *y = yard_new(*state);
	struct full_house house;

	fill_house(&house);
	y->plan.timeout = 7;
	yard_dial(y, "127.0.0.1", house.port);
	yard_settle(y); /* 100 s: beyond the timeout */
	yard_assert_told(y, "failed:connect:ETIMEDOUT ");
	yard_do(y, yard_free_dial);
	yard_do(y, yard_make_dial);
	yard_free_dial(y); /* from outside its session: the alarm stays, and finds nobody */
	yard_settle(y);
	yard_assert_told(y, "");
	empty_house(&house);
	yard_free(y);
}

static void a_deadline_that_was_met_does_not_come(void **state)
{
	struct yard *y = yard_new(*state);

	yard_listen(y, "127.0.0.1");
	y->plan.timeout = 7;
	yard_dial(y, "127.0.0.1", poe_socketfactory_port(y->door));
	yard_assert_connected(y, AF_INET);
	assert_null(strstr(y->log, "failed"));
	yard_free(y);
}

static void freed_in_connected_all_is_well(void **state)
{
	struct yard *y = yard_new(*state);

	yard_listen(y, "127.0.0.1");
	y->hook = yard_free_dial;
	yard_dial(y, "127.0.0.1", poe_socketfactory_port(y->door));
	while (y->dial != NULL)
		poe_run_one_timeslice(y->kernel);
	y->hook = NULL;
	yard_settle(y);
	yard_free(y);
}

static void freed_in_failure_all_is_well(void **state)
{
	struct yard *y = yard_new(*state);

	y->hook = yard_free_dial;
	yard_dial(y, "127.0.0.1", free_port(y));
	yard_settle(y);
	yard_assert_told(y, "failed:connect:ECONNREFUSED ");
	assert_null(y->dial);
	yard_free(y);
}

static void stop_kernel(struct yard *y)
{
	poe_kernel_stop(y->kernel);
}

static void the_sessions_end_closes_what_listens_and_what_connects(void **state)
{
	struct yard *y = yard_new(*state);
	struct full_house house;

	fill_house(&house);
	yard_listen(y, "127.0.0.1");
	y->plan.timeout = 7;
	yard_dial(y, "127.0.0.1", house.port);
	yard_do(y, stop_kernel);
	assert_int_equal(poe_run(y->kernel), 0);
	empty_house(&house);
	free(y); /* the harness sees to it that no descriptor is left */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(a_path_where_nobody_is_fails_later_not_from_within),
		HARNESS_TEST(a_refused_connection_is_a_failure),
		HARNESS_TEST(a_connection_may_come_from_an_address_of_choice),
		HARNESS_TEST(a_names_addresses_are_tried_in_turn),
		HARNESS_TEST(when_no_address_answers_the_last_failure_is_told),
		HARNESS_TEST(a_name_nobody_knows_is_a_failure_to_resolve),
		HARNESS_TEST(freed_while_it_looks_a_name_up_nothing_comes),
		HARNESS_TEST(a_connect_that_takes_too_long_is_etimedout),
		HARNESS_TEST(freed_while_it_connects_nothing_comes),
		HARNESS_TEST(a_deadline_that_was_met_does_not_come),
		HARNESS_TEST(freed_in_connected_all_is_well),
		HARNESS_TEST(freed_in_failure_all_is_well),
		HARNESS_TEST(the_sessions_end_closes_what_listens_and_what_connects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
