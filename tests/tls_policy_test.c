/*
 * Policies: what makes none, what makes another one, and what two ends with
 * theirs agree on.
 */
#include "tls_pair.h"

#include <errno.h>
#include <openssl/pem.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int open_pair(void **state)
{
	*state = tls_pair_new();
	return 0;
}

static int close_pair(void **state)
{
	tls_pair_free(*state);
	return 0;
}

static void assert_makes_none(const struct poe_tls_plan *plan, int error_num, const char *text)
{
	char why[256] = "";

	errno = 0;
	assert_null(poe_tls_new(plan, why, sizeof why));
	assert_int_equal(errno, error_num);
	assert_true(strncmp(why, text, strlen(text)) == 0);
	errno = 0;
	assert_null(poe_tls_new(plan, NULL, 0));
	assert_int_equal(errno, error_num);
}

static void a_file_that_is_not_there_is_named(void **state)
{
	(void)state;
	assert_makes_none(&(struct poe_tls_plan){ .ca_file = "/nowhere" }, ENOENT, "ca_file: /nowhere: No such file");
	assert_makes_none(&(struct poe_tls_plan){ .certificate_file = "/nowhere" }, ENOENT, "certificate_file: /nowhere: ");
	assert_makes_none(&(struct poe_tls_plan){ .client_ca_file = "/tmp" }, EISDIR, "client_ca_file: /tmp: ");
}

static void a_file_that_says_nothing_is_einval(void **state)
{
	struct tls_pair *p = *state;
	const char *path = certificates_path(p->certificates, "nothing");

	certificates_write(p->certificates, "nothing", "nothing\n");
	assert_makes_none(&(struct poe_tls_plan){ .ca_file = path }, EINVAL, "ca_file: no start line");
	assert_makes_none(&(struct poe_tls_plan){ .client_ca_file = path }, EINVAL, "client_ca_file: no start line");
	assert_makes_none(&(struct poe_tls_plan){ .certificate_file = path }, EINVAL, "certificate_file: no start line");
	p->server_plan.key_file = path;
	assert_makes_none(&p->server_plan, EINVAL, "key_file: ");
}

static void a_file_that_is_broken_behind_its_first_certificate_is_einval(void **state)
{
	struct tls_pair *p = *state;
	FILE *f = fopen(p->client_plan.ca_file, "ae");

	fputs("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", f);
	fclose(f);
	assert_makes_none(&p->client_plan, EINVAL, "ca_file: ");
	assert_makes_none(&(struct poe_tls_plan){ .certificate_file = p->client_plan.ca_file }, EINVAL, "certificate_file: ");
}

static void the_key_of_another_certificate_is_einval(void **state)
{
	struct tls_pair *p = *state;

	p->server_plan.key_file = certificates_path(p->certificates, "ca.key");
	assert_makes_none(&p->server_plan, EINVAL, "key_file: key values mismatch");
}

static void plans_that_do_not_agree_with_themselves_are_einval(void **state)
{
	struct tls_pair *p = *state;
	const char *const pins[] = { "tooshort=", NULL }, *const alpn[] = { "h2", "", NULL };

	assert_makes_none(&(struct poe_tls_plan){ .min_version = POE_TLS_1_3, .max_version = POE_TLS_1_2 }, EINVAL, "min_version: ");
	assert_makes_none(&(struct poe_tls_plan){ .min_version = (enum poe_tls_version)9 }, EINVAL, "min_version: ");
	assert_makes_none(&(struct poe_tls_plan){ .require_client = 1 }, EINVAL, "require_client: ");
	assert_makes_none(&(struct poe_tls_plan){ .key_file = p->server_plan.key_file }, EINVAL, "key_file: ");
	assert_makes_none(&(struct poe_tls_plan){ .pins = pins }, EINVAL, "pins: \"tooshort=\"");
	assert_makes_none(&(struct poe_tls_plan){ .alpn = alpn }, EINVAL, "alpn: ");
	assert_makes_none(&(struct poe_tls_plan){ .ciphers = "NONSENSE" }, EINVAL, "ciphers: no cipher match");
	assert_makes_none(&(struct poe_tls_plan){ .ciphersuites = "NONSENSE" }, EINVAL, "ciphersuites: ");
}

