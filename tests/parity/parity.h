/*
 * What a C program of the parity tests is made of; Parity.pm is the same for
 * the Perl one.  A scenario has a cast of sessions, each with the events it
 * has handlers for, and one function that acts for all of them.  Each handler
 * that runs prints a line, "A hello(1, two) < B": session, event, arguments,
 * sender.  The Perl program must print the same lines.  See README.md.
 */
#ifndef PARITY_H
#define PARITY_H

#include <poe.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { PARITY_CAST = 12, PARITY_EVENTS = 24, PARITY_BORN = 64, PARITY_FDS = 64 };

struct parity;

/*
 * cast: "A: _start hello; -B: _start ready/fm".  Sessions are made in that
 * order, those with a '-' not until parity_spawn is called.  What follows '/'
 * says how to print the arguments, a letter each; the rest as they are:
 *     .  as it is     f  a descriptor's name     m  a watch's mode
 *     e  errno's name     x  that there is one (a pid, a wheel's id, a port)
 *     @  a Perl array's elements; here a value like others
 *     ~  not at all: POE's has another form (a packed address)
 * "ready/!": no line at all, where POE's order is by chance.
 * act: runs in each handler, after its line is printed; NULL does nothing.
 * drive: instead of parity_play, which makes the cast and runs.
 */
struct parity_scenario {
	const char *name;
	const char *cast;
	void (*act)(struct parity *p, struct poe_event *ev);
	void (*drive)(struct parity *p);
};

/* One of the cast. */
struct parity_actor {
	struct parity *parity;
	const char *name;
	int is_late;
	poe_sid sid; /* of the session last made */
	struct poe_state states[PARITY_EVENTS + 1];
	const char *letters[PARITY_EVENTS];
};

struct parity {
	struct poe_kernel *kernel;
	const struct parity_scenario *scenario;
	char text[1024]; /* the cast, cut into words */
	struct parity_actor actors[PARITY_CAST];
	int actor_count;
	struct {
		poe_sid sid;
		const char *name;
	} born[PARITY_BORN];
	int born_count;
	const char *fd_names[PARITY_FDS];

	/* These are the scenario's own. */
	int count;
	int pipe[2];
	pid_t pid;
	poe_sid sid;
	poe_alarm_id alarm[4];
	struct poe_watch *watch[4];
	struct poe_postback *postback;
	struct poe_readwrite *wheel[4];
	struct poe_socketfactory *factory, *listener;
	struct poe_wheel_run *run;
	struct poe_followtail *tail;
	struct poe_keepalive *manager;
	struct poe_connection *conn[4];
	poe_request_id request[4];
	int port;
	int peer[4];
	char octets[64];
	void *thing[4];
};

/* main's whole work: without arguments lists the scenarios, with one plays it. */
int parity_main(int argc, char **argv, const struct parity_scenario *scenarios);

/* Makes the cast, runs, and prints how poe_run ended.  The first half; the second. */
void parity_play(struct parity *p);
void parity_cast(struct parity *p);
void parity_run(struct parity *p);

/* Makes a session of the cast, with arguments for _start: parity_spawn(p, "B", values...). */
#define parity_spawn(p, ...) parity_spawnv(p, POE_FIRST(__VA_ARGS__, 0), POE_REST(__VA_ARGS__, poe_none()))
poe_sid parity_spawnv(struct parity *p, const char *name, const struct poe_value *args);

/* Whether this is the event of that session, as "A hello"; of a machine, "M reading.line". */
int parity_on(const struct poe_event *ev, const char *words);

/* Prints a line, indented. */
void parity_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints "what: ok" or "what: ESRCH", from a function that returns 0 (or more) or -1 with errno. */
void parity_result(const char *what, int result);

/* One of the cast, for a session made by other means: its heap. */
struct parity_actor *parity_actor(struct parity *p, const char *name);

/* The session last made of that name; a session's name; errno's name, "0" for none. */
poe_sid parity_sid(struct parity *p, const char *name);
const char *parity_who(const struct parity *p, poe_sid sid);
const char *parity_errno(int error_num);

/* How letters 'f' are to print this descriptor; a pipe whose ends are "in" and "out", in p->pipe. */
void parity_name_fd(struct parity *p, int fd, const char *name);
void parity_pipe(struct parity *p);
void parity_write(int fd, const char *text);

/* Prints a value as a letter of a cast says, in the line that is begun. */
void parity_print(const struct parity *p, char letter, struct poe_value v);

/* The handler of every session of the cast, for poe_state_set; also prints an object's presence. */
void parity_enter(struct poe_event *ev);

#endif
