/*
 * Address: one that needs no resolver.
 */
#ifndef KEEPALIVE_ADDRESS_H
#define KEEPALIVE_ADDRESS_H

#include <poe/resolver.h>

/* In digits: 1, 0 if it is a name, -1 with errno if it is impossible. */
int ka_address_read(struct poe_endpoint *e, const char *text, int port);

/* A path, or '@' and a name in Linux' abstract space: 1, or -1 with ENAMETOOLONG. */
int ka_address_unix(struct poe_endpoint *e, const char *path);

#endif
