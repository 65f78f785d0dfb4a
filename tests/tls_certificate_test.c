/*
 * Which certificates are good enough: of many servers, only the right one gets
 * a client to talk to it.
 */
#include "tls_pair.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

static void show_other(struct tls_pair *p)
{
	p->server_plan.certificate_file = certificates_path(p->certificates, "other.crt");
	p->server_plan.key_file = certificates_path(p->certificates, "other.key");
}

/* The server shows another certificate than usual, which is made as the plan says, by "ca" unless it has an issuer. */
static void show(struct tls_pair *p, struct certificate_plan plan)
{
	plan.name = "other";
	if (plan.issuer == NULL)
		plan.issuer = "ca";
	certificates_add(p->certificates, &plan);
	show_other(p);
}

static void assert_refused(struct tls_pair *p, const char *text)
{
	struct tls_shake s;

	tls_pair_open(p);
	s = tls_pair_shake(p);
	assert_int_equal(s.client, EACCES);
	assert_int_equal(s.server, EPROTO);
	assert_string_equal(poe_tls_error_text(p->client), text);
	assert_int_equal(tls_pair_write(p->client, "secret"), -1);
	assert_int_equal(errno, EACCES);
}

static void assert_refused_for(struct tls_pair *p, const char *host, const char *text)
{
	p->host = host;
	assert_refused(p, text);
}

static void assert_accepted_for(struct tls_pair *p, const char *host)
{
	p->host = host;
	tls_pair_connect(p);
	tls_pair_assert_carries(p->client, p->server, "secret");
}

static void a_good_certificate_is_accepted(void **state)
{
	assert_accepted_for(*state, "localhost");
}

static void case_and_a_final_dot_make_no_difference(void **state)
{
	assert_accepted_for(*state, "LOCALHOST.");
}

static void an_address_is_accepted_by_its_own_kind_of_name(void **state)
{
	assert_accepted_for(*state, "127.0.0.1");
	assert_accepted_for(*state, "::1");
}

static void another_address_is_refused(void **state)
{
	assert_refused_for(*state, "127.0.0.2", "IP address mismatch");
	assert_refused_for(*state, "::2", "IP address mismatch");
}

static void another_host_is_refused(void **state)
{
	assert_refused_for(*state, "localhost.example", "hostname mismatch");
	assert_refused_for(*state, "ocalhost", "hostname mismatch");
}

static void an_address_written_as_a_name_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:127.0.0.1" });
	assert_refused_for(*state, "127.0.0.1", "IP address mismatch");
}

static void an_expired_certificate_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:localhost", .first_day = -3, .last_day = -1 });
	assert_refused(*state, "certificate has expired");
}

static void a_certificate_of_the_future_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:localhost", .first_day = 1, .last_day = 3 });
	assert_refused(*state, "certificate is not yet valid");
}

static void a_common_name_alone_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .subject = "localhost" });
	assert_refused(*state, "hostname mismatch");
}

static void a_common_name_beside_others_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .subject = "localhost", .alt_names = "DNS:other.example" });
	assert_refused(*state, "hostname mismatch");
}

static void a_self_signed_certificate_is_refused(void **state)
{
	struct tls_pair *p = *state;

	certificates_add(p->certificates, &(struct certificate_plan){ .name = "other", .alt_names = "DNS:localhost" });
	show_other(p);
	assert_refused(p, "self-signed certificate");
}

static void a_stars_label_is_one_and_whole(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:*.example.org" });
	assert_accepted_for(*state, "www.example.org");
	assert_refused_for(*state, "example.org", "hostname mismatch");
	assert_refused_for(*state, "a.b.example.org", "hostname mismatch");
}

static void a_star_in_a_label_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:w*.example.org,DNS:*w.example.org" });
	assert_refused_for(*state, "www.example.org", "hostname mismatch");
}

static void a_star_for_a_whole_domain_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:*.org,DNS:*" });
	assert_refused_for(*state, "example.org", "hostname mismatch");
	assert_refused_for(*state, "localhost", "hostname mismatch");
}

static void a_star_for_addresses_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:*.0.0.1" });
	assert_refused_for(*state, "127.0.0.1", "IP address mismatch");
}

static void a_name_with_a_nul_in_it_is_refused(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:localhost!.example.org" });
	assert_refused(*state, "hostname mismatch");
}

