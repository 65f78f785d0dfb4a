/*
 * Keepalive: manages connections for any protocol, and keeps them for reuse.
 *
 * Sessions post "allocate" to the manager, or call poe_keepalive_allocate; for
 * each request that is accepted exactly one response event comes back, with a
 * connection or with the reason why not, and with the request's own context.
 * After POE::Component::Client::Keepalive; where it differs is in README.md.
 */
#ifndef POE_KEEPALIVE_H
#define POE_KEEPALIVE_H

#include <poe/connection.h>
#include <poe/resolver.h>
#include <poe/tls.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_keepalive;

typedef struct {
	uint64_t v;
} poe_request_id; /* never used twice by one manager; zero is none */

/* Settings of every socket that is made; zero leaves each as the system has it.  One that the system refuses is left too. */
struct poe_keepalive_socket {
	int keepalive;       /* seconds of silence until TCP asks whether the peer is there, and between each two of
				three more questions */
	double user_timeout; /* seconds that what was sent may stay without an acknowledgement */
	int receive_buffer, send_buffer; /* octets */
	int fast_open;       /* not 0: the first octets go with the SYN, to a server that has let us before
				(tcp(7), TCP_FASTOPEN_CONNECT).  Such a connection may count as made before
				the server has answered, and fails when it is used; a server that speaks first hears nothing */
};

/* Which of several idle connections is lent next. */
enum poe_idle_order {
	POE_IDLE_LIFO,       /* the one freed last; what is not needed gets old, and goes */
	POE_IDLE_FIFO,       /* the one that has been idle for longest */
	POE_IDLE_ROUND_ROBIN /* none twice before each has had its turn */
};

/* Zero means the value named; negative means none at all. */
struct poe_keepalive_plan {
	const char *alias;       /* of the manager's session; NULL: one of its own making */
	int max_per_host;        /* 4: connections of one key, in use, idle or being made */
	int max_open;            /* 128: connections in all */
	double keep_alive;       /* 15 s: how long a connection stays idle; negative: never kept */
	double timeout;          /* 120 s: from allocate to the answer, whatever it waits for; negative: at once */
	int max_queue;           /* 10000 requests waiting; more are refused with EAGAIN */
	int max_queue_per_key;   /* of them for one key; 0: any number */
	int max_dialing;         /* connections being made at the same time; 0: any number.  A key without one goes first */
	int max_per_proxy;       /* connections through one proxy, for whomever; 0: any number.  The proxy is `proxy`, or
				else whom a request for another host (for_address) goes to */
	int max_idle;            /* idle connections in all; 0: any number.  Of too many, the one idle for longest is closed */
	int max_idle_per_key;    /* the same of one key */
	enum poe_idle_order order;
	int max_uses;            /* loans of one connection; 0: any number */
	double max_age;          /* seconds a connection lives, less up to a tenth at random; 0: any */
	/*
	 * For protocols whose peers talk unasked, and those in which an idle connection can be asked whether it
	 * is alive.  Both functions get the connection's scheme and descriptor, must not wait, and must not call
	 * the manager.  Not for connections with TLS, which are closed when octets come and are not asked.
	 */
	int (*on_idle_data)(void *data, const char *scheme, int fd); /* reads all that has come: not 0, and the
				connection is kept; else, or if something is left, it is closed.  NULL: closed */
	double ping_every;       /* seconds idle; 0: never.  Needs both functions.  Nobody gets the connection until
				on_idle_data has kept what comes back */
	double ping_timeout;     /* 5 s until a connection that does not answer is closed */
	int (*ping)(void *data, const char *scheme, int fd); /* writes the question; -1: the connection is no good */
	void *idle_data;         /* stays the caller's */
	double leak_after;       /* seconds of a loan after which it is reported; 0: never */
	void (*report)(const char *line); /* where to: who has what, since when, asked for where; and once more
				if it is freed after all.  It must not call the manager.  NULL: standard error */
	/*
	 * The breaker: when so many dials of a key have failed one after the other, it is not dialled for a
	 * random part of breaker_base, twice that the next time, and so on up to breaker_most.  Requests
	 * that find nothing idle meanwhile fail at once, with function "breaker" and EHOSTDOWN.  Then one dial
	 * is let through; it decides.  A request that runs out of time while it is dialled counts as a
	 * failure; what is lacking on this side (memory, descriptors, ports) does not.
	 */
	int breaker_after;       /* 0: no breaker */
	double breaker_base;     /* 1 s */
	double breaker_most;     /* 60 s; a key that failed is remembered for as long */
	/* For requests that do not say otherwise. */
	const char *bind_address;
	const char *interface;
	int family;
	const char *proxy;
	struct poe_tls *tls;     /* for scheme "https", which has TLS without asking; one reference is taken.
				    NULL: a policy that trusts whom the system trusts */
	struct poe_keepalive_socket socket; /* of every connection */
	struct poe_resolver *resolver; /* one reference is taken; NULL: the kernel's shared one */
};