/* The server's key again, encrypted. */
static void encrypt(struct tls_pair *p)
{
	FILE *f = fopen(p->server_plan.key_file, "re");
	EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);

	fclose(f);
	p->server_plan.key_file = certificates_path(p->certificates, "encrypted.key");
	f = fopen(p->server_plan.key_file, "we");
	assert_int_equal(PEM_write_PrivateKey(f, key, EVP_aes_128_cbc(), (const unsigned char *)"sesame", 6, NULL, NULL), 1);
	fclose(f);
	EVP_PKEY_free(key);
}

/* Without one nobody is asked at the terminal. */
static void an_encrypted_key_needs_its_password(void **state)
{
	struct tls_pair *p = *state;

	encrypt(p);
	assert_makes_none(&p->server_plan, EINVAL, "key_file: ");
	p->server_plan.key_password = "open";
	assert_makes_none(&p->server_plan, EINVAL, "key_file: ");
	p->server_plan.key_password = "sesame";
	tls_pair_connect(p);
}

static void one_file_can_hold_certificate_and_key(void **state)
{
	struct tls_pair *p = *state;
	FILE *in = fopen(p->server_plan.key_file, "re"), *out = fopen(p->server_plan.certificate_file, "ae");
	int c;

	while ((c = fgetc(in)) != EOF)
		fputc(c, out);
	fclose(in);
	fclose(out);
	p->server_plan.key_file = NULL;
	tls_pair_connect(p);
}

static char *key_of(const struct poe_tls_plan *plan)
{
	char why[256] = "", *key;
	struct poe_tls *tls = poe_tls_new(plan, why, sizeof why);

	assert_string_equal(why, "");
	key = strdup(poe_tls_key(tls));
	assert_int_equal(strlen(key), 64);
	poe_tls_unref(tls);
	return key;
}

static void assert_keys(const struct poe_tls_plan *one, const struct poe_tls_plan *other, int same)
{
	char *keys[] = { key_of(one), key_of(other) };

	assert_int_equal(strcmp(keys[0], keys[1]) == 0, same);
	free(keys[0]);
	free(keys[1]);
}

static void equal_plans_have_one_key(void **state)
{
	struct tls_pair *p = *state;
	struct poe_tls_plan same = p->server_plan;

	assert_keys(&p->server_plan, &same, 1);
	same.sessions = 7;
	assert_keys(&p->server_plan, &same, 1);
	assert_keys(&(struct poe_tls_plan){ .ca_file = NULL }, &(struct poe_tls_plan){ .min_version = POE_TLS_1_2 }, 1);
}

/* Each field alone makes another key. */
static void whatever_matters_is_in_the_key(void **state)
{
	struct tls_pair *p = *state;
	const char *pins[] = { certificates_pin(p->certificates, "ca"), NULL }, *const alpn[] = { "http/1.1", NULL };
	const char *ca = p->client_plan.ca_file;
	const struct poe_tls_plan plans[] = {
		{ .ca_file = NULL }, { .ca_file = ca }, { .ca_path = "/tmp" }, { .ca_path = "/TMP" }, { .pins = pins },
		{ .ca_file = ca, .ca_path = "/tmp" }, { .alpn = alpn }, { .min_version = POE_TLS_1_3 },
		{ .max_version = POE_TLS_1_2 }, { .ciphers = "HIGH" }, { .ciphersuites = "TLS_AES_128_GCM_SHA256" },
		{ .certificate_file = p->server_plan.certificate_file, .key_file = p->server_plan.key_file },
		{ .client_ca_file = ca }, { .client_ca_file = ca, .require_client = 1 },
		{ .insecure_accept_any_certificate = 1 },
	};
	enum { COUNT = sizeof plans / sizeof *plans };
	char *keys[COUNT];

	for (int i = 0; i < COUNT; i++) {
		keys[i] = key_of(&plans[i]);
		for (int j = 0; j < i; j++)
			assert_string_not_equal(keys[i], keys[j]);
	}
	for (int i = 0; i < COUNT; i++)
		free(keys[i]);
	free((char *)(uintptr_t)pins[0]);
}

