/*
 * UTF-8: whether octets are it.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>
#include <stddef.h>

/* As RFC 3629 has it: no surrogates, nothing above U+10FFFF, nothing longer than it need be. */
bool utf8_is_valid(const char *octets, size_t length);

#endif
