/*
 * What the shop has of shopper.c.
 */
#ifndef SHOPPER_H
#define SHOPPER_H

#include "shop.h"

/* A session that lives for one second, so that one may go by. */
poe_sid shopper_clock(struct shop *s);

#endif
