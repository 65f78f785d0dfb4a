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

/* Where records are handed on to, one by one, octets lent; embedded by whoever takes them. */
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
	 * those octets are of no use to anybody, or the filter holds them itself); -1
	 * with errno, EMSGSIZE for a limit and EPROTO for nonsense, after which the
	 * stream cannot be read further: `consumed`, 0 unless it is set, counts then too.
	 * Called again with the same octets and more behind them, or with what is
	 * left after `consumed`; it may remember how far it has looked.  A filter that
	 * has `pending` is also asked with no octets, until it returns 0.
	 * An object moves to the caller.
	 */
	int (*get_one)(struct poe_filter *f, char *data, size_t length, struct poe_frame *frame);
	/* Appends a record's octets; an object is lent.  0; -1 with EINVAL (not a record of this filter), ENOMEM. */
	int (*put)(struct poe_filter *f, const struct poe_value *record, struct poe_output *out);
	/*
	 * Only filters of records have these two (Map, Grep, RecordBlock); NULL for
	 * those of octets.  In a stack such a filter stands above another one and
	 * works on its records; alone, get_one's octets are one record as they came.
	 * take: one record of the filter below, lent until the next take.  1 with *out
	 * filled in, lent as long; 0 when it has swallowed it; -1 with errno as
	 * get_one.  An object moves in, in any case, and out.
	 * give: the other way, any number of records for the filter below.  0, or -1.
	 * Objects are lent, in and out.
	 */
	int (*take)(struct poe_filter *f, const struct poe_value *record, struct poe_value *out);
	int (*give)(struct poe_filter *f, const struct poe_value *record, struct poe_sink *below);
	/*
	 * Hands over what the filter holds itself, in the form in which it came to it,
	 * and holds it no longer: another filter is taking over.  An object moves to
	 * the sink.  A record that is with a handler meanwhile stays valid.  0, or -1
	 * with the sink's errno.  NULL: it holds nothing, as what is not framed stays
	 * with the wheel.
	 */
	int (*pending)(struct poe_filter *f, struct poe_sink *to);
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
 * decimal digits, a NUL, then so many octets, as POE::Filter::Block does; or
 * whatever the program's own functions read and write there (POE's LengthCodec).
 */
enum { POE_FILTER_BLOCK_AHEAD = 32 };
struct poe_filter_block_plan {
	size_t size;
	size_t max_length; /* of a block with a length ahead; 0: 64 MiB; more is EMSGSIZE */
	/* Both or none, and then no size.  Octets that the length takes; 0: more are needed; -1 with errno. */
	int (*get_length)(const char *data, size_t octets, size_t *length);
	/* Writes it, at most POE_FILTER_BLOCK_AHEAD octets; how many, or -1 with errno. */
	int (*put_length)(size_t length, char *ahead);
};
struct poe_filter *poe_filter_block(const struct poe_filter_block_plan *plan); /* NULL plan: length ahead */

/*
 * Map: each record becomes another, by functions of the program's own.  They
 * get the record lent and fill in *out: return 1, 0 to drop the record, -1 with
 * errno (input: an error event; output: poe_put fails).  Octets in *out may be
 * the record's own or wait in the program's memory until the function is called
 * again; an object in *out moves, and is the record itself or a new one, not
 * one that an array holds.  They leave the filters and the wheel that they are
 * called by as they are.
 * NULL: records pass as they are that way, which in POE needs a function too;
 * not both.  `arg` stays the program's, and clones share it.  POE's function
 * may return many records for one; this gives one or none.
 */
typedef int poe_filter_map_function(void *arg, const struct poe_value *record, struct poe_value *out);
struct poe_filter_map_plan {
	poe_filter_map_function *get, *put; /* POE's Code is the same one twice */
	void *arg;
};
struct poe_filter *poe_filter_map(const struct poe_filter_map_plan *plan);

/* Other functions, from the next record on; what is NULL stays.  0, or -1 with EINVAL: f is no Map. */
int poe_filter_map_modify(struct poe_filter *f, const struct poe_filter_map_plan *plan);

/* Grep: only the records pass for which a predicate is not 0.  The rest as with Map. */
typedef int poe_filter_grep_predicate(void *arg, const struct poe_value *record);
struct poe_filter_grep_plan {
	poe_filter_grep_predicate *get, *put;
	void *arg;
};
struct poe_filter *poe_filter_grep(const struct poe_filter_grep_plan *plan);
int poe_filter_grep_modify(struct poe_filter *f, const struct poe_filter_grep_plan *plan);

/*
 * RecordBlock: so many records become one, a struct poe_array (see value.h);
 * out, an array is sent record by record, and anything else is EINVAL.
 */
struct poe_filter_record_block_plan {
	size_t size;       /* records in a block, at least 1 */
	size_t max_length; /* octets in one; 0: 64 MiB; more is EMSGSIZE */
	int check_put;     /* not 0: an array of another size is EINVAL.  POE holds records back instead */
};
struct poe_filter *poe_filter_record_block(const struct poe_filter_record_block_plan *plan);

/*
 * Stackable: filters one above the other, the lowest first.  What one frames is
 * the next one's input: octets to a filter of octets, with its own buffer (at most
 * 512 MiB) and limits; records to one of records, which is where they come from,
 * so borders stay and empty records too.  Out, each record goes the other way.
 * All records of what was read come out before more is.  An empty stack is a
 * Stream.  A stack in a stack is a filter of octets.
 *
 * The stack owns the filters: from the call on, and also when it fails, so they
 * may be made in the list.  A NULL among them, one that could not be made, is
 * ENOMEM.
 */
struct poe_filter *poe_filter_stackable(struct poe_filter *const *filters, size_t count);

/*
 * Changes a stack, also in the handler that has a record of it.  push and pop
 * are at its top, unshift and shift below.  What a removed filter holds goes,
 * as it came to it, to the one that takes its place; POE throws it away, but
 * returns the filter, which here is freed once none of its records is lent.
 * A wheel is not told: outside its input_event, poe_readwrite_resume_input makes
 * it look at records that can now be had.  0; -1 with EINVAL (no stack, or an
 * empty one), ENOMEM: the stack is as it was, but what was held may be lost.
 */
int poe_filter_stackable_push(struct poe_filter *stack, struct poe_filter *f);
int poe_filter_stackable_unshift(struct poe_filter *stack, struct poe_filter *f);
int poe_filter_stackable_pop(struct poe_filter *stack);
int poe_filter_stackable_shift(struct poe_filter *stack);

/* How many there are, 0 in what is no stack; the one at a place, 0 the lowest, or NULL: it stays the stack's. */
size_t poe_filter_stackable_count(const struct poe_filter *stack);
struct poe_filter *poe_filter_stackable_at(const struct poe_filter *stack, size_t place);

/* All that make a filter: NULL with ENOMEM or EINVAL. */

/* What kind it is, as "line"; as long as the program. */
const char *poe_filter_name(const struct poe_filter *f);
struct poe_filter *poe_filter_clone(const struct poe_filter *f);
void poe_filter_free(struct poe_filter *f); /* NULL is nothing */

#ifdef __cplusplus
}
#endif
#endif
