/* How each row's arguments are printed, and whose it is. */
#include "rows.h"

#include <string.h>

struct row {
	const char *name;
	int skip;            /* arguments at the front that POE does not give */
	const char *letters; /* for those behind; no more are printed.  NULL: all as they are */
};

static const struct row rows[] = {
	{ "started", 1, NULL }, { "error", 0, ".e.x" }, { "acceptor", 0, ".~xx" },
	{ "client_pre_connect", 0, "x" }, { "client_input", 0, ".x" }, { "client_error", 0, ".e.x" },
	{ "client_flushed", 0, "x" }, { "client_high", 0, "x" }, { "client_low", 0, "x" },
	{ "client_disconnected", 0, "" },
	{ "pre_connect", 0, "x" }, { "connected", 0, "" }, { "connect_error", 0, ".e." },
	{ "server_input", 0, ".x" }, { "server_error", 0, ".e.x" }, { "server_flushed", 0, "x" },
	{ "server_high", 0, "x" }, { "server_low", 0, "x" }, { "disconnected", 0, "" },
};

static struct row row_named(const char *name)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i];
	return (struct row){ name, 0, NULL };
}

static void print(const struct parity *p, const struct poe_event *ev, const char *who)
{
	struct row row = row_named(ev->name);
	int count = row.letters ? (int)strlen(row.letters) : poe_args(ev) - row.skip;

	printf("%s %s(", who, ev->name);
	for (int i = 0; i < count; i++) {
		printf("%s", i ? ", " : "");
		parity_print(p, row.letters ? row.letters[i] : '.', poe_arg(ev, i + row.skip));
	}
	printf(")\n");
}

/* How often the other end is drained is by chance. */
static void play(struct parity *p, struct poe_event *ev, const char *who)
{
	if (!row_is(ev, "drain"))
		print(p, ev, who);
	if (p->scenario->act != NULL)
		p->scenario->act(p, ev);
}

void row_of_server(struct poe_event *ev)
{
	play(ev->heap, ev, "S");
}

/* While its first row runs, what listens is still there. */
void row_of_visitor(struct poe_event *ev)
{
	struct row_user *me = ev->heap;
	char who[16];

	if (me->p == NULL) {
		me->p = poe_session_heap(ev->kernel, poe_session_parent(ev->kernel, ev->session));
		me->number = ++me->p->count;
	}
	snprintf(who, sizeof who, "C%d", me->number);
	play(me->p, ev, who);
}

void row_of_client(struct poe_event *ev)
{
	struct row_user *me = ev->heap;

	if (me->p == NULL)
		me->p = poe_arg_ptr(ev, 0);
	play(me->p, ev, "C");
}

int row_is(const struct poe_event *ev, const char *name)
{
	return strcmp(ev->name, name) == 0;
}

int row_is_input(const struct poe_event *ev, const char *text)
{
	return (row_is(ev, "client_input") || row_is(ev, "server_input")) && strcmp(poe_arg_str(ev, 0), text) == 0;
}
