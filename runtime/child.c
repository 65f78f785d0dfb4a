/*
 * How the end of a child process is learnt.  Each has a descriptor (pidfd) of
 * its own in the loop; when there is none to be had, the process is asked now
 * and then by waitpid, until there is one.  So only processes somebody asked
 * for are reaped, and nobody's SIGCHLD is taken.
 */
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUCKETS = 64 };

static const double ask_seconds = 0.02;

struct children {
	struct poe_child *buckets[BUCKETS];
	struct link asked;    /* those without a descriptor */
	struct ev_timer turn; /* to ask them; active while there are any */
};

static struct poe_child **bucket_of(const struct poe_kernel *k, pid_t pid)
{
	return &k->children->buckets[(unsigned)pid % BUCKETS];
}

struct poe_child *child_find(const struct poe_kernel *k, pid_t pid)
{
	struct poe_child *child = *bucket_of(k, pid);

	while (child != NULL && (child->pid != pid || child->ended))
		child = child->next;
	return child;
}

/* None of these holds the loop: whoever waits does. */
static void start_asking(struct poe_child *child)
{
	struct poe_kernel *k = child->kernel;

	if (link_alone(&k->children->asked)) {
		ev_timer_set(&k->children->turn, ask_seconds, ask_seconds);
		ev_timer_start(k->loop, &k->children->turn);
		ev_unref(k->loop);
	}
	link_before(&k->children->asked, &child->asked);
}

static void stop_asking(struct poe_child *child)
{
	struct poe_kernel *k = child->kernel;

	if (link_alone(&child->asked))
		return;
	link_remove(&child->asked);
	if (link_alone(&k->children->asked)) {
		ev_ref(k->loop);
		ev_timer_stop(k->loop, &k->children->turn);
	}
}

static void close_descriptor(struct poe_child *child)
{
	if (!ev_is_active(&child->io))
		return;
	ev_ref(child->kernel->loop);
	ev_io_stop(child->kernel->loop, &child->io);
	close(child->io.fd);
}

static void leave_table(struct poe_child *child)
{
	struct poe_child **place = bucket_of(child->kernel, child->pid);

	while (*place != child)
		place = &(*place)->next;
	*place = child->next;
	stop_asking(child);
	close_descriptor(child);
	child->kernel->watches--;
	child->over = true;
}

void child_put(struct poe_child *child)
{
	if (child->holders > 0 || !link_alone(&child->watches) || (child->reaps && !child->over))
		return;
	if (!child->over)
		leave_table(child);
	free(child);
}

/* True once it is over. */
static bool settle(struct poe_child *child)
{
	bool over;

	/* Nobody but us should reap it; if somebody did, its status is unknown and reads as 0. */
	if (!child->ended && waitpid(child->pid, &child->status, WNOHANG) == 0)
		return false;
	child->ended = true;
	child->holders++;
	over = child_tell(child);
	if (over)
		leave_table(child);
	child->holders--;
	child_put(child);
	return over;
}

static void on_end(struct ev_loop *loop, struct ev_io *io, int revents)
{
	(void)loop;
	(void)revents;
	settle(io->data);
}

/* False when the system has none to give. */
static bool open_descriptor(struct poe_child *child)
{
	int fd = (int)syscall(SYS_pidfd_open, child->pid, 0);

	if (fd == -1)
		return false;
	ev_io_set(&child->io, fd, EV_READ);
	ev_io_start(child->kernel->loop, &child->io);
	ev_unref(child->kernel->loop);
	return true;
}

/* The pid of one that has ended may be another process's by now. */
static void on_turn(struct ev_loop *loop, struct ev_timer *turn, int revents)
{
	struct children *children = turn->data;
	bool hopeful = true;
	struct link *next;

	(void)loop;
	(void)revents;
	for (struct link *l = children->asked.next; l != &children->asked; l = next) {
		struct poe_child *child = CONTAINER(l, struct poe_child, asked);

		next = l->next;
		if (settle(child) || child->ended || !hopeful)
			continue;
		hopeful = open_descriptor(child);
		if (hopeful)
			stop_asking(child);
	}
}

int children_new(struct poe_kernel *k)
{
	k->children = calloc(1, sizeof *k->children);
	if (k->children == NULL)
		return -1;
	link_init(&k->children->asked);
	ev_init(&k->children->turn, on_turn);
	k->children->turn.data = k->children;
	return 0;
}

/* What nobody waits for any more is reaped if it is dead by now. */
void children_free(struct poe_kernel *k)
{
	for (size_t i = 0; i < BUCKETS; i++) {
		struct poe_child *child;

		while ((child = k->children->buckets[i]) != NULL) {
			if (!child->ended)
				waitpid(child->pid, NULL, WNOHANG);
			leave_table(child);
			free(child);
		}
	}
	free(k->children);
}

static int check_process(pid_t pid)
{
	siginfo_t info;

	if (pid <= 0) {
		errno = EINVAL;
		return -1;
	}
	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
}

struct poe_child *child_get(struct poe_kernel *k, pid_t pid)
{
	struct poe_child *child = child_find(k, pid);

	if (child != NULL || check_process(pid) == -1)
		return child;
	child = calloc(1, sizeof *child);
	if (child == NULL)
		return NULL;
	child->kernel = k;
	child->pid = pid;
	link_init(&child->watches);
	link_init(&child->asked);
	ev_init(&child->io, on_end);
	child->io.data = child;
	if (!open_descriptor(child))
		start_asking(child);
	k->watches++;
	child->next = *bucket_of(k, pid);
	*bucket_of(k, pid) = child;
	return child;
}

struct poe_child *poe_child_new(struct poe_kernel *k, pid_t pid)
{
	struct poe_child *child = child_get(k, pid);

	if (child == NULL)
		return NULL;
	child->reaps = true;
	child->holders++;
	return child;
}

int poe_child_kill(struct poe_child *child, int signal)
{
	if (!child->ended)
		return kill(child->pid, signal);
	errno = ESRCH;
	return -1;
}

void poe_child_free(struct poe_child *child)
{
	if (child == NULL)
		return;
	child->holders--;
	child_put(child);
}
