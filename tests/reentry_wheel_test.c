/*
 * What a session hears from its watches and wheels: anything may be done in
 * it.  See harness/stage.h.
 */
#include "socketfactory/socketfactory.h"
#include "stage.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static void drop_wheel(struct stage *s)
{
	poe_readwrite_free(s->wheel);
	s->wheel = NULL;
}

/* A wheel that tells of one thing only, as the plan says. */
static void make_wheel(struct stage *s, const struct poe_readwrite_plan *plan)
{
	s->fd = stage_pair(s, &s->peer);
	s->wheel = poe_readwrite_new(s->kernel, s->fd, plan);
	assert_non_null(s->wheel);
}

static void arrange_input(struct stage *s)
{
	make_wheel(s, &(struct poe_readwrite_plan){ .input_event = "heard" });
}

static void send_lines(struct stage *s)
{
	stage_send(s->peer, "one\ntwo\nthree\nfour");
}

/* Not ended by anything, so that what is set as filter next finds some input. */
static void arrange_error(struct stage *s)
{
	make_wheel(s, &(struct poe_readwrite_plan){ .input_event = "aside", .error_event = "heard" });
}

static void end_input(struct stage *s)
{
	stage_send(s->peer, "one\ntwo\nthree\nfour");
	shutdown(s->peer, SHUT_WR);
}

static void arrange_filter_error(struct stage *s)
{
	struct poe_filter *small = poe_filter_line(&(struct poe_filter_line_plan){ .max_length = 8 });

	make_wheel(s, &(struct poe_readwrite_plan){ .input_event = "aside", .error_event = "heard", .filter = small });
}

static void send_long_line(struct stage *s)
{
	stage_send(s->peer, "short\na line that is too long\nshort\n");
}

static void on_write(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	shutdown(s->peer, SHUT_RD);
	poe_put(s->wheel, poe_str("nobody reads it"));
}

static const struct poe_state write_states[] = { { "write", on_write }, { 0 } };

static void arrange_write_error(struct stage *s)
{
	make_wheel(s, &(struct poe_readwrite_plan){ .error_event = "heard" });
}

static void write_in_vain(struct stage *s)
{
	poe_call(s->kernel, s->actor, "write");
}

static void arrange_flushed(struct stage *s)
{
	make_wheel(s, &(struct poe_readwrite_plan){ .flushed_event = "heard" });
	poe_put(s->wheel, poe_str("one"));
}

