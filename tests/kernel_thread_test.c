/* A kernel in each thread; run by `make tsan` too. */
#include "harness.h"

#include <pthread.h>

enum { THREADS = 4, POSTS = 20000 };

struct world {
	pthread_t thread;
	struct poe_kernel *kernel;
	poe_sid partner;
	int64_t received;
	int result;
};

static void pong(struct poe_event *ev)
{
	struct world *w = ev->heap;

	w->received++;
	if (poe_arg_int(ev, 0) < POSTS)
		poe_post(ev->kernel, ev->sender, "ball", poe_int(poe_arg_int(ev, 0) + 1), poe_str("text"));
}

static void serve(struct poe_event *ev)
{
	struct world *w = ev->heap;

	poe_post(ev->kernel, w->partner, "ball", poe_int(1));
	poe_delay_set(ev->kernel, "late", .001);
}

static void ignore(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state partner_states[] = { { "_start", ignore }, { "ball(i)", pong }, { 0 } };
static const struct poe_state server_states[] = { { "_start", serve }, { "ball(i)", pong }, { "late", ignore }, { 0 } };

static void *run(void *argument)
{
	struct world *w = argument;

	w->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .trace = "" });
	w->partner = poe_session_create(w->kernel, &(struct poe_session_plan){ .states = partner_states, .heap = w });
	poe_session_create(w->kernel, &(struct poe_session_plan){ .states = server_states, .heap = w });
	w->result = poe_run(w->kernel);
	poe_kernel_free(w->kernel);
	return NULL;
}

static void kernels_in_four_threads_do_not_meet(void **state)
{
	struct world worlds[THREADS] = { 0 };

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&worlds[i].thread, NULL, run, &worlds[i]), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(worlds[i].thread, NULL), 0);
	for (int i = 0; i < THREADS; i++) {
		assert_int_equal(worlds[i].result, 0);
		assert_int_equal(worlds[i].received, POSTS);
	}
}

static void *make_and_free(void *argument)
{
	for (int i = 0; i < 50; i++)
		poe_kernel_free(poe_kernel_new(NULL));
	return argument;
}

static void kernels_are_made_and_freed_at_the_same_time(void **state)
{
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, make_and_free, NULL), 0);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kernels_in_four_threads_do_not_meet),
		cmocka_unit_test(kernels_are_made_and_freed_at_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
