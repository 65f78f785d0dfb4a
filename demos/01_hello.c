/*
 * Two sessions, one message.  The greeter posts "greet" to the listener, by
 * its alias, and yields to itself; nothing runs inside the post, so the order
 * of the lines is the order of the queue.
 *
 *     greeter: posted
 *     listener: hello, world (from demos/01_hello.c:35)
 *     greeter: bye
 */
#include <poe.h>

static void listener_start(struct poe_event *ev)
{
	(void)ev;
}

static void listener_greet(struct poe_event *ev)
{
	const char *whom = poe_arg_str(ev, 0);

	printf("listener: hello, %s (from %s)\n", whom, ev->from);
	poe_alias_remove(ev->kernel, "listener");
}

static const struct poe_state listener_states[] = {
	{ "_start", listener_start },
	{ "greet(s)", listener_greet },
	{ 0 },
};

static void greeter_start(struct poe_event *ev)
{
	poe_sid listener = poe_alias_resolve(ev->kernel, "listener");

	poe_post(ev->kernel, listener, "greet", poe_str("world"));
	poe_yield(ev->kernel, "bye");
	printf("greeter: posted\n");
}

static void greeter_bye(struct poe_event *ev)
{
	(void)ev;
	printf("greeter: bye\n");
}

static const struct poe_state greeter_states[] = {
	{ "_start", greeter_start },
	{ "bye", greeter_bye },
	{ 0 },
};

int main(void)
{
	struct poe_kernel *k = poe_kernel_new(NULL);

	if (k == NULL)
		return 1;
	poe_session_create(k, &(struct poe_session_plan){ .states = listener_states, .alias = "listener" });
	poe_session_create(k, &(struct poe_session_plan){ .states = greeter_states });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
