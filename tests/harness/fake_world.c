/* See fake_world.h. */
#include "fake_world.h"
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static struct fake_world *world_of(struct pool *pool)
{
	return (struct fake_world *)(void *)pool;
}

__attribute__((format(printf, 2, 3))) static void note(struct pool *pool, const char *format, ...)
{
	struct fake_world *w = world_of(pool);
	size_t length = strlen(w->log);
	va_list args;

	if (w->quiet)
		return;
	if (length > 0 && length + 2 < sizeof w->log) {
		strcpy(w->log + length, ", ");
		length += 2;
	}
	va_start(args, format);
	vsnprintf(w->log + length, sizeof w->log - length, format, args);
	va_end(args);
}

static double fake_now(struct pool *pool)
{
	return world_of(pool)->now;
}

static void fake_wake_at(struct pool *pool, double when)
{
	world_of(pool)->wake = when;
}

static void fake_start(struct pool *pool, struct pool_slot *slot)
{
	struct fake_world *w = world_of(pool);

	note(pool, "dial %s", slot->key->name.address);
	w->dials++;
	if (w->dial_error == 0)
		return;
	w->dials--;
	pool_dial_failed(pool, slot, SCOPE_ATTEMPT,
			 &(struct pool_failure){ .function = "socket", .error_num = w->dial_error });
}

static void fake_cancel(struct pool *pool, struct pool_slot *slot)
{
	note(pool, "cancel %s", slot->key->name.address);
	world_of(pool)->dials--;
}

static void fake_late(struct pool *pool, struct pool_slot *slot)
{
	note(pool, "late %s", slot->key->name.address);
}

static enum pool_health fake_probe(struct pool *pool, struct pool_slot *slot)
{
	(void)slot;
	return world_of(pool)->health;
}

static void fake_close(struct pool *pool, struct pool_slot *slot)
{
	note(pool, "close %s", slot->key->name.address);
}

static int fake_ping(struct pool *pool, struct pool_slot *slot)
{
	note(pool, "ping %s", slot->key->name.address);
	return world_of(pool)->ping_result;
}

static void fake_overdue(struct pool *pool, struct pool_slot *slot)
{
	note(pool, "overdue %s", slot->key->name.address);
}

static void fake_returned(struct pool *pool, struct pool_slot *slot)
{
	note(pool, "returned %s", slot->key->name.address);
}

static const char *ending(enum pool_ending how)
{
	static const char *const words[ENDINGS] = { "immediate", "deferred", "new", "failed", "?", "late" };

	return words[how];
}

static void fake_answer(struct pool *pool, struct pool_request *request, const struct pool_answer *answer)
{
	struct fake_request *r = (struct fake_request *)(void *)request;

	if (world_of(pool)->quiet)
		return;
	r->answers++;
	r->slot = answer->slot;
	if (answer->slot != NULL) {
		note(pool, "grant %d %s", r->number, ending(request->ending));
		return;
	}
	r->error_num = answer->failure->error_num;
	note(pool, "fail %d %s%s%s", r->number, answer->failure->function,
	     answer->failure->phase ? " in " : "", answer->failure->phase ? answer->failure->phase : "");
}

static const struct pool_world fake_functions = {
	.now = fake_now,
	.recent = fake_now,
	.wake_at = fake_wake_at,
	.start_dial = fake_start,
	.cancel_dial = fake_cancel,
	.dial_late = fake_late,
	.probe = fake_probe,
	.close = fake_close,
	.ping = fake_ping,
	.overdue = fake_overdue,
	.returned = fake_returned,
	.answer = fake_answer,
};

struct fake_world *fake_world_new(unsigned max_per_host, unsigned max_open)
{
	struct fake_world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	w->wake = INFINITY;
	pool_init(&w->pool, &fake_functions,
		  &(struct pool_plan){ .max_per_host = max_per_host,
				       .max_open = max_open,
				       .max_queue = 50,
				       .keep_alive = 15,
				       .seed = 1 });
	return w;
}

void fake_world_free(struct fake_world *w)
{
	int i;

	assert_null(pool_check(&w->pool));
	pool_shutdown(&w->pool);
	for (i = 0; i < w->asked; i++) {
		if (w->requests[i].request.state == REQUEST_ANSWERED)
			pool_let_go(&w->pool, &w->requests[i].request);
		else if (w->requests[i].slot != NULL)
			fake_release(w, &w->requests[i]);
	}
	assert_null(pool_check(&w->pool));
	assert_int_equal(w->pool.keys.count, 0);
	assert_int_equal(w->pool.tickets.held, 0);
	assert_int_equal(w->dials, 0);
	pool_free(&w->pool);
	free(w);
}

struct fake_world *fake_world_for(void **state, unsigned max_per_host, unsigned max_open)
{
	struct fake_world *w = fake_world_new(max_per_host, max_open);

	*state = w;
	return w;
}

int fake_world_end(void **state)
{
	fake_world_free(*state);
	return 0;
}

struct fake_request *fake_ask_within(struct fake_world *w, const char *host, double seconds)
{
	struct fake_request *r = &w->requests[w->asked++];

	r->number = w->asked;
	if (pool_allocate(&w->pool, &r->request,
			  &(struct pool_name){ .scheme = "http", .address = host, .port = 80 }, seconds) < 0)
		r->error_num = errno;
	return r;
}

struct fake_request *fake_ask(struct fake_world *w, const char *host)
{
	return fake_ask_within(w, host, 10);
}

static struct pool_slot *oldest_dial(struct fake_world *w, const char *host)
{
	struct link *l;

	for (l = w->pool.dials.next; l != &w->pool.dials; l = l->next) {
		struct pool_slot *slot = LIST_ENTRY(l, struct pool_slot, in_pool);

		if (strcmp(slot->key->name.address, host) == 0)
			return slot;
	}
	fail_msg("no dial of %s", host);
	return NULL;
}

void fake_connect(struct fake_world *w, const char *host)
{
	w->dials--;
	pool_dialled(&w->pool, oldest_dial(w, host));
}

void fake_refuse(struct fake_world *w, const char *host)
{
	w->dials--;
	pool_dial_failed(&w->pool, oldest_dial(w, host), SCOPE_ATTEMPT,
			 &(struct pool_failure){ .function = "connect", .error_num = ECONNREFUSED });
}

void fake_no_such_name(struct fake_world *w, const char *host)
{
	w->dials--;
	pool_dial_failed(&w->pool, oldest_dial(w, host), SCOPE_NAME,
			 &(struct pool_failure){ .function = "resolve", .error_num = ENOENT });
}

void fake_release(struct fake_world *w, struct fake_request *r)
{
	struct pool_slot *slot = r->slot;

	if (r->request.state == REQUEST_ANSWERED)
		(void)pool_take(&w->pool, &r->request);
	r->slot = NULL;
	pool_release(&w->pool, slot, VERDICT_CLEAN);
}

void fake_pass(struct fake_world *w, double seconds)
{
	w->now += seconds;
	if (w->now < w->wake)
		return;
	w->wake = INFINITY;
	pool_expire(&w->pool);
}

const char *fake_log(struct fake_world *w)
{
	assert_null(pool_check(&w->pool));
	memcpy(w->seen, w->log, sizeof w->seen);
	w->log[0] = '\0';
	return w->seen;
}

uint64_t fake_id(const struct fake_world *w, const struct fake_request *r)
{
	return pool_ticket_id(&w->pool.tickets, &r->request);
}
