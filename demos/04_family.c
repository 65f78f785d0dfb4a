/*
 * Parent and children.  A parent hears of each birth and each loss in _child,
 * with what _start and _stop returned, and lives until its last child has gone.
 * Each child adds up a share of 1..30; the parent adds up the shares.
 *
 *     create: from 1
 *     create: from 11
 *     create: from 21
 *     lose: sum 255
 *     lose: sum 155
 *     lose: sum 55
 *     total 465
 */
#include <poe.h>

#include <stdlib.h>

struct share {
	int64_t next, last, sum;
};

static void share_start(struct poe_event *ev)
{
	struct share *me = ev->heap;

	me->next = poe_arg_int(ev, 0);
	me->last = me->next + 9;
	poe_yield(ev->kernel, "add");
	poe_return(ev, poe_int(me->next));
}

static void share_add(struct poe_event *ev)
{
	struct share *me = ev->heap;

	me->sum += me->next++;
	if (me->next <= me->last)
		poe_yield(ev->kernel, "add");
}

/* Nothing is queued for it any more: the session stops by itself. */
static void share_stop(struct poe_event *ev)
{
	const struct share *me = ev->heap;

	poe_return(ev, poe_int(me->sum));
}

static const struct poe_state share_states[] = {
	{ "_start(i)", share_start },
	{ "add", share_add },
	{ "_stop", share_stop },
	{ 0 },
};

static void add_up(struct poe_kernel *k, int from)
{
	struct share *share = calloc(1, sizeof *share);

	if (share == NULL)
		return;
	poe_session_create(k, &(struct poe_session_plan){ .states = share_states, .heap = share, .free_heap = free,
							  .args = poe_list(poe_int(from)) });
}

static void parent_start(struct poe_event *ev)
{
	for (int from = 1; from <= 21; from += 10)
		add_up(ev->kernel, from);
}

static void parent_child(struct poe_event *ev)
{
	int64_t *total = ev->heap;
	const char *what = poe_arg_str(ev, 0);
	int64_t returned = poe_arg_int(ev, 2);

	if (strcmp(what, "create") == 0) {
		printf("create: from %lld\n", (long long)returned);
		return;
	}
	printf("lose: sum %lld\n", (long long)returned);
	*total += returned;
}

static const struct poe_state parent_states[] = {
	{ "_start", parent_start },
	{ "_child(sai)", parent_child },
	{ 0 },
};

int main(void)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	int64_t total = 0;

	if (k == NULL)
		return 1;
	poe_session_create(k, &(struct poe_session_plan){ .states = parent_states, .heap = &total });
	poe_run(k);
	printf("total %lld\n", (long long)total);
	poe_kernel_free(k);
	return 0;
}
