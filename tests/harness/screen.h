/*
 * A terminal's screen, as far as a line editor uses it: what is printed is put
 * where the cursor is, and can be read back.  Characters are one column wide,
 * but those of CJK, which are two.
 */
#ifndef SCREEN_H
#define SCREEN_H

#include <stddef.h>

enum { SCREEN_ROWS = 24, SCREEN_COLUMNS = 80 };

struct screen {
	int columns;                /* at most SCREEN_COLUMNS */
	int row, column;            /* of the cursor */
	int is_full;                /* not 0: the last column was printed in, the next character wraps */
	char cell[SCREEN_ROWS][SCREEN_COLUMNS][5]; /* UTF-8; "" for a cell never printed in */
	char half[64];              /* of an escape sequence or a character */
	size_t half_length;
};

void screen_init(struct screen *s, int columns);
void screen_print(struct screen *s, const char *octets, size_t length);

/* A row's text without the spaces at its end; until the next call. */
const char *screen_row(const struct screen *s, int row);

#endif
