/*
 * A request's life: made, handed on, read by its user, let go.
 */
#include "head.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static void release(struct poe_object *object)
{
	poe_http_request_free((struct poe_http_request *)object);
}

static const struct poe_type request_type = { .name = "poe_http_request", .release = release };

static struct httpd_request *request_new(size_t rows, size_t octets)
{
	struct httpd_request *r = calloc(1, sizeof *r + rows * sizeof *r->headers + octets + 1);

	if (r == NULL)
		return NULL;
	r->seen.object.type = &request_type;
	r->seen.method = r->seen.target = "";
	r->seen.headers = r->headers;
	r->head_length = octets;
	return r;
}

struct httpd_request *httpd_request_refused(int status)
{
	struct httpd_request *r = request_new(0, 0);

	if (r != NULL)
		r->seen.status = status;
	return r;
}

struct httpd_request *httpd_request_read(const char *head, const struct httpd_lines *lines)
{
	/* All lines but the request's and the empty one. */
	size_t rows = lines->count - 2;
	struct httpd_request *r = request_new(rows, lines->looked);

	if (r == NULL)
		return NULL;
	memcpy(r->headers + rows, head, lines->looked);
	httpd_head_parse(r, (char *)(r->headers + rows));
	return r;
}

char *httpd_request_body(struct httpd_request *r, size_t length)
{
	char *body = malloc(length + 1);

	if (body == NULL)
		return NULL;
	body[length] = '\0';
	r->seen.body = body;
	r->seen.body_length = length;
	return body;
}

struct poe_value httpd_request_value(struct httpd_request *r)
{
	return poe_obj(&r->seen.object);
}

void httpd_request_free(struct httpd_request *r)
{
	if (r == NULL)
		return;
	free((char *)r->seen.body);
	free(r);
}

struct poe_http_request *poe_http_request(const struct poe_event *ev)
{
	return (struct poe_http_request *)poe_arg_obj(ev, 0, &request_type);
}

struct poe_http_request *poe_http_request_take(struct poe_event *ev)
{
	return (struct poe_http_request *)poe_arg_take(ev, 0, &request_type);
}

void poe_http_request_free(struct poe_http_request *r)
{
	httpd_request_free((struct httpd_request *)r);
}

const char *poe_http_request_header(const struct poe_http_request *r, const char *name)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

/* Whether a list with commas, as Connection has it, names this. */
static bool lists(const char *list, const char *token)
{
	static const char between[] = ", \t";
	size_t length;

	for (const char *at = list + strspn(list, between); *at != '\0'; at += strspn(at, between)) {
		length = strcspn(at, between);
		if (length == strlen(token) && strncasecmp(at, token, length) == 0)
			return true;
		at += length;
	}
	return false;
}

static bool any_lists(const struct poe_http_request *r, const char *name, const char *token)
{
	for (size_t i = 0; i < r->header_count; i++)
		if (strcasecmp(r->headers[i].name, name) == 0 && lists(r->headers[i].value, token))
			return true;
	return false;
}

int poe_http_request_keeps_alive(const struct poe_http_request *r)
{
	if (r->status != 0 || any_lists(r, "Connection", "close"))
		return 0;
	return r->version >= 11 || any_lists(r, "Connection", "keep-alive");
}

int poe_http_request_expects_continue(const struct poe_http_request *r)
{
	bool has_body = r->body != NULL || r->body_follows;

	return r->status == 0 && r->version >= 11 && has_body && any_lists(r, "Expect", "100-continue");
}
