/* See dns_lie.h. */
#include "dns_lie.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <string.h>

struct record {
	unsigned name;        /* the pointer's target */
	int type;
	uint32_t ttl;
	unsigned said, size;  /* octets of data, as it says and as there are */
	const void *data;
};

static unsigned char *put(unsigned char *at, const struct record *r)
{
	const uint16_t head[] = { htons((uint16_t)(NS_CMPRSFLGS << 8 | r->name)), htons((uint16_t)r->type), htons(ns_c_in),
				  htons((uint16_t)(r->ttl >> 16)), htons((uint16_t)r->ttl), htons((uint16_t)r->said) };

	memcpy(at, head, sizeof head);
	memcpy(at + sizeof head, r->data, r->size);
	return at + sizeof head + r->size;
}

static const struct record address = { NS_HFIXEDSZ, ns_t_a, 60, 4, 4, "\x7f\x00\x00\x01" };

/* An alias with a name of one letter before the question's. */
static unsigned char *put_alias(unsigned char *at, unsigned name, char letter)
{
	const unsigned char data[] = { 1, (unsigned char)letter, NS_CMPRSFLGS, NS_HFIXEDSZ };

	return put(at, &(struct record){ name, ns_t_cname, 60, sizeof data, sizeof data, data });
}

/* Where an alias' data are, from the packet's beginning. */
static unsigned data_of(const unsigned char *packet, const unsigned char *behind)
{
	return (unsigned)(behind - packet) - 4;
}

static unsigned char *put_chain(unsigned char *packet, unsigned char *at)
{
	struct record last = address;

	at = put_alias(at, NS_HFIXEDSZ, 'b');
	at = put_alias(at, data_of(packet, at), 'c');
	last.name = data_of(packet, at);
	return put(at, &last);
}

static unsigned char *put_records(enum dns_lie lie, unsigned char *packet, unsigned char *at)
{
	struct record r = address;

	switch (lie) {
	case DNS_TRUNCATED:
	case DNS_EMPTY:
	case DNS_QUESTION:
		return at;
	case DNS_CHAIN:
		return put_chain(packet, at);
	case DNS_DEAD_END:
		return put_alias(at, NS_HFIXEDSZ, 'b');
	case DNS_RING:
		return put(at, &(struct record){ NS_HFIXEDSZ, ns_t_cname, 60, 2, 2, "\xc0\x0c" });
	case DNS_LOOP:
		r.name = (unsigned)(at - packet);
		break;
	case DNS_BEYOND:
		r.name = 1400;
		break;
	case DNS_FOR_EVER:
		r.ttl = 0xffffffff;
		break;
	case DNS_NO_TIME:
		r.ttl = 0;
		break;
	case DNS_SHORT_DATA:
		r.said = r.size = 3;
		break;
	case DNS_LONG_DATA:
		r.said = 65535;
		break;
	default:
		break;
	}
	return put(at, &r);
}

static unsigned records_of(enum dns_lie lie)
{
	switch (lie) {
	case DNS_MORE:
		return 65535;
	case DNS_CHAIN:
		return 3;
	case DNS_TRUNCATED:
	case DNS_EMPTY:
	case DNS_QUESTION:
		return 0;
	default:
		return 1;
	}
}

int dns_lie(const struct dns_spoiling *how, const unsigned char *query, int length, unsigned char packet[DNS_LIE_ROOM])
{
	HEADER *header = (HEADER *)(void *)packet;
	unsigned char *end;
	int size;

	memcpy(packet, query, (size_t)length);
	end = put_records(how->lie, packet, packet + length);
	header->qr = how->lie != DNS_QUESTION;
	header->ra = 1;
	header->tc = how->lie == DNS_TRUNCATED;
	header->rcode = (unsigned)how->response_code & 15;
	header->ancount = htons((uint16_t)records_of(how->lie));
	packet[0] ^= how->lie == DNS_OTHER_ID;
	packet[NS_HFIXEDSZ + 1] ^= how->lie == DNS_OTHER_QUESTION;
	size = (int)(end - packet);
	if (how->turned >= 0 && how->turned < size)
		packet[how->turned] ^= 0xff;
	return how->cut >= 0 && how->cut < size ? how->cut : size;
}
