#include "format/csv_infer.h"

#include <string.h>

#include "base/datetime.h"
#include "base/decimal.h"
#include "base/json.h"
#include "base/number.h"

#define EXAMPLE_BYTES 200	/* of a value that is shown */

struct inference {
	const struct table_words *missing;
	struct rcsv_infer_formats formats;
	struct rcsv_infer_column *columns;	/* owned */
	uint32_t column_count;			/* without the origin's */
	uint64_t rows;
};

/* ---- looking --------------------------------------------------------- */

static _Bool
is_seen(struct rcsv_infer_column *state, const struct column *column,
    uint32_t row)
{
	if (column->code_bytes == 0)
		return 0;
	uint8_t *seen = state->seen.data + column_code(column, row);
	_Bool was_seen = *seen;
	*seen = 1;
	return was_seen;
}

static void
take_value(struct inference *all, struct rcsv_infer_column *state,
    const struct batch *batch, const struct column *column, uint32_t row)
{
	uint32_t len, file_len;
	if (column_is_null(column, row)) {
		state->nulls++;
		return;
	}
	/* an entry of a dictionary is looked at once */
	if (is_seen(state, column, row))
		return;
	const uint8_t *text = column_bytes(column, row, &len);
	/* with quotes it is null to every type but string */
	if (table_words_have(all->missing, text, len))
		return;
	const struct column *origin = batch->columns + all->column_count;
	const uint8_t *bytes = column_bytes(&origin[0], row, &file_len);
	char file[256];
	if (file_len >= sizeof(file))
		file_len = sizeof(file) - 1;
	memcpy(file, bytes, file_len);
	file[file_len] = '\0';
	rcsv_infer_take(state, &all->formats, (const char *)text, len, file,
	    ((const uint64_t *)origin[1].values)[row]);
}

static void
take_batch(struct inference *all, const struct batch *batch)
{
	all->rows += batch->row_count;
	for (uint32_t i = 0; i < all->column_count; i++) {
		const struct column *column = &batch->columns[i];
		struct rcsv_infer_column *state = &all->columns[i];
		if (column->code_bytes != 0)
			buffer_resize(&state->seen,
			    column->dictionary->count);
		for (uint32_t row = 0; row < batch->row_count; row++)
			take_value(all, state, batch, column, row);
	}
}

/* ---- telling --------------------------------------------------------- */

static void
set_bytes(struct json_value *object, const char *name, const void *bytes,
    size_t len)
{
	size_t cut = len > EXAMPLE_BYTES ? EXAMPLE_BYTES : len;
	while (cut > 0 && cut < len &&
	    (((const uint8_t *)bytes)[cut] & 0xc0) == 0x80)
		cut--;
	json_value_set(object, name, json_value_new_text(
	    bytes == NULL ? "" : bytes, cut));
}

static void
set_number(struct json_value *object, const char *name, int128 value,
    uint32_t scale)
{
	char text[DECIMAL_TEXT_BYTES];
	size_t len = decimal_format_128(text, value, scale);
	set_bytes(object, name, text, len);
}

static void
set_moment(struct json_value *object, const char *name, int64_t us,
    enum type_id id, _Bool is_utc)
{
	char text[DATETIME_TEXT_BYTES];
	size_t len = id == TYPE_DATE ?
	    datetime_print_date(text, datetime_day_of(us)) :
	    id == TYPE_TIME ? datetime_print_time(text, us) :
	    datetime_print_timestamp(text, us, is_utc);
	set_bytes(object, name, text, len);
}

/* What was found, besides the type itself. */
struct finding {
	struct type type;
	const char *format;	/* or NULL */
	const char *other;	/* another format that fits as well */
	int64_t min_moment, max_moment;
};

