/* See name_server.h. */
#include "name_server.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct server {
	struct trial *trial;
	int fd;
	char address[32];
};

/* A query is answered by itself with one record behind; for other types than A without. */
static ssize_t make_answer(unsigned char *packet, ssize_t length)
{
	static const unsigned char record[] = { 0xc0, NS_HFIXEDSZ, 0, ns_t_a, 0, ns_c_in, 0, 0, 1, 0,
						0, 4, 127, 0, 0, 1 };
	bool is_a = packet[length - 3] == ns_t_a;

	packet[2] |= 0x80;
	packet[7] = is_a;
	if (!is_a)
		return length;
	memcpy(packet + length, record, sizeof record);
	return length + (ssize_t)sizeof record;
}

static void query(struct poe_event *ev)
{
	struct server *me = ev->heap;
	struct sockaddr_in from;
	socklen_t size = sizeof from;
	unsigned char packet[NS_PACKETSZ];
	ssize_t length = recvfrom(me->fd, packet, NS_PACKETSZ / 2, 0, (struct sockaddr *)&from, &size);

	if (length < NS_HFIXEDSZ + NS_QFIXEDSZ)
		return;
	length = make_answer(packet, length);
	sendto(me->fd, packet, (size_t)length, 0, (const struct sockaddr *)&from, size);
}

static void start(struct poe_event *ev)
{
	struct server *me = ev->heap;
	struct poe_watch *watch = poe_select_read(ev->kernel, me->fd, "query");

	if (trial_check(me->trial, watch != NULL))
		poe_watch_weaken(watch);
	trial_check(me->trial, poe_alias_set(ev->kernel, "name server") == 0);
}

static const struct poe_state states[] = {
	{ "_start", start },
	{ "query", query },
	{ 0 },
};

static void end(void *heap)
{
	struct server *me = heap;

	close(me->fd);
	free(me);
}

const char *name_server_start(struct trial *t)
{
	struct sockaddr_in own = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof own;
	struct server *s = calloc(1, sizeof *s);
	poe_sid id;

	if (s == NULL)
		return NULL;
	s->trial = t;
	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bind(s->fd, (const struct sockaddr *)&own, sizeof own);
	getsockname(s->fd, (struct sockaddr *)&own, &size);
	snprintf(s->address, sizeof s->address, "127.0.0.1:%d", ntohs(own.sin_port));
	id = poe_session_create(t->kernel, &(struct poe_session_plan){
		.states = states, .heap = s, .free_heap = end });
	return trial_check(t, id.v != 0) ? s->address : NULL;
}
