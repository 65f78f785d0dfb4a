/*
 * fetch: many pages over few connections.
 *
 *     fetch [-n pages] [-c connections]    from a server of its own, then three that must fail
 *     fetch [-c connections] [-C file] [-x proxy] URL...
 *                                          these, a line for each; https servers that the system's
 *                                          certificates, or those in the file, vouch for
 *
 * The program is a handful of sessions that know each other by alias and
 * message only: the crawl and its fetchers, the report, the server, the full
 * server, and the connection manager with its resolver.  This file reads the
 * arguments, starts them, and prints the table when all have gone.
 */
#include "crawl.h"
#include "deaf.h"
#include "report.h"
#include "server.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <unistd.h>

static const double hopeless_timeout = 0.3; /* seconds */

struct options {
	int pages, connections;
	const char *ca_file, *proxy; /* NULL: the system's; none */
};

struct fetch {
	struct options options;
	struct report report;
	struct pages pages, hopeless;
	struct crawl crawl;
	struct poe_tls *tls; /* owned; NULL: the manager's own */
};

static int read_number(const char *text, int max)
{
	char *end;
	long number = strtol(text, &end, 10);

	return *text != '\0' && *end == '\0' && number >= 1 && number <= max ? (int)number : -1;
}

static int read_options(struct options *options, int argc, char **argv)
{
	int letter;

	*options = (struct options){ .pages = 1000, .connections = 4 };
	while ((letter = getopt(argc, argv, "n:c:C:x:")) != -1) {
		if (letter == 'n')
			options->pages = read_number(optarg, 1000000);
		else if (letter == 'c')
			options->connections = read_number(optarg, 100);
		else if (letter == 'C')
			options->ca_file = optarg;
		else if (letter == 'x')
			options->proxy = optarg;
		else
			return -1;
	}
	return options->pages > 0 && options->connections > 0 ? 0 : -1;
}

static int add_local(struct pages *pages, int port, const char *path)
{
	char url[64];

	snprintf(url, sizeof url, "http://127.0.0.1:%d/%s", port, path);
	return pages_add(pages, url);
}

static int add_numbered(struct pages *pages, int port, int count)
{
	char path[16];

	for (int i = 1; i <= count; i++) {
		snprintf(path, sizeof path, "%d", i);
		if (add_local(pages, port, path) < 0)
			return -1;
	}
	return 0;
}

/* Nobody listens on port 1; the full server drops whoever knocks; .invalid never is (RFC 6761). */
static int add_hopeless(struct pages *pages, int deaf_port)
{
	pages->timeout = hopeless_timeout;
	if (add_local(pages, 1, "refused") < 0 || add_local(pages, deaf_port, "timed-out") < 0)
		return -1;
	return pages_add(pages, "http://nosuch.invalid/");
}

/* The servers of its own.  Their sessions are there from now on, and wait. */
static int prepare_own(struct poe_kernel *k, struct fetch *me)
{
	int port = server_create(k), deaf_port = deaf_create(k);

	if (port < 0 || deaf_port < 0) {
		fprintf(stderr, "fetch: no server\n");
		return -1;
	}
	me->report.expected = (size_t)me->options.pages;
	me->report.is_terminal = isatty(STDOUT_FILENO);
	printf("http://127.0.0.1:%d/, at most %d connections\n", port, me->options.connections);
	if (add_numbered(&me->pages, port, me->options.pages) < 0)
		return -1;
	return add_hopeless(&me->hopeless, deaf_port);
}

static int prepare_urls(struct fetch *me, char **urls)
{
	for (; *urls != NULL; urls++) {
		if (pages_add(&me->pages, *urls) < 0) {
			fprintf(stderr, "fetch: %s: %s\n", *urls, errno == EINVAL ? "not http[s]://host[:port][/path]"
										 : strerror(errno));
			return -1;
		}
	}
	return 0;
}

/* Twice as many fetchers as connections to one host, so that there is always somebody who waits for one. */
static int crawl(struct poe_kernel *k, struct fetch *me, struct poe_keepalive *manager)
{
	struct poe_keepalive_stats stats;

	me->crawl = (struct crawl){ .manager = manager, .pages = &me->pages, .hopeless = &me->hopeless,
				    .fetchers = me->options.connections * 2 };
	if (report_create(k, &me->report).v == 0 || crawl_create(k, &me->crawl).v == 0 || poe_run(k) < 0) {
		fprintf(stderr, "fetch: %s\n", *poe_kernel_error(k) ? poe_kernel_error(k) : strerror(errno));
		return 1;
	}
	poe_keepalive_stats(manager, &stats);
	report_table(&me->report, &stats);
	return me->report.pages == me->pages.count && me->report.failures == me->hopeless.count ? 0 : 1;
}

/* Without a file the manager trusts whom the system does. */
static int trust(struct fetch *me)
{
	char why[256];

	if (me->options.ca_file == NULL)
		return 0;
	me->tls = poe_tls_new(&(struct poe_tls_plan){ .ca_file = me->options.ca_file }, why, sizeof why);
	if (me->tls != NULL)
		return 0;
	fprintf(stderr, "fetch: %s\n", why);
	return -1;
}

static int run(struct poe_kernel *k, struct fetch *me, char **urls)
{
	struct poe_keepalive *manager;
	int status;

	if (trust(me) < 0)
		return 1;
	if ((*urls != NULL ? prepare_urls(me, urls) : prepare_own(k, me)) < 0)
		return 1;
	manager = poe_keepalive_new(k, &(struct poe_keepalive_plan){
		.max_per_host = me->options.connections, .proxy = me->options.proxy, .tls = me->tls });
	if (manager == NULL) {
		fprintf(stderr, "fetch: no manager: %s\n", strerror(errno));
		return 1;
	}
	status = crawl(k, me, manager);
	poe_keepalive_free(manager);
	return status;
}

int main(int argc, char **argv)
{
	struct fetch fetch = { .pages = { .timeout = 0 } };
	struct poe_kernel *k;
	int status = 1;

	if (read_options(&fetch.options, argc, argv) < 0) {
		fprintf(stderr, "usage: %s [-n pages] [-c connections] [-C file] [-x proxy] [URL...]\n", argv[0]);
		return 2;
	}
	k = poe_kernel_new(NULL);
	if (k != NULL)
		status = run(k, &fetch, argv + optind);
	poe_kernel_free(k);
	poe_tls_unref(fetch.tls);
	pages_free(&fetch.pages);
	pages_free(&fetch.hopeless);
	report_free(&fetch.report);
	return status;
}
