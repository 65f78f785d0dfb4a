/* The sequences are those of TERM=xterm, and few of them. */
#include "screen.h"

#include <stdlib.h>
#include <string.h>

void screen_init(struct screen *s, int columns)
{
	memset(s, 0, sizeof *s);
	s->columns = columns;
}

static void scroll(struct screen *s)
{
	memmove(s->cell[0], s->cell[1], sizeof s->cell - sizeof s->cell[0]);
	memset(s->cell[SCREEN_ROWS - 1], 0, sizeof s->cell[0]);
}

static void line_feed(struct screen *s)
{
	s->is_full = 0;
	if (s->row == SCREEN_ROWS - 1)
		scroll(s);
	else
		s->row++;
}

static void put_character(struct screen *s, const char *octets, size_t length)
{
	int width = length > 2 && (unsigned char)octets[0] >= 0xe3 ? 2 : 1;

	if (s->is_full || s->column + width > s->columns) {
		line_feed(s);
		s->column = 0;
	}
	memcpy(s->cell[s->row][s->column], octets, length);
	s->cell[s->row][s->column][length] = '\0';
	if (width == 2)
		strcpy(s->cell[s->row][s->column + 1], "\1");
	s->column += width;
	s->is_full = s->column == s->columns;
	if (s->is_full)
		s->column--;
}

static void clear(struct screen *s, int row, int from)
{
	for (int i = from; i < s->columns; i++)
		s->cell[row][i][0] = '\0';
}

static void clear_below(struct screen *s)
{
	clear(s, s->row, s->column);
	for (int row = s->row + 1; row < SCREEN_ROWS; row++)
		clear(s, row, 0);
}

static void delete_characters(struct screen *s, int count)
{
	for (int i = s->column; i < s->columns; i++)
		strcpy(s->cell[s->row][i], i + count < s->columns ? s->cell[s->row][i + count] : "");
}

static void insert_characters(struct screen *s, int count)
{
	for (int i = s->columns - 1; i >= s->column; i--)
		strcpy(s->cell[s->row][i], i - count >= s->column ? s->cell[s->row][i - count] : "");
}

static void move_to(struct screen *s, const char *numbers)
{
	const char *second = strchr(numbers, ';');
	int row = atoi(numbers), column = second != NULL ? atoi(second + 1) : 1;

	s->row = row > 0 ? row - 1 : 0;
	s->column = column > 0 ? column - 1 : 0;
}

/* ESC [ numbers and a letter. */
static void obey(struct screen *s, const char *numbers, char letter)
{
	int n = atoi(numbers) > 0 ? atoi(numbers) : 1;

	s->is_full = 0;
	switch (letter) {
	case 'A': s->row = s->row > n ? s->row - n : 0; break;
	case 'B': s->row += n; break;
	case 'C': s->column += n; break;
	case 'D': s->column = s->column > n ? s->column - n : 0; break;
	case 'G': s->column = n - 1; break;
	case 'H': move_to(s, numbers); break;
	case 'J': clear_below(s); break;
	case 'K': clear(s, s->row, s->column); break;
	case 'P': delete_characters(s, n); break;
	case '@': insert_characters(s, n); break;
	default: break;
	}
}

/* 0: more has to come; otherwise octets of a control sequence at the front of half. */
static int escape(struct screen *s)
{
	char last = s->half[s->half_length - 1];

	if (s->half_length == 1)
		return 0;
	if (s->half[1] != '[')
		return 1;
	if (s->half_length == 2 || last < '@' || last > '~')
		return 0;
	obey(s, s->half + 2, last);
	return 1;
}

static int control(struct screen *s, char c)
{
	switch (c) {
	case '\r': s->column = s->is_full = 0; return 1;
	case '\n': line_feed(s); return 1;
	case '\b': s->column -= s->column > 0 && !s->is_full; s->is_full = 0; return 1;
	case '\t': s->column = s->column / 8 * 8 + 8; return 1;
	case '\a': return 1;
	case '\033': return escape(s);
	default: return 1;
	}
}

static size_t length_of(char first)
{
	unsigned char c = (unsigned char)first;

	if (c < 0xc0)
		return 1;
	return c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

/* One octet more; true if what is in half is then dealt with. */
static int take(struct screen *s)
{
	if ((unsigned char)s->half[0] < ' ')
		return control(s, s->half[0]);
	if (s->half_length < length_of(s->half[0]))
		return 0;
	put_character(s, s->half, s->half_length);
	return 1;
}

void screen_print(struct screen *s, const char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		s->half[s->half_length++] = octets[i];
		s->half[s->half_length] = '\0';
		if (take(s) || s->half_length == sizeof s->half - 1)
			s->half_length = 0;
	}
}

const char *screen_row(const struct screen *s, int row)
{
	static char text[SCREEN_COLUMNS * 4 + 1];
	size_t length = 0, end = 0;

	for (int i = 0; i < s->columns; i++) {
		const char *cell = s->cell[row][i];

		if (cell[0] == '\1')
			continue;
		length += (size_t)strlen(strcpy(text + length, cell[0] != '\0' ? cell : " "));
		if (cell[0] != '\0' && strcmp(cell, " ") != 0)
			end = length;
	}
	text[end] = '\0';
	return text;
}