static void an_authority_that_nobody_knows_is_refused(void **state)
{
	struct tls_pair *p = *state;

	certificates_add(p->certificates, &(struct certificate_plan){ .name = "stranger", .is_authority = 1 });
	show(p, (struct certificate_plan){ .issuer = "stranger", .alt_names = "DNS:localhost" });
	assert_refused(p, "unable to get local issuer certificate");
}

/* It has the trusted one's name, but not its key. */
static void an_authority_by_the_same_name_is_refused(void **state)
{
	struct tls_pair *p = *state;

	certificates_add(p->certificates, &(struct certificate_plan){ .name = "impostor", .subject = "ca", .is_authority = 1 });
	show(p, (struct certificate_plan){ .issuer = "impostor", .alt_names = "DNS:localhost" });
	assert_refused(p, "unable to get local issuer certificate");
}

static void add_middle(struct tls_pair *p, struct certificate_plan plan)
{
	plan.name = "middle";
	plan.issuer = "ca";
	certificates_add(p->certificates, &plan);
}

static void an_intermediate_that_is_sent_is_followed(void **state)
{
	add_middle(*state, (struct certificate_plan){ .is_authority = 1 });
	show(*state, (struct certificate_plan){ .issuer = "middle", .chain = "middle", .alt_names = "DNS:localhost" });
	assert_accepted_for(*state, "localhost");
}

static void an_intermediate_that_is_missing_is_refused(void **state)
{
	add_middle(*state, (struct certificate_plan){ .is_authority = 1 });
	show(*state, (struct certificate_plan){ .issuer = "middle", .alt_names = "DNS:localhost" });
	assert_refused(*state, "unable to get local issuer certificate");
}

static void an_issuer_that_is_no_authority_is_refused(void **state)
{
	add_middle(*state, (struct certificate_plan){ .alt_names = "DNS:www.example.org" });
	show(*state, (struct certificate_plan){ .issuer = "middle", .chain = "middle", .alt_names = "DNS:localhost" });
	assert_refused(*state, "invalid CA certificate");
}

static void an_authority_for_other_names_is_refused(void **state)
{
	add_middle(*state, (struct certificate_plan){ .is_authority = 1, .constraint = "permitted;DNS:example.org" });
	show(*state, (struct certificate_plan){ .issuer = "middle", .chain = "middle", .alt_names = "DNS:localhost" });
	assert_refused(*state, "permitted subtree violation");
}

static void a_short_key_is_refused(void **state)
{
	struct tls_pair *p = *state;

	certificates_add(p->certificates, &(struct certificate_plan){ .name = "short", .is_authority = 1, .rsa_bits = 1024 });
	p->client_plan.ca_file = certificates_path(p->certificates, "short.crt");
	show(p, (struct certificate_plan){ .issuer = "short", .alt_names = "DNS:localhost" });
	assert_refused(p, "CA certificate key too weak");
}

static void a_short_key_of_the_server_is_refused(void **state)
{
	struct tls_pair *p = *state;

	show(p, (struct certificate_plan){ .alt_names = "DNS:localhost", .rsa_bits = 1024 });
	p->server_plan.ciphers = "DEFAULT:@SECLEVEL=0"; /* the server itself would not use it */
	assert_refused(p, "EE certificate key too weak");
}

static void a_signature_by_sha1_is_refused(void **state)
{
	struct tls_pair *p = *state;

	add_middle(p, (struct certificate_plan){ .is_authority = 1, .digest = "SHA1" });
	show(p, (struct certificate_plan){ .issuer = "middle", .chain = "middle", .alt_names = "DNS:localhost" });
	p->server_plan.ciphers = "DEFAULT:@SECLEVEL=0"; /* the server itself would not use it */
	assert_refused(p, "CA signature digest algorithm too weak");
}

static void a_clients_certificate_makes_no_server(void **state)
{
	show(*state, (struct certificate_plan){ .alt_names = "DNS:localhost", .usage = "clientAuth" });
	assert_refused(*state, "unsuitable certificate purpose");
}

static void whoever_wants_no_verification_gets_none(void **state)
{
	struct tls_pair *p = *state;

	p->client_plan.insecure_accept_any_certificate = 1;
	show(p, (struct certificate_plan){ .alt_names = "DNS:elsewhere", .first_day = -3, .last_day = -1 });
	assert_accepted_for(p, "localhost");
}

