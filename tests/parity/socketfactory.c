/* The SocketFactory wheel: to connect, to listen, and what prevents it. */
#include "peer.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static void factory(struct parity *p, struct poe_socketfactory_plan plan)
{
	plan.success_event = "success";
	plan.failure_event = "failure";
	p->factory = poe_socketfactory_new(p->kernel, &plan);
}

static void listens(struct parity *p)
{
	factory(p, (struct poe_socketfactory_plan){ .bind_address = "127.0.0.1", .reuse = 1 });
}

/* To a socket that listens, p->pipe[0], but accepts by itself only. */
static void connects(struct parity *p)
{
	p->pipe[0] = peer_listen(&p->port);
	factory(p, (struct poe_socketfactory_plan){ .remote_address = "127.0.0.1", .remote_port = p->port });
}

static void connects_to_nobody(struct parity *p)
{
	close(peer_listen(&p->port));
	factory(p, (struct poe_socketfactory_plan){ .remote_address = "127.0.0.1", .remote_port = p->port });
}

static void drop(struct parity *p)
{
	poe_socketfactory_free(p->factory);
	p->factory = NULL;
}

static void note_peer(const struct parity *p, const struct poe_event *ev)
{
	parity_note("address %s%s", poe_arg_str(ev, 1), poe_arg_int(ev, 2) == p->port ? ", that port" : ", some port");
}

static void connects_and_talks(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		connects(p);
	} else if (parity_on(ev, "A success")) {
		note_peer(p, ev);
		peer_say(poe_socket_take(ev), "hello");
		peer_hear(peer_accept(p->pipe[0]));
		drop(p);
	}
}

static void wheel_kept_after_connecting(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		connects(p);
}

static void id_is_the_wheels(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		connects(p);
	else if (parity_on(ev, "A success"))
		parity_note("%s", poe_arg_int(ev, 3) == poe_socketfactory_id(p->factory) ? "the wheel's" : "another");
}

static void socket_not_taken(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		connects(p);
	} else if (parity_on(ev, "A success")) {
		p->pipe[1] = peer_accept(p->pipe[0]);
		drop(p);
		poe_yield(p->kernel, "look");
	} else if (parity_on(ev, "A look")) {
		peer_hear(p->pipe[1]);
	}
}

static void refused(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		connects_to_nobody(p);
	else if (parity_on(ev, "A failure"))
		drop(p);
}

static void wheel_kept_after_a_failure(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		connects_to_nobody(p);
}

static void name(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->pipe[0] = peer_listen(&p->port);
		factory(p, (struct poe_socketfactory_plan){ .remote_address = "localhost", .remote_port = p->port });
	} else if (parity_on(ev, "A success")) {
		note_peer(p, ev);
	}
}

static void bound_and_connected(struct parity *p, struct poe_event *ev)
{
	struct sockaddr_in at = { 0 };
	socklen_t length = sizeof at;
	char text[INET_ADDRSTRLEN];

	if (parity_on(ev, "A _start")) {
		p->pipe[0] = peer_listen(&p->port);
		factory(p, (struct poe_socketfactory_plan){
			.remote_address = "127.0.0.1", .remote_port = p->port, .bind_address = "127.0.0.2" });
	} else if (parity_on(ev, "A success")) {
		getsockname(poe_socket_take(ev), (struct sockaddr *)&at, &length);
		parity_note("from %s", inet_ntop(AF_INET, &at.sin_addr, text, sizeof text));
	}
}

static void accepts(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		listens(p);
		p->port = poe_socketfactory_port(p->factory);
		parity_note("port %s", p->port > 0 ? "x" : "-");
		p->pipe[0] = peer_connect(p->port);
	} else if (parity_on(ev, "A success")) {
		note_peer(p, ev);
		peer_say(p->pipe[0], "hello");
		peer_hear(poe_socket_take(ev));
		drop(p);
	}
}

static void connect_peers(struct parity *p, int count)
{
	for (int i = 0; i < count; i++)
		peer_connect(poe_socketfactory_port(p->factory));
}

static void accepts_several(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		listens(p);
		connect_peers(p, 3);
	} else if (parity_on(ev, "A success") && ++p->count == 3) {
		drop(p);
	}
}

static void freed_while_some_wait(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		listens(p);
		connect_peers(p, 3);
	} else if (parity_on(ev, "A success")) {
		drop(p);
		poe_delay(p->kernel, "look", 0.01);
	}
}

static void accept_paused(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		listens(p);
		poe_socketfactory_pause_accept(p->factory);
		connect_peers(p, 1);
		poe_delay(p->kernel, "resume", 0.02);
	} else if (parity_on(ev, "A resume")) {
		poe_socketfactory_resume_accept(p->factory);
	} else if (parity_on(ev, "A success")) {
		drop(p);
	}
}

static void accept_paused_within_success(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		listens(p);
		connect_peers(p, 2);
	} else if (parity_on(ev, "A success") && p->count++ == 0) {
		poe_socketfactory_pause_accept(p->factory);
		poe_delay(p->kernel, "resume", 0.02);
	} else if (parity_on(ev, "A success")) {
		drop(p);
	} else if (parity_on(ev, "A resume")) {
		poe_socketfactory_resume_accept(p->factory);
	}
}

static void port_in_use(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->pipe[0] = peer_listen(&p->port);
		factory(p, (struct poe_socketfactory_plan){
			.bind_address = "127.0.0.1", .bind_port = p->port, .reuse = 1 });
		parity_note("made");
	} else if (parity_on(ev, "A failure")) {
		drop(p);
	}
}

