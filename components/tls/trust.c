/*
 * Who vouches for whom: the stores of authorities, and the keys that are pinned.
 */
#include "policy.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>

/* The length of a pin's base64, and of what it decodes to, which counts its padding. */
enum { PIN_TEXT = 44, PIN_ROOM = 33 };

/* Takes one authority in; a server tells its clients the names of theirs. */
static int add_authority(struct tls_making *m, X509_STORE *store, X509 *certificate)
{
	if (X509_STORE_add_cert(store, certificate) != 1)
		return 0;
	return store != m->tls->client_store || SSL_CTX_add_client_CA(m->tls->context, certificate) == 1;
}

/* 1 if there was at least one, and all are in; 0 with OpenSSL's reason. */
static int add_authorities(struct tls_making *m, X509_STORE *store, BIO *in)
{
	X509 *certificate;
	int count = 0, added = 1;

	while (added && (certificate = PEM_read_bio_X509_AUX(in, NULL, NULL, NULL)) != NULL) {
		added = add_authority(m, store, certificate);
		X509_free(certificate);
		count++;
	}
	/* The end of the file is an error of the reader's. */
	if (!added || count == 0 || ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE)
		return 0;
	ERR_clear_error();
	return 1;
}

static int load_authorities(struct tls_making *m, X509_STORE *store, const char *field, const char *path)
{
	struct tls_file f;
	BIO *in;
	int loaded;

	if (tls_read(m, &f, field, path) < 0)
		return -1;
	in = BIO_new_mem_buf(f.text, (int)f.length);
	loaded = in != NULL ? add_authorities(m, store, in) : 0;
	BIO_free(in);
	tls_file_free(&f);
	return loaded ? 0 : tls_refuse_openssl(m, field);
}

static int set_servers_authorities(struct tls_making *m)
{
	const struct poe_tls_plan *plan = m->plan;
	X509_STORE *store = SSL_CTX_get_cert_store(m->tls->context);

	if (plan->ca_file == NULL && plan->ca_path == NULL) {
		if (SSL_CTX_set_default_verify_paths(m->tls->context) != 1)
			return tls_refuse_openssl(m, "the system's store");
		return tls_digest(m, "ca", "system", 6);
	}
	if (plan->ca_file != NULL && load_authorities(m, store, "ca_file", plan->ca_file) < 0)
		return -1;
	if (plan->ca_path != NULL && X509_STORE_load_path(store, plan->ca_path) != 1)
		return tls_refuse_openssl(m, "ca_path");
	return tls_digest_text(m, "ca_path", plan->ca_path);
}

static int set_clients_authorities(struct tls_making *m)
{
	const struct poe_tls_plan *plan = m->plan;
	const int required = m->tls->requires_client = plan->require_client != 0;

	if (tls_digest(m, "require_client", &required, sizeof required) < 0)
		return -1;
	if (plan->client_ca_file == NULL)
		return required ? tls_refuse(m, EINVAL, "require_client: there is no client_ca_file") : 0;
	m->tls->client_store = X509_STORE_new();
	if (m->tls->client_store == NULL)
		return tls_refuse_openssl(m, "client_ca_file");
	return load_authorities(m, m->tls->client_store, "client_ca_file", plan->client_ca_file);
}

/* A SHA-256 in base64: 43 digits and a "=". */
static bool read_pin(struct tls_pin *pin, const char *text)
{
	unsigned char octets[PIN_ROOM];

	if (strlen(text) != PIN_TEXT || text[PIN_TEXT - 1] != '=' || text[PIN_TEXT - 2] == '=' ||
	    EVP_DecodeBlock(octets, (const unsigned char *)text, PIN_TEXT) != PIN_ROOM)
		return false;
	memcpy(pin->digest, octets, sizeof pin->digest);
	return true;
}

static int set_pins(struct tls_making *m)
{
	const char *const *pins = m->plan->pins;
	struct poe_tls *tls = m->tls;
	size_t count = 0;

	while (pins != NULL && pins[count] != NULL)
		count++;
	tls->pins = calloc(count + 1, sizeof *tls->pins);
	if (tls->pins == NULL)
		return tls_refuse(m, ENOMEM, "pins: %s", strerror(ENOMEM));
	for (; tls->pin_count < count; tls->pin_count++)
		if (!read_pin(&tls->pins[tls->pin_count], pins[tls->pin_count]))
			return tls_refuse(m, EINVAL, "pins: \"%s\" is no SHA-256 in base64", pins[tls->pin_count]);
	return tls_digest(m, "pins", tls->pins, count * sizeof *tls->pins);
}

static bool is_pinned(const struct poe_tls *tls, X509 *certificate)
{
	unsigned char digest[SHA256_DIGEST_LENGTH], *octets = NULL;
	int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &octets);

	if (length < 0)
		return false;
	SHA256(octets, (size_t)length, digest);
	OPENSSL_free(octets);
	for (size_t i = 0; i < tls->pin_count; i++)
		if (memcmp(tls->pins[i].digest, digest, sizeof digest) == 0)
			return true;
	return false;
}

/* Of a chain that nobody has verified only the first one's key is known to be the peer's. */
static bool has_pin(const struct poe_tls *tls, X509_STORE_CTX *chain)
{
	STACK_OF(X509) *verified = X509_STORE_CTX_get0_chain(chain);

	if (tls->pin_count == 0)
		return true;
	if (tls->accepts_any)
		return is_pinned(tls, X509_STORE_CTX_get0_cert(chain));
	for (int i = 0; i < sk_X509_num(verified); i++)
		if (is_pinned(tls, sk_X509_value(verified, i)))
			return true;
	return false;
}

/* In OpenSSL's own verification's place: 1, or 0 with an error set. */
static int verify(X509_STORE_CTX *chain, void *arg)
{
	const struct poe_tls *tls = arg;
	SSL *ssl = X509_STORE_CTX_get_ex_data(chain, SSL_get_ex_data_X509_STORE_CTX_idx());

	if (SSL_is_server(ssl))
		return X509_verify_cert(chain) > 0;
	if (tls->accepts_any)
		X509_STORE_CTX_set_error(chain, X509_V_OK);
	else if (X509_verify_cert(chain) <= 0)
		return 0;
	if (has_pin(tls, chain))
		return 1;
	X509_STORE_CTX_set_error(chain, X509_V_ERR_APPLICATION_VERIFICATION);
	return 0;
}

int tls_make_trust(struct tls_making *m)
{
	const int any = m->tls->accepts_any = m->plan->insecure_accept_any_certificate != 0;

	SSL_CTX_set_cert_verify_callback(m->tls->context, verify, m->tls);
	if (tls_digest(m, "accepts_any", &any, sizeof any) < 0)
		return -1;
	if (set_servers_authorities(m) < 0 || set_clients_authorities(m) < 0)
		return -1;
	return set_pins(m);
}
