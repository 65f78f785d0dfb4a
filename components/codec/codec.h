/*
 * The codec: values to octets and back, for whatever carries them between
 * programs.  A list of values is one CBOR array (RFC 8949):
 *
 *     POE_INT      integer, which must fit in 64 bits with its sign
 *     POE_DOUBLE   double; shorter floats are taken too
 *     POE_STR      text; with octets that are not UTF-8, bytes tagged CODEC_TAG_STRING
 *     POE_BYTES    bytes
 *     POE_ADDRESS  unsigned integer tagged CODEC_TAG_ADDRESS
 *     POE_NONE     null
 *     poe_array    array
 *
 * Nothing else is let in or out, so that each list of values has one form.
 */
#ifndef CODEC_H
#define CODEC_H

#include <poe/value.h>

enum {
	CODEC_TAG_ADDRESS = 0x504f4501, /* "POE" and a number, of those anybody may use */
	CODEC_TAG_STRING = 0x504f4502,
	CODEC_MAX_DEPTH = 32,           /* arrays in arrays, the outermost one counted */
	CODEC_MAX_VALUES = 1 << 20      /* in all arrays together */
};

/*
 * Octets that the values take.  0 with EINVAL (a pointer, an invalid value, an
 * object that is no array) or EMSGSIZE (too deep, too many).
 */
size_t codec_size(const struct poe_value *values, size_t count);

/* Writes so many octets, as codec_size has counted. */
void codec_encode(const struct poe_value *values, size_t count, unsigned char *to);

/*
 * Reads octets that are one array, and no more.  NULL with EPROTO, EMSGSIZE (too
 * deep, too many), ENOMEM.  What is allocated is in proportion to the octets
 * that are there, whatever they say.
 */
struct poe_array *codec_decode(const void *octets, size_t length);

#endif
