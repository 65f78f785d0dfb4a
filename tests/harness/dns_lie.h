/*
 * Answers to DNS queries that are wrong, or strange.
 */
#ifndef DNS_LIE_H
#define DNS_LIE_H

enum dns_lie {
	DNS_TRUTH,       /* 127.0.0.1 */
	DNS_OTHER_ID,
	DNS_OTHER_QUESTION,
	DNS_TRUNCATED,   /* the flag, and no records */
	DNS_LOOP,        /* the record's name is a pointer to itself */
	DNS_BEYOND,      /* it points behind the packet's end */
	DNS_FOR_EVER,    /* the longest time to live there is */
	DNS_NO_TIME,     /* and none at all */
	DNS_EMPTY,
	DNS_CHAIN,       /* an alias of an alias of 127.0.0.1 */
	DNS_RING,        /* an alias of itself */
	DNS_DEAD_END,    /* an alias of a name with no address */
	DNS_MORE,        /* 65535 records, and one is there */
	DNS_SHORT_DATA,  /* an address of 3 octets */
	DNS_LONG_DATA,   /* one of 65535, of which 4 are there */
	DNS_QUESTION,    /* the query itself */
	DNS_LIES
};

enum { DNS_LIE_ROOM = 1500 };

/*
 * Writes the answer to a query of that many octets; the answer's length.
 * Then it may be cut after so many octets, or one of them turned upside down; -1: not.
 */
struct dns_spoiling {
	enum dns_lie lie;
	int cut, turned;
	int response_code;
};
int dns_lie(const struct dns_spoiling *how, const unsigned char *query, int length, unsigned char packet[DNS_LIE_ROOM]);

#endif
