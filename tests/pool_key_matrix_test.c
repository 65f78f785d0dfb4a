/*
 * The pool's key: for each of its fields, two requests that differ in nothing
 * else never get each other's connection, and equal ones do.  The servers say
 * so: they count.
 */
#include "borrower.h"
#include "keepalive/name.h"
#include "tls_host.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is not said is as in all the others. */
struct wish {
	struct poe_keepalive_request request;
	int policy; /* 1 or 2: TLS by that one; 3: by one that says what 1 does */
};

struct row {
	enum pool_field field;
	struct wish one, other;
};

static const struct row rows[] = {
	{ FIELD_SCHEME, { .request.scheme = "http" }, { .request.scheme = "HTTP" } },
	{ FIELD_ADDRESS, { .request.address = "a.test" }, { .request.address = "b.test" } },
	{ FIELD_FOR_SCHEME, { .request.for_scheme = "http", .request.for_port = 9 }, { .request.for_scheme = "ftp", .request.for_port = 9 } },
	{ FIELD_FOR_ADDRESS, { .request.for_address = "x.test" }, { .request.for_address = "y.test" } },
	{ FIELD_BIND_ADDRESS, { .request.bind_address = "127.0.0.2" }, { .request.bind_address = "127.0.0.3" } },
	{ FIELD_INTERFACE, { .request.interface = "lo" }, { .request.interface = "" } },
	{ FIELD_PROXY, { .request.proxy = "http://me:Secret@127.0.0.1:%d" }, { .request.proxy = "http://me:secret@127.0.0.1:%d" } },
	{ FIELD_TLS, { .policy = 1 }, { .policy = 2 } },
	{ FIELD_IDENTITY, { .request.identity = "user:Secret" }, { .request.identity = "user:secret" } },
	{ FIELD_TAG, { .request.tag = "one" }, { .request.tag = "One" } },
	{ FIELD_PORT, { .request.port = 1 }, { .request.port = 2 } }, /* two servers */
	{ FIELD_FOR_PORT, { .request.for_port = 1 }, { .request.for_port = 2 } },
	{ FIELD_FAMILY, { .request.family = AF_INET }, { .request.family = 0 } },
};

enum { ROWS = sizeof rows / sizeof *rows };

_Static_assert((int)ROWS == (int)POOL_FIELDS, "a field of the key has no row here");

struct place {
	struct borrower *b;
	struct tcp_server *first, *second, *proxy;
	struct tls_host *host;
	struct poe_tls *policies[3];
	int tunnels; /* that the proxy has opened */
	char url[80];
};

static struct place open_place(void)
{
	static const char *const alpn[] = { "x", NULL };
	struct place p = { .b = borrower_new_with_names(NULL) };

	p.first = borrower_meet(p.b, tcp_server_new());
	p.second = borrower_meet(p.b, tcp_server_new());
	p.proxy = borrower_meet(p.b, tcp_server_new());
	dns_server_add(p.b->names, "a.test", "127.0.0.1", 60);
	dns_server_add(p.b->names, "b.test", "127.0.0.1", 60);
	dns_server_add(p.b->names, "localhost", "127.0.0.1", 60);
	p.host = tls_host_new(p.b->kernel, &(struct poe_tls_plan){ .ca_file = NULL });
	p.policies[0] = tls_host_trust(p.host, (struct poe_tls_plan){ .ca_file = NULL });
	p.policies[1] = tls_host_trust(p.host, (struct poe_tls_plan){ .alpn = alpn });
	p.policies[2] = tls_host_trust(p.host, (struct poe_tls_plan){ .ca_file = NULL });
	p.b->open_before += 1; /* the host's door, which stays for a while after the kernel */
	return p;
}

static void close_place(struct place *p)
{
	int i;

	p->b->open_before += p->host->count;
	borrower_end(p->b);
	for (i = 0; i < 3; i++)
		poe_tls_unref(p->policies[i]);
	tls_host_free(p->host);
}

/* The proxy's port is known only now. */
static const char *proxy_at(struct place *p, const char *url)
{
	const char *port = strchr(url, '%');

	snprintf(p->url, sizeof p->url, "%.*s%d", (int)(port - url), url, tcp_server_port(p->proxy));
	return p->url;
}

/* The proxy is the end of its tunnels too: nobody asks more of it. */
static void open_tunnels(struct place *p)
{
	borrower_pass(p->b, 0.001);
	while (p->tunnels < tcp_server_count(p->proxy))
		tcp_server_send(p->proxy, p->tunnels++, "HTTP/1.1 200 Go on\r\n\r\n");
}

static void ask(struct place *p, struct poe_keepalive_request request)
{
	borrower_request(p->b, request);
	open_tunnels(p);
}

static struct poe_keepalive_request complete(struct place *p, struct wish wish)
{
	struct poe_keepalive_request request = wish.request;

