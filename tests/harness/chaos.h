/*
 * A server that does its clients one wrong.  It answers requests of a fixed
 * length with the number that is in them, in clear or over TLS; of one of its
 * connections so many octets pass in one direction, and then the wrong is done.
 * Nothing happens but in chaos_turn, so that a case is played the same each time.
 */
#ifndef CHAOS_H
#define CHAOS_H

#include <poe/tls.h>

#include <stdbool.h>
#include <stddef.h>

/* "GET /0001 HTTP/1.1..." and "HTTP/1.1 200 OK...0001", both without a NUL. */
enum { CHAOS_REQUEST = 48, CHAOS_ANSWER = 92, CHAOS_WIRES = 16 };

enum chaos_action {
	CHAOS_NOTHING,
	CHAOS_RESET,
	CHAOS_CLOSE,      /* with a reset, if there is something unread */
	CHAOS_HALF_CLOSE, /* the end of what it says; it still listens */
	CHAOS_STALL,      /* nothing passes any more, until chaos_go_on */
	CHAOS_GARBAGE,    /* some octets of no meaning, and then it goes on as if nothing had been */
	CHAOS_ALERT,      /* what TLS says when it gives up, and the end; in clear it is garbage */
	CHAOS_DRIP,       /* one octet a second from then on */
	CHAOS_ACTIONS
};

enum chaos_side { CHAOS_IN, CHAOS_OUT }; /* the request, the answer */

struct chaos_plan {
	enum chaos_action action;
	enum chaos_side side;
	size_t at;           /* octets of that side, from the connection's beginning, that pass before.  On CHAOS_IN
	                        the next one must have come: with 0 it happens as the client writes first */
	int turns;           /* how many turns it hesitates then */
	struct poe_tls *tls; /* what it speaks; NULL: nothing of the kind.  One reference is taken */
};

struct chaos_wire {
	int front, back;           /* to the client; to who answers, behind it.  -1: gone */
	int answerer;              /* the other end of `back` */
	struct poe_driver *driver; /* the answerer's; NULL: gone */
	size_t passed[2];          /* octets, by side */
	char heard[CHAOS_REQUEST];
	size_t length;             /* of what was heard of a request */
	int answered;
	bool stalled, mute, drips;
	double dripped;            /* when the last octet went */
};

struct chaos {
	struct chaos_plan plan;
	int fd, port;
	int count;                 /* connections so far; the first is the one that is wronged */
	bool acted;
	int answered;              /* how often that connection had been answered, as it was wronged */
	struct chaos_wire wires[CHAOS_WIRES];
};

struct chaos *chaos_new(const struct chaos_plan *plan);
void chaos_free(struct chaos *c);

/* Does what can be done now.  Whether there was anything. */
bool chaos_turn(struct chaos *c, double now);

/* The end of a stall. */
void chaos_go_on(struct chaos *c);

/* A request and its answer; each with a NUL behind it. */
void chaos_request(int number, char text[CHAOS_REQUEST + 1]);
void chaos_answer(int number, char text[CHAOS_ANSWER + 1]);

/* "reset at 17 of the answer, after 2 turns". */
void chaos_describe(const struct chaos_plan *plan, char text[96]);

/* chaos_answerer.c: the one behind a wire, who knows of no trouble. */
void chaos_answerer_open(struct chaos_wire *w, struct poe_tls *tls);
void chaos_answerer_free(struct chaos_wire *w);
bool chaos_answerer_turn(struct chaos_wire *w);

#endif
