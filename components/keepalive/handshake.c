/*
 * Handshakes: who is to be there, under which name his sessions are kept, and
 * what the socket has to be ready for.
 */
#include "handshake.h"
#include "dial.h"
#include <errno.h>
#include <poe/tls.h>
#include <stdlib.h>
#include <string.h>

enum { SEPARATOR = 0x1f, ABSENT = 0x1e };

/*
 * Every text of the name, told apart also from one that is not there, and its
 * numbers.  A session is resumed where the connection itself might be used
 * again, and nowhere else.  To be freed; NULL with ENOMEM.
 */
static char *cache_key(const struct pool_name *name)
{
	size_t room = pool_name_room(name) + 2 * (size_t)TEXT_FIELDS + sizeof name->numbers * 2 + 1, i;
	char *key = malloc(room), *at = key;

	if (key == NULL)
		return NULL;
	for (i = 0; i < TEXT_FIELDS; i++) {
		if (name->texts[i] != NULL)
			at = stpcpy(at, name->texts[i]);
		else
			*at++ = ABSENT;
		*at++ = SEPARATOR;
	}
	for (i = 0; i < sizeof name->numbers; i++) {
		unsigned char octet = ((const unsigned char *)name->numbers)[i];

		*at++ = (char)('a' + (octet >> 4));
		*at++ = (char)('a' + (octet & 15));
	}
	*at = '\0';
	return key;
}

static struct poe_driver *make_driver(const struct pool_name *name, int fd)
{
	char *key = name->policy ? cache_key(name) : NULL;
	struct poe_driver *driver;

	if (key == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	driver = poe_tls_client(name->policy, fd, name->address, key);
	free(key);
	return driver;
}

static void go_on(struct dial *d)
{
	int result = poe_tls_handshake(d->tls), modes;

	if (result > 0) {
		ka_dial_ready(d);
		return;
	}
	if (result < 0) {
		ka_dial_refused(d, "tls", errno, poe_tls_error_text(d->tls));
		return;
	}
	modes = poe_driver_wants(d->tls, POE_READ | POE_WRITE);
	poe_watch_resume(d->watch, modes);
	poe_watch_pause(d->watch, (POE_READ | POE_WRITE) & ~modes);
}

static void handshake_ready(struct poe_event *ev)
{
	struct dial *me = ev->object;
	struct poe_keepalive *ka = me->manager;

	go_on(me);
	ka_work(ka);
}

void ka_handshake_begin(struct dial *d)
{
	pool_dial_phase(&d->manager->pool, d->slot, SLOT_TLS);
	d->tls = make_driver(&d->slot->key->name, poe_watch_fd(d->watch));
	if (d->tls == NULL) {
		ka_dial_refused(d, "tls", errno, "");
		return;
	}
	(void)poe_watch_give(d->watch, d->manager->session, handshake_ready, d);
	go_on(d);
}
