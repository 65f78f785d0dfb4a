/*
 * How a driver is made: what each end settles before the first octet.
 */
#include "driver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_HOST = 253 };

/* A session that the server has given us, which it may do at any time: 1 if it is kept. */
static int keep_session(SSL *ssl, SSL_SESSION *session)
{
	struct tls_driver *d = SSL_get_app_data(ssl);

	return d->name != NULL ? tls_sessions_add(&d->policy->sessions, d->name, session) : 0;
}

void tls_driver_set_up(SSL_CTX *context)
{
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY);
	SSL_CTX_set_read_ahead(context, 1);
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
	SSL_CTX_sess_set_new_cb(context, keep_session);
}

static int openssl_errno(void)
{
	unsigned long code = ERR_peek_error();

	ERR_clear_error();
	errno = code == 0 || ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE ? ENOMEM : EINVAL;
	return -1;
}

/* What both ends have; it is freed with tls_driver_ops.free once it has an SSL. */
static struct tls_driver *driver_new(struct poe_tls *tls, int fd)
{
	struct tls_driver *d = calloc(1, sizeof *d);
	BIO *bio;

	if (d == NULL)
		return NULL;
	ERR_clear_error();
	d->driver.ops = &tls_driver_ops;
	d->socket.fd = fd;
	d->process = getpid();
	d->ssl = SSL_new(tls->context);
	bio = tls_socket_bio(tls->socket, &d->socket);
	if (d->ssl == NULL || bio == NULL) {
		BIO_free(bio);
		SSL_free(d->ssl);
		free(d);
		openssl_errno();
		return NULL;
	}
	SSL_set_bio(d->ssl, bio, bio);
	SSL_set_app_data(d->ssl, d);
	d->policy = poe_tls_ref(tls);
	return d;
}

struct poe_driver *poe_tls_server(struct poe_tls *tls, int fd)
{
	int asks = SSL_VERIFY_PEER | (tls->requires_client ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
	struct tls_driver *d;

	if (!tls->has_certificate) {
		errno = EINVAL;
		return NULL;
	}
	d = driver_new(tls, fd);
	if (d == NULL)
		return NULL;
	SSL_set_accept_state(d->ssl);
	d->read_wants = d->write_wants = POE_READ;
	if (tls->client_store == NULL) {
		SSL_set_verify(d->ssl, SSL_VERIFY_NONE, NULL);
	} else {
		SSL_set_verify(d->ssl, asks, NULL);
		SSL_set1_verify_cert_store(d->ssl, tls->client_store);
	}
	return &d->driver;
}

/* A host as certificates spell it: no final dot, no scope of an address.  0, or -1/EINVAL. */
static int plain_host(const char *host, char *plain)
{
	size_t length = host != NULL ? strlen(host) : 0;
	const char *scope = length > 0 ? strchr(host, '%') : NULL;

	if (scope != NULL && memchr(host, ':', (size_t)(scope - host)) != NULL)
		length = (size_t)(scope - host);
	if (length > 1 && host[length - 1] == '.')
		length--;
	errno = EINVAL;
	if (length == 0 || length > LONGEST_HOST)
		return -1;
	for (size_t i = 0; i < length; i++)
		if (host[i] <= ' ' || host[i] > '~')
			return -1;
	memcpy(plain, host, length);
	plain[length] = '\0';
	return 0;
}

/* A name is told to the server; an address must not be. */
static int expect(SSL *ssl, const char *host)
{
	X509_VERIFY_PARAM *param = SSL_get0_param(ssl);
	unsigned char octets[sizeof(struct in6_addr)];

	X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
						       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	if (inet_pton(AF_INET, host, octets) == 1)
		return X509_VERIFY_PARAM_set1_ip(param, octets, sizeof(struct in_addr)) == 1 ? 0 : openssl_errno();
	if (inet_pton(AF_INET6, host, octets) == 1)
		return X509_VERIFY_PARAM_set1_ip(param, octets, sizeof(struct in6_addr)) == 1 ? 0 : openssl_errno();
	if (X509_VERIFY_PARAM_set1_host(param, host, 0) != 1 || SSL_set_tlsext_host_name(ssl, host) != 1)
		return openssl_errno();
	return 0;
}

/* The host is part of the name whatever the caller's key says: a resumed session is not verified again. */
static int name_sessions(struct tls_driver *d, const char *host, const char *cache_key)
{
	SSL_SESSION *session;

	if (cache_key == NULL)
		return 0;
	if (asprintf(&d->name, "%s\n%s", host, cache_key) < 0) {
		d->name = NULL;
		errno = ENOMEM;
		return -1;
	}
	session = tls_sessions_take(&d->policy->sessions, d->name);
	if (session != NULL)
		SSL_set_session(d->ssl, session);
	SSL_SESSION_free(session);
	return 0;
}

struct poe_driver *poe_tls_client(struct poe_tls *tls, int fd, const char *host, const char *cache_key)
{
	char plain[LONGEST_HOST + 1];
	struct tls_driver *d;
	int error_num;

	if (plain_host(host, plain) < 0)
		return NULL;
	d = driver_new(tls, fd);
	if (d == NULL)
		return NULL;
	SSL_set_connect_state(d->ssl);
	d->read_wants = d->write_wants = POE_WRITE;
	if (expect(d->ssl, plain) == 0 && name_sessions(d, plain, cache_key) == 0)
		return &d->driver;
	error_num = errno;
	poe_driver_free(&d->driver);
	errno = error_num;
	return NULL;
}
