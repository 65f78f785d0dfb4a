/*
 * The connection manager's policy: connections made before anybody asks, a new
 * one for a bad one, sockets that come in and leave, an open breaker, the end
 * with notice.
 */
#include "borrowing.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

/* Dials that nobody asked for fail without a word; who asks is answered. */
static void start_ready(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_request request = borrowing_request(me, "127.0.0.1");

	(void)trial_check(me->trial, poe_keepalive_prewarm(me->manager, &request, 2) >= 0);
	(void)trial_check(me->trial, poe_keepalive_min_idle(me->manager, &request, 1) == 0);
	borrowing_ask(me, "127.0.0.1");
}

static void give_back(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	poe_connection_free(borrowing_got(me, ev));
}

static const struct poe_state ready_states[] = {
	{ "_start", start_ready },
	{ "got(o)", give_back },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_ready(struct trial *t)
{
	borrowing_play(t, 1, ready_states, &(struct poe_keepalive_plan){ .timeout = 5, .max_dialing = 2 });
}

static void start_two(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	borrowing_ask(me, "127.0.0.1");
	borrowing_ask(me, "127.0.0.1");
}

/* The first is no good. */
static void exchange(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_connection *c = borrowing_got(me, ev);
	struct poe_keepalive_request request = borrowing_request(me, "127.0.0.1");

	if (c == NULL || me->asked++ != 2) {
		poe_connection_free(c);
		return;
	}
	if (trial_check(me->trial, poe_keepalive_reallocate(me->manager, c, &request) == 0))
		me->trial->owed++;
	else
		poe_connection_free(c);
	trial_break(me->trial, poe_keepalive_check(me->manager));
}

static const struct poe_state exchanging_states[] = {
	{ "_start", start_two },
	{ "got(o)", exchange },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_exchange(struct trial *t)
{
	borrowing_play(t, 3, exchanging_states, &(struct poe_keepalive_plan){ .timeout = 5, .max_per_host = 1 });
}

static void let_out(struct borrowing *me, struct poe_connection *c)
{
	int fd = poe_connection_detach(c);

	trial_break(me->trial, fd < 0 ? "a quiet connection was not let out" : NULL);
	close(fd);
	poe_connection_free(c);
}

/* In by one end, and out again by the next loan. */
static void start_adopting(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_request request = borrowing_request(me, "127.0.0.1");
	struct poe_connection *c;
	int pair[2];

	if (!trial_check(me->trial, socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0))
		return;
	c = poe_keepalive_adopt(me->manager, &request, pair[0]);
	if (!trial_check(me->trial, c != NULL))
		close(pair[0]);
	else
		trial_see(me->trial);
	poe_connection_free(c);
	c = c ? borrowing_call(me, "127.0.0.1") : NULL;
	if (c != NULL)
		let_out(me, c);
	close(pair[1]);
	trial_break(me->trial, poe_keepalive_check(me->manager));
}

static const struct poe_state adopting_states[] = {
	{ "_start", start_adopting },
	{ "got(o)", give_back },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_adopt(struct trial *t)
{
	borrowing_play(t, 2, adopting_states, &(struct poe_keepalive_plan){ .timeout = 5 });
}

static void start_four(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	for (int i = 0; i < 4; i++)
		borrowing_ask(me, "127.0.0.1");
}

static void fail_to_get(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);

	if (r->error_num != ECONNREFUSED && r->error_num != EHOSTDOWN) {
		poe_connection_free(borrowing_got(me, ev));
		return;
	}
	me->trial->owed--;
	trial_see(me->trial);
	trial_break(me->trial, poe_keepalive_check(me->manager));
}

static const struct poe_state breaking_states[] = {
	{ "_start", start_four },
	{ "got(o)", fail_to_get },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_breaker(struct trial *t)
{
	borrowing_play_at(t, 4, breaking_states,
			  &(struct poe_keepalive_plan){ .timeout = 5, .max_per_host = 2, .breaker_after = 1 },
			  tcp_server_refusing());
}

/* The second is served before the end, of which the session is told. */
static void end_with_notice(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_connection *c = borrowing_got(me, ev);

	if (me->asked++ == 2)
		(void)trial_check(me->trial, poe_keepalive_drain(me->manager, 10, "over") == 0);
	trial_break(me->trial, poe_keepalive_check(me->manager));
	poe_connection_free(c);
}

static void over(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	trial_see(me->trial);
}

static const struct poe_state draining_states[] = {
	{ "_start", start_two },
	{ "got(o)", end_with_notice },
	{ "over(i)", over },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_drain(struct trial *t)
{
	borrowing_play(t, 3, draining_states, &(struct poe_keepalive_plan){ .timeout = 5, .max_per_host = 1 });
}

/* Why there are none comes back from the call. */
static void start_looking(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_value result = poe_call(ev->kernel, poe_keepalive_address(me->manager), "stats", poe_str("numbers"));
	int error = errno;

	if (result.kind == POE_INT && result.as.i != 0)
		error = (int)result.as.i;
	if (error != 0)
		trial_told(me->trial, "", error);
}

static void numbers(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	trial_break(me->trial, poe_keepalive_snapshot(ev)->keys ? "a manager at rest has keys" : NULL);
	trial_see(me->trial);
}

static const struct poe_state looking_states[] = {
	{ "_start", start_looking },
	{ "numbers(o)", numbers },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_stats(struct trial *t)
{
	borrowing_play(t, 1, looking_states, &(struct poe_keepalive_plan){ .timeout = 5 });
}

const struct scenario scenarios_lease[] = {
	{ "connections_are_made_before_anybody_asks", play_ready, POE_CLOCK_VIRTUAL, 0 },
	{ "a_new_connection_comes_for_a_bad_one", play_exchange, POE_CLOCK_VIRTUAL, 0 },
	{ "a_socket_comes_in_and_leaves", play_adopt, POE_CLOCK_VIRTUAL, 0 },
	{ "an_open_breaker_is_an_answer", play_breaker, POE_CLOCK_VIRTUAL, 0 },
	{ "an_end_with_notice_is_told", play_drain, POE_CLOCK_VIRTUAL, 0 },
	{ "numbers_come_as_an_event", play_stats, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
