/*
 * Made-up tables are written as CSV in every way that RFC 4180 allows, and
 * read back: at every level of vector kernels, by libcsv, whole and in
 * slices.  What comes must be what was written, with its lines.
 */
#include "format/csv_reader.h"

#include "check.h"

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

struct made {
	uint32_t column_count;
	uint32_t row_count;
	struct buffer csv;
	struct buffer texts;
	struct value {
		size_t begin;
		uint32_t len;
		_Bool is_null;
	} *values;			/* [row_count * column_count] */
	uint64_t *lines;		/* [row_count] */
};

struct shape {
	uint64_t seed;
	uint32_t columns, rows;
	const char *newline;
	uint32_t long_every;		/* rows; a field of up to 1.5 MiB */
	_Bool has_last_newline, has_bom, has_quoted_newlines;
};

static void
make_text(uint64_t *state, const struct shape *shape, struct buffer *out,
    uint32_t row)
{
	static const char plain[] = "abcdefgh 0123456789.-'";
	static const char odd[] = ",\"\n\r;x";
	size_t len = next_random(state) % 12;
	_Bool is_odd = next_random(state) % 5 == 0;
	if (shape->long_every > 0 && row % shape->long_every == 7)
		len = next_random(state) % 1500000;
	for (size_t i = 0; i < len; i++) {
		char c = plain[next_random(state) % (sizeof(plain) - 1)];
		if (is_odd && next_random(state) % 4 == 0)
			c = odd[next_random(state) % (sizeof(odd) - 1)];
		if (!shape->has_quoted_newlines && (c == '\n' || c == '\r'))
			c = '_';
		buffer_append_byte(out, (uint8_t)c);
	}
	if (len == 3)
		buffer_append_text(out, "\xc3\xa9");
}

static void
put_field(uint64_t *state, const uint8_t *text, size_t len, _Bool is_null,
    struct buffer *csv)
{
	_Bool must = len == 0;
	for (size_t i = 0; i < len; i++)
		must |= strchr(",\"\n\r", text[i]) != NULL;
	if (is_null)
		return;
	if (!must && next_random(state) % 4 != 0) {
		buffer_append(csv, text, len);
		return;
	}
	buffer_append_byte(csv, '"');
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"')
			buffer_append_byte(csv, '"');
		buffer_append_byte(csv, text[i]);
	}
	buffer_append_byte(csv, '"');
}

static void
make_row(uint64_t *state, const struct shape *shape, struct made *made,
    uint32_t row)
{
	for (uint32_t c = 0; c < shape->columns; c++) {
		struct value *v = &made->values[row * shape->columns + c];
		v->begin = made->texts.len;
		/* the first is never null: a lone null is a blank line */
		v->is_null = c > 0 && next_random(state) % 6 == 0;
		if (!v->is_null)
			make_text(state, shape, &made->texts, row);
		v->len = (uint32_t)(made->texts.len - v->begin);
		if (c > 0)
			buffer_append_byte(&made->csv, ',');
		put_field(state, made->texts.data + v->begin, v->len,
		    v->is_null, &made->csv);
	}
}

static void
make(struct made *made, const struct shape *shape)
{
	uint64_t state = shape->seed;
	*made = (struct made){.column_count = shape->columns,
	    .row_count = shape->rows};
	made->values = mem_array((size_t)shape->rows * shape->columns + 1,
	    sizeof(*made->values));
	made->lines = mem_array(shape->rows + 1, sizeof(*made->lines));
	buffer_reserve(&made->texts, 64);
	if (shape->has_bom)
		buffer_append_text(&made->csv, "\xef\xbb\xbf");
	for (uint32_t c = 0; c < shape->columns; c++)
		buffer_printf(&made->csv, "%sc%u", c > 0 ? "," : "", c);
	uint64_t line = 1;
	size_t counted = 0;
	for (uint32_t row = 0; row < shape->rows; row++) {
		buffer_append_text(&made->csv, shape->newline);
		for (; counted < made->csv.len; counted++)
			line += made->csv.data[counted] == '\n';
		made->lines[row] = line;
		make_row(&state, shape, made, row);
	}
	if (shape->has_last_newline)
		buffer_append_text(&made->csv, shape->newline);
}

