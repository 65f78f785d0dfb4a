/* post, yield and call. */
#include "parity.h"

static void call_before_yield(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_yield(p->kernel, "yielded");
	poe_call(p->kernel, ev->session, "called");
	parity_note("called");
}

static void one_queue(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	poe_post(p->kernel, parity_sid(p, "B"), "hello", poe_int(1));
	poe_post(p->kernel, parity_sid(p, "C"), "hello", poe_int(2));
	poe_yield(p->kernel, "hello", poe_int(3));
	poe_post(p->kernel, parity_sid(p, "B"), "hello", poe_int(4));
	poe_post(p->kernel, ev->session, "hello", poe_int(5));
}

static void arguments(struct parity *p, struct poe_event *ev)
{
	poe_sid b = parity_sid(p, "B");

	if (!parity_on(ev, "A _start"))
		return;
	poe_post(p->kernel, b, "got");
	poe_post(p->kernel, b, "got", poe_int(1), poe_str("two"), poe_double(2.5), poe_str(""),
		 poe_address(ev->session), poe_int(-7));
	poe_call(p->kernel, b, "got", poe_str("called"), poe_int(9007199254740992));
}

static void sender(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_post(p->kernel, parity_sid(p, "B"), "hello", poe_str("posted"));
		poe_call(p->kernel, parity_sid(p, "B"), "hello", poe_str("called"));
		poe_yield(p->kernel, "hello", poe_str("yielded"));
	} else if (parity_on(ev, "B hello")) {
		poe_post(p->kernel, ev->sender, "answer", poe_arg(ev, 0));
	}
}

static void sender_is_kept(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start"))
		poe_post(p->kernel, parity_sid(p, "B"), "work", poe_int(3));
	else if (parity_on(ev, "B work") && poe_arg_int(ev, 0) > 1)
		poe_yield(p->kernel, "work", poe_int(poe_arg_int(ev, 0) - 1));
}

static void post_to_nobody(struct parity *p, struct poe_event *ev)
{
	(void)ev;
	parity_result("post", poe_post(p->kernel, poe_alias_resolve(p->kernel, "nobody"), "hello"));
	poe_call(p->kernel, poe_alias_resolve(p->kernel, "nobody"), "hello");
	parity_note("call: %s", parity_errno(errno));
}

static void post_to_the_dead(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_delay(p->kernel, "later", 0.06);
	} else if (parity_on(ev, "A later")) {
		parity_result("post", poe_post(p->kernel, parity_sid(p, "B"), "hello"));
		poe_call(p->kernel, parity_sid(p, "B"), "hello");
		parity_note("call: %s", parity_errno(errno));
	}
}

static void call_returns(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		struct poe_value sum;

		errno = EPERM;
		sum = poe_call(p->kernel, parity_sid(p, "B"), "sum", poe_int(3));
		parity_note("sum %d, %s", (int)sum.as.i, parity_errno(errno));
	} else if (parity_on(ev, "B sum")) {
		int64_t n = poe_arg_int(ev, 0);

		if (n > 0)
			n += poe_call(p->kernel, ev->session, "sum", poe_int(n - 1)).as.i;
		poe_return(ev, poe_int(n));
	}
}

static void call_without_handler(struct parity *p, struct poe_event *ev)
{
	struct poe_value v;

	if (!parity_on(ev, "A _start"))
		return;
	v = poe_call(p->kernel, parity_sid(p, "B"), "missing");
	parity_note("%s, %s", v.kind == POE_NONE ? "no value" : "a value", parity_errno(errno));
	poe_yield(p->kernel, "later");
}

static void call_default(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		struct poe_value v = poe_call(p->kernel, parity_sid(p, "B"), "missing", poe_int(1), poe_str("two"));

		parity_note("%s, %s", v.as.s, parity_errno(errno));
	} else if (parity_on(ev, "B _default")) {
		poe_return(ev, poe_str("from default"));
	}
}

static void post_without_handler(struct parity *p, struct poe_event *ev)
{
	if (!parity_on(ev, "A _start"))
		return;
	parity_result("yield", poe_yield(p->kernel, "missing", poe_int(1)));
	poe_yield(p->kernel, "later");
}

