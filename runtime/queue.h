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

struct queue_chunk;

struct queue {
	struct queue_chunk *head, *tail, *spare;
	uint32_t head_at, tail_at; /* positions within those chunks */
	uint32_t spares;
	size_t length;
};

void queue_destroy(struct queue *queue); /* what is left in it is released */

/* A place at the end, to be filled in.  NULL with ENOMEM. */
struct record *queue_push(struct queue *queue);

/* The first record, or NULL. */
struct record *queue_first(const struct queue *queue);

/* Drops the first record, which must be there; its message is the caller's to release. */
void queue_drop(struct queue *queue);

/* Each record in order: start with 0, go on while it gives one. */
const struct record *queue_peek(const struct queue *queue, size_t index);

#endif
