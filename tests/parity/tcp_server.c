/* Server::TCP: in which order its rows are called. */
#include "rows.h"

#include <sys/socket.h>
#include <unistd.h>

static const struct poe_state listener[] = {
	{ "started", row_of_server }, { "stopped", row_of_server }, { "error", row_of_server }, { 0 },
};

#define VISITORS_ROWS \
	{ "client_connected", row_of_visitor }, { "client_input", row_of_visitor }, \
	{ "client_error", row_of_visitor }, { "client_flushed", row_of_visitor }, \
	{ "client_disconnected", row_of_visitor }, { "look", row_of_visitor }, { "drain", row_of_visitor }, \
	{ "leave", row_of_visitor }, { "more", row_of_visitor }, { "own", row_of_visitor }

static const struct poe_state visitors[] = { VISITORS_ROWS, { 0 } };
static const struct poe_state choosy[] = { VISITORS_ROWS, { "client_pre_connect", row_of_visitor }, { 0 } };
static const struct poe_state acceptors[] = {
	{ "started", row_of_server }, { "stopped", row_of_server }, { "error", row_of_server },
	{ "acceptor", row_of_server }, { 0 },
};

/* Makes a server; what the plan leaves out is as most scenarios have it. */
static void serve_as(struct parity *p, struct poe_tcp_server_plan plan)
{
	plan.alias = "server";
	plan.heap = p;
	plan.address = "127.0.0.1";
	plan.states = plan.states ? plan.states : listener;
	if (plan.states == listener) {
		plan.client_states = plan.client_states ? plan.client_states : visitors;
		plan.client_size = sizeof(struct row_user);
	}
	p->sid = poe_tcp_server_new(p->kernel, &plan);
	p->port = poe_tcp_server_port(p->kernel, p->sid);
}

static void serve(struct parity *p)
{
	serve_as(p, (struct poe_tcp_server_plan){ 0 });
}

static void peers(struct parity *p, int count)
{
	for (int i = 0; i < count; i++)
		p->peer[i] = peer_connect(p->port);
}

static void end(struct parity *p)
{
	poe_post(p->kernel, poe_alias_resolve(p->kernel, "server"), "shutdown");
}

static void leave(struct parity *p)
{
	poe_yield(p->kernel, "shutdown");
}

static struct row_user *user(struct poe_event *ev)
{
	return ev->heap;
}

static void run_with_one(struct parity *p)
{
	serve(p);
	peers(p, 1);
	parity_run(p);
}

static void run_and_hear(struct parity *p)
{
	run_with_one(p);
	peer_hear(p->peer[0]);
}

static void talk(struct parity *p, struct poe_event *ev)
{
	char text[64];

	if (row_is(ev, "client_input")) {
		snprintf(text, sizeof text, "you said %s", poe_arg_str(ev, 0));
		poe_put(user(ev)->tcp.wheel, poe_str(text));
		if (row_is_input(ev, "two"))
			leave(p);
	} else if (row_is(ev, "client_disconnected")) {
		peer_hear(p->peer[0]);
		end(p);
	}
}

static void drive_talk(struct parity *p)
{
	serve(p);
	peers(p, 1);
	peer_say(p->peer[0], "one\ntwo\n");
	parity_run(p);
	peer_hear(p->peer[0]);
}

/* The whole act of those whose last word is a client's. */
static void end_when_it_goes(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_disconnected"))
		end(p);
}

static void drive_end_of_input(struct parity *p)
{
	serve(p);
	peers(p, 1);
	peer_say(p->peer[0], "one\nhalf");
	close(p->peer[0]);
	parity_run(p);
}

static void shut_down_at_once(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_connected"))
		leave(p);
	end_when_it_goes(p, ev);
}

static void put_much(struct poe_event *ev)
{
	char *text = calloc(1, 10000000);

	if (text == NULL)
		exit(2);
	poe_put(user(ev)->tcp.wheel, poe_bytes(text, 10000000));
	free(text);
}

