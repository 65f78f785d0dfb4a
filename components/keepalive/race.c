/*
 * Races: each address has a head start before the next one is tried beside it.
 * One that fails lets the next one go at once; one that swallows everything
 * gives its lane up after a few seconds, if others wait for it.
 */
#include "dial.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const double head_start = 0.25; /* seconds, as RFC 8305 has it */
static const double patience = 3;      /* seconds, when all lanes are taken: two lost SYNs and their echo */

void ka_race_init(struct race *race, struct dial *dial)
{
	size_t i;

	race->endpoints = &race->one;
	for (i = 0; i < RACE_LANES; i++)
		race->lanes[i].dial = dial;
}

static void drop(struct attempt *a)
{
	int fd;

	if (a->watch == NULL)
		return;
	fd = poe_watch_fd(a->watch);
	poe_watch_free(a->watch);
	a->watch = NULL;
	close(fd);
}

/* One that is connected all the same goes with a reset: its server need not wait for what will never come. */
static void send_home(struct attempt *a)
{
	const struct linger none = { .l_onoff = 1 };

	if (a->watch == NULL)
		return;
	(void)setsockopt(poe_watch_fd(a->watch), SOL_SOCKET, SO_LINGER, &none, sizeof none);
	drop(a);
}

void ka_race_free(struct race *race)
{
	size_t i;

	for (i = 0; i < RACE_LANES; i++)
		drop(&race->lanes[i]);
	if (race->endpoints != &race->one)
		free(race->endpoints);
}

static struct attempt *free_lane(struct race *race)
{
	size_t i;

	for (i = 0; i < RACE_LANES; i++)
		if (race->lanes[i].watch == NULL)
			return &race->lanes[i];
	return NULL;
}

/* The one that has been under way for longest; NULL if none is. */
static struct attempt *oldest(struct race *race)
{
	struct attempt *first = NULL;
	size_t i;

	for (i = 0; i < RACE_LANES; i++)
		if (race->lanes[i].watch != NULL && (first == NULL || race->lanes[i].began < first->began))
			first = &race->lanes[i];
	return first;
}

static void win(struct attempt *a)
{
	struct dial *d = a->dial;
	struct poe_watch *watch = a->watch;
	size_t i;

	a->watch = NULL;
	for (i = 0; i < RACE_LANES; i++)
		send_home(&d->race.lanes[i]);
	ka_dial_connected(d, watch, a->family);
}

/* Readable or writable: the attempt is over, one way or the other. */
static void attempt_ended(struct poe_event *ev)
{
	struct attempt *me = ev->object;
	struct dial *d = me->dial;
	struct poe_keepalive *ka = d->manager;
	socklen_t length = sizeof(int);
	int error = 0;

	if (getsockopt(poe_watch_fd(me->watch), SOL_SOCKET, SO_ERROR, &error, &length) < 0)
		error = errno;
	if (error == 0) {
		win(me);
	} else {
		drop(me);
		ka_dial_note(d, "connect", error);
		ka_race_on(d);
	}
	ka_work(ka);
}

/* The watch is made with the socket: it has one from here on for all its life. */
static const char *open_lane(struct attempt *a, int family)
{
	const struct poe_watch_plan plan = { .modes = POE_WRITE, .handler = attempt_ended, .object = a };
	struct poe_keepalive *ka = a->dial->manager;
	const char *failed;
	int fd = ka_way_open(&a->dial->way, family, &ka->usual.socket, &failed), error;

	if (fd < 0)
		return failed;
	a->watch = poe_watch_new(ka->kernel, fd, &plan);
	if (a->watch == NULL) {
		error = errno;
		close(fd);
		errno = error;
		return "socket";
	}
	poe_watch_weaken(a->watch);
	a->began = poe_now(ka->kernel);
	a->family = family;
	return NULL;
}

/* 1 when it is connected, 0 when that will show; -1, and noted. */
static int begin(struct attempt *a, const struct poe_endpoint *to)
{
	const char *failed = open_lane(a, to->address.ss_family);
	int connected = failed ? -1 : ka_way_connect(poe_watch_fd(a->watch), to);

	if (connected < 0) {
		ka_dial_note(a->dial, failed ? failed : "connect", errno);
		drop(a);
	}
	return connected;
}

/* Seconds until ka_race_late: with a short deadline every address gets its share of it. */
static double time_to_wait(struct dial *d)
{
	struct race *race = &d->race;
	double left = ka_dial_left(d), share = left / (double)(race->count - race->next + 1);

	if (race->next == race->count)
		return left;
	if (free_lane(race) != NULL)
		return fmin(head_start, share);
	return fmax(0, fmin(oldest(race)->began + patience - poe_now(d->manager->kernel), share));
}

static void await(struct dial *d)
{
	if (pool_dial_bound(&d->manager->pool, d->slot, time_to_wait(d)) == 0)
		return;
	ka_dial_note(d, "connect", ENOMEM);
	ka_dial_lost(d);
}

void ka_race_on(struct dial *d)
{
	struct race *race = &d->race;
	struct attempt *lane;
	int connected = -1;

	while (connected < 0 && race->next < race->count && (lane = free_lane(race)) != NULL)
		connected = begin(lane, &race->endpoints[race->next++]);
	if (connected == 1)
		win(lane);
	else if (oldest(race) != NULL)
		await(d);
	else
		ka_dial_lost(d);
}

void ka_race_late(struct dial *d)
{
	if (free_lane(&d->race) == NULL) {
		ka_dial_note(d, "connect", ETIMEDOUT);
		drop(oldest(&d->race));
	}
	ka_race_on(d);
}
