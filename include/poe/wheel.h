/*
 * Wheels: the work that sessions share, done on behalf of one session.
 *
 * A wheel belongs to the session that made it, posts nothing anywhere else,
 * and is freed with that session if not before.  It may be freed inside any of
 * its own events, and by other sessions; nothing of it comes afterwards.  Its
 * id is the last argument of every event.  After POE::Wheel.
 */
#ifndef POE_WHEEL_H
#define POE_WHEEL_H

#include <poe/driver.h>
#include <poe/event.h>
#include <poe/filter.h>
#include <poe/watch.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_resolver;

/*
 * SocketFactory: a socket that is connected, or that listens, or that only
 * has an address of its own.
 *
 * With remote_address it connects: success_event(object socket, string peer
 * address, int peer port, int wheel id) comes once.  Without, it listens:
 * the same event comes for each accepted connection.  failure_event(string
 * function, int error_num, string error_str, int wheel id) says which of
 * socket, bind, listen, resolve, connect, accept failed; never from within
 * poe_socketfactory_new.  When the descriptor table is full, accepting pauses
 * for 50 ms and goes on.
 *
 * With type SOCK_DGRAM there is nothing to accept: without remote_address the
 * event comes once, with "" and 0 for the peer, and the socket is bound if a
 * bind address or port is given; with one the socket is connected to it, which
 * sends nothing, and the event is that of a connection.  Records are the
 * caller's to send and receive; POE has no wheel for them either.
 */
struct poe_socketfactory_plan {
	const char *success_event, *failure_event; /* required */
	const char *remote_address; /* name, numeric IPv4 or IPv6, or (unix) a path */
	int remote_port;
	const char *bind_address;   /* numeric, or a path to listen on; NULL: any */
	int bind_port;              /* 0: the system picks one */
	int domain;                 /* AF_INET, AF_INET6, AF_UNIX; 0: as the address reads */
	int type;                   /* SOCK_STREAM, SOCK_DGRAM; 0: SOCK_STREAM */
	int listen_queue;           /* 0: SOMAXCONN */
	int reuse;                  /* not 0: SO_REUSEADDR, where it binds and does not connect */
	double timeout;             /* seconds to connect, names included; 0: none.  Over: ETIMEDOUT, "connect" */
	struct poe_resolver *resolver; /* for names; NULL: the kernel's shared one */
};
struct poe_socketfactory;

/* NULL with EINVAL, ENOMEM, ESRCH (outside a handler).  What the network refuses comes as failure_event. */
struct poe_socketfactory *poe_socketfactory_new(struct poe_kernel *k,
						const struct poe_socketfactory_plan *plan);
void poe_socketfactory_free(struct poe_socketfactory *f); /* NULL is nothing */
int64_t poe_socketfactory_id(const struct poe_socketfactory *f);
int poe_socketfactory_port(const struct poe_socketfactory *f); /* the one bound; 0 before */
void poe_socketfactory_pause_accept(struct poe_socketfactory *f);
void poe_socketfactory_resume_accept(struct poe_socketfactory *f);

/* Takes the socket out of a success event: the descriptor is the caller's.  A socket nobody takes is closed. */
int poe_socket_take(struct poe_event *ev);

/*
 * ReadWrite: records in and out of a stream.
 *
 * input_event(record, id) once a record, straight from the loop.
 * error_event(string "read", "write" or "filter", int error_num, string
 * error_str, int id): end of input is "read" with 0; that direction is then
 * closed.  flushed_event(id) when everything put has been written: posted, so
 * never from within put.  high_event(id) when put takes what is pending from
 * below high_mark to it or above; low_event(id) follows when it has fallen to
 * low_mark: they come in pairs, which in POE they do not.
 */
struct poe_readwrite_plan {
	const char *input_event;
	const char *error_event;
	const char *flushed_event;
	const char *high_event, *low_event;
	size_t high_mark, low_mark;        /* octets; both or none, high above low */
	struct poe_filter *filter;         /* both ways; NULL: Line.  Owned by the wheel once made */
	struct poe_filter *output_filter;  /* when the other way differs */
	struct poe_driver *driver;         /* NULL: stream.  Owned by the wheel once made */
	struct poe_watch *watch;           /* components: an existing watch to work on, lent */
	size_t max_input;                  /* octets unframed before EMSGSIZE; 0: 512 MiB */
};
struct poe_readwrite;

