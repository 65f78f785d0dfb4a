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

enum { MOST_POINTS = 40, IN_A_ROW = 5, MOST_ROWS = 192 };

enum outcome {
	UNHARMED, /* as if nothing had been */
	TOLD,     /* the errno, with the function that the row names */
	EITHER    /* told, or made up for by another try */
};

/* One call at a time, in one way; error_num 0: it moves one octet only. */
struct row {
	const char *name;
	enum inject_function function;
	int error_num;
	enum outcome outcome;
	const char *blamed;
};

/* A scenario and what is done to it. */
struct play {
	const struct scenario *file;
	const char *name;
	const struct row *rows;
};

static const struct row lines_rows[] = {
	{ "an_interrupted_read_is_read_again", INJECT_RECV, EINTR, UNHARMED, NULL },
	{ "a_false_alarm_is_no_input", INJECT_RECV, EAGAIN, UNHARMED, NULL },
	{ "one_octet_read_is_not_a_line", INJECT_RECV, 0, UNHARMED, NULL },
	{ "a_reset_is_told_by_read", INJECT_RECV, ECONNRESET, TOLD, "read" },
	{ "a_time_out_is_told_by_read", INJECT_RECV, ETIMEDOUT, TOLD, "read" },
	{ "a_full_descriptor_delays_lines", INJECT_SENDMSG, EAGAIN, UNHARMED, NULL },
	{ "one_octet_of_a_line_is_followed_by_the_rest", INJECT_SENDMSG, 0, UNHARMED, NULL },
	{ "a_broken_pipe_is_told_by_write", INJECT_SENDMSG, EPIPE, TOLD, "write" },
	{ "want_of_buffers_is_told_by_write", INJECT_SENDMSG, ENOBUFS, TOLD, "write" },
	{ "a_descriptor_of_no_kind_makes_no_wheel", INJECT_FSTAT, EIO, TOLD, "" },
	{ "a_descriptor_that_cannot_be_set_makes_no_wheel", INJECT_FCNTL, EBADF, TOLD, "" },
	{ 0 },
};

static const struct row switching_rows[] = {
	{ "one_octet_read_is_not_a_block", INJECT_RECV, 0, UNHARMED, NULL },
	{ 0 },
};

static const struct row megabyte_rows[] = {
	{ "an_interrupted_write_is_written_again", INJECT_SENDMSG, EINTR, UNHARMED, NULL },
	{ "a_full_descriptor_is_waited_for", INJECT_SENDMSG, EAGAIN, UNHARMED, NULL },
	{ "one_octet_written_is_followed_by_the_rest", INJECT_SENDMSG, 0, UNHARMED, NULL },
	{ "a_reset_is_told_by_write", INJECT_SENDMSG, ECONNRESET, TOLD, "write" },
	{ 0 },
};

static const struct row pipe_rows[] = {
	{ "an_interrupted_read_of_a_pipe_is_read_again", INJECT_READ, EINTR, UNHARMED, NULL },
	{ "one_octet_of_a_pipe_is_not_a_line", INJECT_READ, 0, UNHARMED, NULL },
	{ "an_input_error_of_a_pipe_is_told_by_read", INJECT_READ, EIO, TOLD, "read" },
	{ "an_interrupted_write_to_a_pipe_is_written_again", INJECT_WRITEV, EINTR, UNHARMED, NULL },
	{ "a_full_pipe_is_waited_for", INJECT_WRITEV, EAGAIN, UNHARMED, NULL },
	{ "one_octet_to_a_pipe_is_followed_by_the_rest", INJECT_WRITEV, 0, UNHARMED, NULL },
	{ "a_full_disk_is_told_by_write", INJECT_WRITEV, ENOSPC, TOLD, "write" },
	{ 0 },
};

