#include "harness.h"

#include <errno.h>
#include <stdlib.h>

struct thing {
	struct poe_owned owned;
	struct harness *harness;
	const char *name;
};

static void release(struct poe_owned *owned)
{
	struct thing *thing = (struct thing *)owned;

	harness_say(thing->harness, "%s", thing->name);
	free(thing);
}

static const struct poe_owned_kind kind = { "thing", release };

static struct thing *thing_new(struct harness *h, const char *name)
{
	struct thing *thing = calloc(1, sizeof *thing);

	assert_non_null(thing);
	thing->harness = h;
	thing->name = name;
	return thing;
}

static const struct poe_state states[] = { { "_start", harness_ignore }, { "_stop", harness_record }, { 0 } };

static void owned_things_go_with_the_session_the_youngest_first(void **state)
{
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, states);

	poe_own(h->kernel, s, &thing_new(h, "old")->owned, &kind);
	poe_own(h->kernel, s, &thing_new(h, "young")->owned, &kind);
	assert_int_equal(harness_stats(h).owned, 2);
	harness_run(h);
	assert_recorded(h, "_stop young old");
	assert_int_equal(harness_stats(h).owned, 0);
}

static void disowned_thing_stays(void **state)
{
	struct harness *h = *state;
	struct thing *first = thing_new(h, "first"), *middle = thing_new(h, "middle"), *last = thing_new(h, "last");
	poe_sid s = harness_session(h, NULL, states);

	poe_own(h->kernel, s, &first->owned, &kind);
	poe_own(h->kernel, s, &middle->owned, &kind);
	poe_own(h->kernel, s, &last->owned, &kind);
	poe_disown(&middle->owned);
	poe_disown(&middle->owned);
	assert_int_equal(harness_stats(h).owned, 2);
	harness_run(h);
	assert_recorded(h, "_stop last first");
	free(middle);
}

static void nothing_is_owned_by_nobody(void **state)
{
	struct harness *h = *state;
	struct thing *thing = thing_new(h, "thing");

	errno = 0;
	assert_int_equal(poe_own(h->kernel, (poe_sid){ 77 }, &thing->owned, &kind), -1);
	assert_int_equal(errno, ESRCH);
	poe_disown(&thing->owned);
	free(thing);
}

static void keep_everything(struct poe_event *ev)
{
	poe_alias_set(ev->kernel, "alias");
	poe_delay_set(ev->kernel, "e", 1);
	poe_sig(ev->kernel, "USR1", "e");
}

static void the_runtimes_own_things_are_not_counted_as_components(void **state)
{
	static const struct poe_state busy[] = { { "_start", keep_everything }, { 0 } };
	struct harness *h = *state;
	poe_sid s = harness_session(h, NULL, busy);

	poe_own(h->kernel, s, &thing_new(h, "thing")->owned, &kind);
	assert_int_equal(harness_stats(h).owned, 1);
	assert_int_equal(harness_stats(h).alarms, 1);
	harness_run(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(owned_things_go_with_the_session_the_youngest_first),
		HARNESS_TEST(disowned_thing_stays),
		HARNESS_TEST(nothing_is_owned_by_nobody),
		HARNESS_TEST(the_runtimes_own_things_are_not_counted_as_components),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