static void another_content_under_the_same_path_makes_another_key(void **state)
{
	struct tls_pair *p = *state;
	char *before = key_of(&p->client_plan), *after;

	certificates_add(p->certificates, &(struct certificate_plan){ .name = "ca", .is_authority = 1 });
	after = key_of(&p->client_plan);
	assert_string_not_equal(before, after);
	free(before);
	free(after);
}

static void a_policy_lives_as_long_as_its_drivers(void **state)
{
	struct tls_pair *p = *state;

	tls_pair_open(p);
	poe_tls_unref(poe_tls_ref(p->client_policy));
	poe_tls_unref(p->client_policy);
	p->client_policy = NULL;
	assert_int_equal(tls_pair_shake(p).client, 0);
	tls_pair_assert_carries(p->client, p->server, "hello");
}

static void assert_alpn(struct tls_pair *p, const char *expected)
{
	struct poe_tls_info info;

	tls_pair_connect(p);
	assert_int_equal(poe_tls_info(p->client, &info), 0);
	assert_string_equal(info.alpn, expected);
	assert_int_equal(poe_tls_info(p->server, &info), 0);
	assert_string_equal(info.alpn, expected);
}

static void the_server_chooses_a_protocol_of_both(void **state)
{
	const char *const mine[] = { "spdy", "h2", "http/1.1", NULL }, *const its[] = { "http/1.1", "h2", NULL };
	struct tls_pair *p = *state;

	p->client_plan.alpn = mine;
	p->server_plan.alpn = its;
	assert_alpn(p, "http/1.1");
}

static void a_server_that_chooses_none_is_accepted(void **state)
{
	const char *const mine[] = { "h2", NULL };
	struct tls_pair *p = *state;

	p->client_plan.alpn = mine;
	assert_alpn(p, "");
}

static void without_a_protocol_in_common_there_is_no_connection(void **state)
{
	const char *const mine[] = { "h2", NULL }, *const its[] = { "http/1.1", NULL };
	struct tls_pair *p = *state;
	struct tls_shake s;

	p->client_plan.alpn = mine;
	p->server_plan.alpn = its;
	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.client, EPROTO);
	assert_int_equal(s.server, EPROTO);
	assert_string_equal(poe_tls_error_text(p->client), "tlsv1 alert no application protocol");
}

static void the_version_and_ciphers_are_the_plans(void **state)
{
	struct tls_pair *p = *state;
	struct poe_tls_info info;

	p->client_plan.max_version = POE_TLS_1_2;
	p->client_plan.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
	tls_pair_connect(p);
	assert_int_equal(poe_tls_info(p->client, &info), 0);
	assert_string_equal(info.version, "TLSv1.2");
	assert_string_equal(info.cipher, "ECDHE-ECDSA-AES128-GCM-SHA256");
	tls_pair_assert_carries(p->client, p->server, "hello");
	tls_pair_assert_carries(p->server, p->client, "hello");
}

static void without_a_version_in_common_there_is_no_connection(void **state)
{
	struct tls_pair *p = *state;
	struct tls_shake s;

	p->client_plan.max_version = POE_TLS_1_2;
	p->server_plan.min_version = POE_TLS_1_3;
	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.server, EPROTO);
	assert_int_equal(s.client, EPROTO);
	assert_string_equal(poe_tls_error_text(p->client), "tlsv1 alert protocol version");
}

static void show_to_server(struct tls_pair *p, const char *issuer)
{
	certificates_add(p->certificates, &(struct certificate_plan){ .name = "client", .issuer = issuer, .usage = "clientAuth" });
	p->client_plan.certificate_file = certificates_path(p->certificates, "client.crt");
	p->client_plan.key_file = certificates_path(p->certificates, "client.key");
}

static void require_client(struct tls_pair *p, enum poe_tls_version version)
{
	p->server_plan.client_ca_file = certificates_path(p->certificates, "ca.crt");
	p->server_plan.require_client = 1;
	p->client_plan.max_version = version;
}

