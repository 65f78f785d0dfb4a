#ifndef RESOLVER_NUMERIC_H
#define RESOLVER_NUMERIC_H

#include "endpoints.h"

/*
 * Reads an address in digits: "192.0.2.1", "2001:db8::1", "fe80::1%eth0",
 * "fe80::1%2".  Returns 1, or 0 when the text is none.
 */
int resolver_numeric_read(const char *text, struct resolver_address *address);

#endif
