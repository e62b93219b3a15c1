/* lib/gen: random numbers, chances, skew, season, names, dirt, the tables. */
#include <math.h>

#include "check.h"

#include "base/datetime.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "gen/names.h"
#include "gen/random.h"
#include "gen/retail.h"
#include "gen/season.h"

/* ---- parts ------------------------------------------------------------ */

static void
random_numbers_are_those_of_splitmix64(void)
{
	/* the first outputs for seed 1234567, as implementations of
	 * SplitMix64 commonly print them for their tests */
	static const uint64_t want[] = {
		UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
		UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
		UINT64_C(16408922859458223821)
	};

	for (uint64_t i = 0; i < 5; i++)
		CHECK_INT(random_at(1234567, i), want[i]);
}

static void
an_alias_table_keeps_the_weights(void)
{
	static const uint64_t weights[] = { 0, 5, 1, 10, 0, 64, 20 };
	uint64_t counts[7] = { 0 };
	struct alias alias;

	alias_init(&alias, weights, 7);
	for (uint64_t i = 0; i < 1000000; i++)
		counts[alias_pick(&alias, (uint32_t)(i * 4294))]++;
	for (int i = 0; i < 7; i++)
		CHECK(fabs((double)counts[i] / 10000.0 -
		    (double)weights[i]) < 0.01);
	alias_release(&alias);

	static const uint64_t one[] = { 3 };
	alias_init(&alias, one, 1);
	CHECK_INT(alias_pick(&alias, 0), 0);
	CHECK_INT(alias_pick(&alias, UINT32_MAX), 0);
	alias_release(&alias);
}

static void
zipf_ranks_fall_off_as_the_law_says(void)
{
	enum { COUNT = 5000, DRAWS = 4000000 };
	static uint32_t counts[COUNT];
	struct zipf zipf;
	double sum = 0.0;

	zipf_init(&zipf, COUNT, ZIPF_SKEW_ONE / 5 * 4);
	for (uint64_t i = 0; i < DRAWS; i++)
		counts[zipf_pick(&zipf, random_at(7, i))]++;
	for (int r = 1; r <= COUNT; r++)
		sum += pow(r, -0.8);
	for (int r = 1; r <= 20; r++) {
		double want = DRAWS * pow(r, -0.8) / sum;

		CHECK(fabs(counts[r - 1] - want) < 5 * sqrt(want) +
		    want * 0.002);
	}
	/* the last tenth of the ranks together */
	double want = 0.0, got = 0.0;
	for (int r = COUNT - COUNT / 10; r <= COUNT; r++) {
		want += DRAWS * pow(r, -0.8) / sum;
		got += counts[r - 1];
	}
	CHECK(fabs(got - want) < want * 0.02);
	zipf_release(&zipf);
}

static void
zipf_takes_any_count_and_skew(void)
{
	static const uint32_t counts[] = {
		1, 2, 31, 32, 33, 34, 35, 63, 64, 65, 1000, 5000, 65536,
		1000003, ZIPF_MAX_COUNT
	};
	static const uint32_t skews[] = { 0, 1, ZIPF_SKEW_ONE, ZIPF_MAX_SKEW };

	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		for (size_t s = 0; s < 4; s++) {
			struct zipf zipf;
			uint32_t top = 0;

			zipf_init(&zipf, counts[c], skews[s]);
			for (uint64_t i = 0; i < 20000; i++) {
				uint32_t rank = zipf_pick(&zipf,
				    random_at(c, i));
				top = rank > top ? rank : top;
			}
			CHECK(top < counts[c]);
			CHECK(skews[s] > 1 || counts[c] > 1000 ||
			    top == counts[c] - 1);
			zipf_release(&zipf);
		}
	}
}

static void
scattering_is_a_permutation(void)
{
	static const uint32_t counts[] = { 1, 2, 3, 4, 10, 5000, 4096, 9973 };

	for (size_t c = 0; c < sizeof(counts) / sizeof(counts[0]); c++) {
		static uint8_t seen[10000];
		struct scatter scatter;
		uint32_t distinct = 0;

		memset(seen, 0, sizeof(seen));
		scatter_init(&scatter, counts[c], UINT64_MAX - c);
		for (uint32_t r = 0; r < counts[c]; r++) {
			uint32_t at = scatter_at(&scatter, r);

			if (CHECK(at < counts[c]))
				distinct += !seen[at]++;
		}
		CHECK_INT(distinct, counts[c]);
	}
}

