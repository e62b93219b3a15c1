#include "check.h"
#include "random.h"

#include <math.h>

#include "base/hash.h"
#include "base/int128.h"
#include "batch/order.h"
#include "op/key/key_table.h"

/*
 * Random columns of every type against the plainest possible table: a list
 * of all tuples seen, compared with column_compare.
 */

#define MAX_COLUMNS 4

/* One value of any type among about `spread`; sometimes a null. */
static void
append_random(struct column_builder *builder, uint32_t spread,
    uint32_t null_percent)
{
	static const double floats[] = {
	    0.0, -0.0, 1.5, -2.25, 1e300, -1e-300 };
	int64_t number = (int64_t)below(spread) - (int64_t)(spread / 2);
	char text[32];

	if (below(100) < null_percent || builder->type.id == TYPE_NULL) {
		column_builder_append_null(builder);
		return;
	}
	switch (builder->type.id) {
	case TYPE_BOOL:
		column_builder_append_bool(builder, number & 1);
		break;
	case TYPE_F32: {
		float value = number % 7 == 0 ? NAN :
		    number % 5 == 0 ? -0.0f : (float)number;
		column_builder_append_value(builder, &value);
		break;
	}
	case TYPE_F64: {
		double value = number % 7 == 0 ? -(double)NAN :
		    number % 5 == 0 ? floats[below(6)] : (double)number;
		column_builder_append_value(builder, &value);
		break;
	}
	case TYPE_STRING:
	case TYPE_BINARY:
		snprintf(text, sizeof(text), "%.*s%d", (int)below(3),
		    "aaaaaa", (int)number);
		if (builder->code_bytes != 0)
			column_builder_append_code(builder, dictionary_add(
			    (struct dictionary *)(uintptr_t)
			    builder->dictionary, text,
			    (uint32_t)strlen(text) % 12));
		else
			column_builder_append_bytes(builder, text,
			    (uint32_t)strlen(text) % 12);
		break;
	default:
		if (type_width(builder->type) == 16) {
			int128 wide = (int128)number * INT64_MAX * 1000;
			column_builder_append_value(builder, &wide);
		} else {
			if (number % 11 == 0)
				number = number < 0 ? INT64_MIN : INT64_MAX;
			column_builder_append_value(builder, &number);
		}
	}
}

static struct type
random_type(_Bool is_small)
{
	for (;;) {
		struct type type = type_of(below(TYPE_LIST));

		if (type.id == TYPE_DECIMAL)
			type = below(2) ? type_decimal(10, 2) :
			    type_decimal(30, 4);
		if (!is_small || type_is_variable(type) ||
		    type.id == TYPE_BOOL || type.id == TYPE_I8 ||
		    type.id == TYPE_U8 || type.id == TYPE_NULL)
			return type;
	}
}

static _Bool
rows_are_equal(const struct column *a, uint32_t i, const struct column *b,
    uint32_t j, uint32_t count)
{
	for (uint32_t k = 0; k < count; k++) {
		if (column_compare(&a[k], i, &b[k], j, 1) != 0)
			return 0;
	}
	return 1;
}

struct model {
	uint32_t columns;
	struct type types[MAX_COLUMNS];
	struct dictionary *dictionaries[MAX_COLUMNS];
	struct column_builder seen[MAX_COLUMNS];	/* distinct tuples */
	struct column_builder batch[MAX_COLUMNS];
	struct column views[MAX_COLUMNS], seen_views[MAX_COLUMNS];
	const struct column *keys[MAX_COLUMNS];
};

static void
model_init(struct model *model, uint32_t columns, _Bool is_small)
{
	*model = (struct model){ .columns = columns };
	for (uint32_t k = 0; k < columns; k++) {
		model->types[k] = random_type(is_small);
		model->dictionaries[k] = dictionary_new();
		column_builder_init(&model->seen[k], model->types[k]);
		column_builder_init(&model->batch[k], model->types[k]);
		model->keys[k] = &model->views[k];
	}
}

