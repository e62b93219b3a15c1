#include "check.h"

#include <math.h>

#include "batch/builder.h"
#include "op/sort/sort.h"

/* Columns of every kind of key; the last one is the row's number. */
enum { TINY, LONG, HUGE_DECIMAL, SMALL_FLOAT, FLOAT, TRUTH, CODED, TEXT,
	NULLS, NUMBER, COLUMNS };

static const enum type_id types[COLUMNS] = { TYPE_I8, TYPE_U64, TYPE_DECIMAL,
	TYPE_F32, TYPE_F64, TYPE_BOOL, TYPE_STRING, TYPE_STRING, TYPE_NULL,
	TYPE_I64 };

static uint64_t random_state = 1;

static uint32_t
random_below(uint32_t bound)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1;
	return (uint32_t)((random_state >> 33) % bound);
}

/* What the values of a test are like. */
struct likeness {
	struct dictionary *dictionaries[2];
	uint32_t dictionary_count;	/* 0: that column is plain */
	uint32_t distinct;		/* of numbers, about */
	_Bool has_nulls;
	enum { UNSORTED, SORTED, SORTED_PIECES } order;	/* of LONG */
	uint32_t batch_rows;		/* at the most */
};

static void
append_text(struct column_builder *builder, const struct likeness *like)
{
	static const char *const stems[] = { "", "a",
	    "a stem of 64 bytes or more: what comes next is in no prefix, ever",
	    "\xc3\xa4" };
	char text[160];
	const char *stem = stems[random_below(4)];
	size_t len = strlen(stem);
	memcpy(text, stem, len);
	for (uint32_t i = random_below(12); i > 0; i--)
		text[len++] = (char)random_below(like->distinct < 100 ? 2 :
		    256);
	column_builder_append_bytes(builder, text, (uint32_t)len);
}

static void
append_number(struct column_builder *builder, uint32_t column,
    const struct likeness *like)
{
	uint64_t number = random_below(like->distinct);
	uint64_t wide[2] = { number << 40, 0 - (number & 1) };
	static const double rare[] = { 0.0, -0.0, INFINITY, -INFINITY, NAN };
	double real = ((double)number - 100) / 3;
	if (random_below(20) == 0)
		real = rare[random_below(5)];
	float small = (float)real;
	if (column == LONG && random_below(50) == 0)
		number = UINT64_MAX - number;
	if (column == SMALL_FLOAT)
		column_builder_append_value(builder, &small);
	else if (column == FLOAT)
		column_builder_append_value(builder, &real);
	else if (column == HUGE_DECIMAL)
		column_builder_append_value(builder, wide);
	else
		column_builder_append_value(builder, &number);
}

/* In order, or each piece, and some after the one before. */
static void
append_sorted(struct column_builder *builder, const struct likeness *like,
    int64_t number)
{
	int64_t piece = number / 500 % 5;
	int64_t value = like->order == SORTED ? number :
	    number + piece * piece * 1000;
	column_builder_append_value(builder, &value);
}

static void
append_row(struct batch_builder *rows, const struct likeness *like,
    int64_t number)
{
	for (uint32_t k = 0; k < COLUMNS; k++) {
		struct column_builder *builder = &rows->columns[k];
		if (k == NULLS || (k != NUMBER && like->has_nulls &&
		    random_below(5) == 0))
			column_builder_append_null(builder);
		else if (k == NUMBER)
			column_builder_append_value(builder, &number);
		else if (k == LONG && like->order != UNSORTED)
			append_sorted(builder, like, number);
		else if (k == TRUTH)
			column_builder_append_bool(builder, random_below(2));
		else if (k == TEXT || (k == CODED && builder->code_bytes == 0))
			append_text(builder, like);
		else if (k == CODED)
			column_builder_append_code(builder, random_below(
			    builder->dictionary->count));
		else
			append_number(builder, k, like);
	}
}

static void
use_dictionary(struct column_builder *builder, const struct likeness *like)
{
	struct dictionary *dictionary = like->dictionaries[random_below(
	    like->dictionary_count)];
	char text[8];
	/* it grows */
	for (uint32_t i = random_below(40); i > 0; i--) {
		int len = snprintf(text, sizeof(text), "%x",
		    random_below(5000));
		dictionary_add(dictionary, text, (uint32_t)len);
	}
	if (dictionary->count > 0)
		column_builder_use_dictionary(builder, dictionary,
		    dictionary_code_bytes(dictionary->count));
}

