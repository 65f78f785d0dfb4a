/*
 * ReadLine: lines that somebody types at a terminal, edited as they are typed,
 * while the program goes on; what the program prints meanwhile appears above
 * them.  After POE::Wheel::ReadLine, by libedit, whose ~/.editrc and EDITRC say
 * what the keys do: emacs' keys unless they say otherwise.
 *
 * This one is a library of its own, libpoe-readline (pkg-config poe-readline),
 * and not part of <poe.h>.
 */
#ifndef POE_READLINE_H
#define POE_READLINE_H

#include <poe/event.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * input_event(string line, string exception, int id) comes once for each
 * poe_readline_get, straight from the loop.  exception is "" for a line, which
 * has no newline; otherwise line is "" and exception is "interrupt" (Ctrl-C),
 * "eot" (Ctrl-D in an empty line, or the end of input) or "cancel" (Ctrl-G).
 *
 * Where input or output is no terminal nothing is edited and no prompt is
 * shown: lines are read as they are, those over 64 KiB in pieces.
 */
struct poe_readline_plan {
	const char *input_event; /* required */
	int in, out;             /* descriptors, lent; 0 for either means 0, standard input, and 1 */
	const char *app_name;    /* which lines of ~/.editrc are meant; NULL: "poe-readline" */
};
struct poe_readline;

/*
 * Makes a wheel.  One a terminal, as two would have to share the keys.  The
 * terminal is in its own mode but while a line is edited, also after the wheel
 * is freed, with its session or its kernel if not before.  Descriptors are left as
 * they were found.  Text is in the environment's character set (LC_ALL,
 * LC_CTYPE, LANG); UTF-8 if that names none.  NULL with EINVAL, EBADF, ENOMEM,
 * EMFILE, ESRCH (outside a handler).
 */
struct poe_readline *poe_readline_new(struct poe_kernel *k, const struct poe_readline_plan *plan);
void poe_readline_free(struct poe_readline *w); /* NULL is nothing */
int64_t poe_readline_id(const struct poe_readline *w);

/*
 * Asks for one line, with a prompt in front; NULL: as before, "" at first.
 * Between octets 1 and 1 in it are those that take no room, such as colours.
 * While a line is asked for the wheel keeps its session alive and the program
 * running; otherwise it keeps neither, and no key is read.  Called again before
 * the line is there it changes the prompt.  0, or -1 with ENOMEM and nothing changed.
 */
int poe_readline_get(struct poe_readline *w, const char *prompt);

/*
 * Prints lines: above the one that is being edited, which stays as it is.
 * poe_readline_put(w, poe_str("a line")).  POE waits two seconds for the
 * typist to stop unless PutMode is "immediate"; this is that mode.  It waits
 * for the terminal.  0, or -1 with EINVAL (neither strings nor bytes; nothing
 * is printed) or write's errno.
 */
#define poe_readline_put(w, ...) poe_readline_putv(w, POE_VALUES(__VA_ARGS__, poe_none()))
int poe_readline_putv(struct poe_readline *w, const struct poe_value *lines);

/*
 * The history that the arrow keys go through, the youngest line last.  A line
 * is added by the program, not by itself.  add: 0, or -1 with ENOMEM.  get: an
 * array of strings, for poe_array_free; NULL with ENOMEM.
 */
int poe_readline_add_history(struct poe_readline *w, const char *line);
struct poe_array *poe_readline_get_history(const struct poe_readline *w);

/*
 * The history and a file, a line each; NULL: ~/.history.  read adds the lines
 * from number `first` to number `last`, counted from 0; `last` below `first`: to the
 * end.  write replaces the file.  truncate leaves the last `lines` of the file.
 * Each is done when it returns.  0, or -1 with the errno of what failed.
 */
int poe_readline_read_history(struct poe_readline *w, const char *file, long first, long last);
int poe_readline_write_history(const struct poe_readline *w, const char *file);
int poe_readline_truncate_history(const char *file, long lines);

/*
 * Binds a key, "^X", "\\e[A" or "\\M-b", to one of libedit's commands, as
 * "ed-clear-screen": see editrc(5).  Without a terminal it does nothing.  0, or -1 with EINVAL.
 */
int poe_readline_bind_key(struct poe_readline *w, const char *key, const char *command);

/* Clears the terminal; the line that is being edited stays. */
void poe_readline_clear(struct poe_readline *w);

/*
 * The terminal's size.  A new size is noticed at the next key, and at once by
 * poe_readline_resize, for programs that watch WINCH.  0, or -1 with ENOTTY.
 */
int poe_readline_terminal_size(const struct poe_readline *w, int *columns, int *rows);
void poe_readline_resize(struct poe_readline *w);

#ifdef __cplusplus
}
#endif
#endif
