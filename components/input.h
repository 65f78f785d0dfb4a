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
	size_t room;
	size_t max;    /* of octets that the filter cannot frame */
	bool lent;     /* data is the reader's memory */
};

/*
 * Appends a read.  While nothing is pending its octets are only lent, and are
 * framed where they are: call input_keep before they go.  0, or -1/ENOMEM.
 */
int input_add(struct input *in, char *octets, size_t length);
int input_keep(struct input *in); /* 0, or -1/ENOMEM and the rest is lost */

/*
 * Frames one record off the front.  1, and the record is lent until
 * input_returned; 0 when the filter needs more; -1 with errno, the filter's or
 * EMSGSIZE for more than max.
 */
int input_next(struct input *in, struct poe_value *record);
void input_returned(struct input *in);

/* Frees a filter that is no longer in use, once no record of it is lent. */
void input_drop_filter(struct input *in, struct poe_filter *f);

/* Gives the buffer back when nothing is in it. */
void input_trim(struct input *in);

/* Frees the filters and the buffer. */
void input_free(struct input *in);

#endif
