#include "batch/value.h"
#include "op/aggregate/set.h"
#include "op/group_values.h"

/*
 * Lists of values as text.
 *
 *	string_agg(x, sep)		text in the order of the input; the
 *					separator is ',' if it is left out
 *	string_agg(x, sep ORDER BY x)	ascending
 *	string_agg(DISTINCT x, sep)	each once, ascending
 *	histogram(x)			{"a": 3, "b": 1}, ascending
 *
 * For the order of the input a value in the set is the row's place, block and
 * row as big-endian u64, and then the text.
 */
#define PLACE_BYTES 16

enum text_kind { TEXT_AGG, TEXT_PLACED, TEXT_HISTOGRAM };

struct text {
	struct aggregate_reducer reducer;
	enum text_kind kind;
	char *separator;		/* owned */
	struct group_array is_set;	/* uint8_t */
	struct group_strings strings;
	struct buffer scratch;
};

static void
text_grow(struct aggregate_reducer *reducer, uint32_t old_count,
    uint32_t count)
{
	struct text *self = (struct text *)reducer;
	group_array_grow(&self->is_set, 1, old_count, count);
	group_strings_grow(&self->strings, count);
}

/* "text" as a JSON string (RFC 8259, section 7) */
static void
append_quoted(struct buffer *out, const uint8_t *bytes, size_t len)
{
	buffer_append_byte(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			buffer_append_byte(out, '\\');
		if (bytes[i] < 0x20)
			buffer_printf(out, "\\u%04x", bytes[i]);
		else
			buffer_append_byte(out, bytes[i]);
	}
	buffer_append_byte(out, '"');
}

static void
append_entry(struct text *self, const struct column *values, uint32_t row,
    int64_t weight)
{
	struct buffer value = {0};
	column_format(values, row, &value);
	append_quoted(&self->scratch, value.data, value.len);
	buffer_printf(&self->scratch, ": %lld", (long long)weight);
	buffer_release(&value);
}

static int
append_value(struct text *self, uint32_t id, const uint8_t *bytes,
    uint32_t len, struct error *err)
{
	uint8_t *is_set = (uint8_t *)self->is_set.slots + id;
	size_t separator = strlen(self->separator);
	uint32_t old;
	group_strings_get(&self->strings, id, &old);
	if ((uint64_t)old + separator + len > COLUMN_MAX_BYTES)
		return error_data(err, "a list passes 2 GiB");
	if (*is_set)
		group_strings_append(&self->strings, id, self->separator,
		    (uint32_t)separator);
	group_strings_append(&self->strings, id, bytes, len);
	*is_set = 1;
	return 0;
}

static int
text_take(struct aggregate_reducer *reducer,
    const struct aggregate_values *values, struct error *err)
{
	struct text *self = (struct text *)reducer;
	for (uint32_t i = 0; i < values->count; i++) {
		uint32_t id = values->groups[i];
		uint32_t len;
		int64_t times = values->weights[i];
		const uint8_t *bytes;
		if (self->kind == TEXT_HISTOGRAM) {
			self->scratch.len = 0;
			append_entry(self, values->values, i, times);
			bytes = self->scratch.data;
			len = (uint32_t)self->scratch.len;
			times = 1;
		} else {
			bytes = column_bytes(values->values, i, &len);
		}
		if (self->kind == TEXT_PLACED) {
			bytes += PLACE_BYTES;
			len -= PLACE_BYTES;
		}
		for (int64_t k = 0; k < times; k++)
			if (append_value(self, id, bytes, len, err) != 0)
				return -1;
	}
	return 0;
}

static int
text_give(struct aggregate_reducer *reducer, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct text *self = (struct text *)reducer;
	const uint8_t *is_set = self->is_set.slots;
	_Bool has_braces = self->kind == TEXT_HISTOGRAM;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len;
		if (!is_set[ids[i]]) {
			column_builder_append_null(result);
			continue;
		}
		const uint8_t *bytes = group_strings_get(&self->strings,
		    ids[i], &len);
		self->scratch.len = 0;
		if (has_braces)
			buffer_append_byte(&self->scratch, '{');
		buffer_append(&self->scratch, bytes, len);
		if (has_braces)
			buffer_append_byte(&self->scratch, '}');
		if (column_builder_append_bytes(result, self->scratch.data,
		    (uint32_t)self->scratch.len) != 0)
			return error_data(err,
			    "lists of more than 2 GiB in one batch");
	}
	return 0;
}

