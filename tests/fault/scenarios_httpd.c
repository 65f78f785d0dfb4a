/* A server and its client on one wire: requests there, answers back; then lists of values. */
#include "wiring.h"

#include <string.h>
#include <unistd.h>

enum { REQUESTS = 5 };

static void near_error(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_error(me, &me->near, ev);
}

static void far_error(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	wiring_error(me, &me->far, ev);
}

/* Makes an end's wheel with a filter, which is freed if the wheel cannot be made, as the descriptor is. */
static bool make(struct wiring *me, struct poe_readwrite **end, struct poe_filter *filter)
{
	if (!trial_check(me->trial, filter != NULL)) {
		close(me->fds[end == &me->far]);
		return false;
	}
	if (wiring_make(me, end, &(struct poe_readwrite_plan){
		.input_event = "record", .error_event = "error", .filter = filter }))
		return true;
	poe_filter_free(filter);
	return false;
}

static void start_client(struct poe_event *ev)
{
	struct wiring *me = ev->heap;
	static const char *const requests[REQUESTS] = {
		"GET /1 HTTP/1.1\r\nHost: a\r\n\r\n", "PUT /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody",
		"PUT /3 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\nX: y\r\n\r\n",
		"GET /4 HTTP/1.0\r\n\r\n", "GET /5 HTTP/2.0\r\n\r\n",
	};

	if (!make(me, &me->near, poe_filter_line(&(struct poe_filter_line_plan){ .output_literal = "" })))
		return;
	for (int i = 0; i < REQUESTS; i++)
		wiring_put(me, &me->near, poe_list(poe_str(requests[i])));
}

/* An answer's status line. */
static void answered(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (strncmp(poe_arg_str(ev, 0), "HTTP/1.1 ", 9) != 0)
		return;
	trial_see(me->trial);
	if (++me->number == REQUESTS)
		wiring_end(&me->near);
}

static const struct poe_state client_states[] = {
	{ "_start", start_client },
	{ "record(s)", answered },
	{ "error(si)", near_error },
	{ 0 },
};

static void start_server(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	make(me, &me->far, poe_filter_httpd(NULL));
}

/* What was refused is the last; the client goes then. */
static void serve(struct poe_event *ev)
{
	struct wiring *me = ev->heap;
	const struct poe_http_request *r = poe_http_request(ev);
	struct poe_filter *rest;

	if (r->body != NULL && strcmp(r->body, "body") != 0)
		trial_break(me->trial, "a body is not what was sent");
	wiring_put(me, &me->far, poe_list(poe_http_response_value(&(struct poe_http_response){
		.status = r->status != 0 ? r->status : 200, .body = "yes\r\n", .length = 5 })));
	if (r->status == 0 || me->far == NULL)
		return;
	rest = poe_filter_stream();
	if (wiring_must(me, &me->far, rest != NULL))
		poe_readwrite_set_input_filter(me->far, rest);
}

static void request(struct poe_event *ev)
{
	if (poe_arg(ev, 0).kind == POE_OBJ)
		serve(ev);
}

static const struct poe_state server_states[] = {
	{ "_start", start_server },
	{ "record", request },
	{ "error(si)", far_error },
	{ 0 },
};

static void talk(struct trial *t)
{
	wiring_play(t, REQUESTS, client_states, server_states);
}

static void start_lists(struct poe_event *ev)
{
	struct wiring *me = ev->heap;
	struct poe_value one = poe_int(1);
	struct poe_array *inner, *outer = NULL;

	if (!make(me, &me->near, poe_filter_reference(NULL)))
		return;
	inner = poe_array_new(&one, 1);
	if (inner != NULL)
		outer = poe_array_new((struct poe_value[]){ poe_obj(&inner->object), poe_str("\xff") }, 2);
	if (wiring_must(me, &me->near, outer != NULL))
		wiring_put(me, &me->near, poe_list(poe_obj(&outer->object), poe_str("one")));
	poe_array_free(outer);
	wiring_end(&me->near);
}

static const struct poe_state near_lists[] = {
	{ "_start", start_lists },
	{ "error(si)", near_error },
	{ 0 },
};

static void start_far_lists(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	make(me, &me->far, poe_filter_reference(NULL));
}

static void list(struct poe_event *ev)
{
	struct wiring *me = ev->heap;

	if (poe_arg_array(ev, 0)->count > 0)
		trial_see(me->trial);
}

static const struct poe_state far_lists[] = {
	{ "_start", start_far_lists },
	{ "record(o)", list },
	{ "error(si)", far_error },
	{ 0 },
};

static void send_lists(struct trial *t)
{
	wiring_play(t, 2, near_lists, far_lists);
}

static void clone(struct trial *t, struct poe_filter *f)
{
	struct poe_filter *copy = f != NULL ? poe_filter_clone(f) : NULL;

	trial_hope(t, 1);
	if (trial_check(t, copy != NULL))
		trial_see(t);
	poe_filter_free(copy);
	poe_filter_free(f);
}

static void filters(struct trial *t)
{
	clone(t, poe_filter_httpd(NULL));
	clone(t, poe_filter_reference(NULL));
}

const struct scenario scenarios_httpd[] = {
	{ "a_server_answers_requests", talk, POE_CLOCK_VIRTUAL, 0 },
	{ "lists_of_values_are_sent", send_lists, POE_CLOCK_VIRTUAL, 0 },
	{ "httpd_and_reference_filters_are_cloned", filters, POE_CLOCK_VIRTUAL, 0 },
	{ 0 },
};
