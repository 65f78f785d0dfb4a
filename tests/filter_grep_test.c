#include "framing.h"

#include <errno.h>
#include <poe/driver.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static int is_not_empty(void *arg, const struct poe_value *record)
{
	(void)arg;
	return record->length > 0;
}

/* arg: the octet that a record is to begin with. */
static int begins(void *arg, const struct poe_value *record)
{
	return record->length > 0 && record->as.s[0] == *(const char *)arg;
}

static int is_array(void *arg, const struct poe_value *record)
{
	(void)arg;
	return record->kind == POE_OBJ;
}

static int is_no_array(void *arg, const struct poe_value *record)
{
	return !is_array(arg, record);
}

static struct poe_filter *grep(poe_filter_grep_predicate *get, poe_filter_grep_predicate *put, const char *arg)
{
	return poe_filter_grep(&(struct poe_filter_grep_plan){ .get = get, .put = put, .arg = (char *)arg });
}

static struct poe_filter *lines_then(struct poe_filter *f)
{
	struct poe_filter *lines = poe_filter_line(&(struct poe_filter_line_plan){ .literal = "\n" });

	return poe_filter_stackable((struct poe_filter *[]){ lines, f }, 2);
}

static void only_records_that_the_predicate_likes_pass(void **state)
{
	(void)state;
	framing_assert_text(lines_then(grep(is_not_empty, NULL, NULL)), "one\n\n\ntwo\n\n", "[one][two]");
	framing_assert_text(lines_then(grep(begins, NULL, "t")), "one\ntwo\nthree\nfour\n", "[two][three]");
	framing_assert_text(lines_then(grep(NULL, begins, "t")), "one\ntwo\n", "[one][two]");
}

static void alone_its_records_are_the_reads(void **state)
{
	(void)state;
	framing_assert_reads(grep(begins, NULL, "o"), (const char *[]){ "one", "two", "ocean", NULL }, "[one][ocean]");
	framing_assert_put(grep(NULL, begins, "o"), poe_str("one"), "one", 3);
}

static void what_is_put_is_looked_at_too(void **state)
{
	struct poe_filter *f = lines_then(grep(NULL, begins, "t"));
	struct poe_output *out = poe_output_new();
	const struct poe_value one = poe_str("one"), two = poe_str("two");

	(void)state;
	assert_int_equal(f->ops->put(f, &one, out), 0);
	assert_int_equal(poe_output_length(out), 0);
	assert_int_equal(f->ops->put(f, &two, out), 0);
	assert_int_equal(poe_output_length(out), 4);
	poe_output_free(out);
	poe_filter_free(f);
}

static void objects_pass_or_are_released(void **state)
{
	struct poe_filter *blocks[2];
	struct poe_filter *all, *none;

	(void)state;
	for (int i = 0; i < 2; i++)
		blocks[i] = poe_filter_record_block(&(struct poe_filter_record_block_plan){ .size = 2 });
	all = poe_filter_stackable((struct poe_filter *[]){ lines_then(blocks[0]), grep(is_array, NULL, NULL) }, 2);
	none = poe_filter_stackable((struct poe_filter *[]){ lines_then(blocks[1]), grep(is_no_array, NULL, NULL) }, 2);
	framing_assert_text(all, "one\ntwo\n", "[(one two)]");
	framing_assert_text(none, "one\ntwo\n", "");
}

static void predicates_change_from_the_next_record_on(void **state)
{
	struct poe_filter *f = grep(begins, begins, "o"), *lines = poe_filter_line(NULL);

	(void)state;
	assert_int_equal(poe_filter_grep_modify(f, &(struct poe_filter_grep_plan){ .arg = (char[]){ 't' } }), 0);
	framing_assert_reads(poe_filter_clone(f), (const char *[]){ "one", "two", NULL }, "[two]");
	assert_int_equal(poe_filter_grep_modify(f, &(struct poe_filter_grep_plan){ .get = is_not_empty }), 0);
	framing_assert_reads(poe_filter_clone(f), (const char *[]){ "one", "two", NULL }, "[one][two]");
	assert_int_equal(poe_filter_grep_modify(f, &(struct poe_filter_grep_plan){ .put = is_not_empty }), 0);
	framing_assert_put(f, poe_str("one"), "one", 3);
	assert_int_equal(poe_filter_grep_modify(lines, &(struct poe_filter_grep_plan){ .put = begins }), -1);
	assert_int_equal(errno, EINVAL);
	poe_filter_free(lines);
}

static void a_plan_without_predicates_is_einval(void **state)
{
	(void)state;
	errno = 0;
	assert_null(grep(NULL, NULL, NULL));
	assert_int_equal(errno, EINVAL);
	assert_null(poe_filter_grep(NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_records_that_the_predicate_likes_pass),
		cmocka_unit_test(alone_its_records_are_the_reads),
		cmocka_unit_test(what_is_put_is_looked_at_too),
		cmocka_unit_test(objects_pass_or_are_released),
		cmocka_unit_test(predicates_change_from_the_next_record_on),
		cmocka_unit_test(a_plan_without_predicates_is_einval),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
