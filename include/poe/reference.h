/*
 * Reference: a filter for lists of values between programs.
 *
 * Each record is a list, one struct poe_array object.  On the wire it is a
 * block with its length ahead, as POE::Filter::Reference has it, but what is
 * in the block is CBOR (RFC 8949), which programs in other languages read too,
 * and not a dump of Perl's memory: nothing that comes in is ever run.
 */
#ifndef POE_REFERENCE_H
#define POE_REFERENCE_H

#include <poe/filter.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_filter_reference_plan {
	size_t max_length; /* octets of one record; 0: 64 MiB.  More is EMSGSIZE */
};

/*
 * Makes the filter.  NULL with ENOMEM or EINVAL (max_length of 4 GiB or more);
 * NULL plan: defaults.
 *
 * In: one array a record, read by poe_arg_array.  Its values are as they
 * were put: int, double, string, bytes, address, no value, array; anything
 * else that CBOR can say is EPROTO, as is what is not CBOR; an array more than
 * 32 deep, or more than a million values, is EMSGSIZE.
 *
 * Out: an array, which is lent and stays the caller's; or a single value,
 * which arrives as an array of one.  EINVAL for a pointer, any other object,
 * more than 32 deep, and what is longer than max_length.
 */
struct poe_filter *poe_filter_reference(const struct poe_filter_reference_plan *plan);

#ifdef __cplusplus
}
#endif
#endif
