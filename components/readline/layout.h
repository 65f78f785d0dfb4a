/*
 * Where text ends that is printed on a terminal so many columns wide, as
 * libedit prints it.  In the locale that is set.
 */
#ifndef READLINE_LAYOUT_H
#define READLINE_LAYOUT_H

#include <wchar.h>

enum { READLINE_LITERAL = 1 }; /* the octet before and after what takes no room in a prompt */

struct readline_place {
	int columns;     /* of the terminal */
	int row, column; /* from where the text began */
};

void readline_layout_prompt(struct readline_place *place, const char *prompt);
void readline_layout_text(struct readline_place *place, const wchar_t *from, const wchar_t *end);

#endif
