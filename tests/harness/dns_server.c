#include "dns_server.h"

#include <arpa/inet.h>
#include <poe/session.h>
#include <poe/watch.h>
#include <resolv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

enum { MAX_RULES = 64, MAX_HELD = 64, MAX_PACKET = 1500 };

struct rule {
	char name[NS_MAXDNAME];
	int type;      /* 0: any */
	int behaviour; /* enum dns_behaviour; -1: a record */
	unsigned ttl;
	unsigned char data[16];
};

struct query {
	struct sockaddr_in from;
	unsigned char packet[NS_PACKETSZ];
	int length;
};

struct dns_server {
	int fd;
	char address[32], alias[32];
	unsigned queries;
	struct rule rules[MAX_RULES];
	int rule_count;
	struct query held[MAX_HELD];
	int held_count;
	const struct dns_spoiling *spoiling; /* of the test; NULL: none */
};

/* The question of a query: its name and type; 0 when it is none. */
static int read_question(const struct query *q, char *name, int *type)
{
	const unsigned char *end = q->packet + q->length, *at = q->packet + NS_HFIXEDSZ;
	int length = q->length > NS_HFIXEDSZ ? dn_expand(q->packet, end, at, name, NS_MAXDNAME) : -1;

	if (length < 0 || end - at < length + NS_QFIXEDSZ)
		return 0;
	at += length;
	NS_GET16(*type, at);
	return 1;
}

static int matches(const struct rule *rule, const char *name, int type)
{
	return strcasecmp(rule->name, name) == 0 && (rule->type == 0 || rule->type == type);
}

/* The behaviour said last; -1 for an ordinary answer. */
static int behaviour_of(const struct dns_server *s, const char *name, int type)
{
	int known = 0;

	for (int i = s->rule_count - 1; i >= 0; i--) {
		if (s->rules[i].behaviour >= 0 && matches(&s->rules[i], name, type))
			return s->rules[i].behaviour;
		known |= strcasecmp(s->rules[i].name, name) == 0;
	}
	return known ? -1 : DNS_NXDOMAIN;
}

static unsigned char *put_record(unsigned char *at, const struct rule *rule)
{
	unsigned size = rule->type == ns_t_a ? 4 : 16;
	/* The question's name by its place, type, class, time to live, length of the data. */
	uint16_t head[] = { htons(NS_CMPRSFLGS << 8 | NS_HFIXEDSZ), htons((uint16_t)rule->type), htons(ns_c_in),
			    htons((uint16_t)(rule->ttl >> 16)), htons((uint16_t)rule->ttl), htons((uint16_t)size) };

	memcpy(at, head, sizeof head);
	memcpy(at + sizeof head, rule->data, size);
	return at + sizeof head + size;
}

static void answer(struct dns_server *s, const struct query *q, int rcode)
{
	unsigned char packet[MAX_PACKET], *at = packet + q->length;
	HEADER *header = (HEADER *)(void *)packet;
	char name[NS_MAXDNAME];
	unsigned count = 0;
	int type;

	memcpy(packet, q->packet, (size_t)q->length);
	if (!read_question(q, name, &type))
		return;
	for (int i = 0; rcode == ns_r_noerror && i < s->rule_count; i++) {
		if (s->rules[i].behaviour >= 0 || !matches(&s->rules[i], name, type))
			continue;
		at = put_record(at, &s->rules[i]);
		count++;
	}
	header->qr = 1;
	header->ra = 1;
	header->rcode = (unsigned)rcode & 15;
	header->ancount = htons((uint16_t)count);
	(void)!sendto(s->fd, packet, (size_t)(at - packet), 0, (const struct sockaddr *)&q->from, sizeof q->from);
}

static void hold(struct dns_server *s, const struct query *q)
{
	if (s->held_count < MAX_HELD)
		s->held[s->held_count++] = *q;
}

