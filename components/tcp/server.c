/*
 * A server: its plan's rules, and what of the plan it keeps.
 */
#include "listener.h"

#include "peer.h"
#include "rows.h"
#include "visitor.h"

#include <errno.h>
#include <stdlib.h>

static const char *const listener_names[] = {
	[TCP_LISTENER_STARTED] = "started", [TCP_LISTENER_STOPPED] = "stopped", [TCP_LISTENER_ERROR] = "error",
	[TCP_LISTENER_ACCEPTOR] = "acceptor",
};

void tcp_listener_free(struct tcp_listener *listener)
{
	while (listener->visitors != NULL) {
		listener->visitors->listener = NULL;
		tcp_visitor_part(listener->visitors);
	}
	tcp_stream_clear(&listener->stream);
	poe_array_free(listener->client_args);
	free(listener->alias);
	free(listener);
}

/* An object could not be given to every client. */
static bool are_good_arguments(const struct poe_value *args, int most)
{
	int count = 0;

	for (; args != NULL && args->kind != POE_NONE; args++)
		if (args->kind == POE_OBJ || ++count > most)
			return false;
	return true;
}

static unsigned rows_of(const struct poe_tcp_server_plan *plan)
{
	return tcp_rows(plan->states, listener_names, sizeof listener_names / sizeof *listener_names);
}

static unsigned client_rows_of(const struct poe_tcp_server_plan *plan)
{
	return tcp_rows(plan->client_states, tcp_visitor_names, TCP_ROWS);
}

static struct tcp_stream stream_of(const struct poe_tcp_server_plan *plan)
{
	return (struct tcp_stream){ .filter = plan->client_filter, .output_filter = plan->client_output_filter,
				    .high_mark = plan->high_mark, .low_mark = plan->low_mark };
}

/* As in POE, either the user accepts or there is somewhere for the input to go. */
static bool are_good_rows(const struct poe_tcp_server_plan *plan)
{
	static const char *const taken[] = { "_start", "_stop", "shutdown", "set_concurrency", "disconnected",
					     NULL };
	static const char *const client_taken[] = { "_start", "_stop", "shutdown", NULL };
	bool accepts = rows_of(plan) >> TCP_LISTENER_ACCEPTOR & 1;
	bool reads = client_rows_of(plan) >> TCP_INPUT & 1;

	return accepts != reads && (reads || plan->client_states == NULL) &&
	       tcp_rows_are_free(plan->states, taken) && tcp_rows_are_free(plan->client_states, client_taken);
}

static bool is_good(const struct poe_tcp_server_plan *plan)
{
	const struct tcp_stream stream = stream_of(plan);

	return are_good_rows(plan) && tcp_stream_is_good(&stream) &&
	       (plan->client_size == 0 || plan->client_size >= sizeof(struct poe_tcp)) &&
	       are_good_arguments(plan->args, TCP_VALUES - 2) &&
	       are_good_arguments(plan->client_args, TCP_VALUES);
}

/* With the no value that ends them, so that they are a list as they lie there. */
static int keep_arguments(struct tcp_listener *listener, const struct poe_value *args)
{
	size_t count = 0;

	if (args == NULL)
		return 0;
	while (args[count].kind != POE_NONE)
		count++;
	listener->client_args = poe_array_new(args, count + 1);
	return listener->client_args != NULL ? 0 : -1;
}

static int keep_alias(struct tcp_listener *listener, const char *alias)
{
	if (alias == NULL)
		return 0;
	listener->alias = strdup(alias);
	return listener->alias != NULL ? 0 : -1;
}

static struct tcp_listener *listener_new(struct poe_kernel *k, const struct poe_tcp_server_plan *plan)
{
	struct tcp_listener *listener = calloc(1, sizeof *listener);

	if (listener == NULL)
		return NULL;
	listener->kernel = k;
	listener->rows = rows_of(plan);
	listener->concurrency = plan->concurrency > 0 ? plan->concurrency : -1;
	listener->client_states = plan->client_states;
	listener->client_rows = client_rows_of(plan);
	listener->client_size = plan->client_size > 0 ? plan->client_size : sizeof(struct poe_tcp);
	listener->client_release = plan->client_release;
	listener->shutdown_on_error = !plan->client_stays_on_error;
	if (keep_arguments(listener, plan->client_args) == 0 && keep_alias(listener, plan->alias) == 0)
		return listener;
	tcp_listener_free(listener);
	return NULL;
}

static poe_sid open_session(struct tcp_opening *opening)
{
	const struct poe_tcp_server_plan *plan = opening->plan;
	const struct poe_value *args = plan->args;
	struct poe_value values[TCP_VALUES + 1] = { poe_ptr(opening) };
	int count = 1;

	while (args != NULL && args->kind != POE_NONE)
		values[count++] = *args++;
	values[count] = poe_none();
	return poe_session_create(opening->listener->kernel, &(struct poe_session_plan){
		.states = plan->states != NULL ? plan->states : tcp_listener_states,
		.base = plan->states != NULL ? tcp_listener_states : NULL,
		.heap = plan->heap, .free_heap = plan->free_heap, .alias = plan->alias, .args = values });
}

static poe_sid refuse(const struct poe_tcp_server_plan *plan, int error_num)
{
	if (plan->free_heap != NULL)
		plan->free_heap(plan->heap);
	errno = error_num;
	return (poe_sid){ 0 };
}

poe_sid poe_tcp_server_new(struct poe_kernel *k, const struct poe_tcp_server_plan *plan)
{
	struct tcp_opening opening = { .plan = plan };
	poe_sid session;

	if (!is_good(plan))
		return refuse(plan, EINVAL);
	opening.listener = listener_new(k, plan);
	if (opening.listener == NULL)
		return refuse(plan, ENOMEM);
	session = open_session(&opening);
	if (session.v == 0)
		opening.error_num = errno;
	if (!opening.is_owned)
		tcp_listener_free(opening.listener);
	if (opening.error_num == 0)
		return session;
	errno = opening.error_num;
	return (poe_sid){ 0 };
}

/* What a server's session answers; another's does not know the question. */
static int ask(struct poe_kernel *k, poe_sid server, const char *question)
{
	struct poe_value answer = poe_callv(k, server, question, POE_HERE, poe_list(poe_none()));

	if (answer.kind == POE_INT && answer.as.i >= 0)
		return (int)answer.as.i;
	errno = answer.kind == POE_INT ? ENOTCONN : ESRCH;
	return -1;
}

int poe_tcp_server_port(struct poe_kernel *k, poe_sid server)
{
	return ask(k, server, "poe.tcp.port");
}

int poe_tcp_server_connections(struct poe_kernel *k, poe_sid server)
{
	return ask(k, server, "poe.tcp.connections");
}