/* Makes a manager, with a session of its own.  NULL with EINVAL, EEXIST (alias), ENOMEM. */
struct poe_keepalive *poe_keepalive_new(struct poe_kernel *k, const struct poe_keepalive_plan *plan);

/* The address to post to. */
poe_sid poe_keepalive_address(const struct poe_keepalive *ka);

/*
 * Other numbers from now on; zero means what it means in a plan for new.  What
 * is text in the plan, the socket's settings, the resolver and the events stay as they are.  A limit
 * that is raised serves who waited for it; where one is lower, what is idle
 * goes at once, what is on loan when it is freed.  max_age is for connections
 * yet to be made.  Visits every key.  0; -1 with EINVAL and nothing is changed.
 */
int poe_keepalive_set(struct poe_keepalive *ka, const struct poe_keepalive_plan *plan);

/* The numbers in force, without zeros where zero stands for another: to be changed and set.  The alias is lent. */
struct poe_keepalive_plan poe_keepalive_settings(const struct poe_keepalive *ka);

/* What a request says; Perl's allocate( key => value ). */
struct poe_keepalive_request {
	const char *scheme;       /* required; any text, a part of the key */
	const char *address;      /* required: a name, a numeric address, or for scheme "unix" a path
				     ('@' first: an abstract one) */
	int port;                 /* 1 to 65535; 0 for "unix" */
	const char *event;        /* required: the response, to the session that asks */
	struct poe_value context; /* echoed; a string is copied, an object belongs to the request: it is
				     released also when the call fails, or returns a connection */
	double timeout;           /* seconds; 0: the manager's; negative: at once */
	const char *for_scheme, *for_address; /* whom the connection is for, beyond a proxy; they part */
	int for_port;                         /* the pool further */
	/*
	 * These part it too: only who says the same of all of them, or nothing, gets the connection.
	 * NULL and 0: as the manager's plan says; "" for none though the plan has one.
	 */
	const char *bind_address; /* a numeric address of ours, to connect from */
	const char *interface;    /* the device to connect by, as "eth0" */
	int family;               /* AF_INET or AF_INET6: no address of the other kind is tried */
	/*
	 * The connection goes through a tunnel that this proxy opens, by HTTP's CONNECT or SOCKS5:
	 * "http://user:password@host:port", "socks5://host:port"; user and password percent-encoded, or left
	 * out.  The proxy resolves `address`.  Not for scheme "unix", which the plan's is not for either.
	 */
	const char *proxy;
	/*
	 * The connection speaks TLS by this policy, for `address`, and is there when the handshake is over: what
	 * it has are the user's octets.  A reference is taken while the request lives.  Policies of one
	 * content (poe_tls_key) are one.  Any scheme may ask, but "unix".
	 */
	struct poe_tls *tls;
	const char *identity;     /* as whom the connection is, or will be, logged on: any text */
	const char *tag;          /* any text */
	poe_request_id id;        /* out: for poe_keepalive_deallocate; zero when a connection is returned */
};

/*
 * The call.  A connection that is idle comes back at once, and no event
 * follows.  Otherwise NULL, with EINPROGRESS: the response event will come.
 * Any other errno means that none will: EINVAL (something required is missing
 * or out of range), EAGAIN (queue full), ESHUTDOWN, ENOMEM, ESRCH (outside a
 * handler).  The asking session stays alive until the response.
 */
