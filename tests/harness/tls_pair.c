/* See tls_pair.h. */
#include "tls_pair.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_STEPS = 1000 };

struct tls_pair *tls_pair_new(void)
{
	struct tls_pair *p = calloc(1, sizeof *p);

	assert_non_null(p);
	p->certificates = certificates_usual();
	p->client_plan.ca_file = certificates_path(p->certificates, "ca.crt");
	p->server_plan.certificate_file = certificates_path(p->certificates, "server.crt");
	p->server_plan.key_file = certificates_path(p->certificates, "server.key");
	p->host = "localhost";
	p->fds[0] = p->fds[1] = p->wire[0] = p->wire[1] = -1;
	return p;
}

static struct poe_tls *policy(const struct poe_tls_plan *plan)
{
	char why[256] = "";
	struct poe_tls *tls = poe_tls_new(plan, why, sizeof why);

	if (tls == NULL)
		print_error("%s\n", why);
	assert_non_null(tls);
	return tls;
}

void tls_pair_cut(struct tls_pair *p, int end)
{
	if (p->fds[end] >= 0)
		close(p->fds[end]);
	p->fds[end] = -1;
}

void tls_pair_close(struct tls_pair *p)
{
	poe_driver_free(p->client);
	poe_driver_free(p->server);
	p->client = p->server = NULL;
	for (int i = 0; i < 2; i++) {
		tls_pair_cut(p, i);
		if (p->wire[i] >= 0)
			close(p->wire[i]);
		p->wire[i] = -1;
	}
}

static void make_ends(struct tls_pair *p)
{
	if (p->client_policy == NULL)
		p->client_policy = policy(&p->client_plan);
	if (p->server_policy == NULL)
		p->server_policy = policy(&p->server_plan);
	p->client = poe_tls_client(p->client_policy, p->fds[0], p->host, p->cache_key);
	p->server = poe_tls_server(p->server_policy, p->fds[1]);
	assert_non_null(p->client);
	assert_non_null(p->server);
}

void tls_pair_open(struct tls_pair *p)
{
	tls_pair_close(p);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, p->fds), 0);
	make_ends(p);
}

void tls_pair_open_apart(struct tls_pair *p)
{
	int pair[2];

	tls_pair_close(p);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
		p->fds[i] = pair[0];
		p->wire[i] = pair[1];
	}
	make_ends(p);
}

static long carry(int from, int to, long most)
{
	char octets[4096];
	ssize_t n = recv(from, octets, most < (long)sizeof octets ? (size_t)most : sizeof octets, MSG_DONTWAIT);

	if (n > 0)
		assert_int_equal(send(to, octets, (size_t)n, MSG_NOSIGNAL), n);
	return n > 0 ? n : 0;
}

long tls_pair_relay(struct tls_pair *p, long most)
{
	return carry(p->wire[0], p->wire[1], most) + carry(p->wire[1], p->wire[0], most);
}

struct tls_shake tls_pair_shake(struct tls_pair *p)
{
	struct tls_shake s = { 0 };
	int client = 0, server = 0;

	for (int i = 0; i < MOST_STEPS && client + server < 2 && s.client == 0; i++) {
		client = poe_tls_handshake(p->client);
		if (client < 0)
			s.client = errno;
		if (s.server != 0)
			return s;
		server = poe_tls_handshake(p->server);
		if (server < 0)
			s.server = errno;
	}
	if (s.client != 0 && s.server == 0 && poe_tls_handshake(p->server) < 0)
		s.server = errno;
	return s;
}

void tls_pair_connect(struct tls_pair *p)
{
	struct tls_shake s;

	tls_pair_open(p);
	s = tls_pair_shake(p);
	if (s.client != 0 || s.server != 0)
		print_error("client: %s, server: %s\n", poe_tls_error_text(p->client), poe_tls_error_text(p->server));
	assert_int_equal(s.client, 0);
	assert_int_equal(s.server, 0);
}

ssize_t tls_pair_write(struct poe_driver *d, const char *text)
{
	const struct iovec part = { (void *)(uintptr_t)text, strlen(text) };

	return d->ops->write(d, &part, 1);
}

ssize_t tls_pair_read(struct poe_driver *d, char octets[65])
{
	ssize_t n = d->ops->read(d, octets, 64);

	octets[n > 0 ? n : 0] = '\0';
	return n;
}

void tls_pair_assert_carries(struct poe_driver *from, struct poe_driver *to, const char *text)
{
	char octets[65];

	assert_int_equal(tls_pair_write(from, text), strlen(text));
	assert_int_equal(tls_pair_read(to, octets), strlen(text));
	assert_string_equal(octets, text);
}

void tls_pair_free(struct tls_pair *p)
{
	tls_pair_close(p);
	poe_tls_unref(p->client_policy);
	poe_tls_unref(p->server_policy);
	certificates_free(p->certificates);
	free(p);
}
