/* What the plays about re-entrancy have brought to light, each by its symptom. */
#include "harness.h"

#include <errno.h>

static void die(struct poe_event *ev)
{
	harness_record(ev);
	assert_int_equal(poe_die(ev, EDOM, "too late"), 0);
}

static void stay(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "later", 1);
}

static void exception_in_stop_is_not_lost(void **state)
{
	static const struct poe_state dying[] = { { "_start", harness_ignore }, { "_stop", die }, { 0 } };
	static const struct poe_state other[] = {
		{ "_start", stay }, { "later", harness_record }, { "_stop", harness_record }, { 0 }
	};
	struct harness *h = *state;

	harness_session(h, "d", dying);
	harness_session(h, "o", other);
	assert_int_equal(poe_run(h->kernel), -1);
	assert_int_equal(errno, EDOM);
	assert_string_equal(poe_kernel_error(h->kernel), "too late");
	assert_recorded(h, "d:_stop o:later o:_stop");
}

int main(void)
{
	const struct CMUnitTest tests[] = { HARNESS_TEST(exception_in_stop_is_not_lost) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
