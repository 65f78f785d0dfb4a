/* What the resolver knows without asking: numeric addresses, hosts files, names that cannot be. */
#include "resolver/hosts.h"
#include "resolver/numeric.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static struct resolver_key key_of(const char *name, int family)
{
	struct resolver_key key;

	assert_int_equal(resolver_key_set(&key, name, family, 7), 0);
	return key;
}

static int is_possible(const char *name)
{
	struct resolver_key key = key_of(name, 0);

	return resolver_key_is_possible(&key);
}

/* A list as text: "::1 127.0.0.1". */
static const char *text_of(const struct resolver_addresses *list, char *text)
{
	char one[INET6_ADDRSTRLEN];

	*text = '\0';
	for (size_t i = 0; i < list->count; i++) {
		inet_ntop(list->list[i].family, list->list[i].octets, one, sizeof one);
		strcat(strcat(text, i ? " " : ""), one);
	}
	return text;
}

static void ordinary_names_are_possible(void **state)
{
	(void)state;
	assert_true(is_possible("a"));
	assert_true(is_possible("www.example.test"));
	assert_true(is_possible("www.example.test."));
	assert_true(is_possible("_srv-1.x2.test"));
	assert_true(is_possible("b\xc3\xbc" "cher.test"));
	assert_true(is_possible("1.2.3.test"));
	assert_true(is_possible("0xab.test"));
}

static void empty_labels_and_odd_octets_are_impossible(void **state)
{
	(void)state;
	assert_false(is_possible("."));
	assert_false(is_possible(".test"));
	assert_false(is_possible("a..test"));
	assert_false(is_possible("a.test.."));
	assert_false(is_possible("a b.test"));
	assert_false(is_possible("a\\.test"));
	assert_false(is_possible("a\n.test"));
	assert_false(is_possible("[::1]"));
	assert_false(is_possible("fe80::1%nothing"));
}

static void label_of_63_octets_is_possible_and_of_64_not(void **state)
{
	char name[80];

	(void)state;
	memset(name, 'a', sizeof name);
	strcpy(name + 63, ".test");
	assert_true(is_possible(name));
	memset(name, 'a', sizeof name);
	strcpy(name + 64, ".test");
	assert_false(is_possible(name));
}

static void name_of_254_octets_is_too_long(void **state)
{
	struct resolver_key key;
	char name[255];

	(void)state;
	for (size_t i = 0; i < sizeof name; i++)
		name[i] = i % 50 == 49 ? '.' : 'a';
	name[254] = '\0';
	assert_int_equal(resolver_key_set(&key, name, 0, 7), -1);
	name[253] = '\0';
	assert_int_equal(resolver_key_set(&key, name, 0, 7), 0);
	assert_true(resolver_key_is_possible(&key));
}

static void addresses_written_badly_are_no_names(void **state)
{
	(void)state;
	assert_false(is_possible("127.1"));
	assert_false(is_possible("2130706433"));
	assert_false(is_possible("0x7f.0.0.0x1"));
	assert_false(is_possible("127.0.0.1."));
	assert_false(is_possible("127.0.0.256"));
	assert_false(is_possible("evil.test.1"));
}

static void only_localhost_and_what_is_below_is_local(void **state)
{
	struct resolver_key names[] = { key_of("LOCALHOST", 0), key_of("localhost.", 0), key_of("a.localhost", 0),
					key_of("notlocalhost", 0), key_of("localhost.test", 0), key_of("x", 0) };

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_int_equal(resolver_key_is_local(&names[i]), i < 3);
}

static void numeric_ipv4_is_read_strictly(void **state)
{
	struct resolver_address a;

	(void)state;
	assert_true(resolver_numeric_read("192.0.2.7", &a));
	assert_int_equal(a.family, AF_INET);
	assert_memory_equal(a.octets, ((unsigned char[]){ 192, 0, 2, 7 }), 4);
	assert_false(resolver_numeric_read("192.0.2", &a));
	assert_false(resolver_numeric_read("192.0.2.256", &a));
	assert_false(resolver_numeric_read("192.0.2.7 ", &a));
	assert_false(resolver_numeric_read("", &a));
}

