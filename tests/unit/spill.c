#include "check.h"

#include "op/spill.h"

static void
batches_come_back_with_their_blocks_and_codes(void)
{
	struct schema schema = { 0 };
	struct dictionary *dictionary = dictionary_new();
	struct dictionary *other = dictionary_new();
	struct batch_builder builder;
	struct budget budget = { 0 };
	struct error err = { 0 };
	const struct batch *got;
	const uint8_t *bytes;
	uint32_t len = 0;

	schema_add(&schema, "n", 1, type_of(TYPE_I32), 1);
	schema_add(&schema, "s", 1, type_of(TYPE_STRING), 1);
	schema_add(&schema, "b", 1, type_of(TYPE_BOOL), 1);
	dictionary_add(dictionary, "one", 3);
	dictionary_add(dictionary, "two", 3);
	dictionary_add(other, "three", 5);
	batch_builder_init(&builder, &schema);
	struct spill *spill = spill_new(&schema, NULL, &budget);
	for (int round = 0; round < 4; round++) {
		struct batch like = { .block = { 7, 1, 2, round == 3 } };

		batch_builder_clear(&builder);
		if (round != 2)
			column_builder_use_dictionary(&builder.columns[1],
			    round == 3 ? other : dictionary, 1);
		for (int32_t i = 0; i < round * 1000; i++) {
			if (i % 3 == 0)
				column_builder_append_null(
				    &builder.columns[0]);
			else
				column_builder_append_value(
				    &builder.columns[0], &i);
			if (round == 2)
				column_builder_append_bytes(
				    &builder.columns[1], "plain", 5);
			else
				column_builder_append_code(
				    &builder.columns[1],
				    round == 3 ? 0 : (uint32_t)i & 1);
			column_builder_append_bool(&builder.columns[2], i & 1);
		}
		CHECK_INT(spill_write(spill, batch_builder_view(&builder,
		    &like), &err), 0);
	}
	CHECK_INT(spill_row_count(spill), 6000);
	CHECK_INT(budget.spilled_bytes, spill_bytes(spill));
	for (int pass = 0; pass < 2; pass++) {
		spill_rewind(spill);
		for (int round = 0; round < 4; round++) {
			CHECK_INT(spill_next(spill, &got, &err), 1);
			CHECK_INT(got->row_count, round * 1000);
			CHECK_INT(got->block.index, 7);
			CHECK_INT(got->block.is_last, round == 3);
			CHECK_INT(got->columns[1].code_bytes, round < 2);
			if (round == 0)
				continue;
			CHECK(column_is_null(&got->columns[0], 999));
			CHECK_INT(((const int32_t *)
			    got->columns[0].values)[998], 998);
			CHECK(column_bool(&got->columns[2], 999));
			bytes = column_bytes(&got->columns[1], 1, &len);
			CHECK_BYTES(bytes, round == 1 ? "two" : round == 2 ?
			    "plain" : "three", len);
		}
		CHECK_INT(spill_next(spill, &got, &err), 0);
	}
	spill_free(spill);
	batch_builder_release(&builder);
	dictionary_free(dictionary);
	dictionary_free(other);
	schema_release(&schema);
}

static void
a_folder_that_is_not_there_is_an_error(void)
{
	struct schema schema = { 0 };
	struct batch batch = { 0 };
	struct error err = { 0 };
	struct spill *spill = spill_new(&schema, "/does/not/exist", NULL);

	CHECK_INT(spill_write(spill, &batch, &err), -1);
	CHECK_INT(err.status, STATUS_SYSTEM);
	CHECK(strstr(err.text, "/does/not/exist") != NULL);
	spill_free(spill);
}

int
main(void)
{
	RUN(batches_come_back_with_their_blocks_and_codes);
	RUN(a_folder_that_is_not_there_is_an_error);
	return check_done();
}