static void shut_down_with_output_pending(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_connected")) {
		put_much(ev);
		leave(p);
		poe_delay(p->kernel, "look", 0.02);
	} else if (row_is(ev, "look")) {
		if (poe_readwrite_pending_output(user(ev)->tcp.wheel) > 0)
			parity_note("pending");
		peer_say(p->peer[0], "heard?\n");
		poe_yield(p->kernel, "drain");
	} else if (row_is(ev, "drain") && user(ev)->tcp.wheel != NULL) {
		peer_drain(p->peer[0]);
		poe_yield(p->kernel, "drain");
	}
	end_when_it_goes(p, ev);
}

static void input_behind_a_shutdown(struct parity *p, struct poe_event *ev)
{
	if (row_is_input(ev, "one"))
		leave(p);
	end_when_it_goes(p, ev);
}

static void drive_two_lines(struct parity *p)
{
	serve(p);
	peers(p, 1);
	peer_say(p->peer[0], "one\ntwo\n");
	parity_run(p);
}

static void stays_on_error(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_error")) {
		poe_put(user(ev)->tcp.wheel, poe_str("goodbye"));
	} else if (row_is(ev, "client_flushed")) {
		peer_hear(p->peer[0]);
		leave(p);
	}
	end_when_it_goes(p, ev);
}

static void drive_stays_on_error(struct parity *p)
{
	serve_as(p, (struct poe_tcp_server_plan){ .client_stays_on_error = 1 });
	peers(p, 1);
	shutdown(p->peer[0], SHUT_WR);
	parity_run(p);
}

static void wheel_freed(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_input")) {
		poe_readwrite_free(user(ev)->tcp.wheel);
		user(ev)->tcp.wheel = NULL;
		end(p);
	}
}

static void drive_one_line(struct parity *p)
{
	serve(p);
	peers(p, 1);
	peer_say(p->peer[0], "one\n");
	parity_run(p);
}

static void drive_wheel_freed(struct parity *p)
{
	drive_one_line(p);
	peer_hear(p->peer[0]);
}

static void two_clients(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_connected") && user(ev)->number == 2)
		peer_say(p->peer[0], "first\n");
	if (row_is_input(ev, "first"))
		peer_say(p->peer[1], "second\n");
	if (row_is(ev, "client_input"))
		leave(p);
	if (row_is(ev, "client_disconnected") && user(ev)->number == 2)
		end(p);
}

static void drive_two_clients(struct parity *p)
{
	serve(p);
	peers(p, 2);
	parity_run(p);
}

static void concurrency(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_connected"))
		poe_delay(p->kernel, "leave", 0.02);
	else if (row_is(ev, "leave"))
		leave(p);
	else if (row_is(ev, "client_disconnected") && user(ev)->number == 3)
		end(p);
}

static void drive_concurrency(struct parity *p)
{
	serve_as(p, (struct poe_tcp_server_plan){ .concurrency = 1 });
	peers(p, 3);
	parity_run(p);
}

static void concurrency_set(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_connected") && user(ev)->number == 1)
		poe_delay(p->kernel, "more", 0.02);
	else if (row_is(ev, "client_connected"))
		peer_say(p->peer[0], "leave\n");
	else if (row_is(ev, "more"))
		poe_post(p->kernel, p->sid, "set_concurrency", poe_int(2));
	else if (row_is(ev, "client_input"))
		leave(p);
	else if (row_is(ev, "client_disconnected") && user(ev)->number == 1)
		peer_say(p->peer[1], "leave\n");
	else if (row_is(ev, "client_disconnected"))
		end(p);
}

static void drive_concurrency_set(struct parity *p)
{
	serve_as(p, (struct poe_tcp_server_plan){ .concurrency = 1 });
	peers(p, 2);
	parity_run(p);
}

static void server_shut_down_first(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_connected")) {
		end(p);
		poe_delay(p->kernel, "look", 0.01);
	} else if (row_is(ev, "look")) {
		parity_note("alias: %s", poe_alias_resolve(p->kernel, "server").v ? "x" : "-");
		peer_say(p->peer[0], "still here\n");
	} else if (row_is(ev, "client_input")) {
		leave(p);
	}
}

