#include <errno.h>
#include <fcntl.h>
#include <poe/driver.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmocka.h>

static ssize_t write_text(struct poe_driver *d, const char *first, const char *second)
{
	struct iovec parts[] = { { (void *)first, strlen(first) }, { (void *)second, strlen(second) } };

	return d->ops->write(d, parts, 2);
}

static void assert_reads(struct poe_driver *d, const char *text)
{
	char octets[64] = "";

	assert_int_equal(d->ops->read(d, octets, sizeof octets - 1), strlen(text));
	assert_string_equal(octets, text);
}

static void assert_carries(int from, int to)
{
	struct poe_driver *out = poe_driver_stream(from), *in = poe_driver_stream(to);

	assert_int_equal(write_text(out, "hello ", "world"), 11);
	assert_reads(in, "hello world");
	assert_int_equal(in->ops->pending(in), 0);
	poe_driver_free(out);
	poe_driver_free(in);
	close(from);
	close(to);
}

static void a_write_to_a_pipe_leaves_the_signal_mask_as_it_was(void **state)
{
	sigset_t mask;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_carries(ends[1], ends[0]);
	sigprocmask(SIG_BLOCK, NULL, &mask);
	assert_false(sigismember(&mask, SIGPIPE));
}

static void sockets_and_pipes_carry_octets(void **state)
{
	int pair[2], ends[2];

	(void)state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_carries(pair[0], pair[1]);
	assert_int_equal(pipe(ends), 0);
	assert_carries(ends[1], ends[0]);
}

static void end_of_input_is_zero(void **state)
{
	struct poe_driver *d;
	char octet;
	int pair[2];

	(void)state;
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	close(pair[1]);
	d = poe_driver_stream(pair[0]);
	assert_int_equal(d->ops->read(d, &octet, 1), 0);
	poe_driver_free(d);
	close(pair[0]);
}

static void nothing_there_is_eagain(void **state)
{
	struct poe_driver *d;
	char octet;
	int pair[2];

	(void)state;
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair);
	d = poe_driver_stream(pair[0]);
	assert_int_equal(d->ops->read(d, &octet, 1), -1);
	assert_int_equal(errno, EAGAIN);
	poe_driver_free(d);
	close(pair[0]);
	close(pair[1]);
}

static volatile sig_atomic_t signals_seen;

static void count_signal(int number)
{
	(void)number;
	signals_seen++;
}

/* With the default action a SIGPIPE would end this program. */
static void assert_broken(int fd)
{
	struct poe_driver *d = poe_driver_stream(fd);

	signals_seen = 0;
	assert_int_equal(write_text(d, "a", "b"), -1);
	assert_int_equal(errno, EPIPE);
	assert_int_equal(signals_seen, 0);
	poe_driver_free(d);
	close(fd);
}

static void no_signal_comes_of_a_write_to_nobody(void **state)
{
	int pair[2], ends[2];

	(void)state;
	signal(SIGPIPE, count_signal);
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	close(pair[1]);
	assert_broken(pair[0]);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_broken(ends[1]);
	signal(SIGPIPE, SIG_DFL);
}

static void a_sigpipe_that_was_pending_stays_pending(void **state)
{
	sigset_t pipe_only, old, pending;
	int ends[2];

	(void)state;
	signal(SIGPIPE, count_signal);
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	sigprocmask(SIG_BLOCK, &pipe_only, &old);
	raise(SIGPIPE);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	assert_broken(ends[1]);
	sigpending(&pending);
	assert_true(sigismember(&pending, SIGPIPE));
	sigprocmask(SIG_SETMASK, &old, NULL);
	signal(SIGPIPE, SIG_DFL);
}

/* The writer sleeps until it has been interrupted once: then the reader has something. */
static int feeder_fd;

static void feed(int number)
{
	(void)number;
	signals_seen++;
	(void)!write(feeder_fd, "fed", 3);
}

static void a_read_goes_on_after_a_signal(void **state)
{
	struct sigaction on_alarm = { .sa_handler = feed };
	struct itimerval soon = { .it_value = { .tv_usec = 1000 } };
	struct poe_driver *d;
	int pair[2];

	(void)state;
	signals_seen = 0;
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	feeder_fd = pair[1];
	sigaction(SIGALRM, &on_alarm, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	d = poe_driver_stream(pair[0]);
	assert_reads(d, "fed");
	assert_int_equal(signals_seen, 1);
	signal(SIGALRM, SIG_DFL);
	poe_driver_free(d);
	close(pair[0]);
	close(pair[1]);
}

static void a_closed_descriptor_is_ebadf(void **state)
{
	(void)state;
	assert_null(poe_driver_stream(-1));
	assert_int_equal(errno, EBADF);
}

static void the_driver_does_not_own_its_descriptor(void **state)
{
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	poe_driver_free(poe_driver_stream(ends[0]));
	assert_int_not_equal(fcntl(ends[0], F_GETFD), -1);
	close(ends[0]);
	close(ends[1]);
	poe_driver_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sockets_and_pipes_carry_octets),
		cmocka_unit_test(a_write_to_a_pipe_leaves_the_signal_mask_as_it_was),
		cmocka_unit_test(end_of_input_is_zero),
		cmocka_unit_test(nothing_there_is_eagain),
		cmocka_unit_test(no_signal_comes_of_a_write_to_nobody),
		cmocka_unit_test(a_sigpipe_that_was_pending_stays_pending),
		cmocka_unit_test(a_read_goes_on_after_a_signal),
		cmocka_unit_test(a_closed_descriptor_is_ebadf),
		cmocka_unit_test(the_driver_does_not_own_its_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
