#include "op/sort/gather.h"

#include "base/int128.h"

/* Texts of so many bytes are copied whole, in steps of 16. */
#define SHORT_TEXT 48

/* Items that are gathered at a time: the lists of a column on the stack. */
#define STEP 1024

/* ---- forms ----------------------------------------------------------- */

void
sort_form_see(struct sort_form *forms, const struct batch *batch)
{
	for (uint32_t k = 0; k < batch->column_count; k++) {
		const struct column *column = &batch->columns[k];
		const struct dictionary *dictionary =
		    column->code_bytes != 0 ? column->dictionary : NULL;
		if (!forms[k].is_decided)
			forms[k].dictionary = dictionary;
		else if (forms[k].dictionary != dictionary)
			forms[k].dictionary = NULL;
		forms[k].is_decided = 1;
	}
}

/* ---- sources --------------------------------------------------------- */

static _Bool
is_odd(const struct sort_column *form, const struct column *column)
{
	return column->values != NULL &&
	    column->code_bytes != form->code_bytes;
}

/* Has column k the form that is wanted now. */
static void
follow_form(struct sort_sources *sources, uint32_t k)
{
	struct sort_column *form = &sources->forms[k];
	const struct dictionary *dictionary = sources->wanted[k].dictionary;
	uint8_t code_bytes = dictionary == NULL ? 0 :
	    dictionary_code_bytes(dictionary->count);
	form->dictionary = dictionary;
	if (code_bytes == form->code_bytes)
		return;
	form->code_bytes = code_bytes;
	form->odd_sources = 0;
	for (uint32_t i = 0; i < sources->count; i++)
		form->odd_sources += is_odd(form,
		    &sources->columns[(size_t)k * sources->count + i]);
}

void
sort_sources_init(struct sort_sources *sources, uint32_t count,
    const struct sort_form *forms, uint32_t column_count)
{
	size_t all = (size_t)count * column_count;
	sources->count = count;
	sources->column_count = column_count;
	sources->columns = mem_array(all, sizeof(*sources->columns));
	sources->values = mem_array(all, sizeof(*sources->values));
	sources->forms = mem_array(column_count, sizeof(*sources->forms));
	sources->wanted = forms;
	for (uint32_t k = 0; k < column_count; k++)
		follow_form(sources, k);
}

void
sort_sources_release(struct sort_sources *sources)
{
	mem_free(sources->columns);
	mem_free(sources->values);
	mem_free(sources->forms);
	*sources = (struct sort_sources){0};
}

static void
count_source(struct sort_column *form, const struct column *column, int by)
{
	if (column->null_count > 0)
		form->null_sources += (uint32_t)by;
	if (is_odd(form, column))
		form->odd_sources += (uint32_t)by;
}

void
sort_sources_set(struct sort_sources *sources, uint32_t i,
    const struct batch *batch)
{
	for (uint32_t k = 0; k < sources->column_count; k++) {
		size_t at = (size_t)k * sources->count + i;
		follow_form(sources, k);
		count_source(&sources->forms[k], &sources->columns[at], -1);
		sources->columns[at] = batch->columns[k];
		sources->values[at] = batch->columns[k].values;
		count_source(&sources->forms[k], &sources->columns[at], 1);
	}
}

/* ---- one column ------------------------------------------------------ */

#define GATHER(c_type) do {						\
	c_type *to = place;						\
	for (uint32_t i = 0; i < count; i++)				\
		to[i] = ((const c_type *)				\
		    values[items[i].source])[items[i].row];		\
} while (0)

static void
gather_slots(void *place, size_t bytes, const void *const *values,
    const struct sort_item *items, uint32_t count)
{
	switch (bytes) {
	case 1:
		GATHER(uint8_t);
		break;
	case 2:
		GATHER(uint16_t);
		break;
	case 4:
		GATHER(uint32_t);
		break;
	case 8:
		GATHER(uint64_t);
		break;
	default:
		GATHER(uint128);
		break;
	}
}

static void
gather_codes(struct column_builder *builder, const struct column *columns,
    const struct sort_item *items, uint32_t count)
{
	uint8_t bytes = builder->code_bytes;
	uint8_t *to = column_builder_extend(builder, count);
	for (uint32_t i = 0; i < count; i++) {
		const struct column *column = &columns[items[i].source];
		uint32_t code = column_code(column, items[i].row);
		if (bytes == 1) {
			to[i] = (uint8_t)code;
		} else if (bytes == 2) {
			uint16_t two = (uint16_t)code;
			memcpy(to + (size_t)i * 2, &two, sizeof(two));
		} else {
			memcpy(to + (size_t)i * 4, &code, sizeof(code));
		}
	}
}

static void
gather_bits(struct column_builder *builder, const struct column *columns,
    const struct sort_item *items, uint32_t count)
{
	uint8_t bits[STEP / 8];
	memset(bits, 0, sizeof(bits));
	for (uint32_t i = 0; i < count; i++)
		bits[i >> 3] |= (uint8_t)(column_bool(
		    &columns[items[i].source], items[i].row) << (i & 7));
	column_builder_append_bits(builder, bits, count);
}

