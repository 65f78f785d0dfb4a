/*
 * The pool's key: for each of its fields, two requests that differ in nothing
 * else never get each other's connection, and equal ones do.  The servers say
 * so: they count.
 */
#include "borrower.h"
#include "keepalive/name.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is not said is as in all the others. */
struct row {
	enum pool_field field;
	struct poe_keepalive_request one, other;
};

static const struct row rows[] = {
	{ FIELD_SCHEME, { .scheme = "http" }, { .scheme = "HTTP" } },
	{ FIELD_ADDRESS, { .address = "a.test" }, { .address = "b.test" } },
	{ FIELD_FOR_SCHEME, { .for_scheme = "http", .for_port = 9 }, { .for_scheme = "ftp", .for_port = 9 } },
	{ FIELD_FOR_ADDRESS, { .for_address = "x.test" }, { .for_address = "y.test" } },
	{ FIELD_BIND_ADDRESS, { .bind_address = "127.0.0.2" }, { .bind_address = "127.0.0.3" } },
	{ FIELD_INTERFACE, { .interface = "lo" }, { .interface = "" } },
	{ FIELD_IDENTITY, { .identity = "user:Secret" }, { .identity = "user:secret" } },
	{ FIELD_TAG, { .tag = "one" }, { .tag = "One" } },
	{ FIELD_PORT, { .port = 1 }, { .port = 2 } }, /* two servers */
	{ FIELD_FOR_PORT, { .for_port = 1 }, { .for_port = 2 } },
	{ FIELD_FAMILY, { .family = AF_INET }, { .family = 0 } },
};

enum { ROWS = sizeof rows / sizeof *rows };

_Static_assert((int)ROWS == (int)POOL_FIELDS, "a field of the key has no row here");

struct place {
	struct borrower *b;
	struct tcp_server *first, *second;
};

static struct place open_place(void)
{
	struct place p = { .b = borrower_new_with_names(NULL) };

	p.first = borrower_meet(p.b, tcp_server_new());
	p.second = borrower_meet(p.b, tcp_server_new());
	dns_server_add(p.b->names, "a.test", "127.0.0.1", 60);
	dns_server_add(p.b->names, "b.test", "127.0.0.1", 60);
	return p;
}

static struct poe_keepalive_request complete(const struct place *p, struct poe_keepalive_request request)
{
	request.scheme = request.scheme ? request.scheme : "http";
	request.address = request.address ? request.address : "a.test";
	request.port = tcp_server_port(request.port == 2 ? p->second : p->first);
	request.event = "got";
	return request;
}

/* A new one, the same again, then the other's: new too, and the response says why. */
static void play(enum pool_field field, struct poe_keepalive_request one, struct poe_keepalive_request other)
{
	struct place p = open_place();

	borrower_request(p.b, complete(&p, one));
	borrower_expect(p.b, "1=new");
	assert_null(p.b->why);
	borrower_free(p.b, 1);
	borrower_request(p.b, complete(&p, one));
	borrower_expect(p.b, "2=immediate");
	borrower_free(p.b, 2);
	borrower_request(p.b, complete(&p, other));
	borrower_expect(p.b, "3=new");
	if (field != FIELD_ADDRESS)
		assert_string_equal(p.b->why, pool_field_word(field));
	assert_int_equal(tcp_server_count(p.first) + tcp_server_count(p.second), 2);
	borrower_free(p.b, 3);
	borrower_request(p.b, complete(&p, other));
	borrower_expect(p.b, "4=immediate");
	borrower_end(p.b);
}

static void each_field_alone_parts_connections(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		assert_int_equal(rows[i].field, i);
		play(i, rows[i].one, rows[i].other);
		play(i, rows[i].other, rows[i].one);
	}
}

/* Against one that says nothing of it at all: only where the usual value is the other row's already. */
static void each_field_said_parts_from_it_unsaid(void **state)
{
	static const enum pool_field optional[] = {
		FIELD_FOR_SCHEME, FIELD_FOR_ADDRESS, FIELD_BIND_ADDRESS, FIELD_INTERFACE,
		FIELD_IDENTITY, FIELD_TAG, FIELD_FAMILY,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof optional / sizeof *optional; i++) {
		const struct row *row = &rows[optional[i]];
		struct place p = open_place();

		borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .scheme = "http" }));
		borrower_expect(p.b, "1=new");
		borrower_free(p.b, 1);
		borrower_request(p.b, complete(&p, row->one));
		borrower_expect(p.b, "2=new");
		borrower_end(p.b);
	}
}

