/* A server that falls silent at each octet of a handshake over TLS and the first exchange after it. */
#include "shop_tls.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

static void stall_at_each_octet_is_over_at_the_deadline(void **state)
{
	(void)state;
	assert_true(shop_tls_sweep(CHAOS_STALL, 4, 1) > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stall_at_each_octet_is_over_at_the_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
