/*
 * ListenAccept: a SocketFactory on a socket that somebody else has made listen:
 * one handed over by a service manager, or inherited.
 *
 * accept_event(object socket, string peer address, int peer port, int wheel
 * id) comes for each connection; poe_socket_take takes the socket.
 * error_event(string "accept", int error_num, string error_str, int wheel id):
 * when the system is out of descriptors or memory it is told once, and
 * accepting rests for 50 ms at a time; anything else ends the wheel's work, where
 * POE would tell of it for ever.  poe_socketfactory_free, _id, _port,
 * _pause_accept and _resume_accept are its methods too.  After
 * POE::Wheel::ListenAccept, which tells the address packed.
 */
#ifndef POE_LISTENACCEPT_H
#define POE_LISTENACCEPT_H

#include <poe/wheel.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_listenaccept_plan {
	const char *accept_event; /* required */
	const char *error_event;
};

/*
 * Makes a wheel on a listening descriptor, which it then owns.  NULL with EBADF,
 * ENOTSOCK, EINVAL (it does not listen, no accept_event), ENOMEM, ESRCH (outside
 * a handler), and nothing is taken.
 */
struct poe_socketfactory *poe_listenaccept_new(struct poe_kernel *k, int fd,
					       const struct poe_listenaccept_plan *plan);

/* Re-targets an event: "accept", or "error", which NULL turns off.  0, or -1/EINVAL, ENOMEM. */
int poe_listenaccept_event(struct poe_socketfactory *f, const char *which, const char *event);

#ifdef __cplusplus
}
#endif
#endif
