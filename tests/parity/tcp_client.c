/* Client::TCP: in which order its rows are called. */
#include "rows.h"

#include <sys/socket.h>
#include <unistd.h>

#define CLIENTS_ROWS \
	{ "started", row_of_client }, { "connected", row_of_client }, { "connect_error", row_of_client }, \
	{ "server_input", row_of_client }, { "server_error", row_of_client }, { "server_flushed", row_of_client }, \
	{ "disconnected", row_of_client }, { "look", row_of_client }, { "drain", row_of_client }, \
	{ "later", row_of_client }, { "own", row_of_client }

static const struct poe_state client[] = { CLIENTS_ROWS, { 0 } };
static const struct poe_state choosy[] = { CLIENTS_ROWS, { "pre_connect", row_of_client }, { 0 } };

/* Makes a client of p->port; what the plan leaves out is as most scenarios have it. */
static void connects_as(struct parity *p, struct poe_tcp_client_plan plan)
{
	const struct poe_value *usual = poe_list(poe_ptr(p));

	plan.alias = "client";
	plan.remote_address = "127.0.0.1";
	plan.remote_port = p->port;
	plan.size = sizeof(struct row_user);
	plan.states = plan.states ? plan.states : client;
	plan.args = plan.args ? plan.args : usual;
	poe_tcp_client_new(p->kernel, &plan);
}

static void listens(struct parity *p)
{
	p->pipe[0] = peer_listen(&p->port);
}

static void start(struct parity *p)
{
	listens(p);
	connects_as(p, (struct poe_tcp_client_plan){ 0 });
	parity_run(p);
}

static void start_and_hear(struct parity *p)
{
	start(p);
	peer_hear(p->pipe[1]);
}

/* The other end, once connected. */
static void meet(struct parity *p)
{
	p->pipe[1] = peer_accept(p->pipe[0]);
}

static void leave(struct parity *p)
{
	poe_yield(p->kernel, "shutdown");
}

static struct poe_tcp *tcp(struct poe_event *ev)
{
	return ev->heap;
}

static void talk(struct parity *p, struct poe_event *ev)
{
	char text[64];

	if (row_is(ev, "connected")) {
		meet(p);
		peer_say(p->pipe[1], "hello\nhow are you\n");
	} else if (row_is(ev, "server_input")) {
		snprintf(text, sizeof text, "you said %s", poe_arg_str(ev, 0));
		poe_put(tcp(ev)->wheel, poe_str(text));
		if (row_is_input(ev, "how are you"))
			leave(p);
	}
}

static void drive_talk(struct parity *p)
{
	start_and_hear(p);
	peer_hear(p->pipe[1]);
}

static void end_of_input(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		peer_say(p->pipe[1], "one\nhalf");
		close(p->pipe[1]);
	}
}

static void drive_refused(struct parity *p)
{
	listens(p);
	close(p->pipe[0]);
	connects_as(p, (struct poe_tcp_client_plan){ 0 });
	parity_run(p);
}

static void shut_down_at_once(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		leave(p);
	}
}

static void shut_down_before_it_is_connected(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "started"))
		leave(p);
}

static void put_much(struct poe_event *ev)
{
	char *text = calloc(1, 10000000);

	if (text == NULL)
		exit(2);
	poe_put(tcp(ev)->wheel, poe_bytes(text, 10000000));
	free(text);
}

static void shut_down_with_output_pending(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		put_much(ev);
		leave(p);
		poe_delay(p->kernel, "look", 0.02);
	} else if (row_is(ev, "look")) {
		if (poe_readwrite_pending_output(tcp(ev)->wheel) > 0)
			parity_note("pending");
		peer_say(p->pipe[1], "heard?\n");
		poe_yield(p->kernel, "drain");
	} else if (row_is(ev, "drain") && tcp(ev)->wheel != NULL) {
		peer_drain(p->pipe[1]);
		poe_yield(p->kernel, "drain");
	}
}

static void input_behind_a_shutdown(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		peer_say(p->pipe[1], "one\ntwo\n");
	} else if (row_is_input(ev, "one")) {
		leave(p);
	}
}

static void stays_on_error(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		shutdown(p->pipe[1], SHUT_WR);
		tcp(ev)->shutdown_on_error = 0;
	} else if (row_is(ev, "server_error")) {
		poe_put(tcp(ev)->wheel, poe_str("goodbye"));
	} else if (row_is(ev, "server_flushed")) {
		peer_hear(p->pipe[1]);
		leave(p);
	}
}

