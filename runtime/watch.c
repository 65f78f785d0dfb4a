#include "watch.h"

#include "dispatch.h"
#include "trace.h"

#include <errno.h>
#include <ev.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* A named event, kept apart so that a component's watch, which nobody owns here, stays small. */
struct named {
	struct poe_owned owned;
	struct poe_watch *watch;
	struct message message;
};

struct poe_watch {
	struct ev_io io; /* its data is the named event; NULL: the handler's */
	struct poe_kernel *kernel;
	uint64_t session;
	poe_handler *handler; /* NULL: named */
	void *object;
	uint8_t active; /* modes it waits for */
	uint8_t ready;  /* while its handler runs */
	bool weak;
	uint8_t busy;   /* its handlers that run now */
	bool dead;      /* freed while busy */
};

static struct named *named_of(const struct poe_watch *w)
{
	return w->io.data;
}

static int ev_modes(int modes)
{
	return (modes & POE_READ ? EV_READ : 0) | (modes & POE_WRITE ? EV_WRITE : 0);
}

/* The program runs on by a watch that is strong and waits for something. */
static bool is_working(const struct poe_watch *w)
{
	return !w->weak && w->active != 0;
}

static void count(struct poe_watch *w, bool was_working)
{
	if (is_working(w) != was_working)
		w->kernel->work += was_working ? (size_t)-1 : 1;
}

static void set_active(struct poe_watch *w, int active)
{
	struct poe_kernel *k = w->kernel;
	bool was_working = is_working(w);

	if (active == w->active)
		return;
	if (w->active != 0) {
		ev_io_stop(k->loop, &w->io);
		k->watches--;
	}
	w->active = (uint8_t)active;
	if (active != 0) {
		ev_io_modify(&w->io, ev_modes(active));
		ev_io_start(k->loop, &w->io);
		k->watches++;
	}
	count(w, was_working);
}

static void hold_session(struct poe_watch *w)
{
	struct session *s = session_find(w->kernel, (poe_sid){ w->session });

	if (s != NULL && !w->weak)
		session_hold(s);
}

static void drop_session(struct poe_watch *w)
{
	struct session *s = session_find(w->kernel, (poe_sid){ w->session });

	if (s != NULL && !w->weak)
		session_drop(w->kernel, s);
}

static void destroy(struct poe_watch *w)
{
	struct named *named = named_of(w);

	if (named != NULL)
		message_release(&named->message);
	free(named);
	free(w);
}

void poe_watch_free(struct poe_watch *w)
{
	if (w == NULL)
		return;
	set_active(w, 0);
	if (named_of(w) != NULL)
		poe_disown(&named_of(w)->owned);
	drop_session(w);
	w->kernel->stats.watches--;
	if (w->busy)
		w->dead = true;
	else
		destroy(w);
}

static void release(struct poe_owned *owned)
{
	poe_watch_free(CONTAINER(owned, struct named, owned)->watch);
}

static const struct poe_owned_kind watch_kind = { "watch", release };

const char *watch_describe(const struct poe_owned *owned, int *fd, bool *weak)
{
	const struct named *named = CONTAINER(owned, const struct named, owned);

	if (owned->kind != &watch_kind)
		return NULL;
	*fd = named->watch->io.fd;
	*weak = named->watch->weak;
	return names_at(&named->watch->kernel->names, named->message.name)->text;
}

/* The descriptor and the mode go ahead of the event's own values; an object that the handler takes comes once only. */
static void dispatch_named(struct poe_watch *w, struct session *s, enum poe_mode mode)
{
	struct poe_kernel *k = w->kernel;
	struct message *own = &named_of(w)->message;
	struct poe_value values[MESSAGE_MAX_VALUES];
	struct frame frame = { .values = values, .count = own->count + (size_t)2,
			       .name = names_at(&k->names, own->name), .ev.sender = session_id(s) };

	values[0] = poe_int(w->io.fd);
	values[1] = poe_int(mode);
	memcpy(values + 2, message_values(own), own->count * sizeof *values);
	if (dispatch(k, s, &frame) == -1)
		dispatch_undeliverable(k, w->session, frame.name->text, 0);
	poe_value_release(&frame.result);
	memcpy(message_values(own), values + 2, own->count * sizeof *values);
}

static void dispatch_anonymous(struct poe_watch *w, struct session *s)
{
	struct frame frame = { .ev = { .sender = session_id(s), .object = w->object, .name = "ready" } };

	dispatch_handler(w->kernel, s, &frame, w->handler);
	poe_value_release(&frame.result);
}

static void dispatch_watch(struct poe_watch *w, struct session *s)
{
	if (w->handler != NULL) {
		dispatch_anonymous(w, s);
		return;
	}
	if (w->ready & w->active & POE_READ)
		dispatch_named(w, s, POE_READ);
	/* The handler may have freed the watch, which makes it inactive, or given it away. */
	if (w->session == s->id && w->ready & w->active & POE_WRITE)
		dispatch_named(w, s, POE_WRITE);
}

