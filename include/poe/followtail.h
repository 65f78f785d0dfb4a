/*
 * FollowTail: the records that are appended to a file, as they come, through
 * everything that happens to log files: rotation, truncation, absence.
 *
 * A plain file is watched (inotify), so that a record is delivered as soon as
 * it is written; every poll_interval it is also looked at, which is all there
 * is on a network file system or when the system has no watches left.  A
 * session's wheels share one inotify descriptor, of which a user has 128 or so.
 * Named pipes, terminals and sockets are read when they are ready.  A large file
 * is read in slices of 64 KiB, one a round of the loop.  After
 * POE::Wheel::FollowTail; it keeps its session alive as that does.
 */
#ifndef POE_FOLLOWTAIL_H
#define POE_FOLLOWTAIL_H

#include <poe/event.h>
#include <poe/filter.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where in a plain file that is there from the beginning reading starts. */
enum poe_seek {
	POE_SEEK_TAIL,  /* at the end: only records completed from now on.  A record begun in the last 4096
			   octets comes whole.  POE: without Seek and SeekBack */
	POE_SEEK_START, /* .offset octets from the beginning; POE: Seek */
	POE_SEEK_BACK   /* .offset octets before the end, the beginning if that is nearer; POE: SeekBack */
};

/*
 * input_event(record, id) once a record, straight from the loop.
 * reset_event(id): what follows begins another file, or the same one anew.
 * idle_event(id): the end was reached, once after each burst; and every
 * poll_interval while nothing new is there, or no file.
 * error_event(string "open", "stat", "read", "filter" or "poll", int error_num,
 * string error_str, int id): told once as long as it stays the same.  All but
 * "filter" are tried again every poll_interval.
 */
struct poe_followtail_plan {
	const char *filename;     /* this, which need not exist yet... */
	int fd;                   /* ...or this, owned by the wheel once made.  0 is none: dup standard input */
	const char *input_event;  /* required */
	const char *error_event, *reset_event, *idle_event;
	double poll_interval;     /* seconds; 0: 1 */
	enum poe_seek seek;
	int64_t offset;           /* octets, not below 0 */
	struct poe_filter *filter; /* NULL: Line.  Owned by the wheel once made */
	size_t max_input;         /* octets unframed before EMSGSIZE; 0: 512 MiB */
};
struct poe_followtail;

/*
 * Makes a wheel.  A file that is not there is waited for; when it appears,
 * reset_event comes and it is read from its beginning.  What else is wrong
 * with a filename comes as error_event.  NULL with EINVAL, EBADF, EISDIR (fd
 * is a directory), ENOMEM, ESRCH (outside a handler), and nothing is taken.
 *
 * A file that is renamed or deleted is followed until its name leads to
 * another file that has something in it; then it is read to its end, and
 * reset_event and the other one follow.  A file that is shorter than what was
 * read of it, or whose first octets and those last read (64 of each) are others
 * now, has been truncated or rewritten: reset_event, and it is read from its
 * beginning.  So is a file that is shorter than .offset from the beginning.  A
 * record without its end is dropped at a reset, and the filter begins anew.
 */
struct poe_followtail *poe_followtail_new(struct poe_kernel *k, const struct poe_followtail_plan *plan);
void poe_followtail_free(struct poe_followtail *w); /* NULL is nothing */
int64_t poe_followtail_id(const struct poe_followtail *w);

/*
 * Where in the file the first octet is that was not delivered in a record: a
 * wheel made with POE_SEEK_START and this as .offset goes on there.  In an input
 * handler its own record counts as delivered, and so does what a filter holds
 * itself.  0 while there is no file; -1 with ESPIPE if it is not a plain one.
 */
int64_t poe_followtail_tell(const struct poe_followtail *w);

/* Re-targets an event: "input", "error", "reset", "idle"; NULL turns it off, but not "input".  0, or -1/EINVAL, ENOMEM. */
int poe_followtail_event(struct poe_followtail *w, const char *which, const char *event);

/*
 * Switches filters; the wheel owns the new one and frees the old.  Octets
 * pending are framed by the new filter, from the loop, not from within.  After
 * a "filter" error, which stops the wheel until the next reset, this goes on.
 */
void poe_followtail_set_filter(struct poe_followtail *w, struct poe_filter *f);

/* Stops reading and delivering at once, in the middle of a read's records too; they come on resume. */
void poe_followtail_pause(struct poe_followtail *w);
void poe_followtail_resume(struct poe_followtail *w);

#ifdef __cplusplus
}
#endif
#endif
