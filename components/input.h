/*
 * Input: octets read and not framed yet, and the filter that frames them.
 * What every wheel that delivers records has one of.
 */
#ifndef INPUT_H
#define INPUT_H

#include <poe/filter.h>
#include <stdbool.h>

struct input {
	struct poe_filter *filter;   /* owned */
	struct poe_filter *lending;  /* its record is with a handler */
	struct poe_filter *replaced; /* owned: dropped while lending */
	char *data;    /* not framed yet: in the reader's own memory, or in the buffer */
	size_t length;
	char *buffer;  /* owned; NULL between reads when nothing is left over */
	char *spare;   /* owned: the buffer before, with the record that is lent */
	size_t room;
	size_t max;    /* of octets that the filter cannot frame */
	bool lent;     /* data is the reader's memory */
	bool dry;      /* the filter has said that it needs more */
};

/*
 * Appends a read.  While nothing is pending its octets are only lent, and are
 * framed where they are: call input_keep before they go.  0, or -1/ENOMEM.
 */
int input_add(struct input *in, char *octets, size_t length);
int input_keep(struct input *in); /* 0, or -1/ENOMEM and the rest is lost */

/*
 * Whether input_next may give a record: octets are there, or the filter may hold
 * some itself, and it has not said that it needs more.  The other forgets that
 * it has: somebody may have changed it.
 */
bool input_may_frame(const struct input *in);
void input_look_again(struct input *in);

/*
 * Frames one record off the front.  1, and the record is lent until
 * input_returned; 0 when the filter needs more; -1 with errno, the filter's or
 * EMSGSIZE for more than max.
 */
int input_next(struct input *in, struct poe_value *record);
void input_returned(struct input *in);

/*
 * Another filter takes over, with what the old one holds ahead of the rest;
 * drop the old one then.  0, or -1 with errno: what it held is lost.
 */
int input_switch(struct input *in, struct poe_filter *f);

/* Frees a filter that is no longer in use, once no record of it is lent. */
void input_drop_filter(struct input *in, struct poe_filter *f);

/* Drops all octets that are pending, those that the filter holds too; a record that is lent stays valid. */
void input_drop(struct input *in);

/* Gives the buffer back when nothing is in it. */
void input_trim(struct input *in);

/* Frees the filters and the buffer. */
void input_free(struct input *in);

#endif
