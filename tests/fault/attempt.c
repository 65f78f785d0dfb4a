/* See attempt.h. */
#include "attempt.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATIENCE = 5 }; /* seconds an attempt may take */

/* What a process holds. */
struct holdings {
	long blocks; /* of memory, by the library */
	int descriptors;
};

static struct holdings holdings(void)
{
	DIR *dir = opendir("/proc/self/fd");
	struct holdings held = { .blocks = inject_live() };

	while (dir != NULL && readdir(dir) != NULL)
		held.descriptors++;
	closedir(dir);
	return held;
}

static bool is_wrong(const char *what, const char *wrong)
{
	if (wrong != NULL)
		fprintf(stderr, "%s: %s\n", what, wrong);
	return wrong != NULL;
}

/*
 * A signal that nobody could be asked about is told by the kernel's report only,
 * which goes to standard error: in a child, to memory.
 */
static bool was_reported(off_t since)
{
	char said[8192];
	ssize_t length = since >= 0 ? pread(STDERR_FILENO, said, sizeof said - 1, since) : 0;

	said[length > 0 ? length : 0] = '\0';
	return strstr(said, "heard by nobody") != NULL;
}

/* Plays it once; true if it went wrong. */
static bool went_wrong(const char *what, const struct attempt *a)
{
	struct holdings before = holdings(), after;
	off_t since = lseek(STDERR_FILENO, 0, SEEK_CUR);
	struct trial t;
	bool wrong;

	inject_begin(&a->plan);
	trial_play(&t, a->scenario);
	inject_end();
	after = holdings();
	if (was_reported(since))
		trial_told(&t, "", a->error_num);
	wrong = is_wrong(what, trial_fault(&t, a->error_num));
	if (t.error_num != 0 && a->function != NULL && strcmp(a->function, t.function) != 0)
		wrong = is_wrong(what, "another function was blamed");
	if (t.error_num == 0 && a->is_loud)
		wrong = is_wrong(what, "nothing was told");
	if (after.blocks != before.blocks)
		wrong = is_wrong(what, "memory is left");
	if (after.descriptors != before.descriptors)
		wrong = is_wrong(what, "descriptors are left");
	if (wrong)
		fprintf(stderr, "%d of %d seen, told \"%s\" %d; %ld blocks and %d descriptors more\n", t.seen,
			t.hoped, t.function, t.error_num, after.blocks - before.blocks,
			after.descriptors - before.descriptors);
	return wrong;
}

bool attempt_none(const struct scenario *s)
{
	return !went_wrong("without a fault", &(struct attempt){ .scenario = s });
}

/* In the child.  The leak sanitizer, where there is one, looks at the exit. */
static void suffer(const struct attempt *a, int error)
{
	bool wrong;

	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	/* An assertion in a harness must not lead back into the parent's tests. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	dup2(error, STDERR_FILENO);
	alarm(PATIENCE);
	wrong = went_wrong("with the fault", a);
	wrong |= !attempt_none(a->scenario);
	exit(wrong);
}

/* What the child has said, and how it has ended. */
static void report(const struct attempt *a, int status, int error)
{
	char said[8192];
	ssize_t length = pread(error, said, sizeof said - 1, 0);

	said[length > 0 ? length : 0] = '\0';
	print_error("%s, %s call %u of %u in a row, errno %d, %zu octets: %s %d\n%s\n", a->scenario->name,
		    inject_name(a->plan.function), a->plan.first, a->plan.count, a->plan.error_num, a->plan.most,
		    WIFSIGNALED(status) ? "killed by signal" : "exit status",
		    WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), said);
}

bool attempt_make(const struct attempt *a)
{
	int error = memfd_create("stderr", MFD_CLOEXEC), status = -1;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		suffer(a, error);
	if (error == -1 || pid == -1 || waitpid(pid, &status, 0) != pid)
		status = -1;
	if (status != 0)
		report(a, status, error);
	close(error);
	return status == 0;
}
