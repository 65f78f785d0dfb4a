/*
 * The file that FollowTail has open.  A plain file is read by position, so
 * that whoever shares the descriptor does not matter, and each read begins with
 * the octets that the last one ended with: if they are others now, the file has
 * been written anew.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool followtail_file_is_plain(const struct followtail_file *f)
{
	return f->fd >= 0 && S_ISREG(f->mode);
}

int followtail_file_take(struct followtail_file *f, int fd)
{
	struct stat found;

	if (fstat(fd, &found) < 0)
		return -1;
	if (S_ISDIR(found.st_mode)) {
		errno = EISDIR;
		return -1;
	}
	followtail_file_close(f);
	*f = (struct followtail_file){
		.fd = fd, .mode = found.st_mode, .device = found.st_dev, .inode = found.st_ino,
		.has_peer = S_ISSOCK(found.st_mode) || (S_ISCHR(found.st_mode) && isatty(fd)) };
	return 0;
}

/* A named pipe is opened for writing too, as in POE: then it does not end when its writers go. */
static int open_any(const char *name)
{
	struct stat found;
	int fd = -1;

	if (stat(name, &found) < 0)
		return -1;
	if (S_ISFIFO(found.st_mode))
		fd = open(name, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return fd >= 0 ? fd : open(name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int followtail_file_open(struct followtail_file *f, const char *name)
{
	int fd = open_any(name);
	int error_num;

	if (fd < 0)
		return -1;
	if (followtail_file_take(f, fd) == 0)
		return 0;
	error_num = errno;
	close(fd);
	errno = error_num;
	return -1;
}

void followtail_file_close(struct followtail_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

bool followtail_file_is(const struct followtail_file *f, const struct stat *other)
{
	return f->device == other->st_dev && f->inode == other->st_ino &&
	       (f->mode & S_IFMT) == (other->st_mode & S_IFMT);
}

int64_t followtail_file_size(const struct followtail_file *f)
{
	struct stat found;

	return fstat(f->fd, &found) == 0 ? found.st_size : -1;
}

static ssize_t read_at(const struct followtail_file *f, char *octets, size_t length, int64_t position)
{
	ssize_t n;

	do
		n = pread(f->fd, octets, length, position);
	while (n < 0 && errno == EINTR);
	return n;
}

/* As many as there are: fewer only at the end.  -1 with errno. */
static ssize_t read_all(const struct followtail_file *f, char *octets, size_t length, int64_t position)
{
	size_t done = 0;
	ssize_t n;

	do {
		n = read_at(f, octets + done, length - done, position + (int64_t)done);
		done += n > 0 ? (size_t)n : 0;
	} while (n > 0 && done < length);
	return n < 0 ? -1 : (ssize_t)done;
}

/* What cannot be read, as the file is too short, makes a sample that nothing equals. */
static int take_sample(const struct followtail_file *f, struct followtail_sample *sample, int64_t end)
{
	size_t length = end < FOLLOWTAIL_SAMPLE ? (size_t)end : (size_t)FOLLOWTAIL_SAMPLE;

	sample->length = length;
	return read_all(f, sample->octets, length, end - (int64_t)length) < 0 ? -1 : 0;
}

int followtail_file_seek(struct followtail_file *f, int64_t position)
{
	struct followtail_sample head = { 0 }, last = { 0 };
	int64_t begin = position < FOLLOWTAIL_SAMPLE ? position : FOLLOWTAIL_SAMPLE;

	if (take_sample(f, &head, begin) < 0 || take_sample(f, &last, position) < 0)
		return -1;
	f->head = head;
	f->last = last;
	f->position = position;
	return 0;
}

static bool is_head(const struct followtail_file *f)
{
	char now[FOLLOWTAIL_SAMPLE];
	ssize_t n = read_all(f, now, f->head.length, 0);

	return n < 0 || ((size_t)n == f->head.length && memcmp(now, f->head.octets, f->head.length) == 0);
}

/*
 * A program that writes over the file's end (a bracket that closes a list) has
 * not written a new file: that has another beginning too.
 */
static bool is_rewritten(const struct followtail_file *f, const char *octets, size_t length)
{
	if (length < f->last.length)
		return true;
	return memcmp(octets, f->last.octets, f->last.length) != 0 && !is_head(f);
}

/* Keeps the end of what was read, the octets seen again among it. */
static void keep_samples(struct followtail_file *f, const char *octets, size_t length)
{
	size_t known = f->last.length;

	if (f->position == 0) {
		f->head.length = length < FOLLOWTAIL_SAMPLE ? length : FOLLOWTAIL_SAMPLE;
		memcpy(f->head.octets, octets, f->head.length);
	}
	f->position += (int64_t)(length - known);
	f->last.length = length < FOLLOWTAIL_SAMPLE ? length : FOLLOWTAIL_SAMPLE;
	memcpy(f->last.octets, octets + length - f->last.length, f->last.length);
}

static enum followtail_read read_plain(struct followtail_file *f, char *scratch, struct followtail_slice *slice)
{
	size_t known = f->last.length;
	ssize_t n = read_all(f, scratch, FOLLOWTAIL_SLICE, f->position - (int64_t)known);

	if (n < 0)
		return FOLLOWTAIL_FAILED;
	if (is_rewritten(f, scratch, (size_t)n))
		return FOLLOWTAIL_REWRITTEN;
	if ((size_t)n <= known)
		return FOLLOWTAIL_END;
	keep_samples(f, scratch, (size_t)n);
	*slice = (struct followtail_slice){ scratch + known, (size_t)n - known, n < FOLLOWTAIL_SLICE };
	return FOLLOWTAIL_GOT;
}

static enum followtail_read read_stream(struct followtail_file *f, char *scratch, struct followtail_slice *slice)
{
	ssize_t n;

	do
		n = read(f->fd, scratch, FOLLOWTAIL_SLICE);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return FOLLOWTAIL_FAILED;
	*slice = (struct followtail_slice){ scratch, (size_t)n, false };
	return n > 0 ? FOLLOWTAIL_GOT : FOLLOWTAIL_END;
}

enum followtail_read followtail_file_read(struct followtail_file *f, char *scratch, struct followtail_slice *slice)
{
	return S_ISREG(f->mode) ? read_plain(f, scratch, slice) : read_stream(f, scratch, slice);
}