static void an_authority_that_the_system_does_not_know_is_refused_by_default(void **state)
{
	struct tls_pair *p = *state;

	p->client_plan.ca_file = NULL; /* the system's, who know nothing of ours */
	assert_refused(p, "unable to get local issuer certificate");
}

static void pin(struct tls_pair *p, const char *name, const char **pins)
{
	pins[0] = certificates_pin(p->certificates, name);
	pins[1] = NULL;
	p->client_plan.pins = pins;
}

static void a_pin_of_the_server_or_of_its_authority_is_enough(void **state)
{
	static const char *const names[] = { "server", "ca" };
	struct tls_pair *p = *state;
	const char *pins[2];

	for (int i = 0; i < 2; i++) {
		pin(p, names[i], pins);
		poe_tls_unref(p->client_policy);
		p->client_policy = NULL;
		assert_accepted_for(p, "localhost");
		free((char *)(uintptr_t)pins[0]);
	}
}

static void another_key_than_the_pinned_one_is_refused(void **state)
{
	struct tls_pair *p = *state;
	const char *pins[2];

	pin(p, "server", pins);
	show(p, (struct certificate_plan){ .alt_names = "DNS:localhost" });
	assert_refused(p, "no pinned key is in the certificate's chain");
	free((char *)(uintptr_t)pins[0]);
}

/* Whoever verifies nobody cannot believe a chain either: the server could send anybody's. */
static void without_verification_only_the_servers_own_key_can_be_pinned(void **state)
{
	struct tls_pair *p = *state;
	const char *pins[2];

	p->client_plan.insecure_accept_any_certificate = 1;
	pin(p, "ca", pins);
	show(p, (struct certificate_plan){ .chain = "ca", .alt_names = "DNS:localhost" });
	assert_refused(p, "no pinned key is in the certificate's chain");
	free((char *)(uintptr_t)pins[0]);
}

static void the_servers_own_key_is_pinned_without_verification_too(void **state)
{
	struct tls_pair *p = *state;
	const char *pins[2];

	p->client_plan.insecure_accept_any_certificate = 1;
	pin(p, "server", pins);
	assert_accepted_for(p, "elsewhere");
	free((char *)(uintptr_t)pins[0]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, open_pair, close_pair)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_good_certificate_is_accepted),
		TEST(case_and_a_final_dot_make_no_difference),
		TEST(an_address_is_accepted_by_its_own_kind_of_name),
		TEST(another_address_is_refused),
		TEST(another_host_is_refused),
		TEST(an_address_written_as_a_name_is_refused),
		TEST(an_expired_certificate_is_refused),
		TEST(a_certificate_of_the_future_is_refused),
		TEST(a_common_name_alone_is_refused),
		TEST(a_common_name_beside_others_is_refused),
		TEST(a_self_signed_certificate_is_refused),
		TEST(a_stars_label_is_one_and_whole),
		TEST(a_star_in_a_label_is_refused),
		TEST(a_star_for_a_whole_domain_is_refused),
		TEST(a_star_for_addresses_is_refused),
		TEST(a_name_with_a_nul_in_it_is_refused),
		TEST(an_authority_that_nobody_knows_is_refused),
		TEST(an_authority_by_the_same_name_is_refused),
		TEST(an_intermediate_that_is_sent_is_followed),
		TEST(an_intermediate_that_is_missing_is_refused),
		TEST(an_issuer_that_is_no_authority_is_refused),
		TEST(an_authority_for_other_names_is_refused),
		TEST(a_short_key_is_refused),
		TEST(a_short_key_of_the_server_is_refused),
		TEST(a_signature_by_sha1_is_refused),
		TEST(a_clients_certificate_makes_no_server),
		TEST(whoever_wants_no_verification_gets_none),
		TEST(an_authority_that_the_system_does_not_know_is_refused_by_default),
		TEST(a_pin_of_the_server_or_of_its_authority_is_enough),
		TEST(another_key_than_the_pinned_one_is_refused),
		TEST(without_verification_only_the_servers_own_key_can_be_pinned),
		TEST(the_servers_own_key_is_pinned_without_verification_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
