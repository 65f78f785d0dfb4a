/*
 * Bodies, of known length or in chunks; each collected until it is whole, or
 * handed on as it comes.
 *
 * What is collected is not used up before, so that a filter that takes over
 * finds all of it: chunks are read twice, to count their octets and to join
 * them.
 */
#include "filter.h"

#include <string.h>

/* Ends a body whose pieces went out before. */
static int hand_end(struct httpd *me, size_t consumed, struct poe_frame *frame)
{
	me->part = HTTPD_PART_HEAD;
	frame->record = poe_bytes("", 0);
	frame->consumed = consumed;
	return 1;
}

/*
 * The last octet stays until the empty record is asked for: a wheel asks for
 * nothing while there is nothing.
 */
static int stream_content(struct httpd *me, char *data, size_t length, struct poe_frame *frame)
{
	size_t n = length < me->left ? length : (size_t)me->left;

	if (me->left == 0)
		return hand_end(me, 1, frame);
	me->left -= n;
	frame->record = poe_bytes(data, n);
	frame->consumed = me->left > 0 ? n : n - 1;
	return 1;
}

static int collect_content(struct httpd *me, const char *data, size_t length, struct poe_frame *frame)
{
	size_t head = me->request->head_length;
	char *body;

	if (length - head < me->left)
		return 0;
	body = httpd_request_body(me->request, (size_t)me->left);
	if (body == NULL)
		return -1;
	memcpy(body, data + head, (size_t)me->left);
	frame->consumed += head + (size_t)me->left;
	return httpd_hand_on(me, HTTPD_PART_HEAD, frame);
}

static int stream_chunks(struct httpd *me, const char *data, size_t length, struct poe_frame *frame)
{
	switch (httpd_chunks_next(&me->chunks, data, length)) {
	case HTTPD_CHUNKS_PIECE:
		frame->record = poe_bytes(me->chunks.piece, me->chunks.piece_length);
		frame->consumed = me->chunks.fed;
		httpd_chunks_drop(&me->chunks);
		return 1;
	case HTTPD_CHUNKS_END:
		return hand_end(me, me->chunks.fed, frame);
	case HTTPD_CHUNKS_BROKEN:
		return httpd_refuse(me, 400, frame);
	case HTTPD_CHUNKS_MORE:
		break;
	}
	return 0;
}

static int join_chunks(struct httpd *me, const char *data, struct poe_frame *frame)
{
	size_t end = me->chunks.fed;
	char *body = httpd_request_body(me->request, me->collected);

	if (body == NULL)
		return -1;
	httpd_chunks_start(&me->chunks, me->request->head_length);
	while (httpd_chunks_next(&me->chunks, data, end) == HTTPD_CHUNKS_PIECE) {
		memcpy(body, me->chunks.piece, me->chunks.piece_length);
		body += me->chunks.piece_length;
	}
	frame->consumed += end;
	return httpd_hand_on(me, HTTPD_PART_HEAD, frame);
}

/* Never looks beyond what a body may have, so that no split of the input makes a difference. */
static int collect_chunks(struct httpd *me, const char *data, size_t length, struct poe_frame *frame)
{
	size_t rest = length - me->request->head_length;
	size_t most = rest < me->plan.max_content ? rest : me->plan.max_content;
	enum httpd_chunk got;

	for (;;) {
		got = httpd_chunks_next(&me->chunks, data, me->request->head_length + most);
		if (got != HTTPD_CHUNKS_PIECE)
			break;
		me->collected += me->chunks.piece_length;
	}
	if (got == HTTPD_CHUNKS_END)
		return join_chunks(me, data, frame);
	if (got == HTTPD_CHUNKS_BROKEN)
		return httpd_refuse(me, 400, frame);
	return rest > most ? httpd_refuse(me, 413, frame) : 0;
}

int httpd_body_get(struct httpd *me, char *data, size_t length, struct poe_frame *frame)
{
	bool is_content = me->part == HTTPD_PART_CONTENT;

	if (me->request == NULL)
		return is_content ? stream_content(me, data, length, frame) : stream_chunks(me, data, length, frame);
	return is_content ? collect_content(me, data, length, frame) : collect_chunks(me, data, length, frame);
}