static void nowhere(struct parity *p)
{
	factory(p, (struct poe_socketfactory_plan){ .bind_address = "203.0.113.1", .reuse = 1 });
}

static void address_of_nobody_here(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		nowhere(p);
}

static void failure_is_behind_what_was_posted(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_yield(p->kernel, "yielded", poe_int(1));
	nowhere(p);
	poe_yield(p->kernel, "yielded", poe_int(2));
}

static const char *path(struct parity *p)
{
	snprintf(p->octets, sizeof p->octets, "/tmp/libpoe-parity.%d", (int)getpid());
	return p->octets;
}

static void play_and_unlink(struct parity *p)
{
	parity_play(p);
	unlink(path(p));
}

static void unix_sockets(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		factory(p, (struct poe_socketfactory_plan){ .domain = AF_UNIX, .bind_address = path(p) });
		poe_socketfactory_pause_accept(p->factory);
		p->listener = p->factory;
	} else if (parity_on(ev, "B _start")) {
		factory(p, (struct poe_socketfactory_plan){ .domain = AF_UNIX, .remote_address = path(p) });
	} else if (parity_on(ev, "B success")) {
		p->pipe[0] = poe_socket_take(ev);
		drop(p);
		poe_post(p->kernel, parity_sid(p, "A"), "connected");
	} else if (parity_on(ev, "A connected")) {
		poe_socketfactory_resume_accept(p->listener);
	} else if (parity_on(ev, "A success")) {
		peer_say(poe_socket_take(ev), "hello");
		peer_hear(p->pipe[0]);
		poe_socketfactory_free(p->listener);
	}
}

static void unix_nobody_there(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		factory(p, (struct poe_socketfactory_plan){ .domain = AF_UNIX, .remote_address = path(p) });
}

static void unix_in_use(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		factory(p, (struct poe_socketfactory_plan){ .domain = AF_UNIX, .bind_address = path(p) });
		p->listener = p->factory;
		factory(p, (struct poe_socketfactory_plan){ .domain = AF_UNIX, .bind_address = path(p) });
	} else if (parity_on(ev, "A failure")) {
		drop(p);
		poe_socketfactory_free(p->listener);
	}
}

static void datagrams(struct parity *p, struct poe_event *ev)
{
	struct sockaddr_in at = { 0 };
	socklen_t length = sizeof at;

	if (parity_on(ev, "A _start")) {
		factory(p, (struct poe_socketfactory_plan){ .type = SOCK_DGRAM, .bind_address = "127.0.0.1" });
		parity_note("made");
	} else if (parity_on(ev, "A success")) {
		getsockname(poe_socket_take(ev), (struct sockaddr *)&at, &length);
		parity_note("port %s", at.sin_port != 0 ? "x" : "-");
		drop(p);
	}
}

static void datagrams_to_one(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		p->pipe[0] = peer_listen(&p->port);
		factory(p, (struct poe_socketfactory_plan){
			.type = SOCK_DGRAM, .remote_address = "127.0.0.1", .remote_port = p->port });
	} else if (parity_on(ev, "A success")) {
		note_peer(p, ev);
		drop(p);
	}
}

static void freed_before_it_connects(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	connects(p);
	drop(p);
}

#define ONE "A: _start success/.~xx failure/.e.x _stop"

static const struct parity_scenario scenarios[] = {
	{ "connects", ONE, connects_and_talks, NULL },
	{ "wheel_kept_after_connecting", ONE, wheel_kept_after_connecting, NULL },
	{ "id_is_the_wheels", "A: _start success/.~xx _stop", id_is_the_wheels, NULL },
	{ "socket_not_taken", "A: _start success/! look _stop", socket_not_taken, NULL },
	{ "refused", ONE, refused, NULL },
	{ "wheel_kept_after_a_failure", "A: _start failure/.e.x _stop", wheel_kept_after_a_failure, NULL },
	{ "name", ONE, name, NULL },
	{ "bound_and_connected", ONE, bound_and_connected, NULL },
	{ "accepts", ONE, accepts, NULL },
	{ "accepts_several", ONE, accepts_several, NULL },
	{ "freed_while_some_wait", "A: _start success/.~xx look _stop", freed_while_some_wait, NULL },
	{ "accept_paused", "A: _start success/.~xx resume _stop", accept_paused, NULL },
	{ "accept_paused_within_success", "A: _start success/.~xx resume _stop", accept_paused_within_success, NULL },
	{ "port_in_use", ONE, port_in_use, NULL },
	{ "address_of_nobody_here", ONE, address_of_nobody_here, NULL },
	{ "failure_is_behind_what_was_posted", "A: _start yielded failure/.e.x _stop",
	  failure_is_behind_what_was_posted, NULL },
	{ "unix", "A: _start connected success/.~~x failure/.e.x _stop; B: _start success/.~~x failure/.e.x _stop",
	  unix_sockets, play_and_unlink },
	{ "unix_nobody_there", ONE, unix_nobody_there, NULL },
	{ "unix_in_use", ONE, unix_in_use, play_and_unlink },
	{ "datagrams", "A: _start success/.~~x failure/.e.x _stop", datagrams, NULL },
	{ "datagrams_to_one", ONE, datagrams_to_one, NULL },
	{ "freed_before_it_connects", ONE, freed_before_it_connects, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
