#include "check.h"

#include "op/row_store.h"

static struct schema schema;

static void
append(struct row_store *store, int64_t begin, uint32_t count)
{
	struct batch_builder builder;
	struct error err = {0};
	batch_builder_init(&builder, &schema);
	for (int64_t i = begin; i < begin + count; i++) {
		char text[32];
		int len = snprintf(text, sizeof(text), "row %lld",
		    (long long)i);
		column_builder_append_value(&builder.columns[0], &i);
		if (i % 7 == 3)
			column_builder_append_null(&builder.columns[1]);
		else
			column_builder_append_bytes(&builder.columns[1], text,
			    (uint32_t)len);
	}
	CHECK_INT(row_store_append(store, batch_builder_view(&builder, NULL),
	    0, count, &err), 0);
	batch_builder_release(&builder);
}

static int64_t
number_at(struct row_cursor *cursor, uint64_t row)
{
	uint32_t index;
	struct error err = {0};
	const struct column *column = row_cursor_at(cursor, row, &index,
	    &err);
	CHECK(column != NULL);
	return ((const int64_t *)column->values)[index];
}

static void
read_back(struct row_store *store, struct row_cursor *cursors,
    struct row_cursor *text, int64_t rows)
{
	struct error err = {0};
	struct column_builder out;
	row_store_seal(store);
	CHECK_INT(row_store_count(store), rows);
	for (int i = 0; i < 3; i++)
		row_cursor_reset(&cursors[i]);
	row_cursor_reset(text);
	/* forwards, backwards, and far away, at once */
	for (int64_t i = 0; i < rows; i++) {
		CHECK_INT(number_at(&cursors[0], (uint64_t)i), i);
		CHECK_INT(number_at(&cursors[1], (uint64_t)(rows - 1 - i)),
		    rows - 1 - i);
		CHECK_INT(number_at(&cursors[2], (uint64_t)(i * 7919 % rows)),
		    i * 7919 % rows);
	}
	const uint64_t some[] = {3, 4, ROW_NONE, (uint64_t)rows - 1, 0};
	column_builder_init(&out, type_of(TYPE_STRING));
	CHECK_INT(row_cursor_take(text, some, 5, &out, &err), 0);
	CHECK_INT(row_cursor_append(text, 1, (uint64_t)rows - 1, &out, &err),
	    0);
	struct column column = column_builder_view(&out);
	CHECK_INT(out.row_count, 5 + rows - 2);
	CHECK(column_is_null(&column, 0));
	CHECK(!column_is_null(&column, 1));
	CHECK(column_is_null(&column, 2));
	uint32_t len;
	const uint8_t *bytes = column_bytes(&column, 5, &len);
	CHECK_INT(len, 5);
	CHECK(memcmp(bytes, "row 1", 5) == 0);
	column_builder_release(&out);
}

static void
rows_come_back_from_memory_and_from_disk(void)
{
	for (int is_little = 0; is_little < 2; is_little++) {
		struct budget budget = {.limit_bytes = is_little ? 4096 : 0};
		struct row_store *store = row_store_new(&schema, NULL,
		    &budget);
		struct row_cursor cursors[3], text;
		for (int i = 0; i < 3; i++)
			row_cursor_init(&cursors[i], store, 0);
		row_cursor_init(&text, store, 1);
		for (int round = 0; round < 3; round++) {
			for (int64_t i = 0; i < 20000; i += 500)
				append(store, i, 500);
			read_back(store, cursors, &text, 20000);
			row_store_clear(store);
			/* a little one after it */
			append(store, 0, 12);
			read_back(store, cursors, &text, 12);
			row_store_clear(store);
		}
		CHECK_INT(budget.spilled_bytes > 0, is_little);
		CHECK(!is_little || budget.peak_bytes < 8192);
		row_store_free(store);
		CHECK_INT(budget.used_bytes, 0);
	}
}

int
main(void)
{
	schema_add(&schema, "n", 1, type_of(TYPE_I64), 0);
	schema_add(&schema, "s", 1, type_of(TYPE_STRING), 1);
	RUN(rows_come_back_from_memory_and_from_disk);
	schema_release(&schema);
	return check_done();
}
