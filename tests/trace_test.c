#include "harness.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void yield_e(struct poe_event *ev)
{
	poe_yield(ev->kernel, "e");
}

static const struct poe_state plain_states[] = { { "_start", yield_e }, { "e", harness_record }, { 0 } };

static size_t read_all(struct harness *h, struct poe_trace_record *records, size_t max)
{
	harness_session(h, NULL, plain_states);
	harness_run(h);
	return poe_trace_read(h->kernel, records, max);
}

static const struct poe_trace_record *find(const struct poe_trace_record *records, size_t count, uint32_t kind, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (records[i].kind == kind && records[i].name != NULL && strcmp(records[i].name, name) == 0)
			return &records[i];
	fail_msg("no record of kind %u for %s", kind, name);
	return NULL;
}

static void trace_is_off_unless_asked_for(void **state)
{
	struct harness *h = *state;
	struct poe_trace_record records[4];

	assert_false(poe_trace_on(h->kernel));
	poe_trace_note(h->kernel, "what", "about", 1);
	assert_int_equal(read_all(h, records, 4), 0);
}

static void post_leads_to_the_dispatch_it_brought(void **state)
{
	struct poe_trace_record records[64];
	const struct poe_trace_record *post, *begin, *start, *end;
	struct harness *h = *state;
	size_t count;

	assert_int_equal(poe_trace_keep(h->kernel, 64), 0);
	assert_true(poe_trace_on(h->kernel));
	count = read_all(h, records, 64);
	assert_int_equal(records[0].kind, POE_TRACE_SESSION_CREATE);
	assert_int_equal(records[count - 1].kind, POE_TRACE_SESSION_STOP);
	start = find(records, count, POE_TRACE_DISPATCH_BEGIN, "_start");
	post = find(records, count, POE_TRACE_POST, "e");
	begin = find(records, count, POE_TRACE_DISPATCH_BEGIN, "e");
	end = find(records, count, POE_TRACE_DISPATCH_END, "e");
	assert_int_equal(post->cause, start->id);
	assert_int_equal(post->other, post->session);
	assert_int_equal(begin->cause, post->id);
	assert_int_equal(end->id, begin->id);
	assert_non_null(strstr(begin->from, "trace_test.c:"));
	assert_int_equal(start->cause, 0);
}

static void ring_keeps_the_newest(void **state)
{
	struct poe_trace_record all[64], few[3];
	struct harness *h = *state;

	poe_trace_keep(h->kernel, 4);
	assert_int_equal(read_all(h, all, 64), 4);
	assert_int_equal(poe_trace_read(h->kernel, few, 3), 3);
	assert_memory_equal(few, all + 1, sizeof few);
	assert_int_equal(all[3].kind, POE_TRACE_SESSION_STOP);
}

static void note_is_cut_to_fit(void **state)
{
	struct poe_trace_record record;
	struct harness *h = *state;

	poe_trace_keep(h->kernel, 1);
	poe_trace_note(h->kernel, "allocate", "http:a-very-long-host-name-indeed:80", 7);
	poe_trace_read(h->kernel, &record, 1);
	assert_string_equal(record.name, "allocate");
	assert_string_equal(record.text, "http:a-very-long-host-name-");
	assert_int_equal(record.number, 7);
	poe_trace_keep(h->kernel, 0);
	assert_false(poe_trace_on(h->kernel));
}

static void new_kernel(struct harness *h, const char *trace)
{
	poe_kernel_free(h->kernel);
	h->kernel = poe_kernel_new(&(struct poe_kernel_plan){ .clock = POE_CLOCK_VIRTUAL, .trace = trace });
	assert_non_null(h->kernel);
}

static void environment_turns_the_trace_on(void **state)
{
	struct harness *h = *state;

	setenv("POE_TRACE", "1", 1);
	new_kernel(h, NULL);
	unsetenv("POE_TRACE");
	assert_true(poe_trace_on(h->kernel));
	new_kernel(h, NULL);
	assert_false(poe_trace_on(h->kernel));
}

