/*
 * What all wheels need: a ticket for each event that the wheel posts to itself.
 */
#ifndef WHEEL_H
#define WHEEL_H

#include <poe/event.h>

/*
 * A ticket leads from an event under way, or an alarm, back to its wheel, and
 * to NULL once the wheel has been freed: so a wheel can be freed from
 * anywhere, without finding what it has posted.
 */
struct wheel_ticket;

struct wheel_ticket *wheel_ticket_new(void *wheel); /* NULL with ENOMEM */
void wheel_ticket_end(struct wheel_ticket *t);      /* the wheel is being freed; NULL is nothing */

/* The ticket as a value for one event, which gets a share in it. */
struct poe_value wheel_ticket_value(struct wheel_ticket *t);

/* The wheel that a ticket leads to; the first is for a handler whose argument 0 is one. */
void *wheel_of(const struct poe_event *ev);
void *wheel_of_value(const struct poe_value *value);

#endif
