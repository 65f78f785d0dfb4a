/*
 * Opening a c-ares channel: whom it asks, and how often.
 */
#include "ares_open.h"

#include <errno.h>
#include <string.h>

static const char settings_path[] = "/etc/resolv.conf";

enum { TRY_MS_MIN = 20, TRY_MS_MAX = 5000, SHARE_OF_TIMEOUT = 900 };

static int fail(int status)
{
	errno = status == ARES_ENOMEM ? ENOMEM : status == ARES_EFILE ? EIO : EINVAL;
	return -1;
}

/*
 * With servers of its own a resolver takes names as they are: neither the
 * machine's servers nor its search list have a say.  Hosts files are read
 * elsewhere, so that "b" for DNS alone remains.
 */
static int open_with(ares_channel *channel, const struct resolver_ares_plan *plan, int try_ms, int tries)
{
	char nowhere[] = "/dev/null", dns[] = "b";
	struct ares_options options = { .timeout = try_ms, .tries = tries, .lookups = dns,
					.sock_state_cb = plan->on_state, .sock_state_cb_data = plan->object,
					.resolvconf_path = nowhere };
	int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS | ARES_OPT_SOCK_STATE_CB;
	int status;

	if (plan->servers)
		mask |= ARES_OPT_RESOLVCONF | ARES_OPT_DOMAINS;
	status = ares_init_options(channel, &options, mask);
	if (status != ARES_SUCCESS)
		return fail(status);
	if (plan->servers)
		status = ares_set_servers_ports_csv(*channel, plan->servers);
	if (status != ARES_SUCCESS) {
		ares_destroy(*channel);
		return fail(status);
	}
	return 0;
}

static int count_servers(ares_channel channel)
{
	struct ares_addr_port_node *first = NULL;
	int count = 0;

	if (ares_get_servers_ports(channel, &first) != ARES_SUCCESS)
		return 1;
	for (const struct ares_addr_port_node *s = first; s; s = s->next)
		count++;
	ares_free_data(first);
	return count;
}

/* The length of a first try, of which `units` add up to all of them. */
static int first_try(double timeout, int units)
{
	double ms = timeout * SHARE_OF_TIMEOUT / units;

	if (ms > TRY_MS_MAX)
		return TRY_MS_MAX;
	return ms < TRY_MS_MIN ? TRY_MS_MIN : (int)ms;
}

/*
 * c-ares waits twice as long in each round over its servers.  Its tries are
 * made to end just before the timeout: when one family only is ever answered,
 * it then hands that one over, where a deadline would have lost it.
 */
static int open_channel(struct resolver_ares *ares, const struct resolver_ares_plan *plan)
{
	ares_channel one;
	int servers;

	ares->try_ms = first_try(plan->timeout, 1 + 2 + 4);
	if (open_with(&one, plan, ares->try_ms, 3) < 0)
		return -1;
	servers = count_servers(one);
	if (servers <= 1) {
		ares->channel = one;
		return 0;
	}
	ares->try_ms = first_try(plan->timeout, (1 + 2) * servers);
	ares_destroy(one);
	return open_with(&ares->channel, plan, ares->try_ms, 2);
}

static void read_settings(struct stat *settings)
{
	if (stat(settings_path, settings) < 0)
		memset(settings, 0, sizeof *settings);
}

int resolver_ares_open(struct resolver_ares *ares, const struct resolver_ares_plan *plan)
{
	struct resolver_ares fresh = { .channel = NULL };

	if (plan->servers == NULL)
		read_settings(&fresh.settings);
	if (open_channel(&fresh, plan) < 0)
		return -1;
	*ares = fresh;
	return 0;
}

int resolver_ares_is_outdated(const struct resolver_ares *ares, const struct resolver_ares_plan *plan)
{
	struct stat now;

	if (plan->servers)
		return 0;
	read_settings(&now);
	return now.st_mtim.tv_sec != ares->settings.st_mtim.tv_sec ||
	       now.st_mtim.tv_nsec != ares->settings.st_mtim.tv_nsec || now.st_ino != ares->settings.st_ino;
}
