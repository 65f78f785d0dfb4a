/* The cast of a scenario and the lines that its handlers print. */
#include "parity.h"

#include <stdarg.h>
#include <string.h>
#include <unistd.h>

void parity_note(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("  ");
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

const char *parity_errno(int error_num)
{
	const char *name = strerrorname_np(error_num);

	return name ? name : "?";
}

void parity_result(const char *what, int result)
{
	parity_note("%s: %s", what, result == -1 ? parity_errno(errno) : "ok");
}

void parity_name_fd(struct parity *p, int fd, const char *name)
{
	if (fd >= 0 && fd < PARITY_FDS)
		p->fd_names[fd] = name;
}

void parity_pipe(struct parity *p)
{
	if (pipe(p->pipe) == -1)
		exit(2);
	parity_name_fd(p, p->pipe[0], "out");
	parity_name_fd(p, p->pipe[1], "in");
}

void parity_write(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) == -1)
		parity_note("write: %s", parity_errno(errno));
}

struct parity_actor *parity_actor(struct parity *p, const char *name)
{
	for (int i = 0; i < p->actor_count; i++)
		if (strcmp(p->actors[i].name, name) == 0)
			return &p->actors[i];
	fprintf(stderr, "parity: nobody called %s\n", name);
	exit(2);
}

poe_sid parity_sid(struct parity *p, const char *name)
{
	return parity_actor(p, name)->sid;
}

const char *parity_who(const struct parity *p, poe_sid sid)
{
	if (sid.v == poe_kernel_address(p->kernel).v)
		return "kernel";
	for (int i = 0; i < p->born_count; i++)
		if (p->born[i].sid.v == sid.v)
			return p->born[i].name;
	return sid.v ? "?" : "-";
}

/* A session's address is known first from its own _start. */
static void remember(struct parity_actor *me, poe_sid sid)
{
	struct parity *p = me->parity;

	me->sid = sid;
	if (p->born_count == PARITY_BORN || strcmp(parity_who(p, sid), "?") != 0)
		return;
	p->born[p->born_count].sid = sid;
	p->born[p->born_count++].name = me->name;
}

static void print_value(const struct parity *p, struct poe_value v)
{
	if (v.kind == POE_INT)
		printf("%lld", (long long)v.as.i);
	else if (v.kind == POE_DOUBLE)
		printf("%g", v.as.d);
	else if (v.kind == POE_STR || v.kind == POE_BYTES)
		printf("%.*s", (int)v.length, v.as.s);
	else if (v.kind == POE_ADDRESS)
		printf("%s", parity_who(p, v.as.a));
	else
		printf("%s", v.kind == POE_NONE ? "-" : "object");
}

static void print_fd(const struct parity *p, int64_t fd)
{
	printf("%s", fd >= 0 && fd < PARITY_FDS && p->fd_names[fd] ? p->fd_names[fd] : "?");
}

void parity_print(const struct parity *p, char letter, struct poe_value v)
{
	if (letter == 'f')
		print_fd(p, v.as.i);
	else if (letter == 'm')
		printf("%s", v.as.i == POE_READ ? "read" : "write");
	else if (letter == 'e')
		printf("%s", parity_errno((int)v.as.i));
	else if (letter == 'x')
		printf("%s", v.kind == POE_NONE ? "-" : "x");
	else if (letter == '~')
		printf("~");
	else
		print_value(p, v);
}

static const char *letters_of(const struct parity_actor *me, const char *name)
{
	for (int i = 0; me->states[i].name != NULL; i++)
		if (strcmp(me->states[i].name, name) == 0 && me->letters[i] != NULL)
			return me->letters[i];
	return "";
}

/* Values missing at the end are not printed: POE sends undef there, or nothing. */
static void print_arguments(const struct parity_actor *me, const struct poe_event *ev)
{
	const char *letters = letters_of(me, ev->name);
	int count = poe_args(ev);

	while (count > 0 && poe_arg(ev, count - 1).kind == POE_NONE)
		count--;
	for (int i = 0; i < count; i++) {
		printf("%s", i ? ", " : "");
		parity_print(me->parity, *letters ? *letters++ : '.', poe_arg(ev, i));
	}
}

