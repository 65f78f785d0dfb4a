/*
 * How a file gets into memory, and out of it: it may hold a private key, so
 * nothing is left behind.
 */
#include "file.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_ROOM = 16 * 1024, MOST_ROOM = 16 * 1024 * 1024 };

/* A larger place for it; realloc would leave a copy of a key where it was. */
static int grow(struct tls_file *f, size_t *room)
{
	size_t more = *room == 0 ? FIRST_ROOM : 2 * *room;
	char *text;

	if (more > MOST_ROOM) {
		errno = EFBIG;
		return -1;
	}
	text = malloc(more);
	if (text == NULL)
		return -1;
	if (f->text != NULL) {
		memcpy(text, f->text, f->length);
		OPENSSL_cleanse(f->text, f->length);
		free(f->text);
	}
	f->text = text;
	*room = more;
	return 0;
}

static int read_all(struct tls_file *f, FILE *in)
{
	size_t room = 0;

	do {
		if (f->length == room && grow(f, &room) < 0)
			return -1;
		errno = 0;
		f->length += fread(f->text + f->length, 1, room - f->length, in);
	} while (f->length == room);
	if (!ferror(in))
		return 0;
	if (errno == 0)
		errno = EIO;
	return -1;
}

int tls_file_read(struct tls_file *f, const char *path)
{
	FILE *in = fopen(path, "re");
	int got, error_num;

	*f = (struct tls_file){ .text = NULL };
	if (in == NULL)
		return -1;
	setvbuf(in, NULL, _IONBF, 0);
	got = read_all(f, in);
	error_num = errno;
	fclose(in);
	if (got < 0)
		tls_file_free(f);
	errno = error_num;
	return got;
}

void tls_file_free(struct tls_file *f)
{
	if (f->text != NULL)
		OPENSSL_cleanse(f->text, f->length);
	free(f->text);
	*f = (struct tls_file){ .text = NULL };
}
