/*
 * Unasked: what comes on a connection that nobody uses.  It spoils it, unless
 * the manager's user knows what it is and reads it.
 */
#include "connection.h"

enum pool_health ka_unasked_look(const struct poe_connection *c)
{
	const struct poe_keepalive_plan *plan = &c->manager->plan;
	enum pool_health health = ka_probe(c);

	if (health != HEALTH_DIRTY || plan->on_idle_data == NULL || c->tls != NULL)
		return health;
	if (!plan->on_idle_data(plan->idle_data, c->slot->key->name.scheme, c->fd))
		return health;
	return ka_probe(c);
}

int ka_unasked_ping(const struct poe_connection *c)
{
	const struct poe_keepalive_plan *plan = &c->manager->plan;

	if (plan->ping == NULL || c->tls != NULL)
		return 1;
	return plan->ping(plan->idle_data, c->slot->key->name.scheme, c->fd) < 0 ? -1 : 0;
}