/*
 * Makes a wheel on a connected descriptor, which it then owns (not with
 * .watch).  NULL with EINVAL, EBADF, ENOMEM, ESRCH, and nothing is taken.
 */
struct poe_readwrite *poe_readwrite_new(struct poe_kernel *k, int fd,
					const struct poe_readwrite_plan *plan);

/* Closes without waiting; what was put and not flushed is lost.  NULL is nothing. */
void poe_readwrite_free(struct poe_readwrite *w);
int64_t poe_readwrite_id(const struct poe_readwrite *w);
int poe_readwrite_fd(const struct poe_readwrite *w);

/*
 * Sends records: written at once as far as the descriptor takes them, the rest
 * when it is ready.  poe_put(w, poe_str("a line")).  An object is lent: it stays
 * the caller's, unlike one in an event.  Returns 1 if high_mark is
 * set and reached, else 0: the back-pressure signal.  -1 with EINVAL (not a
 * record for the filter), ENOMEM: nothing of it is sent; EPIPE: the output is
 * shut down or has failed.  A failing write is an error_event, posted.
 */
#define poe_put(w, ...) poe_readwrite_putv(w, POE_VALUES(__VA_ARGS__, poe_none()))
int poe_readwrite_putv(struct poe_readwrite *w, const struct poe_value *records);

/*
 * Switches filters; the wheel owns the new one and frees the old.  Octets
 * pending in the input are framed by the new filter, from the loop, not
 * from within: first what the old one holds itself (a stack's records, say), as
 * it came in, then the rest.  If that cannot be handed over, which in POE it is
 * not, it is an error_event "filter".  Legal in the wheel's own events.
 */
void poe_readwrite_set_filter(struct poe_readwrite *w, struct poe_filter *f); /* both ways */
void poe_readwrite_set_input_filter(struct poe_readwrite *w, struct poe_filter *f);
void poe_readwrite_set_output_filter(struct poe_readwrite *w, struct poe_filter *f);

/*
 * Switches drivers, as STARTTLS asks for: the wheel owns the new one, of the
 * same descriptor, and frees the old.  Octets that the old one has read and no
 * handler has had yet are dropped, those that a filter holds too: they were
 * said before, by who knows whom.  So is what the old driver has pending.  -1 with EBUSY while output
 * is pending, EPIPE when either direction is closed, and nothing is changed or taken.
 * Legal in the wheel's own events.  A Line filter needs a literal newline for
 * this: one that takes a CR for a whole newline may end the last line in clear
 * before its LF is read, which the new driver would then meet.
 */
int poe_readwrite_set_driver(struct poe_readwrite *w, struct poe_driver *driver);

/* The driver it has now, which stays the wheel's: good until it is switched, or the wheel is freed. */
const struct poe_driver *poe_readwrite_driver(const struct poe_readwrite *w);

/* Re-targets an event: "input", "error", "flushed", "high", "low"; NULL turns it off.  0, or -1/EINVAL, ENOMEM. */
int poe_readwrite_event(struct poe_readwrite *w, const char *which, const char *event);

/* Stops reading and delivering at once, in the middle of a read's records too; they come on resume. */
void poe_readwrite_pause_input(struct poe_readwrite *w);
void poe_readwrite_resume_input(struct poe_readwrite *w);

/* No more input events; the descriptor's reading side is shut down. */
void poe_readwrite_shutdown_input(struct poe_readwrite *w);

/* Takes no more records, and shuts the writing side down once what is pending is flushed. */
void poe_readwrite_shutdown_output(struct poe_readwrite *w);

/* Octets put and not yet written; octets read and not yet delivered, but for what a filter holds itself. */
size_t poe_readwrite_pending_output(const struct poe_readwrite *w);
size_t poe_readwrite_pending_input(const struct poe_readwrite *w);

/* Octets written and read since the wheel was made. */
uint64_t poe_readwrite_octets_out(const struct poe_readwrite *w);
uint64_t poe_readwrite_octets_in(const struct poe_readwrite *w);

#ifdef __cplusplus
}
#endif
#endif