static const struct row door_rows[] = {
	{ "an_interrupted_accept_is_tried_again", INJECT_ACCEPT4, EINTR, UNHARMED, NULL },
	{ "nobody_at_the_door_is_no_failure", INJECT_ACCEPT4, EAGAIN, UNHARMED, NULL },
	{ "a_connection_that_died_in_the_backlog_is_passed_over", INJECT_ACCEPT4, ECONNABORTED, UNHARMED, NULL },
	{ "a_protocol_error_in_the_backlog_is_passed_over", INJECT_ACCEPT4, EPROTO, UNHARMED, NULL },
	{ "a_full_descriptor_table_is_told_by_accept", INJECT_ACCEPT4, EMFILE, TOLD, "accept" },
	{ "a_full_system_is_told_by_accept", INJECT_ACCEPT4, ENFILE, TOLD, "accept" },
	{ "want_of_buffers_is_told_by_accept", INJECT_ACCEPT4, ENOBUFS, TOLD, "accept" },
	{ "a_door_that_has_gone_is_told_by_accept", INJECT_ACCEPT4, EINVAL, TOLD, "accept" },
	{ "a_full_descriptor_table_is_told_by_socket", INJECT_SOCKET, EMFILE, TOLD, "socket" },
	{ "a_taken_port_is_told_by_bind", INJECT_BIND, EADDRINUSE, TOLD, "bind" },
	{ "a_taken_port_is_told_by_listen", INJECT_LISTEN, EADDRINUSE, TOLD, "listen" },
	{ "an_interrupted_connect_goes_on", INJECT_CONNECT, EINTR, UNHARMED, NULL },
	{ "want_of_ports_is_told_by_connect", INJECT_CONNECT, EADDRNOTAVAIL, TOLD, "connect" },
	{ "an_outcome_that_cannot_be_had_is_told_by_connect", INJECT_GETSOCKOPT, ENOBUFS, TOLD, "connect" },
	{ "a_missing_option_is_told_by_socket_or_not_missed", INJECT_SETSOCKOPT, ENOPROTOOPT, EITHER, "socket" },
	{ 0 },
};

static const struct row path_rows[] = {
	{ "a_full_system_is_told_by_socket", INJECT_SOCKET, ENFILE, TOLD, "socket" },
	{ "a_full_backlog_is_told_by_connect", INJECT_CONNECT, EAGAIN, TOLD, "connect" },
	{ 0 },
};

static const struct row name_rows[] = {
	{ "a_socket_for_one_address_is_made_up_for_by_another", INJECT_SOCKET, EAFNOSUPPORT, EITHER, "socket" },
	{ "an_unreachable_address_is_made_up_for_by_another", INJECT_CONNECT, ENETUNREACH, EITHER, "connect" },
	{ "a_hosts_file_that_cannot_be_opened_leaves_localhost", INJECT_FOPEN, EMFILE, UNHARMED, NULL },
	{ 0 },
};

static const struct row process_rows[] = {
	{ "a_full_descriptor_table_is_made_up_for_by_asking", INJECT_SYSCALL, EMFILE, UNHARMED, NULL },
	{ "a_system_without_such_descriptors_is_no_worse", INJECT_SYSCALL, ENOSYS, UNHARMED, NULL },
	{ "a_process_that_is_no_child_is_told_by_sig_child", INJECT_WAITID, ECHILD, TOLD, "" },
	{ 0 },
};

static const struct row signal_rows[] = {
	{ "a_signal_that_cannot_be_had_is_told_by_sig", INJECT_SIGACTION, EINVAL, TOLD, "" },
	{ 0 },
};

static const struct row trace_rows[] = {
	{ "a_trace_that_cannot_be_opened_makes_no_kernel", INJECT_FOPEN, EMFILE, TOLD, "" },
	{ 0 },
};

static const struct row resolver_rows[] = {
	{ "a_machine_without_random_numbers_resolves_too", INJECT_GETRANDOM, EAGAIN, UNHARMED, NULL },
	{ 0 },
};

