#include "op/join/parts.h"

#include <stdio.h>

/* Ids of keys are indices with a sign, that of none being -1. */
#define MAX_BUILD_ROWS INT32_MAX

/* Of a row of a text column while it is coded, but for the text: a place in
 * the dictionary (6 with the room to grow), slots (8 to 16), a code (4 + 4). */
#define CODED_BYTES 28

void
join_build_init(struct join_build *build, const struct join_plan *plan,
    const struct schema *schema, const uint32_t *keys,
    const uint32_t *stored)
{
	*build = (struct join_build){
		.plan = plan,
		.keys = keys,
		.stored = stored,
		.schema = schema,
		.is_unique = 1
	};
	if (plan->key_count > 0)
		build->table = key_table_new(plan->build_types,
		    plan->key_count, !plan->options->nulls_match,
		    plan->options->budget);
	else
		build->is_unique = 0;
	batch_builder_init(&build->rows, &plan->stored_schema);
}

void
join_build_release(struct join_build *build)
{
	struct budget *budget = build->plan == NULL ? NULL :
	    build->plan->options->budget;

	if (budget != NULL)
		budget_return(budget, build->charged_bytes);
	key_table_free(build->table);
	for (uint32_t i = 0; build->dictionaries != NULL &&
	    i < build->plan->stored_count; i++)
		if (build->dictionaries[i] != NULL)
			dictionary_free(build->dictionaries[i]);
	mem_free(build->dictionaries);
	batch_builder_release(&build->rows);
	buffer_release(&build->ids);
	buffer_release(&build->row_hits);
	mem_free(build->columns);
	mem_free(build->begins);
	mem_free(build->order);
	group_array_release(&build->hits);
	*build = (struct join_build){ 0 };
}

static void
charge(struct join_build *build)
{
	struct budget *budget = build->plan->options->budget;
	/* a buffer may be twice as large as what is in it */
	size_t bytes = build->ids.capacity +
	    2 * batch_builder_bytes(&build->rows);

	if (budget == NULL || bytes <= build->charged_bytes)
		return;
	budget_charge(budget, bytes - build->charged_bytes);
	build->charged_bytes = bytes;
}

static int
complain_twice(const struct join_build *build, const struct batch *batch,
    uint32_t row, struct error *err)
{
	struct buffer text = { 0 };
	char number[32] = "";

	/* rows of a spilled partition have lost their numbers */
	if (build->schema == build->plan->build_schema)
		snprintf(number, sizeof(number), "row %llu: ",
		    (unsigned long long)(build->row_count + row + 1));
	join_key_text(build->schema, batch->columns, build->keys,
	    build->plan->key_count, row, &text);
	error_data(err, "build side: %s%s comes twice, but one row for each "
	    "key was expected", number, (const char *)text.data);
	buffer_release(&text);
	return -1;
}

/* New ids are the next ones; any other has been there before. */
static int
look_at_ids(struct join_build *build, const struct batch *batch,
    const uint32_t *ids, uint32_t next, struct error *err)
{
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (ids[i] == KEY_TABLE_NONE) {
			build->null_count++;
		} else if (ids[i] == next) {
			next++;
		} else {
			build->is_unique = 0;
			if (build->plan->options->expects_unique_build)
				return complain_twice(build, batch, i, err);
		}
	}
	return 0;
}

int
join_build_add(struct join_build *build, const struct batch *batch,
    struct error *err)
{
	uint32_t rows = batch->row_count;
	uint32_t next;
	size_t at = build->ids.len;
	uint32_t *ids;

