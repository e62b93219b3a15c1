#include "op/dedup/parts.h"
#include "op/sort/sort.h"
#include "op/spill.h"

struct dedup_waiting {
	const struct dedup_options *options;	/* borrowed */
	struct budget *budget;			/* borrowed */
	struct spill *rows;		/* owned; as they came */
	int64_t place;			/* of the next row in `rows` */
	struct buffer is_duplicate;	/* a bit for each place */
	size_t charged_bytes;		/* for these bits */
	/* the key, the order, and a place */
	struct schema placed;
	struct sort_key *by_key;	/* owned; all columns of placed */
	struct budget key_budget;
	struct sorter *keys;		/* owned */
	struct column *columns;		/* owned; of a batch of `placed` */
	struct batch_builder first;	/* the key last seen */
	/* places kept and their counts, if these are wanted */
	struct schema counted;
	struct sort_key by_place;
	struct budget count_budget;
	struct sorter *counts;		/* owned, or NULL */
	struct batch_builder counting;
	int64_t kept_place;		/* of the key last seen */
	int64_t key_rows;		/* so many so far */
	/* scratch, [BATCH_MAX_ROWS] */
	uint32_t *kept, *gone;
	int64_t *kept_counts;
	/* of the sorted counts */
	const struct batch *next_counts;	/* borrowed, or NULL */
	uint32_t next_count;
};

/* ---- making it ------------------------------------------------------- */

static void
add_placed(struct dedup_waiting *waiting, const struct field *field,
    struct sort_key key)
{
	key.column = waiting->placed.count;
	waiting->by_key[key.column] = key;
	schema_add(&waiting->placed, field->name, strlen(field->name),
	    field->type, field->is_nullable);
}

static void
make_keys(struct dedup_waiting *waiting, const struct schema *schema)
{
	const struct dedup_options *options = waiting->options;
	uint32_t count = options->column_count + options->order_count + 1;
	struct field place = {.name = (char *)(uintptr_t)"",
	    .type = type_of(TYPE_I64)};
	waiting->by_key = mem_array(count, sizeof(struct sort_key));
	waiting->columns = mem_array(count, sizeof(struct column));
	for (uint32_t i = 0; i < options->column_count; i++)
		add_placed(waiting, &schema->fields[options->columns[i]],
		    (struct sort_key){.nulls_first = 1});
	/* the row to keep comes first */
	for (uint32_t i = 0; i < options->order_count; i++) {
		struct sort_key key = options->order[i];
		const struct field *field = &schema->fields[key.column];
		key.is_descending ^= options->keeps_last;
		key.nulls_first ^= options->keeps_last;
		add_placed(waiting, field, key);
	}
	add_placed(waiting, &place,
	    (struct sort_key){.is_descending = options->keeps_last});
	waiting->key_budget.limit_bytes = waiting->budget->limit_bytes / 4;
	const struct sort_options by_key = {.schema = &waiting->placed,
	    .keys = waiting->by_key, .key_count = count,
	    .temporary_folder = options->temporary_folder};
	waiting->keys = sorter_new(&by_key, &waiting->key_budget);
}

static void
make_counts(struct dedup_waiting *waiting)
{
	schema_add(&waiting->counted, "place", 5, type_of(TYPE_I64), 0);
	schema_add(&waiting->counted, "count", 5, type_of(TYPE_I64), 0);
	batch_builder_init(&waiting->counting, &waiting->counted);
	waiting->count_budget.limit_bytes = waiting->budget->limit_bytes / 4;
	const struct sort_options by_place = {.schema = &waiting->counted,
	    .keys = &waiting->by_place, .key_count = 1,
	    .temporary_folder = waiting->options->temporary_folder};
	waiting->counts = sorter_new(&by_place, &waiting->count_budget);
}

struct dedup_waiting *
dedup_waiting_new(const struct dedup_options *options,
    const struct schema *schema, struct budget *budget)
{
	struct dedup_waiting *waiting = mem_zalloc(sizeof(*waiting));
	waiting->options = options;
	waiting->budget = budget;
	waiting->rows = spill_new(schema, options->temporary_folder, budget);
	make_keys(waiting, schema);
	batch_builder_init(&waiting->first, &waiting->placed);
	if (options->count_name != NULL)
		make_counts(waiting);
	waiting->kept = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	waiting->gone = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	waiting->kept_counts = mem_array(BATCH_MAX_ROWS, sizeof(int64_t));
	return waiting;
}

