/* See tls_wheels.h. */
#include "tls_wheels.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static char pattern_at(size_t place)
{
	return (char)(place * 31 + place / 251);
}

char *tls_wheels_pattern(size_t length)
{
	char *octets = malloc(length);

	assert_non_null(octets);
	for (size_t i = 0; i < length; i++)
		octets[i] = pattern_at(i);
	return octets;
}

static void note(struct tls_end *end, const char *format, ...)
{
	struct tls_wheels *w = end->both;
	size_t length = strlen(w->log);
	va_list list;

	length += (size_t)snprintf(w->log + length, sizeof w->log - length, "%s:", end->name);
	va_start(list, format);
	vsnprintf(w->log + length, sizeof w->log - length, format, list);
	va_end(list);
}

static void hook(struct tls_end *end, const char *event)
{
	struct tls_wheels *w = end->both;
	char name[64];

	snprintf(name, sizeof name, "%s:%s", end->name, event);
	if (w->hook_event != NULL && strcmp(w->hook_event, name) == 0)
		w->hook(end);
}

static void count(struct tls_end *end, const char *octets, size_t length)
{
	for (size_t i = 0; i < length; i++)
		assert_int_equal(octets[i], pattern_at(end->octets + i));
	end->octets += length;
}

static void on_input(struct poe_event *ev)
{
	struct tls_end *me = ev->heap;
	size_t length;
	const char *octets = poe_arg_bytes(ev, 0, &length);

	if (me->is_counting)
		count(me, octets, length);
	else
		note(me, "input:%.*s ", (int)length, octets);
	hook(me, ev->name);
}

static void on_error(struct poe_event *ev)
{
	struct tls_end *me = ev->heap;
	int error_num = (int)poe_arg_int(ev, 1);

	note(me, "error:%s:%s", poe_arg_str(ev, 0), error_num != 0 ? strerrorname_np(error_num) : "0");
	hook(me, ev->name);
	/* Behind the hook, which may have freed the wheel: the text is the event's. */
	if (error_num != 0)
		strcat(strcat(me->both->log, ":"), poe_arg_str(ev, 2));
	strcat(me->both->log, " ");
}

static void on_plain(struct poe_event *ev)
{
	struct tls_end *me = ev->heap;

	note(me, "%s ", ev->name);
	hook(me, ev->name);
}

static void on_start(struct poe_event *ev)
{
	struct tls_end *me = ev->heap;

	me->session = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void on_do(struct poe_event *ev)
{
	struct tls_end *me = ev->heap;

	me->step(me);
}

static void on_quiet(struct poe_event *ev)
{
	struct tls_end *me = ev->heap;

	me->both->quiet++;
}

static const struct poe_state states[] = {
	{ "_start", on_start }, { "input", on_input }, { "error", on_error }, { "flushed", on_plain },
	{ "do", on_do }, { "quiet", on_quiet }, { 0 }
};

static void make_end(struct tls_wheels *w, struct tls_end *end, const char *name, struct tls_end *other)
{
	*end = (struct tls_end){ .both = w, .name = name, .other = other, .fd = -1 };
	end->plan = (struct poe_readwrite_plan){ .input_event = "input", .error_event = "error" };
	poe_session_create(w->kernel, &(struct poe_session_plan){ .states = states, .heap = end });
}

struct tls_wheels *tls_wheels_new(void)
{
	struct tls_wheels *w = calloc(1, sizeof *w);

	assert_non_null(w);
	w->pair = tls_pair_new();
	w->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL });
	assert_non_null(w->kernel);
	make_end(w, &w->client, "client", &w->server);
	make_end(w, &w->server, "server", &w->client);
	return w;
}

void tls_wheels_connect(struct tls_wheels *w)
{
	struct tls_pair *p = w->pair;

	tls_pair_open(p);
	w->client.driver = p->client;
	w->server.driver = p->server;
	w->client.fd = p->fds[0];
	w->server.fd = p->fds[1];
	p->client = p->server = NULL;
	p->fds[0] = p->fds[1] = -1;
}

static void start(struct tls_end *end)
{
	end->plan.driver = end->driver;
	end->wheel = poe_readwrite_new(end->both->kernel, end->fd, &end->plan);
	assert_non_null(end->wheel);
	end->driver = NULL;
	end->fd = -1;
}

void tls_wheels_start(struct tls_end *end)
{
	tls_wheels_do(end, start);
}

struct tls_wheels *tls_wheels_started(void)
{
	struct tls_wheels *w = tls_wheels_new();

	tls_wheels_connect(w);
	tls_wheels_start(&w->client);
	tls_wheels_start(&w->server);
	return w;
}

struct tls_wheels *tls_wheels_started_in_clear(void)
{
	struct tls_wheels *w = tls_wheels_new();

	tls_wheels_connect(w);
	w->client.later = w->client.driver;
	w->server.later = w->server.driver;
	w->client.driver = w->server.driver = NULL;
	tls_wheels_start(&w->client);
	tls_wheels_start(&w->server);
	return w;
}

void tls_wheels_set_driver(struct tls_end *end)
{
	assert_int_equal(poe_readwrite_set_driver(end->wheel, end->later), 0);
	end->later = NULL;
}

void tls_wheels_do(struct tls_end *end, tls_step *step)
{
	end->step = step;
	poe_call(end->both->kernel, end->session, "do");
}

static void set_quiet(struct tls_end *end)
{
	assert_int_not_equal(poe_delay_set(end->both->kernel, "quiet", 1).v, 0);
}

/* An end that the loop came to for nothing, again and again, would keep the clock from going on. */
void tls_wheels_settle(struct tls_wheels *w)
{
	int before = w->quiet, slices = 0;

	tls_wheels_do(&w->client, set_quiet);
	while (w->quiet == before) {
		assert_int_equal(poe_run_one_timeslice(w->kernel), 1);
		assert_true(++slices < 100000);
	}
}

void tls_wheels_assert_told(struct tls_wheels *w, const char *expected)
{
	assert_string_equal(w->log, expected);
	w->log[0] = '\0';
}

void tls_wheels_free_wheel(struct tls_end *end)
{
	poe_readwrite_free(end->wheel);
	end->wheel = NULL;
}

static void end_end(struct tls_end *end)
{
	tls_wheels_do(end, tls_wheels_free_wheel);
	poe_driver_free(end->driver);
	poe_driver_free(end->later);
	if (end->fd >= 0)
		close(end->fd);
}

void tls_wheels_free(struct tls_wheels *w)
{
	struct poe_kernel_stats stats;

	end_end(&w->client);
	end_end(&w->server);
	tls_wheels_settle(w);
	poe_kernel_stats(w->kernel, &stats);
	assert_int_equal(stats.watches, 0);
	assert_int_equal(stats.owned, 0);
	assert_int_equal(stats.queued, 0);
	poe_kernel_free(w->kernel);
	tls_pair_free(w->pair);
	free(w);
}