	if (rows == 0)
		return 0;
	next = build->table == NULL ? 0 : key_table_count(build->table);
	if (build->row_count + rows > MAX_BUILD_ROWS)
		return error_set(err, STATUS_SYSTEM, "build side: more than "
		    "%d rows; join by hash with less memory (-m), which "
		    "spills", MAX_BUILD_ROWS);
	buffer_resize(&build->ids, at + rows * sizeof(*ids));
	ids = (uint32_t *)(void *)(build->ids.data + at);
	if (build->table != NULL)
		key_table_add_batch(build->table, batch, build->keys, ids);
	if (build->table != NULL &&
	    look_at_ids(build, batch, ids, next, err) != 0)
		return -1;
	for (uint32_t i = 0; i < build->plan->stored_count; i++) {
		if (column_builder_append(&build->rows.columns[i],
		    &batch->columns[build->stored[i]], 0, rows) != 0)
			return error_set(err, STATUS_SYSTEM, "build side: "
			    "%s: more than 2 GiB of text; join by hash with "
			    "less memory (-m), which spills",
			    build->schema->fields[build->stored[i]].name);
	}
	build->row_count += rows;
	charge(build);
	return 0;
}

/* What finishing takes: rows by key, and whether they have matched. */
static size_t
finish_bytes(const struct join_build *build)
{
	size_t bytes = 0;

	if (build->plan->asof_probe >= 0)
		bytes += build->row_count * JOIN_ASOF_ROW_BYTES;
	else if (!build->is_unique || build->null_count > 0)
		bytes += build->row_count * 2 * sizeof(uint32_t);
	if (build->plan->condition != NULL || build->plan->asof_probe >= 0)
		bytes += build->row_count;
	if (build->table != NULL)
		bytes += key_table_count(build->table);
	return bytes;
}

size_t
join_build_growth_bytes(const struct join_build *build, uint32_t rows)
{
	size_t bytes = finish_bytes(build);

	if (build->table != NULL)
		bytes += key_table_growth_bytes(build->table, rows);
	return bytes;
}

/* The rows of asof by their place; those without one match nothing. */
static uint32_t *
order_places(struct join_build *build)
{
	struct column *place = &build->columns[build->plan->asof_stored];
	const struct batch places = {
		.row_count = (uint32_t)build->row_count,
		.column_count = 1, .columns = place
	};
	const struct sort_key by_place = { .nulls_first = 1 };
	uint32_t *ids = (uint32_t *)(void *)build->ids.data;
	uint32_t *order = mem_array((size_t)build->row_count + 1,
	    sizeof(*order));

	sort_run_order(&places, &by_place, 1, order);
	for (uint64_t i = 0; i < build->row_count; i++) {
		if (column_is_null(place, (uint32_t)i))
			ids[i] = KEY_TABLE_NONE;
	}
	return order;
}

/*
 * Rows by key: counted, then put in their places, in their order or, for
 * asof, in that of their places.
 */
static void
order_rows(struct join_build *build, uint32_t key_count)
{
	uint32_t *places = build->plan->asof_probe < 0 ||
	    build->row_count == 0 ? NULL : order_places(build);
	const uint32_t *ids = (const uint32_t *)(void *)build->ids.data;
	uint32_t *begins = mem_array((size_t)key_count + 2,
	    sizeof(*begins));

	build->order = mem_array((size_t)build->row_count + 1,
	    sizeof(*build->order));
	for (uint64_t i = 0; i < build->row_count; i++) {
		if (ids[i] != KEY_TABLE_NONE)
			begins[ids[i] + 2]++;
	}
	for (uint32_t id = 2; id < key_count + 2; id++)
		begins[id] += begins[id - 1];
	/* begins[id + 1] moves from the begin of id to its end */
	for (uint64_t i = 0; i < build->row_count; i++) {
		uint32_t row = places == NULL ? (uint32_t)i : places[i];

		if (ids[row] != KEY_TABLE_NONE)
			build->order[begins[ids[row] + 1]++] = row;
	}
	mem_free(places);
	build->begins = begins;
}

/*
 * A plain string column as codes; false, and left plain, where its values are
 * too many or too long for a dictionary.
 */