static const struct row reuse_rows[] = {
	{ "an_interrupted_probe_is_made_again", INJECT_RECV, EINTR, UNHARMED, NULL },
	{ "a_probe_that_finds_a_reset_leads_to_a_new_connection", INJECT_RECV, ECONNRESET, UNHARMED, NULL },
	{ "an_interrupted_dial_goes_on", INJECT_CONNECT, EINTR, UNHARMED, NULL },
	{ "a_missing_option_is_not_missed", INJECT_SETSOCKOPT, ENOPROTOOPT, UNHARMED, NULL },
	{ "a_dial_that_cannot_be_watched_is_an_answer", INJECT_FCNTL, EBADF, TOLD, "socket" },
	{ 0 },
};

static const struct row queue_rows[] = {
	{ "a_probe_that_finds_a_reset_serves_those_who_wait", INJECT_RECV, ECONNRESET, UNHARMED, NULL },
	{ "a_full_descriptor_table_is_an_answer", INJECT_SOCKET, EMFILE, TOLD, "socket" },
	{ "want_of_ports_is_an_answer", INJECT_CONNECT, EADDRNOTAVAIL, TOLD, "connect" },
	{ 0 },
};

static const struct row dial_rows[] = {
	{ "an_unreachable_address_leads_to_the_next_one", INJECT_CONNECT, ENETUNREACH, EITHER, "connect" },
	{ 0 },
};

static const struct row detour_rows[] = {
	{ "an_interrupted_read_of_a_proxys_answer_is_read_again", INJECT_RECV, EINTR, UNHARMED, NULL },
	{ "a_false_alarm_is_no_answer_of_a_proxy", INJECT_RECV, EAGAIN, UNHARMED, NULL },
	{ "a_proxys_answer_may_come_octet_by_octet", INJECT_RECV, 0, UNHARMED, NULL },
	{ "a_reset_by_a_proxy_is_an_answer", INJECT_RECV, ECONNRESET, EITHER, "proxy" },
	{ "an_interrupted_question_to_a_proxy_is_asked_again", INJECT_SENDMSG, EINTR, UNHARMED, NULL },
	{ "a_question_to_a_proxy_waits_for_room", INJECT_SENDMSG, EAGAIN, UNHARMED, NULL },
	{ "a_proxy_that_cannot_be_asked_is_an_answer", INJECT_SENDMSG, EPIPE, TOLD, "proxy" },
	{ 0 },
};

static const struct row question_rows[] = {
	{ "a_question_to_a_proxy_may_go_octet_by_octet", INJECT_SENDMSG, 0, UNHARMED, NULL },
	{ 0 },
};

static const struct row race_rows[] = {
	{ "an_address_without_a_way_is_passed_over", INJECT_CONNECT, ENETUNREACH, EITHER, "connect" },
	{ "a_socket_that_is_not_to_be_had_is_passed_over", INJECT_SOCKET, EMFILE, EITHER, "socket" },
	{ 0 },
};

static const struct row secure_rows[] = {
	{ "an_interrupted_read_of_a_handshake_is_read_again", INJECT_RECV, EINTR, UNHARMED, NULL },
	{ "a_false_alarm_is_no_handshake", INJECT_RECV, EAGAIN, UNHARMED, NULL },
	{ "a_handshake_may_come_octet_by_octet", INJECT_RECV, 0, UNHARMED, NULL },
	{ "a_handshake_may_go_octet_by_octet", INJECT_SENDMSG, 0, UNHARMED, NULL },
	{ "a_handshake_waits_for_room", INJECT_SENDMSG, EAGAIN, UNHARMED, NULL },
	{ 0 },
};

static const struct row way_rows[] = {
	{ "a_device_that_cannot_be_bound_is_an_answer", INJECT_SETSOCKOPT, EPERM, EITHER, "bind" },
	{ "an_address_that_cannot_be_bound_is_an_answer", INJECT_BIND, EADDRNOTAVAIL, TOLD, "bind" },
	{ 0 },
};