static void work(struct poe_event *ev)
{
	struct harness *h = harness_of(ev);
	poe_alarm_id id = poe_delay_set(ev->kernel, "late", 1);

	poe_alarm_adjust(ev->kernel, id, 2);
	poe_alarm_remove(ev->kernel, poe_delay_set(ev->kernel, "late", (double)INFINITY));
	poe_delay_set(ev->kernel, "late", -1e300);
	poe_call(ev->kernel, ev->session, "called \"\\\n\x01 \xff\xc3\xa9");
	poe_call(ev->kernel, h->other, "e");
	poe_post(ev->kernel, h->other, "nobody");
	poe_trace_note(ev->kernel, "note", "twenty-six octets and then\xc3\xa9", 1);
	poe_sig(ev->kernel, "SHOUT", "shout");
	poe_signal(ev->kernel, ev->session, "SHOUT");
	poe_select_read(ev->kernel, h->pipe[0], "ready");
}

static void end_watching(struct poe_event *ev)
{
	poe_kernel_stop(ev->kernel);
}

static const struct poe_state working_states[] = {
	{ "_start", yield_e }, { "e", work }, { "late", harness_ignore }, { "shout", harness_ignore },
	{ "ready", harness_ignore }, { "_default", harness_ignore }, { "end", end_watching }, { 0 }
};

static void run_work(struct harness *h)
{
	harness_pipe(h);
	assert_int_equal(write(h->pipe[1], "x", 1), 1);
	h->other = harness_session(h, NULL, plain_states);
	h->sid = harness_session(h, NULL, working_states);
	for (int i = 0; i < 3; i++)
		poe_run_one_timeslice(h->kernel);
	poe_post(h->kernel, h->sid, "end");
	harness_run(h);
}

static void each_kind_of_record_is_a_readable_line(void **state)
{
	static const char *const kinds[] = {
		" create ", " stop ", " post ", " begin ", " end ", " undeliverable ", " alarm ", " unalarm ", " ready ",
		" signal ", " note "
	};
	struct harness *h = *state;
	char said[16384];

	new_kernel(h, "1");
	harness_listen(h, run_work, said, sizeof said);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strstr(said, kinds[i]) == NULL)
			fail_msg("no%sline in:\n%s", kinds[i], said);
}

/* Prints what is wrong with a trace, if anything: it must parse, and each arrow's end must have had a start. */
static const char check[] =
	"import json, sys\n"
	"events = json.load(open(sys.argv[1]))\n"
	"started = set()\n"
	"for e in events:\n"
	"    if e['ph'] == 's': started.add(e['id'])\n"
	"    if e['ph'] == 'f' and e['id'] not in started: sys.exit('arrow %d ends but never started' % e['id'])\n"
	"phases = [e['ph'] for e in events]\n"
	"if phases.count('B') != phases.count('E'): sys.exit('slices do not end')\n"
	"if set('BEsfi') - set(phases): sys.exit('phases missing: %s' % phases)\n";

static void json_parses_and_each_arrow_has_its_start(void **state)
{
	struct harness *h = *state;
	char path[] = "/tmp/poe_trace_XXXXXX.json", command[64];

	close(mkstemps(path, 5));
	new_kernel(h, path);
	run_work(h);
	new_kernel(h, "");
	snprintf(command, sizeof command, "python3 -c \"$CHECK\" %s", path);
	setenv("CHECK", check, 1);
	assert_int_equal(system(command), 0);
	unsetenv("CHECK");
	unlink(path);
}

static void empty_json_trace_parses_too(void **state)
{
	struct harness *h = *state;
	char path[] = "/tmp/poe_trace_XXXXXX.json", text[8] = "";
	FILE *in;

	close(mkstemps(path, 5));
	new_kernel(h, path);
	new_kernel(h, "");
	in = fopen(path, "r");
	assert_non_null(fgets(text, sizeof text, in));
	assert_string_equal(text, "[]\n");
	fclose(in);
	unlink(path);
}

static void trace_that_cannot_be_written_is_no_kernel(void **state)
{
	(void)state;
	assert_null(poe_kernel_new(&(struct poe_kernel_plan){ .trace = "/nowhere/trace.json" }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		HARNESS_TEST(trace_is_off_unless_asked_for),
		HARNESS_TEST(post_leads_to_the_dispatch_it_brought),
		HARNESS_TEST(ring_keeps_the_newest),
		HARNESS_TEST(note_is_cut_to_fit),
		HARNESS_TEST(environment_turns_the_trace_on),
		HARNESS_TEST(each_kind_of_record_is_a_readable_line),
		HARNESS_TEST(json_parses_and_each_arrow_has_its_start),
		HARNESS_TEST(empty_json_trace_parses_too),
		HARNESS_TEST(trace_that_cannot_be_written_is_no_kernel),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
