/* A server that resets at each octet of a handshake over TLS and the first exchange after it. */
#include "shop_tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void reset_at_each_octet_hurts_one(void **state)
{
	(void)state;
	assert_true(shop_tls_sweep(CHAOS_RESET, 1, 1) > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reset_at_each_octet_hurts_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
