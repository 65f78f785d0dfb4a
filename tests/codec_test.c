/* Values to CBOR and back. */
#include "codec/codec.h"
#include "harness.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Asserts the octets of one list. */
static void assert_encoded(const struct poe_value *values, size_t count, const char *octets, size_t length)
{
	unsigned char *to = malloc(length);

	assert_int_equal(codec_size(values, count), length);
	codec_encode(values, count, to);
	assert_memory_equal(to, octets, length);
	free(to);
}

#define ENCODED(octets, ...) \
	assert_encoded((const struct poe_value[]){ __VA_ARGS__ }, \
		       sizeof((const struct poe_value[]){ __VA_ARGS__ }) / sizeof(struct poe_value), octets, sizeof octets - 1)

static void values_have_the_forms_of_rfc_8949(void **state)
{
	(void)state;
	ENCODED("\x84\x00\x17\x18\x18\x19\x03\xe8", poe_int(0), poe_int(23), poe_int(24), poe_int(1000));
	ENCODED("\x82\x20\x39\x03\xe7", poe_int(-1), poe_int(-1000));
	ENCODED("\x82\x1b\x7f\xff\xff\xff\xff\xff\xff\xff\x3b\x7f\xff\xff\xff\xff\xff\xff\xff", poe_int(INT64_MAX),
		poe_int(INT64_MIN));
	ENCODED("\x82\xfb\x3f\xf1\x99\x99\x99\x99\x99\x9a\xf6", poe_double(1.1), poe_none());
	ENCODED("\x83\x61" "a\x62\xc3\xbc\x60", poe_str("a"), poe_str("\xc3\xbc"), poe_str(""));
	ENCODED("\x82\x43\x01\x00\x02\x40", poe_bytes("\1\0\2", 3), poe_bytes(NULL, 0));
	ENCODED("\x81\xda\x50\x4f\x45\x01\x18\x2a", poe_address((poe_sid){ 42 }));
	ENCODED("\x81\xda\x50\x4f\x45\x02\x41\xff", poe_str("\xff"));
}

static void arrays_are_written_in_place(void **state)
{
	struct poe_array *inner = poe_array_new((struct poe_value[]){ poe_int(1), poe_none() }, 2);
	struct poe_array *outer = poe_array_new((struct poe_value[]){ poe_obj(&inner->object) }, 1);

	(void)state;
	ENCODED("\x82\x81\x82\x01\xf6\x02", poe_obj(&outer->object), poe_int(2));
	assert_encoded(NULL, 0, "\x80", 1);
	poe_array_free(outer);
}

static void what_has_no_form_is_refused(void **state)
{
	static const struct poe_type type = { .name = "other" };
	struct poe_object other = { &type };
	struct poe_value values[] = { poe_ptr(&other), poe_obj(&other), poe_bytes(NULL, 1) };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		errno = 0;
		assert_int_equal(codec_size(&values[i], 1), 0);
		assert_int_equal(errno, EINVAL);
	}
}

static struct poe_array *nested(int depth)
{
	struct poe_array *array = poe_array_new(NULL, 0);
	struct poe_value inner;

	for (int i = 1; i < depth; i++) {
		inner = poe_obj(&array->object);
		array = poe_array_new(&inner, 1);
	}
	return array;
}

static void arrays_are_32_deep_at_most(void **state)
{
	struct poe_array *deep = nested(CODEC_MAX_DEPTH), *deeper = nested(CODEC_MAX_DEPTH + 1);
	unsigned char octets[CODEC_MAX_DEPTH + 1];
	struct poe_array *back;

	(void)state;
	assert_int_equal(codec_size(deep->values, deep->count), CODEC_MAX_DEPTH);
	assert_int_equal(codec_size(deeper->values, deeper->count), 0);
	assert_int_equal(errno, EMSGSIZE);
	memset(octets, 0x81, sizeof octets);
	octets[CODEC_MAX_DEPTH - 1] = 0x80;
	back = codec_decode(octets, CODEC_MAX_DEPTH);
	assert_non_null(back);
	octets[CODEC_MAX_DEPTH - 1] = 0x81;
	octets[CODEC_MAX_DEPTH] = 0x80;
	assert_null(codec_decode(octets, CODEC_MAX_DEPTH + 1));
	assert_int_equal(errno, EMSGSIZE);
	poe_array_free(back);
	poe_array_free(deeper);
	poe_array_free(deep);
}

