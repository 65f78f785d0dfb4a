/*
 * What a session hears from the components that have sessions of their own:
 * anything may be done in it.  See harness/stage.h.
 */
#include "stage.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void make_manager(struct stage *s)
{
	s->manager = poe_keepalive_new(s->kernel, &(struct poe_keepalive_plan){ .keep_alive = 10, .timeout = 20 });
	assert_non_null(s->manager);
}

/* No session owns it; twice is harmless. */
static void end_manager(struct stage *s)
{
	poe_keepalive_free(s->manager);
	s->manager = NULL;
}

static void ask(struct stage *s, const char *event)
{
	struct poe_keepalive_request request = { .scheme = "tcp", .address = "127.0.0.1", .port = s->port,
						 .event = event, .context = poe_str("a context") };

	assert_null(poe_keepalive_allocate(s->manager, &request));
}

/* The connection that comes is not taken, so it goes back by itself. */
static void arrange_response(struct stage *s)
{
	stage_listen(s, &s->port);
	make_manager(s);
	ask(s, "heard");
}

static void arrange_refusal(struct stage *s)
{
	stage_bind(s, &s->port);
	make_manager(s);
	ask(s, "heard");
}

static void arrange_shutdown(struct stage *s)
{
	arrange_response(s);
	poe_keepalive_shutdown(s->manager);
}

/* A manager is the child of the session that makes it, and would keep it alive. */
static void make_free_manager(struct stage *s)
{
	make_manager(s);
	assert_int_equal(poe_detach_child(s->kernel, poe_keepalive_address(s->manager)), 0);
}

/* Takes it first, so that a session that ends here has it on loan. */
static void on_taking(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	if (poe_args(ev) > 0)
		s->connection = poe_keepalive_take(poe_keepalive_response(ev));
	stage_callback(s, ev);
}

static void drop_connection(struct stage *s)
{
	poe_connection_free(s->connection);
	s->connection = NULL;
}

static void arrange_taking(struct stage *s)
{
	stage_listen(s, &s->port);
	make_free_manager(s);
	ask(s, "taking");
}

/* Starts a wheel on it and makes the other side talk. */
static void on_connected(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);
	int fd = accept4(s->peer, NULL, NULL, SOCK_CLOEXEC);

	s->connection = poe_keepalive_take(poe_keepalive_response(ev));
	stage_check(s, s->connection != NULL && fd != -1, "no connection");
	if (s->connection == NULL)
		return;
	s->wheel = poe_connection_start(s->connection, &(struct poe_readwrite_plan){
		.input_event = "heard", .error_event = "heard" });
	s->fd = poe_connection_fd(s->connection);
	stage_send(stage_keep(s, fd), "one\ntwo\nthree");
}

static void arrange_connection(struct stage *s)
{
	s->peer = stage_listen(s, &s->port);
	make_free_manager(s);
	ask(s, "connected");
}

static void drop_connection_and_manager(struct stage *s)
{
	drop_connection(s);
	end_manager(s);
}

/* The manager first: what is on loan then has none to go back to. */
static void drop_manager_and_connection(struct stage *s)
{
	end_manager(s);
	drop_connection(s);
}

static const struct poe_state connection_states[] = {
	{ "taking", on_taking }, { "connected", on_connected }, { 0 }
};

static void look_up(struct stage *s, const char *host)
{
	struct poe_resolve_request request = { .host = host, .port = 80, .event = "heard",
					       .context = poe_str("a context") };

	s->resolver = poe_resolver_new(s->kernel, &(struct poe_resolver_plan){ .servers = "127.0.0.1:9" });
	assert_non_null(s->resolver);
	assert_int_not_equal(poe_resolver_resolve(s->resolver, &request).v, 0);
}

static void arrange_numeric(struct stage *s)
{
	look_up(s, "127.0.0.1");
}

/* Nobody listens there, so it fails, or its time is up. */
static void arrange_unknown(struct stage *s)
{
	look_up(s, "no.such.name.test");
}

static void end_resolver(struct stage *s)
{
	poe_resolver_unref(s->resolver);
	s->resolver = NULL;
}

static const struct stage_row rows[] = {
	{ "in a manager's response", .arrange = arrange_response, .drop = end_manager, .end = end_manager },
	{ "in a manager's response that is a failure", .arrange = arrange_refusal, .drop = end_manager,
	  .end = end_manager },
	{ "in a manager's response that is its shutdown", .arrange = arrange_shutdown, .drop = end_manager,
	  .end = end_manager },
	{ "in a response whose connection was taken", .states = connection_states, .arrange = arrange_taking,
	  .drop = drop_connection, .end = end_manager },
	{ "in input_event of a connection", .states = connection_states, .arrange = arrange_connection,
	  .drop = drop_connection, .end = end_manager },
	{ "in input_event of a connection, its manager last", .states = connection_states,
	  .arrange = arrange_connection, .drop = drop_connection_and_manager, .end = end_manager },
	{ "in input_event of a connection, its manager first", .states = connection_states,
	  .arrange = arrange_connection, .drop = drop_manager_and_connection, .end = end_manager },
	{ "in a resolver's response", .arrange = arrange_numeric, .drop = end_resolver, .end = end_resolver },
	{ "in a resolver's response that is a failure", .arrange = arrange_unknown, .drop = end_resolver,
	  .end = end_resolver },
};

int main(void)
{
	struct CMUnitTest tests[sizeof rows / sizeof *rows];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tests[i] = (struct CMUnitTest)STAGE_TEST(rows[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
