#include "op/ascending_keys.h"
#include "op/dedup/parts.h"
#include "op/key/key_table.h"

/*
 * The list of ascending keys is given up when, of so many keys or more, one
 * in SOUGHT_SHARE had to be looked for.
 */
#define SOUGHT_MIN 1024
#define SOUGHT_SHARE 8
/* ... and one in so many of a list in a file, where it costs a block. */
#define SOUGHT_SHARE_SPILLED 50

struct dedup_known {
	const uint32_t *columns;	/* borrowed; the key */
	uint32_t column_count;
	struct ascending_keys *ascending;	/* owned; NULL: given up */
	uint64_t seen, sought;		/* by it */
	struct key_table *table;	/* owned; of all other keys */
	uint32_t *own_columns;		/* owned: 0, 1, ... */
	struct batch_builder others;	/* keys for the table */
	struct schema schema;		/* of the keys alone */
	struct batch keys;		/* its columns are owned */
	uint32_t *ids, *rows;		/* owned, [BATCH_MAX_ROWS] */
	uint8_t *classes;		/* owned, [BATCH_MAX_ROWS] */
};

struct dedup_known *
dedup_known_new(const struct schema *schema, const uint32_t *columns,
    uint32_t column_count, const char *folder, struct budget *budget)
{
	struct dedup_known *known = mem_zalloc(sizeof(*known));
	struct type *types = mem_array(column_count, sizeof(*types));
	known->columns = columns;
	known->column_count = column_count;
	known->own_columns = mem_array(column_count, sizeof(uint32_t));
	known->keys.columns = mem_array(column_count, sizeof(struct column));
	known->keys.column_count = column_count;
	for (uint32_t i = 0; i < column_count; i++) {
		const struct field *field = &schema->fields[columns[i]];
		types[i] = field->type;
		known->own_columns[i] = i;
		schema_add(&known->schema, field->name, strlen(field->name),
		    field->type, field->is_nullable);
	}
	known->ids = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	known->rows = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	known->classes = mem_alloc(BATCH_MAX_ROWS);
	batch_builder_init(&known->others, &known->schema);
	known->table = key_table_new(types, column_count, 0, budget);
	known->ascending = ascending_keys_new(schema, columns, column_count,
	    folder, budget);
	mem_free(types);
	return known;
}

void
dedup_known_free(struct dedup_known *known)
{
	if (known == NULL)
		return;
	ascending_keys_free(known->ascending);
	key_table_free(known->table);
	batch_builder_release(&known->others);
	schema_release(&known->schema);
	mem_free(known->own_columns);
	mem_free(known->keys.columns);
	mem_free(known->ids);
	mem_free(known->rows);
	mem_free(known->classes);
	mem_free(known);
}

static _Bool
is_sought_often(const struct dedup_known *known, uint64_t share)
{
	return known->sought > SOUGHT_MIN &&
	    known->sought > known->seen / share;
}

int
dedup_known_fit(struct dedup_known *known, uint64_t bytes, _Bool *fits,
    struct error *err)
{
	struct ascending_keys *list = known->ascending;
	uint64_t table = key_table_bytes(known->table);
	*fits = table <= bytes;
	if (list == NULL)
		return 0;
	if (table + ascending_keys_bytes(list) > bytes &&
	    ascending_keys_spill(list, err) != 0)
		return -1;
	*fits = table + ascending_keys_bytes(list) <= bytes &&
	    !(ascending_keys_is_spilled(list) &&
	    is_sought_often(known, SOUGHT_SHARE_SPILLED));
	return 0;
}

_Bool
dedup_known_is_spilled(const struct dedup_known *known)
{
	return known->ascending != NULL &&
	    ascending_keys_is_spilled(known->ascending);
}

int
dedup_known_hand_over(struct dedup_known *known,
    struct dedup_waiting *waiting, struct error *err)
{
	const struct batch *keys;
	int got;
	if (!dedup_known_is_spilled(known))
		return 0;
	while ((got = ascending_keys_take(known->ascending, &keys,
	    err)) == 1)
		if (dedup_waiting_add_given(waiting, keys, err) != 0)
			return -1;
	ascending_keys_free(known->ascending);
	known->ascending = NULL;
	return got;
}

