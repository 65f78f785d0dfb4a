#include "yard.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* What a service manager hands over: a socket that listens, and its port. */
static int listening(int *port)
{
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof any;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&any, sizeof any), 0);
	assert_int_equal(listen(fd, 16), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &length), 0);
	*port = ntohs(any.sin_port);
	return fd;
}

/* The plan and the descriptor travel in the yard's own plan. */
static void accept_on(struct yard *y)
{
	y->door = poe_listenaccept_new(y->kernel, y->plan.bind_port, &(struct poe_listenaccept_plan){
		.accept_event = y->plan.success_event, .error_event = y->plan.failure_event });
	y->refusal = errno;
}

static int open_door(struct yard *y)
{
	int port;

	y->plan.bind_port = listening(&port);
	yard_do(y, accept_on);
	assert_non_null(y->door);
	assert_int_equal(poe_socketfactory_port(y->door), port);
	return port;
}

static void connections_to_a_given_socket_are_accepted_with_their_address(void **state)
{
	struct yard *y = yard_new(*state);
	int port = open_door(y), clients[2];

	for (int i = 0; i < 2; i++)
		clients[i] = yard_client(port);
	yard_settle(y);
	yard_assert_told(y, "accepted accepted ");
	assert_string_equal(y->peer, "127.0.0.1");
	assert_int_not_equal(y->peer_port, 0);
	assert_true(fcntl(y->sockets[0], F_GETFL) & O_NONBLOCK);
	close(clients[0]);
	close(clients[1]);
	yard_free(y);
}

static void refuse(struct yard *y, int fd, int error_num)
{
	y->plan.bind_port = fd;
	yard_do(y, accept_on);
	assert_null(y->door);
	assert_int_equal(y->refusal, error_num);
}

static void what_does_not_listen_is_refused_and_not_taken(void **state)
{
	struct yard *y = yard_new(*state);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), file = open("/dev/null", O_RDONLY | O_CLOEXEC);

	refuse(y, fd, EINVAL);
	refuse(y, file, ENOTSOCK);
	refuse(y, -1, EBADF);
	assert_int_equal(listen(fd, 1), 0);
	y->plan.success_event = NULL;
	refuse(y, fd, EINVAL);
	y->plan.success_event = "";
	refuse(y, fd, EINVAL);
	assert_int_equal(close(fd), 0);
	assert_int_equal(close(file), 0);
	assert_null(poe_listenaccept_new(y->kernel, -1, &(struct poe_listenaccept_plan){ .accept_event = "x" }));
	yard_free(y);
}

static void outside_a_handler_it_is_esrch(void **state)
{
	struct yard *y = yard_new(*state);
	int port, fd = listening(&port);

	assert_null(poe_listenaccept_new(y->kernel, fd, &(struct poe_listenaccept_plan){ .accept_event = "x" }));
	assert_int_equal(errno, ESRCH);
	assert_int_equal(close(fd), 0);
	yard_free(y);
}

static void pause_and_resume_work_on_it(void **state)
{
	struct yard *y = yard_new(*state);
	int client = yard_client(open_door(y));

	poe_socketfactory_pause_accept(y->door);
	yard_settle(y);
	yard_assert_told(y, "");
	poe_socketfactory_resume_accept(y->door);
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	close(client);
	yard_free(y);
}

static void freed_in_accept_the_socket_is_closed(void **state)
{
	struct yard *y = yard_new(*state);
	int port = open_door(y), clients[2] = { yard_client(port), yard_client(port) };

	y->hook = yard_free_door;
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	assert_int_equal(fcntl(y->plan.bind_port, F_GETFD), -1);
	close(clients[0]);
	close(clients[1]);
	yard_free(y);
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

/* libev wants a descriptor of its own at the first timer, so time passes once before there is none. */
static void assert_rests(struct yard *y, const char *told)
{
	int client = yard_client(open_door(y));
	struct rlimit old;

	yard_settle(y);
	close(y->sockets[--y->count]);
	close(client);
	yard_assert_told(y, "accepted ");
	client = yard_client(poe_socketfactory_port(y->door));
	old = use_up_descriptors();
	for (int i = 0; i < 100; i++)
		poe_run_one_timeslice(y->kernel);
	setrlimit(RLIMIT_NOFILE, &old);
	yard_assert_told(y, told);
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	close(client);
	yard_free(y);
}

static void without_descriptors_it_tells_once_and_rests(void **state)
{
	assert_rests(yard_new(*state), "failed:accept:EMFILE ");
}

static void without_an_error_event_it_rests_in_silence(void **state)
{
	struct yard *y = yard_new(*state);

	y->plan.failure_event = NULL;
	assert_rests(y, "");
}

static void events_are_retargeted(void **state)
{
	struct yard *y = yard_new(*state);
	int client = yard_client(open_door(y));

	assert_int_equal(poe_listenaccept_event(y->door, "accept", "elsewhere"), 0);
	assert_int_equal(poe_listenaccept_event(y->door, "accept", "success"), 0);
	assert_int_equal(poe_listenaccept_event(y->door, "error", NULL), 0);
	assert_int_equal(poe_listenaccept_event(y->door, "accept", NULL), -1);
	assert_int_equal(errno, EINVAL);
	assert_int_equal(poe_listenaccept_event(y->door, "input", "x"), -1);
	assert_int_equal(errno, EINVAL);
	yard_settle(y);
	yard_assert_told(y, "accepted ");
	close(client);
	yard_free(y);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(connections_to_a_given_socket_are_accepted_with_their_address),
		HARNESS_TEST(what_does_not_listen_is_refused_and_not_taken),
		HARNESS_TEST(outside_a_handler_it_is_esrch),
		HARNESS_TEST(pause_and_resume_work_on_it),
		HARNESS_TEST(freed_in_accept_the_socket_is_closed),
		HARNESS_TEST(without_descriptors_it_tells_once_and_rests),
		HARNESS_TEST(without_an_error_event_it_rests_in_silence),
		HARNESS_TEST(events_are_retargeted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
