/* No memory at all from some moment on, for ever: what must happen nevertheless. */
#include "harness.h"
#include "inject.h"

#include <errno.h>
#include <string.h>

static void lose_memory(void)
{
	inject_begin(&(struct inject_plan){ .function = INJECT_MEMORY, .first = 1, .error_num = ENOMEM });
}

static void take_alias(struct poe_event *ev)
{
	harness_record(ev);
	poe_alias_set(ev->kernel, "idler");
	lose_memory();
}

/* IDLE was lost once, and the program waited for nothing. */
static void a_program_without_memory_goes_idle_and_ends(void **state)
{
	static const struct poe_state states[] = { { "_start", take_alias }, { "_stop", harness_record }, { 0 } };
	struct harness *h = *state;
	char said[256];

	harness_session(h, NULL, states);
	harness_run_listening(h, said, sizeof said);
	inject_end();
	assert_recorded(h, "_start _stop");
	assert_non_null(strstr(said, "signal IDLE was heard by nobody"));
}

static void raise_exception(struct poe_event *ev)
{
	assert_int_equal(poe_sig(ev->kernel, "DIE", "caught"), 0);
	assert_int_equal(poe_die(ev, EDOM, "not to be swallowed"), 0);
	lose_memory();
}

static void run_to_failure(struct harness *h)
{
	h->number = poe_run(h->kernel);
}

/* It was reported as lost, and everything went on. */
static void an_exception_that_nobody_could_be_asked_about_ends_the_kernel(void **state)
{
	static const struct poe_state states[] = { { "_start", raise_exception }, { "_stop", harness_record },
						   { "caught", harness_record }, { 0 } };
	struct harness *h = *state;
	char said[256];

	harness_session(h, NULL, states);
	harness_listen(h, run_to_failure, said, sizeof said);
	inject_end();
	assert_int_equal(h->number, -1);
	assert_string_equal(poe_kernel_error(h->kernel), "not to be swallowed");
	assert_recorded(h, "_stop");
	assert_non_null(strstr(said, "signal DIE was heard by nobody"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(a_program_without_memory_goes_idle_and_ends),
		HARNESS_TEST(an_exception_that_nobody_could_be_asked_about_ends_the_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