static void
model_release(struct model *model)
{
	for (uint32_t k = 0; k < model->columns; k++) {
		column_builder_release(&model->seen[k]);
		column_builder_release(&model->batch[k]);
		dictionary_free(model->dictionaries[k]);
	}
}

static void
model_view(struct model *model)
{
	for (uint32_t k = 0; k < model->columns; k++) {
		model->views[k] = column_builder_view(&model->batch[k]);
		model->seen_views[k] = column_builder_view(&model->seen[k]);
	}
}

static void
model_fill(struct model *model, uint32_t rows, uint32_t spread,
    uint32_t null_percent)
{
	for (uint32_t k = 0; k < model->columns; k++) {
		column_builder_clear(&model->batch[k]);
		if (model->types[k].id == TYPE_STRING && below(2))
			column_builder_use_dictionary(&model->batch[k],
			    model->dictionaries[k], 4);
		for (uint32_t i = 0; i < rows; i++)
			append_random(&model->batch[k], spread, null_percent);
	}
	model_view(model);
}

/* The id of a row by looking at all of them; added if asked. */
static uint32_t
model_find(struct model *model, uint32_t row, _Bool is_adding)
{
	uint32_t count = model->seen[0].row_count;

	for (uint32_t id = 0; id < count; id++) {
		if (rows_are_equal(model->seen_views, id, model->views, row,
		    model->columns))
			return id;
	}
	if (!is_adding)
		return KEY_TABLE_NONE;
	for (uint32_t k = 0; k < model->columns; k++)
		column_builder_append(&model->seen[k], &model->views[k], row,
		    1);
	model_view(model);
	return count;
}

static _Bool
has_null(const struct model *model, uint32_t row)
{
	for (uint32_t k = 0; k < model->columns; k++) {
		if (model->types[k].id == TYPE_NULL ||
		    column_is_null(&model->views[k], row))
			return 1;
	}
	return 0;
}

static void
check_batch(struct key_table *table, struct model *model, uint32_t rows,
    _Bool is_adding, _Bool skips_nulls)
{
	uint32_t *ids = mem_array(rows, sizeof(*ids));

	if (is_adding)
		key_table_find_or_add(table, model->keys, rows, ids);
	else
		key_table_find(table, model->keys, rows, ids);
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t want = skips_nulls && has_null(model, i) ?
		    KEY_TABLE_NONE : model_find(model, i, is_adding);
		if (!CHECK_INT(ids[i], want))
			break;
	}
	CHECK_INT(key_table_count(table), model->seen[0].row_count);
	mem_free(ids);
}

/* The order, and the keys given back. */
static void
check_keys(struct key_table *table, struct model *model)
{
	uint32_t count = key_table_count(table);
	uint32_t *order = mem_array((size_t)count + 1, sizeof(*order));
	struct column_builder builders[MAX_COLUMNS];
	struct column views[MAX_COLUMNS];

	key_table_order(table, order);
	for (uint32_t k = 0; k < model->columns; k++) {
		column_builder_init(&builders[k], model->types[k]);
		CHECK_INT(key_table_take(table, k, order, count,
		    &builders[k]), 0);
		views[k] = column_builder_view(&builders[k]);
		CHECK_INT(builders[k].row_count, count);
	}
	for (uint32_t i = 0; i < count; i++) {
		int by = 0;
		if (!CHECK(rows_are_equal(views, i, model->seen_views,
		    order[i], model->columns)))
			break;
		for (uint32_t k = 0; i > 0 && by == 0 && k < model->columns;
		    k++)
			by = column_compare(&views[k], i - 1, &views[k], i,
			    1);
		if (!CHECK(i == 0 || by < 0))
			break;
	}
	for (uint32_t k = 0; k < model->columns; k++)
		column_builder_release(&builders[k]);
	mem_free(order);
}