/* Source and place have 64 bytes behind them that may be touched. */
static inline void
copy_text(uint8_t *to, const uint8_t *from, uint32_t len)
{
	if (len > SHORT_TEXT) {
		memcpy(to, from, len);
		return;
	}
	memcpy(to, from, 16);
	if (len > 16)
		memcpy(to + 16, from + 16, 16);
	if (len > 32)
		memcpy(to + 32, from + 32, 16);
}

static int
gather_text(struct column_builder *builder, const struct column *columns,
    const struct sort_item *items, uint32_t count)
{
	const uint8_t *texts[STEP];
	uint32_t lens[STEP];
	size_t total = 0;
	for (uint32_t i = 0; i < count; i++) {
		const struct column *column = &columns[items[i].source];
		lens[i] = 0;
		texts[i] = NULL;
		if (column->code_bytes == 0 ||
		    !column_is_null(column, items[i].row))
			texts[i] = column_bytes(column, items[i].row,
			    &lens[i]);
		total += lens[i];
	}
	uint8_t *to;
	int32_t *ends;
	int32_t end;
	if (column_builder_extend_text(builder, count, total, &to, &ends,
	    &end) != 0)
		return -1;
	for (uint32_t i = 0; i < count; i++) {
		if (lens[i] > 0)
			copy_text(to, texts[i], lens[i]);
		to += lens[i];
		end += (int32_t)lens[i];
		ends[i] = end;
	}
	return 0;
}

static void
gather_validity(struct column_builder *builder, const struct column *columns,
    const struct sort_item *items, uint32_t count)
{
	uint8_t bits[STEP / 8];
	memset(bits, 0, sizeof(bits));
	for (uint32_t i = 0; i < count; i++)
		bits[i >> 3] |= (uint8_t)(!column_is_null(
		    &columns[items[i].source], items[i].row) << (i & 7));
	column_builder_set_validity(builder, bits, count);
}

static int
gather_column(struct column_builder *builder,
    const struct sort_sources *sources, uint32_t k,
    const struct sort_item *items, uint32_t count)
{
	const struct column *columns = sources->columns +
	    (size_t)k * sources->count;
	const void *const *values = sources->values +
	    (size_t)k * sources->count;
	if (builder->type.id == TYPE_NULL) {
		for (uint32_t i = 0; i < count; i++)
			column_builder_append_null(builder);
		return 0;
	}
	if (builder->type.id == TYPE_BOOL) {
		gather_bits(builder, columns, items, count);
	} else if (builder->code_bytes != 0 &&
	    sources->forms[k].odd_sources > 0) {
		gather_codes(builder, columns, items, count);
	} else if (builder->code_bytes != 0 ||
	    !type_is_variable(builder->type)) {
		size_t bytes = builder->code_bytes != 0 ?
		    builder->code_bytes : type_width(builder->type);
		gather_slots(column_builder_extend(builder, count), bytes,
		    values, items, count);
	} else if (gather_text(builder, columns, items, count) != 0) {
		return -1;
	}
	if (sources->forms[k].null_sources > 0)
		gather_validity(builder, columns, items, count);
	return 0;
}

/* ---- batches --------------------------------------------------------- */

void
sort_gather_begin(struct batch_builder *out,
    const struct sort_sources *sources)
{
	batch_builder_clear(out);
	for (uint32_t k = 0; k < out->column_count; k++)
		if (sources->forms[k].dictionary != NULL)
			column_builder_use_dictionary(&out->columns[k],
			    sources->forms[k].dictionary,
			    sources->forms[k].code_bytes);
}

_Bool
sort_gather_is_stale(const struct batch_builder *out,
    const struct sort_sources *sources)
{
	for (uint32_t k = 0; k < out->column_count; k++)
		if (out->columns[k].code_bytes !=
		    sources->forms[k].code_bytes)
			return 1;
	return 0;
}

int
sort_gather(struct batch_builder *out, const struct sort_sources *sources,
    const struct sort_item *items, uint32_t count)
{
	for (uint32_t k = 0; k < out->column_count; k++)
		for (uint32_t i = 0; i < count; i += STEP)
			if (gather_column(&out->columns[k], sources, k,
			    items + i, count - i < STEP ? count - i :
			    STEP) != 0)
				return -1;
	return 0;
}

int
sort_gather_run(struct batch_builder *out, const struct sort_sources *sources,
    uint32_t i, uint32_t begin, uint32_t count)
{
	struct sort_item items[STEP];
	for (uint32_t k = 0; k < out->column_count; k++) {
		struct column_builder *builder = &out->columns[k];
		const struct column *column =
		    &sources->columns[(size_t)k * sources->count + i];
		if (column->code_bytes == builder->code_bytes) {
			if (column_builder_append(builder, column, begin,
			    count) != 0)
				return -1;
			continue;
		}
		for (uint32_t at = 0; at < count; at += STEP) {
			uint32_t step = count - at < STEP ? count - at : STEP;
			for (uint32_t j = 0; j < step; j++)
				items[j] = (struct sort_item){0,
				    begin + at + j, i};
			if (gather_column(builder, sources, k, items,
			    step) != 0)
				return -1;
		}
	}
	return 0;
}