static struct finding
find_format(const struct rcsv_infer_column *column,
    const struct rcsv_infer_formats *formats)
{
	struct finding finding = {.type = type_of(TYPE_STRING)};
	const char *found[2] = {NULL, NULL};
	int count = 0;
	uint32_t first = 0;
	for (uint32_t i = 0; i < RCSV_INFER_FORMATS && count < 2; i++) {
		if ((column->formats >> i & 1) == 0)
			continue;
		first = count == 0 ? i : first;
		found[count++] = rcsv_infer_patterns[i];
	}
	finding.min_moment = column->min_by_format[first];
	finding.max_moment = column->max_by_format[first];
	finding.format = found[0];
	finding.other = found[1];
	if (count == 1)
		finding.type = formats->formats[first].has_time ?
		    type_timestamp(0) : type_of(TYPE_DATE);
	return finding;
}

static struct finding
find_type(const struct rcsv_infer_column *column,
    const struct rcsv_infer_formats *formats)
{
	static const enum type_id ids[RCSV_INFER_TYPES] = {TYPE_BOOL,
	    TYPE_I64, TYPE_DECIMAL, TYPE_F64, TYPE_DATE, TYPE_TIME,
	    TYPE_TIMESTAMP};
	if (column->values == 0)
		return (struct finding){.type = type_of(TYPE_STRING)};
	if (column->types == 0)
		return find_format(column, formats);
	int i = __builtin_ctz(column->types);
	struct finding finding = {.type = type_of(ids[i]),
	    .min_moment = column->min_moment,
	    .max_moment = column->max_moment};
	if (i == RCSV_INFER_DECIMAL) {
		/* room for larger values than those seen */
		uint32_t digits = column->whole_digits + column->scale;
		finding.type = type_decimal(digits <=
		    DECIMAL_MAX_PRECISION_64 ? DECIMAL_MAX_PRECISION_64 :
		    DECIMAL_MAX_PRECISION, column->scale);
	} else if (i == RCSV_INFER_TIMESTAMP) {
		finding.type = type_timestamp(column->zoned > 0);
	}
	return finding;
}

static void
set_range(struct json_value *evidence, const struct rcsv_infer_column *column,
    const struct finding *finding)
{
	struct type type = finding->type;
	char text[NUMBER_F64_BYTES];
	if (type.id == TYPE_I64 || type.id == TYPE_DECIMAL) {
		set_number(evidence, "min", column->min_number,
		    column->min_scale);
		set_number(evidence, "max", column->max_number,
		    column->max_scale);
	} else if (type.id == TYPE_F64) {
		set_bytes(evidence, "min", text,
		    number_format_f64(text, column->min_float));
		set_bytes(evidence, "max", text,
		    number_format_f64(text, column->max_float));
	} else if (type.id == TYPE_STRING || type.id == TYPE_BOOL) {
		set_bytes(evidence, "min", column->min_text.data,
		    column->min_text.len);
		set_bytes(evidence, "max", column->max_text.data,
		    column->max_text.len);
	} else {
		set_moment(evidence, "min", finding->min_moment,
		    (enum type_id)type.id, type.is_utc);
		set_moment(evidence, "max", finding->max_moment,
		    (enum type_id)type.id, type.is_utc);
	}
	if (type.id == TYPE_STRING) {
		json_value_set_integer(evidence, "minLength",
		    (int64_t)column->min_length);
		json_value_set_integer(evidence, "maxLength",
		    (int64_t)column->max_length);
	}
}

static struct json_value *
make_counter_examples(const struct rcsv_infer_column *column)
{
	static const char *const names[RCSV_INFER_TYPES] = {"boolean",
	    "integer", "decimal", "float", "date", "time", "datetime"};
	struct json_value *not = json_value_new_object();
	for (int i = 0; i < RCSV_INFER_TYPES; i++) {
		const struct rcsv_counter_example *example = &column->not[i];
		if (example->value == NULL)
			continue;
		struct json_value *told = json_value_new_object();
		set_bytes(told, "value", example->value,
		    strlen(example->value));
		json_value_set_text(told, "file", example->file);
		json_value_set_integer(told, "line", (int64_t)example->line);
		json_value_set(not, names[i], told);
	}
	return not;
}

