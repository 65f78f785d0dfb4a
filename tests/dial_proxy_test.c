/* Dials by a proxy: tunnels, what HTTP's proxies say instead, and answers in pieces, cut short, and none. */
#include "detour.h"
#include <string.h>
#include <sys/socket.h>

static void hear_text(struct detour *d, int fd, const char *text)
{
	detour_hear(d, fd, text, strlen(text));
}

static void tunnel_of_http_is_a_connection_like_others(void **state)
{
	struct detour d;
	int fd;

	(void)state;
	detour_open(&d, "http://");
	fd = detour_ask(&d);
	hear_text(&d, fd, DETOUR_CONNECT "\r\n");
	detour_say(fd, "HTTP/1.1 200 Connection established\r\nX: y\r\n\r\n", 45);
	borrower_expect(d.b, "1=new");
	borrower_start(d.b, 1);
	assert_int_equal(poe_put(poe_connection_wheel(d.b->held[1]), poe_str("to far")), 0);
	hear_text(&d, fd, "to far\r\n");
	detour_say(fd, "from far\n", 9);
	borrower_expect(d.b, "in1:from far");
	borrower_free(d.b, 1);
	borrower_request(d.b, d.request);
	borrower_expect(d.b, "2=immediate");
	borrower_end(d.b);
}

static void credentials_go_to_the_proxy_decoded(void **state)
{
	struct detour d;
	int fd;

	(void)state;
	detour_open(&d, "http://me:se%3acr%20et@");
	fd = detour_ask(&d);
	hear_text(&d, fd, DETOUR_CONNECT "Proxy-Authorization: Basic bWU6c2U6Y3IgZXQ=\r\n\r\n");
	detour_close(&d);
}

static void ipv6_target_stands_in_brackets(void **state)
{
	struct detour d;
	int fd;

	(void)state;
	detour_open(&d, "http://");
	d.request.address = "2001:db8::1";
	d.request.port = 443;
	fd = detour_ask(&d);
	hear_text(&d, fd, "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n");
	detour_close(&d);
}

static void answers_of_http_proxies_are_told(void **state)
{
	static const struct {
		const char *answer, *told, *words;
	} rows[] = {
		{ "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "=new", "" },
		{ "HTTP/1.0 200 OK\r\n\r\n", "=new", "" },
		{ "HTTP/1.1 299 \r\nTransfer-Encoding: chunked\r\n\r\n", "=new", "" },
		{ "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno", "!proxy/EACCES",
		  "407 Proxy Authentication Required" },
		{ "HTTP/1.1 403 Forbidden\r\n\r\n", "!proxy/EACCES", "403 Forbidden" },
		{ "HTTP/1.1 502 Bad\x01gateway\r\n\r\n", "!proxy/ECONNREFUSED", "502 Bad?gateway" },
		{ "HTTP/1.1 502 Bad gateway\r\n\r\n", "!proxy/ECONNREFUSED", "502 Bad gateway" },
		{ "HTTP/1.1 100 Continue\r\n\r\n", "!proxy/ECONNREFUSED", "100 Continue" },
		{ "HTTP/1.1 301 Moved\r\nLocation: /\r\n\r\n", "!proxy/ECONNREFUSED", "301 Moved" },
		{ "HTTP/1.1 200 OK\r\n\r\nx", "!proxy/EPROTO", "octets behind the proxy's answer" },
		{ "SSH-2.0-OpenSSH_9.2\r\n", "!proxy/EPROTO", "not an HTTP answer" },
		{ "HTTP/1.1 OK\r\n\r\n", "!proxy/EPROTO", "not an HTTP answer" },
		{ "HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "!proxy/EPROTO", "not an HTTP answer" },
		{ "\x05\xff", "!proxy/EPROTO", "not an HTTP answer" },
	};
	struct detour d;
	size_t i;

	(void)state;
	detour_open(&d, "http://");
	for (i = 0; i < sizeof rows / sizeof *rows; i++) {
		int fd = detour_ask(&d);

		detour_say(fd, rows[i].answer, strlen(rows[i].answer));
		detour_expect(&d, rows[i].told);
		assert_string_equal(d.b->error, rows[i].words);
		if (d.b->held[d.b->asked] != NULL)
			poe_connection_retire(d.b->held[d.b->asked]);
		if (d.b->held[d.b->asked] != NULL)
			borrower_free(d.b, d.b->asked);
	}
	borrower_end(d.b);
}

/* A proxy whose words have no end. */
static void answer_without_end_is_given_up(void **state)
{
	static const char line[] = "X-Filler: 0123456789012345678901234567890123456789012345678901234567890\r\n";
	struct detour d;
	int fd, i;

	(void)state;
	detour_open(&d, "http://");
	fd = detour_ask(&d);
	detour_say(fd, "HTTP/1.1 200 OK\r\n", 17);
	for (i = 0; i < 400; i++)
		detour_say(fd, line, sizeof line - 1);
	borrower_expect(d.b, "1!proxy/EMSGSIZE");
	borrower_end(d.b);
}

static const struct detour_turn http[] = { DETOUR_TURN(DETOUR_CONNECT "\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n\r\n"), { 0 } };

static const struct detour_turn socks[] = {
	DETOUR_TURN("\x05\x01\x00", "\x05\x00"),
	DETOUR_TURN(DETOUR_FAR, "\x05\x00\x00\x01\x7f\x00\x00\x01\x12\x34"),
	{ 0 }
};

static const struct detour_turn socks_with_user[] = {
	DETOUR_TURN("\x05\x02\x00\x02", "\x05\x02"),
	DETOUR_TURN("\x01\x02me\x06secret", "\x01\x00"),
	DETOUR_TURN(DETOUR_FAR, "\x05\x00\x00\x03\x04" "here\x12\x34"),
	{ 0 }
};

static const struct detour_turn socks_v6[] = {
	DETOUR_TURN("\x05\x01\x00", "\x05\x00"),
	DETOUR_TURN(DETOUR_FAR, "\x05\x00\x00\x04" "0123456789abcdef\x12\x34"),
	{ 0 }
};

static const struct play {
	const char *url;
	const struct detour_turn *turns;
} plays[] = {
	{ "http://", http }, { "socks5://", socks }, { "socks5://me:secret@", socks_with_user }, { "socks5://", socks_v6 },
};

enum { PLAYS = sizeof plays / sizeof *plays };

static void socks_proxies_open_tunnels(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PLAYS; i++) {
		const struct detour_turn *turn = plays[i].turns;
		struct detour d;
		int fd;

		detour_open(&d, plays[i].url);
		fd = detour_ask(&d);
		for (; turn->heard != NULL; turn++) {
			detour_hear(&d, fd, turn->heard, turn->heard_length);
			detour_say(fd, turn->said, turn->said_length);
		}
		borrower_expect(d.b, "1=new");
		borrower_end(d.b);
	}
}

/* One octet, and whatever it leads to, at a time. */
static void drip(struct detour *d, int fd, const struct detour_turn *turn)
{
	size_t i;

	detour_hear(d, fd, turn->heard, turn->heard_length);
	for (i = 0; i < turn->said_length; i++) {
		detour_say(fd, turn->said + i, 1);
		if (i + 1 < turn->said_length || turn[1].heard != NULL)
			borrower_expect(d->b, "");
	}
}

static void answers_may_come_octet_by_octet(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < PLAYS; i++) {
		const struct detour_turn *turn;
		struct detour d;
		int fd;

		detour_open(&d, plays[i].url);
		fd = detour_ask(&d);
		for (turn = plays[i].turns; turn->heard != NULL; turn++)
			drip(&d, fd, turn);
		borrower_expect(d.b, "1=new");
		borrower_end(d.b);
	}
}

