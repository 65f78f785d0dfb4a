#include "trace.h"

#include "dispatch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_RECORDS = 4096 };

struct trace {
	struct poe_trace_record *ring;
	size_t room;
	uint64_t made;                     /* records ever; the newest is at (made - 1) % room */
	const struct trace_export *export; /* or NULL */
	FILE *out;                         /* of the export; ours unless it is stderr */
};

int poe_trace_on(const struct poe_kernel *k)
{
	return k->trace != NULL;
}

void trace_add(struct poe_kernel *k, struct poe_trace_record record)
{
	struct trace *trace = k->trace;

	record.time = kernel_clock(k);
	trace->ring[trace->made++ % trace->room] = record;
	if (trace->export != NULL)
		trace->export->record(trace->out, &record);
}

void poe_trace_note(struct poe_kernel *k, const char *what, const char *about, int64_t number)
{
	struct poe_trace_record record = { .kind = POE_TRACE_NOTE, .name = what, .number = number };

	if (k->trace == NULL)
		return;
	if (about != NULL)
		strncat(record.text, about, sizeof record.text - 1);
	if (k->frame != NULL) {
		record.session = k->frame->ev.session.v;
		record.cause = k->frame->id;
	}
	trace_add(k, record);
}

int poe_trace_keep(struct poe_kernel *k, size_t records)
{
	struct trace *trace;

	trace_stop(k);
	if (records == 0)
		return 0;
	trace = calloc(1, sizeof *trace);
	if (trace == NULL)
		return -1;
	trace->ring = calloc(records, sizeof *trace->ring);
	if (trace->ring == NULL) {
		free(trace);
		return -1;
	}
	trace->room = records;
	k->trace = trace;
	return 0;
}

size_t poe_trace_read(const struct poe_kernel *k, struct poe_trace_record *records, size_t max)
{
	const struct trace *trace = k->trace;
	size_t count;

	if (trace == NULL)
		return 0;
	count = trace->made < trace->room ? (size_t)trace->made : trace->room;
	if (count > max)
		count = max;
	for (size_t i = 0; i < count; i++)
		records[i] = trace->ring[(trace->made - count + i) % trace->room];
	return count;
}

int trace_start(struct poe_kernel *k, const char *what)
{
	FILE *out = stderr;

	if (what == NULL)
		what = getenv("POE_TRACE");
	if (what == NULL || *what == '\0' || strcmp(what, "0") == 0)
		return 0;
	if (strcmp(what, "1") != 0) {
		out = fopen(what, "we");
		if (out == NULL)
			return -1;
	}
	if (poe_trace_keep(k, DEFAULT_RECORDS) == -1) {
		if (out != stderr)
			fclose(out);
		return -1;
	}
	k->trace->out = out;
	k->trace->export = out == stderr ? &trace_text : &trace_json;
	return 0;
}

void trace_stop(struct poe_kernel *k)
{
	struct trace *trace = k->trace;

	if (trace == NULL)
		return;
	if (trace->export != NULL && trace->export->end != NULL)
		trace->export->end(trace->out);
	if (trace->out != NULL && trace->out != stderr)
		fclose(trace->out);
	free(trace->ring);
	free(trace);
	k->trace = NULL;
}
