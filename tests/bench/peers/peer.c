#define _GNU_SOURCE
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

int peer_main(int argc, char **argv, const char *peer,
	      const struct peer_bench *table)
{
	const char *wanted = argc > 1 ? argv[1] : "";
	double scale = argc > 2 ? atof(argv[2]) : 1;
	char name[100];

	for (; table->name != NULL; table++) {
		if (strcmp(table->name, wanted) != 0)
			continue;
		snprintf(name, sizeof name, "%s.%s", wanted, peer);
		peer_print(name, table->run(scale), table->unit);
		return 0;
	}
	fprintf(stderr, "%s: no bench named \"%s\"\n", peer, wanted);
	return 2;
}

void peer_print(const char *name, double value, const char *unit)
{
	printf("%s %.*f %s\n", name, value < 100 ? 2 : 0, value, unit);
}

void peer_die(const char *what)
{
	perror(what);
	exit(1);
}

static double seconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double peer_now(void)
{
	return seconds(CLOCK_MONOTONIC);
}

double peer_cpu(void)
{
	return seconds(CLOCK_PROCESS_CPUTIME_ID);
}

double peer_rss(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	long pages;

	if (statm == NULL || fscanf(statm, "%*d %ld", &pages) != 1)
		peer_die("/proc/self/statm");
	fclose(statm);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

long peer_count(double scale, long n)
{
	double scaled = (double)n * scale;

	return scaled < 1 ? 1 : (long)scaled;
}

unsigned peer_port(void)
{
	const char *port = getenv("BENCH_PORT");

	if (port == NULL) {
		fprintf(stderr, "BENCH_PORT is not set: call this by with_server\n");
		exit(1);
	}
	return (unsigned)atoi(port);
}

void peer_raise_files(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		peer_die("getrlimit");
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) != 0)
		peer_die("setrlimit");
}

uint64_t peer_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

int (*peer_pairs(size_t n))[2]
{
	int (*pair)[2] = malloc(n * sizeof *pair);
	size_t i;

	if (pair == NULL)
		peer_die("malloc");
	peer_raise_files();
	for (i = 0; i < n; i++)
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair[i]) != 0)
			peer_die("socketpair");
	return pair;
}

void peer_first_byte(int (*pair)[2])
{
	if (write(pair[0][1], "x", 1) != 1)
		peer_die("write");
}

void peer_pass_byte(int (*pair)[2], size_t n, size_t i)
{
	char byte;

	if (read(pair[i][0], &byte, 1) != 1)
		peer_die("read");
	if (write(pair[(i + 1) % n][1], &byte, 1) != 1)
		peer_die("write");
}
