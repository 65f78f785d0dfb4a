/*
 * An open file that is followed: where in it reading goes on, and whether it
 * is still the file that was read so far.  Knows nothing of wheels.
 */
#ifndef FOLLOWTAIL_FILE_H
#define FOLLOWTAIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

enum {
	FOLLOWTAIL_SLICE = 64 * 1024, /* octets a read may give at most */
	FOLLOWTAIL_SAMPLE = 64        /* octets kept to tell one content from another */
};

struct followtail_sample {
	size_t length;
	char octets[FOLLOWTAIL_SAMPLE];
};

struct followtail_file {
	int fd;          /* owned; -1: none is open */
	mode_t mode;     /* its kind; 0 until the first is opened */
	dev_t device;
	ino_t inode;
	bool has_peer;   /* a socket, a terminal: its end is somebody's leaving */
	int64_t position; /* of a plain file: octets read, or passed over, from its beginning */
	struct followtail_sample head, last; /* of a plain file: how it begins, and what is right before position */
};

enum followtail_read {
	FOLLOWTAIL_GOT,
	FOLLOWTAIL_END,       /* nothing now */
	FOLLOWTAIL_REWRITTEN, /* shorter than position, or other content */
	FOLLOWTAIL_FAILED     /* errno says why; EAGAIN for a file that is not plain and not ready */
};

struct followtail_slice {
	char *octets; /* in the reader's memory */
	size_t length;
	bool is_last; /* the file ended there */
};

/* The file that a name leads to, at its beginning, in place of what was open.  0, or -1 with errno and nothing changed. */
int followtail_file_open(struct followtail_file *f, const char *name);

/* A descriptor that is open already; owned from here on.  0, or -1 with errno (EISDIR) and it is not. */
int followtail_file_take(struct followtail_file *f, int fd);
void followtail_file_close(struct followtail_file *f);

bool followtail_file_is_plain(const struct followtail_file *f);

/* Whether this is the same file. */
bool followtail_file_is(const struct followtail_file *f, const struct stat *other);

/* Octets it has now; -1 with errno. */
int64_t followtail_file_size(const struct followtail_file *f);

/* Goes to a position of a plain file.  0, or -1 with errno. */
int followtail_file_seek(struct followtail_file *f, int64_t position);

/* Reads on.  scratch has FOLLOWTAIL_SLICE octets. */
enum followtail_read followtail_file_read(struct followtail_file *f, char *scratch, struct followtail_slice *slice);

#endif
