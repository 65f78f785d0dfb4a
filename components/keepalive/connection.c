/*
 * Connections: the loan of a socket, from the manager to a session and back.
 *
 * The watch is made once, when the socket is connected, and stays registered
 * all the socket's life: with the manager, weakly, while it is idle; with the
 * wheel's session while a wheel is at work on it.
 */
#include "connection.h"
#include "lent.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Readable without a wheel.  On loan that is for the wheel to come; idle it is the end, or a false alarm. */
static void ready(struct poe_event *ev)
{
	struct poe_connection *me = ev->object;
	struct poe_keepalive *ka = me->manager;
	enum pool_health health;

	if (me->slot->state > SLOT_PINGING) {
		me->deaf = true;
		poe_watch_pause(me->watch, POE_READ);
		return;
	}
	health = ka_unasked_look(me);
	if (health != HEALTH_GOOD)
		pool_idle_ended(&ka->pool, me->slot, health);
	else if (me->slot->state == SLOT_PINGING)
		pool_ping_answered(&ka->pool, me->slot);
	else
		return;
	ka_work(ka);
}

struct poe_connection *ka_connection_new(struct poe_keepalive *ka, struct pool_slot *slot,
					 struct poe_watch *watch)
{
	struct poe_connection *c = calloc(1, sizeof *c);

	if (c == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	c->manager = ka;
	c->slot = slot;
	c->watch = watch;
	c->fd = poe_watch_fd(watch);
	(void)poe_watch_give(watch, ka->session, ready, c);
	poe_watch_resume(watch, POE_READ);
	poe_watch_pause(watch, POE_WRITE);
	return c;
}

void ka_connection_free(struct poe_connection *c)
{
	free(c->peer);
	free(c);
}

/* A wheel keeps its session alive: with one, the end has come in the midst of something. */
static void borrower_stopped(struct poe_owned *owned)
{
	struct poe_connection *c = LIST_ENTRY(owned, struct poe_connection, owned);

	c->retired |= c->wheel != NULL;
	poe_connection_free(c);
}

static const struct poe_owned_kind loan_kind = { .name = "connection", .release = borrower_stopped };

int ka_connection_lend(struct poe_connection *c)
{
	struct poe_kernel *k = c->manager->kernel;

	if (poe_own(k, poe_session_current(k), &c->owned, &loan_kind) < 0)
		return -1;
	c->on_loan = true;
	c->born = c->slot->born;
	c->lent++;
	ka_ref(c->manager);
	return 0;
}

/* Only a borrower's mistake leads here with anything else. */
void ka_must_be_on_loan(const struct poe_connection *c, const char *function)
{
	if (c->on_loan)
		return;
	fprintf(stderr, "%s: this connection is not on loan: freed already, or never taken\n", function);
	abort();
}

static void drop_wheel(struct poe_connection *c)
{
	struct poe_readwrite *wheel = c->wheel;

	c->wheel = NULL;
	poe_readwrite_free(wheel);
}

int ka_connection_let_out(struct poe_connection *c)
{
	int fd = c->fd;

	memcpy(c->spent, c->slot->spent, sizeof c->spent);
	drop_wheel(c);
	poe_driver_free(c->tls);
	c->tls = NULL;
	poe_watch_free(c->watch);
	c->watch = NULL;
	c->slot = NULL;
	c->fd = -1;
	return fd;
}

void ka_connection_closed(struct poe_connection *c)
{
	ka_note(c->manager, "close", &c->slot->key->name, c->fd);
	close(ka_connection_let_out(c));
	if (!c->on_loan)
		ka_connection_free(c);
}

/* A wheel on this connection's socket and watch.  NULL as poe_readwrite_new, and nothing of the plan is taken. */
static struct poe_readwrite *make_wheel(struct poe_connection *c, const struct poe_readwrite_plan *plan)
{
	struct poe_readwrite_plan whole = *plan;
	struct poe_readwrite *wheel;

	whole.watch = c->watch;
	if (plan->driver == NULL)
		whole.driver = c->tls ? ka_lent_new(c->tls) : poe_driver_socket(c->fd);
	wheel = whole.driver ? poe_readwrite_new(c->manager->kernel, c->fd, &whole) : NULL;
	if (wheel == NULL && plan->driver == NULL) {
		int error = errno;

		poe_driver_free(whole.driver);
		errno = error;
	}
	return wheel;
}

/* The peer has been spoken to by a driver that goes with the wheel: nobody else could go on with that talk. */
static bool is_estranged(const struct poe_connection *c)
{
	return poe_readwrite_driver(c->wheel)->ops != c->own;
}

/* Spoken to, and not a word has come back: if there is to be an answer, the next borrower would get it. */
static bool owes_an_answer(const struct poe_connection *c)
{
	bool asked = c->asked || poe_readwrite_octets_out(c->wheel) > 0;

	return asked && poe_readwrite_octets_in(c->wheel) == 0;
}

/*
 * The new wheel takes the watch from the old one, which goes only then: so a
 * failure changes nothing.  The old one leaves the watch reading, which a new
 * one without an input event does not want.  The connection is the youngest of
 * what its session owns, and so goes before its wheel.
 */
struct poe_readwrite *poe_connection_start(struct poe_connection *c, const struct poe_readwrite_plan *plan)
{
	struct poe_kernel *k = c->manager->kernel;
	struct poe_readwrite *wheel;

