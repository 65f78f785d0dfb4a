/*
 * Each system call of each scenario goes wrong in each way that it may: what
 * the headers promise for it must come, and nothing else.  Every row is tried
 * at the first call, at the second, ..., and where it is to change nothing also
 * at five in a row.
 */
#include "attempt.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>

#include <cmocka.h>

enum { MOST_POINTS = 40, ROW = 5 };

enum outcome {
	UNHARMED, /* as if nothing had been */
	TOLD,     /* the errno, with the function that the row names */
	EITHER    /* told, or made up for by another try */
};

struct row {
	const char *name;
	const struct scenario *file;
	const char *scenario;
	enum inject_function function;
	int error_num; /* 0: the call moves `most` octets */
	size_t most;
	enum outcome outcome;
	const char *blamed;
};

static const struct row rows[] = {
	{ "an_interrupted_read_is_read_again", scenarios_readwrite, "lines_go_there_and_back", INJECT_RECV, EINTR, 0, UNHARMED, NULL },
	{ "a_false_alarm_is_no_input", scenarios_readwrite, "lines_go_there_and_back", INJECT_RECV, EAGAIN, 0, UNHARMED, NULL },
	{ "one_octet_read_is_not_a_line", scenarios_readwrite, "lines_go_there_and_back", INJECT_RECV, 0, 1, UNHARMED, NULL },
	{ "one_octet_read_is_not_a_block", scenarios_readwrite, "a_filter_is_switched_with_octets_pending", INJECT_RECV, 0, 1, UNHARMED, NULL },
	{ "a_reset_is_told_by_read", scenarios_readwrite, "lines_go_there_and_back", INJECT_RECV, ECONNRESET, 0, TOLD, "read" },
	{ "a_time_out_is_told_by_read", scenarios_readwrite, "lines_go_there_and_back", INJECT_RECV, ETIMEDOUT, 0, TOLD, "read" },
	{ "an_interrupted_write_is_written_again", scenarios_readwrite, "a_megabyte_is_flushed", INJECT_SENDMSG, EINTR, 0, UNHARMED, NULL },
	{ "a_full_descriptor_is_waited_for", scenarios_readwrite, "a_megabyte_is_flushed", INJECT_SENDMSG, EAGAIN, 0, UNHARMED, NULL },
	{ "a_full_descriptor_delays_lines", scenarios_readwrite, "lines_go_there_and_back", INJECT_SENDMSG, EAGAIN, 0, UNHARMED, NULL },
	{ "one_octet_written_is_followed_by_the_rest", scenarios_readwrite, "a_megabyte_is_flushed", INJECT_SENDMSG, 0, 1, UNHARMED, NULL },
	{ "one_octet_of_a_line_is_followed_by_the_rest", scenarios_readwrite, "lines_go_there_and_back", INJECT_SENDMSG, 0, 1, UNHARMED, NULL },
	{ "a_broken_pipe_is_told_by_write", scenarios_readwrite, "lines_go_there_and_back", INJECT_SENDMSG, EPIPE, 0, TOLD, "write" },
	{ "a_reset_is_told_by_write", scenarios_readwrite, "a_megabyte_is_flushed", INJECT_SENDMSG, ECONNRESET, 0, TOLD, "write" },
	{ "want_of_buffers_is_told_by_write", scenarios_readwrite, "lines_go_there_and_back", INJECT_SENDMSG, ENOBUFS, 0, TOLD, "write" },
	{ "an_interrupted_read_of_a_pipe_is_read_again", scenarios_readwrite, "a_megabyte_goes_through_a_pipe", INJECT_READ, EINTR, 0, UNHARMED, NULL },
	{ "one_octet_of_a_pipe_is_not_a_line", scenarios_readwrite, "a_megabyte_goes_through_a_pipe", INJECT_READ, 0, 1, UNHARMED, NULL },
	{ "an_input_error_of_a_pipe_is_told_by_read", scenarios_readwrite, "a_megabyte_goes_through_a_pipe", INJECT_READ, EIO, 0, TOLD, "read" },
	{ "an_interrupted_write_to_a_pipe_is_written_again", scenarios_readwrite, "a_megabyte_goes_through_a_pipe", INJECT_WRITEV, EINTR, 0, UNHARMED, NULL },
	{ "a_full_pipe_is_waited_for", scenarios_readwrite, "a_megabyte_goes_through_a_pipe", INJECT_WRITEV, EAGAIN, 0, UNHARMED, NULL },
	{ "one_octet_to_a_pipe_is_followed_by_the_rest", scenarios_readwrite, "a_megabyte_goes_through_a_pipe", INJECT_WRITEV, 0, 1, UNHARMED, NULL },
	{ "a_full_disk_is_told_by_write", scenarios_readwrite, "a_megabyte_goes_through_a_pipe", INJECT_WRITEV, ENOSPC, 0, TOLD, "write" },
	{ "a_descriptor_of_no_kind_makes_no_wheel", scenarios_readwrite, "lines_go_there_and_back", INJECT_FSTAT, EIO, 0, TOLD, "" },
	{ "a_descriptor_that_cannot_be_set_makes_no_wheel", scenarios_readwrite, "lines_go_there_and_back", INJECT_FCNTL, EBADF, 0, TOLD, "" },

	{ "an_interrupted_accept_is_tried_again", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, EINTR, 0, UNHARMED, NULL },
	{ "nobody_at_the_door_is_no_failure", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, EAGAIN, 0, UNHARMED, NULL },
	{ "a_connection_that_died_in_the_backlog_is_passed_over", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, ECONNABORTED, 0, UNHARMED, NULL },
	{ "a_protocol_error_in_the_backlog_is_passed_over", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, EPROTO, 0, UNHARMED, NULL },
	{ "a_full_descriptor_table_is_told_by_accept", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, EMFILE, 0, TOLD, "accept" },
	{ "a_full_system_is_told_by_accept", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, ENFILE, 0, TOLD, "accept" },
	{ "want_of_buffers_is_told_by_accept", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, ENOBUFS, 0, TOLD, "accept" },
	{ "a_door_that_has_gone_is_told_by_accept", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_ACCEPT4, EINVAL, 0, TOLD, "accept" },
	{ "a_full_descriptor_table_is_told_by_socket", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_SOCKET, EMFILE, 0, TOLD, "socket" },
	{ "a_full_system_is_told_by_socket", scenarios_socketfactory, "a_door_is_found_by_path", INJECT_SOCKET, ENFILE, 0, TOLD, "socket" },
	{ "a_socket_for_one_address_is_made_up_for_by_another", scenarios_socketfactory, "a_door_is_found_by_name", INJECT_SOCKET, EAFNOSUPPORT, 0, EITHER, "socket" },
	{ "a_taken_port_is_told_by_bind", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_BIND, EADDRINUSE, 0, TOLD, "bind" },
	{ "a_taken_port_is_told_by_listen", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_LISTEN, EADDRINUSE, 0, TOLD, "listen" },
	{ "an_interrupted_connect_goes_on", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_CONNECT, EINTR, 0, UNHARMED, NULL },
	{ "want_of_ports_is_told_by_connect", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_CONNECT, EADDRNOTAVAIL, 0, TOLD, "connect" },
	{ "a_full_backlog_is_told_by_connect", scenarios_socketfactory, "a_door_is_found_by_path", INJECT_CONNECT, EAGAIN, 0, TOLD, "connect" },
	{ "an_unreachable_address_is_made_up_for_by_another", scenarios_socketfactory, "a_door_is_found_by_name", INJECT_CONNECT, ENETUNREACH, 0, EITHER, "connect" },
	{ "an_outcome_that_cannot_be_had_is_told_by_connect", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_GETSOCKOPT, ENOBUFS, 0, TOLD, "connect" },
	{ "an_option_that_is_not_there_is_told_by_socket_or_not_missed", scenarios_socketfactory, "a_door_is_knocked_at", INJECT_SETSOCKOPT, ENOPROTOOPT, 0, EITHER, "socket" },
	{ "a_hosts_file_that_cannot_be_opened_leaves_localhost", scenarios_socketfactory, "a_door_is_found_by_name", INJECT_FOPEN, EMFILE, 0, UNHARMED, NULL },

	{ "a_full_descriptor_table_is_told_by_sig_child", scenarios_signal, "two_sessions_hear_of_a_process_end", INJECT_SYSCALL, EMFILE, 0, TOLD, "" },
	{ "a_process_that_is_no_child_is_told_by_sig_child", scenarios_signal, "two_sessions_hear_of_a_process_end", INJECT_WAITID, ECHILD, 0, TOLD, "" },
	{ "a_signal_that_cannot_be_had_is_told_by_sig", scenarios_signal, "a_signal_of_the_system_is_heard", INJECT_SIGACTION, EINVAL, 0, TOLD, "" },
	{ "a_trace_that_cannot_be_opened_makes_no_kernel", scenarios_trace, "a_trace_is_written", INJECT_FOPEN, EMFILE, 0, TOLD, "" },
	{ "a_machine_without_random_numbers_resolves_too", scenarios_resolver, "what_is_known_is_answered", INJECT_GETRANDOM, EAGAIN, 0, UNHARMED, NULL },

	{ "an_interrupted_probe_is_made_again", scenarios_keepalive, "a_connection_is_lent_again", INJECT_RECV, EINTR, 0, UNHARMED, NULL },
	{ "a_probe_that_finds_a_reset_leads_to_a_new_connection", scenarios_keepalive, "a_connection_is_lent_again", INJECT_RECV, ECONNRESET, 0, UNHARMED, NULL },
	{ "a_probe_that_finds_a_reset_serves_those_who_wait", scenarios_keepalive, "one_connection_serves_four", INJECT_RECV, ECONNRESET, 0, UNHARMED, NULL },
	{ "a_full_descriptor_table_is_an_answer", scenarios_keepalive, "one_connection_serves_four", INJECT_SOCKET, EMFILE, 0, TOLD, "socket" },
	{ "want_of_ports_is_an_answer", scenarios_keepalive, "one_connection_serves_four", INJECT_CONNECT, EADDRNOTAVAIL, 0, TOLD, "connect" },
	{ "an_interrupted_dial_goes_on", scenarios_keepalive, "a_connection_is_lent_again", INJECT_CONNECT, EINTR, 0, UNHARMED, NULL },
	{ "an_unreachable_address_leads_to_the_next_one", scenarios_keepalive, "a_name_leads_to_a_connection", INJECT_CONNECT, ENETUNREACH, 0, EITHER, "connect" },
	{ "a_missing_option_is_not_missed", scenarios_keepalive, "a_connection_is_lent_again", INJECT_SETSOCKOPT, ENOPROTOOPT, 0, UNHARMED, NULL },
	{ "a_dial_that_cannot_be_watched_is_an_answer", scenarios_keepalive, "a_connection_is_lent_again", INJECT_FCNTL, EBADF, 0, TOLD, "socket" },
};