void
dedup_waiting_free(struct dedup_waiting *waiting)
{
	spill_free(waiting->rows);
	sorter_free(waiting->keys);
	if (waiting->counts != NULL) {
		sorter_free(waiting->counts);
		batch_builder_release(&waiting->counting);
	}
	budget_return(waiting->budget, waiting->charged_bytes);
	buffer_release(&waiting->is_duplicate);
	schema_release(&waiting->placed);
	schema_release(&waiting->counted);
	batch_builder_release(&waiting->first);
	mem_free(waiting->by_key);
	mem_free(waiting->columns);
	mem_free(waiting->kept);
	mem_free(waiting->gone);
	mem_free(waiting->kept_counts);
	mem_free(waiting);
}

/* ---- rows in --------------------------------------------------------- */

static void
set_duplicate(struct dedup_waiting *waiting, int64_t place)
{
	waiting->is_duplicate.data[place >> 3] |=
	    (uint8_t)(1u << (place & 7));
}

static _Bool
bit(const uint8_t *bits, uint64_t at)
{
	return bits[at >> 3] >> (at & 7) & 1;
}

/* The keys of the rows of a batch that are not known, and their places. */
static int
sort_keys(struct dedup_waiting *waiting, const struct batch *batch,
    const uint32_t *rows, uint32_t count, int64_t first_place,
    struct error *err)
{
	const struct dedup_options *options = waiting->options;
	struct column_builder places;
	uint32_t columns = 0;
	column_builder_init(&places, type_of(TYPE_I64));
	int64_t *numbers = column_builder_extend(&places, batch->row_count);
	for (uint32_t i = 0; i < batch->row_count; i++)
		numbers[i] = first_place + i;
	for (uint32_t i = 0; i < options->column_count; i++)
		waiting->columns[columns++] =
		    batch->columns[options->columns[i]];
	for (uint32_t i = 0; i < options->order_count; i++)
		waiting->columns[columns++] =
		    batch->columns[options->order[i].column];
	waiting->columns[columns++] = column_builder_view(&places);
	struct batch placed = {.row_count = batch->row_count,
	    .column_count = columns, .columns = waiting->columns};
	struct batch_builder picked = {0};
	int result = 0;
	if (count < batch->row_count) {
		batch_builder_init(&picked, &waiting->placed);
		result = batch_builder_take(&picked, &placed, rows, count);
		if (result != 0)
			error_data(err, "a batch's text passes 2 GiB");
		placed = *batch_builder_view(&picked, NULL);
	}
	if (result == 0)
		result = sorter_add(waiting->keys, &placed, err);
	batch_builder_release(&picked);
	column_builder_release(&places);
	return result;
}

/* The place before all rows. */
#define GIVEN_PLACE (-1)

int
dedup_waiting_add_given(struct dedup_waiting *waiting,
    const struct batch *keys, struct error *err)
{
	struct column_builder places;
	column_builder_init(&places, type_of(TYPE_I64));
	int64_t *numbers = column_builder_extend(&places, keys->row_count);
	for (uint32_t i = 0; i < keys->row_count; i++)
		numbers[i] = GIVEN_PLACE;
	for (uint32_t i = 0; i < keys->column_count; i++)
		waiting->columns[i] = keys->columns[i];
	waiting->columns[keys->column_count] = column_builder_view(&places);
	const struct batch placed = {.row_count = keys->row_count,
	    .column_count = keys->column_count + 1,
	    .columns = waiting->columns};
	int result = sorter_add(waiting->keys, &placed, err);
	column_builder_release(&places);
	return result;
}

int
dedup_waiting_add(struct dedup_waiting *waiting, const struct batch *batch,
    const uint8_t *is_known, struct error *err)
{
	int64_t first_place = waiting->place;
	uint32_t unknown = 0;
	if (spill_write(waiting->rows, batch, err) != 0)
		return -1;
	waiting->place += batch->row_count;
	buffer_resize(&waiting->is_duplicate,
	    (size_t)(waiting->place + 7) / 8);
	budget_charge(waiting->budget,
	    waiting->is_duplicate.len - waiting->charged_bytes);
	waiting->charged_bytes = waiting->is_duplicate.len;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (is_known != NULL && bit(is_known, i))
			set_duplicate(waiting, first_place + i);
		else
			waiting->kept[unknown++] = i;
	}
	return unknown == 0 ? 0 : sort_keys(waiting, batch, waiting->kept,
	    unknown, first_place, err);
}

/* ---- which of them are kept ------------------------------------------ */

