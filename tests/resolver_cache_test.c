/* The resolver's cache: what is believed, and how long. */
#include "resolver/cache.h"
#include "resolver/endpoints.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <cmocka.h>

static const struct resolver_cache_bounds usual = { 1, 300, 2, 4096 };

static struct resolver_key key_of(const char *name, int family)
{
	struct resolver_key key;

	assert_int_equal(resolver_key_set(&key, name, family, 7), 0);
	return key;
}

static void put(struct resolver_cache *cache, const char *name, double ttl, double now)
{
	struct resolver_address address = { .family = AF_INET, .octets = { 192, 0, 2, 1 } };
	struct resolver_answer answer = { .addresses = resolver_addresses_interleave(&address, 1, 0),
					  .error_str = "" };
	struct resolver_cache_fact fact = { .answer = &answer, .ttl = ttl, .now = now };
	struct resolver_key key = key_of(name, 0);

	resolver_cache_put(cache, &key, &fact);
	resolver_addresses_unref(answer.addresses);
}

static void put_failure(struct resolver_cache *cache, const char *name, double now)
{
	struct resolver_answer answer = { .error_num = ENOENT, .error_str = "no such name" };
	struct resolver_cache_fact fact = { .answer = &answer, .ttl = 1000, .now = now };
	struct resolver_key key = key_of(name, 0);

	resolver_cache_put(cache, &key, &fact);
}

static int knows(struct resolver_cache *cache, const char *name, double now)
{
	struct resolver_key key = key_of(name, 0);

	return resolver_cache_find(cache, &key, now) != NULL;
}

static void believes_an_answer_until_its_ttl_is_over(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);

	(void)state;
	put(cache, "a.test", 10, 100);
	assert_true(knows(cache, "a.test", 109.9));
	assert_false(knows(cache, "a.test", 110));
	assert_int_equal(resolver_cache_count(cache), 0);
	resolver_cache_free(cache);
}

static void name_is_found_in_any_case(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);

	(void)state;
	put(cache, "A.Test", 10, 0);
	assert_true(knows(cache, "a.tESt", 1));
	assert_false(knows(cache, "b.test", 1));
	resolver_cache_free(cache);
}

static void families_are_kept_apart(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);
	struct resolver_key four = key_of("a.test", AF_INET);

	(void)state;
	put(cache, "a.test", 10, 0);
	assert_null(resolver_cache_find(cache, &four, 1));
	assert_true(knows(cache, "a.test", 1));
	resolver_cache_free(cache);
}

static void short_ttl_is_raised_to_the_minimum(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);

	(void)state;
	put(cache, "zero.test", 0, 0);
	put(cache, "negative.test", -5, 0);
	assert_true(knows(cache, "zero.test", 0.9));
	assert_true(knows(cache, "negative.test", 0.9));
	assert_false(knows(cache, "zero.test", 1));
	assert_false(knows(cache, "negative.test", 1));
	resolver_cache_free(cache);
}

static void long_ttl_is_cut_to_the_maximum(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);

	(void)state;
	put(cache, "a.test", 86400, 0);
	assert_true(knows(cache, "a.test", 299));
	assert_false(knows(cache, "a.test", 300));
	resolver_cache_free(cache);
}

static void without_bounds_the_ttl_alone_counts(void **state)
{
	struct resolver_cache *cache =
		resolver_cache_new(&(struct resolver_cache_bounds){ 0, (double)INFINITY, 0, 10 });

	(void)state;
	put(cache, "zero.test", 0, 0);
	assert_int_equal(resolver_cache_count(cache), 0);
	put(cache, "long.test", 1e6, 0);
	assert_true(knows(cache, "long.test", 999999));
	put_failure(cache, "none.test", 0);
	assert_false(knows(cache, "none.test", 0));
	resolver_cache_free(cache);
}

static void failure_is_believed_for_its_own_time(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);
	struct resolver_key key = key_of("none.test", 0);

	(void)state;
	put_failure(cache, "none.test", 0);
	assert_int_equal(resolver_cache_find(cache, &key, 1.9)->error_num, ENOENT);
	assert_false(knows(cache, "none.test", 2));
	resolver_cache_free(cache);
}

static void newer_answer_replaces_the_older(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);
	struct resolver_key key = key_of("a.test", 0);

	(void)state;
	put_failure(cache, "a.test", 0);
	put(cache, "a.test", 50, 1);
	assert_int_equal(resolver_cache_count(cache), 1);
	assert_int_equal(resolver_cache_find(cache, &key, 40)->error_num, 0);
	resolver_cache_free(cache);
}

static void name_used_longest_ago_makes_room(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&(struct resolver_cache_bounds){ 1, 300, 2, 3 });

	(void)state;
	put(cache, "a.test", 50, 0);
	put(cache, "b.test", 50, 0);
	put(cache, "c.test", 50, 0);
	assert_true(knows(cache, "a.test", 1));
	put(cache, "d.test", 50, 2);
	assert_int_equal(resolver_cache_count(cache), 3);
	assert_false(knows(cache, "b.test", 3));
	assert_true(knows(cache, "a.test", 3));
	assert_true(knows(cache, "c.test", 3));
	assert_true(knows(cache, "d.test", 3));
	resolver_cache_free(cache);
}

static void answer_lives_on_with_those_who_took_a_reference(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);
	struct resolver_key key = key_of("a.test", 0);
	struct resolver_addresses *kept;

	(void)state;
	put(cache, "a.test", 10, 0);
	kept = resolver_addresses_ref(resolver_cache_find(cache, &key, 1)->addresses);
	resolver_cache_free(cache);
	assert_int_equal(kept->count, 1);
	assert_int_equal(kept->list[0].octets[0], 192);
	resolver_addresses_unref(kept);
}

static void thousands_of_names_are_found_again(void **state)
{
	struct resolver_cache *cache = resolver_cache_new(&usual);
	char name[32];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "host%d.test", i);
		put(cache, name, 50, 0);
	}
	assert_int_equal(resolver_cache_count(cache), 4096);
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof name, "host%d.test", i);
		assert_int_equal(knows(cache, name, 1), i >= 5000 - 4096);
	}
	resolver_cache_free(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(believes_an_answer_until_its_ttl_is_over),
		cmocka_unit_test(name_is_found_in_any_case),
		cmocka_unit_test(families_are_kept_apart),
		cmocka_unit_test(short_ttl_is_raised_to_the_minimum),
		cmocka_unit_test(long_ttl_is_cut_to_the_maximum),
		cmocka_unit_test(without_bounds_the_ttl_alone_counts),
		cmocka_unit_test(failure_is_believed_for_its_own_time),
		cmocka_unit_test(newer_answer_replaces_the_older),
		cmocka_unit_test(name_used_longest_ago_makes_room),
		cmocka_unit_test(answer_lives_on_with_those_who_took_a_reference),
		cmocka_unit_test(thousands_of_names_are_found_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