/* Keys that came in no order go to the table with all others. */
static int
give_up_list(struct dedup_known *known, struct error *err)
{
	const struct batch *keys;
	int got;
	while ((got = ascending_keys_take(known->ascending, &keys,
	    err)) == 1)
		key_table_add_batch(known->table, keys, known->own_columns,
		    known->ids);
	ascending_keys_free(known->ascending);
	known->ascending = NULL;
	return got;
}

/* known->others become the keys of known->rows[0 .. count). */
static int
pick_others(struct dedup_known *known, const struct batch *batch,
    uint32_t count, struct error *err)
{
	known->keys.row_count = batch->row_count;
	for (uint32_t i = 0; i < known->column_count; i++)
		known->keys.columns[i] = batch->columns[known->columns[i]];
	batch_builder_clear(&known->others);
	if (batch_builder_take(&known->others, &known->keys, known->rows,
	    count) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	return 0;
}

/* Rows of class ASCENDING_OTHER. */
static uint32_t
list_others(struct dedup_known *known, uint32_t rows)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < rows; i++)
		if (known->classes[i] == ASCENDING_OTHER)
			known->rows[count++] = i;
	return count;
}

static int
add_to_list(struct dedup_known *known, const struct batch *batch,
    uint8_t *is_new, struct error *err)
{
	uint32_t next = key_table_count(known->table);
	int64_t sought = ascending_keys_add(known->ascending, batch,
	    known->classes, err);
	if (sought < 0)
		return -1;
	for (uint32_t i = 0; i < batch->row_count; i++)
		is_new[i] = known->classes[i] == ASCENDING_NEW;
	uint32_t count = sought == 0 ? 0 : list_others(known,
	    batch->row_count);
	if (count > 0) {
		if (pick_others(known, batch, count, err) != 0)
			return -1;
		key_table_add_batch(known->table, batch_builder_view(
		    &known->others, NULL), known->own_columns, known->ids);
	}
	for (uint32_t i = 0; i < count; i++) {
		is_new[known->rows[i]] = known->ids[i] == next;
		next += known->ids[i] == next;
	}
	known->seen += batch->row_count;
	known->sought += (uint64_t)sought;
	if (!ascending_keys_is_spilled(known->ascending) &&
	    is_sought_often(known, SOUGHT_SHARE))
		return give_up_list(known, err);
	return 0;
}

int
dedup_known_add(struct dedup_known *known, const struct batch *batch,
    uint8_t *is_new, struct error *err)
{
	if (known->ascending != NULL)
		return add_to_list(known, batch, is_new, err);
	uint32_t next = key_table_count(known->table);
	key_table_add_batch(known->table, batch, known->columns, known->ids);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		is_new[i] = known->ids[i] == next;
		next += is_new[i];
	}
	return 0;
}

int
dedup_known_find(struct dedup_known *known, const struct batch *batch,
    uint8_t *is_known, struct error *err)
{
	uint32_t count = batch->row_count;
	if (known->ascending == NULL) {
		key_table_find_batch(known->table, batch, known->columns,
		    known->ids);
		for (uint32_t i = 0; i < count; i++)
			is_known[i] = known->ids[i] != KEY_TABLE_NONE;
		return 0;
	}
	if (ascending_keys_find(known->ascending, batch, known->classes,
	    err) != 0)
		return -1;
	for (uint32_t i = 0; i < count; i++)
		is_known[i] = known->classes[i] == ASCENDING_HELD;
	count = list_others(known, count);
	if (count == 0 || key_table_count(known->table) == 0)
		return 0;
	if (pick_others(known, batch, count, err) != 0)
		return -1;
	key_table_find_batch(known->table, batch_builder_view(&known->others,
	    NULL), known->own_columns, known->ids);
	for (uint32_t i = 0; i < count; i++)
		is_known[known->rows[i]] = known->ids[i] != KEY_TABLE_NONE;
	return 0;
}
