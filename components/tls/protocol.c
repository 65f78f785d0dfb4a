/*
 * What is spoken: versions, ciphers, and the protocols above (ALPN).
 */
#include "policy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What OpenSSL itself thinks secure may be set lower by a distribution: RSA of 2048 bits, no SHA-1. */
enum { SECURITY_LEVEL = 2 };

static int number_of(enum poe_tls_version version, int usual)
{
	switch (version) {
	case POE_TLS_ANY:
		return usual;
	case POE_TLS_1_2:
		return TLS1_2_VERSION;
	case POE_TLS_1_3:
		return TLS1_3_VERSION;
	}
	return -1;
}

static int set_versions(struct tls_making *m)
{
	const int versions[] = { number_of(m->plan->min_version, TLS1_2_VERSION),
				 number_of(m->plan->max_version, TLS1_3_VERSION) };

	if (versions[0] < 0 || versions[1] < versions[0])
		return tls_refuse(m, EINVAL, "min_version: above max_version, or no version");
	if (SSL_CTX_set_min_proto_version(m->tls->context, versions[0]) != 1 ||
	    SSL_CTX_set_max_proto_version(m->tls->context, versions[1]) != 1)
		return tls_refuse_openssl(m, "min_version");
	return tls_digest(m, "versions", versions, sizeof versions);
}

static int set_ciphers(struct tls_making *m)
{
	SSL_CTX *context = m->tls->context;

	SSL_CTX_set_security_level(context, SECURITY_LEVEL);
	if (m->plan->ciphers != NULL && SSL_CTX_set_cipher_list(context, m->plan->ciphers) != 1)
		return tls_refuse_openssl(m, "ciphers");
	if (m->plan->ciphersuites != NULL && SSL_CTX_set_ciphersuites(context, m->plan->ciphersuites) != 1)
		return tls_refuse_openssl(m, "ciphersuites");
	if (tls_digest_text(m, "ciphers", m->plan->ciphers) < 0)
		return -1;
	return tls_digest_text(m, "ciphersuites", m->plan->ciphersuites);
}

/* As on the wire each name has its length ahead; 0: a name is empty or too long. */
static size_t alpn_length(const char *const *names)
{
	size_t length = 0, one;

	for (; *names != NULL; names++) {
		one = strlen(*names);
		if (one == 0 || one > 255)
			return 0;
		length += 1 + one;
	}
	return length;
}

static void alpn_write(unsigned char *to, const char *const *names)
{
	for (; *names != NULL; names++) {
		size_t length = strlen(*names);

		*to++ = (unsigned char)length;
		memcpy(to, *names, length);
		to += length;
	}
}

/* A server's choice, by its own preference; with none in common a client has come to the wrong place. */
static int choose(SSL *ssl, const unsigned char **out, unsigned char *out_length, const unsigned char *offered,
		  unsigned offered_length, void *arg)
{
	const struct poe_tls *tls = arg;
	unsigned char *chosen;

	(void)ssl;
	if (SSL_select_next_proto(&chosen, out_length, tls->alpn, tls->alpn_length, offered, offered_length) !=
	    OPENSSL_NPN_NEGOTIATED)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	*out = chosen;
	return SSL_TLSEXT_ERR_OK;
}

static int set_alpn(struct tls_making *m)
{
	struct poe_tls *tls = m->tls;
	size_t length;

	if (m->plan->alpn == NULL || m->plan->alpn[0] == NULL)
		return tls_digest(m, "alpn", "", 0);
	length = alpn_length(m->plan->alpn);
	if (length == 0 || length > 65535)
		return tls_refuse(m, EINVAL, "alpn: a name is empty, or too long");
	tls->alpn = malloc(length);
	if (tls->alpn == NULL)
		return tls_refuse(m, ENOMEM, "alpn: %s", strerror(ENOMEM));
	alpn_write(tls->alpn, m->plan->alpn);
	tls->alpn_length = (unsigned)length;
	SSL_CTX_set_alpn_select_cb(tls->context, choose, tls);
	/* Unlike all its kin this one returns 0 when it is well. */
	if (SSL_CTX_set_alpn_protos(tls->context, tls->alpn, tls->alpn_length) != 0)
		return tls_refuse_openssl(m, "alpn");
	return tls_digest(m, "alpn", tls->alpn, length);
}

int tls_make_protocol(struct tls_making *m)
{
	SSL_CTX_set_options(m->tls->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
						     SSL_OP_CIPHER_SERVER_PREFERENCE);
	if (set_versions(m) < 0 || set_ciphers(m) < 0)
		return -1;
	return set_alpn(m);
}
