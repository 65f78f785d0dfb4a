/*
 * Server::TCP and Client::TCP, mostly at each other's ends.  Whoever meets
 * trouble tells, and stops everything.
 */
#include "trial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINES = 3, MUCH = 4 << 20 };

struct hall {
	struct trial *trial;
	poe_sid server;
	int port;
	int connected; /* times that the client was */
};

/* The heap of either end of a connection. */
struct party {
	struct poe_tcp tcp;
	struct hall *hall; /* from its first row on */
	int lines;
};

static struct trial *trial_of(const struct poe_event *ev)
{
	return ((const struct party *)ev->heap)->hall->trial;
}

static void party_see(struct poe_event *ev)
{
	trial_see(trial_of(ev));
}

static void party_error(struct poe_event *ev)
{
	trial_told_by(trial_of(ev), ev);
}

/* A write that has failed is told by an event. */
static void party_put(struct poe_event *ev, struct poe_value record)
{
	struct party *me = ev->heap;

	if (poe_put(me->tcp.wheel, record) < 0 && errno != EPIPE)
		trial_must(me->hall->trial, false);
}

static void party_shut_down(struct poe_event *ev)
{
	trial_must(trial_of(ev), poe_yield(ev->kernel, "shutdown") == 0);
}

static void hall_started(struct poe_event *ev)
{
	struct hall *me = ev->heap;

	me->port = (int)poe_arg_int(ev, 0);
}

static void hall_error(struct poe_event *ev)
{
	struct hall *me = ev->heap;

	trial_told_by(me->trial, ev);
	poe_kernel_stop(ev->kernel);
}

static void hall_stopped(struct poe_event *ev)
{
	struct hall *me = ev->heap;

	trial_see(me->trial);
}

static const struct poe_state hall_states[] = {
	{ "started(i)", hall_started },
	{ "error(sisi)", hall_error },
	{ "stopped", hall_stopped },
	{ 0 },
};

static void visitor_connected(struct poe_event *ev)
{
	struct party *me = ev->heap;

	me->hall = poe_arg_ptr(ev, 0);
	party_see(ev);
}

static void visitor_input(struct poe_event *ev)
{
	party_put(ev, poe_arg(ev, 0));
}

static void visitor_disconnected(struct poe_event *ev)
{
	struct party *me = ev->heap;

	party_see(ev);
	trial_must(me->hall->trial, poe_post(ev->kernel, me->hall->server, "shutdown") == 0);
}

static const struct poe_state visitor_states[] = {
	{ "client_connected(ps)", visitor_connected },
	{ "client_input(s)", visitor_input },
	{ "client_error(sisi)", party_error },
	{ "client_disconnected", visitor_disconnected },
	{ 0 },
};

/* False, and told, if there is nobody listening. */
static bool open_hall(struct hall *hall, const struct poe_state *states)
{
	struct trial *t = hall->trial;

	hall->server = poe_tcp_server_new(t->kernel, &(struct poe_tcp_server_plan){
		.states = hall_states, .heap = hall, .alias = "hall", .address = "127.0.0.1",
		.client_states = states, .client_size = sizeof(struct party),
		.client_args = poe_list(poe_ptr(hall), poe_str("an argument")) });
	if (!trial_check(t, hall->server.v != 0))
		poe_kernel_stop(t->kernel);
	return hall->port != 0 && t->error_num == 0;
}

static void caller_started(struct poe_event *ev)
{
	struct party *me = ev->heap;

	me->hall = poe_arg_ptr(ev, 0);
}

static void caller_connected(struct poe_event *ev)
{
	party_see(ev);
	for (int i = 0; i < LINES; i++)
		party_put(ev, poe_str("a line"));
}

static void caller_connect_error(struct poe_event *ev)
{
	party_error(ev);
	poe_kernel_stop(ev->kernel);
}

static void caller_input(struct poe_event *ev)
{
	struct party *me = ev->heap;

	party_see(ev);
	if (++me->lines == LINES)
		party_shut_down(ev);
}

static const struct poe_state caller_states[] = {
	{ "started(p)", caller_started },
	{ "connected(si)", caller_connected },
	{ "connect_error(sisi)", caller_connect_error },
	{ "server_input(s)", caller_input },
	{ "server_error(sisi)", party_error },
	{ "disconnected", party_see },
	{ 0 },
};

static void call_hall(struct hall *hall, const struct poe_state *states, double reconnect_min)
{
	struct trial *t = hall->trial;
	struct poe_filter *filter = poe_filter_line(NULL);

	if (!trial_must(t, filter != NULL))
		return;
	if (poe_tcp_client_new(t->kernel, &(struct poe_tcp_client_plan){
			.states = states, .size = sizeof(struct party), .args = poe_list(poe_ptr(hall)),
			.alias = "caller", .remote_address = "127.0.0.1", .remote_port = hall->port,
			.connect_timeout = 5, .filter = filter, .reconnect_min = reconnect_min }).v != 0)
		return;
	trial_must(t, false);
	poe_filter_free(filter);
}

