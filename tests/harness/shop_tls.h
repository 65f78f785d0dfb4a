/*
 * A shop whose server speaks TLS: whom its shoppers trust, and what becomes of
 * them when the server goes wrong.
 */
#ifndef SHOP_TLS_H
#define SHOP_TLS_H

#include "certificates.h"
#include "shop.h"

struct shop_trust {
	struct certificates *certificates;
	struct poe_tls *server, *client;
};

/*
 * The server has the usual certificate, "server", or one that is no good here: "expired", "tomorrow", "other",
 * "own", "client".  No sessions are kept: each handshake is a whole one, and so as long as the last.
 */
struct shop_trust shop_trust_with(const char *server);
void shop_trust_no_more(struct shop_trust *t);

/*
 * The wrong at each octet of both sides, or each so many, until the first answer is over; two shoppers at once, and
 * a third when these have gone.  Asserts that one at most has suffered, or both waited in vain, and that nobody is
 * told anything that is not his.  How many cases.
 */
int shop_tls_sweep(enum chaos_action action, int limit, size_t step);

#endif
