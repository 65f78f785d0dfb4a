/*
 * What a failure is called: an errno for programs, and a text for people.
 */
#include "driver.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <stdlib.h>
#include <string.h>

struct failure {
	int error_num;
	const char *text;
};

static struct failure end_of(const struct tls_driver *d)
{
	if (!d->established)
		return (struct failure){ ECONNRESET, "the peer closed during the handshake" };
	return (struct failure){ ECONNRESET, "the peer closed without a close_notify" };
}

static const char *verification_text(const struct tls_driver *d)
{
	long result = SSL_get_verify_result(d->ssl);

	if (result == X509_V_ERR_APPLICATION_VERIFICATION)
		return "no pinned key is in the certificate's chain";
	return X509_verify_cert_error_string(result);
}

static struct failure openssl_failure(const struct tls_driver *d, unsigned long code)
{
	const char *text = ERR_reason_error_string(code);
	int reason = ERR_GET_REASON(code);

	if (reason == ERR_R_MALLOC_FAILURE)
		return (struct failure){ ENOMEM, strerror(ENOMEM) };
	if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
		return (struct failure){ EACCES, verification_text(d) };
	if (ERR_GET_LIB(code) == ERR_LIB_SSL && reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
		return (struct failure){ EACCES, text };
	return (struct failure){ EPROTO, text != NULL ? text : "TLS protocol error" };
}

static struct failure find(const struct tls_driver *d)
{
	unsigned long code = ERR_peek_error();

	/* Whether a read or a write meets a peer that has gone is chance. */
	if (d->socket.error_num == EPIPE && !d->established)
		return end_of(d);
	if (d->socket.error_num != 0)
		return (struct failure){ d->socket.error_num, strerror(d->socket.error_num) };
	if (code == 0 && d->socket.ended)
		return end_of(d);
	return openssl_failure(d, code);
}

/* A session with which a handshake failed may be why. */
int tls_driver_fail(struct tls_driver *d)
{
	struct failure f = find(d);

	if (!d->established && d->name != NULL)
		tls_sessions_forget(&d->policy->sessions, d->name);
	ERR_clear_error();
	d->failed = f.error_num;
	free(d->text);
	d->text = strdup(f.text);
	errno = f.error_num;
	return -1;
}

const char *tls_driver_explain(const struct poe_driver *driver, int error_num)
{
	const struct tls_driver *d = (const struct tls_driver *)driver;

	return error_num == d->failed ? d->text : NULL;
}

const char *poe_tls_error_text(const struct poe_driver *driver)
{
	const struct tls_driver *d = (const struct tls_driver *)driver;

	if (d->failed == 0)
		return "";
	return d->text != NULL ? d->text : strerror(d->failed);
}
