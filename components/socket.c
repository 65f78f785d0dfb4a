/*
 * The socket in a success event: closed with the event unless somebody takes it.
 */
#include "socket.h"

#include <errno.h>
#include <poe/wheel.h>
#include <stdlib.h>
#include <unistd.h>

struct socket_object {
	struct poe_object object;
	int fd; /* owned; -1 once taken */
};

static void release(struct poe_object *object)
{
	struct socket_object *s = (struct socket_object *)object;

	if (s->fd >= 0)
		close(s->fd);
	free(s);
}

static const struct poe_type socket_type = { .name = "socket", .release = release };

struct poe_object *socket_new(int fd)
{
	struct socket_object *s = malloc(sizeof *s);

	if (s == NULL)
		return NULL;
	*s = (struct socket_object){ .object = { &socket_type }, .fd = fd };
	return &s->object;
}

int poe_socket_take(struct poe_event *ev)
{
	struct socket_object *s = (struct socket_object *)poe_arg_obj(ev, 0, &socket_type);
	int fd = s->fd;

	s->fd = -1;
	if (fd < 0)
		errno = EBADF;
	return fd;
}