static const struct row tcp_rows[] = {
	{ "a_full_descriptor_table_is_told_by_a_server_or_a_client", INJECT_SOCKET, EMFILE, TOLD, "socket" },
	{ "a_taken_port_is_told_by_a_server", INJECT_BIND, EADDRINUSE, TOLD, "bind" },
	{ "a_client_that_died_in_the_backlog_is_passed_over", INJECT_ACCEPT4, ECONNABORTED, UNHARMED, NULL },
	{ "a_full_descriptor_table_is_told_by_a_server", INJECT_ACCEPT4, EMFILE, TOLD, "accept" },
	{ "want_of_ports_is_told_by_a_client", INJECT_CONNECT, EADDRNOTAVAIL, TOLD, "connect" },
	{ "a_reset_is_told_by_either_end", INJECT_RECV, ECONNRESET, TOLD, "read" },
	{ "a_failed_write_is_told_by_either_end", INJECT_SENDMSG, ENETDOWN, TOLD, "write" },
	{ "a_socket_that_cannot_be_watched_is_told", INJECT_FCNTL, EBADF, TOLD, NULL },
	{ 0 },
};

static const struct row tls_rows[] = {
	{ "an_interrupted_read_of_tls_is_read_again", INJECT_RECV, EINTR, UNHARMED, NULL },
	{ "a_false_alarm_is_no_input_of_tls", INJECT_RECV, EAGAIN, UNHARMED, NULL },
	{ "one_octet_read_is_not_a_record", INJECT_RECV, 0, UNHARMED, NULL },
	{ "a_time_out_under_tls_is_told", INJECT_RECV, ETIMEDOUT, EITHER, NULL },
	{ "an_interrupted_write_of_tls_is_written_again", INJECT_SENDMSG, EINTR, UNHARMED, NULL },
	{ "a_full_socket_delays_tls", INJECT_SENDMSG, EAGAIN, UNHARMED, NULL },
	{ "one_octet_of_a_record_is_followed_by_the_rest", INJECT_SENDMSG, 0, UNHARMED, NULL },
	{ "want_of_buffers_under_tls_is_told", INJECT_SENDMSG, ENOBUFS, EITHER, NULL },
	{ "a_file_that_cannot_be_opened_makes_no_policy", INJECT_FOPEN, EMFILE, EITHER, "" },
	{ 0 },
};

static const struct row upgrade_rows[] = {
	{ "one_octet_read_is_not_a_record_behind_words_in_clear", INJECT_RECV, 0, UNHARMED, NULL },
	{ "a_full_socket_delays_a_change_to_tls", INJECT_RECV, EAGAIN, UNHARMED, NULL },
	{ 0 },
};

static const struct row log_rows[] = {
	{ "an_interrupted_read_of_a_log_is_read_again", INJECT_PREAD, EINTR, UNHARMED, NULL },
	{ "one_octet_of_a_log_is_not_a_line", INJECT_PREAD, 0, UNHARMED, NULL },
	{ "an_input_error_of_a_log_is_told_and_made_up_for", INJECT_PREAD, EIO, EITHER, "" },
	{ "a_log_that_may_not_be_opened_is_told_and_made_up_for", INJECT_OPEN, EACCES, EITHER, "" },
	{ "a_full_descriptor_table_is_told_of_a_log_and_made_up_for", INJECT_OPEN, EMFILE, EITHER, "" },
	{ "a_name_that_cannot_be_looked_at_is_told_and_made_up_for", INJECT_STAT, EIO, EITHER, "" },
	{ "a_log_that_cannot_be_looked_at_is_told_and_made_up_for", INJECT_FSTAT, EIO, EITHER, "" },
	{ "a_log_that_the_system_does_not_tell_of_is_polled", INJECT_INOTIFY, EMFILE, UNHARMED, NULL },
	{ "a_want_of_watches_is_made_up_for_by_polling", INJECT_INOTIFY, ENOSPC, UNHARMED, NULL },
	{ "news_of_a_log_are_read_again", INJECT_READ, EINTR, UNHARMED, NULL },
	{ 0 },
};

