#include "check.h"

#include "batch/builder.h"
#include "op/merge.h"

#define INPUTS 3
#define TEXT_MOST 512

/* A sequence of the rows with number % INPUTS == index, and their texts. */
struct rows {
	int64_t next, end;
	struct dictionary *dictionary;
	int64_t plain_from;		/* texts are plain from here on */
	uint32_t batch_rows;
	uint32_t distinct;		/* texts in all inputs */
	int width;			/* of a text */
	struct batch_builder builder;
};

static uint32_t
make_text(const struct rows *rows, int64_t number, char *text)
{
	return (uint32_t)snprintf(text, TEXT_MOST, "%0*u", rows->width,
	    (uint32_t)number % rows->distinct);
}

static int
next_rows(void *context, const struct batch **batch, struct error *err)
{
	struct rows *rows = context;
	char text[TEXT_MOST];
	struct column_builder *texts = &rows->builder.columns[1];
	(void)err;
	if (rows->next >= rows->end)
		return 0;
	batch_builder_clear(&rows->builder);
	_Bool is_plain = rows->next >= rows->plain_from;
	if (!is_plain) {
		/* all entries first: their number says how wide codes are */
		for (uint32_t i = 0; i < rows->batch_rows; i++)
			dictionary_add(rows->dictionary, text, make_text(rows,
			    rows->next + (int64_t)i * INPUTS, text));
		column_builder_use_dictionary(texts, rows->dictionary,
		    dictionary_code_bytes(rows->dictionary->count));
	}
	for (uint32_t i = 0; i < rows->batch_rows && rows->next < rows->end;
	    i++, rows->next += INPUTS) {
		uint32_t len = make_text(rows, rows->next, text);
		column_builder_append_value(&rows->builder.columns[0],
		    &rows->next);
		if (rows->next % 11 == 0)
			column_builder_append_null(texts);
		else if (is_plain)
			column_builder_append_bytes(texts, text, len);
		else
			column_builder_append_code(texts, dictionary_find(
			    rows->dictionary, text, len));
	}
	*batch = batch_builder_view(&rows->builder, NULL);
	return 1;
}

static uint32_t
count_wrong(const struct rows *like, const struct batch *batch, int64_t first)
{
	char text[TEXT_MOST];
	uint32_t wrong = 0;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		int64_t number = first + i;
		const struct column *texts = &batch->columns[1];
		wrong += ((const int64_t *)batch->columns[0].values)[i] !=
		    number;
		if (number % 11 == 0 || column_is_null(texts, i)) {
			wrong += number % 11 != 0 || !column_is_null(texts, i);
			continue;
		}
		uint32_t got_len;
		const uint8_t *got = column_bytes(texts, i, &got_len);
		uint32_t len = make_text(like, number, text);
		wrong += got_len != len || memcmp(got, text, len) != 0;
	}
	return wrong;
}

/* Merges `count` rows; the last batch's code_bytes, or -1 if it is plain. */
static int
check_merge(int64_t count, const struct rows *like)
{
	struct schema schema = { 0 };
	struct rows rows[INPUTS];
	struct merge_input inputs[INPUTS];
	const struct sort_key key = { .column = 0 };
	struct error err = { 0 };
	const struct batch *batch;
	int64_t done = 0;
	uint32_t wrong = 0;
	int form = 0;
	int got;
	schema_add(&schema, "n", 1, type_of(TYPE_I64), 0);
	schema_add(&schema, "t", 1, type_of(TYPE_STRING), 1);
	for (int i = 0; i < INPUTS; i++) {
		rows[i] = *like;
		rows[i].next = i;
		rows[i].end = count;
		rows[i].batch_rows += (uint32_t)i * 57;
		rows[i].plain_from = i == 1 ? like->plain_from : INT64_MAX;
		rows[i].dictionary = dictionary_new();
		batch_builder_init(&rows[i].builder, &schema);
		inputs[i] = (struct merge_input){ .context = &rows[i],
		    .next = next_rows, .name = "it" };
	}
	struct merge *merge = merge_new(inputs, INPUTS, &schema, &key, 1);
	while ((got = merge_next(merge, &batch, &err)) == 1) {
		wrong += count_wrong(like, batch, done);
		done += batch->row_count;
		form = batch->columns[1].code_bytes;
	}
	CHECK_INT(got, 0);
	CHECK_INT(wrong, 0);
	CHECK_INT(done, count);
	merge_free(merge);
	for (int i = 0; i < INPUTS; i++) {
		dictionary_free(rows[i].dictionary);
		batch_builder_release(&rows[i].builder);
	}
	schema_release(&schema);
	return form;
}

static void
codes_become_those_of_one_dictionary_that_grows(void)
{
	struct rows like = { .plain_from = INT64_MAX, .batch_rows = 100,
	    .distinct = 50, .width = 3 };
	CHECK_INT(check_merge(0, &like), 0);
	CHECK_INT(check_merge(1, &like), 1);
	CHECK_INT(check_merge(3000, &like), 1);
	like.distinct = 1000;
	CHECK_INT(check_merge(30000, &like), 2);
	like.distinct = 100000;
	like.batch_rows = 1000;
	CHECK_INT(check_merge(100000, &like), 4);
}

static void
a_column_turns_plain_when_one_of_an_input_does(void)
{
	struct rows like = { .plain_from = 5000, .batch_rows = 100,
	    .distinct = 5000, .width = 5 };
	CHECK_INT(check_merge(10000, &like), 0);
	like.plain_from = 0;
	CHECK_INT(check_merge(10000, &like), 0);
}

static void
a_column_turns_plain_at_the_limit_of_dictionaries(void)
{
	struct rows like = { .plain_from = INT64_MAX, .batch_rows = 1000,
	    .distinct = 60000, .width = 400 };
	CHECK_INT(check_merge(60000, &like), 0);
}

int
main(void)
{
	RUN(codes_become_those_of_one_dictionary_that_grows);
	RUN(a_column_turns_plain_when_one_of_an_input_does);
	RUN(a_column_turns_plain_at_the_limit_of_dictionaries);
	return check_done();
}
