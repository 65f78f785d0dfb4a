/*
 * The TLS driver's insides: driver.c reads and writes, open.c makes it,
 * failure.c says what went wrong, info.c whom it talks with.
 */
#ifndef TLS_DRIVER_H
#define TLS_DRIVER_H

#include "policy.h"
#include "socket.h"

#include <sys/types.h>

struct tls_driver {
	struct poe_driver driver;
	struct poe_tls *policy; /* a reference */
	SSL *ssl;
	struct tls_socket socket;
	char *name;        /* that its sessions are kept under; NULL: they are not */
	char *text;        /* of the failure; NULL: none, or there was no memory for it */
	pid_t process;     /* whose it is: a child shares the socket, and must not speak on it */
	int failed;        /* errno of what ends both directions; 0: nothing yet */
	int read_wants, write_wants; /* modes; while there is no handshake both are its */
	bool established;  /* the handshake is done */
	bool peer_closed;  /* by a close_notify */
	bool dry;          /* what OpenSSL holds is no whole record */
	bool write_failed; /* the socket no longer takes anything; what has come may still be read */
	bool unsent;       /* octets given to write were not taken */
	bool said_close;   /* our close_notify has gone out */
};

struct tls_driver *tls_driver_of(struct poe_driver *d);
extern const struct poe_driver_ops tls_driver_ops;

/* What all drivers of a policy have in common. */
void tls_driver_set_up(SSL_CTX *context);

/* Ends both directions, for the reason that OpenSSL or the socket has; errno is set.  Returns -1. */
int tls_driver_fail(struct tls_driver *d);
const char *tls_driver_explain(const struct poe_driver *d, int error_num);

#endif