static void
made_release(struct made *made)
{
	buffer_release(&made->csv);
	buffer_release(&made->texts);
	mem_free(made->values);
	mem_free(made->lines);
}

/* ---- reading from memory --------------------------------------------- */

struct memory_files {
	const struct buffer *texts;
	uint32_t count, next;
	_Bool is_pipe;		/* the size is not known beforehand */
	size_t at;
};

static int
read_memory(void *context, void *bytes, size_t len, size_t *got,
    struct error *err)
{
	struct memory_files *files = context;
	const struct buffer *text = &files->texts[files->next - 1];
	(void)err;
	*got = text->len - files->at < len ? text->len - files->at : len;
	if (*got > 0)
		memcpy(bytes, text->data + files->at, *got);
	files->at += *got;
	return 0;
}

static int
next_memory(void *context, struct rcsv_bytes *bytes, struct error *err)
{
	struct memory_files *files = context;
	(void)err;
	if (files->next == files->count)
		return 0;
	const struct buffer *text = &files->texts[files->next++];
	files->at = 0;
	*bytes = (struct rcsv_bytes){.read = read_memory, .context = files,
	    .name = "made.csv",
	    .size = files->is_pipe ? RCSV_SIZE_UNKNOWN : text->len};
	return 1;
}

static const struct rcsv_options defaults = {.delimiter = ',',
    .quote = '"', .has_quote = 1, .has_header = 1, .has_origin = 1,
    .slice_count = 1};

static struct batch_source *
open_memory(struct memory_files *files, const struct rcsv_options *options,
    struct error *err)
{
	static char nothing[1];
	static char *empty = nothing;
	static const struct table_schema strings = {
	    .missing = {&empty, 1}};
	const struct rcsv_files opener = {files, next_memory};
	return rcsv_source_new(options, &strings, &opener, NULL, err);
}

static _Bool
is_value(const struct made *made, uint32_t row, uint32_t c,
    const struct column *column, uint32_t at)
{
	const struct value *v = &made->values[row * made->column_count + c];
	if (v->is_null || column_is_null(column, at))
		return v->is_null && column_is_null(column, at);
	uint32_t len;
	const uint8_t *bytes = column_bytes(column, at, &len);
	return len == v->len &&
	    memcmp(bytes, made->texts.data + v->begin, len) == 0;
}

/* Whether the batch holds the rows from `row` on. */
static _Bool
check_rows(const struct made *made, uint32_t row, const struct batch *batch,
    _Bool checks_lines)
{
	const uint64_t *lines =
	    batch->columns[batch->column_count - 1].values;
	if (row + batch->row_count > made->row_count)
		return CHECK(!"too many rows");
	for (uint32_t i = 0; i < batch->row_count; i++, row++) {
		for (uint32_t c = 0; c < made->column_count; c++)
			if (!is_value(made, row, c, &batch->columns[c], i))
				return CHECK_INT(row * 100 + c, -1);
		if (checks_lines && lines[i] != made->lines[row])
			return CHECK_INT(lines[i], made->lines[row]);
	}
	return 1;
}

static void
check_serial(const struct made *made, const struct rcsv_options *options,
    _Bool is_pipe)
{
	struct error err = {0};
	const struct batch *batch;
	struct memory_files files = {&made->csv, 1, 0, is_pipe, 0};
	struct batch_source *source = open_memory(&files, options, &err);
	if (source == NULL) {
		CHECK_TEXT(err.text, "");
		return;
	}
	uint32_t row = 0;
	uint64_t end = 0, blocks = 0;
	int got;
	while ((got = batch_source_next(source, &batch, &err)) == 1) {
		if (!check_rows(made, row, batch, 1))
			break;
		row += batch->row_count;
		CHECK_INT(batch->block.index, blocks);
		CHECK_INT(batch->block.begin, end);
		if (batch->block.is_last) {
			end = batch->block.end;
			blocks++;
		}
	}
	if (got < 0)
		CHECK_TEXT(err.text, "");
	CHECK_INT(row, made->row_count);
	const struct stages *stages = source->stages(source);
	CHECK_INT(stages->block_count, blocks);
	CHECK_INT(stages->extent, end);
	if (!options->is_lenient)
		CHECK_INT(end, made->csv.len);
	batch_source_free(source);
}

