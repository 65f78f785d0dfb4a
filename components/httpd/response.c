/*
 * What goes out: which responses can be sent as they are meant, and the lines
 * that the server adds.  A response is checked whole before its first octet is
 * written, so that no value can end a line, and a response, where its writer
 * did not mean to.
 */
#include "response.h"
#include "../filter/filter.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct poe_type response_type = { .name = "poe_http_response" };

struct poe_value poe_http_response_value(struct poe_http_response *r)
{
	r->object.type = &response_type;
	return poe_obj(&r->object);
}

static bool is_text(const char *text)
{
	for (; *text != '\0'; text++)
		if (((unsigned char)*text < ' ' && *text != '\t') || *text == 0x7f)
			return false;
	return true;
}

static bool is_token(const char *text)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~";

	return *text != '\0' && text[strspn(text, letters)] == '\0';
}

static bool has_no_body(int status)
{
	return status < 200 || status == 204 || status == 304;
}

static const struct poe_http_header *find(const struct poe_http_response *r, const char *name)
{
	for (const struct poe_http_header *h = r->headers; h != NULL && h->name != NULL; h++)
		if (strcasecmp(h->name, name) == 0)
			return h;
	return NULL;
}

/* A length of one's own says what there is no body here to say: to HEAD, or to 304. */
static bool is_true_length(const struct poe_http_response *r, const char *text)
{
	char length[24];

	if (r->framing != POE_HTTP_WHOLE || r->status < 200 || r->status == 204)
		return false;
	if (r->body == NULL && r->length == 0)
		return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
	snprintf(length, sizeof length, "%zu", r->length);
	return strcmp(text, length) == 0;
}

static bool check_headers(const struct poe_http_response *r)
{
	const struct poe_http_header *length = find(r, "Content-Length");

	for (const struct poe_http_header *h = r->headers; h != NULL && h->name != NULL; h++) {
		if (!is_token(h->name) || h->value == NULL || !is_text(h->value))
			return false;
		if (h != length && length != NULL && strcasecmp(h->name, length->name) == 0)
			return false;
	}
	return find(r, "Transfer-Encoding") == NULL && (length == NULL || is_true_length(r, length->value));
}

static bool check(const struct poe_http_response *r)
{
	if (r->status < 100 || r->status > 599 || (r->reason != NULL && !is_text(r->reason)))
		return false;
	if (r->framing < POE_HTTP_WHOLE || r->framing > POE_HTTP_TUNNEL)
		return false;
	if ((r->framing != POE_HTTP_WHOLE || has_no_body(r->status)) && r->length > 0)
		return false;
	if ((r->framing == POE_HTTP_CHUNKED || r->framing == POE_HTTP_UNTIL_CLOSE) && has_no_body(r->status))
		return false;
	return check_headers(r);
}

static int add_text(struct poe_output *out, const char *text)
{
	return poe_output_add(out, text, strlen(text));
}

static int add_header(struct poe_output *out, const char *name, const char *value)
{
	if (add_text(out, name) < 0 || add_text(out, ": ") < 0 || add_text(out, value) < 0)
		return -1;
	return add_text(out, "\r\n");
}

static int add_status(struct poe_output *out, const struct poe_http_response *r)
{
	char start[24];

	snprintf(start, sizeof start, "HTTP/1.1 %d ", r->status);
	if (add_text(out, start) < 0 || add_text(out, r->reason != NULL ? r->reason : poe_http_reason(r->status)) < 0)
		return -1;
	return add_text(out, "\r\n");
}

static int add_framing(struct poe_output *out, const struct poe_http_response *r)
{
	char length[24];

	if (r->framing == POE_HTTP_CHUNKED)
		return add_header(out, "Transfer-Encoding", "chunked");
	if (r->framing != POE_HTTP_WHOLE || has_no_body(r->status) || find(r, "Content-Length") != NULL)
		return 0;
	snprintf(length, sizeof length, "%zu", r->length);
	return add_header(out, "Content-Length", length);
}

static int add_head(struct poe_output *out, const struct poe_http_response *r)
{
	if (add_status(out, r) < 0)
		return -1;
	for (const struct poe_http_header *h = r->headers; h != NULL && h->name != NULL; h++)
		if (add_header(out, h->name, h->value) < 0)
			return -1;
	if (add_framing(out, r) < 0)
		return -1;
	if ((r->close || r->framing == POE_HTTP_UNTIL_CLOSE) && add_header(out, "Connection", "close") < 0)
		return -1;
	return add_text(out, "\r\n");
}

static int send_response(struct httpd_sending *s, const struct poe_http_response *r, struct poe_output *out)
{
	static const enum httpd_next next[] = {
		[POE_HTTP_WHOLE] = HTTPD_NEXT_RESPONSE, [POE_HTTP_CHUNKED] = HTTPD_NEXT_CHUNK,
		[POE_HTTP_UNTIL_CLOSE] = HTTPD_NEXT_OCTETS, [POE_HTTP_TUNNEL] = HTTPD_NEXT_NOTHING,
	};

	if (s->next != HTTPD_NEXT_RESPONSE || !check(r)) {
		errno = EINVAL;
		return -1;
	}
	if (add_head(out, r) < 0)
		return -1;
	if (r->body != NULL && poe_output_add(out, r->body, r->length) < 0)
		return -1;
	s->next = next[r->framing];
	return 0;
}

/* Without octets it would be the last chunk, which is what it is then. */
static int send_chunk(struct httpd_sending *s, const struct poe_value *piece, struct poe_output *out)
{
	char size[24];

	snprintf(size, sizeof size, "%x\r\n", (unsigned)piece->length);
	if (add_text(out, size) < 0 || poe_output_add(out, piece->as.s, piece->length) < 0 || add_text(out, "\r\n") < 0)
		return -1;
	if (piece->length == 0)
		s->next = HTTPD_NEXT_RESPONSE;
	return 0;
}

static int send_octets(struct httpd_sending *s, const struct poe_value *piece, struct poe_output *out)
{
	if (piece->length == 0)
		s->next = HTTPD_NEXT_NOTHING;
	return poe_output_add(out, piece->as.s, piece->length);
}

int httpd_send(struct httpd_sending *s, const struct poe_value *record, struct poe_output *out)
{
	if (record->kind == POE_OBJ && record->as.o->type == &response_type)
		return send_response(s, (const struct poe_http_response *)record->as.o, out);
	if (filter_check_octets(record) < 0)
		return -1;
	if (s->next == HTTPD_NEXT_CHUNK)
		return send_chunk(s, record, out);
	if (s->next == HTTPD_NEXT_OCTETS)
		return send_octets(s, record, out);
	errno = EINVAL;
	return -1;
}
