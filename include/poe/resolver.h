/*
 * Resolver: names to addresses, without blocking, on c-ares.
 *
 * A session of its own.  Look-ups of one name under way at the same time are
 * one look-up; answers are cached for as long as their TTL says, within
 * bounds; numeric addresses are answered without asking anybody.  After
 * POE::Component::Resolver, which has neither cache nor deadline.
 */
#ifndef POE_RESOLVER_H
#define POE_RESOLVER_H

#include <poe/event.h>
#include <sys/socket.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_resolver;

/* Zero means the value named; a negative time means none: no deadline, no bound, failures not believed. */
struct poe_resolver_plan {
	const char *servers;     /* "127.0.0.1:5353,...": these, and no search list; NULL: the system's settings */
	const char *hosts;       /* path of a hosts file; NULL: /etc/hosts.  Read again when it changes */
	double timeout;          /* seconds, of one look-up with all its tries; 5 */
	double min_ttl, max_ttl; /* 1 and 300 s: bounds on what is cached */
	double negative_ttl;     /* 2 s: how long "no such name" is believed */
	size_t max_cached;       /* names; 4096.  The one used longest ago goes first */
};

/* Makes a resolver; the caller's reference is the first.  NULL with ENOMEM, EINVAL (NaN, servers that do not
   read), EIO (the system's settings). */
struct poe_resolver *poe_resolver_new(struct poe_kernel *k, const struct poe_resolver_plan *plan);

/* The kernel's shared resolver, made on first use; a reference to it.  Its cache
   stays while nobody uses it.  NULL as poe_resolver_new.  It has the
   alias "resolver"; if a session of another kind has that, this is one of your own. */
struct poe_resolver *poe_resolver_shared(struct poe_kernel *k);

/* One reference more; one less (NULL is nothing).  With the last one it answers ECANCELED to all that wait, and
   ends.  A handle stays safe when its session has been stopped. */
struct poe_resolver *poe_resolver_ref(struct poe_resolver *r);
void poe_resolver_unref(struct poe_resolver *r);

typedef struct {
	uint64_t v;
} poe_resolve_id;

struct poe_resolve_request {
	const char *host;         /* name, or numeric IPv4 or IPv6, with scope too; at most 253 octets */
	int port;                 /* put into each address of the answer */
	int family;               /* AF_INET, AF_INET6; 0: both, interleaved */
	const char *event;        /* delivered to the current session, with one poe_resolve_response */
	struct poe_value context; /* echoed; owned by the request from here on */
	double timeout;           /* seconds; 0: the resolver's; negative: until all tries are over */
};

/*
 * Asks.  Exactly one event follows, unless cancelled; never from within.
 * The asking session stays alive until then; one that is stopped all the same
 * takes its requests along.  Zero with EINVAL (no host, no event, name too
 * long, port, family), EMSGSIZE (the context), ENOMEM, ESRCH (outside a
 * handler), ESHUTDOWN.
 */
poe_resolve_id poe_resolver_resolve(struct poe_resolver *r, const struct poe_resolve_request *request);

/* No event will come.  0; -1 with ESRCH (it has come, or is unknown), ESHUTDOWN (the resolver's session was
   stopped: its last answers are under way). */
int poe_resolver_cancel(struct poe_resolver *r, poe_resolve_id id);

struct poe_endpoint {
	struct sockaddr_storage address;
	socklen_t length;
};

struct poe_resolve_response {
	struct poe_object object;
	poe_resolve_id id;
	const char *host;
	struct poe_value context;
	const struct poe_endpoint *endpoints; /* in the order to try them */
	size_t count;                         /* 0 on failure */
	int error_num;                        /* 0; ENOENT no such name, ETIMEDOUT, ECANCELED, EAGAIN server trouble, ENOMEM */
	const char *error_str;                /* "" or c-ares' words */
	int cached;                           /* not 0: nobody was asked (numeric, hosts file, cache) */
};

/* The typed reader of argument 0; lent until the handler returns. */
struct poe_resolve_response *poe_resolve_response(const struct poe_event *ev);

#ifdef __cplusplus
}
#endif
#endif