static void
text_keep(struct aggregate_reducer *reducer, uint32_t id)
{
	struct text *self = (struct text *)reducer;
	group_array_keep(&self->is_set, id);
	group_strings_keep(&self->strings, id);
}

static size_t
text_bytes(const struct aggregate_reducer *reducer)
{
	const struct text *self = (const struct text *)reducer;
	return group_array_bytes(&self->is_set) +
	    group_strings_bytes(&self->strings);
}

static void
text_clear(struct aggregate_reducer *reducer)
{
	struct text *self = (struct text *)reducer;
	group_array_release(&self->is_set);
	group_strings_release(&self->strings);
}

static void
text_free(struct aggregate_reducer *reducer)
{
	struct text *self = (struct text *)reducer;
	text_clear(reducer);
	buffer_release(&self->scratch);
	mem_free(self->separator);
	mem_free(self);
}

static const struct aggregate_reducer_ops text_ops = {
	.grow = text_grow, .take = text_take, .give = text_give,
	.keep = text_keep, .clear = text_clear, .bytes = text_bytes,
	.free = text_free
};

/* ---- making them ----------------------------------------------------- */

static void
put_place(uint8_t *bytes, uint64_t number)
{
	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(number >> (56 - 8 * i));
}

static const struct column *
encode_placed(const struct aggregate_rows *rows,
    struct column_builder *scratch)
{
	static _Thread_local struct column view;
	struct buffer value = {0};
	column_builder_clear(scratch);
	buffer_resize(&value, PLACE_BYTES);
	put_place(value.data, rows->block);
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t len;
		if (column_is_null(rows->argument, i)) {
			column_builder_append_null(scratch);
			continue;
		}
		const uint8_t *bytes = column_bytes(rows->argument, i, &len);
		value.len = PLACE_BYTES;
		put_place(value.data + 8, rows->row + i);
		buffer_append(&value, bytes, len);
		/* a batch's text is far below what a builder holds */
		(void)column_builder_append_bytes(scratch, value.data,
		    (uint32_t)value.len);
	}
	buffer_release(&value);
	view = column_builder_view(scratch);
	return &view;
}

/* 'text' without its quotes, in which '' stands for one; NULL: none. */
static char *
unquote(const char *text)
{
	size_t len = strlen(text);
	if (len < 2 || text[0] != '\'' || text[len - 1] != '\'')
		return NULL;
	char *out = mem_strndup(text + 1, len - 2);
	size_t to = 0;
	for (size_t i = 0; out[i] != '\0'; i++) {
		out[to++] = out[i];
		if (out[i] == '\'' && out[i + 1] == '\'')
			i++;
	}
	out[to] = '\0';
	return out;
}

static struct aggregate_state *
text_new(const struct aggregate_spec *spec, enum text_kind kind,
    char *separator)
{
	struct text *self = mem_zalloc(sizeof(*self));
	self->reducer.ops = &text_ops;
	self->kind = kind;
	self->separator = separator;
	const struct aggregate_set_options options = {
	    .value = kind == TEXT_PLACED ? type_of(TYPE_BINARY) :
	    spec->argument, .result = type_of(TYPE_STRING),
	    .is_weighted = !spec->is_distinct,
	    .encode = kind == TEXT_PLACED ? encode_placed : NULL,
	    .reducer = &self->reducer};
	return aggregate_set_new(&options);
}

struct aggregate_state *
aggregate_string_agg_new(const struct aggregate_spec *spec,
    struct error *err)
{
	char type[TYPE_TEXT_BYTES];
	if (spec->argument.id != TYPE_STRING) {
		error_usage(err, "string_agg of a %s, which is no text: cast "
		    "it", type_format(spec->argument, type));
		return NULL;
	}
	char *separator = unquote(spec->parameter != NULL ? spec->parameter :
	    "','");
	if (separator == NULL) {
		error_usage(err, "string_agg needs a separator in quotes, "
		    "not %s", spec->parameter);
		return NULL;
	}
	return text_new(spec, spec->is_by_value || spec->is_distinct ?
	    TEXT_AGG : TEXT_PLACED, separator);
}

struct aggregate_state *
aggregate_histogram_new(const struct aggregate_spec *spec, struct error *err)
{
	if (aggregate_check_scalar(spec, err) != 0)
		return NULL;
	return text_new(spec, TEXT_HISTOGRAM, mem_strdup(", "));
}