/* Gathers slices as rfan does: block after block in turn. */
static void
check_slices(const struct made *made, const struct rcsv_options *options,
    uint32_t count, _Bool is_pipe)
{
	struct error err = {0};
	const struct batch *batch;
	struct memory_files *files = mem_array(count, sizeof(*files));
	struct batch_source **sources = mem_array(count, sizeof(*sources));
	for (uint32_t k = 0; k < count; k++) {
		struct rcsv_options own = *options;
		own.slice = k;
		own.slice_count = count;
		files[k] = (struct memory_files){&made->csv, 1, 0, is_pipe,
		    0};
		sources[k] = open_memory(&files[k], &own, &err);
	}
	uint32_t row = 0;
	uint64_t end = 0, block = 0;
	for (;;) {
		struct batch_source *source = sources[block % count];
		int got = batch_source_next(source, &batch, &err);
		if (got != 1) {
			CHECK_INT(got, 0);
			break;
		}
		CHECK_INT(batch->block.index, block);
		CHECK_INT(batch->block.begin, end);
		if (!check_rows(made, row, batch, 1))
			break;
		row += batch->row_count;
		if (batch->block.is_last) {
			end = batch->block.end;
			block++;
		}
	}
	CHECK_INT(row, made->row_count);
	for (uint32_t k = 0; k < count; k++) {
		CHECK_INT(batch_source_next(sources[k], &batch, &err), 0);
		CHECK_INT(sources[k]->stages(sources[k])->block_count, block);
		CHECK_INT(sources[k]->stages(sources[k])->extent, end);
		batch_source_free(sources[k]);
	}
	mem_free(sources);
	mem_free(files);
}

/* ---- the tests ------------------------------------------------------- */