	request.scheme = request.scheme ? request.scheme : "http";
	request.address = request.address ? request.address : "a.test";
	request.port = tcp_server_port(request.port == 2 ? p->second : p->first);
	request.event = "got";
	if (wish.policy != 0) {
		request.port = p->host->port;
		request.address = "localhost";
		request.tls = p->policies[wish.policy - 1];
	}
	request.proxy = request.proxy ? proxy_at(p, request.proxy) : NULL;
	return request;
}

/* A new one, the same again, then the other's: new too, and the response says why. */
static void play(enum pool_field field, struct wish one, struct wish other)
{
	struct place p = open_place();

	ask(&p, complete(&p, one));
	borrower_expect(p.b, "1=new");
	assert_null(p.b->why);
	borrower_free(p.b, 1);
	ask(&p, complete(&p, one));
	borrower_expect(p.b, "2=immediate");
	borrower_free(p.b, 2);
	ask(&p, complete(&p, other));
	borrower_expect(p.b, "3=new");
	if (field != FIELD_ADDRESS)
		assert_string_equal(p.b->why, pool_field_word(field));
	assert_int_equal(tcp_server_count(p.first) + tcp_server_count(p.second) + p.tunnels + p.host->count, 2);
	borrower_free(p.b, 3);
	ask(&p, complete(&p, other));
	borrower_expect(p.b, "4=immediate");
	close_place(&p);
}

static void each_field_alone_parts_connections(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ROWS; i++) {
		assert_int_equal(rows[i].field, i);
		play(rows[i].field, rows[i].one, rows[i].other);
		play(rows[i].field, rows[i].other, rows[i].one);
	}
}

static void policies_of_one_content_are_one(void **state)
{
	struct place p = open_place();

	(void)state;
	ask(&p, complete(&p, (struct wish){ .policy = 1 }));
	borrower_expect(p.b, "1=new");
	borrower_free(p.b, 1);
	ask(&p, complete(&p, (struct wish){ .policy = 3 }));
	borrower_expect(p.b, "2=immediate");
	close_place(&p);
}

/* Against one that says nothing of it at all: only where the usual value is the other row's already. */
static void each_field_said_parts_from_it_unsaid(void **state)
{
	static const enum pool_field optional[] = {
		FIELD_FOR_SCHEME, FIELD_FOR_ADDRESS, FIELD_BIND_ADDRESS, FIELD_INTERFACE, FIELD_PROXY,
		FIELD_IDENTITY, FIELD_TAG, FIELD_FAMILY,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof optional / sizeof *optional; i++) {
		const struct row *row = &rows[optional[i]];
		struct place p = open_place();

		ask(&p, complete(&p, (struct wish){ .request.scheme = "http" }));
		borrower_expect(p.b, "1=new");
		borrower_free(p.b, 1);
		ask(&p, complete(&p, row->one));
		borrower_expect(p.b, "2=new");
		close_place(&p);
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
	ask(&p, complete(&p, (struct wish){ .request.address = "a.test" }));
	borrower_expect(p.b, "1=new");
	borrower_free(p.b, 1);
	ask(&p, complete(&p, (struct wish){ .request.address = "A.tEST" }));
	borrower_expect(p.b, "2=immediate");
	borrower_free(p.b, 2);
	ask(&p, complete(&p, (struct wish){ .request.address = "a.test." }));
	borrower_expect(p.b, "3=new");
	close_place(&p);
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

/* The hash does not cover for the comparison. */
static void names_that_differ_in_one_field_are_two(void **state)
{
	struct pool_name name = { .scheme = "s" }, other;
	unsigned i;

	(void)state;
	for (i = 0; i < POOL_FIELDS; i++) {
		other = name;
		if (i < TEXT_FIELDS)
			other.texts[i] = "other";
		else
			other.numbers[i - TEXT_FIELDS] = 1;
		assert_false(pool_name_is(&name, &other));
		assert_int_equal(pool_name_difference(&name, &other), 1U << i);
	}
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
	ask(&p, complete(&p, (struct wish){ .request.tag = "x" }));
	ask(&p, complete(&p, (struct wish){ .request.tag = "x", .request.identity = "me", .request.port = 2 }));
	borrower_pass(p.b, 0.01);
	p.b->log[0] = '\0';
	borrower_free(p.b, 1);
	borrower_free(p.b, 2);
	ask(&p, complete(&p, (struct wish){ .request.tag = "y" }));
	borrower_expect(p.b, "3=new");
	assert_string_equal(p.b->why, "tag");
	ask(&p, complete(&p, (struct wish){ .request.address = "b.test" }));
	borrower_expect(p.b, "4=new");
	assert_null(p.b->why);
	close_place(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_alone_parts_connections),
		cmocka_unit_test(policies_of_one_content_are_one),
		cmocka_unit_test(each_field_said_parts_from_it_unsaid),
		cmocka_unit_test(what_the_plan_says_is_said_for_all_requests),
		cmocka_unit_test(hosts_are_one_in_any_case_but_not_with_a_dot),
		cmocka_unit_test(paths_and_devices_have_a_case),
		cmocka_unit_test(names_that_differ_in_one_field_are_two),
		cmocka_unit_test(hash_knows_which_field_a_text_is_in),
		cmocka_unit_test(nearest_idle_connection_says_why_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
