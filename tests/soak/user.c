/*
 * A user: thinks, asks the manager for a connection, orders an answer, looks at
 * each octet of it, gives the connection back.  Whatever else happens is either
 * what the order says, or a fault.
 */
#include "soak.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static const double thought = 1;    /* seconds at most */
static const double timeout = 10;   /* for the manager's answer; seconds */
static const double patience = 3;   /* for the server's */
static const double lateness = 2;   /* of a timer on a busy machine */

enum quits { STAYS, QUITS_AT_ONCE, QUITS_HALF_WAY };

struct user {
	struct crowd *crowd;
	uint64_t random;
	unsigned number, orders;
	int key;
	struct order order;
	size_t got;
	double asked, put;
	int by_call;                          /* not 0: asks by the call, else by the message */
	enum quits quits;
	struct poe_connection *connection;    /* on loan */
};

static unsigned below(struct user *me, unsigned limit)
{
	me->random ^= me->random << 13;
	me->random ^= me->random >> 7;
	me->random ^= me->random << 17;
	return (unsigned)(me->random >> 33) % limit;
}

static void fault(struct user *me, const char *what, const char *why)
{
	fprintf(stderr, "soak: order %s %c, %zu of %zu octets: %s%s%s\n", me->order.marker, me->order.fate, me->got,
		me->order.size, what, *why ? ": " : "", why);
	me->crowd->tally.faults++;
}

/* Of a hundred orders five are reset, one stalls, and one ends with its connection. */
static void think_up(struct user *me)
{
	unsigned kind = below(me, 100), room = 16U << below(me, 13);

	snprintf(me->order.marker, sizeof me->order.marker, "%08x%08x", me->number, me->orders++);
	me->order.size = 1 + below(me, room < LARGEST ? room : LARGEST);
	me->order.at = below(me, (unsigned)me->order.size);
	me->order.fate = kind < 5 ? FATE_RESET : kind < 6 ? FATE_STALL : kind < 7 ? FATE_LEAVE : FATE_WHOLE;
	me->key = below(me, 20) == 0 ? me->crowd->task->keys - 1 : (int)below(me, (unsigned)me->crowd->task->keys);
	me->quits = below(me, 20) != 0 ? STAYS : below(me, 2) == 0 ? QUITS_AT_ONCE : QUITS_HALF_WAY;
	me->by_call = below(me, 2) == 0;
	me->got = 0;
}

/* Some are in no hurry, so that not all are at it at the same time. */
static void think(struct poe_event *ev)
{
	struct user *me = ev->heap;

	if (me->crowd->ending)
		return;
	think_up(me);
	poe_delay_set(ev->kernel, "ask", thought * below(me, 1000) / 1000);
}

static void give_back(struct user *me, struct poe_kernel *k)
{
	poe_alarm_clear(k, "late");
	poe_connection_free(me->connection);
	me->connection = NULL;
}

static void done(struct poe_event *ev, long *counter)
{
	struct user *me = ev->heap;

	(*counter)++;
	give_back(me, ev->kernel);
	think(ev);
}

/* An exchange that stops half way spoils its connection, which only the user can know. */
static void break_off(struct poe_event *ev, long *counter)
{
	struct user *me = ev->heap;

	if (below(me, 2) == 0)
		poe_connection_retire(me->connection);
	else
		poe_connection_close(me->connection);
	done(ev, counter);
}

/*
 * The answer to what was put is still to come.  Whoever has that connection next
 * would get it, which is likely to be this user, who asks for the same key again.
 */
static void quit_at_once(struct poe_event *ev)
{
	struct user *me = ev->heap;
	int key = me->key;

	poe_connection_retire(me->connection);
	give_back(me, ev->kernel);
	me->crowd->tally.quit++;
	think_up(me);
	me->key = key;
	poe_yield(ev->kernel, "ask");
}

static void put_order(struct poe_event *ev)
{
	struct user *me = ev->heap;
	struct poe_readwrite *wheel = poe_connection_start(me->connection, &(struct poe_readwrite_plan){
			.input_event = "octets", .error_event = "lost",
			.filter = poe_filter_stream(), .output_filter = poe_filter_line(NULL) });
	char line[ORDER_LINE];

	order_write(&me->order, line);
	me->put = poe_now(ev->kernel);
	if (wheel == NULL || poe_put(wheel, poe_str(line)) < 0)
		fault(me, "cannot be put", strerror(errno));
	if (me->quits == QUITS_AT_ONCE)
		quit_at_once(ev);
	else
		poe_delay(ev->kernel, "late", patience);
}

static struct poe_keepalive_request request_of(struct user *me, char tag[16])
{
	struct poe_keepalive_request request = task_key(me->crowd->task, me->key, tag);

	request.timeout = timeout;
	return request;
}

