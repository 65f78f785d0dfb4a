/*
 * Client::TCP: a session with one connection, which it can make anew.
 *
 * After POE::Component::Client::TCP.
 */
#ifndef POE_TCP_CLIENT_H
#define POE_TCP_CLIENT_H

#include <poe/session.h>
#include <poe/tcp.h>
#include <poe/tls.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_resolver;

/*
 * Zero means none, or what is said.  The session calls these rows of .states:
 *     started        .args; the end of _start, before anything is connected
 *     pre_connect    descriptor (stays the component's), address, port; poe_return of 0 refuses
 *                    the connection.  In POE so does returning nothing
 *     connected      address, port, as numbers; the descriptor is poe_readwrite_fd(tcp.wheel)
 *     connect_error  function, errno, text, wheel id.  Without the row a line on standard error
 *     server_input   record, wheel id; required
 *     server_error   function, errno, text, wheel id; "read" with 0 is the end of input.
 *                    Then, if shutdown_on_error is set (it is at first), the connection ends.
 *                    Without the row it ends in any case, and there is a line on standard
 *                    error for any but the end of input and ECONNRESET
 *     server_flushed, server_high, server_low   wheel id
 *     disconnected   nothing; the wheel has been freed.  Comes once for each connected,
 *                    unless reconnect or a user's own freeing has ended it
 */
struct poe_tcp_client_plan {
	const struct poe_state *states; /* as poe_session_plan's; without _start, _stop, the component's events */
	size_t size;                    /* octets of the heap: a struct that begins with a struct
					   poe_tcp; 0: only that.  Zeroed, and freed by the component */
	void (*release)(void *heap);    /* before that, for what the struct owns */
	const struct poe_value *args;   /* no objects; at most 63 */
	const char *alias;              /* lost by "shutdown", set again by "reconnect" */

	const char *remote_address;     /* required: name, numeric, or a path */
	int remote_port;                /* required, but with a path */
	const char *bind_address;       /* numeric */
	int bind_port;
	int domain;                     /* AF_INET, AF_INET6, AF_UNIX; 0: as the address reads */
	double connect_timeout;         /* seconds, names included; over: "connect" with ETIMEDOUT */
	struct poe_resolver *resolver;  /* for names; must outlive the session; NULL: the kernel's shared one */

	struct poe_filter *filter;      /* NULL: Line.  Each connection has clones.  The component's once made */
	struct poe_filter *output_filter; /* when the other way differs */
	size_t high_mark, low_mark;     /* octets; both or none, high above low */
	struct poe_tls *tls;            /* the connection speaks TLS by this policy, and the server must be
					   remote_address (or connect's host); one reference is taken.  The handshake
					   comes after connected, before anything that is put; what goes wrong with it is
					   a server_error */

	/*
	 * Not in POE: what fails to connect, or is lost, is connected again after
	 * reconnect_min seconds, twice as many the next time, and so on up to
	 * reconnect_max (0: 60); less a random part of up to a half, so that a crowd
	 * does not come back all at once.  A connection that has lasted for
	 * reconnect_max begins anew with reconnect_min.  0: never.  "shutdown" ends it.
	 */
	double reconnect_min, reconnect_max;
};

/*
 * Makes the session, a child of the current one; it begins to connect once
 * this has returned.  Returns its address.  Zero with EINVAL (rows, marks,
 * address, times, objects among the arguments), EEXIST (the alias is taken),
 * ENOMEM: the filters then stay the caller's.
 *
 * It takes these events:
 *     connect(s,i)  host and port, or the host alone: from here on that is meant.  Then reconnect
 *     reconnect     drops what there is, without a word, and connects
 *     shutdown      flushes, disconnects, and ends the session if nothing else keeps it
 */
poe_sid poe_tcp_client_new(struct poe_kernel *k, const struct poe_tcp_client_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
