/*
 * Run: a program, or a function, in a child process; records into its standard
 * input, and out of its standard output and error.
 *
 *     struct poe_wheel_run *w = poe_wheel_run_new(ev->kernel, &(struct poe_wheel_run_plan){
 *             .program = (const char *const[]){ "sort", "-n", NULL },
 *             .stdout_event = "line", .close_event = "closed", .exit_event = "ended" });
 *     poe_wheel_run_put(w, poe_str("10"), poe_str("9"));
 *     poe_wheel_run_shutdown_stdin(w);
 *
 * After POE::Wheel::Run.  Where it differs: what prevents the program from being
 * run, exec included, is an error_event, where POE's child complains on its
 * standard error and exits, or goes on as the user it should not be; shutting
 * standard input down waits for what was put; the child is reaped in any case.
 */
#ifndef POE_WHEEL_RUN_H
#define POE_WHEEL_RUN_H

#include <poe/event.h>
#include <poe/filter.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

enum poe_conduit {
	POE_CONDUIT_PIPE,    /* a pipe for each stream */
	POE_CONDUIT_PTY,     /* a terminal, raw, for all three; the child's controlling one */
	POE_CONDUIT_PTY_PIPE /* standard error by a pipe */
};

/* Where a stream leads instead of to the wheel. */
struct poe_redirect {
	const char *path; /* standard input is read from it, output truncates it or makes it */
	int fd;           /* or a descriptor, lent for the call; 0: none */
};

/*
 * stdout_event, stderr_event(record, id) once a record.  stdin_event(id) when
 * everything put has been written.
 *
 * error_event(string function, int error_num, string error_str, int id, string
 * stream), where stream is "STDIN", "STDOUT" or "STDERR": end of output is
 * "read" with 0, on a terminal too.  Or it is "": the program is not run, and
 * nothing comes afterwards; the function is open, dup, pipe, openpty, getpwnam,
 * getpwuid, getgrnam, getgrouplist, fork, setsid, setpgid, setpriority,
 * setgroups, setgid, setuid, close_range or exec.  All are posted or come from
 * the loop, never from within a call.
 *
 * close_event(id) when no output that has an event is open any more: not the
 * child's end, which may come before or after.  That is
 * exit_event("CHLD", int pid, int wait status, int id), just as by
 * poe_sig_child: it keeps the session alive until then, and comes also when the
 * wheel has been freed.
 *
 * Without an event for it and without a redirection, standard output and error
 * are this program's own, as in POE; on a terminal they are the terminal's.
 */
struct poe_wheel_run_plan {
	/* One of these three. */
	const char *const *program; /* its arguments, itself the first, NULL at the end; looked for in PATH */
	const char *command;        /* for /bin/sh -c */
	int (*code)(void *object);  /* the child exits with what it returns */
	void *object;

	const char *stdin_event, *stdout_event, *stderr_event; /* stderr_event: not with POE_CONDUIT_PTY */
	const char *error_event, *close_event, *exit_event;
	struct poe_filter *stdin_filter, *stdout_filter, *stderr_filter; /* NULL: lines that end in "\n".
									    Owned by the wheel once made */
	size_t max_input; /* octets unframed before EMSGSIZE, as with ReadWrite; 0: 512 MiB */
	enum poe_conduit conduit;
	/* Not together with the stream's event, nor with a terminal; redirect_output is both outputs. */
	struct poe_redirect redirect_stdin, redirect_stdout, redirect_stderr, redirect_output;
	int no_stdin;      /* not 0: standard input is this program's own */
	int rows, columns; /* of the terminal, in characters; both or none */

