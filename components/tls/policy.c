/*
 * The life of a policy, and its key: a digest of every field of the plan, each
 * under its name and with its length, so that no two plans run together.
 */
#include "policy.h"

#include "driver.h"
#include "socket.h"

#include <errno.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { USUAL_SESSIONS = 256 };

int tls_refuse(struct tls_making *m, int error_num, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	if (m->why != NULL)
		vsnprintf(m->why, m->room, format, list);
	va_end(list);
	errno = error_num;
	return -1;
}

int tls_refuse_openssl(struct tls_making *m, const char *what)
{
	unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	ERR_clear_error();
	if (ERR_GET_REASON(code) == ERR_R_MALLOC_FAILURE)
		return tls_refuse(m, ENOMEM, "%s: %s", what, strerror(ENOMEM));
	return tls_refuse(m, EINVAL, "%s: %s", what, reason != NULL ? reason : strerror(EINVAL));
}

int tls_digest(struct tls_making *m, const char *field, const void *octets, size_t length)
{
	if (EVP_DigestUpdate(m->digest, field, strlen(field) + 1) == 1 &&
	    EVP_DigestUpdate(m->digest, &length, sizeof length) == 1 &&
	    EVP_DigestUpdate(m->digest, octets, length) == 1)
		return 0;
	return tls_refuse_openssl(m, field);
}

int tls_digest_text(struct tls_making *m, const char *field, const char *text)
{
	return text != NULL ? tls_digest(m, field, text, strlen(text) + 1) : tls_digest(m, field, "", 0);
}

int tls_read(struct tls_making *m, struct tls_file *f, const char *field, const char *path)
{
	if (tls_file_read(f, path) < 0)
		return tls_refuse(m, errno, "%s: %s: %s", field, path, strerror(errno));
	if (tls_digest(m, field, f->text, f->length) == 0)
		return 0;
	tls_file_free(f);
	return -1;
}

void tls_hexadecimal(const unsigned char digest[SHA256_DIGEST_LENGTH], char *text)
{
	for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++)
		sprintf(text + 2 * i, "%02x", digest[i]);
}

/* The sessions' cache is no part of the key: whoever shares a connection need not share that. */
static int make_key(struct tls_making *m)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	if (EVP_DigestFinal_ex(m->digest, digest, NULL) != 1)
		return tls_refuse_openssl(m, "key");
	tls_hexadecimal(digest, m->tls->key);
	if (SSL_CTX_set_session_id_context(m->tls->context, digest, sizeof digest) != 1)
		return tls_refuse_openssl(m, "key");
	return 0;
}

static int make(struct tls_making *m)
{
	struct poe_tls *tls = m->tls;
	int sessions = m->plan->sessions;

	tls->context = SSL_CTX_new(TLS_method());
	tls->socket = tls_socket_method();
	if (tls->context == NULL || tls->socket == NULL || m->digest == NULL ||
	    EVP_DigestInit_ex(m->digest, EVP_sha256(), NULL) != 1)
		return tls_refuse_openssl(m, "OpenSSL");
	if (sessions >= 0)
		tls->sessions.most = sessions > 0 ? (size_t)sessions : USUAL_SESSIONS;
	tls_driver_set_up(tls->context);
	if (tls_make_protocol(m) < 0 || tls_make_trust(m) < 0 || tls_make_identity(m) < 0)
		return -1;
	return make_key(m);
}

static void destroy(struct poe_tls *tls)
{
	tls_sessions_free(&tls->sessions);
	SSL_CTX_free(tls->context);
	BIO_meth_free(tls->socket);
	X509_STORE_free(tls->client_store);
	free(tls->pins);
	free(tls->alpn);
	free(tls);
}

struct poe_tls *poe_tls_new(const struct poe_tls_plan *plan, char *why, size_t room)
{
	struct tls_making m = { .plan = plan, .why = why, .room = room };
	int made = -1, error_num;

	m.tls = calloc(1, sizeof *m.tls);
	if (m.tls == NULL) {
		tls_refuse(&m, ENOMEM, "%s", strerror(ENOMEM));
		return NULL;
	}
	m.tls->references = 1;
	m.digest = EVP_MD_CTX_new();
	ERR_clear_error();
	made = make(&m);
	error_num = errno;
	EVP_MD_CTX_free(m.digest);
	if (made < 0) {
		destroy(m.tls);
		errno = error_num;
		return NULL;
	}
	return m.tls;
}

struct poe_tls *poe_tls_ref(struct poe_tls *tls)
{
	tls->references++;
	return tls;
}

void poe_tls_unref(struct poe_tls *tls)
{
	if (tls != NULL && --tls->references == 0)
		destroy(tls);
}

const char *poe_tls_key(const struct poe_tls *tls)
{
	return tls->key;
}
