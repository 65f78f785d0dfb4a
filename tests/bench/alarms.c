/*
 * delay_churn  1,000,000 delays pending, due in 1,000 to 2,000 s.  One of them, at
 *              random, is removed and set anew.  Told: ns per operation, half of
 *              the time of such a pair.
 * delay_fire   1,000,000 delays, due in random order over half a second, fire.
 *              Told: CPU ns for each, waiting and setting left out.
 */
#include "bench.h"

#include <poe.h>
#include <stdlib.h>

struct churn {
	poe_alarm_id *ids;
	long pending, pairs;
	uint64_t random;
	double taken; /* out: seconds */
};

static double between(uint64_t *random, double from, double length)
{
	return from + length * (double)(peer_random(random) % 1000000) / 1e6;
}

static poe_alarm_id set_late(struct poe_kernel *k, struct churn *me)
{
	return poe_delay_set(k, "never", between(&me->random, 1000, 1000));
}

static void churn(struct poe_event *ev)
{
	struct churn *me = ev->heap;
	double start;

	for (long i = 0; i < me->pending; i++)
		me->ids[i] = set_late(ev->kernel, me);
	start = peer_now();
	for (long i = 0; i < me->pairs; i++) {
		poe_alarm_id *one = &me->ids[peer_random(&me->random) % (uint64_t)me->pending];

		if (poe_alarm_remove(ev->kernel, *one) == -1)
			peer_die("poe_alarm_remove");
		*one = set_late(ev->kernel, me);
	}
	me->taken = peer_now() - start;
	poe_alarm_remove_all(ev->kernel);
}

static const struct poe_state churn_states[] = {
	{ "_start", churn },
	{ 0 },
};

void bench_delay_churn(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	struct churn me = { .pending = peer_count(scale, 1000000), .pairs = peer_count(scale, 1000000),
			    .random = 88172645463325252u };

	me.ids = malloc((size_t)me.pending * sizeof *me.ids);
	if (k == NULL || me.ids == NULL)
		peer_die("malloc");
	poe_session_create(k, &(struct poe_session_plan){ .states = churn_states, .heap = &me });
	peer_print("delay_churn", me.taken / (double)me.pairs / 2 * 1e9, "ns");
	poe_kernel_free(k);
	free(me.ids);
}

static void set_many(struct poe_event *ev)
{
	int64_t *left = ev->heap;
	uint64_t random = 88172645463325252u;

	for (int64_t i = *left; i > 0; i--)
		poe_delay_set(ev->kernel, "fire", between(&random, 0.3, 0.5));
}

static void fire(struct poe_event *ev)
{
	int64_t *left = ev->heap;

	--*left;
}

static const struct poe_state fire_states[] = {
	{ "_start", set_many },
	{ "fire", fire },
	{ 0 },
};

void bench_delay_fire(double scale)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	int64_t count = peer_count(scale, 1000000), left = count;
	double start;

	poe_session_create(k, &(struct poe_session_plan){ .states = fire_states, .heap = &left });
	start = peer_cpu();
	poe_run(k);
	peer_print("delay_fire", (peer_cpu() - start) / (double)count * 1e9, "ns");
	if (left != 0)
		abort();
	poe_kernel_free(k);
}
