#include "yard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(struct yard *y, const char *what, const char *function, int error_num)
{
	size_t length = strlen(y->log);

	snprintf(y->log + length, sizeof y->log - length, "%s%s%s%s%s ", what, function[0] ? ":" : "", function,
		 error_num ? ":" : "", error_num ? strerrorname_np(error_num) : "");
}

static void on_success(struct poe_event *ev)
{
	struct yard *me = ev->heap;
	int64_t id = poe_arg_int(ev, 3);
	int is_door = me->door != NULL && id == poe_socketfactory_id(me->door);

	assert_true(is_door || (me->dial != NULL && id == poe_socketfactory_id(me->dial)));
	snprintf(me->peer, sizeof me->peer, "%s", poe_arg_str(ev, 1));
	me->peer_port = (int)poe_arg_int(ev, 2);
	if (!me->leave_sockets)
		me->sockets[me->count++] = poe_socket_take(ev);
	note(me, is_door ? "accepted" : "connected", "", 0);
	if (me->hook != NULL)
		me->hook(me);
}

static void on_failure(struct poe_event *ev)
{
	struct yard *me = ev->heap;

	assert_true(poe_arg_str(ev, 2)[0] != '\0');
	note(me, "failed", poe_arg_str(ev, 0), (int)poe_arg_int(ev, 1));
	if (me->hook != NULL)
		me->hook(me);
}

static void on_start(struct poe_event *ev)
{
	struct yard *me = ev->heap;

	me->session = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void on_do(struct poe_event *ev)
{
	struct yard *me = ev->heap;

	me->step(me);
}

static void on_quiet(struct poe_event *ev)
{
	struct yard *me = ev->heap;

	me->quiet++;
}

static const struct poe_state states[] = {
	{ "_start", on_start }, { "success", on_success }, { "failure", on_failure },
	{ "do", on_do }, { "quiet", on_quiet }, { 0 }
};

void yard_plan_again(struct yard *y)
{
	y->plan = (struct poe_socketfactory_plan){ .success_event = "success", .failure_event = "failure",
						   .bind_address = "127.0.0.1" };
}

struct yard *yard_new(struct harness *h)
{
	struct yard *y = calloc(1, sizeof *y);

	y->kernel = h->kernel;
	yard_plan_again(y);
	poe_session_create(y->kernel, &(struct poe_session_plan){ .states = states, .heap = y });
	return y;
}

void yard_do(struct yard *y, yard_step *step)
{
	y->step = step;
	poe_call(y->kernel, y->session, "do");
}

static void set_quiet(struct yard *y)
{
	poe_delay_set(y->kernel, "quiet", 100);
}

/* Virtual time passes only when nothing is ready. */
void yard_settle(struct yard *y)
{
	int quiet = y->quiet;

	yard_do(y, set_quiet);
	while (y->quiet == quiet)
		assert_int_equal(poe_run_one_timeslice(y->kernel), 1);
}

void yard_assert_told(struct yard *y, const char *expected)
{
	assert_string_equal(y->log, expected);
	y->log[0] = '\0';
}

void yard_free_door(struct yard *y)
{
	poe_socketfactory_free(y->door);
	y->door = NULL;
}

void yard_free_dial(struct yard *y)
{
	poe_socketfactory_free(y->dial);
	y->dial = NULL;
}

static void free_both(struct yard *y)
{
	yard_free_door(y);
	yard_free_dial(y);
}

void yard_free(struct yard *y)
{
	yard_do(y, free_both);
	for (int i = 0; i < y->count; i++)
		close(y->sockets[i]);
	poe_refcount_decrement(y->kernel, y->session, "test");
	assert_int_equal(poe_run(y->kernel), 0);
	free(y);
}

void yard_make_door(struct yard *y)
{
	y->door = poe_socketfactory_new(y->kernel, &y->plan);
	assert_non_null(y->door);
	yard_assert_told(y, "");
}

void yard_make_dial(struct yard *y)
{
	y->dial = poe_socketfactory_new(y->kernel, &y->plan);
	assert_non_null(y->dial);
	yard_assert_told(y, "");
}

void yard_listen(struct yard *y, const char *address)
{
	y->plan.bind_address = address;
	yard_do(y, yard_make_door);
}

/* Begins to connect; what becomes of it is told later. */
void yard_dial(struct yard *y, const char *address, int port)
{
	y->plan.bind_address = NULL;
	y->plan.remote_address = address;
	y->plan.remote_port = port;
	yard_do(y, yard_make_dial);
}

/* A client that the kernel under test knows nothing of. */
int yard_client(int port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof to), 0);
	return fd;
}

static void assert_ready_for_use(int fd, int domain)
{
	int nodelay = 0;
	socklen_t length = sizeof nodelay;

	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	if (domain == AF_UNIX)
		return;
	getsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &length);
	assert_int_not_equal(nodelay, 0);
}

void yard_assert_connected(struct yard *y, int domain)
{
	char octets[3];

	yard_settle(y);
	assert_int_equal(y->count, 2);
	assert_ready_for_use(y->sockets[0], domain);
	assert_ready_for_use(y->sockets[1], domain);
	assert_int_equal(write(y->sockets[0], "hey", 3), 3);
	assert_int_equal(read(y->sockets[1], octets, 3), 3);
}

char *yard_path(char path[64])
{
	snprintf(path, 64, "/tmp/socketfactory_test.XXXXXX");
	assert_non_null(mkdtemp(path));
	return strcat(path, "/door");
}

void yard_remove_path(char *path)
{
	unlink(path);
	path[strlen(path) - strlen("/door")] = '\0';
	rmdir(path);
}
