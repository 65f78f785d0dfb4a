#include "queue.h"

#include <stdlib.h>

enum { MAX_SPARES = 64 };

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

int queue_grow(struct queue *queue)
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

void queue_next_chunk(struct queue *queue)
{
	struct queue_chunk *chunk = queue->head;

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
	for (index += queue->head_at; index >= QUEUE_CHUNK; index -= QUEUE_CHUNK)
		chunk = chunk->next;
	return &chunk->records[index];
}