static void lie_to(struct dns_server *s, const struct query *q)
{
	unsigned char packet[DNS_LIE_ROOM];
	int length = dns_lie(s->spoiling, q->packet, q->length, packet);

	(void)!sendto(s->fd, packet, (size_t)length, 0, (const struct sockaddr *)&q->from, sizeof q->from);
}

static void serve(struct dns_server *s, const struct query *q)
{
	char name[NS_MAXDNAME];
	int type;

	if (!read_question(q, name, &type))
		return;
	s->queries++;
	if (s->spoiling != NULL) {
		lie_to(s, q);
		return;
	}
	switch (behaviour_of(s, name, type)) {
	case DNS_NXDOMAIN:
		answer(s, q, ns_r_nxdomain);
		break;
	case DNS_SERVFAIL:
		answer(s, q, ns_r_servfail);
		break;
	case DNS_SILENCE:
		break;
	case DNS_HOLD:
		hold(s, q);
		break;
	default:
		answer(s, q, ns_r_noerror);
	}
}

static void on_query(struct poe_event *ev)
{
	struct dns_server *me = ev->heap;
	struct query q;
	socklen_t size = sizeof q.from;

	q.length = (int)recvfrom(me->fd, q.packet, sizeof q.packet, 0, (struct sockaddr *)&q.from, &size);
	if (q.length > 0)
		serve(me, &q);
}

static void on_start(struct poe_event *ev)
{
	struct dns_server *me = ev->heap;

	poe_watch_weaken(poe_select_read(ev->kernel, me->fd, "query"));
}

static const struct poe_state states[] = { { "_start", on_start }, { "query", on_query }, { 0 } };

struct dns_server *dns_server_new(struct poe_kernel *k)
{
	struct dns_server *s = calloc(1, sizeof *s);
	struct sockaddr_in any = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t size = sizeof any;

	if (s == NULL)
		return NULL;
	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (bind(s->fd, (struct sockaddr *)&any, sizeof any) < 0 ||
	    getsockname(s->fd, (struct sockaddr *)&any, &size) < 0)
		abort();
	snprintf(s->address, sizeof s->address, "127.0.0.1:%d", ntohs(any.sin_port));
	snprintf(s->alias, sizeof s->alias, "dns-%d", ntohs(any.sin_port));
	poe_session_create(k, &(struct poe_session_plan){ .states = states, .heap = s, .alias = s->alias });
	return s;
}

void dns_server_free(struct dns_server *s)
{
	close(s->fd);
	free(s);
}

const char *dns_server_address(const struct dns_server *s)
{
	return s->address;
}

static struct rule *add_rule(struct dns_server *s, const char *name)
{
	struct rule *rule = &s->rules[s->rule_count++];

	if (s->rule_count > MAX_RULES)
		abort();
	memset(rule, 0, sizeof *rule);
	snprintf(rule->name, sizeof rule->name, "%s", name);
	return rule;
}

void dns_server_add(struct dns_server *s, const char *name, const char *address, unsigned ttl)
{
	struct rule *rule = add_rule(s, name);

	rule->behaviour = -1;
	rule->ttl = ttl;
	rule->type = inet_pton(AF_INET, address, rule->data) == 1 ? ns_t_a : ns_t_aaaa;
	if (rule->type == ns_t_aaaa && inet_pton(AF_INET6, address, rule->data) != 1)
		abort();
}

void dns_server_behave(struct dns_server *s, const char *name, int type, enum dns_behaviour behaviour)
{
	struct rule *rule = add_rule(s, name);

	rule->type = type;
	rule->behaviour = (int)behaviour;
}

void dns_server_spoil(struct dns_server *s, const struct dns_spoiling *how)
{
	s->spoiling = how;
}

void dns_server_forget(struct dns_server *s)
{
	s->rule_count = 0;
}

void dns_server_release(struct dns_server *s)
{
	for (int i = 0; i < s->held_count; i++)
		answer(s, &s->held[i], ns_r_noerror);
	s->held_count = 0;
}

unsigned dns_server_queries(const struct dns_server *s)
{
	return s->queries;
}