static void
run_model(uint32_t columns, _Bool is_small, _Bool skips_nulls)
{
	struct model model;
	struct budget budget = { 0 };
	struct key_table *table;
	uint32_t spread = is_small ? 5 : 1 + below(2) * 100;

	model_init(&model, columns, is_small);
	table = key_table_new(model.types, columns, skips_nulls, &budget);
	for (int round = 0; round < 5; round++) {
		uint32_t rows = 1 + below(120);

		/* nulls come in the third batch only, values spread out */
		model_fill(&model, rows, spread, round < 2 ? 0 : 20);
		check_batch(table, &model, rows, round != 3, skips_nulls);
		if (round == 2)
			spread *= 20;
	}
	check_keys(table, &model);
	CHECK(budget.used_bytes == key_table_bytes(table));
	key_table_clear(table);
	CHECK_INT(key_table_count(table), 0);
	for (uint32_t k = 0; k < columns; k++)
		column_builder_clear(&model.seen[k]);
	model_fill(&model, 50, 10, 10);
	check_batch(table, &model, 50, 1, skips_nulls);
	key_table_free(table);
	CHECK_INT(budget.used_bytes, 0);
	model_release(&model);
}

static void
tuples_of_random_types_get_the_ids_a_list_would_give(void)
{
	for (int i = 0; i < 400 && check_state.failed_checks == 0; i++)
		run_model(1 + below(MAX_COLUMNS), below(2), below(2));
}

static void
no_columns_are_one_key(void)
{
	struct key_table *table = key_table_new(NULL, 0, 0, NULL);
	uint32_t ids[3] = { 9, 9, 9 };

	key_table_find_or_add(table, NULL, 3, ids);
	CHECK_INT(ids[0] + ids[1] + ids[2], 0);
	CHECK_INT(key_table_count(table), 1);
	key_table_free(table);
}

/* Looks `value` of type b up in a table of type a that holds `held`. */
static uint32_t
meet(enum type_id a, uint64_t held, enum type_id b, uint64_t value)
{
	struct type type = type_of(a);
	struct key_table *table = key_table_new(&type, 1, 1, NULL);
	struct column_builder builder;
	struct column view;
	const struct column *key = &view;
	uint32_t id;

	column_builder_init(&builder, type);
	column_builder_append_value(&builder, &held);
	view = column_builder_view(&builder);
	key_table_find_or_add(table, &key, 1, &id);
	column_builder_release(&builder);
	column_builder_init(&builder, type_of(b));
	column_builder_append_value(&builder, &value);
	view = column_builder_view(&builder);
	key_table_find(table, &key, 1, &id);
	column_builder_release(&builder);
	key_table_free(table);
	return id;
}

static void
integers_of_other_widths_meet_by_value(void)
{
	uint64_t minus_5 = (uint64_t)-5;

	CHECK_INT(meet(TYPE_I32, 7, TYPE_I64, 7), 0);
	CHECK_INT(meet(TYPE_I64, minus_5, TYPE_I8, minus_5), 0);
	CHECK_INT(meet(TYPE_U8, 200, TYPE_I64, 200), 0);
	CHECK_INT(meet(TYPE_I64, 200, TYPE_U8, 200), 0);
	CHECK_INT(meet(TYPE_I32, minus_5, TYPE_U64, minus_5),
	    KEY_TABLE_NONE);
	CHECK_INT(meet(TYPE_I64, minus_5, TYPE_U64, minus_5),
	    KEY_TABLE_NONE);
	CHECK_INT(meet(TYPE_U64, minus_5, TYPE_I64, minus_5),
	    KEY_TABLE_NONE);
	CHECK_INT(meet(TYPE_U64, minus_5, TYPE_I16, minus_5),
	    KEY_TABLE_NONE);
	CHECK_INT(meet(TYPE_U8, 251, TYPE_I32, minus_5), KEY_TABLE_NONE);
	CHECK_INT(meet(TYPE_I16, 3, TYPE_I64, 65539), KEY_TABLE_NONE);
}