static struct json_value *
make_evidence(const struct inference *all,
    const struct rcsv_infer_column *column, const struct finding *finding)
{
	struct json_value *evidence = json_value_new_object();
	json_value_set_integer(evidence, "rows", (int64_t)all->rows);
	json_value_set_integer(evidence, "nulls", (int64_t)column->nulls);
	if (column->is_beyond)
		json_value_set_text(evidence, "distinct",
		    "more than 10000");
	else
		json_value_set_integer(evidence, "distinct",
		    column->distinct);
	if (column->values > 0)
		set_range(evidence, column, finding);
	if (finding->other != NULL) {
		struct json_value *both = json_value_new_array();
		json_value_append(both, json_value_new_text(finding->format,
		    strlen(finding->format)));
		json_value_append(both, json_value_new_text(finding->other,
		    strlen(finding->other)));
		json_value_set(evidence, "ambiguous", both);
	}
	json_value_set(evidence, "not", make_counter_examples(column));
	return evidence;
}

static const char *
standard_name(struct type type)
{
	switch (type.id) {
	case TYPE_BOOL:
		return "boolean";
	case TYPE_I64:
		return "integer";
	case TYPE_DECIMAL:
	case TYPE_F64:
		return "number";
	case TYPE_DATE:
		return "date";
	case TYPE_TIME:
		return "time";
	case TYPE_TIMESTAMP:
		return "datetime";
	default:
		return "string";
	}
}

static struct json_value *
make_field(const struct inference *all, const char *name,
    const struct rcsv_infer_column *column)
{
	char spelled[TYPE_TEXT_BYTES];
	struct finding finding = find_type(column, &all->formats);
	struct json_value *field = json_value_new_object();
	json_value_set_text(field, "name", name);
	json_value_set_text(field, "type", standard_name(finding.type));
	if (finding.type.id == TYPE_DECIMAL || finding.type.is_utc)
		json_value_set_text(field, "riffle:type",
		    type_format(finding.type, spelled));
	if (finding.format != NULL && finding.other == NULL)
		json_value_set_text(field, "format", finding.format);
	json_value_set(field, "riffle:evidence",
	    make_evidence(all, column, &finding));
	return field;
}

static void
tell(const struct inference *all, const struct schema *schema,
    struct buffer *out)
{
	struct json_value *root = json_value_new_object();
	struct json_value *fields = json_value_new_array();
	struct json_value *missing = json_value_new_array();
	for (uint32_t i = 0; i < all->column_count; i++)
		json_value_append(fields, make_field(all,
		    schema->fields[i].name, &all->columns[i]));
	for (uint32_t i = 0; i < all->missing->count; i++)
		json_value_append(missing, json_value_new_text(
		    all->missing->items[i], strlen(all->missing->items[i])));
	json_value_set(root, "fields", fields);
	json_value_set(root, "missingValues", missing);
	json_value_print(root, 1, out);
	buffer_append_byte(out, '\n');
	json_value_free(root);
}

int
rcsv_infer(const struct rcsv_options *options,
    const struct table_words *missing, const struct rcsv_files *files,
    struct buffer *out, struct error *err)
{
	struct rcsv_options with_origin = *options;
	struct table_schema strings = {.missing = *missing};
	struct inference all = {.missing = missing};
	with_origin.has_origin = 1;
	rcsv_infer_formats_init(&all.formats);
	struct batch_source *source = rcsv_source_new(&with_origin, &strings,
	    files, NULL, err);
	if (source == NULL)
		return -1;
	const struct schema *schema = &source->header->schema;
	all.column_count = schema->count - 2;
	all.columns = mem_array(all.column_count, sizeof(*all.columns));
	for (uint32_t i = 0; i < all.column_count; i++)
		rcsv_infer_column_init(&all.columns[i]);
	const struct batch *batch;
	int got;
	while ((got = batch_source_next(source, &batch, err)) == 1)
		take_batch(&all, batch);
	if (got == 0)
		tell(&all, schema, out);
	for (uint32_t i = 0; i < all.column_count; i++)
		rcsv_infer_column_release(&all.columns[i]);
	mem_free(all.columns);
	batch_source_free(source);
	return got;
}
