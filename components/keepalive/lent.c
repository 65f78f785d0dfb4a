/*
 * Drivers on loan: everything goes to the real one, but the end.
 */
#include "lent.h"
#include <errno.h>
#include <stdlib.h>

struct lent {
	struct poe_driver driver; /* first */
	struct poe_driver *real;
};

static struct poe_driver *real_of(const struct poe_driver *d)
{
	return ((const struct lent *)d)->real;
}

static ssize_t lent_read(struct poe_driver *d, void *data, size_t length)
{
	return real_of(d)->ops->read(real_of(d), data, length);
}

static ssize_t lent_write(struct poe_driver *d, const struct iovec *parts, int count)
{
	return real_of(d)->ops->write(real_of(d), parts, count);
}

static size_t lent_pending(const struct poe_driver *d)
{
	return real_of(d)->ops->pending(real_of(d));
}

static void lent_free(struct poe_driver *d)
{
	free(d);
}

static int lent_wants(const struct poe_driver *d, int mode)
{
	return poe_driver_wants(real_of(d), mode);
}

static int lent_shutdown(struct poe_driver *d)
{
	return real_of(d)->ops->shutdown ? real_of(d)->ops->shutdown(real_of(d)) : 0;
}

static const char *lent_explain(const struct poe_driver *d, int error_num)
{
	return real_of(d)->ops->explain ? real_of(d)->ops->explain(real_of(d), error_num) : NULL;
}

static const struct poe_driver_ops lent_ops = {
	.name = "lent",
	.read = lent_read,
	.write = lent_write,
	.pending = lent_pending,
	.free = lent_free,
	.wants = lent_wants,
	.shutdown = lent_shutdown,
	.explain = lent_explain,
};

struct poe_driver *ka_lent_new(struct poe_driver *real)
{
	struct lent *lent = malloc(sizeof *lent);

	if (lent == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	*lent = (struct lent){ { &lent_ops }, real };
	return &lent->driver;
}