static const struct shape shapes[] = {
	{1, 4, 20000, "\n", 0, 1, 0, 1},
	{2, 3, 60000, "\r\n", 0, 0, 1, 1},
	{3, 1, 50000, "\n", 0, 1, 0, 0},
	{4, 5, 900, "\n", 200, 1, 0, 1},
	{5, 2, 700, "\r\n", 90, 0, 0, 1},
	{6, 6, 40000, "\n", 0, 1, 1, 0},
	{7, 2, 0, "\n", 0, 0, 0, 0},
	{8, 1, 300000, "\n", 0, 1, 0, 0},
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

static void
every_level_reads_what_was_written(void)
{
	static const char *const levels[] = {"portable", "avx2", "avx512"};
	for (size_t i = 0; i < SHAPES; i++) {
		struct made made;
		make(&made, &shapes[i]);
		for (int level = 0; level < 3; level++) {
			setenv("RIFFLE_SIMD", levels[level], 1);
			check_serial(&made, &defaults, level == 1);
		}
		unsetenv("RIFFLE_SIMD");
		made_release(&made);
	}
}

static void
libcsv_reads_the_same(void)
{
	struct rcsv_options lenient = defaults;
	lenient.is_lenient = 1;
	for (size_t i = 0; i < SHAPES; i++) {
		struct made made;
		make(&made, &shapes[i]);
		check_serial(&made, &lenient, 0);
		made_release(&made);
	}
}

static void
slices_put_together_are_the_whole(void)
{
	struct rcsv_options lenient = defaults;
	lenient.is_lenient = 1;
	for (size_t i = 0; i < SHAPES; i++) {
		struct made made;
		make(&made, &shapes[i]);
		for (uint32_t count = 2; count < 7; count += 2)
			check_slices(&made, &defaults, count, count == 4);
		if (shapes[i].rows < 30000)
			check_slices(&made, &lenient, 3, 0);
		made_release(&made);
	}
}

static void
blocks_run_on_over_files(void)
{
	struct error err = {0};
	struct made made;
	make(&made, &shapes[0]);
	struct buffer texts[5] = {made.csv, made.csv, made.csv, made.csv,
	    made.csv};
	for (uint64_t count = 1; count < 9; count += 3) {
		uint64_t rows = 0, blocks = 0;
		for (uint64_t k = 0; k < count; k++) {
			struct rcsv_options own = defaults;
			own.slice = k;
			own.slice_count = count;
			struct memory_files files = {texts, 5, 0, 0, 0};
			struct batch_source *source = open_memory(&files,
			    &own, &err);
			const struct batch *batch;
			while (batch_source_next(source, &batch, &err) == 1) {
				rows += batch->row_count;
				blocks += batch->block.is_last;
				CHECK_INT(batch->block.index % count, k);
			}
			CHECK_INT(source->stages(source)->extent,
			    5 * made.csv.len);
			batch_source_free(source);
		}
		CHECK_INT(rows, 5 * (uint64_t)made.row_count);
		CHECK_INT(blocks, 5 * ((made.csv.len + RCSV_BLOCK_BYTES - 1) /
		    RCSV_BLOCK_BYTES));
	}
	made_release(&made);
}

/* The error of reading a text, or "" with *rows counted. */
static const char *
error_of(const char *text, const struct rcsv_options *options)
{
	static struct error err;
	struct buffer csv = {0};
	const struct batch *batch;
	err = (struct error){0};
	buffer_append_text(&csv, text);
	struct memory_files files = {&csv, 1, 0, 0, 0};
	struct batch_source *source = open_memory(&files, options, &err);
	while (source != NULL && batch_source_next(source, &batch, &err) == 1)
		continue;
	batch_source_free(source);
	buffer_release(&csv);
	return err.text;
}

static void
what_is_not_csv_is_refused_by_its_line(void)
{
	struct rcsv_options lenient = defaults;
	lenient.is_lenient = 1;
	CHECK_TEXT(error_of("a,b\n1,2\n\"x\ny\",3\n4\n", &defaults),
	    "made.csv:5: 1 field, not 2");
	CHECK_TEXT(error_of("a,b\n1,2,3\n", &defaults),
	    "made.csv:2: 3 fields, not 2");
	CHECK_TEXT(error_of("a,b\n1,x\"y\"\n", &defaults),
	    "made.csv:2: a quote within a field that does not begin with one");
	CHECK_TEXT(error_of("a,b\n1,\"x\"y\n", &defaults),
	    "made.csv:2: text after a closing quote");
	CHECK_TEXT(error_of("a,b\n1,2\n1,x\ry\n", &defaults),
	    "made.csv:3: a carriage return without a newline");
	CHECK_TEXT(error_of("a,b\n1,\"2\n3,4\n", &defaults),
	    "made.csv:2: a quote in the record that begins here is never "
	    "closed (--lenient reads stray quotes)");
	CHECK_TEXT(error_of("a,b\n1,x\"2\n3,\"4\"\n", &defaults),
	    "made.csv:2: a quote in the record that begins here is never "
	    "closed (--lenient reads stray quotes)");
	CHECK_TEXT(error_of("a,b\n1,x\"2\n3,\"4\n", &defaults),
	    "made.csv:2: a quote within a field that does not begin with one,"
	    " and a newline before the quotes are closed: where records end "
	    "is unknown from here on (--lenient reads stray quotes)");
	CHECK_TEXT(error_of("", &defaults),
	    "made.csv: empty, without a header");
	CHECK_TEXT(error_of("a,a\n1,2\n", &defaults),
	    "made.csv:1: two columns 'a'");
	CHECK_TEXT(error_of("\xff\xfe" "a\n", &defaults),
	    "made.csv: UTF-16 is not supported; convert it to UTF-8 "
	    "(iconv -f UTF-16 -t UTF-8)");
	CHECK_TEXT(error_of("a,b\n1,x\"2\n3,\"4\"\n", &lenient), "");
	CHECK_TEXT(error_of("a,b\n1,\"x\"y\"\n", &lenient), "");
	CHECK_TEXT(error_of("a,b\r1,2\r3,4", &lenient), "");
	CHECK_TEXT(error_of("a,b\n1,\"x\n", &lenient),
	    "made.csv: byte 4: a quote in the record that begins here is "
	    "never closed");
}

int
main(void)
{
	RUN(every_level_reads_what_was_written);
	RUN(libcsv_reads_the_same);
	RUN(slices_put_together_are_the_whole);
	RUN(blocks_run_on_over_files);
	RUN(what_is_not_csv_is_refused_by_its_line);
	return check_done();
}
