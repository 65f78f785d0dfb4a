/*
 * Heads: a request line and headers, read by llhttp.
 */
#ifndef HTTPD_HEAD_H
#define HTTPD_HEAD_H

#include "request.h"

/*
 * Reads the request's own copy of its head, whose octets become its strings;
 * seen.status is 0 afterwards, or what the request is refused with.
 */
void httpd_head_parse(struct httpd_request *r, char *head);

#endif
