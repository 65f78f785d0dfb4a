/*
 * Tickets: how requests get ids that are never given twice.
 */
#include "request.h"
#include <errno.h>
#include <stdlib.h>

#define TICKET_NONE UINT32_MAX
/* Indexes stay below this bit and every salt has it set, so no id is zero. */
#define TICKET_LIMIT (UINT32_C(1) << 31)

/* A mixer without collisions: different seeds give different salts. */
static uint64_t scatter(uint64_t seed)
{
	seed = (seed ^ (seed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	seed = (seed ^ (seed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return seed ^ (seed >> 31);
}

void pool_tickets_init(struct pool_tickets *tickets, uint64_t salt)
{
	*tickets = (struct pool_tickets){ .first_free = TICKET_NONE };
	tickets->salt = scatter(salt) | TICKET_LIMIT;
}

void pool_tickets_free(struct pool_tickets *tickets)
{
	free(tickets->all);
	tickets->all = NULL;
}

static int grow(struct pool_tickets *tickets)
{
	uint32_t room = tickets->room ? tickets->room * 2 : 64;
	struct pool_ticket *all = NULL;

	if (room <= TICKET_LIMIT)
		all = realloc(tickets->all, room * sizeof *all);
	if (all == NULL) {
		errno = ENOMEM;
		return -1;
	}
	tickets->all = all;
	tickets->room = room;
	return 0;
}

static int issue(struct pool_tickets *tickets, uint32_t *index)
{
	if (tickets->first_free != TICKET_NONE) {
		*index = tickets->first_free;
		tickets->first_free = tickets->all[*index].next_free;
		return 0;
	}
	if (tickets->count == tickets->room && grow(tickets) < 0)
		return -1;
	*index = tickets->count++;
	tickets->all[*index] = (struct pool_ticket){ .request = NULL };
	return 0;
}

int pool_ticket_take(struct pool_tickets *tickets, struct pool_request *r)
{
	if (issue(tickets, &r->ticket) < 0)
		return -1;
	tickets->all[r->ticket].request = r;
	tickets->held++;
	return 0;
}

/* A place that has used up its generations is not given out again. */
void pool_ticket_void(struct pool_tickets *tickets, struct pool_request *r)
{
	struct pool_ticket *t = &tickets->all[r->ticket];

	t->request = NULL;
	tickets->held--;
	if (++t->generation == UINT32_MAX)
		return;
	t->next_free = tickets->first_free;
	tickets->first_free = r->ticket;
}

uint64_t pool_ticket_id(const struct pool_tickets *tickets, const struct pool_request *r)
{
	return ((uint64_t)tickets->all[r->ticket].generation << 32 | r->ticket) ^ tickets->salt;
}

struct pool_request *pool_ticket_holder(const struct pool_tickets *tickets, uint64_t id)
{
	uint64_t plain = id ^ tickets->salt;
	uint32_t index = (uint32_t)plain, generation = (uint32_t)(plain >> 32);
	const struct pool_ticket *t;

	errno = ESRCH;
	if (id == 0 || index >= tickets->count)
		return NULL;
	t = &tickets->all[index];
	if (generation < t->generation)
		errno = EALREADY;
	return generation == t->generation ? t->request : NULL;
}
