/*
 * inotify for FollowTail: the name's directory tells when the name leads to
 * another file, the file itself when something is written.  The session keeps
 * its one descriptor's state as the object of a state of its own; a second
 * state beside it says that it is there, as asking for one that is not would
 * bring the session's _default.
 */
#include "followtail.h"

#include <errno.h>
#include <limits.h>
#include <poe/kernel.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <unistd.h>

static const char mark_state[] = "poe.followtail.heard";
static const char find_state[] = "poe.followtail.notices";

enum {
	DIRECTORY_EVENTS = IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ATTRIB | IN_MOVE_SELF | IN_ONLYDIR,
	FILE_EVENTS = IN_MODIFY | IN_ATTRIB | IN_MOVE_SELF,
	ROOM = 4096
};

struct followtail_notices {
	struct poe_owned owned;  /* by the session, for as long as that lives */
	struct poe_watch *watch; /* NULL while there is no descriptor */
	struct followtail_notice *first;
	int fd;                  /* owned */
};

static struct poe_followtail *wheel(struct followtail_notice *n)
{
	return (struct poe_followtail *)((char *)n - offsetof(struct poe_followtail, notice));
}

static void close_descriptor(struct followtail_notices *all)
{
	poe_watch_free(all->watch);
	if (all->watch != NULL)
		close(all->fd);
	all->watch = NULL;
}

static bool is_used(const struct followtail_notices *all, int number)
{
	for (const struct followtail_notice *n = all->first; n != NULL; n = n->next)
		if (n->directory == number || n->file == number)
			return true;
	return false;
}

/* Two wheels on one file have one number; the system forgets it with the last of them. */
static void aim(struct followtail_notice *n, int *at, int number)
{
	int old = *at;

	*at = number;
	if (old >= 0 && !is_used(n->notices, old))
		inotify_rm_watch(n->notices->fd, old);
}

static void hear_file(struct followtail_notice *n, const struct inotify_event *event)
{
	struct poe_followtail *w = wheel(n);

	if (event->mask & IN_IGNORED)
		n->file = -1;
	if (event->mask != IN_MODIFY || n->is_next)
		w->suspect = true;
	followtail_wake(w);
}

static const char *base_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

static void hear_directory(struct followtail_notice *n, const struct inotify_event *event)
{
	struct poe_followtail *w = wheel(n);

	if (event->len > 0 && strcmp(event->name, base_of(w->filename)) != 0)
		return;
	if (event->mask & IN_IGNORED)
		n->directory = -1;
	else if (event->mask & IN_MOVE_SELF)
		aim(n, &n->directory, -1);
	w->suspect = true;
	followtail_wake(w);
}

static void hear(struct followtail_notices *all, const struct inotify_event *event)
{
	for (struct followtail_notice *n = all->first; n != NULL; n = n->next) {
		if (n->file == event->wd || event->mask & IN_Q_OVERFLOW)
			hear_file(n, event);
		else if (n->directory == event->wd)
			hear_directory(n, event);
	}
}

/* No handler runs from here: each wheel is woken by an event of its own. */
static void ready(struct poe_event *ev)
{
	struct followtail_notices *me = ev->object;
	_Alignas(struct inotify_event) char octets[ROOM];
	ssize_t n = read(me->fd, octets, sizeof octets);
	const struct inotify_event *event;

	for (ssize_t at = 0; at < n; at += (ssize_t)(sizeof *event + event->len)) {
		event = (const struct inotify_event *)(const void *)(octets + at);
		hear(me, event);
	}
}

static void release(struct poe_owned *owned)
{
	struct followtail_notices *all =
		(struct followtail_notices *)((char *)owned - offsetof(struct followtail_notices, owned));

	poe_disown(owned);
	close_descriptor(all);
	for (struct followtail_notice *n = all->first; n != NULL; n = n->next)
		n->notices = NULL;
	free(all);
}

