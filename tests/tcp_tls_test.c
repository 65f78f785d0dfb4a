#include "certificates.h"
#include "harness.h"

#include <errno.h>

/* The heap of each side's session. */
struct side {
	struct poe_tcp tcp;
	struct harness *h;
};

static void tell(struct poe_event *ev, const char *what)
{
	const struct side *me = ev->heap;

	harness_say(me->h, "%s", what);
}

static void tell_error(struct poe_event *ev, const char *who)
{
	const struct side *me = ev->heap;

	harness_say(me->h, "%s:%s:%s(%s)", who, poe_arg_str(ev, 0), strerrorname_np((int)poe_arg_int(ev, 1)), poe_arg_str(ev, 2));
}

/* The server: greets, and gives back what it is told. */

static void client_connected(struct poe_event *ev)
{
	struct side *me = ev->heap;

	me->h = poe_arg_ptr(ev, 0);
	poe_put(me->tcp.wheel, poe_str("welcome"));
}

static void client_input(struct poe_event *ev)
{
	const struct side *me = ev->heap;

	poe_put(me->tcp.wheel, poe_str(poe_arg_str(ev, 0)));
}

static void client_error(struct poe_event *ev)
{
	if (poe_arg_int(ev, 1) != 0)
		tell_error(ev, "server");
	poe_post(ev->kernel, poe_alias_resolve(ev->kernel, "server"), "shutdown");
}

static const struct poe_state server_states[] = {
	{ "client_connected(p)", client_connected }, { "client_input(s)", client_input },
	{ "client_error(sis)", client_error }, { 0 }
};

/* The client: says nothing until it is greeted. */

static void started(struct poe_event *ev)
{
	struct side *me = ev->heap;

	me->h = poe_arg_ptr(ev, 0);
}

static void connected(struct poe_event *ev)
{
	tell(ev, "connected");
}

static void server_input(struct poe_event *ev)
{
	const struct side *me = ev->heap;

	tell(ev, poe_arg_str(ev, 0));
	if (me->h->number++ == 0)
		poe_put(me->tcp.wheel, poe_str("secret"));
	else
		poe_yield(ev->kernel, "shutdown");
}

static void server_error(struct poe_event *ev)
{
	tell_error(ev, "client");
}

static const struct poe_state client_states[] = {
	{ "started(p)", started }, { "connected", connected }, { "server_input(s)", server_input },
	{ "server_error(sis)", server_error }, { 0 }
};

struct world {
	struct certificates *certificates;
	struct poe_tls *server, *client;
};

static struct poe_tls *policy(const struct poe_tls_plan *plan)
{
	char why[200] = "";
	struct poe_tls *tls = poe_tls_new(plan, why, sizeof why);

	assert_string_equal(why, "");
	assert_non_null(tls);
	return tls;
}

static struct world world_new(void)
{
	struct certificates *c = certificates_usual();

	return (struct world){
		.certificates = c,
		.server = policy(&(struct poe_tls_plan){ .certificate_file = certificates_path(c, "server.crt"),
							 .key_file = certificates_path(c, "server.key") }),
		.client = policy(&(struct poe_tls_plan){ .ca_file = certificates_path(c, "ca.crt") }) };
}

static void world_free(struct world *w)
{
	poe_tls_unref(w->server);
	poe_tls_unref(w->client);
	certificates_free(w->certificates);
}

static void talk(struct harness *h, struct world *w, const char *host)
{
	poe_sid server = poe_tcp_server_new(h->kernel, &(struct poe_tcp_server_plan){
		.alias = "server", .address = "127.0.0.1", .client_states = server_states,
		.client_size = sizeof(struct side), .client_args = poe_list(poe_ptr(h)), .tls = w->server });

	assert_int_not_equal(server.v, 0);
	assert_int_not_equal(poe_tcp_client_new(h->kernel, &(struct poe_tcp_client_plan){
		.states = client_states, .size = sizeof(struct side), .args = poe_list(poe_ptr(h)), .tls = w->client,
		.remote_address = host, .remote_port = poe_tcp_server_port(h->kernel, server) }).v, 0);
	harness_run(h);
	poe_kernel_free(h->kernel);
	h->kernel = NULL;
}

static void server_and_client_speak_tls_whoever_begins(void **state)
{
	struct harness *h = *state;
	struct world w = world_new();

	talk(h, &w, "127.0.0.1");
	assert_recorded(h, "connected welcome secret");
	world_free(&w);
}

static void client_that_does_not_know_the_authority_is_told_so_and_hears_nothing(void **state)
{
	struct harness *h = *state;
	struct world w = world_new();

	poe_tls_unref(w.client);
	w.client = policy(&(struct poe_tls_plan){ .ca_file = certificates_path(w.certificates, "server.crt") });
	talk(h, &w, "127.0.0.1");
	assert_non_null(strstr(h->text, "client:read:EACCES("));
	assert_null(strstr(h->text, "welcome"));
	world_free(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(server_and_client_speak_tls_whoever_begins),
		HARNESS_TEST(client_that_does_not_know_the_authority_is_told_so_and_hears_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
