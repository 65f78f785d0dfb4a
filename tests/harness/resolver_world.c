#include "resolver_world.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <poe/alarm.h>
#include <poe/session.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>

static int count_descriptors(void)
{
	DIR *directory = opendir("/proc/self/fd");
	int count = 0;

	while (readdir(directory))
		count++;
	closedir(directory);
	return count;
}

static void __attribute__((format(printf, 2, 3))) note(struct resolver_world *w, const char *format, ...)
{
	size_t length = strlen(w->log);
	va_list values;

	va_start(values, format);
	vsnprintf(w->log + length, sizeof w->log - length, format, values);
	va_end(values);
}

static void note_endpoint(struct resolver_world *w, const struct poe_endpoint *e)
{
	const void *raw = &e->address;
	const struct sockaddr_in *in = raw;
	const struct sockaddr_in6 *in6 = raw;
	char text[INET6_ADDRSTRLEN];

	if (e->address.ss_family == AF_INET)
		note(w, "%s:%d", inet_ntop(AF_INET, &in->sin_addr, text, sizeof text), ntohs(in->sin_port));
	else
		note(w, "[%s]:%d", inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text), ntohs(in6->sin6_port));
	if (e->address.ss_family == AF_INET6 && in6->sin6_scope_id)
		note(w, "%%%u", in6->sin6_scope_id);
}

static void on_got(struct poe_event *ev)
{
	struct resolver_world *me = ev->heap;
	const struct poe_resolve_response *r = poe_resolve_response(ev);

	note(me, "%s%s%s", me->log[0] ? "; " : "", r->host, r->error_num ? "!" : "=");
	if (r->error_num)
		note(me, "%s", strerrorname_np(r->error_num));
	for (size_t i = 0; i < r->count; i++) {
		note(me, "%s", i ? "," : "");
		note_endpoint(me, &r->endpoints[i]);
	}
	note(me, "%s", r->cached ? " cached" : "");
	if (r->context.kind == POE_INT)
		note(me, " #%d", (int)r->context.as.i);
	if (r->context.kind == POE_STR)
		note(me, " '%s'", r->context.as.s);
	if (me->on_got)
		me->on_got(me, ev);
}

static void on_step(struct poe_event *ev)
{
	struct resolver_world *me = ev->heap;

	me->steps[poe_arg_int(ev, 0)](me, ev);
}

static const struct poe_state states[] = {
	{ "_start", on_step },
	{ "step",   on_step },
	{ "got",    on_got },
	{ 0 }
};

static int add_step(struct resolver_world *w, resolver_step *step)
{
	assert_true(w->step_count < RESOLVER_WORLD_STEPS);
	w->steps[w->step_count] = step;
	return w->step_count++;
}

struct resolver_world *resolver_world_new_on(enum poe_clock clock, const struct poe_resolver_plan *plan)
{
	struct resolver_world *w = calloc(1, sizeof *w);
	struct poe_resolver_plan full = plan ? *plan : (struct poe_resolver_plan){ .servers = NULL };

	assert_non_null(w);
	w->descriptors = count_descriptors();
	w->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = clock });
	assert_non_null(w->kernel);
	w->server = dns_server_new(w->kernel);
	strcpy(w->hosts, "/tmp/resolver-hosts-XXXXXX");
	close(mkstemp(w->hosts));
	full.servers = dns_server_address(w->server);
	full.hosts = w->hosts;
	w->resolver = poe_resolver_new(w->kernel, &full);
	assert_non_null(w->resolver);
	return w;
}

struct resolver_world *resolver_world_new(const struct poe_resolver_plan *plan)
{
	return resolver_world_new_on(POE_CLOCK_VIRTUAL, plan);
}

void resolver_world_free(struct resolver_world *w)
{
	poe_resolver_unref(w->resolver);
	poe_kernel_free(w->kernel);
	dns_server_free(w->server);
	unlink(w->hosts);
	assert_int_equal(count_descriptors(), w->descriptors);
	free(w);
}

void resolver_world_write_hosts(const struct resolver_world *w, const char *text)
{
	FILE *file = fopen(w->hosts, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

poe_sid resolver_world_start(struct resolver_world *w, resolver_step *step)
{
	return poe_session_create(w->kernel, &(struct poe_session_plan){
		.states = states, .heap = w, .args = poe_list(poe_int(add_step(w, step))) });
}

void resolver_world_run(struct resolver_world *w, resolver_step *step)
{
	resolver_world_start(w, step);
	assert_int_equal(poe_run(w->kernel), 0);
}

void resolver_world_request(struct resolver_world *w, struct poe_resolve_request request)
{
	request.event = "got";
	w->id = poe_resolver_resolve(w->resolver, &request);
	if (w->id.v == 0)
		note(w, "%s%s!%s at once", w->log[0] ? "; " : "", request.host ? request.host : "",
		     strerrorname_np(errno));
}

void resolver_world_ask(struct resolver_world *w, const char *host)
{
	resolver_world_request(w, (struct poe_resolve_request){ .host = host, .port = 80 });
}

void resolver_world_later(struct resolver_world *w, double seconds, resolver_step *step)
{
	poe_delay_set(w->kernel, "step", seconds, poe_int(add_step(w, step)));
}

const char *resolver_world_log(const struct resolver_world *w)
{
	return w->log;
}
