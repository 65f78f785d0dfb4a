/* See shop_tls.h. */
#include "shop_tls.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

struct shop_trust shop_trust_with(const char *server)
{
	struct shop_trust t = { .certificates = certificates_usual() };
	char certificate[32], key[32];

	certificates_add(t.certificates, &(struct certificate_plan){
		.name = "expired", .issuer = "ca", .alt_names = "IP:127.0.0.1", .first_day = -9, .last_day = -1 });
	certificates_add(t.certificates, &(struct certificate_plan){
		.name = "tomorrow", .issuer = "ca", .alt_names = "IP:127.0.0.1", .first_day = 1, .last_day = 9 });
	certificates_add(t.certificates, &(struct certificate_plan){
		.name = "other", .issuer = "ca", .alt_names = "DNS:elsewhere.test" });
	certificates_add(t.certificates, &(struct certificate_plan){ .name = "own", .alt_names = "IP:127.0.0.1" });
	certificates_add(t.certificates, &(struct certificate_plan){
		.name = "client", .issuer = "ca", .alt_names = "IP:127.0.0.1", .usage = "clientAuth" });
	snprintf(certificate, sizeof certificate, "%s.crt", server);
	snprintf(key, sizeof key, "%s.key", server);
	t.server = poe_tls_new(&(struct poe_tls_plan){
		.certificate_file = certificates_path(t.certificates, certificate),
		.key_file = certificates_path(t.certificates, key) }, NULL, 0);
	t.client = poe_tls_new(&(struct poe_tls_plan){
		.ca_file = certificates_path(t.certificates, "ca.crt"), .sessions = -1 }, NULL, 0);
	assert_non_null(t.server);
	assert_non_null(t.client);
	return t;
}

void shop_trust_no_more(struct shop_trust *t)
{
	poe_tls_unref(t->server);
	poe_tls_unref(t->client);
	certificates_free(t->certificates);
}

static void look_at_a_refusal(const struct shop *s, const struct shopper *one)
{
	bool late = one->error_num == ETIMEDOUT;

	if (one->end != SHOPPER_REFUSED)
		return;
	shop_assert(s, late || strcmp(one->function, "tls") == 0 || one->error_num == ECONNRESET, "another function");
	shop_assert(s, !late || strcmp(one->phase, "tls") == 0 || (one->number == 2 && strcmp(one->phase, "queue") == 0),
		    "another phase");
	shop_assert(s, !late || s->chaos->plan.action == CHAOS_STALL || s->chaos->plan.action == CHAOS_GARBAGE,
		    "somebody waited in vain");
}

static void look_at_the_end(const struct shop *s)
{
	int i, in_vain = 0;

	for (i = 0; i < s->count; i++) {
		look_at_a_refusal(s, &s->shoppers[i]);
		in_vain += s->shoppers[i].error_num == ETIMEDOUT;
	}
	shop_assert(s, shop_count(s, SHOPPER_WRONGED) == 0, "somebody got what was not his");
	shop_assert(s, shop_count(s, SHOPPER_SERVED) >= s->count - 1 ||
		       (in_vain == 2 && s->shoppers[2].end == SHOPPER_SERVED), "more than one has suffered");
}

/* Two at once, and one when these have gone.  Whether it was before the first answer, or in it. */
static bool play(const struct shop_trust *t, const struct chaos_plan *place, int limit)
{
	struct shop *s = shop_open(place, t->client, limit);
	bool early;

	s->may_pass = true;
	shop_enter(s);
	shop_enter(s);
	shop_serve(s);
	shop_enter(s);
	shop_serve(s);
	early = s->chaos->acted && s->chaos->answered <= 1;
	look_at_the_end(s);
	shop_close(s);
	return early;
}

int shop_tls_sweep(enum chaos_action action, int limit, size_t step)
{
	struct shop_trust t = shop_trust_with("server");
	struct chaos_plan place = { .action = action, .tls = t.server };
	int cases = 0, side;

	for (side = CHAOS_IN; side <= CHAOS_OUT; side++) {
		place.side = (enum chaos_side)side;
		for (place.at = 0; play(&t, &place, limit); place.at += step)
			cases++;
	}
	shop_trust_no_more(&t);
	return cases;
}
