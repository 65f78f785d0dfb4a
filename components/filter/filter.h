/*
 * What the filters of this folder share: which records are octets, and how
 * filters of records stand alone.
 */
#ifndef FILTER_H
#define FILTER_H

#include <poe/filter.h>

/* 0 for a string or bytes; otherwise -1 with EINVAL, as a filter's put answers. */
int filter_check_octets(const struct poe_value *record);

/* Releases an object that a filter was given and does not hand on; octets are not the filter's to free. */
void filter_release(const struct poe_value *record);

/* get_one and put of a filter of records with none below it: a read is one record, a record's octets go out. */
int filter_records_get_one(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame);
int filter_records_put(struct poe_filter *f, const struct poe_value *record, struct poe_output *out);

#endif
