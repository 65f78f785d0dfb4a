/*
 * The SocketFactory wheel's insides: socketfactory.c makes, frees and tells,
 * connect.c, listen.c and datagram.c do the one or the other, address.c reads
 * and writes addresses.  listenaccept.c is another door to listen.c.
 */
#ifndef SOCKETFACTORY_H
#define SOCKETFACTORY_H

#include "../wheel.h"

#include <poe/alarm.h>
#include <poe/resolver.h>
#include <poe/session.h>
#include <poe/wheel.h>
#include <stdbool.h>

enum { SOCKETFACTORY_ADDRESS_TEXT = 128 }; /* room for any address: a path has 108 octets at most */

struct socketfactory_dial {
	struct poe_endpoint *endpoints; /* owned: where to connect to, in this order */
	size_t count, next;
	struct poe_resolver *resolver;  /* a reference, while it looks the name up */
	poe_resolve_id lookup;
};

struct socketfactory_door {
	bool paused;    /* by the user */
	bool resting;   /* the system is out of something */
	bool exhausted; /* and that was told; until the next accept that succeeds */
};

struct poe_socketfactory {
	struct poe_kernel *kernel;
	poe_sid session;
	int64_t id;
	struct poe_owned owned; /* by the session */
	const char *success_event, *failure_event; /* interned */
	struct wheel_ticket *ticket;
	struct poe_watch *watch; /* NULL without a descriptor */
	int fd;                  /* owned; -1: none */
	poe_alarm_id alarm;      /* the timeout of a connect, the end of a rest */
	struct poe_endpoint bind; /* length 0: any address */
	int bind_port;
	int type;                /* SOCK_STREAM or SOCK_DGRAM */
	const char *function;    /* what failed last */
	int error_num;
	unsigned busy;           /* its handlers under way */
	bool dead;               /* freed while busy */
	struct socketfactory_dial dial;
	struct socketfactory_door door;
};

/*
 * Makes one by a good plan; given a descriptor that listens already, it takes
 * that and accepts, else (-1) the plan says what it does.  failure_event may
 * be NULL.  NULL with errno, and the descriptor is not taken.
 */
struct poe_socketfactory *socketfactory_new(struct poe_kernel *k, const struct poe_socketfactory_plan *plan,
					    int fd);

/* Notes what failed, with errno; always -1. */
int socketfactory_failed(struct poe_socketfactory *f, const char *function);

/* Brackets around whatever may call a handler. */
void socketfactory_enter(struct poe_socketfactory *f);
void socketfactory_leave(struct poe_socketfactory *f);

/* Tells what was noted; the text is the system's own unless given. */
void socketfactory_tell_failure(struct poe_socketfactory *f, const char *error_str);

/* Ends all it does, then tells what was noted. */
void socketfactory_give_up(struct poe_socketfactory *f, const char *error_str);

/* Hands a socket over in any case.  0, or -1 with ENOMEM, and it is closed. */
int socketfactory_tell_success(struct poe_socketfactory *f, int fd, const struct poe_endpoint *peer);

/* A new socket in f->fd, bound if so wished.  0, or -1 noted. */
int socketfactory_open(struct poe_socketfactory *f, int family);
int socketfactory_bind(struct poe_socketfactory *f, int family);

/* The same for a socket that others look for: opened and bound, with the plan's reuse. */
int socketfactory_settle(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan);
void socketfactory_close(struct poe_socketfactory *f);
void socketfactory_cancel_alarm(struct poe_socketfactory *f);

/* Begins.  0, or -1: with f->function noted it is for failure_event, else errno says why not. */
int socketfactory_connect(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan);
int socketfactory_listen(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan);
int socketfactory_datagram(struct poe_socketfactory *f, const struct poe_socketfactory_plan *plan);

/* Accepts on f->fd from here on.  0, or -1 with errno. */
int socketfactory_accept(struct poe_socketfactory *f);

/* Lets go of what connecting needs. */
void socketfactory_dial_end(struct poe_socketfactory *f);

/*
 * Reads a numeric address, or for AF_UNIX a path; domain 0: whatever it reads
 * as.  1; 0 if it is neither, so perhaps a name; -1 with EINVAL, a path too long.
 */
int socketfactory_address_read(struct poe_endpoint *e, const char *text, int port, int domain);

/* Any address of this machine. */
void socketfactory_address_any(struct poe_endpoint *e, int family, int port);

/* Writes the address; returns its port, 0 for a path. */
int socketfactory_address_write(const struct poe_endpoint *e, char text[SOCKETFACTORY_ADDRESS_TEXT]);

#endif
