/*
 * TLS: wheels on the two ends of a wire, from the first octet or after some
 * words in clear; and handshakes by hand, the second of which is resumed.
 * OpenSSL's own memory never fails here, only ours does.
 */
#include "wiring.h"

#include "certificates.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LINES = 5, STEPS = 10000 };

/* The wiring comes first: it is what the sessions' heap is for wiring.h. */
struct talk {
	struct wiring wiring;
	struct certificates *certificates;
	bool starts_in_clear;
};

/* NULL, and told, if it cannot be made. */
static struct poe_tls *policy(struct talk *me, bool is_client)
{
	struct poe_tls_plan plan = { .sessions = 0 };
	struct poe_tls *tls;

	if (is_client) {
		plan.ca_file = certificates_path(me->certificates, "ca.crt");
	} else {
		plan.certificate_file = certificates_path(me->certificates, "server.crt");
		plan.key_file = certificates_path(me->certificates, "server.key");
	}
	tls = poe_tls_new(&plan, NULL, 0);
	trial_check(me->wiring.trial, tls != NULL);
	return tls;
}

static struct poe_driver *driver(struct talk *me, bool is_client)
{
	struct poe_tls *tls = policy(me, is_client);
	struct poe_driver *d;
	int error_num;

	if (tls == NULL)
		return NULL;
	if (is_client)
		d = poe_tls_client(tls, me->wiring.fds[0], "localhost", "key");
	else
		d = poe_tls_server(tls, me->wiring.fds[1]);
	error_num = errno;
	poe_tls_unref(tls);
	errno = error_num;
	trial_check(me->wiring.trial, d != NULL);
	return d;
}

/* One that takes a CR for a newline would leave the LF to TLS. */
static struct poe_filter *lines(struct talk *me)
{
	struct poe_filter *f = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\r\n" });

	trial_check(me->wiring.trial, f != NULL);
	return f;
}

/* An end without a wheel closes its descriptor, so that the other one hears of it. */
static bool make(struct talk *me, struct poe_readwrite **end)
{
	struct poe_readwrite_plan plan = { .input_event = "line", .error_event = "error" };
	bool is_client = end == &me->wiring.near, is_ready;

	plan.filter = lines(me);
	if (!me->starts_in_clear)
		plan.driver = driver(me, is_client);
	is_ready = plan.filter != NULL && (me->starts_in_clear || plan.driver != NULL);
	if (is_ready && wiring_make(&me->wiring, end, &plan))
		return true;
	if (!is_ready)
		close(me->wiring.fds[!is_client]);
	poe_filter_free(plan.filter);
	poe_driver_free(plan.driver);
	return false;
}

static void put_lines(struct talk *me)
{
	for (int i = 0; i < LINES; i++)
		wiring_put(&me->wiring, &me->wiring.near, poe_list(poe_str("a line")));
}

static void start_near(struct poe_event *ev)
{
	struct talk *me = ev->heap;

	if (!make(me, &me->wiring.near))
		return;
	if (me->starts_in_clear)
		wiring_put(&me->wiring, &me->wiring.near, poe_list(poe_str("STARTTLS")));
	else
		put_lines(me);
}

static void start_far(struct poe_event *ev)
{
	struct talk *me = ev->heap;

	make(me, &me->wiring.far);
}

static bool upgrade(struct talk *me, struct poe_readwrite **end)
{
	struct poe_driver *d = driver(me, end == &me->wiring.near);

	if (d == NULL) {
		wiring_end(end);
		return false;
	}
	if (poe_readwrite_set_driver(*end, d) == 0)
		return true;
	trial_check(me->wiring.trial, false);
	poe_driver_free(d);
	wiring_end(end);
	return false;
}

static void near_line(struct poe_event *ev)
{
	struct talk *me = ev->heap;

	if (strcmp(poe_arg_str(ev, 0), "go") == 0) {
		if (upgrade(me, &me->wiring.near))
			put_lines(me);
		return;
	}
	trial_see(me->wiring.trial);
	if (++me->wiring.number == LINES)
		wiring_end(&me->wiring.near);
}

