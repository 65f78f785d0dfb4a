/* Dials by a SOCKS5 proxy: each of its answers, nonsense, and whose octets are whose. */
#include "detour.h"
#include <string.h>

static const struct detour_turn socks[] = {
	DETOUR_TURN("\x05\x01\x00", "\x05\x00"),
	DETOUR_TURN(DETOUR_FAR, "\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34"),
	{ 0 }
};

static void each_code_of_socks_is_told(void **state)
{
	static const char *const told[] = {
		NULL, "!proxy/ECONNREFUSED", "!proxy/EACCES", "!proxy/ENETUNREACH", "!proxy/EHOSTUNREACH",
		"!proxy/ECONNREFUSED", "!proxy/ETIMEDOUT", "!proxy/EOPNOTSUPP", "!proxy/EAFNOSUPPORT",
		"!proxy/EPROTO",
	};
	struct detour d;
	int code;

	(void)state;
	detour_open(&d, "socks5://");
	for (code = 1; code < (int)(sizeof told / sizeof *told); code++) {
		int fd = detour_ask(&d);

		detour_play(&d, fd, socks, 2);
		detour_hear(&d, fd, DETOUR_FAR, sizeof DETOUR_FAR - 1);
		detour_say(fd, (const char[]){ 5, (char)code, 0, 1 }, 4);
		detour_expect(&d, told[code]);
		assert_int_equal(strncmp(d.b->error, "SOCKS", 5), 0);
	}
	borrower_end(d.b);
}

static void nonsense_from_socks_is_told(void **state)
{
	static const struct {
		const char *scheme;
		struct detour_turn turns[3];
		const char *told;
	} rows[] = {
		{ "socks5://", { DETOUR_TURN("\x05\x01\x00", "\x04\x00") }, "!proxy/EPROTO" },
		{ "socks5://", { DETOUR_TURN("\x05\x01\x00", "HTTP/1.1 400 Bad\r\n") }, "!proxy/EPROTO" },
		{ "socks5://", { DETOUR_TURN("\x05\x01\x00", "\x05\xff") }, "!proxy/EACCES" },
		{ "socks5://", { DETOUR_TURN("\x05\x01\x00", "\x05\x02") }, "!proxy/EACCES" },
		{ "socks5://a@", { DETOUR_TURN("\x05\x02\x00\x02", "\x05\x01") }, "!proxy/EACCES" },
		{ "socks5://a@", { DETOUR_TURN("\x05\x02\x00\x02", "\x05\x02"), DETOUR_TURN("\x01\x01" "a\x00", "\x01\x01") }, "!proxy/EACCES" },
		{ "socks5://a@", { DETOUR_TURN("\x05\x02\x00\x02", "\x05\x02"), DETOUR_TURN("\x01\x01" "a\x00", "\x05\x00") }, "!proxy/EPROTO" },
		{ "socks5://", { DETOUR_TURN("\x05\x01\x00", "\x05\x00"), DETOUR_TURN(DETOUR_FAR, "\x04\x00\x00\x01") }, "!proxy/EPROTO" },
		{ "socks5://", { DETOUR_TURN("\x05\x01\x00", "\x05\x00"), DETOUR_TURN(DETOUR_FAR, "\x05\x00\x01\x01") }, "!proxy/EPROTO" },
		{ "socks5://", { DETOUR_TURN("\x05\x01\x00", "\x05\x00"), DETOUR_TURN(DETOUR_FAR, "\x05\x00\x00\x02") }, "!proxy/EPROTO" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct detour d;

		detour_open(&d, rows[i].scheme);
		detour_play(&d, detour_ask(&d), rows[i].turns, detour_length(rows[i].turns));
		detour_expect(&d, rows[i].told);
		borrower_end(d.b);
	}
}

/* Who speaks first behind a SOCKS proxy is heard: his octets are not the proxy's. */
static void first_words_through_a_socks_tunnel_are_the_users(void **state)
{
	static const char both[] = "\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34" "220 hello\n";
	struct detour d;
	int fd;

	(void)state;
	detour_open(&d, "socks5://");
	fd = detour_ask(&d);
	detour_play(&d, fd, socks, 2);
	detour_hear(&d, fd, DETOUR_FAR, sizeof DETOUR_FAR - 1);
	detour_say(fd, both, sizeof both - 1);
	borrower_expect(d.b, "1=new");
	borrower_start(d.b, 1);
	borrower_expect(d.b, "in1:220 hello");
	borrower_end(d.b);
}

static void numeric_targets_go_to_socks_as_numbers(void **state)
{
	struct detour d;
	int fd;

	(void)state;
	detour_open(&d, "socks5://");
	d.request.address = "192.0.2.1";
	fd = detour_ask(&d);
	detour_play(&d, fd, socks, 2);
	detour_hear(&d, fd, "\x05\x01\x00\x01\xc0\x00\x02\x01\x00\x50", 10);
	d.request.address = "::1";
	fd = detour_ask(&d);
	detour_play(&d, fd, socks, 2);
	detour_hear(&d, fd, "\x05\x01\x00\x04\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x00\x50", 22);
	detour_close(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_code_of_socks_is_told),
		cmocka_unit_test(nonsense_from_socks_is_told),
		cmocka_unit_test(first_words_through_a_socks_tunnel_are_the_users),
		cmocka_unit_test(numeric_targets_go_to_socks_as_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