static void
the_season_begins_and_ends_on_its_days(void)
{
	struct season season;

	CHECK_INT(datetime_days(2023, 1, 1), SEASON_FIRST_DAY);
	CHECK_INT(datetime_days(2024, 12, 31) - SEASON_FIRST_DAY + 1,
	    SEASON_DAYS);
	CHECK_INT(datetime_dow(SEASON_FIRST_DAY), 0);
	season_init(&season);
	CHECK_INT(season_day(&season, season_place(&season, 0)), 0);
	CHECK_INT(season_day(&season, season_place(&season, UINT64_MAX)),
	    SEASON_DAYS - 1);
	for (uint32_t day = 0; day < SEASON_DAYS; day++) {
		CHECK_INT(season_day(&season, season.starts[day]), day);
		CHECK_INT(season_day(&season, season.starts[day + 1] - 1),
		    day);
	}
	/* Black Friday sells more than the Friday before it */
	uint32_t friday = (uint32_t)(datetime_days(2024, 11, 29) -
	    SEASON_FIRST_DAY);
	CHECK(season.starts[friday + 1] - season.starts[friday] >
	    (season.starts[friday - 6] - season.starts[friday - 7]) * 3 / 2);
	CHECK(season_second(&season, 3, 0) < 86400);
	CHECK(season_second(&season, 3, UINT64_MAX) < 86400);
	season_release(&season);
}

static void
names_are_many_distinct_and_utf8(void)
{
	for (int c = 0; c < NAMES_CULTURES; c++) {
		size_t longest[NAMES_PARTS] = { 0 };

		for (int p = 0; p < NAMES_PARTS; p++) {
			uint32_t count;
			const char *const *list = names_list(c, p, &count);

			CHECK(count >= 16);
			for (uint32_t i = 0; i < count; i++) {
				size_t len = strlen(list[i]);

				CHECK(utf8_is_valid(list[i], len));
				if (len > longest[p])
					longest[p] = len;
				for (uint32_t k = 0; k < i; k++)
					CHECK(strcmp(list[k], list[i]) != 0);
			}
		}
		for (int p = NAMES_FEMALE; p <= NAMES_MALE; p++)
			CHECK(longest[p] + 1 + longest[NAMES_FAMILY] <=
			    NAMES_MAX_BYTES);
	}
}

static void
rates_are_read_exactly(void)
{
	struct dirt dirt;
	struct error err = { 0 };

	CHECK_INT(dirt_parse("duplicates=0.5, orphans=0.25,bad-date=0.25",
	    &dirt, &err), 0);
	CHECK_INT(dirt_pick(&dirt, 0), DIRT_DUPLICATES);
	CHECK_INT(dirt_pick(&dirt, UINT32_MAX / 2), DIRT_DUPLICATES);
	CHECK_INT(dirt_pick(&dirt, UINT32_MAX / 2 + 1), DIRT_ORPHANS);
	CHECK_INT(dirt_pick(&dirt, UINT32_MAX), DIRT_BAD_DATE);
	CHECK_INT(dirt_parse("zero-quantity=0", &dirt, &err), 0);
	CHECK(dirt_is_clean(&dirt));
}

static void
bad_rates_are_refused(void)
{
	static const char *const bad[][2] = {
		{ "orphan=0.1", "no fault 'orphan'; there are duplicates, "
		    "orphans, zero-quantity, bad-date, bad-price, zero-price, "
		    "no-price, nulls, bad-number, out-of-range, ragged, "
		    "mojibake" },
		{ "orphans", "'orphans' is not FAULT=RATE" },
		{ "orphans=1.1", "orphans: '1.1' is not a rate from 0 to 1 "
		    "of up to 9 decimals" },
		{ "orphans=-0.1", "orphans: '-0.1' is not a rate from 0 to 1 "
		    "of up to 9 decimals" },
		{ "orphans=x", "orphans: 'x' is not a rate from 0 to 1 "
		    "of up to 9 decimals" },
		{ "orphans=0.1,orphans=0.2",
		    "fault 'orphans' is named twice" },
		{ "orphans=0.6,duplicates=0.5",
		    "the rates of all faults together are more than 1" }
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct dirt dirt;
		struct error err = { 0 };

		CHECK_INT(dirt_parse(bad[i][0], &dirt, &err), -1);
		CHECK_INT(err.status, STATUS_USAGE);
		CHECK_TEXT(err.text, bad[i][1]);
	}
}

/* ---- tables ----------------------------------------------------------- */

static struct retail_options
options_of(enum retail_table table)
{
	return (struct retail_options){
		.table = table, .seed = 42, .transactions = 100000,
		.customers = 40000, .products = 20000,
		.skew = RETAIL_DEFAULT_SKEW, .part = 1, .part_count = 1
	};
}

