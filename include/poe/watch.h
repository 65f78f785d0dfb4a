/*
 * Watches: events when a file descriptor is ready.
 *
 * A watch belongs to a session.  Its event does not pass through the queue:
 * the handler runs straight from the loop, while the descriptor is ready.
 * Any number of watches may be on one descriptor, of one session or several.
 * A watch does not own the descriptor: free the watch before closing it, or
 * libev ends the program when it is next to wait for something else there.  A
 * regular file is always ready.
 * After POE::Kernel's select_read and its kin.
 */
#ifndef POE_WATCH_H
#define POE_WATCH_H

#include <poe/event.h>

#ifdef __cplusplus
extern "C" {
#endif

enum poe_mode { POE_READ = 1, POE_WRITE = 2 };

struct poe_watch;

/*
 * Either a named event, which carries the descriptor, the mode that is ready
 * and then .args; such a watch is freed with its session.  Or, for components,
 * an anonymous state: .handler and what comes to it as ev->object; such a
 * watch is the component's, which frees it or gives it on before the session
 * ends (through a poe_owned of its own).
 */
struct poe_watch_plan {
	int modes;           /* POE_READ, POE_WRITE, or both */
	const char *event;
	const struct poe_value *args;
	poe_handler *handler;
	void *object;        /* stays the caller's */
};

/*
 * Watches a descriptor for the current session, and makes it non-blocking.
 * NULL with EBADF, EINVAL (neither event nor handler; no mode), ENOMEM, EMSGSIZE, ESRCH (outside a handler).
 */
struct poe_watch *poe_watch_new(struct poe_kernel *k, int fd, const struct poe_watch_plan *plan);

/* Stops watching and frees; NULL is nothing.  Legal in its own handler. */
void poe_watch_free(struct poe_watch *w);

/* The short forms, with POE's words. */
#define poe_select_read(k, fd, ...)                                                        \
	poe_watch_newv(k, fd, POE_READ, POE_FIRST(__VA_ARGS__, 0), POE_REST(__VA_ARGS__, poe_none()))
#define poe_select_write(k, fd, ...)                                                       \
	poe_watch_newv(k, fd, POE_WRITE, POE_FIRST(__VA_ARGS__, 0), POE_REST(__VA_ARGS__, poe_none()))
struct poe_watch *poe_watch_newv(struct poe_kernel *k, int fd, enum poe_mode mode,
				 const char *event, const struct poe_value *args);

/* Leaves off watching for these modes until resumed.  The session stays alive by it; the program,
   while no mode is left, does not. */
void poe_watch_pause(struct poe_watch *w, int modes);
void poe_watch_resume(struct poe_watch *w, int modes);

/*
 * Gives the watch another session and another anonymous handler.  The
 * descriptor stays registered throughout: no system call.  Returns 0, or -1
 * with ESRCH when that session has gone, and nothing is changed.
 */
int poe_watch_give(struct poe_watch *w, poe_sid session, poe_handler *handler, void *object);

/* A weak watch keeps neither its session alive nor the program running. */
void poe_watch_weaken(struct poe_watch *w);
void poe_watch_strengthen(struct poe_watch *w);

int poe_watch_fd(const struct poe_watch *w);

/* Inside an anonymous handler: the modes that are ready. */
int poe_watch_ready(const struct poe_watch *w);

#ifdef __cplusplus
}
#endif
#endif
