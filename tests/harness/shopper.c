/* See shop.h.  Who comes there, asks, and is answered. */
#include "shopper.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void tick(struct poe_event *ev)
{
	(void)ev;
}

static void wind_up(struct poe_event *ev)
{
	assert_true(poe_delay_set(ev->kernel, "tick", 1.0).v != 0);
}

static const struct poe_state clock_states[] = { { "_start", wind_up }, { "tick", tick }, { 0 } };

poe_sid shopper_clock(struct shop *s)
{
	return poe_session_create(s->kernel, &(struct poe_session_plan){ .states = clock_states });
}

static void settle(struct shopper *me, enum shopper_end end)
{
	shop_assert(me->shop, me->end == SHOPPER_WAITS, "a shopper ends twice");
	me->end = end;
	me->shop->waiting--;
}

/* Whoever gives up an exchange, or is told nonsense, closes the connection: only he knows that more is to come. */
static void close_and_free(struct poe_connection *c)
{
	poe_connection_close(c);
	poe_connection_free(c);
}

static void part(struct shopper *me, enum shopper_end end, void (*give_up)(struct poe_connection *c))
{
	struct poe_connection *c = me->connection;

	me->connection = NULL;
	if (me->alarm.v != 0)
		(void)poe_alarm_remove(me->shop->kernel, me->alarm);
	settle(me, end);
	if (c != NULL)
		give_up(c);
}

static void note_response(struct shopper *me, const struct poe_keepalive_response *r)
{
	me->responses++;
	me->answered = poe_now(me->shop->kernel);
	me->error_num = r->error_num;
	snprintf(me->from_cache, sizeof me->from_cache, "%s", r->from_cache ? r->from_cache : "new");
	snprintf(me->function, sizeof me->function, "%s", r->function ? r->function : "");
	snprintf(me->phase, sizeof me->phase, "%s", r->phase ? r->phase : "");
}

static void got(struct poe_event *ev)
{
	struct shopper *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);
	char text[CHAOS_REQUEST + 1];

	note_response(me, r);
	me->connection = poe_keepalive_take(r);
	if (me->connection == NULL) {
		settle(me, SHOPPER_REFUSED);
		return;
	}
	assert_non_null(poe_connection_start(me->connection, &(struct poe_readwrite_plan){
		.input_event = "input", .error_event = "error",
		.filter = me->shop->piecemeal ? poe_filter_stream() :
			  poe_filter_block(&(struct poe_filter_block_plan){ .size = CHAOS_ANSWER }),
		.output_filter = poe_filter_stream() }));
	me->alarm = poe_delay_set(ev->kernel, "late", SHOP_PATIENCE);
	chaos_request(me->number, text);
	(void)poe_put(poe_connection_wheel(me->connection), poe_str(text));
}

static void input(struct poe_event *ev)
{
	struct shopper *me = ev->heap;
	char text[CHAOS_ANSWER + 1];
	size_t length;
	const void *octets = poe_arg_bytes(ev, 0, &length);

	shop_assert(me->shop, length <= sizeof me->heard - me->length, "more than an answer");
	memcpy(me->heard + me->length, octets, length);
	me->length += length;
	if (me->length < CHAOS_ANSWER)
		return;
	chaos_answer(me->number, text);
	if (memcmp(me->heard, text, CHAOS_ANSWER) == 0)
		part(me, SHOPPER_SERVED, poe_connection_free);
	else
		part(me, SHOPPER_WRONGED, close_and_free);
}

static void error(struct poe_event *ev)
{
	struct shopper *me = ev->heap;

	if (me->connection != NULL)
		part(me, SHOPPER_BROKEN, poe_connection_free);
}

static void late(struct poe_event *ev)
{
	struct shopper *me = ev->heap;

	me->alarm.v = 0;
	part(me, SHOPPER_LATE, close_and_free);
}

struct errand {
	void (*give_up)(struct poe_connection *c);
};

static void leave(struct poe_event *ev)
{
	const struct errand *errand = poe_arg_ptr(ev, 0);

	part(ev->heap, SHOPPER_LEFT, errand->give_up);
}

void shopper_leave(struct shopper *me, void (*give_up)(struct poe_connection *c))
{
	struct errand errand = { give_up };

	(void)poe_call(me->shop->kernel, me->session, "leave", poe_ptr(&errand));
}

void shopper_be_stopped(struct shopper *me)
{
	me->connection = NULL;
	settle(me, SHOPPER_LEFT);
	assert_int_equal(poe_signal(me->shop->kernel, me->session, "KILL"), 0);
}

void shopper_take_back(struct shopper *me)
{
	settle(me, SHOPPER_LEFT);
	assert_int_equal(poe_keepalive_deallocate(me->shop->ka, me->id), 0);
}

static void start(struct poe_event *ev)
{
	struct shopper *me = ev->heap;
	struct poe_keepalive_request request = {
		.scheme = "shop", .address = me->shop->address, .port = me->shop->port, .event = "got", .tls = me->shop->trust };
	struct poe_value id;

	me->asked = poe_now(ev->kernel);
	id = poe_call(ev->kernel, poe_keepalive_address(me->shop->ka), "allocate", poe_keepalive_ask(&request));
	assert_int_equal(id.kind, POE_INT);
	me->id.v = (uint64_t)id.as.i;
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "got(o)", got },
	{ "input(b)", input },
	{ "error", error },
	{ "late", late },
	{ "leave(p)", leave },
	{ 0 }
};

struct shopper *shop_enter(struct shop *s)
{
	struct shopper *me = &s->shoppers[s->count];

	assert_true(s->count < SHOPPERS);
	*me = (struct shopper){ .shop = s, .number = ++s->count };
	s->waiting++;
	me->session = poe_session_create(s->kernel, &(struct poe_session_plan){ .states = states, .heap = me });
	assert_true(me->session.v != 0);
	return me;
}
