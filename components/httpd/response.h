/*
 * Responses: from struct to octets.
 */
#ifndef HTTPD_RESPONSE_H
#define HTTPD_RESPONSE_H

#include <poe/driver.h>
#include <poe/httpd.h>

/* What may be put next. */
enum httpd_next {
	HTTPD_NEXT_RESPONSE,
	HTTPD_NEXT_CHUNK,
	HTTPD_NEXT_OCTETS, /* of a body that the connection's end ends */
	HTTPD_NEXT_NOTHING /* that end is due */
};

struct httpd_sending {
	enum httpd_next next;
};

/* A filter's put: 0, or -1 with EINVAL, ENOMEM. */
int httpd_send(struct httpd_sending *s, const struct poe_value *record, struct poe_output *out);

#endif
