/*
 * A chat room: everybody hears what anybody says.
 *     chat [port]
 * A port of chat.pl: Server::TCP, with a session for each client.
 */
#include <ctype.h>
#include <poe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* POE: HEAP of a client's session. */
struct user {
	struct poe_tcp tcp;
	struct room *room;
	poe_sid session;
	char name[32];      /* "": has not told yet */
	struct user *next;  /* in the room, in the order they came */
};

struct room {
	struct poe_kernel *kernel;
	poe_sid server;
	struct user *first;
};

static void everybody(struct room *room, const char *text)
{
	for (struct user *u = room->first; u != NULL; u = u->next)
		poe_post(room->kernel, u->session, "say", poe_str(text));
}

static struct user *user_named(struct room *room, const char *name)
{
	struct user *u = room->first;

	while (u != NULL && strcmp(u->name, name) != 0)
		u = u->next;
	return u;
}

static void enter_room(struct user *me)
{
	struct user **last = &me->room->first;

	while (*last != NULL && (*last)->session.v < me->session.v)
		last = &(*last)->next;
	me->next = *last;
	*last = me;
}

static void leave_room(struct user *me)
{
	struct user **place = &me->room->first;

	while (*place != me)
		place = &(*place)->next;
	*place = me->next;
}

/* The listening session. */

static void started(struct poe_event *ev)
{
	printf("listening on port %d\n", (int)poe_arg_int(ev, 0));
}

static void stopped(struct poe_event *ev)
{
	(void)ev;
	puts("the room is closed");
}

static const struct poe_state server_states[] = { { "started(i)", started }, { "stopped", stopped }, { 0 } };

/* A client's session. */

static void client_connected(struct poe_event *ev)
{
	struct user *me = ev->heap;

	me->room = poe_arg_ptr(ev, 0);
	me->session = ev->session;
	poe_put(me->tcp.wheel, poe_str("Your name?"));
}

/* Names that come from outside are not made events of: the kernel would keep every one. */
static int is_command(const char *line)
{
	return strcmp(line, "/who") == 0 || strcmp(line, "/quit") == 0 || strcmp(line, "/close") == 0;
}

static void client_input(struct poe_event *ev)
{
	struct user *me = ev->heap;
	const char *line = poe_arg_str(ev, 0);
	char text[600];

	if (me->name[0] == '\0') {
		poe_yield(ev->kernel, "enter", poe_str(line));
	} else if (is_command(line)) {
		poe_yield(ev->kernel, line + 1);
	} else if (line[0] == '/') {
		snprintf(text, sizeof text, "What is %.500s?", line);
		poe_put(me->tcp.wheel, poe_str(text));
	} else {
		snprintf(text, sizeof text, "<%s> %.500s", me->name, line);
		everybody(me->room, text);
	}
}

static void client_disconnected(struct poe_event *ev)
{
	struct user *me = ev->heap;
	char text[64];

	if (me->name[0] == '\0')
		return;
	leave_room(me);
	snprintf(text, sizeof text, "* %s has left", me->name);
	everybody(me->room, text);
}

static int is_word(const char *text)
{
	size_t length = 0;

	while (isalnum((unsigned char)text[length]) || text[length] == '_')
		length++;
	return length > 0 && length < sizeof ((struct user *)0)->name && text[length] == '\0';
}

static void enter(struct poe_event *ev)
{
	struct user *me = ev->heap;
	const char *name = poe_arg_str(ev, 0);
	char text[64];

	if (!is_word(name)) {
		poe_put(me->tcp.wheel, poe_str("One word, please."));
		return;
	}
	if (user_named(me->room, name) != NULL) {
		snprintf(text, sizeof text, "There is a %s already.", name);
		poe_put(me->tcp.wheel, poe_str(text));
		return;
	}
	snprintf(me->name, sizeof me->name, "%s", name);
	enter_room(me);
	snprintf(text, sizeof text, "* %s is here", name);
	everybody(me->room, text);
}

static void say(struct poe_event *ev)
{
	struct user *me = ev->heap;

	if (me->tcp.wheel != NULL)
		poe_put(me->tcp.wheel, poe_str(poe_arg_str(ev, 0)));
}

static void who(struct poe_event *ev)
{
	struct user *me = ev->heap;
	char text[600] = "*";
	size_t used = 1;

	for (struct user *u = me->room->first; u != NULL && used + sizeof u->name + 1 < sizeof text; u = u->next)
		used += (size_t)snprintf(text + used, sizeof text - used, " %s", u->name);
	poe_put(me->tcp.wheel, poe_str(text));
}

static void quit(struct poe_event *ev)
{
	poe_yield(ev->kernel, "shutdown");
}

static void close_room(struct poe_event *ev)
{
	struct user *me = ev->heap;

	poe_post(ev->kernel, poe_alias_resolve(ev->kernel, "chat"), "shutdown");
	for (struct user *u = me->room->first; u != NULL; u = u->next)
		poe_post(ev->kernel, u->session, "shutdown");
}

static const struct poe_state client_states[] = {
	{ "client_connected(p)", client_connected },
	{ "client_input(s)", client_input },
	{ "client_disconnected", client_disconnected },
	{ "enter(s)", enter },
	{ "say(s)", say },
	{ "who", who },
	{ "quit", quit },
	{ "close", close_room },
	{ 0 },
};

int main(int argc, char **argv)
{
	struct room room = { .kernel = poe_kernel_new(NULL) };

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (room.kernel == NULL) {
		perror("poe_kernel_new");
		return 1;
	}
	room.server = poe_tcp_server_new(room.kernel, &(struct poe_tcp_server_plan){
		.alias = "chat",
		.address = "127.0.0.1",
		.port = argc > 1 ? atoi(argv[1]) : 0,
		.states = server_states,
		.client_states = client_states,
		.client_size = sizeof(struct user),
		.client_args = poe_list(poe_ptr(&room)),
	});
	poe_run(room.kernel);
	poe_kernel_free(room.kernel);
	return 0;
}
