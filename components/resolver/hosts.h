#ifndef RESOLVER_HOSTS_H
#define RESOLVER_HOSTS_H

#include "name.h"

struct resolver_addresses;
struct resolver_hosts;

/*
 * A hosts file, read when first asked and again when it has changed.  The
 * path is copied; seed: as for the keys it will be asked for.  NULL with ENOMEM.
 */
struct resolver_hosts *resolver_hosts_new(const char *path, uint64_t seed);
void resolver_hosts_free(struct resolver_hosts *hosts); /* NULL is nothing */

/*
 * Looks a name up; the disk is looked at no more than once a second of `now`.
 * Returns 1 with a reference in *addresses, 0 when the file does not know the
 * name in that family, -1 with ENOMEM.
 */
int resolver_hosts_find(struct resolver_hosts *hosts, const struct resolver_key *key, double now,
			struct resolver_addresses **addresses);

#endif
