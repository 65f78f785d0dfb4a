/*
 * A name server for scenarios: the harness' own asserts that all it does works,
 * which here it may not.
 */
#ifndef NAME_SERVER_H
#define NAME_SERVER_H

#include "trial.h"

/*
 * Starts one as a session; every name has the address 127.0.0.1.  It ends with
 * the program.  Its address, for a resolver's plan; NULL, and told, without memory.
 */
const char *name_server_start(struct trial *t);

#endif