static const struct row named_pipe_rows[] = {
	{ "an_interrupted_read_of_a_named_pipe_is_read_again", INJECT_READ, EINTR, UNHARMED, NULL },
	{ "one_octet_of_a_named_pipe_is_not_a_line", INJECT_READ, 0, UNHARMED, NULL },
	{ "a_named_pipe_that_cannot_be_watched_is_told", INJECT_FCNTL, EBADF, EITHER, "" },
	{ 0 },
};

static const struct row typed_rows[] = {
	{ "an_interrupted_read_of_keys_is_read_again", INJECT_READ, EINTR, UNHARMED, NULL },
	{ "keys_may_come_one_by_one", INJECT_READ, 0, UNHARMED, NULL },
	{ "a_full_descriptor_table_makes_no_wheel_or_one_that_shares", INJECT_OPEN, EMFILE, EITHER, "" },
	{ "a_terminal_that_cannot_be_watched_makes_no_wheel", INJECT_FCNTL, EMFILE, EITHER, "" },
	{ 0 },
};

static const struct row program_rows[] = {
	{ "a_full_descriptor_table_is_told_by_pipe", INJECT_PIPE2, EMFILE, TOLD, "pipe" },
	{ "a_full_system_is_told_by_pipe", INJECT_PIPE2, ENFILE, TOLD, "pipe" },
	{ "a_full_process_table_is_told_by_fork", INJECT_POSIX_SPAWNP, EAGAIN, TOLD, "fork" },
	{ "a_program_that_is_none_is_told_by_exec", INJECT_POSIX_SPAWNP, ENOEXEC, TOLD, "exec" },
	{ "a_child_without_a_descriptor_is_asked", INJECT_SYSCALL, EMFILE, UNHARMED, NULL },
	{ "an_interrupted_read_of_a_child_is_read_again", INJECT_READ, EINTR, UNHARMED, NULL },
	{ "one_octet_of_a_child_is_not_a_line", INJECT_READ, 0, UNHARMED, NULL },
	{ "one_octet_to_a_child_is_followed_by_the_rest", INJECT_WRITEV, 0, UNHARMED, NULL },
	{ "a_childs_full_pipe_is_waited_for", INJECT_WRITEV, EAGAIN, UNHARMED, NULL },
	{ "a_pipe_that_cannot_be_watched_makes_no_wheel", INJECT_FCNTL, EBADF, TOLD, "" },
	{ 0 },
};

static const struct row forked_rows[] = {
	{ "a_full_descriptor_table_is_told_by_pipe_before_a_fork", INJECT_PIPE2, EMFILE, TOLD, "pipe" },
	{ "a_full_process_table_is_told_by_fork_itself", INJECT_FORK, EAGAIN, TOLD, "fork" },
	{ "news_of_a_child_are_read_again", INJECT_READ, EINTR, UNHARMED, NULL },
	{ 0 },
};

static const struct row terminal_rows[] = {
	{ "want_of_terminals_is_told_by_openpty", INJECT_POSIX_OPENPT, EAGAIN, TOLD, "openpty" },
	{ "an_interrupted_read_of_a_terminal_is_read_again", INJECT_READ, EINTR, UNHARMED, NULL },
	{ 0 },
};