/* Strings as they are, numbers and moments as the integers that they are. */
static void
append_value(struct buffer *text, const struct column *column, uint32_t row)
{
	const uint8_t *bytes;
	uint32_t len;

	switch (type_width(column->type)) {
	case 0:
		bytes = column_bytes(column, row, &len);
		buffer_append(text, bytes, len);
		break;
	case 1:
		buffer_printf(text, "%d",
		    ((const int8_t *)column->values)[row]);
		break;
	case 4:
		buffer_printf(text, "%" PRId32,
		    ((const int32_t *)column->values)[row]);
		break;
	default:
		buffer_printf(text, "%" PRId64,
		    ((const int64_t *)column->values)[row]);
		break;
	}
}

/* Rows as lines of text, with `|` between the values, "-" for null. */
static void
append_rows(struct buffer *text, const struct batch *batch)
{
	for (uint32_t row = 0; row < batch->row_count; row++) {
		for (uint32_t c = 0; c < batch->column_count; c++) {
			const struct column *column = &batch->columns[c];

			buffer_append_byte(text, c == 0 ? '\n' : '|');
			if (column_is_null(column, row))
				buffer_append_byte(text, '-');
			else
				append_value(text, column, row);
		}
	}
}

/* All rows of a source, which is freed; checks the batches on the way. */
static uint64_t
drain(struct batch_source *source, struct buffer *text)
{
	const struct batch *batch;
	struct error err = { 0 };
	uint64_t rows = 0;

	while (source->next(source, &batch, &err) > 0) {
		CHECK_INT(batch->column_count, source->header->schema.count);
		for (uint32_t c = 0; c < batch->column_count; c++)
			CHECK_INT(column_check(&batch->columns[c],
			    batch->row_count, &err), 0);
		append_rows(text, batch);
		rows += batch->row_count;
	}
	CHECK_INT(source->stages(source)->count, 0);
	batch_source_free(source);
	return rows;
}

static void
text_slices_of_any_number_are_the_whole(void)
{
	static const uint64_t parts[] = { 1, 3, 7 };

	for (int table = 0; table < RETAIL_TABLE_COUNT; table++) {
		struct retail_options options = options_of(table);
		struct buffer whole = { 0 };
		struct error err = { 0 };

		options.is_text = 1;
		dirt_parse("duplicates=0.02,bad-price=0.1,orphans=0.01,"
		    "bad-date=0.1,no-price=0.1", &options.dirt, &err);
		drain(retail_source_new(&options), &whole);
		for (int i = 0; i < 3; i++) {
			struct buffer text = { 0 };

			options.part_count = parts[i];
			for (uint64_t k = 1; k <= parts[i]; k++) {
				options.part = k;
				drain(retail_source_new(&options), &text);
			}
			CHECK_INT(text.len, whole.len);
			CHECK_BYTES(text.data, whole.data, whole.len);
			buffer_release(&text);
		}
		buffer_release(&whole);
	}
}

#define SLICES 3

static void
stream_slices_are_every_nth_block(void)
{
	struct retail_options options = options_of(RETAIL_TRANSACTIONS);
	struct batch_source *slices[SLICES];
	struct buffer whole = { 0 }, gathered = { 0 };
	struct error err = { 0 };
	const struct batch *batch;
	uint64_t end = 0, index = 0;

	drain(retail_source_new(&options), &whole);
	options.part_count = SLICES;
	for (uint64_t k = 0; k < SLICES; k++) {
		options.part = k + 1;
		slices[k] = retail_source_new(&options);
		CHECK(slices[k]->header->has_blocks);
	}
	/* block after block in turn */
	for (uint64_t k = 0;; k = (k + 1) % SLICES) {
		int more;

		while ((more = slices[k]->next(slices[k], &batch, &err)) > 0) {
			CHECK_INT(batch->block.index, index);
			CHECK_INT(batch->block.begin, end);
			append_rows(&gathered, batch);
			if (batch->block.is_last)
				break;
		}
		if (more == 0)
			break;
		end = batch->block.end;
		index++;
	}
	CHECK_INT(end, 100000);
	CHECK_INT(gathered.len, whole.len);
	CHECK_BYTES(gathered.data, whole.data, whole.len);
	for (int k = 0; k < SLICES; k++)
		batch_source_free(slices[k]);
	buffer_release(&whole);
	buffer_release(&gathered);
}

