/*
 * Certificates made for a test, in a directory of their own that goes with it.
 *
 *     certificates_add(c, &(struct certificate_plan){ .name = "ca", .is_authority = 1 });
 *     certificates_add(c, &(struct certificate_plan){ .name = "server", .issuer = "ca", .alt_names = "DNS:localhost" });
 *
 * makes the files "ca.crt", "ca.key", "server.crt" and "server.key".
 */
#ifndef CERTIFICATES_H
#define CERTIFICATES_H

struct certificates;

struct certificate_plan {
	const char *name;      /* of the files, and the subject's, unless that has one */
	const char *issuer;    /* the name of one made before; NULL: itself */
	const char *subject;   /* the common name */
	const char *alt_names; /* as "DNS:localhost,IP:127.0.0.1"; a "!" becomes a NUL */
	const char *chain;     /* the name of one that is added to the file; NULL: none */
	const char *usage;     /* extended; NULL: serverAuth, and none for an authority */
	const char *constraint; /* nameConstraints; NULL: none */
	const char *digest;    /* NULL: SHA256 */
	int rsa_bits;          /* 0: the key is one of P-256 */
	int is_authority;
	int first_day, last_day; /* from now; both 0: from yesterday till tomorrow */
};

struct certificates *certificates_new(void);
void certificates_add(struct certificates *c, const struct certificate_plan *plan);
void certificates_free(struct certificates *c);

/* What most tests want: "ca", and "server" by it, for localhost, 127.0.0.1 and ::1. */
struct certificates *certificates_usual(void);

/* A file's path; for as long as the certificates, and there are at most 64. */
const char *certificates_path(struct certificates *c, const char *file);

/* The pin of a certificate's key; to be freed. */
char *certificates_pin(struct certificates *c, const char *name);

/* Writes a file there. */
void certificates_write(struct certificates *c, const char *file, const char *text);

#endif
