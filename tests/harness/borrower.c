/* See borrower.h. */
#include "borrower.h"
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	assert_non_null(dir);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n;
}

__attribute__((format(printf, 2, 3))) static void note(struct borrower *b, const char *format, ...)
{
	size_t length = strlen(b->log);
	va_list args;

	assert_true(length + 100 < sizeof b->log);
	if (length > 0)
		b->log[length++] = ' ';
	va_start(args, format);
	vsnprintf(b->log + length, sizeof b->log - length, format, args);
	va_end(args);
}

static void got(struct poe_event *ev)
{
	struct borrower *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);
	int number = (int)r->context.as.i;

	me->why = r->why_not_reused;
	snprintf(me->error, sizeof me->error, "%s", r->error_str);
	if (r->connection != NULL)
		note(me, "%d=%s", number, r->from_cache ? r->from_cache : "new");
	else
		note(me, "%d!%s/%s%s%s", number, r->function, strerrorname_np(r->error_num),
		     r->phase ? "@" : "", r->phase ? r->phase : "");
	if (!me->leaves)
		me->held[number] = poe_keepalive_take(r);
	if (me->on_response != NULL)
		me->on_response(me, number);
}

static int number_of_wheel(const struct borrower *b, int64_t id)
{
	int i;

	for (i = 1; i <= b->asked; i++)
		if (b->held[i] != NULL && poe_connection_wheel(b->held[i]) != NULL &&
		    poe_readwrite_id(poe_connection_wheel(b->held[i])) == id)
			return i;
	return 0;
}

static void input(struct poe_event *ev)
{
	struct borrower *me = ev->heap;

	note(me, "in%d:%s", number_of_wheel(me, poe_arg_int(ev, 1)), poe_arg_str(ev, 0));
}

static void error(struct poe_event *ev)
{
	struct borrower *me = ev->heap;

	note(me, "err%d:%s/%d", number_of_wheel(me, poe_arg_int(ev, 3)), poe_arg_str(ev, 0),
	     (int)poe_arg_int(ev, 1));
}

struct errand {
	borrower_step *step;
	int number;
};

static void act(struct poe_event *ev)
{
	const struct errand *errand = poe_arg_ptr(ev, 0);

	errand->step(ev->heap, errand->number);
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static void passed(struct poe_event *ev)
{
	*(int *)poe_arg_ptr(ev, 0) = 1;
}

static const struct poe_state borrower_states[] = {
	{ "_start", ignore },
	{ "act(p)", act },
	{ "got(o)", got },
	{ "input(si)", input },
	{ "error(sisi)", error },
	{ "turn", ignore },
	{ "passed(p)", passed },
	{ 0 }
};

static struct borrower *borrower_alone(void)
{
	struct borrower *b = calloc(1, sizeof *b);

	assert_non_null(b);
	b->open_before = open_descriptors();
	b->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "" });
	assert_non_null(b->kernel);
	b->session = poe_session_create(b->kernel, &(struct poe_session_plan){ .states = borrower_states, .heap = b });
	assert_true(b->session.v != 0);
	assert_int_equal(poe_refcount_increment(b->kernel, b->session, "test"), 1);
	return b;
}

static struct borrower *with_manager(struct borrower *b, const struct poe_keepalive_plan *plan)
{
	b->ka = poe_keepalive_new(b->kernel, plan);
	assert_non_null(b->ka);
	return b;
}

struct borrower *borrower_new(const struct poe_keepalive_plan *plan)
{
	return with_manager(borrower_alone(), plan);
}

struct borrower *borrower_new_with_names(const struct poe_keepalive_plan *plan)
{
	struct poe_keepalive_plan named = { .alias = NULL };
	struct borrower *b = borrower_alone();

	if (plan != NULL)
		named = *plan;
	b->names = dns_server_new(b->kernel);
	named.resolver = poe_resolver_new(b->kernel, &(struct poe_resolver_plan){
		.servers = dns_server_address(b->names), .hosts = "/dev/null" });
	assert_non_null(named.resolver);
	with_manager(b, &named);
	poe_resolver_unref(named.resolver);
	return b;
}

struct tcp_server *borrower_meet(struct borrower *b, struct tcp_server *s)
{
	int i = 0;

	while (b->servers[i] != NULL)
		i++;
	b->servers[i] = s;
	return s;
}

static void assert_nothing_left(struct borrower *b)
{
	struct poe_kernel_stats left;
	int i;

	poe_kernel_stats(b->kernel, &left);
	assert_int_equal(left.sessions, 0);
	assert_int_equal(left.queued, 0);
	assert_int_equal(left.alarms, 0);
	assert_int_equal(left.watches, 0);
	assert_int_equal(left.owned, 0);
	poe_kernel_free(b->kernel);
	for (i = 0; b->servers[i] != NULL; i++)
		tcp_server_free(b->servers[i]);
	if (b->names != NULL)
		dns_server_free(b->names);
	assert_int_equal(open_descriptors(), b->open_before);
}

