/*
 * Sessions that may be resumed, by name, the newest first.
 */
#ifndef TLS_SESSIONS_H
#define TLS_SESSIONS_H

#include <openssl/ssl.h>
#include <stddef.h>

struct tls_session;

/* Zeros: none is kept. */
struct tls_sessions {
	struct tls_session *newest, *oldest;
	size_t count, most;
};

/* Keeps a session, and takes the caller's reference to it: 1.  0: it cannot be, and nothing is taken. */
int tls_sessions_add(struct tls_sessions *s, const char *name, SSL_SESSION *session);

/* One that is still good, or NULL; the caller's.  One of TLS 1.3 is not given twice. */
SSL_SESSION *tls_sessions_take(struct tls_sessions *s, const char *name);

/* Forgets all of this name: something is wrong with them. */
void tls_sessions_forget(struct tls_sessions *s, const char *name);
void tls_sessions_free(struct tls_sessions *s);

#endif
