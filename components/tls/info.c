/*
 * Whom a driver talks with, and how.
 */
#include "driver.h"

#include <errno.h>
#include <openssl/x509.h>
#include <string.h>

static void describe_peer(X509 *certificate, struct poe_tls_info *info)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];

	if (X509_digest(certificate, EVP_sha256(), digest, NULL) == 1)
		tls_hexadecimal(digest, info->peer_sha256);
	X509_NAME_oneline(X509_get_subject_name(certificate), info->peer_subject, sizeof info->peer_subject);
}

int poe_tls_info(const struct poe_driver *driver, struct poe_tls_info *info)
{
	const struct tls_driver *d = (const struct tls_driver *)driver;
	const unsigned char *alpn;
	unsigned length;
	X509 *certificate;

	if (!d->established) {
		errno = ENOTCONN;
		return -1;
	}
	certificate = SSL_get0_peer_certificate(d->ssl);
	SSL_get0_alpn_selected(d->ssl, &alpn, &length);
	*info = (struct poe_tls_info){ .version = SSL_get_version(d->ssl), .cipher = SSL_get_cipher_name(d->ssl),
				       .resumed = SSL_session_reused(d->ssl) };
	if (length > 0)
		memcpy(info->alpn, alpn, length);
	if (certificate != NULL)
		describe_peer(certificate, info);
	return 0;
}