/* One of ten that would have to wait changes its mind. */
static void ask_by_call(struct poe_event *ev, struct poe_keepalive_request *request)
{
	struct user *me = ev->heap;

	me->connection = poe_keepalive_allocate(me->crowd->manager, request);
	if (me->connection != NULL) {
		put_order(ev);
	} else if (errno != EINPROGRESS) {
		fault(me, "not accepted", strerror(errno));
		think(ev);
	} else if (below(me, 10) == 0) {
		if (poe_keepalive_deallocate(me->crowd->manager, request->id) < 0)
			fault(me, "not cancelled", strerror(errno));
		me->crowd->tally.cancelled++;
		think(ev);
	}
}

static void ask(struct poe_event *ev)
{
	struct user *me = ev->heap;
	char tag[16];
	struct poe_keepalive_request request = request_of(me, tag);

	me->asked = poe_now(ev->kernel);
	me->crowd->tally.asked++;
	if (me->by_call)
		ask_by_call(ev, &request);
	else if (poe_post(ev->kernel, poe_keepalive_address(me->crowd->manager), "allocate",
			  poe_keepalive_ask(&request)) < 0)
		fault(me, "not posted", strerror(errno));
}

static void note_wait(struct user *me, struct poe_kernel *k)
{
	double waited = poe_now(k) - me->asked;

	if (waited > me->crowd->tally.longest_wait)
		me->crowd->tally.longest_wait = waited;
	if (waited > timeout + lateness)
		fault(me, "the manager's answer is late", "");
}

static void connection(struct poe_event *ev)
{
	struct user *me = ev->heap;
	struct poe_keepalive_response *response = poe_keepalive_response(ev);

	note_wait(me, ev->kernel);
	me->connection = poe_keepalive_take(response);
	if (me->connection != NULL) {
		put_order(ev);
		return;
	}
	me->crowd->tally.refused++;
	if (response->error_num != ETIMEDOUT)
		fault(me, response->function, response->error_str);
	think(ev);
}

/* 0; -1: an octet that is not of this order's answer. */
static int check_octets(struct user *me, const unsigned char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++, me->got++)
		if (me->got == me->order.size || octets[i] != order_octet(&me->order, me->got))
			return -1;
	return 0;
}

static void whole(struct poe_event *ev)
{
	struct user *me = ev->heap;
	struct tally *tally = &me->crowd->tally;
	double taken = poe_now(ev->kernel) - me->put;

	if (taken > tally->longest_answer)
		tally->longest_answer = taken;
	done(ev, me->order.fate == FATE_LEAVE ? &tally->left : &tally->whole);
}

static void octets(struct poe_event *ev)
{
	struct user *me = ev->heap;
	size_t length;
	const void *octets = poe_arg_bytes(ev, 0, &length);

	if (check_octets(me, octets, length) < 0) {
		fault(me, "somebody else's octets", "");
		break_off(ev, &me->crowd->tally.quit);
	} else if (me->got == me->order.size) {
		whole(ev);
	} else if (me->quits == QUITS_HALF_WAY) {
		break_off(ev, &me->crowd->tally.quit);
	}
}

/* The server had gone from a kept connection, and the look at it came too early. */
static void try_again(struct poe_event *ev)
{
	struct user *me = ev->heap;
	char tag[16];
	struct poe_keepalive_request request = request_of(me, tag);

	me->crowd->tally.stale++;
	poe_alarm_clear(ev->kernel, "late");
	if (poe_keepalive_reallocate(me->crowd->manager, me->connection, &request) == 0) {
		me->connection = NULL;
		return;
	}
	fault(me, "not tried again", strerror(errno));
	done(ev, &me->crowd->tally.quit);
}

/* A connection may also be left, by an order before, in the middle of a stall. */
static void lost(struct poe_event *ev)
{
	struct user *me = ev->heap;

	if (me->order.fate == FATE_RESET && me->got <= me->order.at) {
		done(ev, &me->crowd->tally.reset);
	} else if (me->order.fate == FATE_STALL && me->got == me->order.at) {
		done(ev, &me->crowd->tally.stalled);
	} else if (me->got == 0 && poe_connection_uses(me->connection) > 0) {
		try_again(ev);
	} else {
		fault(me, "lost", poe_arg_str(ev, 2));
		done(ev, &me->crowd->tally.quit);
	}
}

static void late(struct poe_event *ev)
{
	struct user *me = ev->heap;

	if (me->order.fate != FATE_STALL || me->got != me->order.at)
		fault(me, "stuck", "");
	break_off(ev, &me->crowd->tally.stalled);
}

static void stop(struct poe_event *ev)
{
	struct user *me = ev->heap;

	me->crowd->users--;
}

static const struct poe_state states[] = {
	{ "_start", think },	{ "ask", ask },		   { "connection(o)", connection },
	{ "octets(b)", octets }, { "lost(sis)", lost }, { "late", late },
	{ "_stop", stop },	{ 0 },
};

void user_create(struct poe_kernel *k, struct crowd *crowd, int number)
{
	struct user *user = calloc(1, sizeof *user);

	if (user == NULL) {
		crowd->tally.faults++;
		return;
	}
	*user = (struct user){ .crowd = crowd, .number = (unsigned)number,
			       .random = ((uint64_t)number + 1) * UINT64_C(0x9e3779b97f4a7c15) };
	crowd->users++;
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = user, .free_heap = free });
}
