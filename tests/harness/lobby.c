/* See lobby.h. */
#include "lobby.h"

#include "yard.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A listener's heap is the lobby; a guest has noted it, and before that asks its parent. */
struct lobby *lobby_of(const struct poe_event *ev)
{
	const struct guest *guest = ev->heap;

	if (strncmp(ev->name, "client_", 7) != 0)
		return ev->heap;
	if (guest->lobby != NULL)
		return guest->lobby;
	return poe_session_heap(ev->kernel, poe_session_parent(ev->kernel, ev->session));
}

static void write_down(struct lobby *l, const struct poe_event *ev)
{
	size_t length = strlen(l->log);
	char *end = l->log + length;
	size_t room = sizeof l->log - length;
	bool has_text = poe_args(ev) > 0 && poe_arg(ev, 0).kind == POE_STR;
	bool has_error = strstr(ev->name, "error") != NULL;

	if (has_error)
		snprintf(end, room, "%s:%s:%s ", ev->name, poe_arg_str(ev, 0),
			 poe_arg_int(ev, 1) == 0 ? "0" : strerrorname_np((int)poe_arg_int(ev, 1)));
	else
		snprintf(end, room, "%s%s%s ", ev->name, has_text ? ":" : "", has_text ? poe_arg_str(ev, 0) : "");
}

void lobby_told(struct poe_event *ev)
{
	struct lobby *l = lobby_of(ev);

	if (!l->is_terse)
		write_down(l, ev);
	if (strcmp(ev->name, "client_connected") == 0) {
		l->guest = ev->session;
		l->most = ++l->now > l->most ? l->now : l->most;
	}
	if (strcmp(ev->name, "client_disconnected") == 0)
		l->now--;
	if (l->hook_row != NULL && strcmp(ev->name, l->hook_row) == 0)
		l->hook(ev);
}

static void started(struct poe_event *ev)
{
	struct lobby *me = ev->heap;

	me->port = (int)poe_arg_int(ev, 0);
	lobby_told(ev);
}

/* Puts the line back. */
static void input(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	lobby_told(ev);
	if (me->tcp.wheel != NULL)
		poe_put(me->tcp.wheel, poe_arg(ev, 0));
}

static void released(void *heap)
{
	struct guest *guest = heap;

	if (guest->lobby != NULL)
		guest->lobby->released++;
}

static void connected(struct poe_event *ev)
{
	struct guest *me = ev->heap;

	me->lobby = lobby_of(ev);
	me->wheel_id = poe_readwrite_id(me->tcp.wheel);
	lobby_told(ev);
}

static const struct poe_state listener_states[] = {
	{ "started(i)", started },
	{ "stopped", lobby_told },
	{ "error(sisi)", lobby_told },
	{ 0 },
};

static const struct poe_state client_states[] = {
	{ "client_pre_connect(i)", lobby_told },
	{ "client_connected", connected },
	{ "client_input(s)", input },
	{ "client_error(sisi)", lobby_told },
	{ "client_flushed(i)", lobby_told },
	{ "client_high(i)", lobby_told },
	{ "client_low(i)", lobby_told },
	{ "client_disconnected", lobby_told },
	{ 0 },
};

static void clock_start(struct poe_event *ev)
{
	struct lobby *me = ev->heap;

	me->clock = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void clock_wait(struct poe_event *ev)
{
	poe_delay_set(ev->kernel, "quiet", poe_arg_double(ev, 0));
}

static void clock_quiet(struct poe_event *ev)
{
	struct lobby *me = ev->heap;

	me->quiet++;
}

static const struct poe_state clock_states[] = {
	{ "_start", clock_start }, { "wait(d)", clock_wait }, { "quiet", clock_quiet }, { 0 }
};

struct lobby *lobby_new(struct harness *h)
{
	struct lobby *l = calloc(1, sizeof *l);

	assert_non_null(l);
	l->kernel = h->kernel;
	l->plan = (struct poe_tcp_server_plan){
		.states = listener_states, .heap = l, .alias = "lobby", .address = "127.0.0.1",
		.client_states = client_states, .client_size = sizeof(struct guest),
		.client_release = released };
	poe_session_create(l->kernel, &(struct poe_session_plan){ .states = clock_states, .heap = l });
	return l;
}

void lobby_open(struct lobby *l)
{
	l->server = poe_tcp_server_new(l->kernel, &l->plan);
	assert_int_not_equal(l->server.v, 0);
}

void lobby_free(struct lobby *l)
{
	poe_post(l->kernel, l->server, "shutdown", poe_int(0));
	poe_refcount_decrement(l->kernel, l->clock, "test");
	assert_int_equal(poe_run(l->kernel), 0);
	free(l);
}

/* Virtual time passes only when nothing is ready. */
void lobby_wait(struct lobby *l, double seconds)
{
	int quiet = l->quiet;

	if (poe_post(l->kernel, l->clock, "wait", poe_double(seconds)) < 0)
		return;
	while (l->quiet == quiet && poe_run_one_timeslice(l->kernel) == 1)
		;
}

void lobby_settle(struct lobby *l)
{
	lobby_wait(l, 1);
}

struct guest *lobby_guest(const struct lobby *l)
{
	return poe_session_heap(l->kernel, l->guest);
}

void lobby_post_shutdown(struct poe_event *ev)
{
	assert_int_equal(poe_yield(ev->kernel, "shutdown"), 0);
}

void lobby_call_shutdown(struct poe_event *ev)
{
	poe_call(ev->kernel, ev->session, "shutdown");
}

void lobby_stop_kernel(struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
}

void lobby_assert_told(struct lobby *l, const char *expected)
{
	assert_string_equal(l->log, expected);
	l->log[0] = '\0';
}

int lobby_knock(struct lobby *l)
{
	return yard_client(l->port);
}

void lobby_say(int fd, const char *text)
{
	assert_int_equal(send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

void lobby_reset(int fd)
{
	const struct linger none = { .l_onoff = 1 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close(fd);
}

const char *lobby_hear(int fd, char text[256])
{
	size_t length = 0;
	ssize_t n;

	while ((n = recv(fd, text + length, 255 - length, MSG_DONTWAIT)) > 0)
		length += (size_t)n;
	text[length] = '\0';
	if (n == 0)
		strcat(text, "(end)");
	return text;
}
