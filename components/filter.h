/*
 * What the filters of this folder share: which records are octets.
 */
#ifndef FILTER_H
#define FILTER_H

#include <poe/filter.h>

/* 0 for a string or bytes; otherwise -1 with EINVAL, as a filter's put answers. */
int filter_check_octets(const struct poe_value *record);

#endif
