/*
 * Drivers: where a wheel's octets come from and go to, and the queue of those
 * still to go.  After POE::Driver::SysRW.
 */
#ifndef POE_DRIVER_H
#define POE_DRIVER_H

#include <poe/watch.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

struct poe_driver;

struct poe_driver_ops {
	const char *name;
	/* Octets read; 0 at the end; -1 with errno, EAGAIN if none is there now.  Never EINTR. */
	ssize_t (*read)(struct poe_driver *d, void *data, size_t length);
	/*
	 * Octets written; -1 with errno, EAGAIN if none fits now: the next write must
	 * then begin with the same octets.  Never EINTR, never SIGPIPE.
	 */
	ssize_t (*write)(struct poe_driver *d, const struct iovec *parts, int count);
	/* Octets that read would give without the descriptor being ready (a TLS record half used). */
	size_t (*pending)(const struct poe_driver *d);
	void (*free)(struct poe_driver *d);
	/*
	 * The rest may be left out, as NULL.
	 * What the descriptor must be ready for before a read (mode POE_READ) or a
	 * write (POE_WRITE) is worth another try: POE_READ or POE_WRITE.  It may change with any call.
	 */
	int (*wants)(const struct poe_driver *d, int mode);
	/* Tells the peer that no more is written: 0; -1 with errno, EAGAIN to be called again when a write is worth it. */
	int (*shutdown)(struct poe_driver *d);
	/* A text for people about how it has failed with this errno, for as long as the driver; NULL: nothing to add. */
	const char *(*explain)(const struct poe_driver *d, int error_num);
};

struct poe_driver {
	const struct poe_driver_ops *ops;
};

/* Plain descriptors: sockets, pipes, terminals.  Does not own the descriptor.  NULL with ENOMEM, EBADF. */
struct poe_driver *poe_driver_stream(int fd);

/* The same for what is known to be a socket: saves the question.  NULL with ENOMEM. */
struct poe_driver *poe_driver_socket(int fd);
void poe_driver_free(struct poe_driver *d); /* NULL is nothing */

/* What to wait for on the descriptor by someone who wants to read, to write, or both: modes in, modes out. */
int poe_driver_wants(const struct poe_driver *d, int modes);

/*
 * Octets waiting to be written, in order.  A filter's put appends to one; the
 * wheel flushes it with as few writes as possible.
 */
struct poe_output *poe_output_new(void); /* NULL with ENOMEM */
void poe_output_free(struct poe_output *out);
int poe_output_add(struct poe_output *out, const void *octets, size_t length); /* copies; 0, or -1/ENOMEM and nothing added */
size_t poe_output_length(const struct poe_output *out);

/*
 * Writes until nothing is left or the driver has no room.  0 (see
 * poe_output_length for the rest), or -1 with the driver's errno.
 */
int poe_output_flush(struct poe_output *out, struct poe_driver *d);

#ifdef __cplusplus
}
#endif
#endif
