/*
 * Handshakes over a bad wire: split, cut and changed at every octet.  A
 * handshake over a good one, with what is sent after it, is the measure.
 */
#include "tls_pair.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROUNDS = 100000 };

static const char greeting[] = "hello from the server";

static int open_pair(void **state)
{
	*state = tls_pair_new();
	return 0;
}

static int open_pair_1_2(void **state)
{
	struct tls_pair *p = tls_pair_new();

	p->client_plan.max_version = POE_TLS_1_2;
	*state = p;
	return 0;
}

static int close_pair(void **state)
{
	tls_pair_free(*state);
	return 0;
}

/* What the wire does to the octets of one way. */
struct harm {
	int way;      /* to the client: 0, to the server: 1 */
	long cut;     /* after so many octets nothing more comes, and then the end; -1: never */
	long changed; /* this octet has one bit changed; -1: none */
};

struct outcome {
	char got[64];  /* by the client */
	int error_num; /* of the client; 0: none */
	int server_error_num;
	long carried[2];
};

static int carry(struct tls_pair *p, int way, const struct harm *harm, struct outcome *o)
{
	char octets[4096];
	ssize_t n = recv(p->wire[!way], octets, sizeof octets, MSG_DONTWAIT);
	long before = o->carried[way];

	if (n <= 0)
		return 0;
	o->carried[way] += n;
	if (harm->way == way && harm->changed >= before && harm->changed < before + n)
		octets[harm->changed - before] ^= 1;
	if (harm->way == way && harm->cut >= 0 && o->carried[way] > harm->cut)
		n = harm->cut > before ? harm->cut - before : 0;
	send(p->wire[way], octets, (size_t)n, MSG_NOSIGNAL);
	return 1;
}

static void step_server(struct tls_pair *p, struct outcome *o, int *greeted)
{
	int shaken = o->server_error_num == 0 ? poe_tls_handshake(p->server) : 0;

	if (shaken < 0)
		o->server_error_num = errno;
	if (shaken == 1 && !*greeted)
		*greeted = tls_pair_write(p->server, greeting) > 0;
}

static void step_client(struct tls_pair *p, struct outcome *o)
{
	char octets[65];

	if (o->error_num != 0 || o->got[0] != '\0')
		return;
	if (tls_pair_read(p->client, octets) > 0)
		strcpy(o->got, octets);
	else if (errno != EAGAIN)
		o->error_num = errno;
}

/* Both ends go on until nothing happens on the wire any more; then it ends. */
static struct outcome play(struct tls_pair *p, const struct harm *harm)
{
	struct outcome o = { .error_num = 0 };
	int greeted = 0, moved = 1;

	tls_pair_open_apart(p);
	for (int quiet = 0; quiet < 2; quiet = moved ? 0 : quiet + 1) {
		step_client(p, &o);
		step_server(p, &o, &greeted);
		moved = carry(p, 0, harm, &o) | carry(p, 1, harm, &o);
	}
	shutdown(p->wire[0], SHUT_WR);
	shutdown(p->wire[1], SHUT_WR);
	step_client(p, &o);
	step_server(p, &o, &greeted);
	return o;
}

static struct outcome play_well(struct tls_pair *p)
{
	struct outcome o = play(p, &(struct harm){ .cut = -1, .changed = -1 });

	assert_string_equal(o.got, greeting);
	assert_int_equal(o.error_num, 0);
	return o;
}

static void octets_may_come_one_by_one(void **state)
{
	struct tls_pair *p = *state;
	char octets[65];
	int done = 0;

	tls_pair_open_apart(p);
	for (int i = 0; i < ROUNDS && done < 2; i++) {
		tls_pair_relay(p, 1);
		done = poe_tls_handshake(p->client) + poe_tls_handshake(p->server);
		assert_true(done >= 0);
	}
	assert_int_equal(tls_pair_write(p->server, greeting), strlen(greeting));
	while (tls_pair_read(p->client, octets) < 0 && errno == EAGAIN)
		assert_true(tls_pair_relay(p, 1) > 0);
	assert_string_equal(octets, greeting);
}

/* Whatever is missing: nothing is read, and it is no proper end.  Signatures differ in length by an octet or two. */
static void a_cut_at_any_octet_is_a_reset(void **state)
{
	struct tls_pair *p = *state;
	long total = play_well(p).carried[0];

	for (long n = 0; n < total; n++) {
		struct outcome o = play(p, &(struct harm){ .way = 0, .cut = n, .changed = -1 });

		if (n >= o.carried[0])
			continue;
		assert_string_equal(o.got, "");
		assert_int_equal(o.error_num, ECONNRESET);
		assert_string_not_equal(poe_tls_error_text(p->client), "");
	}
}

static void a_cut_on_the_way_to_the_server_is_a_reset(void **state)
{
	struct tls_pair *p = *state;
	long total = play_well(p).carried[1];

	for (long n = 0; n < total; n++) {
		struct outcome o = play(p, &(struct harm){ .way = 1, .cut = n, .changed = -1 });

		if (n >= o.carried[1])
			continue;
		assert_int_equal(o.server_error_num, ECONNRESET);
	}
}

/* Only what all octets vouch for is read; a changed length is waited for until the end. */
static void a_change_of_any_octet_is_found_out(void **state)
{
	struct tls_pair *p = *state;
	long total = play_well(p).carried[0];
	int found = 0;

	for (long n = 0; n < total; n++) {
		struct outcome o = play(p, &(struct harm){ .way = 0, .cut = -1, .changed = n });

		found += o.got[0] == '\0';
		assert_true(o.got[0] == '\0' || strcmp(o.got, greeting) == 0);
		assert_int_equal(o.got[0] == '\0', o.error_num != 0);
	}
	/* A record's version is the one thing that neither end has to look at. */
	assert_true(found > total - 20);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)
#define TEST_1_2(f) { #f "_in_tls_1_2", f, open_pair_1_2, close_pair, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(octets_may_come_one_by_one),
		TEST(a_cut_at_any_octet_is_a_reset),
		TEST(a_cut_on_the_way_to_the_server_is_a_reset),
		TEST(a_change_of_any_octet_is_found_out),
		TEST_1_2(octets_may_come_one_by_one),
		TEST_1_2(a_cut_at_any_octet_is_a_reset),
		TEST_1_2(a_cut_on_the_way_to_the_server_is_a_reset),
		TEST_1_2(a_change_of_any_octet_is_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
