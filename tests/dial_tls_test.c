/*
 * Dials with TLS: the handshake is a part of the dial, and its failures are the
 * request's.  88, 95 to 97, 102 and 103 of the matrix.
 */
#include "tls_stage.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

static void tls_is_there_when_the_answer_is(void **state)
{
	struct poe_tls_info info;
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	assert_int_equal(poe_connection_tls(st.b->held[1], &info), 0);
	assert_string_equal(info.version, "TLSv1.3");
	assert_int_equal(info.resumed, 0);
	borrower_start(st.b, 1);
	assert_int_equal(poe_put(poe_connection_wheel(st.b->held[1]), poe_str("hello")), 0);
	tls_host_say(st.host, 0, "welcome\n");
	borrower_expect(st.b, "in1:welcome");
	assert_string_equal(st.host->guests[0].heard, "hello\r\n");
	borrower_free(st.b, 1);
	tls_stage_ask(&st);
	borrower_expect(st.b, "2=immediate");
	tls_stage_close(&st);
}

static void https_trusts_whom_the_system_trusts(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	st.request.tls = NULL;
	st.request.scheme = "https";
	tls_stage_ask(&st);
	borrower_expect(st.b, "1!tls/EACCES");
	assert_non_null(strstr(st.b->error, "issuer"));
	tls_stage_close(&st);
}

static void https_trusts_whom_the_plan_trusts(void **state)
{
	struct certificates *certificates = certificates_usual();
	struct poe_tls *trust = poe_tls_new(&(struct poe_tls_plan){
		.ca_file = certificates_path(certificates, "ca.crt") }, NULL, 0);
	struct tls_stage st;

	(void)state;
	tls_stage_open(&st, &(struct poe_keepalive_plan){ .tls = trust }, (struct poe_tls_plan){
		.certificate_file = certificates_path(certificates, "server.crt"),
		.key_file = certificates_path(certificates, "server.key") }, (struct poe_tls_plan){ .ca_file = NULL });
	poe_tls_unref(trust);
	st.request.tls = NULL;
	st.request.scheme = "https";
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	certificates_free(certificates);
	tls_stage_close(&st);
}

/* 96.  Who is not who he should be is not so for all. */
static void wrong_name_fails_all_who_wait(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open(&st, &(struct poe_keepalive_plan){ .max_per_host = 1 }, (struct poe_tls_plan){ .ca_file = NULL },
		   (struct poe_tls_plan){ .ca_file = NULL });
	st.request.address = "other.test";
	tls_stage_ask(&st);
	tls_stage_ask(&st);
	tls_stage_ask(&st);
	borrower_expect(st.b, "1!tls/EACCES 2!tls/EACCES 3!tls/EACCES");
	assert_int_equal(st.host->count, 1);
	st.request.address = "localhost.";
	tls_stage_ask(&st);
	borrower_expect(st.b, "4=new");
	tls_stage_close(&st);
}

/* 97. */
static void silent_server_meets_the_deadline(void **state)
{
	struct tcp_server *silent;
	struct tls_stage st;

	(void)state;
	tls_stage_open(&st, &(struct poe_keepalive_plan){ .timeout = 3 }, (struct poe_tls_plan){ .ca_file = NULL },
		   (struct poe_tls_plan){ .ca_file = NULL });
	silent = borrower_meet(st.b, tcp_server_new());
	st.request.port = tcp_server_port(silent);
	tls_stage_ask(&st);
	borrower_expect(st.b, "");
	borrower_pass(st.b, 3.1);
	borrower_expect(st.b, "1!connect/ETIMEDOUT@tls");
	assert_int_equal(borrower_stats(st.b).dialing, 0);
	tls_stage_close(&st);
}

/* 95.  Each failure gives its place back. */
static void failed_handshakes_leave_no_place_taken(void **state)
{
	static const char *const words[] = { "!tls/EPROTO", "!tls/EPROTO", "!tls/ECONNRESET", "!tls/ECONNRESET" };
	struct tcp_server *rude;
	struct tls_stage st;
	char expected[32];
	int i, port;

	(void)state;
	tls_stage_open(&st, &(struct poe_keepalive_plan){ .max_per_host = 1 }, (struct poe_tls_plan){ .ca_file = NULL },
		   (struct poe_tls_plan){ .ca_file = NULL });
	rude = borrower_meet(st.b, tcp_server_new());
	port = st.request.port;
	for (i = 0; i < 4; i++) {
		st.request.port = tcp_server_port(rude);
		tls_stage_ask(&st);
		while (tcp_server_count(rude) <= i || *tcp_server_receive(rude, i) == '\0')
			borrower_expect(st.b, "");
		if (i == 0)
			tcp_server_send(rude, i, "HTTP/1.1 400 Bad Request\r\n\r\n");
		else if (i == 1)
			assert_int_equal(send(tcp_server_fd(rude, i), "\x15\x03\x03\x00\x02\x02\x28", 7, MSG_NOSIGNAL), 7);
		else if (i == 2)
			tcp_server_shut_writing(rude, i);
		else
			tcp_server_reset(rude, i);
		snprintf(expected, sizeof expected, "%d%s", i + 1, words[i]);
		borrower_expect(st.b, expected);
	}
	assert_int_equal(borrower_stats(st.b).dialing, 0);
	st.request.port = port;
	tls_stage_ask(&st);
	borrower_expect(st.b, "5=new");
	tls_stage_close(&st);
}

