/*
 * Items: the pieces that CBOR is made of, one at a time.
 */
#ifndef CODEC_ITEM_H
#define CODEC_ITEM_H

#include <poe/value.h>

enum codec_item_kind { CODEC_REFUSED, CODEC_VALUE, CODEC_ARRAY, CODEC_TAG };

struct codec_item {
	enum codec_item_kind kind;
	struct poe_value value; /* octets are those of the input */
	uint64_t number;        /* of items in an array, which follow; a tag's, whose item follows */
	uint64_t magnitude;     /* of an integer that is not negative, and may be more than the value holds */
};

/* Octets that the first item takes, of an array or a tag its start only; 0 if there is none of ours. */
size_t codec_item_read(const unsigned char *octets, size_t length, struct codec_item *item);

#endif
