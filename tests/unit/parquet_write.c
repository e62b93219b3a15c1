/*
 * The Parquet writer: the same rows give the same bytes whatever the form
 * they come in, and whatever was spilled.  tests/rparquet.bats compares what
 * it writes with other readers.
 */
#include "check.h"

#include "batch/builder.h"
#include "format/parquet_codec.h"
#include "format/parquet_encode.h"
#include "format/parquet_pack.h"
#include "format/parquet_writer.h"

/* ---- a table of every type ------------------------------------------- */

#define ROWS 20000

static uint64_t
mix(uint64_t x)
{
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

static void
make_schema(struct schema *schema)
{
	static const char *const types[] = {"null", "bool", "i8", "i16",
	    "i32", "i64", "u8", "u16", "u32", "u64", "f32", "f64",
	    "decimal(7,2)", "decimal(15,4)", "decimal(30,6)", "date", "time",
	    "timestamp", "timestamp(utc)", "string", "string", "binary"};
	struct error err;
	for (unsigned i = 0; i < sizeof(types) / sizeof(*types); i++) {
		struct type type;
		char name[32];
		CHECK_INT(type_parse(types[i], strlen(types[i]), &type,
		    &err), 0);
		int len = snprintf(name, sizeof(name), "c%u", i);
		schema_add(schema, name, (size_t)len, type, 1);
	}
	schema_add(schema, "id", 2, type_of(TYPE_I64), 0);
	schema_add(schema, "word", 4, type_of(TYPE_STRING), 0);
	schema_add(schema, "key", 3, type_of(TYPE_STRING), 1);
}

/* A value of every kind: small and large ones, runs, few and many. */
static void
append_value(struct column_builder *column, uint32_t index, uint64_t row)
{
	uint64_t x = mix(row * 64 + index);
	char text[96];
	__int128 value = index % 2 == 0 ? (__int128)(x % 10) : (__int128)x;
	if (column->type.id == TYPE_BOOL) {
		column_builder_append_bool(column, row % 1000 < 300 || x & 1);
	} else if (type_is_variable(column->type)) {
		static const char words[] = "\xc3\xa4 is a rather long "
		    "text that is cut in the statistics of its column";
		int len = index % 2 == 0 ?
		    snprintf(text, sizeof(text), "w%" PRIu64, x % 300) :
		    snprintf(text, sizeof(text), "%.*s%" PRIu64,
			(int)(2 + x % 70), words, x % 300);
		CHECK_INT(column_builder_append_bytes(column, text,
		    (uint32_t)len), 0);
	} else if (column->type.id == TYPE_F64) {
		double f = (double)(x % 1000) / 8;
		column_builder_append_value(column, &f);
	} else if (column->type.id == TYPE_F32) {
		float f = (float)(x % 100000);
		column_builder_append_value(column, &f);
	} else {
		if (column->type.id == TYPE_DECIMAL)
			value = (__int128)(x % 9999999) -
			    (column->type.precision > 9 ? 5000 : 0);
		if (column->type.id == TYPE_TIME)
			value = (__int128)(x % UINT64_C(86400000000));
		if (column->type.id == TYPE_TIMESTAMP)
			value = (__int128)1700000000000000 +
			    (__int128)(x % 100000000000);
		if (column->type.id == TYPE_DATE)
			value = (__int128)(x % 20000);
		column_builder_append_value(column, &value);
	}
}

static void
append_rows(struct batch_builder *table, uint64_t begin, uint64_t end)
{
	for (uint64_t row = begin; row < end; row++) {
		uint32_t last = table->column_count - 3;
		for (uint32_t i = 0; i < last; i++) {
			if (i == 0 || mix(row * 7 + i) % 5 == 0 ||
			    (row > 9000 && row < 17500 && i % 3 == 0))
				column_builder_append_null(
				    &table->columns[i]);
			else
				append_value(&table->columns[i], i, row);
		}
		column_builder_append_value(&table->columns[last], &row);
		char text[32];
		int len = snprintf(text, sizeof(text), "word %" PRIu64,
		    mix(row) % 40);
		CHECK_INT(column_builder_append_bytes(
		    &table->columns[last + 1], text, (uint32_t)len), 0);
		len = snprintf(text, sizeof(text), "KEY-%010" PRIu64,
		    row * 3);
		if (row % 29 == 3)
			column_builder_append_null(&table->columns[last + 2]);
		else
			CHECK_INT(column_builder_append_bytes(
			    &table->columns[last + 2], text, (uint32_t)len),
			    0);
	}
}

/* ---- writing into memory --------------------------------------------- */

static int
append_output(void *ctx, const void *bytes, size_t len, struct error *err)
{
	(void)err;
	buffer_append(ctx, bytes, len);
	return 0;
}

static int
append_spill(void *ctx, const void *bytes, size_t len, uint64_t *offset,
    struct error *err)
{
	struct buffer *file = ctx;
	(void)err;
	*offset = file->len;
	buffer_append(file, bytes, len);
	return 0;
}

static int
read_spill(void *ctx, uint64_t offset, void *bytes, size_t len,
    struct error *err)
{
	const struct buffer *file = ctx;
	(void)err;
	memcpy(bytes, file->data + offset, len);
	return 0;
}

struct plan {
	uint32_t batch_rows;
	_Bool is_coded;
	_Bool by_rows;		/* parquet_writer_take */
	uint32_t spill_every;	/* batches; 0: never */
	struct parquet_options options;
};

/* Turns the plain string columns of a batch into codes. */
static void
code_batch(struct batch_builder *to, const struct batch *from,
    struct dictionary **dictionaries)
{
	for (uint32_t i = 0; i < from->column_count; i++) {
		const struct column *column = &from->columns[i];
		if (column->type.id != TYPE_STRING) {
			CHECK_INT(column_builder_append(&to->columns[i],
			    column, 0, from->row_count), 0);
			continue;
		}
		column_builder_use_dictionary(&to->columns[i],
		    dictionaries[i], 4);
		for (uint32_t row = 0; row < from->row_count; row++) {
			uint32_t len;
			if (column_is_null(column, row)) {
				column_builder_append_null(&to->columns[i]);
				continue;
			}
			const uint8_t *bytes = column_bytes(column, row,
			    &len);
			column_builder_append_code(&to->columns[i],
			    dictionary_add(dictionaries[i], bytes, len));
		}
	}
}

static void
write_batch(struct parquet_writer *writer, const struct plan *plan,
    const struct batch *batch)
{
	struct error err = {0};
	uint32_t rows[ROWS];
	if (!plan->by_rows) {
		CHECK_INT(parquet_writer_write(writer, batch, &err), 0);
		return;
	}
	for (uint32_t i = 0; i < batch->row_count; i++)
		rows[i] = i;
	uint32_t half = batch->row_count / 2;
	CHECK_INT(parquet_writer_take(writer, batch, rows, half, &err), 0);
	CHECK_INT(parquet_writer_take(writer, batch, rows + half,
	    batch->row_count - half, &err), 0);
}

/* The file of the first `rows` rows. */
static void
write_file(const struct plan *plan, uint64_t rows, struct buffer *file)
{
	struct schema schema = {0};
	struct error err = {0};
	struct buffer temporary = {0};
	struct parquet_spill spill = {.append = append_spill,
	    .read = read_spill, .ctx = &temporary};
	struct parquet_output output = {.write = append_output, .ctx = file};
	struct dictionary *dictionaries[64];
	struct batch_builder plain, coded;
	make_schema(&schema);
	batch_builder_init(&plain, &schema);
	batch_builder_init(&coded, &schema);
	for (uint32_t i = 0; i < schema.count; i++)
		dictionaries[i] = dictionary_new();
	struct parquet_shared *shared = parquet_shared_new(&schema,
	    &plan->options, &err);
	struct parquet_writer *writer = parquet_writer_new(shared, &output);
	uint32_t batches = 0;
	for (uint64_t row = 0; row < rows; row += plan->batch_rows) {
		uint64_t end = row + plan->batch_rows < rows ?
		    row + plan->batch_rows : rows;
		batch_builder_clear(&plain);
		append_rows(&plain, row, end);
		const struct batch *batch = batch_builder_view(&plain, NULL);
		/* Now and then a batch comes plain all the same. */
		if (plan->is_coded && batches % 7 != 5) {
			batch_builder_clear(&coded);
			code_batch(&coded, batch, dictionaries);
			batch = batch_builder_view(&coded, NULL);
		}
		write_batch(writer, plan, batch);
		uint64_t spilled = 0;
		if (plan->spill_every != 0 &&
		    ++batches % plan->spill_every == 0)
			CHECK_INT(parquet_writer_spill(writer, &spill,
			    batches / plan->spill_every % 3, &spilled,
			    &err), 0);
	}
	CHECK_INT(parquet_writer_finish(writer, &err), 0);
	CHECK_INT(parquet_writer_rows(writer), rows);
	CHECK_TEXT(err.text, "");
	parquet_writer_free(writer);
	parquet_shared_free(shared);
	for (uint32_t i = 0; i < schema.count; i++)
		dictionary_free(dictionaries[i]);
	batch_builder_release(&plain);
	batch_builder_release(&coded);
	buffer_release(&temporary);
	schema_release(&schema);
}

static const struct parquet_options small = {.codec = PARQUET_ZSTD,
    .row_group_rows = 6000, .page_rows = 900};

static void
check_same(const struct plan *plan, const struct plan *other)
{
	struct buffer a = {0}, b = {0};
	write_file(plan, ROWS, &a);
	write_file(other, ROWS, &b);
	CHECK(a.len > 1000);
	if (CHECK_INT(a.len, b.len))
		CHECK_BYTES(a.data, b.data, a.len);
	/* For a look at it with other tools. */
	const char *path = getenv("PARQUET_WRITE_FILE");
	if (path != NULL) {
		FILE *out = fopen(path, "wb");
		fwrite(a.data, 1, a.len, out);
		fclose(out);
	}
	buffer_release(&a);
	buffer_release(&b);
}

static void
batches_of_any_size_give_the_same_bytes(void)
{
	check_same(&(struct plan){.batch_rows = 8192, .options = small},
	    &(struct plan){.batch_rows = 77, .options = small});
}

static void
coded_and_plain_strings_give_the_same_bytes(void)
{
	check_same(&(struct plan){.batch_rows = 500, .options = small},
	    &(struct plan){.batch_rows = 500, .is_coded = 1,
		.options = small});
}

static void
rows_taken_one_by_one_give_the_same_bytes(void)
{
	check_same(&(struct plan){.batch_rows = 500, .options = small},
	    &(struct plan){.batch_rows = 700, .by_rows = 1, .is_coded = 1,
		.options = small});
}

static void
spilling_changes_no_byte(void)
{
	check_same(&(struct plan){.batch_rows = 500, .options = small},
	    &(struct plan){.batch_rows = 77, .is_coded = 1,
		.spill_every = 3, .options = small});
	check_same(&(struct plan){.batch_rows = 500, .options = small},
	    &(struct plan){.batch_rows = 1000, .spill_every = 1,
		.options = small});
}

static void
a_file_without_rows_is_whole(void)
{
	struct buffer file = {0};
	write_file(&(struct plan){.batch_rows = 1}, 0, &file);
	CHECK(file.len > 100);
	CHECK_BYTES(file.data, "PAR1", 4);
	CHECK_BYTES(file.data + file.len - 4, "PAR1", 4);
	buffer_release(&file);
}

static void
nulls_in_a_column_that_promised_none_are_refused(void)
{
	struct schema schema = {0};
	struct error err = {0};
	struct buffer file = {0};
	struct parquet_output output = {.write = append_output, .ctx = &file};
	struct batch_builder builder;
	schema_add(&schema, "id", 2, type_of(TYPE_I64), 0);
	batch_builder_init(&builder, &schema);
	column_builder_append_null(&builder.columns[0]);
	struct parquet_shared *shared = parquet_shared_new(&schema,
	    &(struct parquet_options){0}, &err);
	struct parquet_writer *writer = parquet_writer_new(shared, &output);
	CHECK_INT(parquet_writer_write(writer,
	    batch_builder_view(&builder, NULL), &err), 0);
	CHECK_INT(parquet_writer_finish(writer, &err), -1);
	CHECK_TEXT(err.text, "column 'id' has nulls and promised none");
	parquet_writer_free(writer);
	parquet_shared_free(shared);
	batch_builder_release(&builder);
	buffer_release(&file);
	schema_release(&schema);
}

/* ---- encodings ------------------------------------------------------- */

/* Reads bit `at` of packed bytes, LSB first. */
static uint64_t
unpack(const uint8_t *bytes, size_t at, unsigned width)
{
	uint64_t value = 0;
	for (unsigned i = 0; i < width; i++, at++)
		value |= (uint64_t)(bytes[at / 8] >> (at % 8) & 1) << i;
	return value;
}

static void
every_width_packs_what_bit_by_bit_unpacks(void)
{
	uint8_t out[40 * 8 + 64];
	for (unsigned width = 0; width <= 32; width++) {
		uint32_t values[72];
		for (unsigned i = 0; i < 72; i++)
			values[i] = (uint32_t)(width == 0 ? 0 :
			    mix(i + width * 100) >> (64 - width));
		parquet_pack32(values, 72, width, out);
		for (unsigned i = 0; i < 72; i++)
			CHECK_INT(unpack(out, (size_t)i * width, width),
			    values[i]);
	}
	for (unsigned width = 0; width <= 64; width++) {
		uint64_t values[32];
		for (unsigned i = 0; i < 32; i++)
			values[i] = width == 0 ? 0 :
			    mix(i + width * 100) >> (64 - width);
		parquet_pack64(values, width, out);
		for (unsigned i = 0; i < 32; i++)
			CHECK(unpack(out, (size_t)i * width, width) ==
			    values[i]);
	}
}

static uint64_t
get_varint(const uint8_t **at)
{
	uint64_t value = 0;
	for (unsigned shift = 0;; shift += 7) {
		uint8_t byte = *(*at)++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
}

/* Decodes a hybrid by the letter of the specification. */
static uint32_t
decode_hybrid(const struct buffer *in, unsigned width, uint32_t *values,
    uint32_t count)
{
	const uint8_t *at = in->data, *end = in->data + in->len;
	uint32_t n = 0;
	while (at < end && n < count) {
		uint64_t head = get_varint(&at);
		if (head & 1) {
			for (uint64_t i = 0; i < (head >> 1) * 8; i++)
				if (n < count)
					values[n++] = (uint32_t)unpack(at,
					    i * width, width);
			at += (head >> 1) * width;
		} else {
			uint32_t value = (uint32_t)unpack(at, 0,
			    (width + 7) / 8 * 8);
			at += (width + 7) / 8;
			for (uint64_t i = 0; i < head >> 1; i++)
				values[n++] = value;
		}
	}
	CHECK(at == end);
	return n;
}

static void
hybrids_of_runs_and_groups_decode_to_the_values(void)
{
	uint32_t values[5000], decoded[5000];
	for (uint32_t seed = 0; seed < 200; seed++) {
		uint32_t count = (uint32_t)(mix(seed) % 5000);
		unsigned width = seed % 20;
		uint32_t mask = (UINT32_C(1) << width) - 1;
		for (uint32_t i = 0, left = 0, value = 0; i < count; i++) {
			if (left == 0) {
				left = (uint32_t)(mix(i + seed) %
				    (seed % 3 == 0 ? 3 : 90)) + 1;
				value = (uint32_t)mix(i * 3 + seed) & mask;
			}
			left--;
			values[i] = value;
		}
		struct buffer out = {0};
		parquet_encode_hybrid(&out, values, count, width);
		CHECK_INT(decode_hybrid(&out, width, decoded, count), count);
		CHECK_BYTES(decoded, values, count * sizeof(*values));
		buffer_release(&out);
	}
}

static void
bitmaps_of_runs_decode_to_the_bits(void)
{
	uint8_t bits[700];
	uint32_t decoded[5600];
	for (uint32_t seed = 0; seed < 200; seed++) {
		uint32_t count = 1 + (uint32_t)(mix(seed) % 5600);
		memset(bits, 0, sizeof(bits));
		for (uint32_t i = 0; i < count; i++) {
			uint32_t bit = seed % 2 == 0 ?
			    mix(i / 300 + seed) & 1 :
			    mix(i / 100 + seed) % 3 == 0 ?
			    mix(i) & 1 : 1;
			bits[i / 8] |= (uint8_t)(bit << (i % 8));
		}
		struct buffer out = {0};
		parquet_encode_bits(&out, bits, count);
		CHECK_INT(decode_hybrid(&out, 1, decoded, count), count);
		uint32_t wrong = 0;
		for (uint32_t i = 0; i < count; i++)
			wrong += decoded[i] != (bits[i / 8] >> (i % 8) & 1u);
		CHECK_INT(wrong, 0);
		buffer_release(&out);
	}
}

int
main(void)
{
	RUN(every_width_packs_what_bit_by_bit_unpacks);
	RUN(hybrids_of_runs_and_groups_decode_to_the_values);
	RUN(bitmaps_of_runs_decode_to_the_bits);
	RUN(batches_of_any_size_give_the_same_bytes);
	RUN(coded_and_plain_strings_give_the_same_bytes);
	RUN(rows_taken_one_by_one_give_the_same_bytes);
	RUN(spilling_changes_no_byte);
	RUN(a_file_without_rows_is_whole);
	RUN(nulls_in_a_column_that_promised_none_are_refused);
	return check_done();
}