/* 102. */
static void protocol_agreed_on_is_told(void **state)
{
	static const char *const offered[] = { "h2", "http/1.1", NULL }, *const spoken[] = { "http/1.1", NULL };
	struct poe_tls_info info;
	struct tls_stage st;

	(void)state;
	tls_stage_open(&st, NULL, (struct poe_tls_plan){ .alpn = spoken }, (struct poe_tls_plan){ .alpn = offered });
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	assert_int_equal(poe_connection_tls(st.b->held[1], &info), 0);
	assert_string_equal(info.alpn, "http/1.1");
	tls_stage_close(&st);
}

/* 103. */
static void certificate_of_ours_is_shown(void **state)
{
	struct certificates *own = certificates_usual();
	struct tls_stage st;

	(void)state;
	certificates_add(own, &(struct certificate_plan){ .name = "us", .issuer = "ca", .usage = "clientAuth" });
	st.b = borrower_new(NULL);
	st.b->open_before += 1;
	st.host = tls_host_new(st.b->kernel, &(struct poe_tls_plan){
		.certificate_file = certificates_path(own, "server.crt"), .key_file = certificates_path(own, "server.key"),
		.client_ca_file = certificates_path(own, "ca.crt") });
	st.trust = poe_tls_new(&(struct poe_tls_plan){
		.ca_file = certificates_path(own, "ca.crt"), .certificate_file = certificates_path(own, "us.crt"),
		.key_file = certificates_path(own, "us.key") }, NULL, 0);
	st.request = (struct poe_keepalive_request){ .scheme = "x", .address = "127.0.0.1", .port = st.host->port,
						     .event = "got", .tls = st.trust };
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	assert_string_equal(tls_host_info(st.host, 0).peer_subject, "/CN=us");
	certificates_free(own);
	tls_stage_close(&st);
}

/* The tunnel first, then TLS with whom it leads to. */
static void tls_goes_through_a_tunnel(void **state)
{
	struct tls_stage st;
	char url[64];

	(void)state;
	tls_stage_open_usual(&st);
	st.host->greeting = "HTTP/1.1 200 OK\r\n\r\n";
	snprintf(url, sizeof url, "http://127.0.0.1:%d", st.host->port);
	st.request.proxy = url;
	st.request.address = "localhost";
	st.request.port = 443;
	tls_stage_ask(&st);
	borrower_expect(st.b, "1=new");
	assert_memory_equal(st.host->guests[0].heard, "CONNECT localhost:443 HTTP/1.1\r\n", 32);
	borrower_start(st.b, 1);
	tls_host_say(st.host, 0, "through\n");
	borrower_expect(st.b, "in1:through");
	st.request.address = "other.test";
	tls_stage_ask(&st);
	borrower_expect(st.b, "2!tls/EACCES");
	tls_stage_close(&st);
}

/* 88. */
static void request_taken_back_in_the_handshake_frees_its_place(void **state)
{
	struct tcp_server *silent;
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	silent = borrower_meet(st.b, tcp_server_new());
	st.request.port = tcp_server_port(silent);
	tls_stage_ask(&st);
	while (tcp_server_count(silent) == 0)
		borrower_expect(st.b, "");
	assert_int_equal(poe_keepalive_deallocate(st.b->ka, st.b->ids[1]), 0);
	assert_int_equal(borrower_stats(st.b).dialing, 0);
	tls_stage_close(&st);
}

static void path_has_no_tls(void **state)
{
	struct tls_stage st;

	(void)state;
	tls_stage_open_usual(&st);
	st.request.scheme = "unix";
	st.request.port = 0;
	st.request.address = "/tmp/nowhere";
	assert_int_equal(borrower_call(st.b, st.request), EINVAL);
	tls_stage_close(&st);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_is_there_when_the_answer_is),
		cmocka_unit_test(https_trusts_whom_the_system_trusts),
		cmocka_unit_test(https_trusts_whom_the_plan_trusts),
		cmocka_unit_test(wrong_name_fails_all_who_wait),
		cmocka_unit_test(silent_server_meets_the_deadline),
		cmocka_unit_test(failed_handshakes_leave_no_place_taken),
		cmocka_unit_test(protocol_agreed_on_is_told),
		cmocka_unit_test(certificate_of_ours_is_shown),
		cmocka_unit_test(tls_goes_through_a_tunnel),
		cmocka_unit_test(request_taken_back_in_the_handshake_frees_its_place),
		cmocka_unit_test(path_has_no_tls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
