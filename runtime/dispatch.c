#include "dispatch.h"

#include "trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct kept {
	struct kept *next;
	struct poe_value value;
};

void dispatch_forget_results(struct kept **kept)
{
	while (*kept != NULL) {
		struct kept *first = *kept;

		*kept = first->next;
		poe_value_release(&first->value);
		free(first);
	}
}

static bool is_plain(const struct poe_value *value)
{
	return value->kind != POE_STR && value->kind != POE_BYTES && value->kind != POE_OBJ;
}

struct poe_value dispatch_keep_result(struct poe_kernel *k, struct poe_value result)
{
	struct kept **list = k->frame ? &k->frame->kept : &k->kept;
	struct kept *kept;

	if (is_plain(&result))
		return result;
	kept = malloc(sizeof *kept);
	if (kept == NULL) {
		poe_value_release(&result);
		return poe_none();
	}
	*kept = (struct kept){ *list, result };
	*list = kept;
	return result;
}

void dispatch_undeliverable(struct poe_kernel *k, uint64_t session, const char *name, uint64_t event)
{
	const struct session *s = session_find(k, (poe_sid){ session });

	k->stats.undeliverable++;
	if (s != NULL && s->options & SESSION_DEFAULT)
		kernel_report(k, "session %llu: event %s has no handler", (unsigned long long)session, name);
	if (k->trace != NULL)
		trace_add(k, (struct poe_trace_record){
			.kind = POE_TRACE_UNDELIVERABLE, .cause = event, .session = session, .name = name });
}

static const struct row *row_of(const struct session *s, uint32_t name)
{
	const struct row *row = s->own_rows ? rows_find(s->own_rows, name) : NULL;

	if (row == NULL)
		row = rows_find(s->class->rows, name);
	return row != NULL && row->handler != NULL ? row : NULL;
}

/* The kinds that a declared letter takes, a bit each. */
static const uint16_t kinds_of[128] = {
	['i'] = 1 << POE_INT,
	['d'] = 1 << POE_DOUBLE | 1 << POE_INT,
	['s'] = 1 << POE_STR,
	['b'] = 1 << POE_BYTES | 1 << POE_STR,
	['a'] = 1 << POE_ADDRESS,
	['p'] = 1 << POE_PTR,
	['o'] = 1 << POE_OBJ,
};

static bool types_match(const struct poe_kernel *k, const struct row *row, const struct frame *frame)
{
	size_t i = 0;

	for (const char *type = row->types; *type != ')' && *type != '*'; type++, i++) {
		if (i < frame->count && kinds_of[(unsigned char)*type] >> frame->values[i].kind & 1)
			continue;
		kernel_report(k, "event %s from %s: argument %zu is not of the declared type '%c'",
			      frame->name->text, frame->ev.from ? frame->ev.from : "the kernel", i, *type);
		return false;
	}
	return true;
}

static void trace_begin(struct poe_kernel *k, const struct frame *frame)
{
	trace_add(k, (struct poe_trace_record){
		.kind = POE_TRACE_DISPATCH_BEGIN, .id = frame->id, .cause = frame->cause,
		.session = frame->ev.session.v, .other = frame->ev.sender.v,
		.name = frame->ev.name, .from = frame->ev.from });
}

static void trace_end(struct poe_kernel *k, const struct frame *frame)
{
	trace_add(k, (struct poe_trace_record){
		.kind = POE_TRACE_DISPATCH_END, .id = frame->id, .cause = frame->cause,
		.session = frame->ev.session.v, .name = frame->ev.name });
}

static void report_event(const struct poe_kernel *k, const struct frame *frame)
{
	kernel_report(k, "session %llu <- %s from %s", (unsigned long long)frame->ev.session.v, frame->ev.name,
		      frame->ev.from ? frame->ev.from : "the kernel");
}

static void run_timed(struct poe_kernel *k, struct frame *frame, poe_handler *handler)
{
	double start = kernel_clock(k), took;

	handler(&frame->ev);
	took = kernel_clock(k) - start;
	if (took <= k->slow_handler)
		return;
	k->stats.slow++;
	kernel_report(k, "event %s from %s: its handler took %.6f s", frame->ev.name,
		      frame->ev.from ? frame->ev.from : "the kernel", took);
}

void dispatch_handler(struct poe_kernel *k, struct session *s, struct frame *frame, poe_handler *handler)
{
	frame->ev.kernel = k;
	frame->ev.session = session_id(s);
	frame->ev.heap = s->heap;
	frame->session = s;
	frame->up = k->frame;
	frame->kept = NULL;
	frame->result = poe_none();
	frame->signal_handled = false;
	frame->id = k->trace != NULL ? ++k->sequence : 0;
	k->frame = frame;
	k->stats.dispatched++;
	s->busy++;
	if (k->trace != NULL)
		trace_begin(k, frame);
	if (s->options & SESSION_TRACE)
		report_event(k, frame);
	if (k->slow_handler > 0)
		run_timed(k, frame, handler);
	else
		handler(&frame->ev);
	if (k->trace != NULL)
		trace_end(k, frame);
	k->frame = frame->up;
	if (frame->kept != NULL)
		dispatch_forget_results(&frame->kept);
	if (--s->busy == 0 && s->stage == SESSION_GONE)
		session_reclaim(k, s);
}

static int run_row(struct poe_kernel *k, struct session *s, struct frame *frame, const struct row *row,
		   const char *name)
{
	if (row->types != NULL && !types_match(k, row, frame)) {
		errno = EINVAL;
		return -1;
	}
	frame->ev.name = name;
	frame->ev.object = row->object;
	dispatch_handler(k, s, frame, row->handler);
	return 0;
}

/* _default gets the event's name first, then the event's own values. */
static int dispatch_default(struct poe_kernel *k, struct session *s, struct frame *frame, const struct row *row)
{
	struct poe_value values[MESSAGE_MAX_VALUES + 1];
	struct poe_value *own = frame->values;

	int result;

	values[0] = poe_str(frame->name->text);
	if (frame->count > 0)
		memcpy(values + 1, own, frame->count * sizeof *own);
	frame->values = values;
	frame->count++;
	result = run_row(k, s, frame, row, "_default");
	/* An object that was taken must not be released with the rest. */
	frame->values = own;
	frame->count--;
	if (frame->count > 0)
		memcpy(own, values + 1, frame->count * sizeof *own);
	return result;
}

bool dispatch_finds(const struct poe_kernel *k, const struct session *s, const struct name *name)
{
	return s != k->self && (row_of(s, name->id) != NULL || row_of(s, k->default_name) != NULL);
}

int dispatch(struct poe_kernel *k, struct session *s, struct frame *frame)
{
	const struct row *row = s == k->self ? NULL : row_of(s, frame->name->id);

	if (row == NULL) {
		row = s == k->self ? NULL : row_of(s, k->default_name);
		if (row != NULL)
			return dispatch_default(k, s, frame, row);
		errno = ENOSYS;
		return -1;
	}
	return run_row(k, s, frame, row, frame->name->text);
}
