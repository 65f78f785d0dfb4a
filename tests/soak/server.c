/* The server's process: Server::TCP on some addresses, whose clients say how they want to be treated. */
#include "soak.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE = 10 }; /* seconds for clients to go, when all is over */

struct host {
	int orders, answers; /* descriptors */
	poe_sid servers[SERVERS];
	struct poe_watch *told; /* owned by the session */
	struct usage warm, end;
	int faults;
};

static void put_answer(struct poe_tcp *tcp, const struct order *order, size_t length)
{
	unsigned char octets[LARGEST];

	for (size_t i = 0; i < length; i++)
		octets[i] = order_octet(order, i);
	if (length > 0)
		poe_put(tcp->wheel, poe_bytes(octets, length));
}

/* With this, a close that follows sends a reset instead of the end. */
static void reset(struct poe_tcp *tcp)
{
	const struct linger at_once = { .l_onoff = 1 };

	(void)setsockopt(poe_readwrite_fd(tcp->wheel), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
	poe_readwrite_free(tcp->wheel);
	tcp->wheel = NULL;
}

static void client_input(struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;
	const char *line = poe_arg_str(ev, 0);
	struct order order;

	if (order_read(&order, line) < 0) {
		fprintf(stderr, "soak: the server was sent \"%s\"\n", line);
		reset(me);
		return;
	}
	put_answer(me, &order, order.fate == FATE_RESET || order.fate == FATE_STALL ? order.at : order.size);
	if (order.fate == FATE_RESET)
		reset(me);
	else if (order.fate == FATE_LEAVE)
		poe_delay_set(ev->kernel, "shutdown", (double)(order.at % 1000) / 1000);
}

/* Users come and go as they like. */
static void client_error(struct poe_event *ev)
{
	(void)ev;
}

static const struct poe_state client_states[] = {
	{ "client_input(s)", client_input },
	{ "client_error", client_error },
	{ 0 },
};

static void error(struct poe_event *ev)
{
	struct host *me = ev->heap;

	fprintf(stderr, "soak: the server cannot %s: %s\n", poe_arg_str(ev, 0), poe_arg_str(ev, 2));
	me->faults++;
}

static const struct poe_state server_states[] = {
	{ "error(sis)", error },
	{ 0 },
};

static poe_sid listen_on(struct poe_kernel *k, struct host *me, int number)
{
	char address[16];

	snprintf(address, sizeof address, "127.0.0.%d", number + 1);
	return poe_tcp_server_new(k, &(struct poe_tcp_server_plan){
			.states = server_states, .heap = me, .address = address, .client_states = client_states,
			.client_output_filter = poe_filter_stream(), .client_filter = poe_filter_line(NULL) });
}

static void begin(struct poe_event *ev)
{
	struct host *me = ev->heap;

	for (int i = 0; i < SERVERS; i++) {
		me->servers[i] = listen_on(ev->kernel, me, i);
		dprintf(me->answers, "%d ", poe_tcp_server_port(ev->kernel, me->servers[i]));
	}
	dprintf(me->answers, "\n");
	me->told = poe_select_read(ev->kernel, me->orders, "told");
}

static void told(struct poe_event *ev)
{
	struct host *me = ev->heap;
	char octet;

	if (read(me->orders, &octet, 1) == 1) {
		*(octet == TOLD_WARM ? &me->warm : &me->end) = usage_now();
		return;
	}
	poe_watch_free(me->told);
	for (int i = 0; i < SERVERS; i++)
		poe_post(ev->kernel, me->servers[i], "shutdown", poe_double(PATIENCE));
}

static const struct poe_state states[] = {
	{ "_start", begin },
	{ "told", told },
	{ 0 },
};

int server_run(int orders, int answers)
{
	struct usage before = usage_now();
	struct host host = { .orders = orders, .answers = answers };
	struct poe_kernel *k = poe_kernel_new(NULL);

	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = &host });
	if (poe_run(k) < 0) {
		fprintf(stderr, "soak: the server: %s\n", poe_kernel_error(k));
		host.faults++;
	}
	poe_kernel_free(k);
	host.faults += usage_has_grown("server", &host.warm, &host.end);
	if (usage_now().descriptors != before.descriptors) {
		fprintf(stderr, "soak: the server had %ld descriptors, and has %ld\n", before.descriptors,
			usage_now().descriptors);
		host.faults++;
	}
	return host.faults > 0;
}
