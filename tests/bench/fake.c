/*
 * allocate_direct_100k  The pool alone, with 100,000 keys of one idle connection each, in a
 *                       world without sockets: checkout and release, by turns.  Told: CPU
 *                       for each; with `.one` key, to compare with.
 */
#include "bench.h"
#include "fake_world.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEYS = 100000, ADDRESS = 16 };

static struct pool_name name_of(char (*addresses)[ADDRESS], long key)
{
	return (struct pool_name){ .scheme = "http", .address = addresses[key], .port = 80 };
}

/* Dials one connection for each key, gives it to who asked, and takes it back. */
static void fill(struct fake_world *w, char (*addresses)[ADDRESS], long keys)
{
	for (long i = 0; i < keys; i++) {
		struct pool_name name = name_of(addresses, i);
		struct pool_request request = { 0 };
		struct pool_slot *slot;

		if (pool_allocate(&w->pool, &request, &name, 10) < 0)
			peer_die("pool_allocate");
		slot = request.dial;
		pool_dialled(&w->pool, slot);
		w->dials--;
		(void)pool_take(&w->pool, &request);
		pool_release(&w->pool, slot, VERDICT_CLEAN);
	}
}

static double cycle(long keys, long count)
{
	struct fake_world *w = fake_world_new(4, KEYS);
	char (*addresses)[ADDRESS] = calloc((size_t)keys, sizeof *addresses);
	double start;

	if (addresses == NULL)
		peer_die("calloc");
	for (long i = 0; i < keys; i++)
		snprintf(addresses[i], sizeof *addresses, "host%ld", i);
	w->quiet = 1;
	fill(w, addresses, keys);
	start = peer_cpu();
	for (long i = 0; i < count; i++) {
		struct pool_name name = name_of(addresses, i % keys);
		struct pool_slot *slot = pool_checkout(&w->pool, &name);

		if (slot == NULL)
			peer_die("pool_checkout");
		pool_release(&w->pool, slot, VERDICT_CLEAN);
	}
	start = peer_cpu() - start;
	fake_world_free(w);
	free(addresses);
	return start / (double)count * 1e9;
}

void bench_allocate_direct_100k(double scale)
{
	long count = peer_count(scale, 3000000);

	peer_print("allocate_direct_100k.one", cycle(1, count), "ns");
	peer_print("allocate_direct_100k", cycle(KEYS, count), "ns");
}