static void a_clients_certificate_is_verified(void **state)
{
	struct tls_pair *p = *state;
	struct poe_tls_info info;

	require_client(p, POE_TLS_ANY);
	show_to_server(p, "ca");
	tls_pair_connect(p);
	assert_int_equal(poe_tls_info(p->server, &info), 0);
	assert_string_equal(info.peer_subject, "/CN=client");
	tls_pair_assert_carries(p->client, p->server, "hello");
}

/* In 1.3 the client is done before the server has looked, and hears of it when it reads. */
static void a_client_without_a_certificate_is_refused(void **state)
{
	struct tls_pair *p = *state;
	struct tls_shake s;
	char octets[65];

	require_client(p, POE_TLS_ANY);
	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.client, 0);
	assert_int_equal(s.server, EACCES);
	assert_string_equal(poe_tls_error_text(p->server), "peer did not return a certificate");
	assert_int_equal(tls_pair_read(p->client, octets), -1);
	assert_int_equal(errno, EPROTO);
	assert_string_equal(poe_tls_error_text(p->client), "tlsv13 alert certificate required");
}

static void a_client_without_a_certificate_is_refused_in_tls_1_2(void **state)
{
	struct tls_pair *p = *state;
	struct tls_shake s;

	require_client(p, POE_TLS_1_2);
	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.server, EACCES);
	assert_int_equal(s.client, EPROTO);
}

static void a_client_that_nobody_vouches_for_is_refused(void **state)
{
	struct tls_pair *p = *state;
	struct tls_shake s;

	require_client(p, POE_TLS_1_2);
	certificates_add(p->certificates, &(struct certificate_plan){ .name = "stranger", .is_authority = 1 });
	show_to_server(p, "stranger");
	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.server, EACCES);
	assert_int_equal(s.client, EPROTO);
	assert_string_equal(poe_tls_error_text(p->client), "tlsv1 alert unknown ca");
}

static void a_client_may_do_without_if_none_is_required(void **state)
{
	struct tls_pair *p = *state;

	p->server_plan.client_ca_file = certificates_path(p->certificates, "ca.crt");
	tls_pair_connect(p);
	tls_pair_assert_carries(p->client, p->server, "hello");
}

/* What a client believes of servers is no reason to believe clients. */
static void a_server_that_accepts_any_server_still_verifies_clients(void **state)
{
	struct tls_pair *p = *state;

	require_client(p, POE_TLS_1_2);
	certificates_add(p->certificates, &(struct certificate_plan){ .name = "stranger", .is_authority = 1 });
	show_to_server(p, "stranger");
	p->server_plan.insecure_accept_any_certificate = 1;
	tls_pair_open(p);
	assert_int_equal(tls_pair_shake(p).server, EACCES);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_is_not_there_is_named),
		TEST(a_file_that_says_nothing_is_einval),
		TEST(a_file_that_is_broken_behind_its_first_certificate_is_einval),
		TEST(the_key_of_another_certificate_is_einval),
		TEST(plans_that_do_not_agree_with_themselves_are_einval),
		TEST(an_encrypted_key_needs_its_password),
		TEST(one_file_can_hold_certificate_and_key),
		TEST(equal_plans_have_one_key),
		TEST(whatever_matters_is_in_the_key),
		TEST(another_content_under_the_same_path_makes_another_key),
		TEST(a_policy_lives_as_long_as_its_drivers),
		TEST(the_server_chooses_a_protocol_of_both),
		TEST(a_server_that_chooses_none_is_accepted),
		TEST(without_a_protocol_in_common_there_is_no_connection),
		TEST(the_version_and_ciphers_are_the_plans),
		TEST(without_a_version_in_common_there_is_no_connection),
		TEST(a_clients_certificate_is_verified),
		TEST(a_client_without_a_certificate_is_refused),
		TEST(a_client_without_a_certificate_is_refused_in_tls_1_2),
		TEST(a_client_that_nobody_vouches_for_is_refused),
		TEST(a_client_may_do_without_if_none_is_required),
		TEST(a_server_that_accepts_any_server_still_verifies_clients),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