static _Bool
code_column(struct column_builder *column, struct dictionary *dictionary)
{
	const struct column plain = column_builder_view(column);
	uint32_t rows = column->row_count;
	uint32_t *codes = mem_array(rows, sizeof(*codes));
	struct column_builder coded;
	uint32_t done = 0;

	for (; done < rows; done++) {
		uint32_t len;
		const uint8_t *bytes = column_bytes(&plain, done, &len);

		if (column_is_null(&plain, done))
			continue;
		codes[done] = dictionary_add(dictionary, bytes, len);
		if (codes[done] == DICTIONARY_NONE)
			break;
	}
	if (done == rows) {
		column_builder_init(&coded, plain.type);
		column_builder_use_dictionary(&coded, dictionary,
		    dictionary_code_bytes(dictionary->count));
		for (uint32_t i = 0; i < rows; i++) {
			if (column_is_null(&plain, i))
				column_builder_append_null(&coded);
			else
				column_builder_append_code(&coded, codes[i]);
		}
		column_builder_release(column);
		*column = coded;
	}
	mem_free(codes);
	return done == rows;
}

/* Replaces what was charged for a column by what it takes now. */
static void
charge_coded(struct join_build *build, const struct column_builder *column,
    const struct dictionary *dictionary, size_t charged)
{
	struct budget *budget = build->plan->options->budget;
	size_t bytes = column->values.capacity + column->validity.capacity +
	    dictionary_bytes(dictionary);

	if (budget == NULL)
		return;
	budget_return(budget, charged);
	budget_charge(budget, bytes);
	build->charged_bytes += bytes - charged;
}

void
join_build_code_strings(struct join_build *build)
{
	const struct join_plan *plan = build->plan;
	const struct budget *budget = plan->options->budget;

	if (build->row_count == 0 ||
	    build->row_count > DICTIONARY_MAX_ENTRIES)
		return;
	build->dictionaries = mem_array((size_t)plan->stored_count + 1,
	    sizeof(struct dictionary *));
	for (uint32_t i = 0; i < plan->stored_count; i++) {
		struct column_builder *column = &build->rows.columns[i];
		size_t held = column_builder_bytes(column);
		/* text, places, slots and codes of as many entries as rows */
		size_t bytes = held + (size_t)build->row_count * CODED_BYTES +
		    finish_bytes(build);

		if (column->type.id != TYPE_STRING ||
		    column->code_bytes != 0 || budget_lacks(budget, bytes))
			continue;
		build->dictionaries[i] = dictionary_new();
		if (code_column(column, build->dictionaries[i])) {
			charge_coded(build, column, build->dictionaries[i],
			    2 * held);
			continue;
		}
		dictionary_free(build->dictionaries[i]);
		build->dictionaries[i] = NULL;
	}
}

void
join_build_finish(struct join_build *build)
{
	const struct join_plan *plan = build->plan;
	uint32_t keys = build->table == NULL ? 1 :
	    key_table_count(build->table);

	build->columns = mem_array((size_t)plan->stored_count + 1,
	    sizeof(*build->columns));
	for (uint32_t i = 0; i < plan->stored_count; i++)
		build->columns[i] =
		    column_builder_view(&build->rows.columns[i]);
	if (!build->is_unique || build->null_count > 0 ||
	    plan->asof_probe >= 0)
		order_rows(build, keys);
	group_array_grow(&build->hits, 1, 0, keys);
	if (plan->condition != NULL || plan->asof_probe >= 0)
		buffer_resize(&build->row_hits, build->row_count + 1);
}

_Bool
join_build_has_matched(const struct join_build *build, uint32_t row)
{
	const uint32_t *ids = (const uint32_t *)(void *)build->ids.data;
	const uint8_t *hits = build->hits.slots;

	if (build->row_hits.len > 0)
		return build->row_hits.data[row];
	return ids[row] != KEY_TABLE_NONE && hits[ids[row]];
}

uint64_t
join_build_matched(const struct join_build *build)
{
	const uint8_t *hits = build->hits.slots;
	uint32_t keys = build->table == NULL ? 1 :
	    key_table_count(build->table);
	uint64_t rows = 0;

	for (uint64_t i = 0; i < build->row_hits.len; i++)
		rows += build->row_hits.data[i];
	if (build->row_hits.len > 0)
		return rows;
	for (uint32_t id = 0; id < keys; id++)
		rows += !hits[id] ? 0 : build->begins == NULL ? 1 :
		    build->begins[id + 1] - build->begins[id];
	return rows;
}