/* More than goes out at once. */
static void put_much(struct stage *s)
{
	static const char much[100000];
	const int small = 1;

	setsockopt(s->fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	poe_put(s->wheel, poe_bytes(much, sizeof much));
}

static void arrange_high(struct stage *s)
{
	make_wheel(s, &(struct poe_readwrite_plan){ .high_event = "heard", .high_mark = 1000, .low_mark = 10,
						    .flushed_event = "flushed" });
	put_much(s);
}

/* Twice what goes out at once, so that both marks are crossed before either is told. */
static void arrange_both(struct stage *s)
{
	static const char much[300000];

	make_wheel(s, &(struct poe_readwrite_plan){ .high_event = "heard", .low_event = "heard", .high_mark = 1000,
						    .low_mark = 10, .flushed_event = "flushed" });
	poe_put(s->wheel, poe_bytes(much, sizeof much));
}

static void read_all(struct stage *s)
{
	char octets[65536];

	while (read(s->peer, octets, sizeof octets) > 0)
		continue;
}

static void arrange_low(struct stage *s)
{
	make_wheel(s, &(struct poe_readwrite_plan){ .low_event = "heard", .high_mark = 1000, .low_mark = 10,
						    .flushed_event = "flushed" });
	put_much(s);
}

/* The flushed event comes right behind that of the mark, and must not when the wheel has been freed. */
static void on_flushed(struct poe_event *ev)
{
	stage_check(stage_of(ev), !stage_of(ev)->dropped, "flushed though the wheel was freed");
}

static const struct poe_state flushed_states[] = { { "flushed", on_flushed }, { 0 } };

static void read_much(struct stage *s)
{
	poe_call(s->kernel, s->director, "watch");
}

static void drop_factory(struct stage *s)
{
	poe_socketfactory_free(s->factory);
	s->factory = NULL;
}

static void make_factory(struct stage *s, struct poe_socketfactory_plan plan)
{
	plan.success_event = plan.success_event ? plan.success_event : "aside";
	plan.failure_event = plan.failure_event ? plan.failure_event : "aside";
	s->factory = poe_socketfactory_new(s->kernel, &plan);
	assert_non_null(s->factory);
}

static void arrange_accept(struct stage *s)
{
	make_factory(s, (struct poe_socketfactory_plan){ .success_event = "heard", .failure_event = "heard",
							 .bind_address = "127.0.0.1" });
	s->fd = s->factory->fd;
}

/* Two at a time: the second is not accepted once the factory has been freed. */
static void dial_twice(struct stage *s)
{
	stage_dial(s, poe_socketfactory_port(s->factory));
	stage_dial(s, poe_socketfactory_port(s->factory));
}

/* Takes the socket first. */
static void on_connected(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	if (s->calls == 0)
		s->fd = stage_keep(s, poe_socket_take(ev));
	stage_check(s, s->depth > 0 || send(s->fd, "hello", 5, MSG_NOSIGNAL) == 5, "the socket is of no use");
	stage_callback(s, ev);
}

static const struct poe_state connected_states[] = { { "connected", on_connected }, { 0 } };

static void arrange_connect(struct stage *s)
{
	stage_listen(s, &s->port);
	make_factory(s, (struct poe_socketfactory_plan){ .success_event = "connected", .remote_address = "127.0.0.1",
							 .remote_port = s->port, .timeout = 5 });
}

static void arrange_refusal(struct stage *s)
{
	stage_bind(s, &s->port);
	make_factory(s, (struct poe_socketfactory_plan){ .failure_event = "heard", .remote_address = "127.0.0.1",
							 .remote_port = s->port, .timeout = 5 });
}

static void arrange_taken_port(struct stage *s)
{
	stage_listen(s, &s->port);
	make_factory(s, (struct poe_socketfactory_plan){ .failure_event = "heard", .bind_address = "127.0.0.1",
							 .bind_port = s->port });
}

/* With its queue full the other side says nothing. */
static void arrange_timeout(struct stage *s)
{
	int fd = stage_listen(s, &s->port);

	assert_int_equal(listen(fd, 0), 0);
	stage_dial(s, s->port);
	make_factory(s, (struct poe_socketfactory_plan){ .failure_event = "heard", .remote_address = "127.0.0.1",
							 .remote_port = s->port, .timeout = 5 });
}

static void arrange_name(struct stage *s)
{
	stage_listen(s, &s->port);
	s->resolver = poe_resolver_new(s->kernel, &(struct poe_resolver_plan){ .servers = "127.0.0.1:9" });
	make_factory(s, (struct poe_socketfactory_plan){ .success_event = "heard", .remote_address = "localhost",
							 .remote_port = s->port, .domain = AF_INET,
							 .resolver = s->resolver });
}

static void end_resolver(struct stage *s)
{
	poe_resolver_unref(s->resolver);
	s->resolver = NULL;
}

static void drop_watch(struct stage *s)
{
	poe_watch_free(s->watch);
	s->watch = NULL;
}

/* A watch does not own its descriptor, so the stage does. */
static void make_watch(struct stage *s, const struct poe_watch_plan *plan)
{
	s->fd = stage_keep(s, stage_pair(s, &s->peer));
	s->watch = poe_watch_new(s->kernel, s->fd, plan);
	assert_non_null(s->watch);
	stage_send(s->peer, "octets");
}

/* Whatever becomes of the watch, it does not go on for ever. */
static void on_readable(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);
	char octets[16];

	stage_check(s, s->depth > 0 || read(s->fd, octets, sizeof octets) == 6, "it is not readable");
	stage_callback(s, ev);
}

static const struct poe_state readable_states[] = { { "readable", on_readable }, { 0 } };

static void arrange_reading_watch(struct stage *s)
{
	make_watch(s, &(struct poe_watch_plan){
		.modes = POE_READ, .event = "readable",
		.args = poe_list(poe_str("a string that has to be copied to the heap")) });
}

