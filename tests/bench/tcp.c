/*
 * Server::TCP.  peers/tcp_driver.c, in a process of its own, is the other end;
 * it is what counts.  Told besides: the server's CPU for each.
 *
 * tcp_echo
 *     Line filter; each line is put back.
 * tcp_accept
 *     Each client's session is shut down when it is connected.
 */
#include "bench.h"
#include "peers/driver.h"

#include <poe.h>
#include <stdio.h>

struct server {
	const char *bench, *cpu_name;
	const struct poe_state *client_states;
	double scale;
	int driver; /* a descriptor */
};

static void echo(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;

	if (poe_put(me->wheel, poe_arg(ev, 0)) < 0)
		peer_die("poe_put");
}

static void leave(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state echo_states[] = {
	{ "client_input(s)", echo },
	{ "client_error", leave },
	{ 0 },
};

static void hang_up(struct poe_event *ev)
{
	poe_yield(ev->kernel, "shutdown");
}

static const struct poe_state accept_states[] = {
	{ "client_connected", hang_up },
	{ "client_input", leave },
	{ "client_error", leave },
	{ 0 },
};

static void started(struct poe_event *ev)
{
	struct server *me = ev->heap;

	me->driver = driver_start(me->bench, (unsigned)poe_arg_int(ev, 0), me->scale);
	poe_select_read(ev->kernel, me->driver, "driver_done");
}

static void driver_done(struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
}

static const struct poe_state server_states[] = {
	{ "started(i)", started },
	{ "driver_done", driver_done },
	{ 0 },
};

static double serve(struct server server)
{
	struct poe_kernel *k = poe_kernel_new(NULL);
	double cpu = peer_cpu();
	struct driver_result result;

	if (poe_tcp_server_new(k, &(struct poe_tcp_server_plan){
			.states = server_states, .heap = &server, .client_states = server.client_states }).v == 0)
		peer_die("poe_tcp_server_new");
	poe_run(k);
	result = driver_read(server.driver);
	peer_print(server.cpu_name, (peer_cpu() - cpu) / result.total * 1e6, "us");
	poe_kernel_free(k);
	return result.rate;
}

void bench_tcp_echo(double scale)
{
	peer_print("tcp_echo", serve((struct server){ .bench = "tcp_echo", .cpu_name = "tcp_echo.cpu",
		.client_states = echo_states, .scale = scale }), "messages/s");
}

void bench_tcp_accept(double scale)
{
	peer_print("tcp_accept", serve((struct server){ .bench = "tcp_accept", .cpu_name = "tcp_accept.cpu",
		.client_states = accept_states, .scale = scale }), "connections/s");
}
