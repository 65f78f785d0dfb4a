/* A descriptor table that is really full, and what becomes of those who want one more. */
#include "borrower.h"
#include "harness.h"
#include "inject.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* From here on no descriptor can be opened, until the limit is what it was. */
static struct rlimit fill_table(void)
{
	struct rlimit before, full;
	int lowest = dup(STDERR_FILENO);

	assert_true(lowest >= 0);
	close(lowest);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	full = before;
	full.rlim_cur = (rlim_t)lowest;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &full), 0);
	return before;
}

static void empty_table(const struct rlimit *before)
{
	assert_int_equal(setrlimit(RLIMIT_NOFILE, before), 0);
}

enum { VISITORS = 3 };

struct house {
	struct poe_socketfactory *door;
	int visitors[VISITORS];
	int accepted, failed;
	unsigned tries;
};

static int visit(int port)
{
	struct sockaddr_in door = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&door, sizeof door), 0);
	return fd;
}

static void open_house(struct poe_event *ev)
{
	struct house *me = ev->heap;

	me->door = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
		.bind_address = "127.0.0.1", .success_event = "accepted", .failure_event = "failed" });
	assert_non_null(me->door);
	for (int i = 0; i < VISITORS; i++)
		me->visitors[i] = visit(poe_socketfactory_port(me->door));
	inject_begin(&(struct inject_plan){ .function = INJECT_ACCEPT4, .first = 1, .error_num = EMFILE });
	poe_delay_add(ev->kernel, "relieve", 1);
}

static void relieve(struct poe_event *ev)
{
	struct house *me = ev->heap;

	me->tries = inject_calls(INJECT_ACCEPT4);
	inject_end();
}

static void failed(struct poe_event *ev)
{
	struct house *me = ev->heap;

	assert_string_equal(poe_arg_str(ev, 0), "accept");
	assert_int_equal(poe_arg_int(ev, 1), EMFILE);
	me->failed++;
}

static void accepted(struct poe_event *ev)
{
	struct house *me = ev->heap;

	if (++me->accepted == VISITORS)
		poe_socketfactory_free(me->door);
}

static const struct poe_state house_states[] = {
	{ "_start", open_house },
	{ "relieve", relieve },
	{ "failed(si)", failed },
	{ "accepted(o)", accepted },
	{ 0 },
};

static void accept_tries_at_most_25_times_a_second_then_takes_all_who_wait(void **state)
{
	struct harness *h = *state;
	struct house me = { .door = NULL };

	poe_session_create(h->kernel, &(struct poe_session_plan){ .states = house_states, .heap = &me });
	harness_run(h);
	for (int i = 0; i < VISITORS; i++)
		close(me.visitors[i]);
	assert_in_range(me.tries, 10, 25);
	assert_int_equal(me.failed, 1);
	assert_int_equal(me.accepted, VISITORS);
}

/* libev does without its own descriptor, by poll, if it must. */
static void a_kernel_is_made_and_works_or_the_errno_says_why_not(void **state)
{
	static const struct poe_state states[] = { { "_start", harness_record }, { 0 } };
	struct harness *h = *state;
	struct rlimit before;

	poe_kernel_free(h->kernel);
	before = fill_table();
	h->kernel = poe_kernel_new(NULL);
	if (h->kernel == NULL) {
		assert_true(errno == EMFILE || errno == ENFILE);
	} else {
		harness_session(h, NULL, states);
		harness_run(h);
		assert_recorded(h, "_start");
	}
	empty_table(&before);
}

static void watch_signal(struct poe_event *ev)
{
	struct rlimit before = fill_table();
	int result = poe_sig(ev->kernel, "USR1", "usr1"), error = errno;

	empty_table(&before);
	harness_tell(ev, "%d/%s", result, strerrorname_np(error));
}

/* libev would abort. */
static void a_signal_of_the_system_that_finds_no_descriptor_is_emfile(void **state)
{
	static const struct poe_state states[] = { { "_start", watch_signal }, { 0 } };
	struct harness *h = *state;

	harness_session(h, NULL, states);
	harness_run(h);
	assert_recorded(h, "-1/EMFILE");
}

struct asker {
	struct poe_resolver *resolver;
	struct rlimit before;
	int errors[2];
	int answers;
};

static void ask(struct poe_event *ev)
{
	struct asker *me = ev->heap;

	me->resolver = poe_resolver_new(ev->kernel, &(struct poe_resolver_plan){ .servers = "127.0.0.1:9" });
	assert_non_null(me->resolver);
	me->before = fill_table();
	assert_int_not_equal(poe_resolver_resolve(me->resolver, &(struct poe_resolve_request){
		.host = "a.test", .event = "answered" }).v, 0);
}

static void answered(struct poe_event *ev)
{
	struct asker *me = ev->heap;

	me->errors[me->answers++] = poe_resolve_response(ev)->error_num;
	if (me->answers == 2) {
		poe_resolver_unref(me->resolver);
		return;
	}
	empty_table(&me->before);
	assert_int_not_equal(poe_resolver_resolve(me->resolver, &(struct poe_resolve_request){
		.host = "localhost", .event = "answered" }).v, 0);
}

static const struct poe_state asker_states[] = {
	{ "_start", ask },
	{ "answered(o)", answered },
	{ 0 },
};

static void a_resolver_that_finds_no_descriptor_answers_eagain_and_goes_on(void **state)
{
	struct harness *h = *state;
	struct asker me = { .answers = 0 };

	poe_session_create(h->kernel, &(struct poe_session_plan){ .states = asker_states, .heap = &me });
	harness_run(h);
	assert_int_equal(me.answers, 2);
	assert_int_equal(me.errors[0], EAGAIN);
	assert_int_equal(me.errors[1], 0);
}

static void a_manager_that_finds_no_descriptor_answers_emfile_and_goes_on(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct rlimit before = fill_table();

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1!socket/EMFILE 2!socket/EMFILE");
	empty_table(&before);
	borrower_ask(b, s);
	borrower_expect(b, "3=new");
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(accept_tries_at_most_25_times_a_second_then_takes_all_who_wait),
		HARNESS_TEST(a_kernel_is_made_and_works_or_the_errno_says_why_not),
		HARNESS_TEST(a_signal_of_the_system_that_finds_no_descriptor_is_emfile),
		HARNESS_TEST(a_resolver_that_finds_no_descriptor_answers_eagain_and_goes_on),
		cmocka_unit_test(a_manager_that_finds_no_descriptor_answers_emfile_and_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
