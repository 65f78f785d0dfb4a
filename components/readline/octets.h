/*
 * Octets that were read and not used yet.
 */
#ifndef READLINE_OCTETS_H
#define READLINE_OCTETS_H

#include <stdbool.h>
#include <stddef.h>

enum { READLINE_ROOM = 64 * 1024 };

struct readline_octets {
	size_t start, length;
	bool ended; /* no more will come */
	char data[READLINE_ROOM + 1]; /* a NUL fits behind the last one */
};

/* Reads what is there, as far as there is room. */
void readline_octets_fill(struct readline_octets *o, int fd);

/* Takes a line out, without its newline (CR LF, LF): all there is if no more will come, or none fits.  NULL: not yet. */
const char *readline_octets_line(struct readline_octets *o);

/* Takes one character out, of the locale that is set: 1; 0: not whole yet.  What is no character is passed over. */
int readline_octets_character(struct readline_octets *o, wchar_t *character);

#endif
