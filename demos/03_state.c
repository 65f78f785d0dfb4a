/*
 * A state replaced at run time.  The lamp has one event, "press"; each handler
 * puts the other one in its place.  Once the state is removed, _default sees
 * what is left over.
 *
 *     press 1: on
 *     press 2: off
 *     press 3: on, and the bulb is gone
 *     press 4: nothing happens (_default)
 */
#include <poe.h>

static void press_off(struct poe_event *ev);

static void press_on(struct poe_event *ev)
{
	int64_t count = poe_arg_int(ev, 0);

	printf("press %lld: on%s\n", (long long)count, count == 3 ? ", and the bulb is gone" : "");
	if (count == 3)
		poe_state_remove(ev->kernel, "press");
	else
		poe_state_set(ev->kernel, "press(i)", press_off, NULL);
}

static void press_off(struct poe_event *ev)
{
	printf("press %lld: off\n", (long long)poe_arg_int(ev, 0));
	poe_state_set(ev->kernel, "press(i)", press_on, NULL);
}

static void lamp_default(struct poe_event *ev)
{
	const char *name = poe_arg_str(ev, 0);

	if (strcmp(name, "press") == 0)
		printf("press %lld: nothing happens (%s)\n", (long long)poe_arg_int(ev, 1), ev->name);
}

static void lamp_start(struct poe_event *ev)
{
	for (int count = 1; count <= 4; count++)
		poe_yield(ev->kernel, "press", poe_int(count));
}

static const struct poe_state lamp_states[] = {
	{ "_start", lamp_start },
	{ "press(i)", press_on },
	{ "_default", lamp_default },
	{ 0 },
};

int main(void)
{
	struct poe_kernel *k = poe_kernel_new(NULL);

	if (k == NULL)
		return 1;
	poe_session_create(k, &(struct poe_session_plan){ .states = lamp_states });
	poe_run(k);
	poe_kernel_free(k);
	return 0;
}
