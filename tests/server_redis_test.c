/* The connection manager before a real redis: a protocol that is not HTTP, and a server that dies. */
#include "harness.h"

#include "crowd.h"
#include "server_process.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const redis_arguments[] = { "@DIR@/config", NULL };
static const struct server_plan redis_plan = {
	"redis-server",
	"bind 127.0.0.1\nport @PORT@\ndir @DIR@\nsave \"\"\nappendonly no\ndaemonize no\n",
	redis_arguments,
};

static struct poe_filter *crlf_filter(void)
{
	return poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\r\n" });
}

static void ask_increment(int number, char text[128])
{
	(void)number;
	snprintf(text, 128, "INCR counter\r\n");
}

/* The test's own: how often each value has come. */
static int read_value(struct crowd *c, int number, const struct poe_value *record)
{
	int *values = c->test;
	long value = strtol(record->as.s + 1, NULL, 10);

	(void)number;
	assert_int_equal(record->as.s[0], ':');
	assert_in_range(value, 1, CROWD_MOST - 1);
	values[value]++;
	return 0;
}

static struct crowd_plan usual(void **state)
{
	*state = server_process_start(&redis_plan);
	if (*state == NULL) {
		print_message("skipped: redis-server is not installed\n");
		skip();
	}
	return (struct crowd_plan){ .members = 8, .requests = 1000, .scheme = "redis",
				    .port = server_process_port(*state), .filter = crlf_filter, .ask = ask_increment,
				    .read = read_value, .may_not_repeat = 1 };
}

static int stop_server(void **state)
{
	server_process_free(*state);
	return 0;
}

static void a_thousand_increments_give_each_number_once(void **state)
{
	struct crowd_plan p = usual(state);
	int values[CROWD_MOST] = { 0 };
	struct crowd c = { .test = values };

	crowd_run(&c, &p);
	for (int i = 1; i <= 1000; i++)
		assert_int_equal(values[i], 1);
	assert_in_range(c.stats.opened, 1, 4);
	assert_int_equal(c.refusals + c.lost_new + c.lost_reused, 0);
}

struct outage {
	int values[CROWD_MOST]; /* first: read_value's */
	struct server_process *server;
	int down;
};

static void kill_at_times(struct crowd *c, int number)
{
	struct outage *outage = c->test;

	if (number != 300 && number != 600)
		return;
	server_process_kill(outage->server);
	outage->down = 1;
}

/* The first who is told that nobody listens brings the server back. */
static void restart(struct crowd *c, const struct poe_keepalive_response *r)
{
	struct outage *outage = c->test;

	assert_string_equal(r->function, "connect");
	assert_int_equal(r->error_num, ECONNREFUSED);
	if (outage->down)
		server_process_restart(outage->server);
	outage->down = 0;
}

/* The crowd itself sees to it that each request has one outcome, and each question one answer. */
static void a_server_that_dies_costs_only_what_was_under_way(void **state)
{
	struct crowd_plan p = usual(state);
	struct outage outage = { .server = *state };
	struct crowd c = { .test = &outage };

	p.before = kill_at_times;
	p.refused = restart;
	crowd_run(&c, &p);
	assert_true(c.refusals >= 2);
	assert_in_range(c.lost_reused + c.lost_new, 0, 16);
	assert_int_equal(c.answered + c.lost_reused + c.lost_new, 1000);
	assert_int_equal(c.stats.failed, c.refusals);
	assert_in_range(outage.values[1], 3, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_thousand_increments_give_each_number_once, stop_server),
		cmocka_unit_test_teardown(a_server_that_dies_costs_only_what_was_under_way, stop_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