static const struct poe_owned_kind notices_kind = { .name = "followtail's notices", .release = release };

static void on_find(struct poe_event *ev)
{
	struct followtail_notices **to = poe_arg_ptr(ev, 0);

	*to = ev->object;
}

static void on_mark(struct poe_event *ev)
{
	(void)ev;
}

/* Lost for want of memory, the mark leads to a second descriptor and to nothing worse. */
static struct followtail_notices *find(const struct poe_followtail *w)
{
	struct followtail_notices *found = NULL;

	if (poe_state_remove(w->kernel, mark_state) == 0) {
		poe_state_set(w->kernel, mark_state, on_mark, NULL);
		poe_call(w->kernel, w->session, find_state, poe_ptr(&found));
	}
	return found;
}

static struct followtail_notices *make(const struct poe_followtail *w)
{
	struct followtail_notices *all = calloc(1, sizeof *all);

	if (all == NULL)
		return NULL;
	if (poe_state_set(w->kernel, find_state, on_find, all) == 0 &&
	    poe_own(w->kernel, w->session, &all->owned, &notices_kind) == 0) {
		poe_state_set(w->kernel, mark_state, on_mark, NULL);
		return all;
	}
	free(all);
	return NULL;
}

/* The watch is weak: polling is what keeps the session. */
static bool open_descriptor(struct followtail_notices *all, struct poe_kernel *k)
{
	if (all->watch != NULL)
		return true;
	all->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (all->fd < 0)
		return false;
	all->watch = poe_watch_new(k, all->fd,
		&(struct poe_watch_plan){ .modes = POE_READ, .handler = ready, .object = all });
	if (all->watch != NULL)
		poe_watch_weaken(all->watch);
	else
		close(all->fd);
	return all->watch != NULL;
}

void followtail_notice_join(struct poe_followtail *w)
{
	struct followtail_notice *n = &w->notice;
	struct followtail_notices *all = find(w);

	*n = (struct followtail_notice){ .directory = -1, .file = -1 };
	if (all == NULL)
		all = make(w);
	if (all == NULL || !open_descriptor(all, w->kernel))
		return;
	n->notices = all;
	n->next = all->first;
	n->link = &all->first;
	if (n->next != NULL)
		n->next->link = &n->next;
	all->first = n;
}

void followtail_notice_leave(struct poe_followtail *w)
{
	struct followtail_notice *n = &w->notice;

	if (n->notices == NULL)
		return;
	aim(n, &n->directory, -1);
	aim(n, &n->file, -1);
	*n->link = n->next;
	if (n->next != NULL)
		n->next->link = n->link;
	if (n->notices->first == NULL)
		close_descriptor(n->notices);
	n->notices = NULL;
}

void followtail_notice_aim_directory(struct poe_followtail *w)
{
	struct followtail_notice *n = &w->notice;
	int length = w->filename != NULL ? (int)(base_of(w->filename) - w->filename) : 0;
	char path[PATH_MAX];

	if (n->notices == NULL || w->filename == NULL || n->directory >= 0 || length >= PATH_MAX)
		return;
	snprintf(path, sizeof path, "%.*s", length, w->filename);
	n->directory = inotify_add_watch(n->notices->fd, length > 0 ? path : ".", DIRECTORY_EVENTS);
}

static void aim_file(struct poe_followtail *w, const char *path)
{
	struct followtail_notice *n = &w->notice;

	if (n->notices != NULL)
		aim(n, &n->file, inotify_add_watch(n->notices->fd, path, FILE_EVENTS));
}

void followtail_notice_aim_open(struct poe_followtail *w)
{
	char path[32];

	snprintf(path, sizeof path, "/proc/self/fd/%d", w->file.fd);
	w->notice.is_next = false;
	aim_file(w, path);
}

void followtail_notice_aim_named(struct poe_followtail *w)
{
	w->notice.is_next = true;
	aim_file(w, w->filename);
}