	ka_must_be_on_loan(c, "poe_connection_start");
	if (c->slot == NULL) {
		errno = EBADF;
		return NULL;
	}
	if (c->tls != NULL && plan->driver != NULL) {
		errno = EINVAL;
		return NULL;
	}
	wheel = make_wheel(c, plan);
	if (wheel == NULL)
		return NULL;
	if (c->wheel != NULL) {
		c->retired |= is_estranged(c);
		c->asked = owes_an_answer(c);
		drop_wheel(c);
		if (plan->input_event == NULL)
			poe_watch_pause(c->watch, POE_READ);
	}
	c->wheel = wheel;
	c->own = plan->driver == NULL ? poe_readwrite_driver(wheel)->ops : NULL;
	c->deaf = false;
	poe_disown(&c->owned);
	(void)poe_own(k, poe_session_current(k), &c->owned, &loan_kind);
	return wheel;
}

struct poe_readwrite *poe_connection_wheel(const struct poe_connection *c)
{
	return c->wheel;
}

/* Nothing unsent, nothing half read, no answer to come; and a wheel that takes nothing more has shut its side down. */
static enum pool_verdict judge(const struct poe_connection *c)
{
	if (c->retired)
		return VERDICT_SPOILT;
	if (c->wheel == NULL)
		return VERDICT_CLEAN;
	if (is_estranged(c) || owes_an_answer(c))
		return VERDICT_SPOILT;
	if (poe_readwrite_pending_output(c->wheel) > 0 || poe_readwrite_pending_input(c->wheel) > 0)
		return VERDICT_SPOILT;
	return poe_put(c->wheel, poe_none()) < 0 ? VERDICT_SPOILT : VERDICT_CLEAN;
}

/* The watch goes home.  The manager may be gone: then the pool is shut, and closes the socket. */
static void stop_wheel(struct poe_connection *c)
{
	if (c->wheel != NULL) {
		drop_wheel(c);
		(void)poe_watch_give(c->watch, c->manager->session, ready, c);
		poe_watch_weaken(c->watch);
	} else if (c->deaf) {
		poe_watch_resume(c->watch, POE_READ);
	}
	c->deaf = false;
}

static void give_back(struct poe_connection *c)
{
	struct poe_keepalive *ka = c->manager;
	enum pool_verdict verdict = judge(c);

	ka_note(ka, "release", &c->slot->key->name, c->fd);
	stop_wheel(c);
	c->on_loan = false;
	c->retired = false;
	c->asked = false;
	pool_release(&ka->pool, c->slot, verdict);
}

void poe_connection_free(struct poe_connection *c)
{
	struct poe_keepalive *ka;

	if (c == NULL)
		return;
	ka_must_be_on_loan(c, "poe_connection_free");
	ka = c->manager;
	poe_disown(&c->owned);
	if (c->slot != NULL)
		give_back(c);
	else
		ka_connection_free(c);
	ka_work(ka);
	ka_unref(ka);
}

void poe_connection_close(struct poe_connection *c)
{
	ka_must_be_on_loan(c, "poe_connection_close");
	if (c->slot == NULL)
		return;
	pool_release(&c->manager->pool, c->slot, VERDICT_SPOILT);
	ka_work(c->manager);
}

void poe_connection_retire(struct poe_connection *c)
{
	c->retired = true;
}

void poe_connection_hint(struct poe_connection *c, double seconds, int uses)
{
	ka_must_be_on_loan(c, "poe_connection_hint");
	if (c->slot != NULL)
		pool_hint(c->slot, seconds, uses);
}

int poe_connection_fd(const struct poe_connection *c)
{
	return c->fd;
}

unsigned poe_connection_uses(const struct poe_connection *c)
{
	return c->lent - 1;
}

int poe_connection_tls(const struct poe_connection *c, struct poe_tls_info *info)
{
	if (c->tls != NULL)
		return poe_tls_info(c->tls, info);
	errno = ENOTCONN;
	return -1;
}

double poe_connection_age(const struct poe_connection *c)
{
	return poe_now(c->manager->kernel) - c->born;
}