static void call_to_and_fro(struct parity *p, struct poe_event *ev)
{
	char text[64];

	if (parity_on(ev, "A _start")) {
		parity_note("B says %s", poe_call(p->kernel, parity_sid(p, "B"), "ask", poe_int(2)).as.s);
	} else if (parity_on(ev, "B ask")) {
		snprintf(text, sizeof text, "<%s>", poe_call(p->kernel, ev->sender, "answer", poe_arg(ev, 0)).as.s);
		poe_return(ev, poe_str(text));
	} else if (parity_on(ev, "A answer") && poe_arg_int(ev, 0) > 1) {
		poe_return(ev, poe_call(p->kernel, ev->sender, "ask", poe_int(poe_arg_int(ev, 0) - 1)));
	} else {
		poe_return(ev, poe_str("enough"));
	}
}

static void yields_take_turns(struct parity *p, struct poe_event *ev)
{
	int64_t left = poe_args(ev) ? poe_arg_int(ev, 0) : 4;

	if (left > 1)
		poe_yield(p->kernel, "tick", poe_int(left - 1));
}

/* How many events of the queue go between two looks at the descriptors is not POE's affair. */
static void yield_does_not_starve(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		parity_pipe(p);
		parity_write(p->pipe[1], "x");
		p->watch[0] = poe_select_read(p->kernel, p->pipe[0], "readable");
		poe_yield(p->kernel, "tick");
	} else if (parity_on(ev, "A tick") && p->count == 0) {
		poe_yield(p->kernel, "tick");
	} else if (parity_on(ev, "A readable")) {
		poe_watch_free(p->watch[0]);
		p->count++;
	}
}

static void answer(struct parity *p, struct poe_event *ev)
{
	char text[64];

	(void)p;
	if (!parity_on(ev, "A hello"))
		return;
	snprintf(text, sizeof text, "answer to %s", poe_arg_str(ev, 0));
	poe_return(ev, poe_str(text));
}

static void from_outside(struct parity *p)
{
	parity_cast(p);
	parity_note("%s", poe_call(p->kernel, parity_sid(p, "A"), "hello", poe_str("call")).as.s);
	parity_result("post", poe_post(p->kernel, parity_sid(p, "A"), "hello", poe_str("post")));
	parity_run(p);
}

static void call_while_queued(struct parity *p, struct poe_event *ev)
{
	if (parity_on(ev, "A _start")) {
		poe_post(p->kernel, parity_sid(p, "B"), "hello", poe_int(1));
		poe_call(p->kernel, parity_sid(p, "B"), "hello", poe_int(2));
		poe_post(p->kernel, parity_sid(p, "B"), "hello", poe_int(3));
	} else if (parity_on(ev, "B hello") && poe_arg_int(ev, 0) < 10) {
		poe_yield(p->kernel, "hello", poe_int(poe_arg_int(ev, 0) * 10));
	}
}

static const struct parity_scenario scenarios[] = {
	{ "call_before_yield", "A: _start yielded called _stop", call_before_yield, NULL },
	{ "one_queue", "B: _start hello; C: _start hello; A: _start hello", one_queue, NULL },
	{ "arguments", "B: _start got; A: _start", arguments, NULL },
	{ "sender", "B: _start hello; A: _start hello answer", sender, NULL },
	{ "sender_is_kept", "B: _start work _stop; A: _start _stop", sender_is_kept, NULL },
	{ "post_to_nobody", "A: _start", post_to_nobody, NULL },
	{ "post_to_the_dead", "B: _start _stop; A: _start later", post_to_the_dead, NULL },
	{ "call_returns", "B: _start sum; A: _start", call_returns, NULL },
	{ "call_without_handler", "B: _start; A: _start later", call_without_handler, NULL },
	{ "call_default", "B: _start _default/.@; A: _start", call_default, NULL },
	{ "post_without_handler", "A: _start later _stop", post_without_handler, NULL },
	{ "call_to_and_fro", "B: _start ask; A: _start answer", call_to_and_fro, NULL },
	{ "yields_take_turns", "A: _start tick; B: _start tick", yields_take_turns, NULL },
	{ "yield_does_not_starve", "A: _start tick/! readable/fm", yield_does_not_starve, NULL },
	{ "from_outside", "A: _start hello", answer, from_outside },
	{ "call_while_queued", "B: _start hello; A: _start", call_while_queued, NULL },
	{ NULL, NULL, NULL, NULL },
};

int main(int argc, char **argv)
{
	return parity_main(argc, argv, scenarios);
}