/* Whether a row has the key of the row before it. */
static _Bool
is_same_key(struct dedup_waiting *waiting, const struct batch *batch,
    uint32_t row)
{
	const struct batch *before = batch;
	uint32_t before_row = row - 1;
	if (row == 0) {
		if (batch_builder_rows(&waiting->first) == 0)
			return 0;
		before = batch_builder_view(&waiting->first, NULL);
		before_row = 0;
	}
	for (uint32_t i = 0; i < waiting->options->column_count; i++)
		if (!column_is_equal(&before->columns[i], before_row,
		    &batch->columns[i], row))
			return 0;
	return 1;
}

static int
flush_counts(struct dedup_waiting *waiting, struct error *err)
{
	int result = sorter_add(waiting->counts,
	    batch_builder_view(&waiting->counting, NULL), err);
	batch_builder_clear(&waiting->counting);
	return result;
}

/* The key last seen has all its rows. */
static int
close_key(struct dedup_waiting *waiting, struct error *err)
{
	struct batch_builder *counting = &waiting->counting;
	if (waiting->counts == NULL || waiting->key_rows == 0)
		return 0;
	column_builder_append_value(&counting->columns[0],
	    &waiting->kept_place);
	column_builder_append_value(&counting->columns[1],
	    &waiting->key_rows);
	return batch_builder_rows(counting) < BATCH_ROWS ? 0 :
	    flush_counts(waiting, err);
}

/* A batch sorted by key: the first row of each is kept. */
static int
mark_sorted(struct dedup_waiting *waiting, const struct batch *batch,
    uint64_t *duplicates, struct error *err)
{
	const int64_t *places =
	    batch->columns[batch->column_count - 1].values;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (is_same_key(waiting, batch, i)) {
			set_duplicate(waiting, places[i]);
			++*duplicates;
		} else {
			if (close_key(waiting, err) != 0)
				return -1;
			waiting->kept_place = places[i];
			waiting->key_rows = 0;
		}
		waiting->key_rows++;
	}
	batch_builder_clear(&waiting->first);
	if (batch_builder_append(&waiting->first, batch,
	    batch->row_count - 1, 1) != 0)
		return error_data(err, "a key's text passes 2 GiB");
	return 0;
}

static int
find_kept(struct dedup_waiting *waiting, uint64_t *duplicates,
    struct error *err)
{
	const struct batch *batch;
	int got = sorter_end(waiting->keys, err);
	while (got == 0 &&
	    (got = sorter_next(waiting->keys, &batch, err)) == 1)
		got = mark_sorted(waiting, batch, duplicates, err);
	waiting->budget->spilled_bytes += waiting->key_budget.spilled_bytes;
	sorter_free(waiting->keys);
	waiting->keys = NULL;
	if (got != 0 || waiting->counts == NULL)
		return got;
	if (close_key(waiting, err) != 0 || flush_counts(waiting, err) != 0)
		return -1;
	got = sorter_end(waiting->counts, err);
	waiting->budget->spilled_bytes += waiting->count_budget.spilled_bytes;
	return got;
}

/* ---- rows out -------------------------------------------------------- */

/* The counts come in the order of the places, as the rows kept do. */
static int
next_count(struct dedup_waiting *waiting, int64_t *count, struct error *err)
{
	if (waiting->next_counts == NULL ||
	    waiting->next_count == waiting->next_counts->row_count) {
		waiting->next_count = 0;
		if (sorter_next(waiting->counts, &waiting->next_counts,
		    err) != 1)
			return -1;
	}
	const int64_t *counts = waiting->next_counts->columns[1].values;
	*count = counts[waiting->next_count++];
	return 0;
}

static int
give_batch(struct dedup_waiting *waiting, const struct batch *batch,
    struct dedup_output *output, struct error *err)
{
	uint32_t kept = 0;
	uint32_t gone = 0;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (bit(waiting->is_duplicate.data,
		    (uint64_t)waiting->place++)) {
			waiting->gone[gone++] = i;
			continue;
		}
		if (waiting->counts != NULL && next_count(waiting,
		    &waiting->kept_counts[kept], err) != 0)
			return -1;
		waiting->kept[kept++] = i;
	}
	if (dedup_drop(output, batch, waiting->gone, gone, err) != 0)
		return -1;
	return dedup_keep(output, batch, waiting->kept, waiting->kept_counts,
	    kept, err);
}

int
dedup_waiting_give(struct dedup_waiting *waiting, struct dedup_output *output,
    uint64_t *duplicates, struct error *err)
{
	const struct batch *batch;
	int got = find_kept(waiting, duplicates, err);
	waiting->place = 0;
	spill_rewind(waiting->rows);
	while (got == 0 && (got = spill_next(waiting->rows, &batch, err)) == 1)
		got = give_batch(waiting, batch, output, err);
	return got;
}
