/*
 * What the program does to the screen while a line is edited on it: libedit is
 * told to draw the line anew, once it is wiped away.  Only the way back to its
 * first row is found out here, from what libedit has in it.
 */
#include "editor.h"
#include "layout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void command(const struct readline_editor *e, const char *capability)
{
	el_set(e->el, EL_ECHOTC, "-s", capability, NULL);
}

static bool has(const struct readline_editor *e, const char *capability)
{
	char *text = NULL;

	return el_get(e->el, EL_GETTC, capability, &text) == 0 && text != NULL && text[0] != '\0';
}

static int columns_of(const struct readline_editor *e)
{
	return e->columns > 0 ? e->columns : 80;
}

/* From the first row of what is edited to the cursor's. */
static int rows_above(const struct readline_editor *e)
{
	struct readline_place place = { .columns = columns_of(e) };
	const LineInfoW *line = el_wline(e->el);

	readline_layout_prompt(&place, e->prompt);
	readline_layout_text(&place, line->buffer, line->cursor);
	return place.row;
}

/* From the cursor's row to the last one. */
static int rows_below(const struct readline_editor *e)
{
	struct readline_place place = { .columns = columns_of(e) };
	const LineInfoW *line = el_wline(e->el);
	int above = rows_above(e);

	readline_layout_prompt(&place, e->prompt);
	readline_layout_text(&place, line->buffer, line->lastchar);
	return place.row - above;
}

/* A terminal that cannot go back goes on below. */
static void wipe(struct readline_editor *e)
{
	int rows = rows_above(e);

	if (!has(e, "up") || !has(e, "cd")) {
		fputs("\n", e->out);
		return;
	}
	fputs("\r", e->out);
	for (int i = 0; i < rows; i++)
		command(e, "up");
	command(e, "cd");
}

static void draw(struct readline_editor *e)
{
	el_set(e->el, EL_REFRESH);
	fflush(e->out);
}

static void print(struct readline_editor *e, const struct poe_value *lines)
{
	for (; lines->kind != POE_NONE; lines++) {
		fwrite(lines->as.s, 1, lines->length, e->out);
		fputs("\n", e->out);
	}
}

int readline_editor_put(struct readline_editor *e, const struct poe_value *lines)
{
	locale_t before = uselocale(e->locale);
	int result;

	clearerr(e->out);
	if (e->coroutine.is_running)
		wipe(e);
	print(e, lines);
	if (e->coroutine.is_running)
		el_set(e->el, EL_REFRESH);
	result = fflush(e->out) == 0 && !ferror(e->out) ? 0 : -1;
	uselocale(before);
	return result;
}

int readline_editor_set_prompt(struct readline_editor *e, const char *prompt)
{
	locale_t before;
	char *copy = strdup(prompt);

	if (copy == NULL)
		return -1;
	before = uselocale(e->locale);
	if (e->coroutine.is_running)
		wipe(e);
	free(e->prompt);
	e->prompt = copy;
	if (e->coroutine.is_running)
		draw(e);
	uselocale(before);
	return 0;
}

void readline_editor_clear(struct readline_editor *e)
{
	locale_t before = uselocale(e->locale);

	command(e, "cl");
	if (e->coroutine.is_running)
		draw(e);
	fflush(e->out);
	uselocale(before);
}

void readline_editor_resize(struct readline_editor *e)
{
	locale_t before;
	int columns, rows;

	if (readline_terminal_size(&e->terminal, &columns, &rows) < 0 || columns == e->columns)
		return;
	before = uselocale(e->locale);
	if (e->coroutine.is_running) {
		e->columns = columns;
		wipe(e);
		el_resize(e->el);
		draw(e);
	}
	uselocale(before);
}

/* The cursor goes below what was being edited, where the next program's output does it no harm. */
static void leave_line(struct readline_editor *e)
{
	for (int rows = rows_below(e); rows >= 0; rows--)
		fputs("\n", e->out);
	fputs("\r", e->out);
}

void readline_editor_free(struct readline_editor *e)
{
	locale_t before = (locale_t)0;

	if (e->el != NULL) {
		before = uselocale(e->locale);
		if (e->coroutine.is_running)
			leave_line(e);
		el_end(e->el);
		uselocale(before);
	}
	if (e->out != NULL)
		fclose(e->out);
	if (e->nowhere != NULL)
		fclose(e->nowhere);
	readline_coroutine_free(&e->coroutine);
	if (e->locale != (locale_t)0)
		freelocale(e->locale);
	free(e->prompt);
	*e = (struct readline_editor){ .el = NULL };
}
