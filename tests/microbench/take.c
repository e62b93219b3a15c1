/*
 * Gathering rows of a table of 50,000, as a join does with what it matched:
 * fixed widths, and names of 14 bytes.
 */
#include "bench.h"

#include "base/hash.h"
#include "batch/builder.h"

#define TABLE_ROWS 50000

enum { SMALL, MIDDLE, LARGE, NAME, COLUMNS };

static const enum type_id types[COLUMNS] = {
	TYPE_U8, TYPE_U16, TYPE_I64, TYPE_STRING
};

struct gather {
	struct column_builder table[COLUMNS];
	struct column_builder out[COLUMNS];
	uint32_t rows[BATCH_ROWS];
	uint32_t begin, end;		/* the columns that are gathered */
};

static void
take(void *context)
{
	struct gather *gather = context;

	for (uint32_t i = gather->begin; i < gather->end; i++) {
		struct column column = column_builder_view(&gather->table[i]);

		column_builder_clear(&gather->out[i]);
		if (column_builder_take(&gather->out[i], &column,
		    gather->rows, BATCH_ROWS) != 0)
			abort();
	}
}

static void
measure(struct gather *gather, const char *name, const char *probe,
    uint32_t begin, uint32_t end)
{
	gather->begin = begin;
	gather->end = end;
	bench(name, probe, BATCH_ROWS, take, gather);
}

int
main(void)
{
	static struct gather gather;

	if (!bench_has_level())
		return 0;
	for (uint32_t i = 0; i < COLUMNS; i++) {
		column_builder_init(&gather.table[i], type_of(types[i]));
		column_builder_init(&gather.out[i], type_of(types[i]));
	}
	for (uint64_t row = 0; row < TABLE_ROWS; row++) {
		char text[32];
		int len = snprintf(text, sizeof(text), "Customer %05u",
		    (unsigned)row);

		for (uint32_t i = SMALL; i <= LARGE; i++)
			column_builder_append_value(&gather.table[i], &row);
		column_builder_append_bytes(&gather.table[NAME], text,
		    (uint32_t)len);
	}
	for (uint32_t i = 0; i < BATCH_ROWS; i++)
		gather.rows[i] = (uint32_t)(hash_u64(i) % TABLE_ROWS);
	measure(&gather, "take i64 of 50,000", "-", LARGE, LARGE + 1);
	measure(&gather, "take u8, u16, i64", "2.2", SMALL, LARGE + 1);
	measure(&gather, "take string of 14 bytes", "3.0", NAME, NAME + 1);
	for (uint32_t i = 0; i < COLUMNS; i++) {
		column_builder_release(&gather.table[i]);
		column_builder_release(&gather.out[i]);
	}
	return 0;
}
