/*
 * Runs shell commands, at most so many at a time.
 *     jobs at_once command...
 * A port of jobs.pl: one session, a Run wheel for each job.
 */
#include <poe.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

struct job {
	struct poe_wheel_run *wheel;
	int number;
	int status; /* -1: has not ended */
	int closed;
	struct job *next;
};

/* HEAP. */
struct runner {
	char **queue; /* the commands still to be run; ends with NULL */
	struct job *jobs;
	int last;
	int at_once;
};

static struct job *job_of(struct runner *me, int64_t id)
{
	struct job *job = me->jobs;

	while (poe_wheel_run_id(job->wheel) != id)
		job = job->next;
	return job;
}

static void start(struct poe_event *ev)
{
	struct runner *me = ev->heap;

	for (int i = 0; i < me->at_once; i++)
		poe_yield(ev->kernel, "next_job");
}

static void next_job(struct poe_event *ev)
{
	struct runner *me = ev->heap;
	const char *command = *me->queue;
	struct job *job = command != NULL ? malloc(sizeof *job) : NULL;

	if (job == NULL)
		return;
	me->queue++;
	*job = (struct job){ .number = ++me->last, .status = -1, .next = me->jobs };
	job->wheel = poe_wheel_run_new(ev->kernel, &(struct poe_wheel_run_plan){
		.command = command,
		.stdout_event = "output",
		.stderr_event = "complaint",
		.close_event = "closed",
		.exit_event = "ended",
	});
	if (job->wheel == NULL) {
		perror(command);
		free(job);
		return;
	}
	me->jobs = job;
	printf("job %d starts: %s\n", job->number, command);
}

static void output(struct poe_event *ev)
{
	struct runner *me = ev->heap;

	printf("job %d says: %s\n", job_of(me, poe_arg_int(ev, 1))->number, poe_arg_str(ev, 0));
}

static void complaint(struct poe_event *ev)
{
	struct runner *me = ev->heap;

	printf("job %d complains: %s\n", job_of(me, poe_arg_int(ev, 1))->number, poe_arg_str(ev, 0));
}

/*
 * All has been said when the pipes are closed; how it went is known when the
 * process has ended.  Either may come first.
 */
static void closed(struct poe_event *ev)
{
	struct runner *me = ev->heap;
	int64_t id = poe_arg_int(ev, 0);
	struct job *job = job_of(me, id);

	job->closed = 1;
	if (job->status >= 0)
		poe_yield(ev->kernel, "done", poe_int(id));
}

static void ended(struct poe_event *ev)
{
	struct runner *me = ev->heap;
	int status = (int)poe_arg_int(ev, 2);
	int64_t id = poe_arg_int(ev, 3);
	struct job *job = job_of(me, id);

	job->status = WEXITSTATUS(status);
	if (job->closed)
		poe_yield(ev->kernel, "done", poe_int(id));
}

static void done(struct poe_event *ev)
{
	struct runner *me = ev->heap;
	struct job *job = job_of(me, poe_arg_int(ev, 0)), **place = &me->jobs;

	while (*place != job)
		place = &(*place)->next;
	*place = job->next;
	printf("job %d ends: %d\n", job->number, job->status);
	poe_wheel_run_free(job->wheel);
	free(job);
	poe_yield(ev->kernel, "next_job");
}

static void stop(struct poe_event *ev)
{
	struct runner *me = ev->heap;

	printf("%d jobs done\n", me->last);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "next_job", next_job },
	{ "output(si)", output },
	{ "complaint(si)", complaint },
	{ "closed(i)", closed },
	{ "ended(siii)", ended },
	{ "done(i)", done },
	{ "_stop", stop },
	{ 0 },
};

int main(int argc, char **argv)
{
	struct runner runner = { .queue = argv + (argc > 2 ? 2 : argc), .at_once = argc > 1 ? atoi(argv[1]) : 1 };
	struct poe_kernel *k = poe_kernel_new(NULL);

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (k == NULL) {
		perror("poe_kernel_new");
		return 1;
	}
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = &runner });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