static const struct play plays[] = {
	{ scenarios_readwrite, "lines_go_there_and_back", lines_rows },
	{ scenarios_readwrite, "a_filter_is_switched_with_octets_pending", switching_rows },
	{ scenarios_readwrite, "a_megabyte_is_flushed", megabyte_rows },
	{ scenarios_readwrite, "a_megabyte_goes_through_a_pipe", pipe_rows },
	{ scenarios_socketfactory, "a_door_is_knocked_at", door_rows },
	{ scenarios_socketfactory, "a_door_is_found_by_path", path_rows },
	{ scenarios_socketfactory, "a_door_is_found_by_name", name_rows },
	{ scenarios_run, "lines_go_through_a_program", program_rows },
	{ scenarios_run, "lines_go_through_a_forked_program", forked_rows },
	{ scenarios_run, "lines_go_through_a_terminal", terminal_rows },
	{ scenarios_followtail, "a_log_is_rotated_and_truncated", log_rows },
	{ scenarios_followtail, "lines_come_through_a_named_pipe", named_pipe_rows },
	{ scenarios_readline, "lines_are_typed_at_a_terminal", typed_rows },
	{ scenarios_signal, "two_sessions_hear_of_a_process_end", process_rows },
	{ scenarios_signal, "a_signal_of_the_system_is_heard", signal_rows },
	{ scenarios_trace, "a_trace_is_written", trace_rows },
	{ scenarios_resolver, "what_is_known_is_answered", resolver_rows },
	{ scenarios_keepalive, "a_connection_is_lent_again", reuse_rows },
	{ scenarios_keepalive, "one_connection_serves_four", queue_rows },
	{ scenarios_keepalive, "a_name_leads_to_a_connection", dial_rows },
	{ scenarios_dial, "a_tunnel_is_opened_by_connect", detour_rows },
	{ scenarios_dial, "a_tunnel_is_opened_by_socks", detour_rows },
	{ scenarios_dial, "a_tunnel_is_opened_by_connect", question_rows },
	{ scenarios_dial, "a_race_is_won_past_a_black_hole", race_rows },
	{ scenarios_dial, "hands_are_shaken_in_a_tunnel", secure_rows },
	{ scenarios_dial, "a_request_says_all_it_can", way_rows },
	{ scenarios_tcp, "a_client_talks_with_a_server", tcp_rows },
	{ scenarios_tls, "lines_go_there_and_back_in_tls", tls_rows },
	{ scenarios_tls, "wheels_change_to_tls", upgrade_rows },
};

/* What a test is given. */
struct check {
	const struct scenario *scenario;
	const struct row *row;
};

static const struct scenario *scenario_of(const struct play *play)
{
	const struct scenario *s = play->file;

	while (s->name != NULL && strcmp(s->name, play->name) != 0)
		s++;
	return s;
}

static bool point(const struct check *check, unsigned first, unsigned count)
{
	const struct row *row = check->row;

	return attempt_make(&(struct attempt){
		.scenario = check->scenario, .function = row->blamed, .is_loud = row->outcome == TOLD,
		.error_num = row->outcome == UNHARMED ? 0 : row->error_num,
		.plan = { .function = row->function, .first = first, .count = count, .error_num = row->error_num,
			  .most = 1 } });
}

static void row_holds(void **state)
{
	const struct check *check = *state;
	unsigned points, step;

	assert_true(attempt_none(check->scenario));
	points = inject_calls(check->row->function);
	assert_int_not_equal(points, 0);
	step = points / MOST_POINTS + 1;
	for (unsigned n = 1; n <= points; n += step) {
		assert_true(point(check, n, 1));
		if (check->row->outcome == UNHARMED)
			assert_true(point(check, n, IN_A_ROW));
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
							scenarios_resolver, scenarios_keepalive, scenarios_tls };
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

static size_t add(struct check *checks, struct CMUnitTest *tests, size_t count, const struct play *play)
{
	for (const struct row *row = play->rows; row->name != NULL && count < MOST_ROWS; row++, count++) {
		checks[count] = (struct check){ scenario_of(play), row };
		tests[count] = (struct CMUnitTest){ .name = row->name, .test_func = row_holds,
						    .initial_state = &checks[count] };
	}
	return count;
}

int main(void)
{
	struct CMUnitTest tests[MOST_ROWS + 1];
	struct check checks[MOST_ROWS];
	size_t count = 0;

	for (size_t i = 0; i < sizeof plays / sizeof *plays; i++)
		count = add(checks, tests, count, &plays[i]);
	tests[count++] = (struct CMUnitTest)cmocka_unit_test(every_scenario_goes_on_while_a_timer_interrupts_it);
	return _cmocka_run_group_tests("system calls", tests, count, NULL, NULL);
}
