/*
 * A BIO of our own: OpenSSL's writes with write(), which raises SIGPIPE, and
 * would have to be told that descriptors do not block.
 */
#include "socket.h"

#include <errno.h>
#include <sys/socket.h>

static int socket_read(BIO *bio, char *octets, int length)
{
	struct tls_socket *s = BIO_get_data(bio);
	ssize_t n;

	BIO_clear_retry_flags(bio);
	do
		n = recv(s->fd, octets, (size_t)length, MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n == 0)
		s->ended = true;
	else if (n < 0 && errno == EAGAIN)
		BIO_set_retry_read(bio);
	else if (n < 0)
		s->error_num = errno;
	return (int)n;
}

static int socket_write(BIO *bio, const char *octets, int length)
{
	struct tls_socket *s = BIO_get_data(bio);
	struct iovec part = { (void *)octets, (size_t)length };
	const struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t n;

	BIO_clear_retry_flags(bio);
	do
		n = sendmsg(s->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		BIO_set_retry_write(bio);
	else if (n < 0)
		s->error_num = errno;
	return (int)n;
}

/*
 * Nothing is held back here, so a flush is done at once.  Of the end OpenSSL
 * is not told: it would answer with an alert that nobody hears, and give the session up.
 */
static long socket_control(BIO *bio, int command, long number, void *arg)
{
	(void)bio;
	(void)number;
	(void)arg;
	return command == BIO_CTRL_FLUSH;
}

BIO_METHOD *tls_socket_method(void)
{
	BIO_METHOD *method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "poe socket");

	if (method == NULL)
		return NULL;
	if (BIO_meth_set_read(method, socket_read) == 1 && BIO_meth_set_write(method, socket_write) == 1 &&
	    BIO_meth_set_ctrl(method, socket_control) == 1)
		return method;
	BIO_meth_free(method);
	return NULL;
}

BIO *tls_socket_bio(const BIO_METHOD *method, struct tls_socket *s)
{
	BIO *bio = BIO_new(method);

	if (bio == NULL)
		return NULL;
	BIO_set_data(bio, s);
	BIO_set_init(bio, 1);
	return bio;
}
