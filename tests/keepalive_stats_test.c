/* What can be seen of the manager from outside: snapshots, histograms, each key. */
#include "borrower.h"
#include <string.h>

struct observer {
	struct borrower *b;
	struct poe_keepalive_stats seen;
	int times;
};

static void ask_for_stats(struct poe_event *ev)
{
	struct observer *me = ev->heap;

	poe_post(ev->kernel, poe_keepalive_address(me->b->ka), "stats", poe_str("numbers"));
}

static void numbers(struct poe_event *ev)
{
	struct observer *me = ev->heap;

	me->seen = *poe_keepalive_snapshot(ev);
	me->times++;
}

static const struct poe_state observer_states[] = {
	{ "_start", ask_for_stats },
	{ "numbers(o)", numbers },
	{ 0 },
};

static void message_brings_the_numbers(void **state)
{
	struct borrower *b = borrower_new(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct observer o = { .b = b };

	(void)state;
	borrower_ask(b, s);
	borrower_ask(b, s);
	borrower_expect(b, "1=new 2=new");
	borrower_free(b, 2);
	assert_true(poe_session_create(b->kernel, &(struct poe_session_plan){
		.states = observer_states, .heap = &o }).v != 0);
	borrower_expect(b, "");
	assert_int_equal(o.times, 1);
	assert_int_equal(o.seen.used, 1);
	assert_int_equal(o.seen.idle, 1);
	assert_int_equal(o.seen.connected, 2);
	borrower_end(b);
}

static uint64_t all_of(const struct poe_histogram *h)
{
	uint64_t sum = 0;
	int i;

	for (i = 0; i < POE_HISTOGRAM_BUCKETS; i++)
		sum += h->count[i];
	return sum;
}

/* 3 s are between 2^21 and 2^22 microseconds. */
static void histogram_knows_who_waited_for_how_long(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_stats stats;

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_ask(b, s);
	borrower_pass(b, 3);
	borrower_free(b, 1);
	borrower_expect(b, "2=deferred");
	stats = borrower_stats(b);
	assert_int_equal(all_of(&stats.waited), 2);
	assert_int_equal(stats.waited.count[22], 1);
	assert_int_equal(all_of(&stats.resolve) + all_of(&stats.proxy) + all_of(&stats.tls), 0);
	borrower_end(b);
}

static void histogram_knows_how_long_names_took(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);
	struct poe_keepalive_stats stats;

	(void)state;
	request.address = "slow.test";
	dns_server_add(b->names, "slow.test", "127.0.0.1", 60);
	dns_server_behave(b->names, "slow.test", 0, DNS_HOLD);
	borrower_request(b, request);
	borrower_expect(b, "");
	borrower_pass(b, 3);
	dns_server_release(b->names);
	borrower_expect(b, "1=new");
	stats = borrower_stats(b);
	assert_int_equal(stats.resolve.count[22], 1);
	assert_int_equal(stats.waited.count[22], 1);
	borrower_end(b);
}

static void add_up(void *data, const struct poe_keepalive_key *key)
{
	struct poe_keepalive_key *sum = data;

	assert_string_equal(key->address, "127.0.0.1");
	assert_null(key->for_address);
	sum->port++;
	sum->idle += key->idle;
	sum->used += key->used;
	sum->waiting += key->waiting;
	sum->is_broken += key->is_broken;
}

static void each_key_is_visited_once(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){ .max_per_host = 1, .breaker_after = 1 });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct tcp_server *other = borrower_meet(b, tcp_server_new());
	struct tcp_server *bad = borrower_meet(b, tcp_server_refusing());
	struct poe_keepalive_key sum = { .port = 0 };

	(void)state;
	borrower_ask(b, s);
	borrower_expect(b, "1=new");
	borrower_ask(b, other);
	borrower_ask(b, s);
	borrower_expect(b, "2=new");
	borrower_ask(b, bad);
	borrower_expect(b, "4!connect/ECONNREFUSED");
	borrower_free(b, 2);
	poe_keepalive_each(b->ka, add_up, &sum);
	assert_int_equal(sum.port, 3);
	assert_true(sum.idle == 1 && sum.used == 1 && sum.waiting == 1 && sum.is_broken == 1);
	borrower_free(b, 1);
	borrower_expect(b, "3=deferred");
	borrower_end(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(message_brings_the_numbers),
		cmocka_unit_test(histogram_knows_who_waited_for_how_long),
		cmocka_unit_test(histogram_knows_how_long_names_took),
		cmocka_unit_test(each_key_is_visited_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