static void
sparse_and_growing_integers_keep_their_ids(void)
{
	struct type type = type_of(TYPE_I64);
	struct key_table *table = key_table_new(&type, 1, 0, NULL);
	uint32_t n = 8000, *ids = mem_array(n, sizeof(*ids));
	int64_t *values = mem_array(n, sizeof(*values));
	struct column column = { .type = type, .values = values };
	const struct column *key = &column;
	_Bool same = 1;

	/* dense and growing up, then down, then all over the place */
	for (int64_t round = 0; round < 60; round++) {
		for (int64_t i = 0; i < n; i++) {
			int64_t x = round * n + i;
			values[i] = round < 20 ? x : round < 40 ?
			    -x : (int64_t)hash_u64((uint64_t)x);
		}
		key_table_find_or_add(table, &key, n, ids);
		for (uint32_t i = 0; i < n; i++)
			same &= ids[i] == (uint32_t)round * n + i;
	}
	CHECK(same);
	for (int64_t i = 0; i < n; i++)
		values[i] = -(20 * (int64_t)n + i);
	key_table_find(table, &key, n, ids);
	for (uint32_t i = 0; i < n; i++)
		same &= ids[i] == 20 * n + i;
	CHECK(same);
	mem_free(ids);
	mem_free(values);
	key_table_free(table);
}

/* The ids of a batch of codes, three of them, of this width. */
static void
check_codes(struct key_table *table, const struct dictionary *dictionary,
    uint8_t code_bytes, _Bool is_adding, const uint32_t *codes,
    const uint32_t *wanted)
{
	struct column_builder builder;
	uint32_t ids[3];

	column_builder_init(&builder, type_of(TYPE_STRING));
	column_builder_use_dictionary(&builder, dictionary, code_bytes);
	for (uint32_t i = 0; i < 3; i++)
		column_builder_append_code(&builder, codes[i]);
	struct column column = column_builder_view(&builder);
	const struct column *keys[] = { &column };
	if (is_adding)
		key_table_find_or_add(table, keys, 3, ids);
	else
		key_table_find(table, keys, 3, ids);
	for (uint32_t i = 0; i < 3; i++)
		CHECK_INT(ids[i], wanted[i]);
	column_builder_release(&builder);
}

static void
codes_are_what_their_dictionary_says_at_any_width(void)
{
	const struct type type = type_of(TYPE_STRING);

	for (uint8_t width = 1; width <= 4; width *= 2) {
		struct key_table *table = key_table_new(&type, 1, 0, NULL);
		struct dictionary *abc = dictionary_new();
		struct dictionary *ca = dictionary_new();

		dictionary_add(abc, "a", 1);
		dictionary_add(abc, "b", 1);
		dictionary_add(abc, "c", 1);
		dictionary_add(ca, "c", 1);
		dictionary_add(ca, "a", 1);
		dictionary_add(ca, "d", 1);
		check_codes(table, abc, width, 1, (uint32_t[]){0, 1, 2},
		    (uint32_t[]){0, 1, 2});
		check_codes(table, abc, width, 1, (uint32_t[]){2, 1, 0},
		    (uint32_t[]){2, 1, 0});
		check_codes(table, ca, width, 0, (uint32_t[]){2, 1, 0},
		    (uint32_t[]){KEY_TABLE_NONE, 0, 2});
		check_codes(table, ca, width, 1, (uint32_t[]){0, 1, 2},
		    (uint32_t[]){2, 0, 3});
		check_codes(table, abc, width, 0, (uint32_t[]){2, 0, 1},
		    (uint32_t[]){2, 0, 1});
		check_codes(table, abc, width, 0, (uint32_t[]){1, 0, 2},
		    (uint32_t[]){1, 0, 2});
		check_codes(table, ca, width, 0, (uint32_t[]){2, 1, 0},
		    (uint32_t[]){3, 0, 2});
		key_table_free(table);
		dictionary_free(abc);
		dictionary_free(ca);
	}
}

int
main(void)
{
	RUN(tuples_of_random_types_get_the_ids_a_list_would_give);
	RUN(no_columns_are_one_key);
	RUN(integers_of_other_widths_meet_by_value);
	RUN(sparse_and_growing_integers_keep_their_ids);
	RUN(codes_are_what_their_dictionary_says_at_any_width);
	return check_done();
}