static void values_are_a_million_at_most(void **state)
{
	size_t count = CODEC_MAX_VALUES + 1, length = count + 5;
	struct poe_value *values = calloc(count, sizeof *values);
	unsigned char *octets = malloc(length);
	struct poe_array *back;

	(void)state;
	assert_int_equal(codec_size(values, count), 0);
	assert_int_equal(errno, EMSGSIZE);
	assert_int_equal(codec_size(values, count - 1), length - 1);
	codec_encode(values, count - 1, octets);
	back = codec_decode(octets, length - 1);
	assert_int_equal(back->count, count - 1);
	octets[4]++;
	octets[length - 1] = 0xf6;
	assert_null(codec_decode(octets, length));
	assert_int_equal(errno, EMSGSIZE);
	poe_array_free(back);
	free(octets);
	free(values);
}

static void values_in_all_arrays_together_count(void **state)
{
	size_t half = CODEC_MAX_VALUES / 2;
	struct poe_value *values = calloc(half, sizeof *values), two[2];

	(void)state;
	two[0] = poe_obj(&poe_array_new(values, half)->object);
	two[1] = poe_obj(&poe_array_new(values, half)->object);
	assert_int_not_equal(codec_size(two, 1), 0);
	assert_int_equal(codec_size(two, 2), 0);
	assert_int_equal(errno, EMSGSIZE);
	poe_value_release(&two[0]);
	poe_value_release(&two[1]);
	free(values);
}

static void assert_protocol(const char *octets, size_t length)
{
	errno = 0;
	assert_null(codec_decode(octets, length));
	assert_int_equal(errno, EPROTO);
}

#define PROTOCOL(octets) assert_protocol(octets, sizeof octets - 1)

static void what_is_not_one_array_of_ours_is_refused(void **state)
{
	(void)state;
	PROTOCOL("");
	PROTOCOL("\x01");
	PROTOCOL("\x80\x80");
	PROTOCOL("\x81");
	PROTOCOL("\x9b\xff\xff\xff\xff\xff\xff\xff\xff");
	PROTOCOL("\x9a\x00\x0f\xff\xff\x01");
	PROTOCOL("\x9f\x01\xff");
	PROTOCOL("\x81\x5f\x41" "a\xff");
	PROTOCOL("\x81\x7f\x61" "a\xff");
	PROTOCOL("\x81\xa0");
	PROTOCOL("\x81\xf4");
	PROTOCOL("\x81\xf5");
	PROTOCOL("\x81\xf7");
	PROTOCOL("\x81\xf0");
	PROTOCOL("\x81\xff");
	PROTOCOL("\x81\x1c");
	PROTOCOL("\x81\x1b\x80\x00\x00\x00\x00\x00\x00\x00");
	PROTOCOL("\x81\x3b\x80\x00\x00\x00\x00\x00\x00\x00");
	PROTOCOL("\x81\x62" "a");
	PROTOCOL("\x81\x5b\xff\xff\xff\xff\xff\xff\xff\xff" "a");
	PROTOCOL("\x82\x80\xa0");
	PROTOCOL("\xc1\x81\x01");
}

static void text_is_utf_8_and_tags_are_ours(void **state)
{
	(void)state;
	PROTOCOL("\x81\x61\xff");
	PROTOCOL("\x81\x61\xc3");
	PROTOCOL("\x81\x62\xc0\x80");
	PROTOCOL("\x81\x63\xed\xa0\x80");
	PROTOCOL("\x81\x63\xe0\x80\x80");
	PROTOCOL("\x81\x64\xf4\x90\x80\x80");
	PROTOCOL("\x81\x64\xf0\x80\x80\x80");
	PROTOCOL("\x81\xc1\x01");
	PROTOCOL("\x81\xda\x50\x4f\x45\x01\x20");
	PROTOCOL("\x81\xda\x50\x4f\x45\x01\x41" "a");
	PROTOCOL("\x81\xda\x50\x4f\x45\x01\x80");
	PROTOCOL("\x81\xda\x50\x4f\x45\x01");
	PROTOCOL("\x81\xda\x50\x4f\x45\x02\x41" "a");
	PROTOCOL("\x81\xda\x50\x4f\x45\x02\x61" "a");
	PROTOCOL("\x81\xda\x50\x4f\x45\x02\xda\x50\x4f\x45\x02\x41\xff");
}