struct poe_connection *poe_keepalive_allocate(struct poe_keepalive *ka,
					      struct poe_keepalive_request *request);

/*
 * The same for a connection that turned out to be no good, such as one that
 * was kept and that the peer had closed before it saw the request: gives it up
 * (it is freed) and asks for a new one, which nobody has used.  The request
 * goes before all that wait for its key, within the deadline of the one that
 * the bad connection answered; its own timeout does not count.  0: the response
 * event will come.  -1 with the errno of poe_keepalive_allocate, or EINVAL for
 * another manager's connection: it stays the caller's, but may be closed with ENOMEM.
 */
int poe_keepalive_reallocate(struct poe_keepalive *ka, struct poe_connection *c,
			     struct poe_keepalive_request *request);

/*
 * Takes a connected stream socket in, as if it had been dialled for the
 * request's key: it is on loan to the current session.  The descriptor is the
 * manager's, and set not to block.  The request's event, context and timeout
 * do not count.  NULL, and the descriptor stays the caller's: EINVAL (also for a key with TLS), EBADF,
 * EAGAIN (the limits have no room), ESHUTDOWN, ENOMEM, ESRCH (outside a handler).
 */
struct poe_connection *poe_keepalive_adopt(struct poe_keepalive *ka, const struct poe_keepalive_request *request,
					   int fd);

/*
 * The message: poe_post(k, manager, "allocate", poe_keepalive_ask(&request)).
 * The answer is always an event; a request that cannot be accepted is answered
 * too, with function "allocate" and the errno above.  poe_call instead of poe_post gives
 * the request's id as an int.  Also understood: "deallocate" (int id), "shutdown", "stats".
 * A message from outside any handler has nobody to answer to, and is dropped.
 * The value returned is one object, or no value with ENOMEM.
 */
struct poe_value poe_keepalive_ask(const struct poe_keepalive_request *request);

/* The response: ARG0 of the response event. */
struct poe_keepalive_response {
	struct poe_object object;
	poe_request_id id;
	const char *scheme, *address;         /* as asked */
	int port;
	const char *for_scheme, *for_address; /* NULL if not asked */
	int for_port;
	struct poe_value context;
	struct poe_connection *connection;    /* NULL on failure, and once taken */
	const char *from_cache;               /* "immediate", "deferred" (waited for one in use); NULL: new */
	const char *function;                 /* NULL, or what failed: "resolve", "connect", "socket", "bind", "proxy",
						 "tls", "breaker", "allocate", "shutdown" */
	int error_num;                        /* errno; 0 on success */
	const char *error_str;                /* "" on success */
	const char *why_not_reused;           /* the field of the request ("tag", "port", ...) in which it differs from
						 a connection to the same host that was idle; NULL: none was,
						 of the last few freed */
	const char *phase;                    /* where a deadline hit: "queue", "resolve", "connect", "proxy",
						 "tls"; else NULL */
};

/* The typed reader of argument 0; lent until the handler returns. */
struct poe_keepalive_response *poe_keepalive_response(const struct poe_event *ev);

/* Takes the connection for the current session.  NULL if there is none.  One not taken goes back by itself. */
struct poe_connection *poe_keepalive_take(struct poe_keepalive_response *r);

/*
 * Makes connections before anybody asks: dials until `count` of the request's
 * key are idle, as far as the limits have room.  They take nobody's place, and
 * are the first to go when another key needs one.  The request's event,
 * context and timeout do not count; a dial that fails is not reported.  How
 * many are idle or on the way; -1 with EINVAL, ESHUTDOWN, ENOMEM.
 */
int poe_keepalive_prewarm(struct poe_keepalive *ka, const struct poe_keepalive_request *request, int count);

/*
 * From now on `count` connections of the request's key are to be idle: they do
 * not go for being idle too long, and one that is lent or lost is replaced,
 * where the limits have room.  While dials fail the next one waits, up to a
 * minute.  Zero ends it.  0; -1 with EINVAL, ESHUTDOWN, ENOMEM.
 */
