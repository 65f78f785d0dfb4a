#include "trail.h"

#include <dirent.h>
#include <fcntl.h>
#include <poe/alarm.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static const double poll_interval = 1000;

static void note(struct trail *t, const char *format, ...)
{
	size_t length = strlen(t->log);
	va_list list;

	va_start(list, format);
	vsnprintf(t->log + length, sizeof t->log - length, format, list);
	va_end(list);
}

static void hook(struct trail *t, const char *event)
{
	if (t->hook_event != NULL && strcmp(t->hook_event, event) == 0)
		t->hook(t);
}

static void on_input(struct poe_event *ev)
{
	struct trail *me = ev->heap;
	size_t length;
	const char *octets = poe_arg_bytes(ev, 0, &length);

	assert_int_equal(poe_arg_int(ev, 1), poe_followtail_id(me->wheel));
	note(me, "input:%.*s ", (int)length, octets);
	hook(me, ev->name);
}

static void on_error(struct poe_event *ev)
{
	struct trail *me = ev->heap;
	int error_num = (int)poe_arg_int(ev, 1);

	assert_string_equal(poe_arg_str(ev, 2), error_num != 0 ? strerror(error_num) : "");
	assert_int_equal(poe_arg_int(ev, 3), poe_followtail_id(me->wheel));
	note(me, "error:%s:%s ", poe_arg_str(ev, 0), error_num != 0 ? strerrorname_np(error_num) : "0");
	hook(me, ev->name);
}

static void on_plain(struct poe_event *ev)
{
	struct trail *me = ev->heap;

	assert_int_equal(poe_arg_int(ev, 0), poe_followtail_id(me->wheel));
	note(me, "%s ", ev->name);
	hook(me, ev->name);
}

static void on_start(struct poe_event *ev)
{
	struct trail *me = ev->heap;

	me->session = ev->session;
	poe_refcount_increment(ev->kernel, ev->session, "test");
}

static void on_do(struct poe_event *ev)
{
	struct trail *me = ev->heap;

	me->step(me);
}

static void on_quiet(struct poe_event *ev)
{
	struct trail *me = ev->heap;

	me->quiet++;
}

static const struct poe_state states[] = {
	{ "_start", on_start }, { "input", on_input }, { "error(si)", on_error }, { "reset(i)", on_plain },
	{ "idle(i)", on_plain }, { "other(s)", on_input }, { "do", on_do }, { "quiet", on_quiet }, { 0 }
};

static int count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

struct trail *trail_new(void)
{
	struct trail *t = calloc(1, sizeof *t);

	assert_non_null(t);
	t->fds_before = count_descriptors();
	strcpy(t->folder, "/tmp/libpoe-trail-XXXXXX");
	assert_non_null(mkdtemp(t->folder));
	snprintf(t->path, sizeof t->path, "%s/log", t->folder);
	t->plan = (struct poe_followtail_plan){
		.filename = t->path, .input_event = "input", .error_event = "error",
		.reset_event = "reset", .poll_interval = poll_interval };
	t->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = "" });
	assert_non_null(t->kernel);
	poe_session_create(t->kernel, &(struct poe_session_plan){ .states = states, .heap = t });
	return t;
}

static void remove_folder(const struct trail *t)
{
	DIR *d = opendir(t->folder);
	const struct dirent *entry;

	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			trail_remove(t, entry->d_name);
	closedir(d);
	assert_int_equal(rmdir(t->folder), 0);
}

/* What the session's wheels shared goes with the session. */
void trail_free(struct trail *t)
{
	struct poe_kernel_stats stats;

	trail_do(t, trail_free_wheel);
	trail_settle(t);
	poe_kernel_stats(t->kernel, &stats);
	assert_int_equal(stats.watches, 0);
	assert_int_equal(stats.queued, 0);
	assert_int_equal(stats.alarms, 0);
	assert_int_equal(stats.undeliverable, 0);
	assert_true(stats.owned <= 1);
	poe_refcount_decrement(t->kernel, t->session, "test");
	assert_int_equal(poe_run(t->kernel), 0);
	poe_kernel_free(t->kernel);
	remove_folder(t);
	assert_int_equal(count_descriptors(), t->fds_before);
	free(t);
}

void trail_free_wheel(struct trail *t)
{
	struct poe_followtail *wheel = t->wheel;

	t->wheel = NULL;
	poe_followtail_free(wheel);
}

static void start(struct trail *t)
{
	t->wheel = poe_followtail_new(t->kernel, &t->plan);
	assert_non_null(t->wheel);
	trail_assert_told(t, "");
}

void trail_start(struct trail *t)
{
	trail_do(t, start);
	trail_settle(t);
}

void trail_do(struct trail *t, trail_step *step)
{
	t->step = step;
	poe_call(t->kernel, t->session, "do");
}

static void set_quiet(struct trail *t)
{
	assert_int_not_equal(poe_delay_set(t->kernel, "quiet", 0.5).v, 0);
}

static void set_long_quiet(struct trail *t)
{
	assert_int_not_equal(poe_delay_set(t->kernel, "quiet", poll_interval + 0.5).v, 0);
}

/* Virtual time passes only when nothing is ready. */
static void wait_for_quiet(struct trail *t, trail_step *set)
{
	int quiet = t->quiet;

	trail_do(t, set);
	while (t->quiet == quiet)
		assert_int_equal(poe_run_one_timeslice(t->kernel), 1);
}

void trail_settle(struct trail *t)
{
	wait_for_quiet(t, set_quiet);
}

void trail_poll(struct trail *t)
{
	wait_for_quiet(t, set_long_quiet);
}

const char *trail_path(const struct trail *t, const char *name)
{
	static char paths[4][128];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", t->folder, name);
	return path;
}

void trail_append_to(const struct trail *t, const char *name, const char *text)
{
	int fd = open(trail_path(t, name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

void trail_append(const struct trail *t, const char *text)
{
	trail_append_to(t, "log", text);
}

void trail_rename(const struct trail *t, const char *from, const char *to)
{
	assert_int_equal(rename(trail_path(t, from), trail_path(t, to)), 0);
}

void trail_remove(const struct trail *t, const char *name)
{
	assert_int_equal(remove(trail_path(t, name)), 0);
}

void trail_assert_told(struct trail *t, const char *expected)
{
	assert_string_equal(t->log, expected);
	t->log[0] = '\0';
}
