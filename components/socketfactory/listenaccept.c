/*
 * The ListenAccept wheel: a SocketFactory that is given its socket.  After
 * POE::Wheel::ListenAccept.
 */
#include "socketfactory.h"
#include "../event_name.h"

#include <errno.h>
#include <poe/listenaccept.h>
#include <string.h>
#include <sys/socket.h>

static int check_listening(int fd)
{
	int listens = 0;
	socklen_t length = sizeof listens;

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) < 0)
		return -1;
	errno = EINVAL;
	return listens ? 0 : -1;
}

struct poe_socketfactory *poe_listenaccept_new(struct poe_kernel *k, int fd,
					       const struct poe_listenaccept_plan *plan)
{
	const struct poe_socketfactory_plan whole = { .success_event = plan->accept_event,
						      .failure_event = plan->error_event };

	if (plan->accept_event == NULL) {
		errno = EINVAL;
		return NULL;
	}
	return check_listening(fd) == 0 ? socketfactory_new(k, &whole, fd) : NULL;
}

int poe_listenaccept_event(struct poe_socketfactory *f, const char *which, const char *event)
{
	bool is_error = strcmp(which, "error") == 0;

	if (!is_error && (event == NULL || strcmp(which, "accept") != 0)) {
		errno = EINVAL;
		return -1;
	}
	return event_name_set(f->kernel, is_error ? &f->failure_event : &f->success_event, event);
}
