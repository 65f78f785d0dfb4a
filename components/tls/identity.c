/*
 * What we show to the peer: a certificate, its chain, and the key to prove it.
 */
#include "policy.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdio.h>

/* Never the terminal, which OpenSSL would ask by itself. */
static int password(char *to, int room, int writing, void *arg)
{
	const char *text = arg;
	int length = text != NULL ? snprintf(to, (size_t)room, "%s", text) : -1;

	(void)writing;
	return length < room ? length : -1;
}

/* The first is ours, those behind it lead to somebody whom the peer may know. */
static int use_certificates(SSL_CTX *context, BIO *in)
{
	X509 *certificate = PEM_read_bio_X509_AUX(in, NULL, password, NULL);
	int used = certificate != NULL ? SSL_CTX_use_certificate(context, certificate) : 0;

	X509_free(certificate);
	while (used == 1 && (certificate = PEM_read_bio_X509(in, NULL, password, NULL)) != NULL) {
		used = SSL_CTX_add0_chain_cert(context, certificate) == 1;
		if (!used)
			X509_free(certificate);
	}
	/* The end of the file is an error of the reader's. */
	if (used == 1 && ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		return 0;
	if (used == 1)
		ERR_clear_error();
	return used;
}

static int use_key(struct tls_making *m, BIO *in)
{
	EVP_PKEY *key = PEM_read_bio_PrivateKey(in, NULL, password, (void *)m->plan->key_password);
	int used = key != NULL ? SSL_CTX_use_PrivateKey(m->tls->context, key) : 0;

	EVP_PKEY_free(key);
	return used;
}

static int load_certificate(struct tls_making *m, const struct tls_file *f)
{
	BIO *in = BIO_new_mem_buf(f->text, (int)f->length);
	int used = in != NULL ? use_certificates(m->tls->context, in) : 0;

	BIO_free(in);
	return used == 1 ? 0 : tls_refuse_openssl(m, "certificate_file");
}

static int load_key(struct tls_making *m, const struct tls_file *f)
{
	BIO *in = BIO_new_mem_buf(f->text, (int)f->length);
	int used = in != NULL ? use_key(m, in) : 0;

	BIO_free(in);
	if (used != 1 || SSL_CTX_check_private_key(m->tls->context) != 1)
		return tls_refuse_openssl(m, "key_file");
	return 0;
}

static int load_key_file(struct tls_making *m)
{
	struct tls_file f;
	int loaded;

	if (tls_read(m, &f, "key_file", m->plan->key_file) < 0)
		return -1;
	loaded = load_key(m, &f);
	tls_file_free(&f);
	return loaded;
}

int tls_make_identity(struct tls_making *m)
{
	struct tls_file f;
	int loaded;

	if (m->plan->certificate_file == NULL && m->plan->key_file == NULL)
		return tls_digest(m, "certificate_file", "", 0);
	if (m->plan->certificate_file == NULL)
		return tls_refuse(m, EINVAL, "key_file: there is no certificate_file");
	if (tls_read(m, &f, "certificate_file", m->plan->certificate_file) < 0)
		return -1;
	loaded = load_certificate(m, &f);
	if (loaded == 0)
		loaded = m->plan->key_file != NULL ? load_key_file(m) : load_key(m, &f);
	tls_file_free(&f);
	m->tls->has_certificate = loaded == 0;
	return loaded;
}
