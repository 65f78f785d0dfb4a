/*
 * What a crowd needs before a web server whose answers are "/N P": the path
 * that was asked for, and the process that answers.
 */
#ifndef HTTP_CROWD_H
#define HTTP_CROWD_H

#include "crowd.h"

/* Whole responses with a Content-Length, as bytes. */
struct poe_filter *http_crowd_filter(void);

/* GET /N. */
void http_crowd_ask(int number, char text[128]);

/*
 * Asserts that the answer is the request's own.  numbers[0]: the last worker's
 * process; [1]: how often it was another one than before.  The first does not
 * look at "Connection: close", the second does.
 */
int http_crowd_read_on(struct crowd *c, int number, const struct poe_value *record);
int http_crowd_read(struct crowd *c, int number, const struct poe_value *record);

#endif
