/*
 * Way: from which of our addresses, by which device and in which family a
 * connection goes out.
 */
#ifndef KEEPALIVE_WAY_H
#define KEEPALIVE_WAY_H

#include "name.h"
#include <poe/keepalive.h>

struct way {
	struct poe_endpoint local; /* length 0: any */
	const char *interface;     /* NULL: any; lent from the name */
	int family;                /* 0: any */
};

/* 0, or EINVAL when one of these cannot be; NULL, "" and 0 always can. */
int ka_way_fault(const char *bind_address, const char *interface, int family);

/* Of a name that has no fault. */
void ka_way_read(struct way *way, const struct pool_name *name);

/* A socket that will go this way: its descriptor; -1 with errno and the function that failed. */
int ka_way_open(const struct way *way, int family, const struct poe_keepalive_socket *settings, const char **failed);

/* Begins to connect it: 1 when it is connected already, 0 when that will show, -1 with errno. */
int ka_way_connect(int fd, const struct poe_endpoint *to);

#endif
