/*
 * The connection manager before a real nginx that speaks TLS.  What is certain
 * without it has to stay so: each answer is the request's own.
 */
#include "harness.h"

#include "certificates.h"
#include "http_crowd.h"
#include "server_process.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD                                                                                        \
	"daemon off; worker_processes 1; pid @DIR@/pid; error_log @DIR@/error;"                     \
	" events { worker_connections 256; } http { access_log off; client_body_temp_path @DIR@/1;" \
	" proxy_temp_path @DIR@/2; fastcgi_temp_path @DIR@/3; uwsgi_temp_path @DIR@/4; scgi_temp_path @DIR@/5;" \
	" server { listen 127.0.0.1:@PORT@ ssl; ssl_certificate %s; ssl_certificate_key %s; ssl_protocols %s;" \
	" %s location / { return 200 \"$uri $pid\"; } } }"

static const char *const nginx_arguments[] = { "-p", "@DIR@", "-c", "@DIR@/config", "-e", "@DIR@/error", NULL };

struct site {
	struct server_process *server;
	struct certificates *certificates;
	struct poe_tls *trust;
};

/* A test skips where there is no nginx. */
static struct site *open_site(void **state, const char *protocols, const char *settings)
{
	struct site *s = calloc(1, sizeof *s);
	char config[2048];

	assert_non_null(s);
	*state = s;
	s->certificates = certificates_usual();
	s->trust = poe_tls_new(&(struct poe_tls_plan){ .ca_file = certificates_path(s->certificates, "ca.crt") }, NULL, 0);
	snprintf(config, sizeof config, HEAD, certificates_path(s->certificates, "server.crt"),
		 certificates_path(s->certificates, "server.key"), protocols, settings);
	s->server = server_process_start(&(struct server_plan){ "nginx", config, nginx_arguments });
	if (s->server == NULL) {
		print_message("skipped: nginx is not installed\n");
		skip();
	}
	return s;
}

static int close_site(void **state)
{
	struct site *s = *state;

	server_process_free(s->server);
	poe_tls_unref(s->trust);
	certificates_free(s->certificates);
	free(s);
	return 0;
}

static struct crowd_plan usual(const struct site *s)
{
	return (struct crowd_plan){ .members = 8, .requests = 500, .scheme = "https",
				    .port = server_process_port(s->server), .pool = { .tls = s->trust },
				    .filter = http_crowd_filter, .ask = http_crowd_ask, .read = http_crowd_read };
}

static void many_requests_take_four_handshakes(void **state)
{
	struct site *s = open_site(state, "TLSv1.3", "");
	struct crowd_plan p = usual(s);
	struct crowd c = { .plan = NULL };

	crowd_run(&c, &p);
	assert_int_equal(c.answered, 500);
	assert_in_range(c.stats.opened, 1, 4);
	assert_int_equal(c.refusals + c.lost_new + c.lost_reused, 0);
}

static void server_of_an_older_protocol_is_served_too(void **state)
{
	struct site *s = open_site(state, "TLSv1.2", "keepalive_requests 50;");
	struct crowd_plan p = usual(s);
	struct crowd c = { .plan = NULL };

	crowd_run(&c, &p);
	assert_int_equal(c.answered, 500);
	assert_in_range(c.stats.opened, 10, 14);
	assert_int_equal(c.refusals + c.lost_new, 0);
}

/* Its good-bye is understood while nobody uses the connection. */
static void what_the_server_ends_while_idle_is_not_lent(void **state)
{
	struct site *s = open_site(state, "TLSv1.3", "keepalive_timeout 10ms;");
	struct crowd_plan p = usual(s);
	struct crowd c = { .plan = NULL };

	p.members = 1;
	p.requests = 4;
	p.pause = 0.25;
	crowd_run(&c, &p);
	assert_int_equal(c.answered, 4);
	assert_int_equal(c.stats.opened, 4);
	assert_in_range(c.stats.stale, 3, 4);
	assert_int_equal(c.lost_reused + c.lost_new, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(many_requests_take_four_handshakes, close_site),
		cmocka_unit_test_teardown(server_of_an_older_protocol_is_served_too, close_site),
		cmocka_unit_test_teardown(what_the_server_ends_while_idle_is_not_lent, close_site),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