int poe_keepalive_min_idle(struct poe_keepalive *ka, const struct poe_keepalive_request *request, int count);

/*
 * Takes a request back.  From here on no response comes, even if it was
 * posted already; its connection goes back to the pool.  0; -1 with EALREADY
 * (it was answered), ESRCH (no such request of this manager).
 */
int poe_keepalive_deallocate(struct poe_keepalive *ka, poe_request_id id);

/*
 * Ends the manager: refuses new requests (ESHUTDOWN), answers all that wait
 * with function "shutdown" and ESHUTDOWN, closes idle connections.
 * Connections on loan stay good and are closed when freed.  Twice is harmless.
 */
void poe_keepalive_shutdown(struct poe_keepalive *ka);

/*
 * The same with notice: refuses new requests, closes what is idle, and serves
 * those that wait (and poe_keepalive_reallocate) for so many seconds at most;
 * INFINITY: as long as their own deadlines let them.  Zero: none of them.
 * When nothing is left, not even a loan, `event` comes to the current session,
 * with the number of requests that were cut off (int); NULL: nobody is told.
 * The session stays alive until then, and is not told if the manager's own is
 * ended from outside.  More than one may be told; the shortest time counts.
 * 0; -1 with ESRCH (outside a handler), ENOMEM and nothing is changed.
 * The message: "shutdown", with the event's name and the seconds, or with neither;
 * it ends the manager in any case.  poe_call gives 0, or why nobody will be told.
 */
int poe_keepalive_drain(struct poe_keepalive *ka, double seconds, const char *event);

/* Shuts down and lets go of the handle.  NULL is nothing. */
void poe_keepalive_free(struct poe_keepalive *ka);

enum { POE_HISTOGRAM_BUCKETS = 32 };

/*
 * How many durations were about how long.  [0]: under a microsecond; [i]: from
 * 2^(i-1) microseconds to 2^i; the last: all that were longer, too.
 */
struct poe_histogram {
	uint64_t count[POE_HISTOGRAM_BUCKETS];
};

struct poe_keepalive_stats {
	size_t idle, used, dialing, waiting, keys;          /* now */
	uint64_t allocated;                                 /* requests accepted */
	uint64_t immediate, deferred, connected, failed, cancelled, timed_out; /* how they ended */
	uint64_t leaks, broken;                             /* loans reported; breakers that opened */
	uint64_t opened, closed, evicted, expired, stale, dirty; /* what happened to connections */
	uint64_t detached;                                  /* of the opened, and not closed here */
	struct poe_histogram waited;  /* from allocate to the connection; what the call returned at once is not in it */
	struct poe_histogram resolve, connect, proxy, tls;  /* parts of dials that came to something */
};
void poe_keepalive_stats(const struct poe_keepalive *ka, struct poe_keepalive_stats *stats);

/*
 * The message: poe_post(k, manager, "stats", poe_str("event")) brings the
 * sender that event, with the numbers as they are then: ARG0, which this reads;
 * lent until the handler returns.  poe_call gives 0, or the errno of poe_post.
 */
const struct poe_keepalive_stats *poe_keepalive_snapshot(const struct poe_event *ev);

/* One key's connections; lent for the visit. */
struct poe_keepalive_key {
	const char *scheme, *address;
	int port;
	const char *for_scheme, *for_address; /* NULL: for whom it goes to */
	int for_port;
	unsigned idle, used, dialing, waiting;
	int is_broken; /* not 0: its breaker is not closed */
};

/* Visits each key, in no order.  The visitor must not call the manager. */
typedef void poe_keepalive_visitor(void *data, const struct poe_keepalive_key *key);
void poe_keepalive_each(const struct poe_keepalive *ka, poe_keepalive_visitor *visit, void *data);

/*
 * Counts everything anew and compares.  NULL if the manager's books are in
 * order, else what is wrong with them.  For tests.
 */
const char *poe_keepalive_check(const struct poe_keepalive *ka);

#ifdef __cplusplus
}
#endif
#endif
