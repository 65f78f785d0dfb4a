/*
 * Server::TCP: a session that listens, and one session for each client.
 *
 * After POE::Component::Server::TCP.
 */
#ifndef POE_TCP_SERVER_H
#define POE_TCP_SERVER_H

#include <poe/session.h>
#include <poe/tcp.h>
#include <poe/tls.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Zero means none, or what is said.  The listening session calls these rows of
 * .states:
 *     started    port (0: it could not be had), then .args; the end of _start
 *     stopped    the beginning of _stop
 *     error      function, errno, text, wheel id: it cannot listen or accept, or make
 *                a client's session ("accept", ENOMEM).  Without the row a line on standard error.
 *     acceptor   socket (poe_socket_take), address, port, wheel id.  Then there are no
 *                client sessions; who uses .concurrency posts "disconnected" for each that goes
 * Out of descriptors, or of memory, it accepts again soon by itself; after any
 * other error it does not listen any more.  In POE that is up to the row, and
 * without one every error ends the server.
 *
 * The session of each client, a child of the one that listens, calls these rows
 * of .client_states:
 *     client_pre_connect   descriptor (stays the component's); poe_return of 0 refuses the
 *                          client.  In POE so does returning nothing
 *     client_connected     .client_args; the end of _start
 *     client_input         record, wheel id; required, but where there is an acceptor
 *     client_error         function, errno, text, wheel id; "read" with 0 is the end of input.
 *                          Without the row a line on standard error for any but that and ECONNRESET.
 *                          If shutdown_on_error is set then, "shutdown" is posted
 *     client_flushed, client_high, client_low   wheel id
 *     client_disconnected  nothing; the wheel is still there, and freed right after
 */
struct poe_tcp_server_plan {
	const struct poe_state *states; /* as poe_session_plan's; without _start, _stop, the component's events */
	void *heap;                     /* the listening session's, as poe_session_plan's; both */
	void (*free_heap)(void *heap);
	const struct poe_value *args;   /* no objects; at most 62 */
	const char *alias;              /* of the listening session */

	const char *address;            /* numeric, or a path; NULL: any */
	int port;                       /* 0: the system picks one */
	int domain;                     /* AF_INET, AF_INET6, AF_UNIX; 0: as the address reads, AF_INET */
	int listen_queue;               /* 0: SOMAXCONN */
	int concurrency;                /* clients at once; 0: any number, POE's -1 */

	const struct poe_state *client_states;
	size_t client_size;             /* octets of a client's heap: a struct that begins with a
					   struct poe_tcp; 0: only that.  Zeroed, and freed by the component */
	void (*client_release)(void *heap); /* before that, for what the struct owns */
	const struct poe_value *client_args; /* as args */
	struct poe_filter *client_filter;    /* NULL: Line.  Each client has clones.  The server's once made */
	struct poe_filter *client_output_filter; /* when the other way differs */
	size_t high_mark, low_mark;     /* octets; both or none, high above low */
	struct poe_tls *tls;            /* clients speak TLS by this policy, which has a certificate; one reference is
					   taken.  The handshake is part of their first input and output, and what goes
					   wrong with it a client_error */
	int client_stays_on_error;      /* not 0: shutdown_on_error is 0 at first, ClientShutdownOnError => 0 */
};

/*
 * Makes the listening session, a child of the current one; SO_REUSEADDR is set.
 * Returns its address.  Zero with EINVAL (rows, marks, address, objects among
 * the arguments), EEXIST (the alias is taken), ENOMEM: the filters then stay the
 * caller's, the heap has been freed.  What the network refuses (EADDRINUSE)
 * comes as error, by the queue.
 *
 * It takes these events:
 *     shutdown          it listens no more and loses its alias; clients stay until they go
 *     shutdown(d)       besides, each client is sent "shutdown", and who is still there after
 *                       so many seconds has its connection dropped, flushed or not.  Not in POE
 *     set_concurrency(i) as in POE: -1 any number, 0 none for now, else so many
 *     disconnected      one client fewer; client sessions do it by themselves
 */
poe_sid poe_tcp_server_new(struct poe_kernel *k, const struct poe_tcp_server_plan *plan);

/* The port it listens on; 0 on a path.  -1 with ESRCH (no such server), ENOTCONN (it does not listen). */
int poe_tcp_server_port(struct poe_kernel *k, poe_sid server);

/* Clients now.  -1 with ESRCH. */
int poe_tcp_server_connections(struct poe_kernel *k, poe_sid server);

#ifdef __cplusplus
}
#endif
#endif
