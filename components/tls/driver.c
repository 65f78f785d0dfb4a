/*
 * The TLS driver at work.  Each call of OpenSSL ends in one of four ways: well,
 * with the wish for a mode of the descriptor, with the peer's good-bye, or in
 * failure.
 *
 * OpenSSL's queue of errors is the thread's, so it is emptied before each call:
 * or one connection would be blamed for another's.
 */
#include "driver.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RECORD = 16 * 1024 };

struct tls_driver *tls_driver_of(struct poe_driver *d)
{
	return (struct tls_driver *)d;
}

static int again(void)
{
	errno = EAGAIN;
	return -1;
}

/* Without the socket, for writing: what has come before may still be read. */
static int fail_write(struct tls_driver *d)
{
	errno = d->socket.error_num;
	d->socket.error_num = 0;
	d->write_failed = true;
	return -1;
}

/* How a call has ended that did not go well: 0 at the peer's good-bye; or -1 with errno. */
static int conclude(struct tls_driver *d, int result, int *wants)
{
	switch (SSL_get_error(d->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		*wants = POE_READ;
		return again();
	case SSL_ERROR_WANT_WRITE:
		*wants = POE_WRITE;
		return again();
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		return tls_driver_fail(d);
	}
}

static int established(struct tls_driver *d)
{
	d->established = true;
	d->read_wants = POE_READ;
	d->write_wants = POE_WRITE;
	return 1;
}

/* 1 when it is done; -1 with errno, EAGAIN to wait. */
static int shake_hands(struct tls_driver *d)
{
	int result, concluded;

	if (d->failed != 0) {
		errno = d->failed;
		return -1;
	}
	if (d->established)
		return 1;
	ERR_clear_error();
	result = SSL_do_handshake(d->ssl);
	if (result == 1)
		return established(d);
	concluded = conclude(d, result, &d->read_wants);
	d->write_wants = d->read_wants;
	if (concluded == 0) {
		d->socket.ended = true;
		tls_driver_fail(d);
	}
	return -1;
}

/*
 * What a read or a peek has come to.  When nothing more is there the buffers
 * go, so that an idle connection holds none: by itself OpenSSL keeps that for
 * reading when tickets came first.
 */
static ssize_t look(struct tls_driver *d, int result)
{
	int concluded;

	if (result > 0) {
		d->dry = !SSL_has_pending(d->ssl);
		d->read_wants = POE_READ;
		if (d->dry)
			SSL_free_buffers(d->ssl);
		return result;
	}
	concluded = conclude(d, result, &d->read_wants);
	if (concluded == 0) {
		d->peer_closed = true;
	} else if (errno == EAGAIN) {
		d->dry = true;
		SSL_free_buffers(d->ssl);
		errno = EAGAIN;
	}
	return concluded;
}

static ssize_t tls_read_octets(struct poe_driver *driver, void *data, size_t length)
{
	struct tls_driver *d = tls_driver_of(driver);

	if (shake_hands(d) < 0)
		return -1;
	if (d->peer_closed)
		return 0;
	ERR_clear_error();
	return look(d, SSL_read(d->ssl, data, length < INT_MAX ? (int)length : INT_MAX));
}

/* A record's worth of the parts in one place: each record costs both ends more than a copy does. */
static int gather(const struct iovec *parts, int count, char *record)
{
	size_t length = 0, n;

	for (int i = 0; i < count && length < RECORD; i++) {
		n = parts[i].iov_len < RECORD - length ? parts[i].iov_len : RECORD - length;
		memcpy(record + length, parts[i].iov_base, n);
		length += n;
	}
	return (int)length;
}

static int write_record(struct tls_driver *d, const void *octets, int length)
{
	int result;

	ERR_clear_error();
	d->unsent = true;
	result = SSL_write(d->ssl, octets, length);
	if (result > 0) {
		d->unsent = false;
		d->write_wants = POE_WRITE;
		return result;
	}
	if (SSL_get_error(d->ssl, result) == SSL_ERROR_SYSCALL && d->socket.error_num != 0)
		return fail_write(d);
	if (conclude(d, result, &d->write_wants) == 0)
		errno = EPIPE;
	return -1;
}

/*
 * After EAGAIN OpenSSL has a record half sent, and must be given its octets
 * again, and no fewer; which poe_output does.
 */
static ssize_t tls_write_octets(struct poe_driver *driver, const struct iovec *parts, int count)
{
	struct tls_driver *d = tls_driver_of(driver);
	char record[RECORD];
	int length;

	if (shake_hands(d) < 0)
		return -1;
	if (d->write_failed || SSL_get_shutdown(d->ssl) & SSL_SENT_SHUTDOWN) {
		errno = EPIPE;
		return -1;
	}
	if (count > 0 && parts[0].iov_len >= RECORD)
		return write_record(d, parts[0].iov_base, RECORD);
	length = gather(parts, count, record);
	return length > 0 ? write_record(d, record, length) : 0;
}

/* OpenSSL reads ahead, so whole records may be there that it has not opened yet. */
static size_t tls_pending(const struct poe_driver *driver)
{
	const struct tls_driver *d = (const struct tls_driver *)driver;

	return !d->dry && SSL_has_pending(d->ssl) ? 1 : 0;
}

static int tls_wants(const struct poe_driver *driver, int mode)
{
	const struct tls_driver *d = (const struct tls_driver *)driver;

	return mode == POE_READ ? d->read_wants : d->write_wants;
}

/* A close_notify.  It is not said after octets that were lost: who hears it believes to have all. */
static int say_close(struct tls_driver *d)
{
	int result;

	if (d->write_failed || d->unsent || d->said_close)
		return 0;
	ERR_clear_error();
	result = SSL_shutdown(d->ssl);
	d->said_close = result >= 0;
	return d->said_close ? 0 : conclude(d, result, &d->write_wants);
}

static int tls_shutdown(struct poe_driver *driver)
{
	struct tls_driver *d = tls_driver_of(driver);

	return shake_hands(d) < 0 ? -1 : say_close(d);
}

/* Servers that just close are many: only a broken protocol makes a session bad, as OpenSSL thinks any unclean end does. */
static void tls_free(struct poe_driver *driver)
{
	struct tls_driver *d = tls_driver_of(driver);

	if (d->established && d->failed == 0 && d->process == getpid())
		say_close(d);
	if (d->failed == 0 || d->failed == ECONNRESET)
		SSL_set_shutdown(d->ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(d->ssl);
	poe_tls_unref(d->policy);
	free(d->name);
	free(d->text);
	free(d);
}

const struct poe_driver_ops tls_driver_ops = {
	.name = "tls",
	.read = tls_read_octets,
	.write = tls_write_octets,
	.pending = tls_pending,
	.free = tls_free,
	.wants = tls_wants,
	.shutdown = tls_shutdown,
	.explain = tls_driver_explain,
};

int poe_tls_handshake(struct poe_driver *driver)
{
	if (shake_hands(tls_driver_of(driver)) == 1)
		return 1;
	return errno == EAGAIN ? 0 : -1;
}

int poe_tls_idle(struct poe_driver *driver)
{
	struct tls_driver *d = tls_driver_of(driver);
	ssize_t n = -1;
	char octet;

	if (shake_hands(d) == 1 && !d->peer_closed) {
		ERR_clear_error();
		n = look(d, SSL_peek(d->ssl, &octet, 1));
	} else if (d->peer_closed) {
		n = 0;
	}
	if (n > 0)
		return 1;
	if (n == 0)
		errno = 0;
	return n < 0 && errno == EAGAIN ? 0 : -1;
}
