/* The resolver: what is asked, and what is answered. */
#include "resolver_world.h"

#include <errno.h>
#include <math.h>
#include <poe/session.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int set_up(void **state)
{
	*state = resolver_world_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	resolver_world_free(*state);
	return 0;
}

static void ask_a(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_ask(w, "a.test");
}

static void name_is_answered_in_both_families(void **state)
{
	struct resolver_world *w = *state;

	dns_server_add(w->server, "a.test", "192.0.2.1", 60);
	dns_server_add(w->server, "a.test", "192.0.2.2", 60);
	dns_server_add(w->server, "a.test", "2001:db8::1", 60);
	resolver_world_run(w, ask_a);
	assert_true(strncmp(resolver_world_log(w), "a.test=[2001:db8::1]:80,192.0.2.", 32) == 0);
	assert_int_equal(dns_server_queries(w->server), 2);
}

static void ask_each_family(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .port = 1, .family = AF_INET });
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .port = 2, .family = AF_INET6 });
}

static void one_family_is_asked_for_alone(void **state)
{
	struct resolver_world *w = *state;

	dns_server_add(w->server, "a.test", "192.0.2.1", 60);
	dns_server_add(w->server, "a.test", "2001:db8::1", 60);
	resolver_world_run(w, ask_each_family);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:1; a.test=[2001:db8::1]:2");
	assert_int_equal(dns_server_queries(w->server), 2);
}

static void one_family_without_data_leaves_the_other(void **state)
{
	struct resolver_world *w = *state;

	dns_server_add(w->server, "a.test", "192.0.2.1", 60);
	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80");
}

static void ask_in_digits(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_ask(w, "192.0.2.9");
	resolver_world_ask(w, "2001:DB8::9");
	resolver_world_ask(w, "fe80::1%7");
	resolver_world_request(w, (struct poe_resolve_request){ .host = "192.0.2.9", .family = AF_INET6 });
	assert_string_equal(resolver_world_log(w), "");
}

static void numeric_address_is_answered_without_asking(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_in_digits);
	assert_string_equal(resolver_world_log(w),
			    "192.0.2.9=192.0.2.9:80 cached; 2001:DB8::9=[2001:db8::9]:80 cached; "
			    "fe80::1%7=[fe80::1]:80%7 cached; 192.0.2.9!ENOENT cached");
	assert_int_equal(dns_server_queries(w->server), 0);
}

static void hosts_file_goes_before_the_server(void **state)
{
	struct resolver_world *w = *state;

	dns_server_add(w->server, "a.test", "192.0.2.1", 60);
	resolver_world_write_hosts(w, "192.0.2.77 A.test\n::1 a.test\n");
	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test=[::1]:80,192.0.2.77:80 cached");
	assert_int_equal(dns_server_queries(w->server), 0);
}

static void name_that_does_not_exist_is_enoent(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test!ENOENT");
}

static void again_at_1_and_3(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	resolver_world_later(w, 1, ask_a);
	resolver_world_later(w, 3, ask_a);
}

static void no_such_name_is_believed_for_two_seconds(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, again_at_1_and_3);
	assert_string_equal(resolver_world_log(w), "a.test!ENOENT; a.test!ENOENT cached; a.test!ENOENT");
	assert_int_equal(dns_server_queries(w->server), 4);
}

static void server_failure_is_eagain_and_not_remembered(void **state)
{
	struct resolver_world *w = *state;

	dns_server_behave(w->server, "a.test", 0, DNS_SERVFAIL);
	resolver_world_run(w, again_at_1_and_3);
	assert_string_equal(resolver_world_log(w), "a.test!EAGAIN; a.test!EAGAIN; a.test!EAGAIN");
}

static void again_at_9_and_11(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	resolver_world_later(w, 9, ask_a);
	resolver_world_later(w, 11, ask_a);
}

static void answer_is_cached_for_its_ttl(void **state)
{
	struct resolver_world *w = *state;

	dns_server_add(w->server, "a.test", "192.0.2.1", 10);
	resolver_world_run(w, again_at_9_and_11);
	assert_string_equal(resolver_world_log(w),
			    "a.test=192.0.2.1:80; a.test=192.0.2.1:80 cached; a.test=192.0.2.1:80");
	assert_int_equal(dns_server_queries(w->server), 4);
}

static void lowest_ttl_of_an_answer_counts(void **state)
{
	struct resolver_world *w = *state;

	dns_server_add(w->server, "a.test", "192.0.2.1", 10);
	dns_server_add(w->server, "a.test", "2001:db8::1", 100);
	resolver_world_run(w, again_at_9_and_11);
	assert_int_equal(dns_server_queries(w->server), 4);
}

