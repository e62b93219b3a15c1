/*
 * What is done to whole columns: checked as they come out of a stream, counted,
 * brought from one dictionary to another.
 */
#include "bench.h"

#include "base/hash.h"
#include "batch/recode.h"

struct columns {
	struct column_builder codes, texts;
	struct column from, plain;
	struct dictionary *dictionary;
	struct recoder recoder;
	uint8_t bits[BATCH_ROWS / 8];
	uint32_t ones;
};

static void
check(const struct column *column)
{
	struct error err = {0};

	bench_need(column_check(column, BATCH_ROWS, &err), &err);
}

static void
check_codes(void *context)
{
	const struct columns *columns = context;

	check(&columns->from);
}

static void
check_offsets(void *context)
{
	const struct columns *columns = context;

	check(&columns->plain);
}

static void
count_ones(void *context)
{
	struct columns *columns = context;

	columns->ones += bitmap_count(columns->bits, BATCH_ROWS);
}

static void
recode(void *context)
{
	struct columns *columns = context;
	struct column view;
	struct error err = {0};

	bench_need(recoder_map(&columns->recoder, 0, &columns->from,
	    BATCH_ROWS, &view, &err), &err);
}

/* Codes of `count` entries, of which the first `unused` are not used. */
static void
make_codes(struct columns *columns, uint32_t count, uint32_t unused)
{
	struct type type = type_of(TYPE_STRING);
	uint8_t code_bytes = dictionary_code_bytes(count);

	columns->dictionary = dictionary_new();
	recoder_init(&columns->recoder, type, 1);
	column_builder_init(&columns->codes, type);
	column_builder_use_dictionary(&columns->codes, columns->dictionary,
	    code_bytes);
	for (uint32_t i = 0; i < count; i++)
		dictionary_add(columns->dictionary, &i, sizeof(i));
	for (uint64_t i = 0; i < BATCH_ROWS; i++)
		column_builder_append_code(&columns->codes, unused + (uint32_t)
		    (i < count - unused ? i : hash_u64(i) % (count - unused)));
	columns->from = column_builder_view(&columns->codes);
}

static void
release_codes(struct columns *columns)
{
	column_builder_release(&columns->codes);
	recoder_release(&columns->recoder);
	dictionary_free(columns->dictionary);
}

static void
measure_codes(struct columns *columns, uint32_t count, const char *bits)
{
	char name[64];

	make_codes(columns, count, 0);
	snprintf(name, sizeof(name), "check codes of %s bits", bits);
	bench(name, "-", BATCH_ROWS, check_codes, columns);
	snprintf(name, sizeof(name), "recode %s bits, the same", bits);
	bench(name, "-", BATCH_ROWS, recode, columns);
	release_codes(columns);
	make_codes(columns, count, 1);
	snprintf(name, sizeof(name), "recode %s bits, others", bits);
	bench(name, "-", BATCH_ROWS, recode, columns);
	release_codes(columns);
}

int
main(void)
{
	static struct columns columns;

	if (!bench_has_level())
		return 0;
	measure_codes(&columns, 200, "8");
	measure_codes(&columns, 5000, "16");
	column_builder_init(&columns.texts, type_of(TYPE_STRING));
	for (uint32_t i = 0; i < BATCH_ROWS; i++)
		column_builder_append_bytes(&columns.texts, "text", i % 5);
	columns.plain = column_builder_view(&columns.texts);
	bench("check offsets", "-", BATCH_ROWS, check_offsets, &columns);
	memset(columns.bits, 0x5a, sizeof(columns.bits));
	bench("count ones", "-", BATCH_ROWS, count_ones, &columns);
	column_builder_release(&columns.texts);
	return 0;
}