/* A machine's event is printed with the state it is in: "first.enter". */
static const char *state_of(const struct poe_event *ev)
{
	const char *state = poe_nfa_current_state(ev->kernel, ev->session);

	return state ? state : "";
}

static void print_event(const struct parity_actor *me, const struct poe_event *ev)
{
	const char *state = state_of(ev);

	printf("%s %s%s%s(", me->name, state, *state ? "." : "", ev->name);
	print_arguments(me, ev);
	printf(") < %s%s\n", parity_who(me->parity, ev->sender), ev->object ? " object" : "");
}

void parity_enter(struct poe_event *ev)
{
	struct parity_actor *me = ev->heap;
	struct parity *p = me->parity;

	remember(me, ev->session);
	if (*letters_of(me, ev->name) != '!')
		print_event(me, ev);
	if (p->scenario->act != NULL)
		p->scenario->act(p, ev);
}

int parity_on(const struct poe_event *ev, const char *words)
{
	const struct parity_actor *me = ev->heap;
	const char *state = state_of(ev);
	char name[64];

	snprintf(name, sizeof name, "%s %s%s%s", me->name, state, *state ? "." : "", ev->name);
	return strcmp(words, name) == 0;
}

/* "A: _start ready/fm" */
static void read_actor(struct parity *p, char *line)
{
	struct parity_actor *me = &p->actors[p->actor_count++];
	char *rest, *word = strtok_r(line, " :", &rest);
	int count = 0;

	me->parity = p;
	me->is_late = *word == '-';
	me->name = word + me->is_late;
	while ((word = strtok_r(NULL, " :", &rest)) != NULL && count < PARITY_EVENTS) {
		char *slash = strchr(word, '/');

		if (slash != NULL)
			*slash++ = '\0';
		me->letters[count] = slash;
		me->states[count++] = (struct poe_state){ word, parity_enter };
	}
}

static void read_cast(struct parity *p)
{
	char *rest;

	snprintf(p->text, sizeof p->text, "%s", p->scenario->cast);
	for (char *line = strtok_r(p->text, ";", &rest); line; line = strtok_r(NULL, ";", &rest))
		if (p->actor_count < PARITY_CAST)
			read_actor(p, line);
}

poe_sid parity_spawnv(struct parity *p, const char *name, const struct poe_value *args)
{
	struct parity_actor *me = parity_actor(p, name);

	return poe_session_create(p->kernel, &(struct poe_session_plan){
		.states = me->states, .heap = me, .args = args });
}

void parity_cast(struct parity *p)
{
	for (int i = 0; i < p->actor_count; i++)
		if (!p->actors[i].is_late)
			parity_spawn(p, p->actors[i].name);
}

void parity_run(struct parity *p)
{
	if (poe_run(p->kernel) == 0)
		parity_note("run ended");
	else
		parity_note("run died: %s", poe_kernel_error(p->kernel));
}

void parity_play(struct parity *p)
{
	parity_cast(p);
	parity_run(p);
}

static int play(const struct parity_scenario *s)
{
	struct parity p = { .scenario = s, .pipe = { -1, -1 } };

	p.kernel = poe_kernel_new(NULL);
	if (p.kernel == NULL)
		return 2;
	read_cast(&p);
	if (s->drive != NULL)
		s->drive(&p);
	else
		parity_play(&p);
	poe_kernel_free(p.kernel);
	return 0;
}

int parity_main(int argc, char **argv, const struct parity_scenario *scenarios)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (const struct parity_scenario *s = scenarios; s->name != NULL; s++)
		if (argc < 2)
			printf("%s\n", s->name);
		else if (strcmp(s->name, argv[1]) == 0)
			return play(s);
	return argc < 2 ? 0 : 2;
}
