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
	/* A track is a place, which sessions have one after the other. */
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

/* A session's track is called by its alias, or by its number. */
static void track(FILE *out, const struct poe_trace_record *r)
{
	char name[64], number[SLAB_ID_TEXT];

	snprintf(name, sizeof name, "%s%ssession %s", r->text, r->text[0] ? ", " : "",
		 slab_id_text(r->session, number));
	begin(out, r, "M", "thread_name");
	fputs(",\"args\":{\"name\":", out);
	print_text(out, name);
	fputs("}}", out);
	instant(out, r, "create");
}

static void post(FILE *out, const struct poe_trace_record *r)
{
	arrow(out, r, "s", r->id);
}

static void slice_end(FILE *out, const struct poe_trace_record *r)
{
	begin(out, r, "E", r->name);
	fputs("}", out);
}

static void stop(FILE *out, const struct poe_trace_record *r)
{
	instant(out, r, "stop");
}

static void undeliverable(FILE *out, const struct poe_trace_record *r)
{
	instant(out, r, "undeliverable");
}

static void alarm_removed(FILE *out, const struct poe_trace_record *r)
{
	instant(out, r, "alarm removed");
}

static void ready(FILE *out, const struct poe_trace_record *r)
{
	instant(out, r, "descriptor ready");
}

static void signal_sent(FILE *out, const struct poe_trace_record *r)
{
	instant(out, r, "signal");
}

static void note(FILE *out, const struct poe_trace_record *r)
{
	instant(out, r, r->name);
}

static void record(FILE *out, const struct poe_trace_record *r)
{
	static void (*const print[])(FILE *out, const struct poe_trace_record *r) = {
		[POE_TRACE_SESSION_CREATE] = track,
		[POE_TRACE_SESSION_STOP] = stop,
		[POE_TRACE_POST] = post,
		[POE_TRACE_DISPATCH_BEGIN] = slice,
		[POE_TRACE_DISPATCH_END] = slice_end,
		[POE_TRACE_UNDELIVERABLE] = undeliverable,
		[POE_TRACE_ALARM_SET] = post,
		[POE_TRACE_ALARM_REMOVE] = alarm_removed,
		[POE_TRACE_FD_READY] = ready,
		[POE_TRACE_SIGNAL] = signal_sent,
		[POE_TRACE_NOTE] = note,
	};

	print[r->kind](out, r);
}

static void end(FILE *out)
{
	fputs(ftell(out) == 0 ? "[]\n" : "\n]\n", out);
}

const struct trace_export trace_json = { .record = record, .end = end };
