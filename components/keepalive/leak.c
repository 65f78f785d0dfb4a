/*
 * Leaks: what is said of a loan that lasts too long.  The pool decides which
 * that is.
 */
#include "connection.h"
#include <stdio.h>

static void tell(const struct poe_keepalive *ka, const char *line)
{
	if (ka->plan.report != NULL)
		ka->plan.report(line);
	else
		fprintf(stderr, "%s\n", line);
}

static void say(const struct poe_connection *c, const char *what)
{
	struct poe_keepalive *ka = c->manager;
	const struct pool_name *name = &c->slot->key->name;
	const char *from = c->loan.from;
	char line[256];

	snprintf(line, sizeof line, "%s: %s:%.80s:%d, descriptor %d, session %llu, %.1f s, asked for %s%s", what,
		 name->scheme, name->address, name->port, c->fd, (unsigned long long)c->loan.borrower.v,
		 poe_now(ka->kernel) - c->loan.began, from ? "at " : "by call", from ? from : "");
	tell(ka, line);
}

/* Granted and not taken: the answer has not come to anybody yet. */
void ka_loan_overdue(struct poe_connection *c)
{
	if (!c->on_loan)
		return;
	c->loan.reported = true;
	ka_note(c->manager, "overdue", &c->slot->key->name, c->fd);
	say(c, "overdue");
}

void ka_loan_returned(const struct poe_connection *c)
{
	if (!c->loan.reported)
		return;
	ka_note(c->manager, "returned", &c->slot->key->name, c->fd);
	say(c, "returned after all");
}
