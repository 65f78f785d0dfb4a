/*
 * Signals and child processes.
 *
 * A signal goes to a session and everything below it (the operating system's:
 * to the kernel, so to all), the deepest session first; those that watch it
 * get an event.  Then, by its class, sessions it went to may be stopped:
 *     terminal     QUIT INT KILL TERM HUP IDLE DIE: unless some handler called poe_sig_handled
 *     non-maskable ZOMBIE UIDESTROY: always
 *     benign       every other name, CHLD and PIPE and the user's own: never
 * IDLE comes when nothing is left that could make anything happen; if it is
 * still so afterwards, ZOMBIE ends the program.  Without the memory to ask
 * anybody a signal does what it does when nobody handles it, and that is
 * reported.  After POE::Kernel's signals.
 */
#ifndef POE_SIGNAL_H
#define POE_SIGNAL_H

#include <poe/event.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Watches a signal in the current session: the event carries the signal's
 * name, then what it was sent with, then these values; more than 64 in all
 * are undeliverable.  Watching again replaces.  It does not keep the session alive.  Names are as in "INT".
 * Returns 0; -1 with EINVAL, ENOMEM, EMFILE, EMSGSIZE, ESRCH (outside a handler), or
 * EBUSY: somebody else in this process handles that signal (another kernel, the host).
 */
#define poe_sig(k, name, ...) \
	poe_sigv(k, name, POE_FIRST(__VA_ARGS__, 0), POE_REST(__VA_ARGS__, poe_none()))
int poe_sigv(struct poe_kernel *k, const char *signal, const char *event,
	     const struct poe_value *args);

/* Leaves off watching; the last watcher gone restores the default action.  0, or -1/ESRCH. */
int poe_sig_clear(struct poe_kernel *k, const char *signal);

/* Says that the signal in dispatch is dealt with, on behalf of all it goes to. */
void poe_sig_handled(struct poe_event *ev);

/* Sends a signal of this program's own to a session and all below it.  0; -1 as poe_post. */
#define poe_signal(k, to, ...) \
	poe_signalv(k, to, POE_FIRST(__VA_ARGS__, 0), POE_HERE, POE_REST(__VA_ARGS__, poe_none()))
int poe_signalv(struct poe_kernel *k, poe_sid to, const char *signal, const char *from,
		const struct poe_value *args);

/*
 * Waits for one child process: once it has ended it is reaped, and the event
 * carries "CHLD", its pid, its wait status and these values.  Keeps the
 * session alive and the program running until then.  Children nobody asked
 * for are never reaped.  Several sessions may ask for one pid.  Each process
 * takes a descriptor; those for which there is none are asked every 20 ms.
 * Returns 0; -1 with EINVAL, ECHILD (not a child of this process), ENOMEM, ESRCH, EMSGSIZE.
 */
#define poe_sig_child(k, pid, ...) \
	poe_sig_childv(k, pid, POE_FIRST(__VA_ARGS__, 0), POE_REST(__VA_ARGS__, poe_none()))
int poe_sig_childv(struct poe_kernel *k, pid_t pid, const char *event,
		   const struct poe_value *args);

/* Leaves off waiting.  0, or -1/ESRCH if the current session was not. */
int poe_sig_child_clear(struct poe_kernel *k, pid_t pid);

/*
 * For components that start processes: the process is reaped when it ends,
 * whether or not a session waits for it too.  This tells nobody, and keeps
 * neither a session alive nor the program running.  Ask in the handler that
 * started the process.  NULL with EINVAL, ECHILD, ENOMEM.
 */
struct poe_child;
struct poe_child *poe_child_new(struct poe_kernel *k, pid_t pid);

/*
 * Sends a signal to the process, and never to another one that has its pid
 * now.  0; -1 with ESRCH (it has ended), EINVAL, EPERM.
 */
int poe_child_kill(struct poe_child *child, int signal);

/* Lets go of the pointer, before the kernel's end; the process is reaped all the same.  NULL is nothing. */
void poe_child_free(struct poe_child *child);

#ifdef __cplusplus
}
#endif
#endif
