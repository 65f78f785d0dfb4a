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

#ifdef __cplusplus
extern "C" {
#endif

struct poe_keepalive;

typedef struct {
	uint64_t v;
} poe_request_id; /* never used twice by one manager; zero is none */

/* Zero means the value named; negative means none at all. */
struct poe_keepalive_plan {
	const char *alias;       /* of the manager's session; NULL: one of its own making */
	int max_per_host;        /* 4: connections of one key, in use, idle or being made */
	int max_open;            /* 128: connections in all */
	double keep_alive;       /* 15 s: how long a connection stays idle; negative: never kept */
	double timeout;          /* 120 s: from allocate to the answer, whatever it waits for; negative: at once */
	int max_queue;           /* 10000 requests waiting; more are refused with EAGAIN */
	int max_uses;            /* loans of one connection; 0: any number */
	double max_age;          /* seconds a connection lives, less up to a tenth at random; 0: any */
	const char *bind_address;
	struct poe_resolver *resolver; /* one reference is taken; NULL: the kernel's shared one */
};

/* Makes a manager, with a session of its own.  NULL with EINVAL, EEXIST (alias), ENOMEM. */
struct poe_keepalive *poe_keepalive_new(struct poe_kernel *k, const struct poe_keepalive_plan *plan);

/* The address to post to. */
poe_sid poe_keepalive_address(const struct poe_keepalive *ka);

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
 * The message: poe_post(k, manager, "allocate", poe_keepalive_ask(&request)).
 * The answer is always an event; a request that cannot be accepted is answered
 * too, with function "allocate" and the errno above.  poe_call instead of poe_post gives
 * the request's id as an int.  Also understood: "deallocate" (int id), "shutdown".
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
	const char *function;                 /* NULL, or what failed: "resolve", "connect", "socket", "bind", "allocate", "shutdown" */
	int error_num;                        /* errno; 0 on success */
	const char *error_str;                /* "" on success */
	const char *phase;                    /* where a deadline hit: "queue", "resolve", "connect"; else NULL */
};

/* The typed reader of argument 0; lent until the handler returns. */
struct poe_keepalive_response *poe_keepalive_response(const struct poe_event *ev);

/* Takes the connection for the current session.  NULL if there is none.  One not taken goes back by itself. */
struct poe_connection *poe_keepalive_take(struct poe_keepalive_response *r);

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

/* Shuts down and lets go of the handle.  NULL is nothing. */
void poe_keepalive_free(struct poe_keepalive *ka);

struct poe_keepalive_stats {
	size_t idle, used, dialing, waiting, keys;          /* now */
	uint64_t allocated;                                 /* requests accepted */
	uint64_t immediate, deferred, connected, failed, cancelled, timed_out; /* how they ended */
	uint64_t opened, closed, evicted, expired, stale, dirty; /* what happened to connections */
};
void poe_keepalive_stats(const struct poe_keepalive *ka, struct poe_keepalive_stats *stats);

/*
 * Counts everything anew and compares.  NULL if the manager's books are in
 * order, else what is wrong with them.  For tests.
 */
const char *poe_keepalive_check(const struct poe_keepalive *ka);

#ifdef __cplusplus
}
#endif
#endif
