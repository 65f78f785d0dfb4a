/* Which proxy, for whom, and by which URL. */
#include "detour.h"
#include "keepalive/proxy.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* We look the proxy up; the proxy looks the target up. */
static void names_are_resolved_by_whom_they_are_for(void **state)
{
	struct borrower *b = borrower_new_with_names(NULL);
	struct tcp_server *proxy = borrower_meet(b, tcp_server_new());
	struct poe_keepalive_request request = borrower_for(proxy);
	char url[64];

	(void)state;
	dns_server_add(b->names, "proxy.test", "127.0.0.1", 60);
	snprintf(url, sizeof url, "http://proxy.test:%d/", tcp_server_port(proxy));
	request.address = "known.to.nobody.test";
	request.proxy = url;
	borrower_request(b, request);
	while (tcp_server_count(proxy) == 0)
		borrower_expect(b, "");
	tcp_server_send(proxy, 0, "HTTP/1.1 200 OK\r\n\r\n");
	borrower_expect(b, "1=new");
	assert_in_range(dns_server_queries(b->names), 1, 2);
	borrower_end(b);
}

static void proxy_of_the_plan_is_for_all_but_paths(void **state)
{
	struct tcp_server *proxy = tcp_server_refusing(), *server = tcp_server_new();
	char url[64], path[64];
	struct borrower *b;
	struct poe_keepalive_request request;

	(void)state;
	snprintf(url, sizeof url, "socks5://127.0.0.1:%d", tcp_server_port(proxy));
	b = borrower_new(&(struct poe_keepalive_plan){ .proxy = url });
	b->open_before -= 2; /* they were there before it */
	borrower_meet(b, proxy);
	request = borrower_for(borrower_meet(b, server));
	borrower_request(b, request);
	borrower_expect(b, "1!connect/ECONNREFUSED");
	request.proxy = "";
	borrower_request(b, request);
	borrower_expect(b, "2=new");
	snprintf(path, sizeof path, "@poe-proxy-%d", (int)getpid());
	borrower_meet(b, tcp_server_new_unix(path));
	borrower_request(b, (struct poe_keepalive_request){ .scheme = "unix", .address = path, .event = "got" });
	borrower_expect(b, "3=new");
	borrower_end(b);
}

static void target_that_would_end_a_line_is_not_asked_for(void **state)
{
	static const char *const bad[] = { "a b", "a\r\nX: y", "a/b", "a@b", "a#b", "a?b", "fe80::1%lo", "a\x7f" };
	struct detour d;
	size_t i;

	(void)state;
	detour_open(&d, "http://");
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		d.request.address = bad[i];
		borrower_request(d.b, d.request);
		detour_expect(&d, "!proxy/EINVAL");
	}
	borrower_end(d.b);
}

static void url_that_names_no_proxy_is_einval(void **state)
{
	static const char *const bad[] = {
		"127.0.0.1:80", "https://h:1", "ftp://h:1", "http://", "http://:80", "http://h", "http://h:", "http://h:0",
		"http://h:65536", "http://h:123456", "http://h:80x", "http://h:80/path", "http://[::1]80", "http://[::1:80",
		"http://@h:80", "http://:p@h:80", "http://a%@h:80", "http://a%2@h:80", "http://a%zz@h:80",
		"http://a%00b@h:80", "http://a%3ab@h:80", "socks5://h h:80", "socks4://h:80",
	};
	struct proxy proxy;
	struct detour d;
	size_t i;

	(void)state;
	detour_open(&d, "http://");
	for (i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(ka_proxy_read(&proxy, bad[i]), EINVAL);
		d.request.proxy = bad[i];
		assert_int_equal(borrower_call(d.b, d.request), EINVAL);
		assert_null(poe_keepalive_new(d.b->kernel, &(struct poe_keepalive_plan){ .proxy = bad[i] }));
	}
	d.request.scheme = "unix";
	d.request.proxy = "http://h:80";
	assert_int_equal(borrower_call(d.b, d.request), EINVAL);
	borrower_end(d.b);
}

static void url_is_read_in_its_parts(void **state)
{
	struct proxy p;
	char longest[700];

	(void)state;
	assert_int_equal(ka_proxy_read(&p, "socks5://a%3Ab:p%40w:x@[fe80::1%eth0]:1080/"), 0);
	assert_int_equal(p.kind, PROXY_SOCKS5);
	assert_string_equal(p.user, "a:b");
	assert_string_equal(p.password, "p@w:x");
	assert_string_equal(p.host, "fe80::1%eth0");
	assert_int_equal(p.port, 1080);
	snprintf(longest, sizeof longest, "http://%0255d:%0255d@h:65535", 0, 0);
	assert_int_equal(ka_proxy_read(&p, longest), 0);
	assert_int_equal(strlen(p.password), 255);
	snprintf(longest, sizeof longest, "http://%0256d:p@h:65535", 0);
	assert_int_equal(ka_proxy_read(&p, longest), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_are_resolved_by_whom_they_are_for),
		cmocka_unit_test(proxy_of_the_plan_is_for_all_but_paths),
		cmocka_unit_test(target_that_would_end_a_line_is_not_asked_for),
		cmocka_unit_test(url_that_names_no_proxy_is_einval),
		cmocka_unit_test(url_is_read_in_its_parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
