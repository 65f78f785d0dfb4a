/*
 * TLS with those who did not learn it from us: nginx, and the openssl program
 * at both ends.
 */
#include "certificates.h"
#include "server_process.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poe/tls.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE = 5000, LARGE = 3 << 20 }; /* milliseconds, octets */

#define NGINX                                                                                                   \
	"daemon off; user root; worker_processes 1; pid @DIR@/pid; error_log @DIR@/error;"                       \
	" events { worker_connections 64; }"                                                                   \
	" http { access_log off; client_body_temp_path @DIR@/1; proxy_temp_path @DIR@/2; fastcgi_temp_path @DIR@/3;" \
	" uwsgi_temp_path @DIR@/4; scgi_temp_path @DIR@/5; server { listen 127.0.0.1:@PORT@ ssl;"                  \
	" ssl_certificate %s; ssl_certificate_key %s; ssl_client_certificate %s; ssl_verify_client optional;"       \
	" ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:SSL:1m;"                                          \
	" location / { return 200 \"$ssl_protocol $ssl_session_reused $ssl_server_name $ssl_client_verify\"; }"      \
	" location /large { alias %s; } } }"

struct world {
	struct certificates *certificates;
	struct server_process *server;
	struct poe_tls_plan plan; /* the client's */
	struct poe_tls *policy;
	struct poe_driver *driver;
	int fd;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	w->certificates = certificates_usual();
	w->plan.ca_file = certificates_path(w->certificates, "ca.crt");
	w->fd = -1;
	*state = w;
	return 0;
}

static void hang_up(struct world *w)
{
	poe_driver_free(w->driver);
	w->driver = NULL;
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	hang_up(w);
	poe_tls_unref(w->policy);
	server_process_free(w->server);
	certificates_free(w->certificates);
	free(w);
	return 0;
}

static void start(struct world *w, const struct server_plan *plan)
{
	w->server = server_process_start(plan);
	if (w->server == NULL) {
		print_message("skipped: %s is not installed\n", plan->program);
		skip();
	}
}

static void start_nginx(struct world *w, char config[4096])
{
	static const char *const arguments[] = { "-p", "@DIR@", "-c", "@DIR@/config", "-e", "@DIR@/error", NULL };
	struct certificates *c = w->certificates;
	char *text = malloc(LARGE + 1);

	memset(text, 'x', LARGE);
	text[LARGE] = '\0';
	certificates_write(c, "large", text);
	free(text);
	snprintf(config, 4096, NGINX, certificates_path(c, "server.crt"), certificates_path(c, "server.key"),
		 certificates_path(c, "ca.crt"), certificates_path(c, "large"));
	start(w, &(struct server_plan){ "nginx", config, arguments });
}

static void dial(struct world *w)
{
	const struct sockaddr_in peer = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
					  .sin_port = htons((uint16_t)server_process_port(w->server)) };

	hang_up(w);
	if (w->policy == NULL)
		w->policy = poe_tls_new(&w->plan, NULL, 0);
	assert_non_null(w->policy);
	w->fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(w->fd, (const struct sockaddr *)&peer, sizeof peer), 0);
	w->driver = poe_tls_client(w->policy, w->fd, "localhost", "key");
	assert_non_null(w->driver);
}

/* As a loop would, for the modes that the driver asks for. */
static void wait_for(struct world *w, int mode)
{
	int modes = poe_driver_wants(w->driver, mode);
	struct pollfd p = { .fd = w->fd, .events = (short)((modes & POE_READ ? POLLIN : 0) | (modes & POE_WRITE ? POLLOUT : 0)) };

	assert_int_equal(errno, EAGAIN);
	assert_int_equal(poll(&p, 1, PATIENCE), 1);
}

static void say(struct world *w, const char *text)
{
	const struct iovec part = { (void *)(uintptr_t)text, strlen(text) };

	while (w->driver->ops->write(w->driver, &part, 1) < 0)
		wait_for(w, POE_WRITE);
}

/* All there is until the peer's good-bye, or until the text; how much. */
static size_t hear(struct world *w, char *octets, size_t room, const char *until)
{
	size_t length = 0;
	ssize_t n;

	do {
		n = w->driver->ops->read(w->driver, octets + length, room - length - 1);
		if (n < 0)
			wait_for(w, POE_READ);
		else
			length += (size_t)n;
		octets[length] = '\0';
	} while (n != 0 && (until == NULL || strstr(octets, until) == NULL));
	return length;
}