static void plan_bounds_what_is_cached(void **state)
{
	struct resolver_world *w = resolver_world_new(
		&(struct poe_resolver_plan){ .min_ttl = -1, .max_ttl = 10, .negative_ttl = -1 });

	(void)state;
	dns_server_add(w->server, "a.test", "192.0.2.1", 1000);
	resolver_world_run(w, again_at_9_and_11);
	assert_int_equal(dns_server_queries(w->server), 4);
	resolver_world_free(w);
}

static void ask_odd_names(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_ask(w, "a..test");
	resolver_world_ask(w, "127.1");
	resolver_world_ask(w, "123456789-123456789-123456789-123456789-123456789-123456789-1234.test");
}

static void name_that_cannot_be_is_enoent_without_asking(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_odd_names);
	assert_string_equal(resolver_world_log(w),
			    "a..test!ENOENT cached; 127.1!ENOENT cached; "
			    "123456789-123456789-123456789-123456789-123456789-123456789-1234.test!ENOENT cached");
	assert_int_equal(dns_server_queries(w->server), 0);
}

static poe_resolve_id try(struct resolver_world *w, const struct poe_resolve_request *request)
{
	errno = 0;
	return poe_resolver_resolve(w->resolver, request);
}

static void ask_badly(struct resolver_world *w, struct poe_event *ev)
{
	const struct poe_resolve_request bad[] = {
		{ .event = "got" },
		{ .host = "", .event = "got" },
		{ .host = "a.test" },
		{ .host = "a.test", .event = "" },
		{ .host = "a.test", .event = "got", .port = -1 },
		{ .host = "a.test", .event = "got", .port = 65536 },
		{ .host = "a.test", .event = "got", .family = AF_UNIX },
		{ .host = "a.test", .event = "got", .timeout = (double)NAN },
	};

	(void)ev;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		w->number += try(w, &bad[i]).v == 0 && errno == EINVAL;
}

static void request_that_makes_no_sense_is_einval(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_badly);
	assert_int_equal(w->number, 8);
	assert_string_equal(resolver_world_log(w), "");
}

static void ask_for_long_names(struct resolver_world *w, struct poe_event *ev)
{
	char name[255];

	(void)ev;
	memset(name, 'a', sizeof name);
	for (size_t i = 60; i < sizeof name; i += 61)
		name[i] = '.';
	name[254] = '\0';
	w->number = try(w, &(struct poe_resolve_request){ .host = name, .event = "got" }).v == 0 && errno == EINVAL;
	name[253] = '\0';
	w->number += try(w, &(struct poe_resolve_request){ .host = name, .event = "got" }).v != 0;
}

static void name_of_more_than_253_octets_is_einval(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_for_long_names);
	assert_int_equal(w->number, 2);
	assert_int_equal(dns_server_queries(w->server), 2);
}

static void asking_outside_a_handler_is_esrch(void **state)
{
	struct resolver_world *w = *state;

	assert_int_equal(try(w, &(struct poe_resolve_request){ .host = "a.test", .event = "got" }).v, 0);
	assert_int_equal(errno, ESRCH);
}

static void ask_with_contexts(struct resolver_world *w, struct poe_event *ev)
{
	char text[] = "kept";

	(void)ev;
	resolver_world_request(w, (struct poe_resolve_request){ .host = "192.0.2.1", .context = poe_int(0) });
	resolver_world_request(w, (struct poe_resolve_request){ .host = "192.0.2.1", .context = poe_str(text) });
	memset(text, 'x', 4);
}

static void context_is_echoed(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_with_contexts);
	assert_string_equal(resolver_world_log(w),
			    "192.0.2.1=192.0.2.1:0 cached #0; 192.0.2.1=192.0.2.1:0 cached 'kept'");
}

struct counted {
	struct poe_object object;
	unsigned *released;
};

static void counted_release(struct poe_object *object)
{
	struct counted *counted = (struct counted *)object;

	(*counted->released)++;
	free(counted);
}

static struct poe_value counted(unsigned *released)
{
	static const struct poe_type type = { .name = "counted", .release = counted_release };
	struct counted *c = malloc(sizeof *c);

	*c = (struct counted){ { &type }, released };
	return poe_obj(&c->object);
}

static void ask_with_objects(struct resolver_world *w, struct poe_event *ev)
{
	(void)ev;
	resolver_world_request(w, (struct poe_resolve_request){ .host = "", .context = counted(&w->number) });
	resolver_world_request(w, (struct poe_resolve_request){ .host = "::1", .context = counted(&w->number) });
	resolver_world_request(w, (struct poe_resolve_request){ .host = "a.test", .context = counted(&w->number) });
	poe_resolver_cancel(w->resolver, w->id);
}

