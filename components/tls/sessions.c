/*
 * The cache of sessions: a list, as it is looked through only when a connection
 * is made, which costs a thousand times more.  A server sends as many tickets
 * as it likes, so a name keeps only the last few, and one server cannot push
 * out another's.
 */
#include "sessions.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST_OF_A_NAME = 8 };

struct tls_session {
	struct tls_session *newer, *older;
	SSL_SESSION *session; /* a reference */
	char name[];
};

static void unlink_session(struct tls_sessions *s, struct tls_session *one)
{
	*(one->newer != NULL ? &one->newer->older : &s->newest) = one->older;
	*(one->older != NULL ? &one->older->newer : &s->oldest) = one->newer;
	s->count--;
}

static void drop(struct tls_sessions *s, struct tls_session *one)
{
	unlink_session(s, one);
	SSL_SESSION_free(one->session);
	free(one);
}

static void link_newest(struct tls_sessions *s, struct tls_session *one)
{
	one->newer = NULL;
	one->older = s->newest;
	*(s->newest != NULL ? &s->newest->newer : &s->oldest) = one;
	s->newest = one;
	s->count++;
}

/* Leaves room for one more of a name, and for one more in all. */
static void make_room(struct tls_sessions *s, const char *name)
{
	struct tls_session *older;
	size_t same = 0;

	for (struct tls_session *one = s->newest; one != NULL; one = older) {
		older = one->older;
		if (strcmp(one->name, name) == 0 && ++same >= MOST_OF_A_NAME)
			drop(s, one);
	}
	while (s->count >= s->most)
		drop(s, s->oldest);
}

int tls_sessions_add(struct tls_sessions *s, const char *name, SSL_SESSION *session)
{
	size_t length = strlen(name) + 1;
	struct tls_session *one;

	if (s->most == 0)
		return 0;
	one = malloc(sizeof *one + length);
	if (one == NULL)
		return 0;
	memcpy(one->name, name, length);
	one->session = session;
	make_room(s, name);
	link_newest(s, one);
	return 1;
}

static bool is_good(const SSL_SESSION *session)
{
	return SSL_SESSION_is_resumable(session) &&
	       SSL_SESSION_get_time(session) + SSL_SESSION_get_timeout(session) > (long)time(NULL);
}

/* A ticket of TLS 1.3 that is shown twice tells who listens that both connections are one client's. */
static SSL_SESSION *give(struct tls_sessions *s, struct tls_session *one)
{
	SSL_SESSION *session = one->session;

	SSL_SESSION_up_ref(session);
	if (SSL_SESSION_get_protocol_version(session) >= TLS1_3_VERSION)
		drop(s, one);
	return session;
}

SSL_SESSION *tls_sessions_take(struct tls_sessions *s, const char *name)
{
	struct tls_session *older;

	for (struct tls_session *one = s->newest; one != NULL; one = older) {
		older = one->older;
		if (strcmp(one->name, name) != 0)
			continue;
		if (is_good(one->session))
			return give(s, one);
		drop(s, one);
	}
	return NULL;
}

void tls_sessions_forget(struct tls_sessions *s, const char *name)
{
	struct tls_session *older;

	for (struct tls_session *one = s->newest; one != NULL; one = older) {
		older = one->older;
		if (strcmp(one->name, name) == 0)
			drop(s, one);
	}
}

void tls_sessions_free(struct tls_sessions *s)
{
	while (s->newest != NULL)
		drop(s, s->newest);
}
