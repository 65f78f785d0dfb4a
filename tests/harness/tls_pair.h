/*
 * Two TLS drivers, a client and a server, on the ends of a socket pair, played
 * by hand; and the certificates and policies that they have.
 */
#ifndef TLS_PAIR_H
#define TLS_PAIR_H

#include "certificates.h"

#include <poe/tls.h>

struct tls_pair {
	struct certificates *certificates;
	struct poe_tls_plan client_plan, server_plan; /* the usual ones, to be changed before tls_pair_open */
	struct poe_tls *client_policy, *server_policy; /* made by the first tls_pair_open */
	const char *host, *cache_key;                  /* "localhost", NULL */
	struct poe_driver *client, *server;
	int fds[2];                                    /* the client's, the server's; -1: closed */
	int wire[2];                                   /* after tls_pair_open_apart: what goes to the client, the server */
};

struct tls_pair *tls_pair_new(void);
void tls_pair_free(struct tls_pair *p);

/* Connects anew, without a handshake yet; the same with the test between the two; and lets go. */
void tls_pair_open(struct tls_pair *p);
void tls_pair_open_apart(struct tls_pair *p);
void tls_pair_close(struct tls_pair *p);

/* A step of each end by turns, until both are done or one has failed: errno of the client's, the server's failure. */
struct tls_shake {
	int client, server; /* 0: done, or still waiting when the other failed */
};
struct tls_shake tls_pair_shake(struct tls_pair *p);

/* Opens and shakes hands, which must go well. */
void tls_pair_connect(struct tls_pair *p);

/* Closes an end of the pair, without a word. */
void tls_pair_cut(struct tls_pair *p, int end);

/* Asserts that a text gets through. */
void tls_pair_assert_carries(struct poe_driver *from, struct poe_driver *to, const char *text);

/* A write of a text, a read of at most 64 octets: what the operation says. */
ssize_t tls_pair_write(struct poe_driver *d, const char *text);
ssize_t tls_pair_read(struct poe_driver *d, char octets[65]);

/* Carries what has come over the wire, at most so many octets a way; how many in all. */
long tls_pair_relay(struct tls_pair *p, long most);

#endif