static struct sort_key keys[3];
static uint32_t key_count;

static int
compare_rows(const void *a, const void *b, void *context)
{
	const struct batch *rows = context;
	uint32_t left = *(const uint32_t *)a;
	uint32_t right = *(const uint32_t *)b;
	int result = batch_compare(rows, left, rows, right, keys, key_count);
	return result != 0 ? result : (left > right) - (left < right);
}

/* Rows that compare with the one before otherwise than adjacent ones do. */
static uint32_t
count_wrong_signs(const struct batch *rows)
{
	int8_t *signs = malloc((size_t)rows->row_count + 1);
	uint32_t wrong = 0;
	batch_compare_adjacent(rows, keys, key_count, signs);
	for (uint32_t i = 1; i < rows->row_count; i++) {
		int order = batch_compare(rows, i - 1, rows, i, keys,
		    key_count);
		wrong += signs[i] != (order > 0) - (order < 0);
	}
	free(signs);
	return wrong;
}

static _Bool
is_same(const struct batch *a, uint32_t a_row, const struct batch *b,
    uint32_t b_row)
{
	for (uint32_t k = 0; k < COLUMNS; k++)
		if (!column_is_equal(&a->columns[k], a_row, &b->columns[k],
		    b_row))
			return 0;
	return 1;
}

static void
check_order(const struct schema *schema, const struct likeness *like,
    uint32_t row_count, uint64_t limit, uint64_t budget_bytes)
{
	struct budget budget = { .limit_bytes = budget_bytes };
	struct error err = { 0 };
	struct batch_builder all, part;
	const struct sort_options options = { .schema = schema, .keys = keys,
	    .key_count = key_count, .limit = limit };
	struct sorter *sorter = sorter_new(&options, &budget);
	batch_builder_init(&all, schema);
	batch_builder_init(&part, schema);
	for (uint32_t row = 0; row < row_count;) {
		uint32_t end = row + random_below(like->batch_rows);
		end = end < row_count ? end : row_count;
		batch_builder_clear(&part);
		if (like->dictionary_count > 0 && random_below(10) > 0)
			use_dictionary(&part.columns[CODED], like);
		for (; row < end; row++)
			append_row(&part, like, row);
		const struct batch *batch = batch_builder_view(&part, NULL);
		batch_builder_append(&all, batch, 0, batch->row_count);
		CHECK_INT(sorter_add(sorter, batch, &err), 0);
	}
	CHECK_INT(sorter_end(sorter, &err), 0);
	const struct batch *rows = batch_builder_view(&all, NULL);
	CHECK_INT(count_wrong_signs(rows), 0);
	uint32_t *order = malloc(((size_t)row_count + 1) * sizeof(*order));
	for (uint32_t i = 0; i < row_count; i++)
		order[i] = i;
	qsort_r(order, row_count, sizeof(*order), compare_rows, &all.batch);
	const struct batch *batch;
	uint32_t at = 0;
	uint32_t wrong = 0;
	int got;
	while ((got = sorter_next(sorter, &batch, &err)) == 1)
		for (uint32_t i = 0; i < batch->row_count; i++, at++)
			wrong += at >= row_count ||
			    !is_same(batch, i, rows, order[at]);
	CHECK_INT(got, 0);
	CHECK_INT(wrong, 0);
	CHECK_INT(at, limit != 0 && limit < row_count ? limit : row_count);
	CHECK_INT(sorter_dropped(sorter), row_count - at);
	if (budget_bytes != 0 && row_count > 50000 && limit == 0)
		CHECK(budget.spilled_bytes > 0);
	sorter_free(sorter);
	CHECK_INT(budget.used_bytes, 0);
	free(order);
	batch_builder_release(&all);
	batch_builder_release(&part);
}