static void numeric_ipv6_is_read_with_its_scope(void **state)
{
	struct resolver_address a;

	(void)state;
	assert_true(resolver_numeric_read("2001:db8::1", &a));
	assert_int_equal(a.scope, 0);
	assert_true(resolver_numeric_read("fe80::1%7", &a));
	assert_int_equal(a.scope, 7);
	assert_true(resolver_numeric_read("fe80::1%lo", &a));
	assert_int_equal(a.scope, if_nametoindex("lo"));
	assert_false(resolver_numeric_read("fe80::1%", &a));
	assert_false(resolver_numeric_read("fe80::1%no-such", &a));
	assert_false(resolver_numeric_read("fe80::1%99999999999", &a));
	assert_false(resolver_numeric_read("192.0.2.7%lo", &a));
}

static void endpoint_carries_port_and_scope(void **state)
{
	struct resolver_address a, back;
	struct poe_endpoint e;
	struct sockaddr_in6 in6;

	(void)state;
	assert_true(resolver_numeric_read("fe80::1%7", &a));
	resolver_address_to_endpoint(&a, 443, &e);
	assert_int_equal(e.length, sizeof in6);
	memcpy(&in6, &e.address, sizeof in6);
	assert_int_equal(ntohs(in6.sin6_port), 443);
	assert_int_equal(in6.sin6_scope_id, 7);
	assert_int_equal(resolver_address_set(&back, (struct sockaddr *)&e.address), 0);
	assert_memory_equal(&back, &a, sizeof a);
}

static void families_take_turns_in_their_own_order(void **state)
{
	static const char *const texts[] = { "192.0.2.1", "192.0.2.2", "2001:db8::1", "192.0.2.3", "2001:db8::2" };
	struct resolver_address list[5];
	struct resolver_addresses *sorted;
	char text[200];

	(void)state;
	for (int i = 0; i < 5; i++)
		assert_true(resolver_numeric_read(texts[i], &list[i]));
	sorted = resolver_addresses_interleave(list, 5, 0);
	assert_string_equal(text_of(sorted, text), "2001:db8::1 192.0.2.1 2001:db8::2 192.0.2.2 192.0.2.3");
	resolver_addresses_unref(sorted);
	sorted = resolver_addresses_interleave(list, 5, AF_INET);
	assert_string_equal(text_of(sorted, text), "192.0.2.1 192.0.2.2 192.0.2.3");
	resolver_addresses_unref(sorted);
	sorted = resolver_addresses_interleave(list, 5, AF_INET6);
	assert_string_equal(text_of(sorted, text), "2001:db8::1 2001:db8::2");
	resolver_addresses_unref(sorted);
}

struct place {
	char path[64];
	struct resolver_hosts *hosts;
};

