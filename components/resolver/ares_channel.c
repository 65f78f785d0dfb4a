/*
 * The c-ares channel: its descriptors become watches, its retries one delay.
 * c-ares measures its tries on the real clock, whatever the kernel's is;
 * nobody's deadline depends on them.  On POSIX systems it needs no
 * ares_library_init, whose counter no two threads may touch at once.
 */
#include "ares_channel.h"
#include "ares_answer.h"
#include "ares_open.h"

#include <errno.h>
#include <math.h>
#include <poe/alarm.h>
#include <poe/watch.h>
#include <stdlib.h>
#include <string.h>

struct channel_watch {
	struct channel_watch *next;
	struct resolver_channel *channel;
	struct poe_watch *watch;
	int fd; /* c-ares' own */
};

struct resolver_channel {
	struct resolver_ares ares;
	struct resolver_ares_plan plan;
	char *servers;                 /* the plan's, owned; NULL: the system's own */
	struct poe_kernel *kernel;
	struct channel_watch *watches;
	poe_alarm_id alarm;            /* the next retry; zero while nothing is asked */
	size_t queries;                /* under way, dropped ones too */
	int is_blind;                  /* a descriptor could not be watched: its answers would not be seen */
};

struct resolver_query {
	struct resolver_channel *channel;
	resolver_answered *answered; /* NULL: dropped */
	void *object;
};

/* The tries of a look-up that may take for ever, in seconds. */
static const double usual_timeout = 5;

static void set_alarm(struct resolver_channel *channel)
{
	struct timeval longest = { .tv_sec = channel->ares.try_ms / 1000,
				   .tv_usec = channel->ares.try_ms % 1000 * 1000L };
	struct timeval wait, *next;

	if (channel->alarm.v || channel->queries == 0)
		return;
	/* No query made after this is due earlier than one first try from now, so the alarm need
	   not be looked at again before it comes: ares_timeout walks over all queries. */
	next = ares_timeout(channel->ares.channel, &longest, &wait);
	channel->alarm = poe_delay_set(channel->kernel, "retry",
				       (double)next->tv_sec + (double)next->tv_usec / 1e6);
	if (channel->alarm.v)
		poe_alarm_weaken(channel->kernel, channel->alarm);
}

/* After every call into c-ares.  What cannot be watched cannot be answered: say so to all. */
static void settle_down(struct resolver_channel *channel)
{
	if (channel->is_blind)
		ares_cancel(channel->ares.channel);
	channel->is_blind = 0;
	set_alarm(channel);
}

static void on_ready(struct poe_event *ev)
{
	struct channel_watch *w = ev->object;
	struct resolver_channel *channel = w->channel;
	int ready = poe_watch_ready(w->watch), fd = w->fd;

	ares_process_fd(channel->ares.channel, ready & POE_READ ? fd : ARES_SOCKET_BAD,
			ready & POE_WRITE ? fd : ARES_SOCKET_BAD);
	settle_down(channel);
}

void resolver_channel_tick(struct resolver_channel *channel)
{
	channel->alarm.v = 0;
	ares_process_fd(channel->ares.channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	settle_down(channel);
}

static struct channel_watch *add_watch(struct resolver_channel *channel, int fd, int modes)
{
	struct channel_watch *w = calloc(1, sizeof *w);

	if (w == NULL)
		return NULL;
	w->channel = channel;
	w->fd = fd;
	w->watch = poe_watch_new(channel->kernel, fd, &(struct poe_watch_plan){
		.modes = modes, .handler = on_ready, .object = w });
	if (w->watch == NULL) {
		free(w);
		return NULL;
	}
	poe_watch_weaken(w->watch);
	w->next = channel->watches;
	channel->watches = w;
	return w;
}

static void remove_watch(struct channel_watch **at)
{
	struct channel_watch *w = *at;

	*at = w->next;
	poe_watch_free(w->watch);
	free(w);
}

/* c-ares says what it waits for on a descriptor; nothing, just before it closes it. */
static void on_state(void *object, ares_socket_t fd, int readable, int writable)
{
	struct resolver_channel *channel = object;
	int modes = (readable ? POE_READ : 0) | (writable ? POE_WRITE : 0);
	struct channel_watch **at = &channel->watches;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	if (*at && modes == 0) {
		remove_watch(at);
	} else if (*at) {
		poe_watch_resume((*at)->watch, modes);
		poe_watch_pause((*at)->watch, ~modes);
	} else if (modes && add_watch(channel, fd, modes) == NULL) {
		channel->is_blind = 1;
	}
}

static int set_servers(struct resolver_channel *channel, const char *servers)
{
	if (servers == NULL)
		return 0;
	channel->servers = strdup(servers);
	channel->plan.servers = channel->servers;
	return channel->servers ? 0 : -1;
}

struct resolver_channel *resolver_channel_new(struct poe_kernel *k, const char *servers, double timeout)
{
	struct resolver_channel *channel = calloc(1, sizeof *channel);

	if (channel == NULL)
		return NULL;
	channel->kernel = k;
	channel->plan.timeout = isfinite(timeout) ? timeout : usual_timeout;
	channel->plan.on_state = on_state;
	channel->plan.object = channel;
	if (set_servers(channel, servers) == 0 && resolver_ares_open(&channel->ares, &channel->plan) == 0)
		return channel;
	free(channel->servers);
	free(channel);
	return NULL;
}

void resolver_channel_free(struct resolver_channel *channel)
{
	if (channel == NULL)
		return;
	ares_destroy(channel->ares.channel);
	free(channel->servers);
	free(channel);
}

struct resolver_query *resolver_query_new(struct resolver_channel *channel, resolver_answered *answered,
					  void *object)
{
	struct resolver_query *query = malloc(sizeof *query);

	if (query)
		*query = (struct resolver_query){ channel, answered, object };
	return query;
}

static void on_answer(void *object, int status, int timeouts, struct ares_addrinfo *info)
{
	struct resolver_query *query = object;
	struct resolver_channel *channel = query->channel;
	struct resolver_answer answer;
	double ttl;

	(void)timeouts;
	/* Nothing is cancelled but for want of a watch. */
	ttl = resolver_answer_set(&answer, status == ARES_ECANCELLED ? ARES_ENOMEM : status, info);
	if (query->answered)
		query->answered(query->object, &answer, ttl);
	resolver_addresses_unref(answer.addresses);
	free(query);
	if (--channel->queries > 0 || channel->alarm.v == 0)
		return;
	poe_alarm_remove(channel->kernel, channel->alarm);
	channel->alarm.v = 0;
}

/* c-ares 1.18 cannot read its settings again, so a channel that is idle is opened anew. */
static void refresh(struct resolver_channel *channel)
{
	ares_channel old = channel->ares.channel;

	if (channel->queries > 0 || !resolver_ares_is_outdated(&channel->ares, &channel->plan))
		return;
	if (resolver_ares_open(&channel->ares, &channel->plan) == 0)
		ares_destroy(old);
}

void resolver_query_send(struct resolver_query *query, const char *name, int family)
{
	struct resolver_channel *channel = query->channel;
	struct ares_addrinfo_hints hints = { .ai_family = family, .ai_socktype = SOCK_STREAM };

	refresh(channel);
	channel->queries++;
	ares_getaddrinfo(channel->ares.channel, name, NULL, &hints, on_answer, query);
	settle_down(channel);
}

void resolver_query_drop(struct resolver_query *query)
{
	query->answered = NULL;
}
