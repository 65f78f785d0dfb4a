/*
 * The connection manager before a real nginx.  Each answer is the request's own
 * path, so that one that went to somebody else shows; and the worker's process,
 * so that a reload does.
 */
#include "harness.h"

#include "http_crowd.h"
#include "server_process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                                                        \
	"daemon off; worker_processes 1; pid @DIR@/pid; error_log @DIR@/error;"                     \
	" events { worker_connections 256; } http { access_log off; client_body_temp_path @DIR@/1;" \
	" proxy_temp_path @DIR@/2; fastcgi_temp_path @DIR@/3; uwsgi_temp_path @DIR@/4; scgi_temp_path @DIR@/5;" \
	" server { listen 127.0.0.1:@PORT@; location / { return 200 \"$uri $pid\"; } "

static const char *const nginx_arguments[] = { "-p", "@DIR@", "-c", "@DIR@/config", "-e", "@DIR@/error", NULL };

static struct crowd_plan usual(const struct server_process *s)
{
	return (struct crowd_plan){ .members = 8, .requests = 1000, .scheme = "http", .port = server_process_port(s),
				    .filter = http_crowd_filter, .ask = http_crowd_ask, .read = http_crowd_read };
}

/* A test skips where there is no nginx. */
static struct server_process *nginx(void **state, const struct server_plan *plan)
{
	*state = server_process_start(plan);
	if (*state == NULL) {
		print_message("skipped: nginx is not installed\n");
		skip();
	}
	return *state;
}

static int stop_server(void **state)
{
	server_process_free(*state);
	return 0;
}

static void a_thousand_requests_take_four_connections(void **state)
{
	static const struct server_plan plan = { "nginx", HEAD "keepalive_requests 2000; } }", nginx_arguments };
	struct crowd_plan p = usual(nginx(state, &plan));
	struct crowd c = { .plan = NULL };

	crowd_run(&c, &p);
	assert_int_equal(c.answered, 1000);
	assert_in_range(c.stats.opened, 1, 4);
	assert_int_equal(c.stats.connected + c.stats.immediate + c.stats.deferred, 1000);
	assert_int_equal(c.refusals + c.lost_new + c.lost_reused, 0);
}

/* Members ask at about the moment at which the server closes what is idle. */
static void what_the_server_closes_while_idle_is_not_lent(void **state)
{
	static const struct server_plan plan = { "nginx", HEAD "keepalive_timeout 20ms; } }", nginx_arguments };
	struct crowd_plan p = usual(nginx(state, &plan));
	struct crowd c = { .plan = NULL };

	p.members = 4;
	p.requests = 100;
	p.pause = 0.02;
	crowd_run(&c, &p);
	assert_int_equal(c.answered, 100);
	assert_int_equal(c.lost_new + c.refusals, 0);
	assert_true(c.stats.opened > 4);
	assert_true(c.stats.stale + (uint64_t)c.lost_reused > 0);
}

/* Nobody asks while the connections die: all of that is seen while they are idle. */
static void an_idle_connection_that_the_server_closed_is_noticed(void **state)
{
	static const struct server_plan plan = { "nginx", HEAD "keepalive_timeout 10ms; } }", nginx_arguments };
	struct crowd_plan p = usual(nginx(state, &plan));
	struct crowd c = { .plan = NULL };

	p.members = 1;
	p.requests = 4;
	p.pause = 0.25;
	crowd_run(&c, &p);
	assert_int_equal(c.stats.opened, 4);
	assert_int_equal(c.stats.connected, 4);
	assert_in_range(c.stats.stale, 3, 4);
	assert_int_equal(c.lost_reused + c.lost_new, 0);
}

static void a_server_that_closes_every_third_request_answers_all(void **state)
{
	static const struct server_plan plan = { "nginx", HEAD "keepalive_requests 3; } }", nginx_arguments };
	struct crowd_plan p = usual(nginx(state, &plan));
	struct crowd c = { .plan = NULL };

	crowd_run(&c, &p);
	assert_int_equal(c.answered, 1000);
	assert_int_equal(c.refusals + c.lost_new + c.lost_reused, 0);
	assert_in_range(c.stats.opened, 334, 338);
}

/* The client does not look at "Connection: close": the end is found by the probe, or by the loss. */
static void an_end_that_nobody_announced_costs_no_request(void **state)
{
	static const struct server_plan plan = { "nginx", HEAD "keepalive_requests 3; } }", nginx_arguments };
	struct crowd_plan p = usual(nginx(state, &plan));
	struct crowd c = { .plan = NULL };

	p.read = http_crowd_read_on;
	crowd_run(&c, &p);
	assert_int_equal(c.answered, 1000);
	assert_int_equal(c.refusals + c.lost_new, 0);
	assert_in_range(c.stats.opened, 334, 345);
	assert_in_range((size_t)c.lost_reused + c.stats.stale, 325, 345);
}

static void reload_at_times(struct crowd *c, int number)
{
	if (number == 300 || number == 900)
		server_process_signal(c->test, SIGHUP);
}

/* The members go on until two reloads have shown, by the processes that answer. */
static void a_reload_in_mid_run_costs_no_request(void **state)
{
	static const struct server_plan plan = { "nginx", HEAD "keepalive_requests 5000; } }", nginx_arguments };
	struct crowd_plan p = usual(nginx(state, &plan));
	struct crowd c = { .test = *state };

	p.requests = CROWD_MOST;
	p.before = reload_at_times;
	p.pause = 0.0002;
	crowd_run(&c, &p);
	assert_int_equal(c.answered, CROWD_MOST);
	assert_int_equal(c.lost_new + c.refusals, 0);
	assert_true(c.numbers[1] >= 2);
	assert_true(c.stats.opened > 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_thousand_requests_take_four_connections, stop_server),
		cmocka_unit_test_teardown(what_the_server_closes_while_idle_is_not_lent, stop_server),
		cmocka_unit_test_teardown(an_idle_connection_that_the_server_closed_is_noticed, stop_server),
		cmocka_unit_test_teardown(a_server_that_closes_every_third_request_answers_all, stop_server),
		cmocka_unit_test_teardown(an_end_that_nobody_announced_costs_no_request, stop_server),
		cmocka_unit_test_teardown(a_reload_in_mid_run_costs_no_request, stop_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
