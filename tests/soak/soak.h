/*
 * The soak: thousands of kept connections between two processes, under a
 * load in which some answers are cut off by a reset, and some never end.
 *
 * A user, who is a session in the client, orders an answer of some size and
 * tells the server how to fail with it.  So both know what has to come, and
 * each octet of an answer tells whose it is.
 */
#ifndef SOAK_H
#define SOAK_H

#include <poe.h>
#include <stddef.h>
#include <stdint.h>

enum { SERVERS = 16, MARKER = 16, LARGEST = 65536 };

/* What the server does with an order. */
enum fate {
	FATE_WHOLE = 'w', /* answers all of it */
	FATE_RESET = 'r', /* resets the connection once `at` octets are sent */
	FATE_STALL = 's', /* sends `at` octets, and then nothing for ever */
	FATE_LEAVE = 'l'  /* answers all of it, and closes the connection in `at` thousandths of a second, less whole ones */
};

struct order {
	char marker[MARKER + 1]; /* no other order has it */
	size_t size;             /* octets of the answer; LARGEST at most */
	size_t at;
	enum fate fate;
};

/* order.c: an order as a line, the answer's octet at a place. */
enum { ORDER_LINE = 64 };
void order_write(const struct order *order, char line[ORDER_LINE]);
int order_read(struct order *order, const char *line); /* 0; -1: that is none */
static inline unsigned char order_octet(const struct order *order, size_t i)
{
	return (unsigned char)((size_t)order->marker[i % MARKER] + i / MARKER);
}

/* What a process has in use, before, after warm-up, at the end. */
struct usage {
	long descriptors;
	long resident; /* octets */
};

/* usage.c */
struct usage usage_now(void);
long usage_raise_descriptors(void); /* as many as the system lets us have; how many */
/* 0 when memory has stayed; else 1, and a line on standard error. */
int usage_has_grown(const char *process, const struct usage *warm, const struct usage *end);

/*
 * server.c: listens on 127.0.0.1 and its neighbours, writes the ports to
 * `answers`, and serves until the other end of `orders` is closed.  An octet there
 * says what time it is.  Returns the process's exit status.
 */
enum { TOLD_WARM = 'w', TOLD_END = 'e' };
int server_run(int orders, int answers);

/* What is asked for. */
struct task {
	double seconds;
	int keys, per_key;  /* as many connections are kept */
	int users;
	int ports[SERVERS];
	int to_server;      /* descriptor */
};

/* task.c: what asks for a connection of that key, whose text `tag` holds.  The last key is a crowded one. */
struct poe_keepalive_request task_key(const struct task *task, int key, char tag[16]);

/* What became of it. */
struct tally {
	long asked, cancelled, refused;     /* requests to the manager */
	long whole, reset, stalled, left;   /* exchanges, by what the order says */
	long quit, stale;                   /* given up half way; tried again on a new connection */
	long faults;                        /* each has had its line on standard error */
	double longest_wait;                    /* for the manager's answer; seconds */
	double longest_answer;                  /* of those that were to be whole */
};

struct crowd {
	const struct task *task;
	struct poe_keepalive *manager;
	struct tally tally;
	int users;  /* at work */
	int ending; /* not 0: who is done with an exchange goes */
};

/* user.c: a session that orders and thinks by turns, a child of the current one. */
void user_create(struct poe_kernel *k, struct crowd *crowd, int number);

/* client.c: the client's part, in this process.  Returns its exit status. */
int client_run(const struct task *task);

#endif
