/*
 * Filters: octets to records and back.
 *
 * A filter frames records off the front of a buffer that its wheel owns, so
 * what it has not framed yet stays with the wheel: switching filters hands
 * every pending octet on.  Records are not copied; they are valid until the
 * handler that gets them returns.  After POE::Filter.
 */
#ifndef POE_FILTER_H
#define POE_FILTER_H

#include <poe/value.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_filter;
struct poe_output; /* see driver.h: poe_output_add */

/* Where records are handed on to; embedded by whoever takes them. */
struct poe_sink {
	int (*add)(struct poe_sink *sink, const struct poe_value *record); /* 0, or -1 with errno */
};

struct poe_frame {
	struct poe_value record;
	size_t consumed; /* octets to drop from the front, the record's own included */
};

/* A filter's operations; the first member of its struct points to one static const of these. */
struct poe_filter_ops {
	const char *name;
	/*
	 * Frames one record off the front of `data`, which it may change.  Returns 1
	 * with *frame filled in; 0 when it needs more (`consumed` may be above zero:
	 * those octets are of no use to anybody); -1 with errno, EMSGSIZE for a limit
	 * and EPROTO for nonsense, after which the stream cannot be read further.
	 * Called again with the same octets and more behind them, or with what is
	 * left after `consumed`; it may remember how far it has looked.
	 */
	int (*get_one)(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame);
	/* Appends a record's octets.  0; -1 with EINVAL (not a record of this filter), ENOMEM. */
	int (*put)(struct poe_filter *f, const struct poe_value *record, struct poe_output *out);
	/*
	 * Only filters of records have these two (Map, Grep, RecordBlock); NULL for
	 * those of octets.  In a stack such a filter stands above another one and
	 * works on its records; alone, get_one's octets are one record as they came.
	 * take: one record of the filter below.  1 with *out filled in, lent until the
	 * next take; 0 when it has swallowed it; -1 with errno as get_one.  An object
	 * moves in, and out.
	 * give: the other way, any number of records for the filter below.  0, or -1.
	 */
	int (*take)(struct poe_filter *f, const struct poe_value *record, struct poe_value *out);
	int (*give)(struct poe_filter *f, const struct poe_value *record, struct poe_sink *below);
	/*
	 * Hands over what the filter holds itself, in the form in which it came to it:
	 * another filter is taking over.  0, or -1 with the sink's errno.  NULL: it
	 * holds nothing, as what is not framed stays with the wheel.
	 */
	int (*pending)(const struct poe_filter *f, struct poe_sink *to);
	/* A filter with the same settings, that has seen nothing.  NULL with ENOMEM. */
	struct poe_filter *(*clone)(const struct poe_filter *f);
	void (*free)(struct poe_filter *f);
};

struct poe_filter {
	const struct poe_filter_ops *ops;
};

/*
 * Lines.  Records in are strings without their newline (also NUL-terminated
 * in place); records out are strings or bytes, and get a newline.
 * Defaults: any of CR LF, LF CR, CR, LF in any mix ends a line, as in
 * POE::Filter::Line, except that a CR and a LF split between two reads are
 * still one newline; CR LF goes out; 64 MiB a line.
 */
struct poe_filter_line_plan {
	const char *literal;       /* newline both ways */
	const char *input_literal; /* "": take the first newline seen and stay with it */
	const char *output_literal;
	size_t max_length;         /* octets of one line, its newline not counted; more is EMSGSIZE */
};
struct poe_filter *poe_filter_line(const struct poe_filter_line_plan *plan); /* NULL plan: defaults */

/* Whatever came, as bytes, as one record; out: strings or bytes as they are. */
struct poe_filter *poe_filter_stream(void);

/*
 * Blocks of a fixed size; or, with size 0, of a size that goes ahead of each:
 * decimal digits, a NUL, then so many octets, as POE::Filter::Block does.
 */
struct poe_filter_block_plan {
	size_t size;
	size_t max_length; /* of a block with a length ahead; 0: 64 MiB; more is EMSGSIZE */
};
struct poe_filter *poe_filter_block(const struct poe_filter_block_plan *plan); /* NULL plan: length ahead */

/* All three: NULL with ENOMEM or EINVAL. */

struct poe_filter *poe_filter_clone(const struct poe_filter *f);
void poe_filter_free(struct poe_filter *f); /* NULL is nothing */

#ifdef __cplusplus
}
#endif
#endif
