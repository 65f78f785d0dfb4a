#include "trace.h"

static const char *const kind_names[] = {
	"create", "stop", "post", "begin", "end", "undeliverable", "alarm", "unalarm", "ready", "signal", "note"
};

static void print_ids(FILE *out, const struct poe_trace_record *r)
{
	char text[SLAB_ID_TEXT];

	if (r->id != 0)
		fprintf(out, " #%llu", (unsigned long long)r->id);
	if (r->cause != 0)
		fprintf(out, " <- #%llu", (unsigned long long)r->cause);
	if (r->other != 0)
		fprintf(out, " %s %s", r->kind == POE_TRACE_POST ? "to" : "from", slab_id_text(r->other, text));
}

static void record(FILE *out, const struct poe_trace_record *r)
{
	char text[SLAB_ID_TEXT];

	fprintf(out, "%.6f %-13s session %s", r->time, kind_names[r->kind], slab_id_text(r->session, text));
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