static void
check_all(const struct schema *schema, uint32_t rounds)
{
	static const uint32_t sizes[] = { 0, 1, 30, 3000, 100000, 300000 };
	static const uint64_t budgets[] = { 0, 0, 1 << 20, 1 << 16 };
	static const uint64_t limits[] = { 0, 0, 0, 1, 100, 20000, 40000 };
	for (uint32_t round = 0; round < rounds; round++) {
		struct likeness like = {
		    .dictionary_count = random_below(3),
		    .distinct = random_below(2) ? 5 : 1u << 30,
		    .has_nulls = random_below(2),
		    .order = random_below(4) % 3,
		    .batch_rows = random_below(2) ? 9000 : 600 };
		like.dictionaries[0] = dictionary_new();
		like.dictionaries[1] = dictionary_new();
		key_count = random_below(3) + 1;
		for (uint32_t i = 0; i < key_count; i++)
			keys[i] = (struct sort_key){
			    .column = random_below(NUMBER),
			    .is_descending = random_below(2),
			    .nulls_first = random_below(2) };
		check_order(schema, &like, sizes[round % 6],
		    limits[random_below(7)], budgets[random_below(4)]);
		dictionary_free(like.dictionaries[0]);
		dictionary_free(like.dictionaries[1]);
	}
}

static void
make_schema(struct schema *schema)
{
	for (uint32_t k = 0; k < COLUMNS; k++) {
		char name[2] = { (char)('a' + k), 0 };
		struct type type = type_of(types[k]);
		if (k == HUGE_DECIMAL)
			type.precision = 38;
		schema_add(schema, name, 1, type, 1);
	}
}

static void
rows_come_in_the_order_of_any_keys(void)
{
	struct schema schema = { 0 };
	make_schema(&schema);
	check_all(&schema, 36);
	schema_release(&schema);
}

static void
they_do_so_on_any_processor(void)
{
	struct schema schema = { 0 };
	setenv("RIFFLE_SIMD", "portable", 1);
	make_schema(&schema);
	check_all(&schema, 24);
	unsetenv("RIFFLE_SIMD");
	schema_release(&schema);
}

#define FALLING_ROWS 4096

/* A batch that falls row by row, from anywhere: each is a run. */
static const struct batch *
make_falling(struct batch_builder *rows, uint64_t *sum)
{
	int64_t base = (int64_t)random_below(1000000) * 10000;
	batch_builder_clear(rows);
	for (int64_t i = 0; i < FALLING_ROWS; i++) {
		int64_t value = base + FALLING_ROWS - i;
		column_builder_append_value(&rows->columns[0], &value);
		*sum += (uint64_t)value;
	}
	return batch_builder_view(rows, NULL);
}

/* Runs are merged early whenever there are 64. */
static void
check_falling(uint32_t batches)
{
	static const struct sort_key key = { .column = 0 };
	struct schema schema = { 0 };
	struct budget budget = { .limit_bytes = UINT64_C(1) << 20 };
	struct error err = { 0 };
	struct batch_builder rows;
	const struct batch *batch;
	uint64_t sum = 0, count = 0, wrong = 0;
	int64_t before = INT64_MIN;
	int got;
	schema_add(&schema, "n", 1, type_of(TYPE_I64), 0);
	const struct sort_options options = { .schema = &schema,
	    .keys = &key, .key_count = 1 };
	struct sorter *sorter = sorter_new(&options, &budget);
	batch_builder_init(&rows, &schema);
	for (uint32_t i = 0; i < batches; i++) {
		CHECK_INT(sorter_add(sorter, make_falling(&rows, &sum), &err),
		    0);
		CHECK(budget.used_bytes <= budget.limit_bytes);
	}
	CHECK_INT(sorter_end(sorter, &err), 0);
	while ((got = sorter_next(sorter, &batch, &err)) == 1) {
		const int64_t *values = batch->columns[0].values;
		for (uint32_t i = 0; i < batch->row_count; i++) {
			wrong += values[i] < before;
			before = values[i];
			sum -= (uint64_t)values[i];
		}
		count += batch->row_count;
	}
	CHECK_INT(got, 0);
	CHECK_INT(wrong, 0);
	CHECK_INT(count, (uint64_t)batches * FALLING_ROWS);
	CHECK_INT(sum, 0);
	sorter_free(sorter);
	CHECK_INT(budget.used_bytes, 0);
	batch_builder_release(&rows);
	schema_release(&schema);
}

static void
many_runs_in_little_memory_come_in_order(void)
{
	/* half of all runs follow: the first merge comes at some 128 */
	for (uint32_t batches = 110; batches < 150; batches += 2)
		check_falling(batches);
	check_falling(2000);
}

int
main(void)
{
	RUN(rows_come_in_the_order_of_any_keys);
	RUN(they_do_so_on_any_processor);
	RUN(many_runs_in_little_memory_come_in_order);
	return check_done();
}
