/*
 * The connection manager: new and reused connections, waiting for one, taking a
 * request back, running out of time, nobody there, the end with requests under
 * way.  A request that was accepted is answered, whatever fails.
 */
#include "borrowing.h"

#include <errno.h>

enum { CROWD = 270 }; /* more than a chunk of the queue */

static void start(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	borrowing_ask(me, "127.0.0.1");
}

/* Given back at once, so that the next one gets the same; the third comes by the call. */
static void reuse(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	poe_connection_free(borrowing_got(me, ev));
	if (me->asked == 1)
		borrowing_ask(me, "127.0.0.1");
	else if (me->asked == 2)
		poe_connection_free(borrowing_call(me, "127.0.0.1"));
}

static const struct poe_state reusing_states[] = {
	{ "_start", start },
	{ "got(o)", reuse },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_reuse(struct trial *t)
{
	borrowing_play(t, 3, reusing_states, &(struct poe_keepalive_plan){ .timeout = 5 });
}

/* One connection for four: three wait, each until the one before gives it back. */
static void start_four(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	for (int i = 0; i < 4; i++)
		borrowing_ask(me, "127.0.0.1");
}

static void give_on(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	poe_connection_free(borrowing_got(me, ev));
}

static const struct poe_state queueing_states[] = {
	{ "_start", start_four },
	{ "got(o)", give_on },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_queue(struct trial *t)
{
	borrowing_play(t, 4, queueing_states, &(struct poe_keepalive_plan){ .max_per_host = 1, .timeout = 5 });
}

/* A wheel on the connection; the session goes with both. */
static void use_wheel(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_connection *c = borrowing_got(me, ev);
	struct poe_readwrite *w = NULL;

	if (c != NULL)
		w = poe_connection_start(c, &(struct poe_readwrite_plan){
			.error_event = "error", .flushed_event = "flushed" });
	if (c != NULL && !trial_check(me->trial, w != NULL && poe_put(w, poe_str("a line")) != -1))
		poe_connection_free(c);
	else
		me->connection = c;
}

static void flushed(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	trial_see(me->trial);
	if (poe_connection_peer(me->connection)[0] == '1')
		trial_see(me->trial);
	else
		trial_told(me->trial, "", ENOMEM);
	poe_connection_free(me->connection);
}

static const struct poe_state wheel_states[] = {
	{ "_start", start },
	{ "got(o)", use_wheel },
	{ "flushed", flushed },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_wheel(struct trial *t)
{
	borrowing_play(t, 3, wheel_states, &(struct poe_keepalive_plan){ .timeout = 5, .max_uses = 1 });
}

/* Taken back: one that waits, one that is posted already. */
static void start_and_take_back(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_request request = borrowing_request(me, "127.0.0.1");

	for (int i = 0; i < 3; i++) {
		poe_connection_free(poe_keepalive_allocate(me->manager, &request));
		if (trial_check(me->trial, errno == EINPROGRESS) &&
		    poe_keepalive_deallocate(me->manager, request.id) == 0)
			trial_see(me->trial);
	}
	trial_break(me->trial, poe_keepalive_check(me->manager));
}

static const struct poe_state revoking_states[] = {
	{ "_start", start_and_take_back },
	{ "got(o)", give_on },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_revoke(struct trial *t)
{
	borrowing_play(t, 3, revoking_states, &(struct poe_keepalive_plan){ .timeout = 5 });
}

/* Nobody listens, or nobody answers: that is an answer too. */
static void fail_to_get(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);

	if (r->error_num == ECONNREFUSED || r->error_num == ETIMEDOUT) {
		me->trial->owed--;
		trial_see(me->trial);
	} else {
		poe_connection_free(borrowing_got(me, ev));
	}
}

static const struct poe_state failing_states[] = {
	{ "_start", start_four },
	{ "got(o)", fail_to_get },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_refused(struct trial *t)
{
	borrowing_play_at(t, 4, failing_states, &(struct poe_keepalive_plan){ .timeout = 5, .max_per_host = 2 },
			  tcp_server_refusing());
}

static void play_timeout(struct trial *t)
{
	borrowing_play_at(t, 4, failing_states, &(struct poe_keepalive_plan){ .timeout = 5, .max_per_host = 2 },
			  tcp_server_black_hole());
}

/* Looked up first; ::1 refuses. */
static void start_by_name(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;

	borrowing_ask(me, "localhost");
	borrowing_ask(me, "localhost");
}

static const struct poe_state naming_states[] = {
	{ "_start", start_by_name },
	{ "got(o)", give_on },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_name(struct trial *t)
{
	borrowing_play(t, 2, naming_states, &(struct poe_keepalive_plan){ .timeout = 5 });
}

/* Shut down with one connection on loan and three requests that wait for it. */
static void shut_down(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_response *r = poe_keepalive_response(ev);

	if (r->error_num == ESHUTDOWN) {
		me->trial->owed--;
		trial_see(me->trial);
		return;
	}
	me->connection = borrowing_got(me, ev);
	poe_keepalive_shutdown(me->manager);
	trial_break(me->trial, poe_keepalive_check(me->manager));
	poe_connection_free(me->connection);
}

static const struct poe_state shutting_states[] = {
	{ "_start", start_four },
	{ "got(o)", shut_down },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_shutdown(struct trial *t)
{
	borrowing_play(t, 4, shutting_states, &(struct poe_keepalive_plan){ .max_per_host = 1, .timeout = 5 });
}

/* So many that the queue must grow for the answers. */
static void start_crowd(struct poe_event *ev)
{
	struct borrowing *me = ev->heap;
	struct poe_keepalive_request request = borrowing_request(me, "127.0.0.1");

	request.context = poe_none();
	for (int i = 0; i < CROWD; i++) {
		poe_connection_free(poe_keepalive_allocate(me->manager, &request));
		if (trial_check(me->trial, errno == EINPROGRESS))
			me->trial->owed++;
	}
	poe_keepalive_shutdown(me->manager);
}

static const struct poe_state crowd_states[] = {
	{ "_start", start_crowd },
	{ "got(o)", shut_down },
	{ "_stop", borrowing_stop },
	{ 0 },
};

static void play_crowd(struct trial *t)
{
	borrowing_play(t, CROWD, crowd_states, &(struct poe_keepalive_plan){ .timeout = 5 });
}

const struct scenario scenarios_keepalive[] = {
	{ "a_connection_is_lent_again", play_reuse, POE_CLOCK_VIRTUAL, 0 },
	{ "one_connection_serves_four", play_queue, POE_CLOCK_VIRTUAL, 0 },
	{ "a_wheel_works_on_a_connection", play_wheel, POE_CLOCK_VIRTUAL, 0 },
	{ "requests_are_taken_back", play_revoke, POE_CLOCK_VIRTUAL, 0 },
	{ "a_refusal_is_an_answer", play_refused, POE_CLOCK_VIRTUAL, 0 },
	{ "a_deadline_is_an_answer", play_timeout, POE_CLOCK_VIRTUAL, 0 },
	{ "a_name_leads_to_a_connection", play_name, POE_CLOCK_VIRTUAL, 0 },
	{ "a_shutdown_answers_all", play_shutdown, POE_CLOCK_VIRTUAL, 0 },
	{ "a_shutdown_answers_a_crowd", play_crowd, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
