/* What a process has in use, as the system sees it.  Under the address sanitizer, which keeps what is freed, it grows. */
#include "soak.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* Less is the allocator's own affair: pages it had not touched, arenas it keeps for the next peak. */
static const double growth = 0.05;
static const long slack = 4 << 20; /* octets */

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(1);
}

/* Without the one that the look itself takes, and without . and .. */
static long descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	long count = -3;

	if (folder == NULL)
		die("/proc/self/fd");
	while (readdir(folder) != NULL)
		count++;
	closedir(folder);
	return count;
}

static long resident(void)
{
	FILE *statm = fopen("/proc/self/statm", "r");
	long pages;

	if (statm == NULL || fscanf(statm, "%*d %ld", &pages) != 1)
		die("/proc/self/statm");
	fclose(statm);
	return pages * sysconf(_SC_PAGESIZE);
}

struct usage usage_now(void)
{
	return (struct usage){ .descriptors = descriptors(), .resident = resident() };
}

long usage_raise_descriptors(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) < 0)
		die("getrlimit");
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &files) < 0)
		die("setrlimit");
	return (long)files.rlim_cur;
}

int usage_has_grown(const char *process, const struct usage *warm, const struct usage *end)
{
	double most = (double)warm->resident * (1 + growth) + (double)slack;

	printf("%s: %ld descriptors, %.1f MiB resident when warm, %.1f MiB at the end\n", process, end->descriptors,
	       (double)warm->resident / (1 << 20), (double)end->resident / (1 << 20));
	fflush(stdout);
	if ((double)end->resident <= most)
		return 0;
	fprintf(stderr, "soak: the %s has grown\n", process);
	return 1;
}
