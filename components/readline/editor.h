/*
 * libedit, made to take turns with the loop: el_gets runs as a coroutine, which
 * pauses whenever there is no whole character for it, in the middle of an
 * escape sequence or of a search through the history as well.
 */
#ifndef READLINE_EDITOR_H
#define READLINE_EDITOR_H

#include "coroutine.h"
#include "octets.h"
#include "terminal.h"

#include <histedit.h>
#include <locale.h>
#include <poe/value.h>

enum readline_exception { READLINE_LINE, READLINE_INTERRUPT, READLINE_EOT, READLINE_CANCEL };

struct readline_editor {
	struct readline_octets *octets;       /* lent: what el_gets reads */
	struct readline_terminal terminal;    /* lent descriptors */
	struct readline_coroutine coroutine;
	locale_t locale;                      /* owned */
	FILE *out, *nowhere;                  /* owned; what libedit prints, and what nobody wants to read */
	EditLine *el;                         /* owned */
	char *prompt;                         /* owned */
	const char *line;                     /* lent by el; NULL: none */
	int length;                           /* of line, its newline included */
	enum readline_exception exception;    /* how the line came to its end */
	int columns;                          /* of the terminal when last asked */
};

/* What an editor is made of.  All but the name stays the caller's, and must outlive it. */
struct readline_editor_plan {
	const char *app_name;
	struct readline_octets *octets;
	const struct readline_terminal *terminal; /* is one */
	History *history;
};

/* 0, or -1 with ENOMEM, EMFILE and nothing made. */
int readline_editor_init(struct readline_editor *e, const struct readline_editor_plan *plan);
void readline_editor_free(struct readline_editor *e); /* sets the terminal back; one of zeros is nothing */

/* True from the first run for a line until it is there. */
bool readline_editor_is_editing(const struct readline_editor *e);

/* 0, or -1 with ENOMEM.  A line that is being edited gets it at once. */
int readline_editor_set_prompt(struct readline_editor *e, const char *prompt);

/*
 * Goes on with a line, or begins one, as far as the octets reach.  True when it
 * is there: readline_editor_take then lends it until the next run, without its
 * newline, and says how it ended.
 */
bool readline_editor_run(struct readline_editor *e);
struct poe_value readline_editor_take(struct readline_editor *e, enum readline_exception *exception);

/* Prints above what is being edited.  0, or -1 with errno. */
int readline_editor_put(struct readline_editor *e, const struct poe_value *lines);

int readline_editor_bind(struct readline_editor *e, const char *key, const char *command); /* 0, or -1 with EINVAL */
void readline_editor_clear(struct readline_editor *e);

/* Draws again what is being edited if the terminal's size is another now. */
void readline_editor_resize(struct readline_editor *e);

#endif