static void object_as_context_is_released_once_however_it_ends(void **state)
{
	struct resolver_world *w = *state;

	resolver_world_run(w, ask_with_objects);
	assert_int_equal(w->number, 3);
	assert_string_equal(resolver_world_log(w), "!EINVAL at once; ::1=[::1]:0 cached");
}

static void bad_plan_is_einval(void **state)
{
	struct resolver_world *w = *state;

	assert_null(poe_resolver_new(w->kernel, &(struct poe_resolver_plan){ .timeout = (double)NAN }));
	assert_int_equal(errno, EINVAL);
	assert_null(poe_resolver_new(w->kernel, &(struct poe_resolver_plan){ .servers = "not an address" }));
	assert_int_equal(errno, EINVAL);
}

static void servers_of_one_s_own_come_without_the_machine_s_search_list(void **state)
{
	struct resolver_world *w;

	(void)state;
	assert_int_equal(setenv("LOCALDOMAIN", "search.test", 1), 0);
	w = resolver_world_new(NULL);
	assert_int_equal(unsetenv("LOCALDOMAIN"), 0);
	resolver_world_run(w, ask_a);
	assert_int_equal(dns_server_queries(w->server), 2);
	resolver_world_free(w);
}

static void ask_for_two_with_room_for_one(struct resolver_world *w, struct poe_event *ev)
{
	ask_a(w, ev);
	resolver_world_later(w, 1, ask_a);
	if (w->number++ == 0) {
		resolver_world_ask(w, "b.test");
		resolver_world_later(w, 0.5, ask_a);
	}
}

static void full_cache_forgets_the_name_used_longest_ago(void **state)
{
	struct resolver_world *w = resolver_world_new(&(struct poe_resolver_plan){ .max_cached = 1 });

	(void)state;
	dns_server_add(w->server, "a.test", "192.0.2.1", 100);
	dns_server_add(w->server, "b.test", "192.0.2.2", 100);
	resolver_world_run(w, ask_for_two_with_room_for_one);
	assert_string_equal(resolver_world_log(w),
			    "a.test=192.0.2.1:80; b.test=192.0.2.2:80; a.test=192.0.2.1:80; "
			    "a.test=192.0.2.1:80 cached");
	resolver_world_free(w);
}

static void family_that_is_never_answered_does_not_hold_up_the_other(void **state)
{
	struct resolver_world *w =
		resolver_world_new_on(POE_CLOCK_REAL, &(struct poe_resolver_plan){ .timeout = 0.5 });

	(void)state;
	dns_server_add(w->server, "a.test", "192.0.2.1", 100);
	dns_server_behave(w->server, "a.test", ns_t_aaaa, DNS_SILENCE);
	resolver_world_run(w, ask_a);
	assert_string_equal(resolver_world_log(w), "a.test=192.0.2.1:80");
	assert_int_equal(dns_server_queries(w->server), 4);
	resolver_world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(name_is_answered_in_both_families, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_family_is_asked_for_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_family_without_data_leaves_the_other, set_up, tear_down),
		cmocka_unit_test_setup_teardown(numeric_address_is_answered_without_asking, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hosts_file_goes_before_the_server, set_up, tear_down),
		cmocka_unit_test_setup_teardown(name_that_does_not_exist_is_enoent, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_such_name_is_believed_for_two_seconds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(server_failure_is_eagain_and_not_remembered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(answer_is_cached_for_its_ttl, set_up, tear_down),
		cmocka_unit_test_setup_teardown(lowest_ttl_of_an_answer_counts, set_up, tear_down),
		cmocka_unit_test(plan_bounds_what_is_cached),
		cmocka_unit_test_setup_teardown(name_that_cannot_be_is_enoent_without_asking, set_up, tear_down),
		cmocka_unit_test_setup_teardown(request_that_makes_no_sense_is_einval, set_up, tear_down),
		cmocka_unit_test_setup_teardown(name_of_more_than_253_octets_is_einval, set_up, tear_down),
		cmocka_unit_test_setup_teardown(asking_outside_a_handler_is_esrch, set_up, tear_down),
		cmocka_unit_test_setup_teardown(context_is_echoed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(object_as_context_is_released_once_however_it_ends, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(bad_plan_is_einval, set_up, tear_down),
		cmocka_unit_test(servers_of_one_s_own_come_without_the_machine_s_search_list),
		cmocka_unit_test(full_cache_forgets_the_name_used_longest_ago),
		cmocka_unit_test(family_that_is_never_answered_does_not_hold_up_the_other),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
