/*
 * How OpenSSL gets at a socket: calls that neither wait nor raise a signal.
 */
#ifndef TLS_SOCKET_H
#define TLS_SOCKET_H

#include <openssl/bio.h>
#include <stdbool.h>

/* Lives in the driver, and is the data of its BIO. */
struct tls_socket {
	int fd;        /* the wheel's */
	int error_num; /* of the call that failed last; 0: none since it was set to 0 */
	bool ended;    /* the peer has closed, with TLS's good-bye or without */
};

/* NULL with OpenSSL's reason; one method serves many sockets. */
BIO_METHOD *tls_socket_method(void);

/* NULL with OpenSSL's reason. */
BIO *tls_socket_bio(const BIO_METHOD *method, struct tls_socket *s);

#endif
