/* The msgpack test suite: every way to write a value is read as that value. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "io/input.h"
#include "wire/meta.h"

#define SUITE "msgpack-test-suite/dist/msgpack-test-suite.json"
#define MAX_SUITE_BYTES (1 << 24)

static uint32_t checked;

static int
digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* {"v": VALUE}: "c4-01-ff" behind a map of one pair. */
static void
put_sample(struct buffer *out, const char *text, size_t len)
{
	meta_put_map(out, 1);
	meta_put_text(out, "v");
	for (size_t i = 0; i + 1 < len; i += 3)
		buffer_append_byte(out, (uint8_t)(digit(text[i]) << 4 |
		    digit(text[i + 1])));
}

static void
check_item(const struct meta_item *item, const char *kind,
    const struct json_value *want)
{
	uint64_t number;
	_Bool truth;
	const char *text, *wanted;
	size_t len, wanted_len;
	if (strcmp(kind, "bool") == 0) {
		CHECK_INT(meta_bool(item, &truth), 0);
		CHECK_INT(truth, json_value_is_true(want));
	} else if (strcmp(kind, "string") == 0) {
		wanted = json_value_text(want, &wanted_len);
		CHECK_INT(meta_text(item, &text, &len), 0);
		CHECK_INT(len, wanted_len);
		CHECK(memcmp(text, wanted, len) == 0);
	} else if (strcmp(kind, "number") == 0 &&
	    json_value_kind(want) == JSON_VALUE_INTEGER &&
	    json_value_integer(want) >= 0 && meta_uint(item, &number) == 0) {
		CHECK_INT(number, json_value_integer(want));
	} else if (strcmp(kind, "array") == 0) {
		CHECK(meta_is_array(item));
		CHECK_INT(meta_count(item), json_value_count(want));
	} else if (strcmp(kind, "map") == 0) {
		void *at = NULL;
		const char *name;
		const struct json_value *member;
		while (json_value_next(want, &at, &name, &member))
			CHECK(meta_get(item, name) != NULL);
	} else {
		/* what metas do not hold is read as none of the above */
		CHECK(json_value_kind(want) == JSON_VALUE_INTEGER ||
		    meta_uint(item, &number) != 0);
	}
	checked++;
}

static void
check_case(const struct json_value *group)
{
	void *at = NULL;
	const char *name, *kind = NULL;
	const struct json_value *member, *want = NULL;
	const struct json_value *samples = json_value_get(group, "msgpack");
	while (json_value_next(group, &at, &name, &member))
		if (strcmp(name, "msgpack") != 0 &&
		    strcmp(name, "bignum") != 0) {
			kind = name;
			want = member;
		}
	for (size_t i = 0; kind != NULL && i < json_value_count(samples);
	    i++) {
		struct buffer bytes = {0};
		struct error err = {0};
		size_t used, len;
		const char *text = json_value_text(json_value_at(samples, i),
		    &len);
		put_sample(&bytes, text, len);
		struct meta *meta = meta_parse(bytes.data, bytes.len, &used,
		    &err);
		CHECK(meta != NULL);
		CHECK_INT(used, bytes.len);
		check_item(meta_get(meta_root(meta), "v"), kind, want);
		meta_release(meta);
		/* a byte less is never a value */
		CHECK(meta_parse(bytes.data, bytes.len - 1, &used,
		    &err) == NULL);
		buffer_release(&bytes);
	}
}

static void
every_sample_is_its_value(void)
{
	const char *data = getenv("RIFFLE_DATA");
	char *path = mem_printf("%s/%s", data != NULL ? data :
	    "../shared/data", SUITE);
	struct buffer text = {0};
	struct error err = {0};
	if (access(path, R_OK) != 0) {
		printf("# no %s: skipped\n", SUITE);
		mem_free(path);
		return;
	}
	CHECK_INT(input_read_whole(path, MAX_SUITE_BYTES, &text, &err), 0);
	struct json_value *suite = json_value_parse((const char *)text.data,
	    text.len, &err);
	CHECK(suite != NULL);
	void *at = NULL;
	const char *name;
	const struct json_value *cases;
	while (json_value_next(suite, &at, &name, &cases))
		for (size_t i = 0; i < json_value_count(cases); i++)
			check_case(json_value_at(cases, i));
	CHECK(checked > 200);
	json_value_free(suite);
	buffer_release(&text);
	mem_free(path);
}

int
main(void)
{
	RUN(every_sample_is_its_value);
	return check_done();
}
