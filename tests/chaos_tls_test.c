/*
 * A server that goes wrong over TLS, in its handshake or the first exchange,
 * or whose certificate is no good.
 */
#include "shop_tls.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void end_alert_or_garbage_at_many_octets_hurts_one(void **state)
{
	(void)state;
	assert_true(shop_tls_sweep(CHAOS_CLOSE, 1, 7) > 100);
	assert_true(shop_tls_sweep(CHAOS_HALF_CLOSE, 4, 7) > 100);
	assert_true(shop_tls_sweep(CHAOS_ALERT, 1, 7) > 100);
	assert_true(shop_tls_sweep(CHAOS_GARBAGE, 4, 7) > 100);
}

/* Nobody gets through to who shows that, and he is not asked what he knows. */
static void show(const char *certificate)
{
	struct shop_trust t = shop_trust_with(certificate);
	struct shop *s = shop_open(&(struct chaos_plan){ .action = CHAOS_NOTHING, .tls = t.server }, t.client, 1);
	int i;

	shop_enter(s);
	shop_enter(s);
	shop_serve(s);
	shop_turns(s, 4);
	for (i = 0; i < 2; i++) {
		shop_assert(s, s->shoppers[i].end == SHOPPER_REFUSED, certificate);
		shop_assert(s, s->shoppers[i].error_num == EACCES && strcmp(s->shoppers[i].function, "tls") == 0, certificate);
	}
	shop_assert(s, s->chaos->wires[0].answered == 0 && s->chaos->wires[0].length == 0, "he was asked");
	shop_close(s);
	shop_trust_no_more(&t);
}

static void bad_certificate_is_refused(void **state)
{
	static const char *const bad[] = { "expired", "tomorrow", "other", "own", "client" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof bad / sizeof *bad; i++)
		show(bad[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(end_alert_or_garbage_at_many_octets_hurts_one),
		cmocka_unit_test(bad_certificate_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