static void reconnects_when_disconnected(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		close(p->pipe[1]);
	} else if (row_is(ev, "disconnected") && ++p->count < 2) {
		poe_yield(p->kernel, "reconnect");
	}
}

static void connects_elsewhere_after_an_error(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connect_error"))
		poe_yield(p->kernel, "connect", poe_str("127.0.0.1"), poe_int(p->count));
	else if (row_is(ev, "connected"))
		leave(p);
}

static void drive_connects_elsewhere(struct parity *p)
{
	listens(p);
	p->count = p->port;
	close(peer_listen(&p->port));
	connects_as(p, (struct poe_tcp_client_plan){ 0 });
	parity_run(p);
}

static void connects_elsewhere_while_connected(struct parity *p, struct poe_event *ev)
{
	if (!row_is(ev, "connected"))
		return;
	if (p->count++ > 0) {
		leave(p);
		return;
	}
	meet(p);
	poe_yield(p->kernel, "connect", poe_none(), poe_int(p->port));
}

/* Who waits in a full backlog is not answered. */
static void drive_connect_takes_too_long(struct parity *p)
{
	listens(p);
	listen(p->pipe[0], 0);
	for (int i = 0; i < 4; i++)
		peer_begins_to_connect(p->port);
	connects_as(p, (struct poe_tcp_client_plan){ .connect_timeout = 0.05 });
	parity_run(p);
}

static void pre_connect(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected"))
		leave(p);
}

static void drive_choosy(struct parity *p)
{
	listens(p);
	connects_as(p, (struct poe_tcp_client_plan){ .states = choosy });
	parity_run(p);
}

static void pre_connect_refuses(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "pre_connect")) {
		meet(p);
		poe_return(ev, poe_int(0));
	}
}

static void drive_pre_connect_refuses(struct parity *p)
{
	drive_choosy(p);
	peer_hear(p->pipe[1]);
}

static void arguments_and_own_states(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "started"))
		poe_yield(p->kernel, "own", poe_arg(ev, 2));
	else if (row_is(ev, "connected"))
		leave(p);
}

static void drive_arguments(struct parity *p)
{
	listens(p);
	connects_as(p, (struct poe_tcp_client_plan){ .args = poe_list(poe_ptr(p), poe_int(1), poe_str("two")) });
	parity_run(p);
}

static void alias(struct parity *p, struct poe_event *ev)
{
	parity_note("alias: %s", poe_alias_resolve(p->kernel, "client").v ? "x" : "-");
	if (row_is(ev, "connected"))
		leave(p);
	else if (row_is(ev, "disconnected"))
		poe_delay(p->kernel, "later", 0.01);
	else if (row_is(ev, "later") && p->count++ == 0)
		poe_yield(p->kernel, "reconnect");
}

static void wheel_freed(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		poe_readwrite_free(tcp(ev)->wheel);
		tcp(ev)->wheel = NULL;
	}
}

static void flushed_and_open(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "connected")) {
		meet(p);
		poe_put(tcp(ev)->wheel, poe_str("one"));
	} else if (row_is(ev, "server_flushed")) {
		peer_hear(p->pipe[1]);
		close(p->pipe[1]);
	}
}

static const struct parity_scenario scenarios[] = {
	{ "talk", "", talk, drive_talk },
	{ "end_of_input", "", end_of_input, start },
	{ "refused", "", NULL, drive_refused },
	{ "shut_down_at_once", "", shut_down_at_once, start_and_hear },
	{ "shut_down_before_it_is_connected", "", shut_down_before_it_is_connected, start },
	{ "shut_down_with_output_pending", "", shut_down_with_output_pending, start },
	{ "input_behind_a_shutdown", "", input_behind_a_shutdown, start },
	{ "stays_on_error", "", stays_on_error, start },
	{ "reconnects_when_disconnected", "", reconnects_when_disconnected, start },
	{ "connects_elsewhere_after_an_error", "", connects_elsewhere_after_an_error, drive_connects_elsewhere },
	{ "connects_elsewhere_while_connected", "", connects_elsewhere_while_connected, start_and_hear },
	{ "connect_takes_too_long", "", NULL, drive_connect_takes_too_long },
	{ "pre_connect", "", pre_connect, drive_choosy },
	{ "pre_connect_refuses", "", pre_connect_refuses, drive_pre_connect_refuses },
	{ "arguments_and_own_states", "", arguments_and_own_states, drive_arguments },
	{ "alias", "", alias, start },
	{ "wheel_freed", "", wheel_freed, start_and_hear },
	{ "flushed_and_open", "", flushed_and_open, start },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
