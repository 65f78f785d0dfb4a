/*
 * A server that speaks TLS, as a session of the kernel under test: it accepts,
 * shakes hands, and else does what a test says.  Its watches are weak, so that
 * it keeps no program running.
 */
#ifndef TLS_HOST_H
#define TLS_HOST_H

#include "certificates.h"

#include <poe.h>

enum { TLS_HOST_MOST = 32 };

struct tls_host;

struct tls_guest {
	struct tls_host *host;
	struct poe_driver *driver; /* NULL: gone */
	struct poe_watch *watch;
	int fd;
	char heard[256];
	int greeted;               /* the host's greeting was said */
	int done;                  /* hands were shaken */
};

struct tls_host {
	struct certificates *certificates;
	struct poe_tls *policy;
	const char *greeting;      /* said in clear after the first octets that come, and before TLS; or NULL */
	int fd, port, count;       /* connections so far */
	struct tls_guest guests[TLS_HOST_MOST];
};

/* On 127.0.0.1, with the usual certificate if the plan has none.  It lives as long as the kernel, and is freed after it. */
struct tls_host *tls_host_new(struct poe_kernel *k, const struct poe_tls_plan *plan);
void tls_host_free(struct tls_host *h);

/* A client's policy that trusts the host, with what else the plan says. */
struct poe_tls *tls_host_trust(struct tls_host *h, struct poe_tls_plan plan);

/* To connection `index`, from 0; a good-bye to it; what is known of it. */
void tls_host_say(struct tls_host *h, int index, const char *text);
void tls_host_end(struct tls_host *h, int index);
struct poe_tls_info tls_host_info(const struct tls_host *h, int index);

#endif
