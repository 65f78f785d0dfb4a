#include "trace.h"

static const char *const kind_names[] = {
	"create", "stop", "post", "begin", "end", "undeliverable", "alarm", "unalarm", "ready", "signal", "note"
};

static void print_ids(FILE *out, const struct poe_trace_record *r)
{
	if (r->id != 0)
		fprintf(out, " #%llu", (unsigned long long)r->id);
	if (r->cause != 0)
		fprintf(out, " <- #%llu", (unsigned long long)r->cause);
	if (r->other != 0)
		fprintf(out, r->kind == POE_TRACE_POST ? " to %llu" : " from %llu", (unsigned long long)r->other);
}

static void record(FILE *out, const struct poe_trace_record *r)
{
	fprintf(out, "%.6f %-13s %llu", r->time, kind_names[r->kind], (unsigned long long)r->session);
	if (r->name != NULL)
		fprintf(out, " %s", r->name);
	if (r->text[0] != '\0')
		fprintf(out, " %s", r->text);
	if (r->number != 0)
		fprintf(out, " (%lld)", (long long)r->number);
	print_ids(out, r);
	if (r->from != NULL)
		fprintf(out, " at %s", r->from);
	fputc('\n', out);
}

const struct trace_export trace_text = { .record = record };
