/*
 * Chrome trace events: one track a session, a slice a dispatch, an arrow from
 * each post to the dispatch it brought.  See "Trace Event Format" by the
 * Chromium project.
 */
#include "trace.h"

#include <unistd.h>

static void print_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; text != NULL && *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		/* Text may be cut, or not be UTF-8 at all, so only ASCII goes as it is. */
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			fprintf(out, "\\u%04x", (unsigned)(unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}

static void begin(FILE *out, const struct poe_trace_record *r, const char *phase, const char *name)
{
	/* Ids from small to large would need 64 bits; a track's number shows place and generation. */
	fprintf(out, "%s{\"ph\":\"%s\",\"pid\":%d,\"tid\":%llu,\"ts\":%.3f,\"name\":", ftell(out) == 0 ? "[\n" : ",\n",
		phase, (int)getpid(), (unsigned long long)(r->session & 0xfffffff), r->time * 1e6);
	print_text(out, name);
}

static void instant(FILE *out, const struct poe_trace_record *r, const char *name)
{
	begin(out, r, "i", name);
	fputs(",\"s\":\"t\",\"args\":{\"about\":", out);
	print_text(out, r->kind == POE_TRACE_NOTE ? r->text : r->name);
	fprintf(out, ",\"number\":%lld}}", (long long)r->number);
}

/* An arrow starts inside the slice that posted and ends at the slice that was brought. */
static void arrow(FILE *out, const struct poe_trace_record *r, const char *phase, uint64_t event)
{
	begin(out, r, phase, "post");
	fprintf(out, ",\"cat\":\"event\",\"id\":%llu%s}", (unsigned long long)event,
		*phase == 'f' ? ",\"bp\":\"e\"" : "");
}

static void slice(FILE *out, const struct poe_trace_record *r)
{
	begin(out, r, "B", r->name);
	fprintf(out, ",\"args\":{\"sender\":%llu,\"dispatch\":%llu,\"cause\":%llu,\"from\":",
		(unsigned long long)r->other, (unsigned long long)r->id, (unsigned long long)r->cause);
	print_text(out, r->from);
	fputs("}}", out);
	if (r->cause != 0)
		arrow(out, r, "f", r->cause);
}

static void record(FILE *out, const struct poe_trace_record *r)
{
	switch (r->kind) {
	case POE_TRACE_POST:
	case POE_TRACE_ALARM_SET:
		arrow(out, r, "s", r->id);
		break;
	case POE_TRACE_DISPATCH_BEGIN:
		slice(out, r);
		break;
	case POE_TRACE_DISPATCH_END:
		begin(out, r, "E", r->name);
		fputs("}", out);
		break;
	case POE_TRACE_NOTE:
		instant(out, r, r->name);
		break;
	default: {
		static const char *const names[] = { "create", "stop", "", "", "", "undeliverable", "", "alarm removed",
						     "descriptor ready", "signal" };

		instant(out, r, names[r->kind]);
	}
	}
}

static void end(FILE *out)
{
	fputs(ftell(out) == 0 ? "[]\n" : "\n]\n", out);
}

const struct trace_export trace_json = { .record = record, .end = end };