static void drive_choosy(struct parity *p)
{
	serve_as(p, (struct poe_tcp_server_plan){ .client_states = choosy });
	peers(p, 1);
	parity_run(p);
}

static void pre_connect_refuses(struct parity *p, struct poe_event *ev)
{
	if (!row_is(ev, "client_pre_connect"))
		return;
	end(p);
	poe_return(ev, poe_int(0));
}

static void drive_choosy_and_hear(struct parity *p)
{
	drive_choosy(p);
	peer_hear(p->peer[0]);
}

static void drive_arguments(struct parity *p)
{
	serve_as(p, (struct poe_tcp_server_plan){ .args = poe_list(poe_int(1), poe_str("two")),
						  .client_args = poe_list(poe_str("three"), poe_int(4)) });
	peers(p, 1);
	parity_run(p);
}

static void port_in_use(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "error"))
		leave(p);
}

static void drive_port_in_use(struct parity *p)
{
	int taken;

	peer_listen(&taken);
	serve_as(p, (struct poe_tcp_server_plan){ .port = taken });
	parity_run(p);
}

static void acceptor(struct parity *p, struct poe_event *ev)
{
	if (!row_is(ev, "acceptor"))
		return;
	peer_say(poe_socket_take(ev), "hello");
	peer_hear(p->peer[0]);
	leave(p);
}

static void drive_acceptor(struct parity *p)
{
	serve_as(p, (struct poe_tcp_server_plan){ .states = acceptors });
	peers(p, 1);
	parity_run(p);
}

static void remote_address(struct parity *p, struct poe_event *ev)
{
	const struct poe_tcp *tcp = ev->heap;

	if (row_is(ev, "client_connected")) {
		parity_note("%s %s", tcp->remote_address, tcp->remote_port > 0 ? "x" : "-");
		leave(p);
	}
	end_when_it_goes(p, ev);
}

static void flushed_and_open(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_connected")) {
		poe_put(user(ev)->tcp.wheel, poe_str("one"));
	} else if (row_is(ev, "client_flushed")) {
		peer_hear(p->peer[0]);
		close(p->peer[0]);
	}
	end_when_it_goes(p, ev);
}

static void own_state(struct parity *p, struct poe_event *ev)
{
	if (row_is(ev, "client_input"))
		poe_yield(p->kernel, "own", poe_arg(ev, 0), poe_int(7));
	else if (row_is(ev, "own"))
		leave(p);
	end_when_it_goes(p, ev);
}

static const struct parity_scenario scenarios[] = {
	{ "talk", "", talk, drive_talk },
	{ "end_of_input", "", end_when_it_goes, drive_end_of_input },
	{ "shut_down_at_once", "", shut_down_at_once, run_and_hear },
	{ "shut_down_with_output_pending", "", shut_down_with_output_pending, run_with_one },
	{ "input_behind_a_shutdown", "", input_behind_a_shutdown, drive_two_lines },
	{ "stays_on_error", "", stays_on_error, drive_stays_on_error },
	{ "wheel_freed", "", wheel_freed, drive_wheel_freed },
	{ "two_clients", "", two_clients, drive_two_clients },
	{ "concurrency", "", concurrency, drive_concurrency },
	{ "concurrency_set", "", concurrency_set, drive_concurrency_set },
	{ "server_shut_down_first", "", server_shut_down_first, run_with_one },
	{ "pre_connect", "", shut_down_at_once, drive_choosy },
	{ "pre_connect_refuses", "", pre_connect_refuses, drive_choosy_and_hear },
	{ "arguments", "", shut_down_at_once, drive_arguments },
	{ "port_in_use", "", port_in_use, drive_port_in_use },
	{ "acceptor", "", acceptor, drive_acceptor },
	{ "remote_address", "", remote_address, run_with_one },
	{ "flushed_and_open", "", flushed_and_open, run_with_one },
	{ "own_state", "", own_state, drive_one_line },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
