/*
 * What a policy consists of: policy.c makes it, trust.c knows who vouches for
 * whom, identity.c what we show, protocol.c what is spoken.
 */
#ifndef TLS_POLICY_H
#define TLS_POLICY_H

#include "file.h"
#include "sessions.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <poe/tls.h>
#include <stdbool.h>

struct tls_pin {
	unsigned char digest[SHA256_DIGEST_LENGTH];
};

struct poe_tls {
	SSL_CTX *context;
	BIO_METHOD *socket;
	X509_STORE *client_store; /* who vouches for clients; NULL: they are not asked */
	struct tls_pin *pins;
	size_t pin_count;
	unsigned char *alpn;      /* as it goes over the wire; NULL: none */
	unsigned alpn_length;
	struct tls_sessions sessions;
	int references;
	bool accepts_any, requires_client, has_certificate;
	char key[2 * SHA256_DIGEST_LENGTH + 1];
};

/* A policy being made. */
struct tls_making {
	struct poe_tls *tls;
	const struct poe_tls_plan *plan;
	EVP_MD_CTX *digest; /* of all that goes into it */
	char *why;
	size_t room;
};

/* Sets errno, says why, and returns -1. */
int tls_refuse(struct tls_making *m, int error_num, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The same with OpenSSL's reason: ENOMEM if it is that, or else EINVAL. */
int tls_refuse_openssl(struct tls_making *m, const char *what);

/* Makes a field part of the key: 0, or -1/ENOMEM.  NULL is unlike "". */
int tls_digest(struct tls_making *m, const char *field, const void *octets, size_t length);
int tls_digest_text(struct tls_making *m, const char *field, const char *text);

/* Reads a file, and makes what it says part of the key; 0, or -1 and refused. */
int tls_read(struct tls_making *m, struct tls_file *f, const char *field, const char *path);

/* The parts of poe_tls_new: 0, or -1 and refused. */
int tls_make_trust(struct tls_making *m);
int tls_make_identity(struct tls_making *m);
int tls_make_protocol(struct tls_making *m);

/* A hexadecimal text of a digest; `text` has room for 65. */
void tls_hexadecimal(const unsigned char digest[SHA256_DIGEST_LENGTH], char *text);

#endif
