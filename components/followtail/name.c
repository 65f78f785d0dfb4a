/*
 * What FollowTail's filename leads to: nothing yet, the file that is open, or
 * by now another one.
 *
 * A file that was renamed is likely still written to: its writer goes on until
 * it is told, and then begins the new one.  So the old one is let go only when
 * there is something in the new one, and is read to its end after that was
 * seen.  Meanwhile it is the new one that the system is to tell of.
 */
#include "followtail.h"

#include <errno.h>

static bool is_missing(int error_num)
{
	return error_num == ENOENT || error_num == ENOTDIR;
}

static bool is_same(const struct followtail_file *a, const struct followtail_file *b)
{
	return a->mode != 0 && a->mode == b->mode && a->device == b->device && a->inode == b->inode;
}

static void listen(struct poe_followtail *w)
{
	if (followtail_file_is_plain(&w->file))
		followtail_notice_aim_open(w);
	else if (followtail_input_watch(w) < 0)
		followtail_failed(w, FOLLOWTAIL_OPENING, errno);
}

/* The open file makes room for the next one; a pipe that was only opened again goes on where it was. */
static void begin(struct poe_followtail *w, struct followtail_file *next)
{
	bool is_other = !is_same(&w->file, next);

	if (is_other && followtail_input_restart(w) < 0) {
		followtail_file_close(next);
		followtail_failed(w, FOLLOWTAIL_READING, ENOMEM);
		return;
	}
	poe_watch_free(w->watch);
	w->watch = NULL;
	followtail_file_close(&w->file);
	w->file = *next;
	listen(w);
	if (is_other)
		followtail_tell(w, FOLLOWTAIL_RESET);
	followtail_wake(w);
}

void followtail_name_open(struct poe_followtail *w)
{
	struct followtail_file next = { .fd = -1 };

	w->replaced = false;
	if (followtail_file_open(&next, w->filename) == 0) {
		followtail_went_well(w, FOLLOWTAIL_OPENING);
		begin(w, &next);
	} else if (!is_missing(errno)) {
		followtail_failed(w, FOLLOWTAIL_OPENING, errno);
	}
}

void followtail_name_look(struct poe_followtail *w)
{
	struct stat found;

	if (stat(w->filename, &found) < 0) {
		if (!is_missing(errno))
			followtail_failed(w, FOLLOWTAIL_LOOKING, errno);
		return;
	}
	followtail_went_well(w, FOLLOWTAIL_LOOKING);
	if (followtail_file_is(&w->file, &found)) {
		if (followtail_file_is_plain(&w->file))
			followtail_notice_aim_open(w);
	} else if (S_ISREG(found.st_mode) && found.st_size == 0) {
		followtail_notice_aim_named(w);
	} else {
		w->replaced = true;
		followtail_wake(w);
	}
}