/* Three lines there and back; then the client shuts down, and the server after it. */
static void converse(struct trial *t)
{
	struct hall hall = { .trial = t };

	trial_hope(t, 5 + LINES);
	if (open_hall(&hall, visitor_states))
		call_hall(&hall, caller_states, 0);
	trial_go(t);
}

static void goodbye(struct poe_event *ev)
{
	party_shut_down(ev);
}

static const struct poe_state curt_states[] = {
	{ "client_connected(ps)", visitor_connected },
	{ "client_input(s)", goodbye },
	{ "client_error(sisi)", party_error },
	{ "client_disconnected", party_see },
	{ 0 },
};

static void come_back(struct poe_event *ev)
{
	struct party *me = ev->heap;

	party_see(ev);
	if (++me->hall->connected < 2) {
		party_put(ev, poe_str("hello"));
		return;
	}
	party_shut_down(ev);
	trial_must(me->hall->trial, poe_post(ev->kernel, me->hall->server, "shutdown") == 0);
}

static const struct poe_state loyal_states[] = {
	{ "started(p)", caller_started },
	{ "connected(si)", come_back },
	{ "connect_error(sisi)", caller_connect_error },
	{ "server_input(s)", party_see },
	{ "server_error(sisi)", party_error },
	{ "disconnected", party_see },
	{ 0 },
};

/* Thrown out once, it comes back by itself, and leaves. */
static void persist(struct trial *t)
{
	struct hall hall = { .trial = t };

	trial_hope(t, 9);
	if (open_hall(&hall, curt_states))
		call_hall(&hall, loyal_states, 1);
	trial_go(t);
}

/* More than the other end takes, and then the server has no patience. */
static void talk_to_the_wall(struct poe_event *ev)
{
	struct party *me = ev->heap;
	char *much = calloc(1, MUCH);

	visitor_connected(ev);
	party_put(ev, poe_bytes(much, MUCH - 2));
	free(much);
	trial_must(me->hall->trial,
		   poe_post(ev->kernel, me->hall->server, "shutdown", poe_double(1)) == 0);
}

static const struct poe_state talker_states[] = {
	{ "client_connected(ps)", talk_to_the_wall },
	{ "client_input(s)", visitor_input },
	{ "client_error(sisi)", party_error },
	{ "client_disconnected", party_see },
	{ 0 },
};

static void drop(struct trial *t)
{
	struct hall hall = { .trial = t };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int wall = socket(AF_INET, SOCK_STREAM, 0);

	trial_hope(t, 3);
	if (open_hall(&hall, talker_states)) {
		to.sin_port = htons((uint16_t)hall.port);
		if (connect(wall, (struct sockaddr *)&to, sizeof to) < 0)
			trial_break(t, "a server that listens was not there");
	}
	trial_go(t);
	close(wall);
}

/* Two datagram sockets: one that is bound, and one that is connected to some port. */
struct post {
	struct trial *trial;
	struct poe_socketfactory *box, *letter;
};

static void make_post(struct poe_event *ev)
{
	struct post *me = ev->heap;

	me->box = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
		.type = SOCK_DGRAM, .bind_address = "127.0.0.1",
		.success_event = "made", .failure_event = "failed" });
	if (!trial_must(me->trial, me->box != NULL))
		return;
	me->letter = poe_socketfactory_new(ev->kernel, &(struct poe_socketfactory_plan){
		.type = SOCK_DGRAM, .remote_address = "127.0.0.1", .remote_port = 9,
		.success_event = "made", .failure_event = "failed" });
	trial_must(me->trial, me->letter != NULL);
}

static void made(struct poe_event *ev)
{
	struct post *me = ev->heap;

	trial_see(me->trial);
	close(poe_socket_take(ev));
}

static void failed(struct poe_event *ev)
{
	struct post *me = ev->heap;

	trial_told_by(me->trial, ev);
}

static const struct poe_state post_states[] = {
	{ "_start", make_post },
	{ "made(osii)", made },
	{ "failed(sisi)", failed },
	{ 0 },
};

static void send_datagrams(struct trial *t)
{
	struct post post = { .trial = t };

	trial_hope(t, 2);
	trial_session(t, post_states, &post);
	trial_go(t);
}

const struct scenario scenarios_tcp[] = {
	{ "a_client_talks_with_a_server", converse, POE_CLOCK_VIRTUAL, 0 },
	{ "a_client_comes_back_by_itself", persist, POE_CLOCK_VIRTUAL, 0 },
	{ "a_server_drops_who_does_not_read", drop, POE_CLOCK_VIRTUAL, 0 },
	{ "datagram_sockets_are_made", send_datagrams, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
