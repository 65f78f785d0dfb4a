/* FollowTail on what is no plain file: pipes, sockets, terminals. */
#include "trail.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static void settle_and_expect(struct trail *t, const char *expected)
{
	trail_settle(t);
	trail_assert_told(t, expected);
}

/* A wheel on a descriptor. */
static struct trail *following_fd(int fd)
{
	struct trail *t = trail_new();

	t->plan.filename = NULL;
	t->plan.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	close(fd);
	t->plan.idle_event = "idle";
	trail_start(t);
	trail_assert_told(t, "");
	return t;
}

/* Both ends are open when descriptors are counted, and closed at the end: one by the wheel, one by the test. */
static struct trail *following_pair(int pair[2])
{
	struct trail *t = following_fd(pair[0]);

	t->fds_before -= 2;
	return t;
}

static struct trail *following_pipe(mode_t mode)
{
	struct trail *t = trail_new();

	assert_int_equal(mkfifo(t->path, mode), 0);
	trail_start(t);
	trail_assert_told(t, "");
	return t;
}

static void a_named_pipe_is_read_through_writers_that_come_and_go(void **state)
{
	struct trail *t = following_pipe(0600);

	(void)state;
	trail_append(t, "1\n2");
	settle_and_expect(t, "input:1 ");
	trail_append(t, "3\n");
	settle_and_expect(t, "input:23 ");
	assert_int_equal(poe_followtail_tell(t->wheel), -1);
	assert_int_equal(errno, ESPIPE);
	trail_free(t);
}

static void a_named_pipe_that_may_only_be_read_is_opened_again_at_each_poll(void **state)
{
	struct trail *t;
	int fd;

	(void)state;
	if (geteuid() == 0 && seteuid(65534) != 0)
		skip();
	t = following_pipe(0400);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(chmod(t->path, 0600), 0);
		fd = open(t->path, O_WRONLY | O_CLOEXEC);
		assert_int_equal(chmod(t->path, 0400), 0);
		assert_int_equal(write(fd, "line\n", 5), 5);
		close(fd);
		settle_and_expect(t, "input:line ");
		trail_poll(t);
		trail_assert_told(t, "");
	}
	trail_free(t);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
}

static void another_pipe_of_that_name_is_another_file(void **state)
{
	struct trail *t = following_pipe(0600);

	(void)state;
	trail_append(t, "half");
	settle_and_expect(t, "");
	trail_rename(t, "log", "log.1");
	assert_int_equal(mkfifo(t->path, 0600), 0);
	settle_and_expect(t, "reset ");
	trail_append(t, "1\n");
	settle_and_expect(t, "input:1 ");
	trail_free(t);
}

static void a_plain_file_gives_way_to_a_pipe_and_the_other_way(void **state)
{
	struct trail *t = trail_new();

	(void)state;
	trail_append(t, "old\n");
	trail_start(t);
	trail_remove(t, "log");
	assert_int_equal(mkfifo(t->path, 0600), 0);
	settle_and_expect(t, "reset ");
	trail_append(t, "1\n");
	settle_and_expect(t, "input:1 ");
	trail_remove(t, "log");
	trail_append(t, "2\n");
	settle_and_expect(t, "reset input:2 ");
	trail_free(t);
}

static void the_end_of_a_pipe_is_idle_and_the_last_event(void **state)
{
	struct trail *t;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	t = following_pair(ends);
	assert_int_equal(write(ends[1], "1\n2", 3), 3);
	settle_and_expect(t, "input:1 ");
	close(ends[1]);
	settle_and_expect(t, "idle ");
	trail_poll(t);
	trail_assert_told(t, "");
	trail_free(t);
}

static void the_end_of_a_socket_is_a_read_error_with_zero(void **state)
{
	struct trail *t;
	int ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	t = following_pair(ends);
	assert_int_equal(write(ends[1], "1\n", 2), 2);
	close(ends[1]);
	settle_and_expect(t, "input:1 error:read:0 ");
	trail_free(t);
}

/* What goes through a terminal takes the system's own time, which is not the kernel's. */
static void wait_for(const struct trail *t, short what)
{
	struct pollfd terminal = { .fd = t->plan.fd, .events = POLLIN };

	do
		assert_int_equal(poll(&terminal, 1, 10000), 1);
	while (!(terminal.revents & what));
}

static void a_terminal_that_hangs_up_is_a_read_error_with_zero(void **state)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct trail *t;
	int ends[2] = { -1, master };

	(void)state;
	assert_int_equal(grantpt(master) | unlockpt(master), 0);
	ends[0] = open(ptsname(master), O_RDWR | O_NOCTTY | O_CLOEXEC);
	t = following_pair(ends);
	assert_int_equal(write(master, "1\n", 2), 2);
	wait_for(t, POLLIN);
	settle_and_expect(t, "input:1 ");
	close(master);
	wait_for(t, POLLHUP);
	settle_and_expect(t, "error:read:0 ");
	trail_free(t);
}

static void pause_wheel(struct trail *t)
{
	poe_followtail_pause(t->wheel);
}

/* Octets in the pipe that nobody has read. */
static int unread(const struct trail *t)
{
	int fd = open(t->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC), octets = -1;

	ioctl(fd, FIONREAD, &octets);
	close(fd);
	return octets;
}

static void resume_wheel(struct trail *t)
{
	poe_followtail_resume(t->wheel);
	trail_assert_told(t, "");
}

static void a_paused_pipe_is_not_read_and_its_rest_comes_on_resume(void **state)
{
	struct trail *t = following_pipe(0600);

	(void)state;
	t->hook_event = "input";
	t->hook = pause_wheel;
	trail_append(t, "1\n2\n");
	settle_and_expect(t, "input:1 ");
	trail_append(t, "3\n");
	settle_and_expect(t, "");
	assert_int_equal(unread(t), 2);
	t->hook_event = NULL;
	trail_do(t, resume_wheel);
	settle_and_expect(t, "input:2 input:3 ");
	trail_free(t);
}

static void a_wheel_may_be_freed_at_the_end_of_a_pipe(void **state)
{
	struct trail *t;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	t = following_pair(ends);
	t->hook_event = "idle";
	t->hook = trail_free_wheel;
	close(ends[1]);
	settle_and_expect(t, "idle ");
	trail_free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_named_pipe_is_read_through_writers_that_come_and_go),
		cmocka_unit_test(a_named_pipe_that_may_only_be_read_is_opened_again_at_each_poll),
		cmocka_unit_test(another_pipe_of_that_name_is_another_file),
		cmocka_unit_test(a_plain_file_gives_way_to_a_pipe_and_the_other_way),
		cmocka_unit_test(the_end_of_a_pipe_is_idle_and_the_last_event),
		cmocka_unit_test(the_end_of_a_socket_is_a_read_error_with_zero),
		cmocka_unit_test(a_terminal_that_hangs_up_is_a_read_error_with_zero),
		cmocka_unit_test(a_paused_pipe_is_not_read_and_its_rest_comes_on_resume),
		cmocka_unit_test(a_wheel_may_be_freed_at_the_end_of_a_pipe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
