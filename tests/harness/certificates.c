/* See certificates.h. */
#include "certificates.h"

#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { MOST_PATHS = 64, DAY = 24 * 60 * 60 };

struct certificates {
	char directory[32];
	char *paths[MOST_PATHS];
	int count;
	long serial;
};

/* One being made. */
struct making {
	const struct certificate_plan *plan;
	X509 *certificate, *issuer; /* the issuer may be the certificate itself */
	EVP_PKEY *key, *issuer_key;
};

struct certificates *certificates_new(void)
{
	struct certificates *c = calloc(1, sizeof *c);

	assert_non_null(c);
	strcpy(c->directory, "/tmp/poe-certificates-XXXXXX");
	assert_non_null(mkdtemp(c->directory));
	return c;
}

const char *certificates_path(struct certificates *c, const char *file)
{
	char *path;

	assert_true(asprintf(&path, "%s/%s", c->directory, file) > 0);
	for (int i = 0; i < c->count; i++) {
		if (strcmp(c->paths[i], path) == 0) {
			free(path);
			return c->paths[i];
		}
	}
	assert_true(c->count < MOST_PATHS);
	return c->paths[c->count++] = path;
}

static FILE *open_file(struct certificates *c, const char *name, const char *suffix, const char *mode)
{
	char file[64];
	FILE *f;

	snprintf(file, sizeof file, "%s%s", name, suffix);
	f = fopen(certificates_path(c, file), mode);
	assert_non_null(f);
	return f;
}

static X509 *read_certificate(struct certificates *c, const char *name)
{
	FILE *f = open_file(c, name, ".crt", "re");
	X509 *certificate = PEM_read_X509(f, NULL, NULL, NULL);

	fclose(f);
	assert_non_null(certificate);
	return certificate;
}

static EVP_PKEY *read_key(struct certificates *c, const char *name)
{
	FILE *f = open_file(c, name, ".key", "re");
	EVP_PKEY *key = PEM_read_PrivateKey(f, NULL, NULL, NULL);

	fclose(f);
	assert_non_null(key);
	return key;
}

static void set_name(X509_NAME *name, const struct certificate_plan *plan)
{
	const char *subject = plan->subject != NULL ? plan->subject : plan->name;

	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)subject, -1, -1, 0), 1);
}

static void extend(const struct making *m, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX context;

	X509V3_set_ctx(&context, m->issuer, m->certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	assert_non_null(extension);
	assert_int_equal(X509_add_ext(m->certificate, extension, -1), 1);
	X509_EXTENSION_free(extension);
}

/* No text can have a NUL in it, so it is put there last. */
static void put_nuls(X509_EXTENSION *extension)
{
	ASN1_OCTET_STRING *octets = X509_EXTENSION_get_data(extension);
	unsigned char *bytes = (unsigned char *)(uintptr_t)ASN1_STRING_get0_data(octets);

	for (int i = 0; i < ASN1_STRING_length(octets); i++)
		if (bytes[i] == '!')
			bytes[i] = '\0';
}

static void set_extensions(const struct making *m)
{
	const struct certificate_plan *plan = m->plan;

	if (plan->is_authority) {
		extend(m, NID_basic_constraints, "critical,CA:TRUE");
		extend(m, NID_key_usage, "critical,keyCertSign,cRLSign");
	}
	extend(m, NID_subject_key_identifier, "hash");
	if (plan->issuer != NULL)
		extend(m, NID_authority_key_identifier, "keyid:always");
	if (plan->usage != NULL || !plan->is_authority)
		extend(m, NID_ext_key_usage, plan->usage != NULL ? plan->usage : "serverAuth");
	if (plan->constraint != NULL)
		extend(m, NID_name_constraints, plan->constraint);
	if (plan->alt_names != NULL) {
		extend(m, NID_subject_alt_name, plan->alt_names);
		put_nuls(X509_get_ext(m->certificate, X509_get_ext_count(m->certificate) - 1));
	}
}

static void fill_in(const struct making *m, long serial)
{
	const struct certificate_plan *plan = m->plan;
	int first = plan->first_day, last = plan->last_day;

	if (first == 0 && last == 0) {
		first = -1;
		last = 1;
	}
	X509_set_version(m->certificate, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(m->certificate), serial);
	X509_gmtime_adj(X509_getm_notBefore(m->certificate), (long)first * DAY);
	X509_gmtime_adj(X509_getm_notAfter(m->certificate), (long)last * DAY);
	X509_set_pubkey(m->certificate, m->key);
	set_name(X509_get_subject_name(m->certificate), plan);
	X509_set_issuer_name(m->certificate, X509_get_subject_name(m->issuer));
	set_extensions(m);
	assert_true(X509_sign(m->certificate, m->issuer_key,
			      EVP_get_digestbyname(plan->digest != NULL ? plan->digest : "SHA256")) > 0);
}

static void write_files(struct certificates *c, const struct making *m)
{
	FILE *f = open_file(c, m->plan->name, ".crt", "we");
	X509 *next = m->plan->chain != NULL ? read_certificate(c, m->plan->chain) : NULL;

	assert_int_equal(PEM_write_X509(f, m->certificate), 1);
	if (next != NULL)
		assert_int_equal(PEM_write_X509(f, next), 1);
	X509_free(next);
	fclose(f);
	f = open_file(c, m->plan->name, ".key", "we");
	assert_int_equal(PEM_write_PrivateKey(f, m->key, NULL, NULL, 0, NULL, NULL), 1);
	fclose(f);
}

void certificates_add(struct certificates *c, const struct certificate_plan *plan)
{
	struct making m = { .plan = plan, .certificate = X509_new() };

	m.key = plan->rsa_bits > 0 ? EVP_RSA_gen((unsigned)plan->rsa_bits) : EVP_EC_gen("P-256");
	assert_non_null(m.key);
	m.issuer = plan->issuer != NULL ? read_certificate(c, plan->issuer) : m.certificate;
	m.issuer_key = plan->issuer != NULL ? read_key(c, plan->issuer) : m.key;
	fill_in(&m, ++c->serial);
	write_files(c, &m);
	if (plan->issuer != NULL) {
		X509_free(m.issuer);
		EVP_PKEY_free(m.issuer_key);
	}
	X509_free(m.certificate);
	EVP_PKEY_free(m.key);
}

struct certificates *certificates_usual(void)
{
	struct certificates *c = certificates_new();

	certificates_add(c, &(struct certificate_plan){ .name = "ca", .is_authority = 1 });
	certificates_add(c, &(struct certificate_plan){ .name = "server", .issuer = "ca",
							.alt_names = "DNS:localhost,IP:127.0.0.1,IP:::1" });
	return c;
}

char *certificates_pin(struct certificates *c, const char *name)
{
	unsigned char digest[SHA256_DIGEST_LENGTH], *octets = NULL;
	X509 *certificate = read_certificate(c, name);
	int length = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &octets);
	char *pin = malloc(64);

	assert_non_null(pin);
	SHA256(octets, (size_t)length, digest);
	EVP_EncodeBlock((unsigned char *)pin, digest, sizeof digest);
	OPENSSL_free(octets);
	X509_free(certificate);
	return pin;
}

void certificates_write(struct certificates *c, const char *file, const char *text)
{
	FILE *f = open_file(c, file, "", "we");

	fputs(text, f);
	fclose(f);
}

void certificates_free(struct certificates *c)
{
	for (int i = 0; i < c->count; i++) {
		unlink(c->paths[i]);
		free(c->paths[i]);
	}
	assert_int_equal(rmdir(c->directory), 0);
	free(c);
}
