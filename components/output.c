/*
 * The queue of octets still to be written: a list of chunks.  Octets are added
 * at the tail and written from the head.  A small chunk is kept when the queue
 * runs empty, so that a wheel that writes each record at once allocates once
 * in its life.
 */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	FIRST_ROOM = 960,        /* enough for most requests; with its header still what malloc keeps at hand */
	LATER_ROOM = 16 * 1024,  /* what does not fit there is probably much */
	KEPT_ROOM = 4096,        /* the largest chunk that an empty queue holds on to */
	BATCH = 16               /* chunks a write */
};

struct chunk {
	struct chunk *next;
	size_t start, end; /* what is still to be written */
	size_t room;
	char octets[];
};

struct poe_output {
	struct chunk *head, *tail; /* an empty queue may keep one empty chunk */
	size_t length;
};

static struct chunk *chunk_new(size_t length, size_t room)
{
	struct chunk *c;

	if (room < length)
		room = length;
	c = malloc(sizeof *c + room);
	if (c != NULL) {
		c->next = NULL;
		c->start = c->end = 0;
		c->room = room;
	}
	return c;
}

/* Frees the head, or keeps it when it is the last one and small. */
static void drop_head(struct poe_output *out)
{
	struct chunk *c = out->head;

	if (c->next == NULL && c->room <= KEPT_ROOM) {
		c->start = c->end = 0;
		return;
	}
	out->head = c->next;
	if (out->head == NULL)
		out->tail = NULL;
	free(c);
}

struct poe_output *poe_output_new(void)
{
	return calloc(1, sizeof(struct poe_output));
}

void poe_output_free(struct poe_output *out)
{
	struct chunk *next;

	if (out == NULL)
		return;
	for (struct chunk *c = out->head; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	free(out);
}

static size_t append(struct chunk *c, const char *octets, size_t length)
{
	size_t n = c->room - c->end < length ? c->room - c->end : length;

	memcpy(c->octets + c->end, octets, n);
	c->end += n;
	return n;
}

int poe_output_add(struct poe_output *out, const void *octets, size_t length)
{
	size_t fits = out->tail != NULL ? out->tail->room - out->tail->end : 0;
	struct chunk *more = NULL;
	size_t done = 0;

	if (length == 0)
		return 0;
	if (length > fits) {
		more = chunk_new(length - fits, out->tail != NULL ? LATER_ROOM : FIRST_ROOM);
		if (more == NULL)
			return -1;
	}
	if (fits > 0)
		done = append(out->tail, octets, length);
	if (more != NULL) {
		append(more, (const char *)octets + done, length - done);
		*(out->tail != NULL ? &out->tail->next : &out->head) = more;
		out->tail = more;
	}
	out->length += length;
	return 0;
}

size_t poe_output_length(const struct poe_output *out)
{
	return out->length;
}

void output_cut(struct poe_output *out, size_t length)
{
	struct chunk *last = out->head, *next;
	size_t kept = 0;

	if (last == NULL)
		return;
	while (last->next != NULL && kept + (last->end - last->start) < length) {
		kept += last->end - last->start;
		last = last->next;
	}
	last->end = last->start + (length - kept);
	out->length = length;
	for (struct chunk *c = last->next; c != NULL; c = next) {
		next = c->next;
		free(c);
	}
	last->next = NULL;
	out->tail = last;
	if (length == 0)
		drop_head(out);
}

static int gather(const struct poe_output *out, struct iovec *parts)
{
	int n = 0;

	for (struct chunk *c = out->head; c != NULL && n < BATCH; c = c->next) {
		parts[n].iov_base = c->octets + c->start;
		parts[n].iov_len = c->end - c->start;
		n++;
	}
	return n;
}

static void drop_written(struct poe_output *out, size_t written)
{
	out->length -= written;
	while (out->head != NULL && written >= out->head->end - out->head->start) {
		struct chunk *c = out->head;

		written -= c->end - c->start;
		drop_head(out);
		if (out->head == c)
			return;
	}
	if (written > 0)
		out->head->start += written;
}

int poe_output_flush(struct poe_output *out, struct poe_driver *d)
{
	struct iovec parts[BATCH];

	while (out->length > 0) {
		ssize_t n = d->ops->write(d, parts, gather(out, parts));

		if (n < 0)
			return errno == EAGAIN ? 0 : -1;
		if (n == 0)
			return 0;
		drop_written(out, (size_t)n);
	}
	return 0;
}
