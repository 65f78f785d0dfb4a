/*
 * TLS: a policy, which says whom to trust and who we are, and drivers that
 * speak TLS on connected sockets by it.  On OpenSSL 3.
 *
 * A driver goes into a ReadWrite wheel's plan, or into a wheel that is already
 * there (poe_readwrite_set_driver, for STARTTLS); the wheel's events are as
 * without it.  What POE has for this is POE::Component::SSLify, which ties the
 * socket, so that its wheel cannot know what TLS waits for, verifies nobody
 * and asks for no name.  Here the peer's certificate and its name are verified
 * unless a policy says in so many words that they are not.
 *
 * A policy, its drivers and its sessions belong to one thread.
 */
#ifndef POE_TLS_H
#define POE_TLS_H

#include <poe/driver.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_tls;

enum poe_tls_version { POE_TLS_ANY, POE_TLS_1_2, POE_TLS_1_3 };

/*
 * Files are PEM, and read once, by poe_tls_new; nothing of the plan is used
 * after it.  The same policy serves clients and servers.
 */
struct poe_tls_plan {
	const char *ca_file;  /* who may vouch for a server */
	const char *ca_path;  /* a directory of such, by their hashes, looked at when needed.  Neither: the system's */
	const char *const *pins;   /* base64 of the SHA-256 of a public key (SPKI), NULL at the end: one of these
	                              must be in a server's verified chain */
	const char *const *alpn;   /* protocols in order of preference, as "http/1.1", NULL at the end */
	enum poe_tls_version min_version; /* POE_TLS_ANY: 1.2 */
	enum poe_tls_version max_version; /* POE_TLS_ANY: 1.3 */
	const char *ciphers;       /* for 1.2, and ciphersuites for 1.3, as OpenSSL spells them; NULL: its own */
	const char *ciphersuites;
	const char *certificate_file; /* ours, and then its chain; a server must have one, a client may */
	const char *key_file;      /* NULL: in certificate_file */
	const char *key_password;  /* NULL: the key is not encrypted */
	const char *client_ca_file; /* a server asks its clients for a certificate that one of these vouches for */
	int require_client;        /* not 0: and refuses those that have none */
	int sessions;              /* a client's, kept for resumption; 0: 256; negative: none */
	int insecure_accept_any_certificate; /* not 0: whoever answers is believed, but for pins, of its own key */
};

/*
 * Makes a policy; the caller's reference is the first.  NULL with EINVAL (the
 * plan does not agree with itself, a file says nothing of use, a key is not the
 * certificate's), ENOMEM, or what reading a file has met; `why`, if it is not
 * NULL, then has a text for people in it.
 */
struct poe_tls *poe_tls_new(const struct poe_tls_plan *plan, char *why, size_t room);

/* One reference more; one less (NULL is nothing).  Drivers have references of their own. */
struct poe_tls *poe_tls_ref(struct poe_tls *tls);
void poe_tls_unref(struct poe_tls *tls);

/*
 * A digest of what the policy says, the content of files included (of ca_path
 * and of the system's store, that they are used): 64 hexadecimal digits, for as
 * long as the policy.  Two policies with the same one trust the same peers and
 * show the same face, so what was connected by one may be used by the other.
 */
const char *poe_tls_key(const struct poe_tls *tls);

/*
 * Drivers, on a connected stream socket that stays the caller's.  They never
 * block, and raise no SIGPIPE.  The handshake takes place in the first reads and
 * writes, or in poe_tls_handshake.
 *
 * host: the name, or numeric address, that the server's certificate must be
 * for; a name is also told to the server (SNI).  cache_key: sessions are kept under it and the
 * host, and resumed under the same; NULL: neither.  NULL with ENOMEM; EINVAL:
 * no host, not ASCII or too long; no certificate for a server.
 */
struct poe_driver *poe_tls_client(struct poe_tls *tls, int fd, const char *host, const char *cache_key);
struct poe_driver *poe_tls_server(struct poe_tls *tls, int fd);

/*
 * The handshake, as far as it goes now: 1, it is done; 0, wait for the modes of
 * poe_driver_wants(d, POE_READ | POE_WRITE), and call again; -1 with errno as
 * below.  The peer is verified once it is done.  In TLS 1.3 a server may still refuse the
 * client's certificate afterwards, which a read then meets.
 */
int poe_tls_handshake(struct poe_driver *d);

/*
 * How reads, writes and handshakes fail, besides with a socket's errors and
 * ENOMEM: EACCES, the peer's certificate was not verified; EPROTO, the peer does
 * not speak TLS, breaks its rules, or has sent an alert; ECONNRESET, also when
 * the peer just closed: what was read may have been cut short by anybody on the
 * way, so it is no end of input (which, read's 0, is the peer's close_notify).
 * A driver that has failed stays so.  This is a text that says more, as
 * "certificate has expired"; "" while nothing has failed.  A ReadWrite wheel's error_str is it.
 */
const char *poe_tls_error_text(const struct poe_driver *d);

/*
 * Looks after a connection that nobody uses, whose socket may be readable:
 * takes in what TLS itself has to say, session tickets for example.  0: alive,
 * nothing for us; 1: there are octets to be read, which stay where they are;
 * -1: the peer has closed (errno 0) or the driver has failed.
 */
int poe_tls_idle(struct poe_driver *d);

struct poe_tls_info {
	const char *version, *cipher;  /* as "TLSv1.3"; for as long as the program */
	char alpn[256];                /* the protocol agreed on; "" if none */
	char peer_sha256[65];          /* of the peer's certificate, hexadecimal; "": it has shown none */
	char peer_subject[256];        /* for people; cut if it is longer */
	int resumed;                   /* not 0: no full handshake was needed */
};

/* 0; -1 with ENOTCONN while the handshake is not done, and *info is not changed. */
int poe_tls_info(const struct poe_driver *d, struct poe_tls_info *info);

#ifdef __cplusplus
}
#endif
#endif
