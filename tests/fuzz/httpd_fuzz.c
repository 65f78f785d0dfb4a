/* Requests, collected or streamed, with limits that are soon reached; the first two octets say which. */
#include "split.h"

#include <poe/httpd.h>

static struct poe_filter *make(const uint8_t *choice)
{
	struct poe_filter_httpd_plan plan = { .streaming = choice[0] & 1, .max_headers = choice[0] >> 4 };

	if (choice[0] & 2)
		plan.max_head = choice[1];
	if (choice[0] & 4)
		plan.max_content = choice[1];
	return poe_filter_httpd(&plan);
}

static void write_request(FILE *to, const struct poe_object *object)
{
	const struct poe_http_request *r = (const struct poe_http_request *)object;

	fprintf(to, "%d %d %s %s %zu\n", r->status, r->version, r->method, r->target, r->header_count);
	for (size_t i = 0; i < r->header_count; i++)
		fprintf(to, "%s=%s\n", r->headers[i].name, r->headers[i].value);
	fprintf(to, "body %d %d: ", r->body_follows, r->body != NULL);
	if (r->body != NULL)
		fwrite(r->body, 1, r->body_length, to);
	fprintf(to, "\n%d %d\n", poe_http_request_keeps_alive(r), poe_http_request_expects_continue(r));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	split_check(&(struct split_case){ .make = make, .choices = 2, .write_object = write_request, .joined = 1 }, data, size);
	return 0;
}
