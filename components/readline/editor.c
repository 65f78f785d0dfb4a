/*
 * The editor's making, and its turns.  libedit works by the locale of the
 * process, which is the program's to set; so the thread has ours whenever
 * libedit runs, and the program's again afterwards.
 */
#include "editor.h"

#include "layout.h"

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static locale_t enter(const struct readline_editor *e)
{
	return uselocale(e->locale);
}

/* What the caller looks at next may be errno. */
static void leave(locale_t before)
{
	int error_num = errno;

	uselocale(before);
	errno = error_num;
}

static struct readline_editor *editor_of(EditLine *el)
{
	void *e = NULL;

	el_get(el, EL_CLIENTDATA, &e);
	return e;
}

static char *prompt_of(EditLine *el)
{
	return editor_of(el)->prompt;
}

/* In the coroutine. */
static int next_character(EditLine *el, wchar_t *character)
{
	struct readline_editor *e = editor_of(el);

	while (readline_octets_character(e->octets, character) == 0) {
		if (e->octets->ended)
			return 0;
		readline_coroutine_pause(&e->coroutine);
	}
	return 1;
}

/* A newline behind it makes libedit end the line in good order, its cursor below it. */
static unsigned char except(EditLine *el, enum readline_exception exception)
{
	editor_of(el)->exception = exception;
	el_push(el, "\n");
	return CC_NORM;
}

static unsigned char interrupt(EditLine *el, int character)
{
	(void)character;
	return except(el, READLINE_INTERRUPT);
}

static unsigned char cancel(EditLine *el, int character)
{
	(void)character;
	return except(el, READLINE_CANCEL);
}

/* "C", which nobody has asked for and which knows 128 characters, is taken for UTF-8. */
static locale_t text_locale(void)
{
	locale_t found = newlocale(LC_CTYPE_MASK, "", (locale_t)0);

	if (found != (locale_t)0 && strcmp(nl_langinfo_l(CODESET, found), "ANSI_X3.4-1968") != 0)
		return found;
	if (found != (locale_t)0)
		freelocale(found);
	found = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	return found != (locale_t)0 ? found : newlocale(LC_CTYPE_MASK, "C", (locale_t)0);
}

/*
 * Flow control and the signals' keys are keys like any other here, as in POE.
 * Of the names libedit keeps what it is given, and given narrow ones a copy that
 * it never frees.
 */
static void set_keys(EditLine *el)
{
	el_set(el, EL_SETTY, "-d", "-isig", "-ixon", NULL);
	el_wset(el, EL_ADDFN, L"poe-interrupt", L"End the line with an interrupt", interrupt);
	el_wset(el, EL_ADDFN, L"poe-cancel", L"End the line without a result", cancel);
	el_set(el, EL_BIND, "^C", "poe-interrupt", NULL);
	el_set(el, EL_BIND, "^G", "poe-cancel", NULL);
	el_set(el, EL_BIND, "-a", "^C", "poe-interrupt", NULL);
	el_set(el, EL_BIND, "-a", "^G", "poe-cancel", NULL);
}

static int make_libedit(struct readline_editor *e, const struct readline_editor_plan *plan)
{
	e->el = el_init_fd(plan->app_name, e->nowhere, e->out, e->nowhere, e->terminal.in, fileno(e->out), -1);
	if (e->el == NULL) {
		errno = ENOMEM;
		return -1;
	}
	el_set(e->el, EL_CLIENTDATA, e);
	el_set(e->el, EL_GETCFN, next_character);
	el_set(e->el, EL_PROMPT_ESC, prompt_of, (char)READLINE_LITERAL);
	el_set(e->el, EL_HIST, history, plan->history);
	el_set(e->el, EL_EDITOR, "emacs");
	el_source(e->el, NULL);
	set_keys(e->el);
	return 0;
}

static FILE *open_out(int fd)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	FILE *out = own >= 0 ? fdopen(own, "w") : NULL;

	if (out == NULL && own >= 0)
		close(own);
	return out;
}

static int make(struct readline_editor *e, const struct readline_editor_plan *plan)
{
	locale_t before;
	int result;

	e->locale = text_locale();
	if (e->locale == (locale_t)0 || readline_coroutine_init(&e->coroutine) < 0)
		return -1;
	e->prompt = strdup("");
	e->out = open_out(plan->terminal->out);
	e->nowhere = fopencookie(NULL, "w+", (cookie_io_functions_t){ .read = NULL });
	if (e->prompt == NULL || e->out == NULL || e->nowhere == NULL)
		return -1;
	before = enter(e);
	result = make_libedit(e, plan);
	leave(before);
	return result;
}

int readline_editor_init(struct readline_editor *e, const struct readline_editor_plan *plan)
{
	int error_num;

	*e = (struct readline_editor){ .octets = plan->octets, .terminal = *plan->terminal };
	if (make(e, plan) == 0)
		return 0;
	error_num = errno;
	readline_editor_free(e);
	errno = error_num;
	return -1;
}

bool readline_editor_is_editing(const struct readline_editor *e)
{
	return e->coroutine.is_running;
}

static void edit(void *arg)
{
	struct readline_editor *e = arg;

	e->line = el_gets(e->el, &e->length);
}

bool readline_editor_run(struct readline_editor *e)
{
	locale_t before = enter(e);
	int rows;

	readline_terminal_size(&e->terminal, &e->columns, &rows);
	if (e->coroutine.is_running) {
		readline_coroutine_resume(&e->coroutine);
	} else {
		e->exception = READLINE_LINE;
		readline_coroutine_start(&e->coroutine, edit, e);
	}
	leave(before);
	return !e->coroutine.is_running;
}

/* The newline is in libedit's memory, which it lets the caller have until the next line. */
struct poe_value readline_editor_take(struct readline_editor *e, enum readline_exception *exception)
{
	size_t length = e->line != NULL && e->length > 0 ? (size_t)e->length : 0;
	struct poe_value line;

	*exception = e->line == NULL && e->exception == READLINE_LINE ? READLINE_EOT : e->exception;
	if (*exception != READLINE_LINE)
		return poe_str("");
	if (length > 0 && e->line[length - 1] == '\n')
		((char *)e->line)[--length] = '\0';
	line = poe_bytes(e->line, length);
	line.kind = POE_STR;
	return line;
}

int readline_editor_bind(struct readline_editor *e, const char *key, const char *command)
{
	locale_t before = uselocale(e->locale);
	int result = el_set(e->el, EL_BIND, key, command, NULL);

	uselocale(before);
	if (result == 0)
		return 0;
	errno = EINVAL;
	return -1;
}
