#include "yard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct yard *udp_yard(struct harness *h)
{
	struct yard *y = yard_new(h);

	y->plan.type = SOCK_DGRAM;
	return y;
}

static int type_of(int fd)
{
	int type = 0;
	socklen_t length = sizeof type;

	getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length);
	return type;
}

static int port_of(int fd)
{
	struct sockaddr_in own = { .sin_port = 0 };
	socklen_t length = sizeof own;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
	return ntohs(own.sin_port);
}

static void a_bound_socket_comes_by_the_queue_and_has_no_peer(void **state)
{
	struct yard *y = udp_yard(*state);

	yard_listen(y, "127.0.0.1");
	assert_true(poe_socketfactory_port(y->door) > 0);
	assert_int_equal(y->count, 0);
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	assert_string_equal(y->peer, "");
	assert_int_equal(y->peer_port, 0);
	assert_int_equal(type_of(y->sockets[0]), SOCK_DGRAM);
	assert_true(port_of(y->sockets[0]) > 0);
	assert_int_equal(poe_socketfactory_port(y->door), 0);
	yard_free(y);
}

static void a_socket_without_any_address_is_not_bound(void **state)
{
	struct yard *y = udp_yard(*state);

	yard_listen(y, NULL);
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	assert_int_equal(port_of(y->sockets[0]), 0);
	yard_free(y);
}

/* A bound socket, and another one that is connected to it. */
static void dial_bound(struct yard *y, const char *host)
{
	yard_listen(y, "127.0.0.1");
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	yard_dial(y, host, port_of(y->sockets[0]));
	yard_settle(y);
}

static void a_connected_socket_knows_its_peer(void **state)
{
	struct yard *y = udp_yard(*state);
	char octets[4];

	dial_bound(y, "127.0.0.1");
	yard_assert_told(y, "connected ");
	assert_string_equal(y->peer, "127.0.0.1");
	assert_int_equal(y->peer_port, port_of(y->sockets[0]));
	assert_int_equal(send(y->sockets[1], "hey", 3, 0), 3);
	assert_int_equal(recv(y->sockets[0], octets, sizeof octets, 0), 3);
	yard_free(y);
}

static void a_peers_name_is_looked_up(void **state)
{
	struct yard *y = udp_yard(*state);

	y->plan.domain = AF_INET;
	dial_bound(y, "localhost");
	yard_assert_told(y, "connected ");
	assert_string_equal(y->peer, "127.0.0.1");
	yard_free(y);
}

static void a_path_can_be_bound(void **state)
{
	struct yard *y = udp_yard(*state);
	char path[64];

	yard_listen(y, yard_path(path));
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	assert_int_equal(access(path, F_OK), 0);
	yard_free(y);
	yard_remove_path(path);
}

static void a_port_in_use_is_a_failure(void **state)
{
	struct yard *y = udp_yard(*state);

	yard_listen(y, "127.0.0.1");
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	yard_free_door(y);
	y->plan.bind_port = port_of(y->sockets[0]);
	yard_do(y, yard_make_door);
	yard_settle(y);
	yard_assert_told(y, "failed:bind:EADDRINUSE ");
	yard_free(y);
}

static void freed_before_its_event_nothing_comes(void **state)
{
	struct yard *y = udp_yard(*state);

	yard_listen(y, "127.0.0.1");
	yard_do(y, yard_free_door);
	yard_settle(y);
	yard_assert_told(y, "");
	yard_free(y);
}

static void it_may_be_freed_in_its_event(void **state)
{
	struct yard *y = udp_yard(*state);

	y->hook = yard_free_door;
	yard_listen(y, "127.0.0.1");
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	yard_free(y);
}

static void a_socket_nobody_takes_is_closed(void **state)
{
	struct yard *y = udp_yard(*state);

	y->leave_sockets = 1;
	yard_listen(y, "127.0.0.1");
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	yard_free(y);
}

static void try_plan(struct yard *y)
{
	assert_null(poe_socketfactory_new(y->kernel, &y->plan));
	y->refusal = errno;
}

static void another_type_is_einval(void **state)
{
	struct yard *y = udp_yard(*state);

	y->plan.type = SOCK_RAW;
	yard_do(y, try_plan);
	assert_int_equal(y->refusal, EINVAL);
	yard_free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(a_bound_socket_comes_by_the_queue_and_has_no_peer),
		HARNESS_TEST(a_socket_without_any_address_is_not_bound),
		HARNESS_TEST(a_connected_socket_knows_its_peer),
		HARNESS_TEST(a_peers_name_is_looked_up),
		HARNESS_TEST(a_path_can_be_bound),
		HARNESS_TEST(a_port_in_use_is_a_failure),
		HARNESS_TEST(freed_before_its_event_nothing_comes),
		HARNESS_TEST(it_may_be_freed_in_its_event),
		HARNESS_TEST(a_socket_nobody_takes_is_closed),
		HARNESS_TEST(another_type_is_einval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
