/*
 * Files that a policy is made from, read whole: what is used of them and what
 * goes into the policy's key are the same octets.
 */
#ifndef TLS_FILE_H
#define TLS_FILE_H

#include <stddef.h>

struct tls_file {
	char *text; /* owned; NULL: nothing is read */
	size_t length;
};

/* 0; -1 with ENOMEM, EFBIG, or what the system has against it, and nothing is read. */
int tls_file_read(struct tls_file *f, const char *path);
void tls_file_free(struct tls_file *f);

#endif