	/*
	 * Whom it runs as: names, or numbers as text; NULL: as this program.  A user's
	 * group is the account's unless .group says another, a number that has no
	 * account needs one; supplementary groups are the account's, or none.  Where
	 * accounts are looked up elsewhere than in files, this waits for it.
	 */
	const char *user, *group;
	int priority;      /* added to the nice value */
	int close_on_call; /* not 0: nothing but 0, 1 and 2 is inherited.  Always wise with .code, which otherwise
			      has all that this program has open, other wheels' pipes among them */
	int no_setsid;     /* with a terminal: stay in this program's session, so the terminal is not the controlling one */
	int no_setpgrp;    /* with pipes: stay in this program's process group */
};
struct poe_wheel_run;

/*
 * Starts the child.  Its signals are all at their defaults and none is blocked.
 * NULL with EINVAL, ENOMEM, ESRCH (outside a handler), and nothing is taken; a
 * child that had been started already when memory ran out is killed.
 *
 * .code runs in a copy of this process: it must leave the kernel alone, and
 * should it print, ends flushing only standard output and error.  What this
 * program had printed and not flushed is not printed again.
 */
struct poe_wheel_run *poe_wheel_run_new(struct poe_kernel *k, const struct poe_wheel_run_plan *plan);

/*
 * Closes what leads to the child, which is not killed, and is reaped when it
 * ends.  What was put and not written is lost.  A terminal that is closed hangs
 * up on the child, SIGHUP, be it just about to end.  NULL is nothing.
 */
void poe_wheel_run_free(struct poe_wheel_run *w);
int64_t poe_wheel_run_id(const struct poe_wheel_run *w);
pid_t poe_wheel_run_pid(const struct poe_wheel_run *w); /* 0: it is not run */

/* Sends the child a signal; 0 is SIGTERM, as in POE.  0; -1 with ESRCH (not run, or ended), EINVAL, EPERM. */
int poe_wheel_run_kill(struct poe_wheel_run *w, int signal);

/*
 * Sends records to standard input: poe_wheel_run_put(w, poe_str("a line")).
 * Returns 0; -1 with EINVAL (not a record for the filter), ENOMEM: nothing of it
 * is sent; EPIPE: there is no standard input, or it is shut down or has failed.
 */
#define poe_wheel_run_put(w, ...) poe_wheel_run_putv(w, POE_VALUES(__VA_ARGS__, poe_none()))
int poe_wheel_run_putv(struct poe_wheel_run *w, const struct poe_value *records);

/* Takes no more records, and once all are written closes the pipe; a terminal is one for both ways and stays open. */
void poe_wheel_run_shutdown_stdin(struct poe_wheel_run *w);

/* Octets put and not yet written. */
size_t poe_wheel_run_pending_stdin(const struct poe_wheel_run *w);

/* Stops reading and delivering at once; what is there comes on resume. */
void poe_wheel_run_pause_stdout(struct poe_wheel_run *w);
void poe_wheel_run_resume_stdout(struct poe_wheel_run *w);
void poe_wheel_run_pause_stderr(struct poe_wheel_run *w);
void poe_wheel_run_resume_stderr(struct poe_wheel_run *w);

/* Switches filters, as poe_readwrite_set_filter; one for a stream that is not there is freed. */
void poe_wheel_run_set_stdin_filter(struct poe_wheel_run *w, struct poe_filter *f);
void poe_wheel_run_set_stdout_filter(struct poe_wheel_run *w, struct poe_filter *f);
void poe_wheel_run_set_stderr_filter(struct poe_wheel_run *w, struct poe_filter *f);

/*
 * Re-targets an event: "stdin", "stdout", "stderr", "error", "close"; NULL
 * turns it off.  0; -1 with EINVAL (no such event, or a stream that does not
 * lead to this wheel), ENOMEM.
 */
int poe_wheel_run_event(struct poe_wheel_run *w, const char *which, const char *event);

/* Tells the terminal its size, and so whoever runs on it.  0; -1 with ENOTTY, EINVAL. */
int poe_wheel_run_set_winsize(struct poe_wheel_run *w, int rows, int columns);

#ifdef __cplusplus
}
#endif
#endif