void borrower_end(struct borrower *b)
{
	int i;

	borrower_expect(b, "");
	if (b->ka != NULL)
		assert_null(poe_keepalive_check(b->ka));
	for (i = 1; i <= b->asked; i++)
		poe_connection_free(b->held[i]);
	if (b->ka != NULL)
		assert_null(poe_keepalive_check(b->ka));
	poe_keepalive_free(b->ka);
	borrower_stop(b);
	assert_int_equal(poe_run(b->kernel), 0);
	assert_string_equal(b->log, "");
	assert_nothing_left(b);
	free(b);
}

void borrower_stop(struct borrower *b)
{
	(void)poe_refcount_decrement(b->kernel, b->session, "test");
}

void borrower_do(struct borrower *b, borrower_step *step, int number)
{
	struct errand errand = { step, number };

	poe_call(b->kernel, b->session, "act", poe_ptr(&errand));
	assert_int_equal(errno, 0);
}

struct poe_keepalive_request borrower_for(const struct tcp_server *s)
{
	return (struct poe_keepalive_request){
		.scheme = "http", .address = "127.0.0.1", .port = tcp_server_port(s), .event = "got" };
}

/* In the session: by message; what poe_call would return is the id. */
static void ask_by_message(struct borrower *b, int number)
{
	struct poe_value id = poe_call(b->kernel, poe_keepalive_address(b->ka), "allocate",
				       poe_keepalive_ask(&b->question));

	b->ids[number].v = id.kind == POE_INT ? (uint64_t)id.as.i : 0;
}

static void ask_by_call(struct borrower *b, int number)
{
	b->held[number] = poe_keepalive_allocate(b->ka, &b->question);
	b->ids[number] = b->question.id;
	b->result = b->held[number] ? 0 : errno;
}

static int next_number(struct borrower *b, const struct poe_keepalive_request *request)
{
	b->question = *request;
	b->question.context = poe_int(++b->asked);
	assert_true(b->asked < BORROWER_MOST);
	return b->asked;
}

int borrower_request(struct borrower *b, struct poe_keepalive_request request)
{
	int number = next_number(b, &request);

	if (poe_session_current(b->kernel).v == b->session.v)
		ask_by_message(b, number);
	else
		borrower_do(b, ask_by_message, number);
	return number;
}

int borrower_ask(struct borrower *b, const struct tcp_server *s)
{
	return borrower_request(b, borrower_for(s));
}

int borrower_call(struct borrower *b, struct poe_keepalive_request request)
{
	borrower_do(b, ask_by_call, next_number(b, &request));
	if (b->result == 0)
		note(b, "%d=called", b->asked);
	return b->result;
}

void borrower_free(struct borrower *b, int number)
{
	struct poe_connection *c = b->held[number];

	assert_non_null(c);
	b->held[number] = NULL;
	poe_connection_free(c);
}

void borrower_start_in_session(struct borrower *b, int number)
{
	const struct poe_readwrite_plan plan = { .input_event = "input", .error_event = "error" };

	assert_non_null(poe_connection_start(b->held[number], &plan));
}

struct poe_readwrite *borrower_start(struct borrower *b, int number)
{
	borrower_do(b, borrower_start_in_session, number);
	return poe_connection_wheel(b->held[number]);
}

/* One turn of everything.  The event, to whoever is still there, keeps time from passing. */
static void turn(struct borrower *b)
{
	if (poe_post(b->kernel, b->session, "turn") < 0)
		(void)poe_post(b->kernel, poe_keepalive_address(b->ka), "turn");
	(void)poe_run_one_timeslice(b->kernel);
}

static double wall_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

enum { SOME_TURNS = 8 };
static const double patience = 5;

void borrower_expect(struct borrower *b, const char *words)
{
	double end = wall_clock() + patience;
	int i;

	while (strlen(b->log) < strlen(words) && wall_clock() < end)
		turn(b);
	for (i = 0; i < SOME_TURNS; i++)
		turn(b);
	assert_string_equal(b->log, words);
	b->log[0] = '\0';
}

void borrower_expect_idle(struct borrower *b, size_t idle)
{
	double end = wall_clock() + patience;

	while (borrower_stats(b).idle != idle && wall_clock() < end)
		turn(b);
	assert_int_equal(borrower_stats(b).idle, idle);
}

static void set_delay(struct borrower *b, int number)
{
	(void)number;
	b->span_over = 0;
	assert_true(poe_delay_set(b->kernel, "passed", b->span, poe_ptr(&b->span_over)).v != 0);
}

void borrower_pass(struct borrower *b, double seconds)
{
	b->span = seconds;
	borrower_do(b, set_delay, 0);
	while (!b->span_over)
		assert_int_equal(poe_run_one_timeslice(b->kernel), 1);
}

struct poe_keepalive_stats borrower_stats(const struct borrower *b)
{
	struct poe_keepalive_stats stats;

	assert_null(poe_keepalive_check(b->ka));
	poe_keepalive_stats(b->ka, &stats);
	return stats;
}