static void end_at_every_octet_is_told(void **state)
{
	size_t i, octets;

	(void)state;
	for (i = 0; i < PLAYS; i++) {
		struct detour d;

		detour_open(&d, plays[i].url);
		for (octets = 0; octets < detour_length(plays[i].turns); octets++) {
			int fd = detour_ask(&d);

			detour_play(&d, fd, plays[i].turns, octets);
			shutdown(fd, SHUT_WR);
			detour_expect(&d, "!proxy/ECONNRESET");
		}
		assert_int_equal(borrower_stats(d.b).dialing, 0);
		borrower_end(d.b);
	}
}

static void silence_at_every_octet_ends_with_the_deadline(void **state)
{
	size_t i, octets;

	(void)state;
	for (i = 0; i < PLAYS; i++) {
		struct detour d;

		detour_open(&d, plays[i].url);
		for (octets = 0; octets < detour_length(plays[i].turns); octets++) {
			detour_play(&d, detour_ask(&d), plays[i].turns, octets);
			borrower_expect(d.b, "");
			borrower_pass(d.b, 5.1);
			detour_expect(&d, "!connect/ETIMEDOUT@proxy");
		}
		assert_int_equal(borrower_stats(d.b).dialing, 0);
		borrower_end(d.b);
	}
}

/* 106. */
static void tunnel_is_used_again_for_its_target_only(void **state)
{
	struct detour d;

	(void)state;
	detour_open(&d, "socks5://");
	detour_play(&d, detour_ask(&d), socks, detour_length(socks));
	borrower_expect(d.b, "1=new");
	borrower_free(d.b, 1);
	d.request.port = 81;
	detour_ask(&d);
	borrower_expect(d.b, "");
	assert_int_equal(poe_keepalive_deallocate(d.b->ka, d.b->ids[2]), 0);
	d.request.port = 80;
	borrower_request(d.b, d.request);
	borrower_expect(d.b, "3=immediate");
	assert_int_equal(tcp_server_count(d.proxy), 2);
	borrower_end(d.b);
}

static void request_taken_back_hangs_up_on_the_proxy(void **state)
{
	struct detour d;
	int fd;

	(void)state;
	detour_open(&d, "http://");
	fd = detour_ask(&d);
	hear_text(&d, fd, DETOUR_CONNECT "\r\n");
	assert_int_equal(poe_keepalive_deallocate(d.b->ka, d.b->ids[1]), 0);
	assert_string_equal(tcp_server_receive(d.proxy, 0), "(end)");
	assert_int_equal(borrower_stats(d.b).dialing, 0);
	borrower_end(d.b);
}

static void reset_is_told(void **state)
{
	struct detour d;

	(void)state;
	detour_open(&d, "http://");
	hear_text(&d, detour_ask(&d), DETOUR_CONNECT "\r\n");
	tcp_server_reset(d.proxy, 0);
	borrower_expect(d.b, "1!proxy/ECONNRESET");
	borrower_end(d.b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tunnel_of_http_is_a_connection_like_others),
		cmocka_unit_test(credentials_go_to_the_proxy_decoded),
		cmocka_unit_test(ipv6_target_stands_in_brackets),
		cmocka_unit_test(answers_of_http_proxies_are_told),
		cmocka_unit_test(answer_without_end_is_given_up),
		cmocka_unit_test(socks_proxies_open_tunnels),
		cmocka_unit_test(answers_may_come_octet_by_octet),
		cmocka_unit_test(end_at_every_octet_is_told),
		cmocka_unit_test(silence_at_every_octet_ends_with_the_deadline),
		cmocka_unit_test(tunnel_is_used_again_for_its_target_only),
		cmocka_unit_test(request_taken_back_hangs_up_on_the_proxy),
		cmocka_unit_test(reset_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