static void assert_answer(struct world *w, const char *expected)
{
	char answer[4096];

	dial(w);
	say(w, "GET / HTTP/1.0\r\n\r\n");
	hear(w, answer, sizeof answer, NULL);
	assert_non_null(strstr(answer, "\r\n\r\n"));
	assert_string_equal(strstr(answer, "\r\n\r\n") + 4, expected);
}

static void nginx_resumes_our_sessions(void **state)
{
	char config[4096];

	start_nginx(*state, config);
	assert_answer(*state, "TLSv1.3 . localhost NONE");
	assert_answer(*state, "TLSv1.3 r localhost NONE");
	assert_answer(*state, "TLSv1.3 r localhost NONE");
}

static void nginx_resumes_our_sessions_in_tls_1_2(void **state)
{
	struct world *w = *state;
	char config[4096];

	w->plan.max_version = POE_TLS_1_2;
	start_nginx(w, config);
	assert_answer(w, "TLSv1.2 . localhost NONE");
	assert_answer(w, "TLSv1.2 r localhost NONE");
}

static void nginx_verifies_our_certificate(void **state)
{
	struct world *w = *state;
	char config[4096];

	certificates_add(w->certificates, &(struct certificate_plan){ .name = "client", .issuer = "ca", .usage = "clientAuth" });
	w->plan.certificate_file = certificates_path(w->certificates, "client.crt");
	w->plan.key_file = certificates_path(w->certificates, "client.key");
	start_nginx(w, config);
	assert_answer(w, "TLSv1.3 . localhost SUCCESS");
	assert_answer(w, "TLSv1.3 r localhost SUCCESS");
}

static void megabytes_come_from_nginx_whole(void **state)
{
	char config[4096], *octets = malloc(LARGE + 4096);
	const char *body;

	start_nginx(*state, config);
	dial(*state);
	say(*state, "GET /large HTTP/1.0\r\n\r\n");
	hear(*state, octets, LARGE + 4096, NULL);
	body = strstr(octets, "\r\n\r\n");
	assert_non_null(body);
	assert_int_equal(strspn(body + 4, "x"), LARGE);
	assert_int_equal(body[4 + LARGE], '\0');
	free(octets);
}

static void s_server_understands_us(void **state)
{
	struct world *w = *state;
	const char *const arguments[] = { "s_server", "-accept", "127.0.0.1:@PORT@", "-rev", "-quiet", "-cert",
					  certificates_path(w->certificates, "server.crt"), "-key",
					  certificates_path(w->certificates, "server.key"), NULL };
	char answer[64];

	start(w, &(struct server_plan){ "openssl", "", arguments });
	for (int i = 0; i < 2; i++) {
		dial(w);
		say(w, "hello\n");
		hear(w, answer, sizeof answer, "\n");
		assert_string_equal(answer, "olleh\n");
	}
}

static int listen_on(int *port)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof own;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (const struct sockaddr *)&own, length), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&own, &length), 0);
	*port = ntohs(own.sin_port);
	return fd;
}

static FILE *run_s_client(struct world *w, int port)
{
	char command[512];

	snprintf(command, sizeof command, "echo hello | openssl s_client -quiet -connect 127.0.0.1:%d -CAfile %s"
		 " -servername localhost -verify_hostname localhost -verify_return_error 2>/dev/null",
		 port, w->plan.ca_file);
	return popen(command, "re");
}

static void s_client_understands_us(void **state)
{
	struct world *w = *state;
	const struct poe_tls_plan plan = { .certificate_file = certificates_path(w->certificates, "server.crt"),
					   .key_file = certificates_path(w->certificates, "server.key") };
	int port, door = listen_on(&port);
	char text[64] = "";
	FILE *client;

	if (access("/usr/bin/openssl", X_OK) != 0)
		skip();
	client = run_s_client(w, port);
	w->policy = poe_tls_new(&plan, NULL, 0);
	w->fd = accept(door, NULL, NULL);
	close(door);
	w->driver = poe_tls_server(w->policy, w->fd);
	hear(w, text, sizeof text, "\n");
	assert_string_equal(text, "hello\n");
	say(w, "good-bye\n");
	hang_up(w);
	assert_non_null(fgets(text, sizeof text, client));
	assert_string_equal(text, "good-bye\n");
	assert_int_equal(pclose(client), 0);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nginx_resumes_our_sessions),
		TEST(nginx_resumes_our_sessions_in_tls_1_2),
		TEST(nginx_verifies_our_certificate),
		TEST(megabytes_come_from_nginx_whole),
		TEST(s_server_understands_us),
		TEST(s_client_understands_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
