/*
 * Records: values kept in a row, for filters that have to hold some.
 */
#ifndef RECORDS_H
#define RECORDS_H

#include <poe/filter.h>

struct records {
	struct poe_sink sink; /* adds */
	struct poe_value *values; /* owned, and what each holds */
	struct poe_value lent;    /* octets */
	size_t first, count;  /* those still to come */
	size_t room;
};

void records_init(struct records *r);
void records_free(struct records *r); /* leaves none, as after records_init */

/* Keeps one more: octets are copied, an object moves, also when it fails.  0, or -1/ENOMEM. */
int records_add(struct records *r, const struct poe_value *record);

/* Lends the first, until the next is lent; an object moves.  1, or 0 when there is none. */
int records_lend(struct records *r, struct poe_value *record);

/*
 * Hands them to a sink, objects for good; what is lent stays so.  0; -1 with the
 * sink's errno, and those after the one it refused are left.
 */
int records_hand(struct records *r, struct poe_sink *to);

/* Puts others, of which none is lent, ahead of these.  0, or -1/ENOMEM and some of either are lost. */
int records_put_ahead(struct records *r, struct records *others);

#endif
