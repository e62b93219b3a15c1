#include "base/json.h"

#include "check.h"

static struct json_value *
parsed(const char *text)
{
	struct error err = {0};
	return json_value_parse(text, strlen(text), &err);
}

static void
members_are_read_in_their_order(void)
{
	struct json_value *root = parsed(
	    "{\"z\": 1, \"a\": [true, null, \"x\"], \"m\": 2.5}");
	const char *names[] = {"z", "a", "m"};
	void *iterator = NULL;
	const char *name;
	const struct json_value *member;
	for (int i = 0; i < 3; i++) {
		CHECK_INT(json_value_next(root, &iterator, &name, &member), 1);
		CHECK_TEXT(name, names[i]);
	}
	CHECK_INT(json_value_next(root, &iterator, &name, &member), 0);
	CHECK_INT(json_value_integer(json_value_get(root, "z")), 1);
	const struct json_value *list = json_value_get(root, "a");
	CHECK_INT(json_value_count(list), 3);
	CHECK(json_value_is_true(json_value_at(list, 0)));
	CHECK_TEXT(json_value_text(json_value_at(list, 2), NULL), "x");
	CHECK(json_value_at(list, 3) == NULL);
	CHECK(json_value_real(json_value_get(root, "m")) == 2.5);
	json_value_free(root);
}

static void
wrong_json_is_named_by_its_line(void)
{
	struct error err = {0};
	const char *text = "{\n\"a\": 1,\n}";
	CHECK(json_value_parse(text, strlen(text), &err) == NULL);
	CHECK_INT(err.status, STATUS_DATA);
	CHECK(strncmp(err.text, "line 3:", 7) == 0);
	CHECK(parsed("{\"a\":1,\"a\":2}") == NULL);
	CHECK(parsed("") == NULL);
}

static void
a_member_of_another_kind_is_an_error(void)
{
	struct error err = {0};
	struct json_value *root = parsed("{\"a\": 1}");
	const char *text;
	CHECK_INT(json_value_get_text(root, "b", &text, &err), 0);
	CHECK(text == NULL);
	CHECK_INT(json_value_get_text(root, "a", &text, &err), -1);
	CHECK_TEXT(err.text, "'a' is a number, not a text");
	json_value_free(root);
}

static void
what_is_made_prints_and_parses_back(void)
{
	struct json_value *root = json_value_new_object();
	json_value_set_text(root, "name", "caf\xc3\xa9 \"x\"");
	json_value_set_integer(root, "count", -7);
	struct json_value *list = json_value_new_array();
	json_value_append(list, json_value_new_bool(1));
	json_value_set(root, "list", list);
	struct buffer out = {0};
	json_value_print(root, 0, &out);
	CHECK_TEXT(buffer_text(&out), "{\"name\":\"caf\xc3\xa9 \\\"x\\\"\","
	    "\"count\":-7,\"list\":[true]}");
	json_value_free(root);
	root = json_value_parse((char *)out.data, out.len,
	    &(struct error){0});
	CHECK_INT(json_value_integer(json_value_get(root, "count")), -7);
	json_value_free(root);
	buffer_release(&out);
}

int
main(void)
{
	RUN(members_are_read_in_their_order);
	RUN(wrong_json_is_named_by_its_line);
	RUN(a_member_of_another_kind_is_an_error);
	RUN(what_is_made_prints_and_parses_back);
	return check_done();
}
