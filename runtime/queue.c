#include "queue.h"

#include <stdlib.h>

enum { CHUNK_RECORDS = 256, MAX_SPARES = 64 };

struct queue_chunk {
	struct queue_chunk *next;
	struct record records[CHUNK_RECORDS];
};

void queue_destroy(struct queue *queue)
{
	struct queue_chunk *chunk, *next;

	while (queue->length > 0) {
		message_release(&queue_first(queue)->message);
		queue_drop(queue);
	}
	free(queue->head);
	for (chunk = queue->spare; chunk != NULL; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
}

static struct queue_chunk *take_chunk(struct queue *queue)
{
	struct queue_chunk *chunk = queue->spare;

	if (chunk == NULL) {
		chunk = malloc(sizeof *chunk);
		if (chunk == NULL)
			return NULL;
	} else {
		queue->spare = chunk->next;
		queue->spares--;
	}
	chunk->next = NULL;
	return chunk;
}

static int add_chunk(struct queue *queue)
{
	struct queue_chunk *chunk = take_chunk(queue);

	if (chunk == NULL)
		return -1;
	if (queue->tail == NULL)
		queue->head = chunk;
	else
		queue->tail->next = chunk;
	queue->tail = chunk;
	queue->tail_at = 0;
	return 0;
}

struct record *queue_push(struct queue *queue)
{
	if ((queue->tail == NULL || queue->tail_at == CHUNK_RECORDS) && add_chunk(queue) == -1)
		return NULL;
	queue->length++;
	return &queue->tail->records[queue->tail_at++];
}

struct record *queue_first(const struct queue *queue)
{
	return queue->length > 0 ? &queue->head->records[queue->head_at] : NULL;
}

static void recycle(struct queue *queue, struct queue_chunk *chunk)
{
	if (queue->spares == MAX_SPARES) {
		free(chunk);
		return;
	}
	chunk->next = queue->spare;
	queue->spare = chunk;
	queue->spares++;
}

/* An emptied queue starts its chunk anew, so that a shallow one stays in one cache-warm place. */
void queue_drop(struct queue *queue)
{
	struct queue_chunk *chunk = queue->head;

	if (--queue->length == 0 && chunk == queue->tail) {
		queue->head_at = queue->tail_at = 0;
		return;
	}
	if (++queue->head_at < CHUNK_RECORDS)
		return;
	queue->head_at = 0;
	queue->head = chunk->next;
	if (queue->head == NULL)
		queue->tail = NULL;
	recycle(queue, chunk);
}

const struct record *queue_peek(const struct queue *queue, size_t index)
{
	const struct queue_chunk *chunk = queue->head;

	if (index >= queue->length)
		return NULL;
	for (index += queue->head_at; index >= CHUNK_RECORDS; index -= CHUNK_RECORDS)
		chunk = chunk->next;
	return &chunk->records[index];
}
