/* The answer to "why does it not end": every session, and what keeps it. */
#include "dump.h"

#include "alarm.h"
#include "alias.h"
#include "child.h"
#include "dispatch.h"
#include "family.h"
#include "reference.h"
#include "signals.h"
#include "watch.h"

static void print_rows(const struct poe_kernel *k, const struct rows *rows, FILE *out)
{
	for (uint32_t i = 0; rows != NULL && i <= rows->mask; i++)
		if (rows->places[i].name != 0)
			fprintf(out, " %s%s", rows->places[i].handler ? "" : "-",
				names_at(&k->names, rows->places[i].name)->text);
}

static void print_states(const struct poe_kernel *k, const struct session *s, FILE *out)
{
	fputs("  states:", out);
	print_rows(k, s->class->rows, out);
	if (s->own_rows != NULL) {
		fputs("; set at run time:", out);
		print_rows(k, s->own_rows, out);
	}
	fputc('\n', out);
}

static void print_queue(const struct poe_kernel *k, const struct session *s, FILE *out)
{
	const struct record *record;
	size_t others = 0;

	for (size_t i = 0; (record = queue_peek(&k->queue, i)) != NULL; i++) {
		if (record->to == s->id)
			fprintf(out, "  kept by: event %s, queued at %s\n",
				record->message.flags == RECORD_NEWBORN ? "(its birth)" :
				names_at(&k->names, record->message.name)->text,
				record->from ? record->from : "the kernel");
		else
			others += record->sender == s->id;
	}
	if (others > 0)
		fprintf(out, "  kept by: %zu events it has queued to others\n", others);
}

static void print_tag(const struct poe_kernel *k, uint32_t name, uint32_t count, FILE *out)
{
	fprintf(out, "  kept by: reference \"%s\", %u times\n", names_at(&k->names, name)->text, count);
}

static void print_references(const struct poe_kernel *k, const struct session *s, FILE *out)
{
	size_t children = 0;

	if (s->tag != 0)
		print_tag(k, s->tag, s->tag_count, out);
	for (const struct tag *tag = s->more_tags; tag != NULL; tag = tag->next)
		print_tag(k, tag->name, tag->count, out);
	for (const struct session *c = family_first_child(k, s); c != NULL; c = family_next(k, c))
		children++;
	if (children > 0)
		fprintf(out, "  kept by: %zu child session%s\n", children, children > 1 ? "s" : "");
}

static const char *keeps(bool weak)
{
	return weak ? "has, weakly" : "kept by";
}

static void print_alarms(const struct poe_kernel *k, const struct poe_owned *owned, FILE *out)
{
	struct alarm_words alarm;

	for (size_t i = 0; alarm_describe(owned, i, &alarm); i++)
		fprintf(out, "  %s: alarm %s, due in %.6f s\n", keeps(alarm.weak), alarm.name, alarm.due - k->now);
}

static void print_owned(const struct poe_kernel *k, const struct poe_owned *owned, FILE *out)
{
	const char *name;
	bool weak;
	int fd;

	if (alarms_are(owned))
		print_alarms(k, owned, out);
	else if ((name = watch_describe(owned, &fd, &weak)) != NULL)
		fprintf(out, "  %s: watch on descriptor %d, for %s\n", keeps(weak), fd, name);
	else if ((name = signal_describe(owned)) != NULL)
		fprintf(out, "  watches signal %s, which keeps nothing\n", name);
	else if (child_describe(owned) != 0)
		fprintf(out, "  kept by: process %d\n", (int)child_describe(owned));
	else
		fprintf(out, "  owns: %s\n", owned->kind->name);
}

static void print_aliases(const struct session *s, FILE *out)
{
	const struct poe_owned *owned = s->owned;
	const char *alias;

	while ((alias = alias_next(&owned)) != NULL)
		fprintf(out, "  kept by: alias \"%s\", until the program is idle\n", alias);
}

static bool is_alias(const struct poe_owned *owned)
{
	const struct poe_owned *rest = owned;

	return alias_next(&rest) != NULL && rest == owned->next;
}

static bool is_components(const struct poe_owned *owned)
{
	bool weak;
	int fd;

	return !is_alias(owned) && !alarms_are(owned) && watch_describe(owned, &fd, &weak) == NULL &&
	       signal_describe(owned) == NULL && child_describe(owned) == 0;
}

size_t dump_count_owned(const struct poe_kernel *k)
{
	size_t count = 0;

	for (uint32_t place = 1; place < k->sessions.places; place++) {
		const struct session *s = session_at(k, place);

		if (s->id == 0)
			continue;
		for (const struct poe_owned *owned = s->owned; owned != NULL; owned = owned->next)
			count += is_components(owned);
	}
	return count;
}

static void print_session(const struct poe_kernel *k, const struct session *s, FILE *out)
{
	const struct session *parent = family_parent(k, s);
	char own[SLAB_ID_TEXT], parents[SLAB_ID_TEXT];

	fprintf(out, "session %s, child of %s%s, %u reference%s\n", slab_id_text(s->id, own),
		parent == k->self ? "the kernel" : "session ", parent == k->self ? "" : slab_id_text(parent->id, parents),
		s->refs, s->refs == 1 ? "" : "s");
	print_states(k, s, out);
	print_aliases(s, out);
	print_queue(k, s, out);
	print_references(k, s, out);
	for (const struct poe_owned *owned = s->owned; owned != NULL; owned = owned->next)
		if (!is_alias(owned))
			print_owned(k, owned, out);
	if (s->refs == 0)
		fputs("  kept by nothing: it stops when this round ends\n", out);
}

void poe_kernel_dump(const struct poe_kernel *k, FILE *out)
{
	fprintf(out, "kernel: %zu sessions, %zu events queued, %zu alarms, %zu watches, %zu reasons to go on\n",
		k->sessions.live - 1, k->queue.length, alarms_count(k), k->stats.watches, k->work);
	for (uint32_t place = 1; place < k->sessions.places; place++) {
		const struct session *s = session_at(k, place);

		if (s->id != 0 && s->stage < SESSION_GONE)
			print_session(k, s, out);
	}
}