static void
slices_beyond_the_last_row_are_empty(void)
{
	struct retail_options options = options_of(RETAIL_TRANSACTIONS);
	struct buffer text = { 0 };

	options.transactions = 3;
	options.part_count = UINT64_MAX;
	options.part = 2;
	CHECK_INT(drain(retail_source_new(&options), &text), 0);
	options.part = UINT64_MAX;
	CHECK_INT(drain(retail_source_new(&options), &text), 0);
	options.part = 1;
	CHECK_INT(drain(retail_source_new(&options), &text), 3);
	options.is_text = 1;
	options.part_count = 5;
	CHECK_INT(drain(retail_source_new(&options), &text), 0);
	options.transactions = 0;
	options.part_count = 1;
	CHECK_INT(drain(retail_source_new(&options), &text), 0);
	options.is_text = 0;
	CHECK_INT(drain(retail_source_new(&options), &text), 0);
	buffer_release(&text);
}

static void
the_last_rows_are_made_at_once(void)
{
	struct retail_options options = options_of(RETAIL_TRANSACTIONS);
	struct buffer text = { 0 };

	options.transactions = RETAIL_MAX_TRANSACTIONS;
	options.is_text = 1;
	options.part = options.part_count = 100000000;
	CHECK_INT(drain(retail_source_new(&options), &text), 100);
	CHECK(strstr(buffer_text(&text), "TXN-9999999999|17356") != NULL);
	buffer_release(&text);
}

static void
the_first_rows_never_change(void)
{
	static const uint64_t want[RETAIL_TABLE_COUNT] = {
		[RETAIL_CUSTOMERS] = UINT64_C(0xb6708aca27a4713c),
		[RETAIL_PRODUCTS] = UINT64_C(0x95fe80ada2264b3),
		[RETAIL_TRANSACTIONS] = UINT64_C(0x24caf39cc7b99dd4)
	};

	for (int table = 0; table < RETAIL_TABLE_COUNT; table++) {
		struct retail_options options = options_of(table);
		struct buffer text = { 0 };

		options.transactions = options.customers =
		    options.products = 1000;
		CHECK_INT(drain(retail_source_new(&options), &text), 1000);
		CHECK_INT(hash_bytes(text.data, text.len), want[table]);
		buffer_release(&text);
	}
}

static void
order_is_declared_unless_there_are_duplicates(void)
{
	struct retail_options options = options_of(RETAIL_TRANSACTIONS);
	struct batch_source *source = retail_source_new(&options);
	const struct properties *properties = &source->header->properties;
	struct error err = { 0 };

	CHECK_INT(properties->sort_key_count, 1);
	CHECK_INT(properties->sort_keys[0].column, 0);
	CHECK_INT(properties->unique_column_count, 1);
	batch_source_free(source);

	dirt_parse("duplicates=0.001", &options.dirt, &err);
	source = retail_source_new(&options);
	properties = &source->header->properties;
	CHECK_INT(properties->sort_key_count, 0);
	CHECK_INT(properties->unique_column_count, 0);
	batch_source_free(source);
}

static void
options_out_of_range_are_refused(void)
{
	struct retail_options options = options_of(RETAIL_TRANSACTIONS);
	struct error err = { 0 };

	CHECK_INT(retail_options_check(&options, &err), 0);
	options.transactions = RETAIL_MAX_TRANSACTIONS + 1;
	CHECK_INT(retail_options_check(&options, &err), -1);
	options = options_of(RETAIL_TRANSACTIONS);
	options.part = 2;
	CHECK_INT(retail_options_check(&options, &err), -1);
	options = options_of(RETAIL_TRANSACTIONS);
	options.skew = ZIPF_MAX_SKEW + 1;
	CHECK_INT(retail_options_check(&options, &err), -1);
	options = options_of(RETAIL_TRANSACTIONS);
	dirt_parse("bad-date=0.1", &options.dirt, &err);
	CHECK_INT(retail_options_check(&options, &err), -1);
	CHECK_TEXT(err.text, "bad-date is text that is no value: only CSV "
	    "can hold it");
	/* ... but it is no concern of the customers */
	options.table = RETAIL_CUSTOMERS;
	CHECK_INT(retail_options_check(&options, &err), 0);
}

int
main(void)
{
	RUN(random_numbers_are_those_of_splitmix64);
	RUN(an_alias_table_keeps_the_weights);
	RUN(zipf_ranks_fall_off_as_the_law_says);
	RUN(zipf_takes_any_count_and_skew);
	RUN(scattering_is_a_permutation);
	RUN(the_season_begins_and_ends_on_its_days);
	RUN(names_are_many_distinct_and_utf8);
	RUN(rates_are_read_exactly);
	RUN(bad_rates_are_refused);
	RUN(text_slices_of_any_number_are_the_whole);
	RUN(stream_slices_are_every_nth_block);
	RUN(slices_beyond_the_last_row_are_empty);
	RUN(the_last_rows_are_made_at_once);
	RUN(the_first_rows_never_change);
	RUN(order_is_declared_unless_there_are_duplicates);
	RUN(options_out_of_range_are_refused);
	return check_done();
}