/* Both modes in one round, reading first: the second must not come after what is done in the first. */
static void on_either(struct poe_event *ev)
{
	struct stage *s = stage_of(ev);

	stage_callback(s, ev);
	if (s->watch != NULL && poe_args(ev) > 0 && poe_arg_int(ev, 1) == POE_WRITE)
		poe_watch_pause(s->watch, POE_READ | POE_WRITE);
}

static const struct poe_state either_states[] = { { "either", on_either }, { 0 } };

static void arrange_watch_of_both(struct stage *s)
{
	make_watch(s, &(struct poe_watch_plan){ .modes = POE_READ | POE_WRITE, .event = "either" });
}

/* A component's thing: it has a watch, and a session owns it. */
struct thing {
	struct poe_owned owned; /* first */
	struct stage *stage;
	struct poe_watch *watch;
};

static void release_thing(struct poe_owned *owned)
{
	struct thing *thing = (struct thing *)owned;

	poe_disown(owned);
	poe_watch_free(thing->watch);
	thing->stage->thing = NULL;
	free(thing);
}

static const struct poe_owned_kind thing_kind = { "thing", release_thing };

static void on_ready(struct poe_event *ev)
{
	struct stage *s = ev->object;

	poe_watch_pause(s->watch, POE_READ | POE_WRITE);
	stage_callback(s, ev);
}

static void arrange_anonymous_watch(struct stage *s)
{
	struct thing *thing = calloc(1, sizeof *thing);

	make_watch(s, &(struct poe_watch_plan){ .modes = POE_READ | POE_WRITE, .handler = on_ready, .object = s });
	thing->stage = s;
	thing->watch = s->watch;
	poe_own(s->kernel, s->actor, &thing->owned, &thing_kind);
	s->thing = thing;
}

static void drop_thing(struct stage *s)
{
	if (s->thing != NULL)
		release_thing(s->thing);
}

static const struct stage_row rows[] = {
	{ "in input_event of ReadWrite", .arrange = arrange_input, .provoke = send_lines, .drop = drop_wheel },
	{ "in error_event of ReadWrite, at the end", .arrange = arrange_error, .provoke = end_input,
	  .drop = drop_wheel },
	{ "in error_event of ReadWrite, by the filter", .arrange = arrange_filter_error, .provoke = send_long_line,
	  .drop = drop_wheel },
	{ "in error_event of ReadWrite, by a write", .states = write_states, .arrange = arrange_write_error,
	  .provoke = write_in_vain, .drop = drop_wheel },
	{ "in flushed_event of ReadWrite", .arrange = arrange_flushed, .drop = drop_wheel },
	{ "in high_event of ReadWrite", .states = flushed_states, .arrange = arrange_high, .drop = drop_wheel },
	{ "in low_event of ReadWrite", .states = flushed_states, .arrange = arrange_low, .provoke = read_much,
	  .drop = drop_wheel },
	{ "in high_event of ReadWrite, low_event behind it", .states = flushed_states, .arrange = arrange_both,
	  .provoke = read_all, .drop = drop_wheel },
	{ "in success_event of a factory that listens", .arrange = arrange_accept, .provoke = dial_twice,
	  .drop = drop_factory },
	{ "in success_event of a factory that connects", .states = connected_states, .arrange = arrange_connect, .drop = drop_factory },
	{ "in success_event of a factory that looks a name up", .arrange = arrange_name, .drop = drop_factory,
	  .end = end_resolver },
	{ "in failure_event of a factory that is refused", .arrange = arrange_refusal, .drop = drop_factory },
	{ "in failure_event of a factory whose time is up", .arrange = arrange_timeout, .drop = drop_factory },
	{ "in failure_event of a factory whose port is taken", .arrange = arrange_taken_port, .drop = drop_factory },
	{ "in a watch's named event", .states = readable_states, .arrange = arrange_reading_watch,
	  .drop = drop_watch },
	{ "in the first of a watch's two events", .states = either_states, .arrange = arrange_watch_of_both,
	  .drop = drop_watch, .bound = "a watch whose state has gone stays ready for ever, as in POE" },
	{ "in a watch's anonymous handler", .arrange = arrange_anonymous_watch, .drop = drop_thing },
};

int main(void)
{
	struct CMUnitTest tests[sizeof rows / sizeof *rows];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		tests[i] = (struct CMUnitTest)STAGE_TEST(rows[i]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
