#include "layout.h"

#include <stdbool.h>
#include <string.h>
#include <wctype.h>

enum { TAB = 8, ESCAPED = 8 /* what cannot be printed is, as \U+12345 */ };

static int width_of(const struct readline_place *place, wchar_t c)
{
	int width;

	if (c == L'\t')
		return TAB - place->column % TAB;
	if (c < 0x20 || c == 0x7f)
		return 2; /* as ^A */
	width = wcwidth(c);
	return width >= 0 ? width : ESCAPED;
}

/* A character that does not fit goes to the next row whole. */
static void advance(struct readline_place *place, wchar_t c)
{
	int width = width_of(place, c);

	if (place->column + width > place->columns) {
		place->row++;
		place->column = 0;
	}
	place->column += width;
	if (place->column >= place->columns) {
		place->row++;
		place->column = 0;
	}
}

void readline_layout_prompt(struct readline_place *place, const char *prompt)
{
	size_t left = strlen(prompt), n;
	bool is_literal = false;
	mbstate_t state = { 0 };
	wchar_t c;

	for (; left > 0; prompt += n, left -= n) {
		n = mbrtowc(&c, prompt, left, &state);
		if (n == 0 || n > left)
			return;
		if (c == READLINE_LITERAL)
			is_literal = !is_literal;
		else if (c == L'\n')
			*place = (struct readline_place){ place->columns, place->row + 1, 0 };
		else if (!is_literal)
			advance(place, c);
	}
}

void readline_layout_text(struct readline_place *place, const wchar_t *from, const wchar_t *end)
{
	for (; from < end; from++)
		advance(place, *from);
}