static const struct scenario *scenario_of(const struct row *row)
{
	const struct scenario *s = row->file;

	while (s->name != NULL && strcmp(s->name, row->scenario) != 0)
		s++;
	assert_non_null(s->name);
	return s;
}

static bool point(const struct row *row, unsigned first, unsigned count)
{
	return attempt_make(&(struct attempt){
		.scenario = scenario_of(row), .function = row->blamed, .is_loud = row->outcome == TOLD,
		.error_num = row->outcome == UNHARMED ? 0 : row->error_num,
		.plan = { .function = row->function, .first = first, .count = count, .error_num = row->error_num,
			  .most = row->most } });
}

static void row_holds(void **state)
{
	const struct row *row = *state;
	unsigned points, step;

	assert_true(attempt_none(scenario_of(row)));
	points = inject_calls(row->function);
	assert_int_not_equal(points, 0);
	step = points / MOST_POINTS + 1;
	for (unsigned n = 1; n <= points; n += step) {
		assert_true(point(row, n, 1));
		if (row->outcome == UNHARMED)
			assert_true(point(row, n, ROW));
	}
}

static void ring(int number)
{
	(void)number;
}

/* As a profiler's would: nothing may rely on a call's coming back undisturbed. */
static void every_scenario_goes_on_while_a_timer_interrupts_it(void **state)
{
	static const struct scenario *const files[] = { scenarios_event, scenarios_readwrite, scenarios_socketfactory,
							scenarios_resolver, scenarios_keepalive };
	const struct itimerval fast = { .it_interval.tv_usec = 100, .it_value.tv_usec = 100 }, never = { 0 };
	struct sigaction action = { .sa_handler = ring }, old;
	bool good = true;

	(void)state;
	sigaction(SIGALRM, &action, &old);
	setitimer(ITIMER_REAL, &fast, NULL);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		for (const struct scenario *s = files[i]; s->name != NULL; s++)
			good &= attempt_none(s);
	setitimer(ITIMER_REAL, &never, NULL);
	sigaction(SIGALRM, &old, NULL);
	assert_true(good);
}

int main(void)
{
	enum { COUNT = sizeof rows / sizeof *rows };
	struct CMUnitTest tests[COUNT + 1];

	for (size_t i = 0; i < COUNT; i++)
		tests[i] = (struct CMUnitTest){ .name = rows[i].name, .test_func = row_holds,
						.initial_state = (void *)(uintptr_t)&rows[i] };
	tests[COUNT] = (struct CMUnitTest)cmocka_unit_test(every_scenario_goes_on_while_a_timer_interrupts_it);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