static void write_hosts(const struct place *p, const char *text)
{
	FILE *file = fopen(p->path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* What the file says of a name, as text; "" when it does not know it. */
static const char *ask(const struct place *p, const char *name, int family, double now)
{
	static char text[400];
	struct resolver_key key = key_of(name, family);
	struct resolver_addresses *list;
	int found = resolver_hosts_find(p->hosts, &key, now, &list);

	assert_true(found >= 0);
	text[0] = '\0';
	if (found) {
		text_of(list, text);
		resolver_addresses_unref(list);
	}
	return text;
}

static int set_up(void **state)
{
	static struct place p;
	int fd;

	strcpy(p.path, "/tmp/resolver-hosts-XXXXXX");
	fd = mkstemp(p.path);
	if (fd < 0)
		return -1;
	close(fd);
	p.hosts = resolver_hosts_new(p.path, 7);
	*state = &p;
	return 0;
}

static int tear_down(void **state)
{
	struct place *p = *state;

	resolver_hosts_free(p->hosts);
	unlink(p->path);
	return 0;
}

static void hosts_lines_add_up_to_a_name(void **state)
{
	struct place *p = *state;

	write_hosts(p, "# comment\n192.0.2.1\tOne.test one # two.test\n\n2001:db8::1 one.test\n"
		       "192.0.2.1 one.test\n192.0.2.9 one.test\nnonsense one.test\n192.0.2.5\n");
	assert_string_equal(ask(p, "one.test", 0, 0), "2001:db8::1 192.0.2.1 192.0.2.9");
	assert_string_equal(ask(p, "ONE", 0, 0), "192.0.2.1");
	assert_string_equal(ask(p, "two.test", 0, 0), "");
	assert_string_equal(ask(p, "one.test", AF_INET6, 0), "2001:db8::1");
	assert_string_equal(ask(p, "one", AF_INET6, 0), "");
}

static void hosts_file_is_read_again_when_it_has_changed(void **state)
{
	struct place *p = *state;

	write_hosts(p, "192.0.2.1 one.test\n");
	assert_string_equal(ask(p, "one.test", 0, 10), "192.0.2.1");
	write_hosts(p, "192.0.2.22 one.test\n");
	assert_string_equal(ask(p, "one.test", 0, 10.5), "192.0.2.1");
	assert_string_equal(ask(p, "one.test", 0, 11), "192.0.2.22");
}

static void hosts_file_that_has_gone_knows_nothing(void **state)
{
	struct place *p = *state;

	write_hosts(p, "192.0.2.1 one.test\n");
	assert_string_equal(ask(p, "one.test", 0, 10), "192.0.2.1");
	assert_int_equal(unlink(p->path), 0);
	assert_string_equal(ask(p, "one.test", 0, 12), "");
	write_hosts(p, "192.0.2.3 one.test\n");
	assert_string_equal(ask(p, "one.test", 0, 14), "192.0.2.3");
}

static void localhost_is_the_loopback_unless_the_file_says_otherwise(void **state)
{
	struct place *p = *state;

	assert_string_equal(ask(p, "localhost", 0, 0), "::1 127.0.0.1");
	assert_string_equal(ask(p, "x.localhost.", AF_INET, 0), "127.0.0.1");
	write_hosts(p, "127.0.0.9 localhost\n");
	assert_string_equal(ask(p, "localhost", 0, 5), "127.0.0.9");
	assert_string_equal(ask(p, "localhost", AF_INET6, 5), "::1");
}

static void last_hosts_line_needs_no_newline(void **state)
{
	struct place *p = *state;

	write_hosts(p, "192.0.2.1 one.test\n192.0.2.2 two.test");
	assert_string_equal(ask(p, "two.test", 0, 0), "192.0.2.2");
}

static void hosts_file_of_many_names_is_read_whole(void **state)
{
	struct place *p = *state;
	FILE *file = fopen(p->path, "w");
	char name[32];

	for (int i = 0; i < 3000; i++)
		fprintf(file, "192.0.2.%d host%d.test\n", i % 250, i);
	assert_int_equal(fclose(file), 0);
	for (int i = 0; i < 3000; i++) {
		char expected[32];

		snprintf(name, sizeof name, "host%d.test", i);
		snprintf(expected, sizeof expected, "192.0.2.%d", i % 250);
		assert_string_equal(ask(p, name, 0, 0), expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ordinary_names_are_possible),
		cmocka_unit_test(empty_labels_and_odd_octets_are_impossible),
		cmocka_unit_test(label_of_63_octets_is_possible_and_of_64_not),
		cmocka_unit_test(name_of_254_octets_is_too_long),
		cmocka_unit_test(addresses_written_badly_are_no_names),
		cmocka_unit_test(only_localhost_and_what_is_below_is_local),
		cmocka_unit_test(numeric_ipv4_is_read_strictly),
		cmocka_unit_test(numeric_ipv6_is_read_with_its_scope),
		cmocka_unit_test(endpoint_carries_port_and_scope),
		cmocka_unit_test(families_take_turns_in_their_own_order),
		cmocka_unit_test_setup_teardown(hosts_lines_add_up_to_a_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hosts_file_is_read_again_when_it_has_changed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hosts_file_that_has_gone_knows_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(localhost_is_the_loopback_unless_the_file_says_otherwise, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(last_hosts_line_needs_no_newline, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hosts_file_of_many_names_is_read_whole, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
