/*
 * A socket on its way to a session, as the object in a success event.
 */
#ifndef SOCKET_H
#define SOCKET_H

#include <poe/value.h>

/*
 * Owns the descriptor: closes it unless poe_socket_take takes it.  NULL with
 * ENOMEM, and the descriptor is the caller's.
 */
struct poe_object *socket_new(int fd);

#endif
