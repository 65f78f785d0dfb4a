/*
 * The queue: a FIFO of event records in chunks that are recycled.  A record
 * never moves, so the event in dispatch may be read while others are posted.
 */
#ifndef QUEUE_H
#define QUEUE_H

#include "message.h"

#include <stddef.h>
#include <stdint.h>

/* Why a record is queued; in message.flags. */
enum { RECORD_EVENT, RECORD_SIGNAL, RECORD_NEWBORN };

struct record { /* 64 octets */
	uint64_t to, sender;
	uint64_t id;      /* position in the order of all posts and alarms */
	double when;      /* posted; seconds as poe_now */
	const char *from; /* source position */
	struct message message;
};

enum { QUEUE_CHUNK = 256 };

struct queue_chunk {
	struct queue_chunk *next;
	struct record records[QUEUE_CHUNK];
};

struct queue {
	struct queue_chunk *head, *tail, *spare;
	uint32_t head_at, tail_at; /* positions within those chunks */
	uint32_t spares;
	size_t length;
};

void queue_destroy(struct queue *queue); /* what is left in it is released */

/* Makes room for a record at the end.  0, or -1 with ENOMEM. */
int queue_grow(struct queue *queue);

/* Lets go of the first chunk, which is used up. */
void queue_next_chunk(struct queue *queue);

/*
 * The place of the next record, to be filled in and then committed; until then
 * it is not in the queue.  NULL with ENOMEM.
 */
static inline struct record *queue_room(struct queue *queue)
{
	if ((queue->tail == NULL || queue->tail_at == QUEUE_CHUNK) && queue_grow(queue) == -1)
		return NULL;
	return &queue->tail->records[queue->tail_at];
}

static inline void queue_commit(struct queue *queue)
{
	queue->tail_at++;
	queue->length++;
}

/* The first record, or NULL. */
static inline struct record *queue_first(const struct queue *queue)
{
	return queue->length > 0 ? &queue->head->records[queue->head_at] : NULL;
}

/* Drops the first record, which must be there; its message is the caller's to release. */
static inline void queue_drop(struct queue *queue)
{
	queue->length--;
	if (++queue->head_at == QUEUE_CHUNK)
		queue_next_chunk(queue);
}

/* Each record in order: start with 0, go on while it gives one. */
const struct record *queue_peek(const struct queue *queue, size_t index);

#endif