static void far_line(struct poe_event *ev)
{
	struct talk *me = ev->heap;

	if (strcmp(poe_arg_str(ev, 0), "STARTTLS") == 0) {
		wiring_put(&me->wiring, &me->wiring.far, poe_list(poe_str("go")));
		if (me->wiring.far != NULL)
			upgrade(me, &me->wiring.far);
		return;
	}
	wiring_put(&me->wiring, &me->wiring.far, poe_list(poe_arg(ev, 0)));
}

static void near_error(struct poe_event *ev)
{
	struct talk *me = ev->heap;

	wiring_error(&me->wiring, &me->wiring.near, ev);
}

/* Once near has all it wants, how far hears of it is no matter: its good-bye need not come through. */
static void far_error(struct poe_event *ev)
{
	struct talk *me = ev->heap;

	if (me->wiring.number == LINES)
		wiring_end(&me->wiring.far);
	else
		wiring_error(&me->wiring, &me->wiring.far, ev);
}

static const struct poe_state near_states[] = {
	{ "_start", start_near },
	{ "line(s)", near_line },
	{ "error(si)", near_error },
	{ 0 },
};

static const struct poe_state far_states[] = {
	{ "_start", start_far },
	{ "line(s)", far_line },
	{ "error(si)", far_error },
	{ 0 },
};

static void play(struct trial *t, bool starts_in_clear)
{
	struct talk me = { .wiring.trial = t, .starts_in_clear = starts_in_clear };
	const struct poe_state *const states[] = { near_states, far_states };

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, me.wiring.fds) < 0)
		return;
	me.certificates = certificates_usual();
	trial_hope(t, LINES);
	for (int i = 0; i < 2; i++)
		if (trial_session(t, states[i], &me).v == 0)
			close(me.wiring.fds[i]);
	trial_go(t);
	certificates_free(me.certificates);
}

static void echo_lines(struct trial *t)
{
	play(t, false);
}

static void start_tls(struct trial *t)
{
	play(t, true);
}

/* Whether it goes on: both ends shake hands, and the client takes in its tickets. */
static bool shake_hands(struct trial *t, struct poe_driver *client, struct poe_driver *server)
{
	int near = 0, far = 0;

	for (int i = 0; i < STEPS && near + far < 2; i++) {
		near = poe_tls_handshake(client);
		if (!trial_check(t, near >= 0))
			return false;
		far = poe_tls_handshake(server);
		if (!trial_check(t, far >= 0))
			return false;
	}
	return trial_check(t, poe_tls_idle(client) == 0);
}

static void visit(struct trial *t, struct poe_tls *const policies[2])
{
	struct poe_driver *client, *server;
	struct poe_tls_info info;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
		return;
	client = poe_tls_client(policies[0], fds[0], "localhost", "key");
	trial_check(t, client != NULL);
	server = poe_tls_server(policies[1], fds[1]);
	trial_check(t, server != NULL);
	if (client != NULL && server != NULL && shake_hands(t, client, server) && poe_tls_info(client, &info) == 0)
		trial_see(t);
	poe_driver_free(client);
	poe_driver_free(server);
	close(fds[0]);
	close(fds[1]);
}

/* Without memory for the session the second handshake is a full one: no harm. */
static void visit_twice(struct trial *t)
{
	struct talk me = { .wiring.trial = t, .certificates = certificates_usual() };
	struct poe_tls *policies[] = { policy(&me, true), policy(&me, false) };

	trial_hope(t, 2);
	if (policies[0] != NULL && policies[1] != NULL)
		for (int i = 0; i < 2; i++)
			visit(t, policies);
	poe_tls_unref(policies[0]);
	poe_tls_unref(policies[1]);
	certificates_free(me.certificates);
}

const struct scenario scenarios_tls[] = {
	{ "lines_go_there_and_back_in_tls", echo_lines, POE_CLOCK_VIRTUAL, 0 },
	{ "wheels_change_to_tls", start_tls, POE_CLOCK_VIRTUAL, 0 },
	{ "a_session_is_resumed", visit_twice, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