static void what_the_plan_says_is_said_for_all_requests(void **state)
{
	struct borrower *b = borrower_new(&(struct poe_keepalive_plan){
		.bind_address = "127.0.0.2", .interface = "lo", .family = AF_INET });
	struct tcp_server *s = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(s);

	(void)state;
	borrower_request(b, request);
	borrower_expect(b, "1=new");
	assert_string_equal(tcp_server_peer(s, 0), "127.0.0.2");
	borrower_free(b, 1);
	request.bind_address = "127.0.0.2";
	request.interface = "lo";
	request.family = AF_INET;
	borrower_request(b, request);
	borrower_expect(b, "2=immediate");
	borrower_free(b, 2);
	request.bind_address = "";
	borrower_request(b, request);
	borrower_expect(b, "3=new");
	assert_string_equal(tcp_server_peer(s, 1), "127.0.0.1");
	borrower_end(b);
}

/* The case of a name is nobody's secret; a dot behind it means no search list, which may lead elsewhere. */
static void hosts_are_one_in_any_case_but_not_with_a_dot(void **state)
{
	struct place p = open_place();

	(void)state;
	borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .address = "a.test" }));
	borrower_expect(p.b, "1=new");
	borrower_free(p.b, 1);
	borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .address = "A.tEST" }));
	borrower_expect(p.b, "2=immediate");
	borrower_free(p.b, 2);
	borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .address = "a.test." }));
	borrower_expect(p.b, "3=new");
	borrower_end(p.b);
}

static void paths_and_devices_have_a_case(void **state)
{
	const struct pool_name names[][2] = {
		{ { .scheme = "unix", .address = "/run/a" }, { .scheme = "unix", .address = "/run/A" } },
		{ { .scheme = "x", .address = "fe80::a%eth0" }, { .scheme = "x", .address = "fe80::A%ETH0" } },
		{ { .scheme = "x", .address = "a@" }, { .scheme = "x", .address = "a`" } },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof names / sizeof *names; i++)
		assert_false(pool_name_is(&names[i][0], &names[i][1]));
	assert_true(pool_name_is(&(struct pool_name){ .scheme = "x", .address = "fe80::A%eth0" },
				 &(struct pool_name){ .scheme = "x", .address = "fe80::a%eth0" }));
}

/* Where the same word stands counts. */
static void hash_knows_which_field_a_text_is_in(void **state)
{
	struct pool_name names[TEXT_FIELDS];
	size_t i, j;

	(void)state;
	for (i = 0; i < TEXT_FIELDS; i++) {
		names[i] = (struct pool_name){ .scheme = "s" };
		names[i].texts[i] = "same";
		for (j = 0; j < i; j++) {
			assert_true(pool_name_hash(&names[i]) != pool_name_hash(&names[j]));
			assert_false(pool_name_is(&names[i], &names[j]));
		}
	}
}

static void nearest_idle_connection_says_why_not(void **state)
{
	struct place p = open_place();

	(void)state;
	borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .tag = "x" }));
	borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .tag = "x", .identity = "me", .port = 2 }));
	borrower_pass(p.b, 0.01);
	p.b->log[0] = '\0';
	borrower_free(p.b, 1);
	borrower_free(p.b, 2);
	borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .tag = "y" }));
	borrower_expect(p.b, "3=new");
	assert_string_equal(p.b->why, "tag");
	borrower_request(p.b, complete(&p, (struct poe_keepalive_request){ .address = "b.test" }));
	borrower_expect(p.b, "4=new");
	assert_null(p.b->why);
	borrower_end(p.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_alone_parts_connections),
		cmocka_unit_test(each_field_said_parts_from_it_unsaid),
		cmocka_unit_test(what_the_plan_says_is_said_for_all_requests),
		cmocka_unit_test(hosts_are_one_in_any_case_but_not_with_a_dot),
		cmocka_unit_test(paths_and_devices_have_a_case),
		cmocka_unit_test(hash_knows_which_field_a_text_is_in),
		cmocka_unit_test(nearest_idle_connection_says_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
