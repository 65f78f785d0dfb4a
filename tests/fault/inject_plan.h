/*
 * What the stand-ins ask: each counts its call, and learns what to make of it.
 */
#ifndef INJECT_PLAN_H
#define INJECT_PLAN_H

#include "inject.h"

#include <sys/types.h>

/* True if this call is to fail; errno is set. */
bool inject_fails(enum inject_function function);

/* Octets that a call which moves so many may move: -1 with errno if it is to fail. */
ssize_t inject_room(enum inject_function function, size_t length);

#endif
