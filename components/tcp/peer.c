/*
 * A peer.  Its wheel delivers input straight to the user's row; a shutdown
 * leads it elsewhere.  So the input goes on being read, as in POE, and its end
 * is noticed while something is still to be written.
 */
#include "peer.h"

#include <errno.h>
#include <stdio.h>

void tcp_values(const struct poe_event *ev, int first, struct poe_value values[TCP_VALUES + 1])
{
	int count = poe_args(ev);

	for (int i = first; i < count; i++)
		*values++ = poe_arg(ev, i);
	*values = poe_none();
}

void tcp_failure(struct poe_value values[5], const char *function, int64_t id)
{
	int error_num = errno;

	values[0] = poe_str(function);
	values[1] = poe_int(error_num);
	values[2] = poe_str(strerror(error_num));
	values[3] = poe_int(id);
	values[4] = poe_none();
}

void tcp_set_remote(struct poe_tcp *tcp, const char *address)
{
	size_t length = strnlen(address, sizeof tcp->remote_address - 1);

	memcpy(tcp->remote_address, address, length);
	tcp->remote_address[length] = '\0';
}

bool tcp_has(const struct poe_tcp *tcp, enum tcp_row row)
{
	return tcp->own->rows >> row & 1;
}

void tcp_tell(const struct poe_event *ev, enum tcp_row row, const struct poe_value *values)
{
	const struct poe_tcp *me = ev->heap;

	if (tcp_has(me, row))
		poe_callv(ev->kernel, ev->session, me->own->names[row], POE_HERE, values);
}

void tcp_pass_on(const struct poe_event *ev, enum tcp_row row)
{
	struct poe_value values[TCP_VALUES + 1];

	tcp_values(ev, 0, values);
	tcp_tell(ev, row, values);
}

bool tcp_is_welcome(const struct poe_event *ev, const struct poe_value *values)
{
	const struct poe_tcp *me = ev->heap;
	struct poe_value answer;

	if (!tcp_has(me, TCP_PRE_CONNECT))
		return true;
	answer = poe_callv(ev->kernel, ev->session, me->own->names[TCP_PRE_CONNECT], POE_HERE, values);
	return answer.kind != POE_INT || answer.as.i != 0;
}

void tcp_report(const char *who, const struct poe_value *values)
{
	fprintf(stderr, "libpoe: %s: %s: %s\n", who, values[0].as.s, values[2].as.s);
}

static bool is_usual(const struct poe_event *ev)
{
	int64_t error_num = poe_arg_int(ev, 1);

	return strcmp(poe_arg_str(ev, 0), "read") == 0 && (error_num == 0 || error_num == ECONNRESET);
}

void tcp_tell_error(const struct poe_event *ev)
{
	struct poe_tcp *me = ev->heap;
	struct poe_value values[TCP_VALUES + 1];

	if (strcmp(poe_arg_str(ev, 0), "write") == 0)
		me->own->broken = true;
	tcp_values(ev, 0, values);
	if (tcp_has(me, TCP_ERROR))
		tcp_tell(ev, TCP_ERROR, values);
	else if (!is_usual(ev))
		tcp_report(me->remote_address, values);
}

/* A filter that is not there has no clone, and that is no failure. */
static int clone(const struct poe_filter *f, struct poe_filter **to)
{
	*to = f != NULL ? poe_filter_clone(f) : NULL;
	return f == NULL || *to != NULL ? 0 : -1;
}

static const char *name_if(const struct poe_tcp *tcp, enum tcp_row row, bool is_wanted)
{
	return is_wanted && tcp_has(tcp, row) ? tcp->own->names[row] : NULL;
}

int tcp_open(const struct poe_event *ev, int fd, const struct tcp_stream *stream, const struct tcp_remote *remote)
{
	struct poe_tcp *me = ev->heap;
	bool has_marks = stream->high_mark > 0;
	struct poe_readwrite_plan plan = {
		.input_event = me->own->names[TCP_INPUT], .error_event = "poe.tcp.error",
		.flushed_event = tcp_has(me, TCP_FLUSHED) ? "poe.tcp.flushed" : NULL,
		.high_event = name_if(me, TCP_HIGH, has_marks), .low_event = name_if(me, TCP_LOW, has_marks),
		.high_mark = stream->high_mark, .low_mark = stream->low_mark,
	};

	if (clone(stream->filter, &plan.filter) == 0 && clone(stream->output_filter, &plan.output_filter) == 0 &&
	    tcp_stream_driver(stream, fd, remote, &plan.driver) == 0)
		me->wheel = poe_readwrite_new(ev->kernel, fd, &plan);
	if (me->wheel != NULL)
		return 0;
	poe_driver_free(plan.driver);
	poe_filter_free(plan.filter);
	poe_filter_free(plan.output_filter);
	return -1;
}

void tcp_tell_flushed(const struct poe_event *ev)
{
	const struct poe_tcp *me = ev->heap;

	me->own->flushed = poe_readwrite_octets_out(me->wheel);
	tcp_pass_on(ev, TCP_FLUSHED);
}

/* What is written already may not have been told yet: as in POE, the flushed row comes before the last one. */
static bool has_pending(const struct poe_tcp *tcp)
{
	if (poe_readwrite_pending_output(tcp->wheel) > 0)
		return true;
	return tcp_has(tcp, TCP_FLUSHED) && poe_readwrite_octets_out(tcp->wheel) != tcp->own->flushed;
}

/* The names are rows of the session, so they are interned, and this does not fail. */
bool tcp_may_leave(struct poe_tcp *tcp)
{
	tcp->shutdown = 1;
	poe_readwrite_event(tcp->wheel, "input", "poe.tcp.discard");
	if (tcp->got_an_error || tcp->own->broken || !has_pending(tcp))
		return true;
	return poe_readwrite_event(tcp->wheel, "flushed", "poe.tcp.flushed") < 0;
}

bool tcp_waits_in_vain(const struct poe_tcp *tcp)
{
	return tcp->shutdown && tcp->own->broken;
}

void tcp_discard(struct poe_event *ev)
{
	(void)ev;
}