static void on_ready(struct ev_loop *loop, struct ev_io *io, int revents)
{
	struct poe_watch *w = CONTAINER(io, struct poe_watch, io);
	struct session *s = session_find(w->kernel, (poe_sid){ w->session });

	(void)loop;
	if (s == NULL) {
		set_active(w, 0);
		return;
	}
	w->ready = (uint8_t)((revents & (EV_READ | EV_ERROR) ? POE_READ : 0) |
			     (revents & (EV_WRITE | EV_ERROR) ? POE_WRITE : 0));
	if (w->kernel->trace != NULL)
		trace_add(w->kernel, (struct poe_trace_record){
			.kind = POE_TRACE_FD_READY, .session = w->session, .number = io->fd });
	w->busy++;
	dispatch_watch(w, s);
	if (--w->busy == 0 && w->dead)
		destroy(w);
}

/* Its values are the watch's from here on; released on failure. */
static struct named *named_new(struct poe_kernel *k, const struct poe_watch_plan *plan)
{
	const struct name *name = names_intern(&k->names, plan->event);
	struct named *named = name ? calloc(1, sizeof *named) : NULL;

	if (named != NULL && values_count(plan->args) > MESSAGE_MAX_VALUES - 2) {
		errno = EMSGSIZE;
		free(named);
		named = NULL;
	}
	if (named == NULL) {
		values_drop(plan->args);
		return NULL;
	}
	named->message.name = name->id;
	if (message_pack(&named->message, plan->args) == 0)
		return named;
	free(named);
	return NULL;
}

static int make_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1)
		return -1;
	return flags & O_NONBLOCK ? 0 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

/* A watch for a session whose plan has been checked; values of the plan are the watch's, or released. */
static struct poe_watch *watch_new(struct poe_kernel *k, int fd, const struct poe_watch_plan *plan)
{
	struct poe_watch *w = make_nonblocking(fd) == 0 ? calloc(1, sizeof *w) : NULL;

	if (w == NULL) {
		values_drop(plan->args);
		return NULL;
	}
	w->kernel = k;
	w->handler = plan->handler;
	w->object = plan->object;
	w->io.data = w->handler ? NULL : named_new(k, plan);
	if (w->handler != NULL || named_of(w) != NULL)
		return w;
	free(w);
	return NULL;
}

struct poe_watch *poe_watch_new(struct poe_kernel *k, int fd, const struct poe_watch_plan *plan)
{
	struct session *s = session_current(k);
	int modes = plan->modes & (POE_READ | POE_WRITE);
	struct poe_watch *w;

	if (s != NULL && ((plan->event == NULL && plan->handler == NULL) || modes == 0)) {
		errno = EINVAL;
		s = NULL;
	}
	if (s == NULL) {
		values_drop(plan->args);
		return NULL;
	}
	w = watch_new(k, fd, plan);
	if (w == NULL)
		return NULL;
	w->session = s->id;
	ev_io_init(&w->io, on_ready, fd, ev_modes(modes));
	if (named_of(w) != NULL) {
		named_of(w)->watch = w;
		poe_own(k, session_id(s), &named_of(w)->owned, &watch_kind);
	}
	session_hold(s);
	set_active(w, modes);
	k->stats.watches++;
	return w;
}

struct poe_watch *poe_watch_newv(struct poe_kernel *k, int fd, enum poe_mode mode, const char *event,
				 const struct poe_value *args)
{
	return poe_watch_new(k, fd, &(struct poe_watch_plan){ .modes = (int)mode, .event = event, .args = args });
}

void poe_watch_pause(struct poe_watch *w, int modes)
{
	set_active(w, w->active & ~modes);
}

void poe_watch_resume(struct poe_watch *w, int modes)
{
	set_active(w, w->active | (modes & (POE_READ | POE_WRITE)));
}

int poe_watch_give(struct poe_watch *w, poe_sid session, poe_handler *handler, void *object)
{
	if (session_find(w->kernel, session) == NULL) {
		errno = ESRCH;
		return -1;
	}
	drop_session(w);
	if (named_of(w) != NULL)
		poe_disown(&named_of(w)->owned);
	w->session = session.v;
	w->handler = handler;
	w->object = object;
	hold_session(w);
	return 0;
}

void poe_watch_weaken(struct poe_watch *w)
{
	bool was_working = is_working(w);

	if (w->weak)
		return;
	drop_session(w);
	w->weak = true;
	count(w, was_working);
}

void poe_watch_strengthen(struct poe_watch *w)
{
	bool was_working = is_working(w);

	if (!w->weak)
		return;
	w->weak = false;
	hold_session(w);
	count(w, was_working);
}

int poe_watch_fd(const struct poe_watch *w)
{
	return w->io.fd;
}

int poe_watch_ready(const struct poe_watch *w)
{
	return w->ready;
}