static void shorter_floats_and_longer_forms_are_taken(void **state)
{
	static const unsigned char octets[] = "\x84\xf9\x3e\x00\xfa\x3f\xc0\x00\x00\x1b\0\0\0\0\0\0\0\x07\x38\x00";
	struct poe_array *array = codec_decode(octets, sizeof octets - 1);

	(void)state;
	assert_int_equal(array->count, 4);
	assert_true(array->values[0].as.d == 1.5 && array->values[0].kind == POE_DOUBLE);
	assert_true(array->values[1].as.d == 1.5 && array->values[1].kind == POE_DOUBLE);
	assert_int_equal(array->values[2].as.i, 7);
	assert_int_equal(array->values[3].as.i, -1);
	poe_array_free(array);
}

static void assert_same(const struct poe_value *a, const struct poe_value *b);

static void assert_same_arrays(const struct poe_array *a, const struct poe_array *b)
{
	assert_int_equal(a->count, b->count);
	for (size_t i = 0; i < a->count; i++)
		assert_same(&a->values[i], &b->values[i]);
}

static void assert_same(const struct poe_value *a, const struct poe_value *b)
{
	assert_int_equal(a->kind, b->kind);
	if (a->kind == POE_OBJ)
		assert_same_arrays((const struct poe_array *)a->as.o, (const struct poe_array *)b->as.o);
	else if (a->kind == POE_DOUBLE && isnan(a->as.d))
		assert_true(isnan(b->as.d));
	else if (a->kind != POE_STR && a->kind != POE_BYTES)
		assert_memory_equal(&a->as, &b->as, sizeof a->as);
	else
		assert_int_equal(a->length, b->length);
	if (a->kind == POE_STR || a->kind == POE_BYTES)
		assert_memory_equal(a->as.s, b->as.s, a->length);
	if (a->kind == POE_STR)
		assert_int_equal(b->as.s[b->length], '\0');
}

/* Numbers with few bits and with many, so that every width comes. */
static uint64_t draw(uint64_t *seed)
{
	uint64_t x = *seed += 0x9e3779b97f4a7c15u;

	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
	return (x ^ (x >> 31)) >> (x & 63);
}

static struct poe_array *draw_array(uint64_t *seed, int depth);

static struct poe_value draw_value(uint64_t *seed, char *octets, int depth)
{
	uint64_t x = draw(seed);
	size_t length = draw(seed) & 31;
	double d;

	memcpy(octets, &x, sizeof x);
	memcpy(&d, &x, sizeof d);
	octets[31] = '\0';
	switch (draw(seed) % 7) {
	case 0: return poe_int((int64_t)x);
	case 1: return poe_int(-(int64_t)(x >> 1));
	case 2: return poe_double(d);
	case 3: return poe_str(octets);
	case 4: return poe_bytes(octets, length);
	case 5: return poe_address((poe_sid){ x });
	default: return depth < 5 ? poe_obj(&draw_array(seed, depth + 1)->object) : poe_none();
	}
}

static struct poe_array *draw_array(uint64_t *seed, int depth)
{
	struct poe_value values[16];
	char octets[16][32] = { { 0 } };
	size_t count = draw(seed) & 15;

	for (size_t i = 0; i < count; i++)
		values[i] = draw_value(seed, octets[i], depth);
	return poe_array_new(values, count);
}

static void whatever_goes_out_comes_back_and_what_is_cut_short_does_not(void **state)
{
	uint64_t seed = 20;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		struct poe_array *array = draw_array(&seed, 0), *back;
		size_t length = codec_size(array->values, array->count);
		unsigned char *octets = malloc(length);

		codec_encode(array->values, array->count, octets);
		back = codec_decode(octets, length);
		assert_non_null(back);
		assert_same_arrays(array, back);
		assert_null(codec_decode(octets, draw(&seed) % length));
		poe_array_free(back);
		poe_array_free(array);
		free(octets);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_have_the_forms_of_rfc_8949),
		cmocka_unit_test(arrays_are_written_in_place),
		cmocka_unit_test(what_has_no_form_is_refused),
		cmocka_unit_test(arrays_are_32_deep_at_most),
		cmocka_unit_test(values_are_a_million_at_most),
		cmocka_unit_test(values_in_all_arrays_together_count),
		cmocka_unit_test(what_is_not_one_array_of_ours_is_refused),
		cmocka_unit_test(text_is_utf_8_and_tags_are_ours),
		cmocka_unit_test(shorter_floats_and_longer_forms_are_taken),
		cmocka_unit_test(whatever_goes_out_comes_back_and_what_is_cut_short_does_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
