/* The trace ring: recording, and the exports that follow it. */
#ifndef TRACE_H
#define TRACE_H

#include "kernel.h"

#include <poe/trace.h>
#include <stdio.h>

/* An export gets each record as it is made. */
struct trace_export {
	void (*record)(FILE *out, const struct poe_trace_record *record);
	void (*end)(FILE *out);
};

/* Readable lines; Chrome trace events. */
extern const struct trace_export trace_text, trace_json;

/*
 * Starts what the plan or the environment asks for: "1", a file's name, or "".
 * 0, or -1 with errno of the file or ENOMEM.
 */
int trace_start(struct poe_kernel *k, const char *what);
void trace_stop(struct poe_kernel *k);

/* Adds a record, which need not have its time.  Only when k->trace is not NULL. */
void trace_add(struct poe_kernel *k, struct poe_trace_record record);

#endif
