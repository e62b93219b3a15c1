#include "format/csv_rows.h"

#include <stdlib.h>
#include <string.h>

void
rcsv_faults_clear(struct rcsv_faults *faults)
{
	faults->count = 0;
	faults->texts.len = 0;
}

void
rcsv_faults_release(struct rcsv_faults *faults)
{
	mem_free(faults->items);
	buffer_release(&faults->texts);
	*faults = (struct rcsv_faults){0};
}

void
rcsv_faults_add(struct rcsv_faults *faults, uint32_t begin, uint32_t end,
    uint32_t column, uint32_t reason)
{
	if (faults->count == faults->capacity) {
		faults->capacity = faults->capacity * 2 + 16;
		faults->items = mem_grow_array(faults->items,
		    faults->capacity, sizeof(*faults->items));
	}
	buffer_append_byte(&faults->texts, '\0');
	faults->items[faults->count++] = (struct rcsv_fault){
	    .begin = begin, .end = end, .column = column, .reason = reason};
}

/* By row, then in the order in which they were found: by column. */
static int
compare_faults(const void *a, const void *b)
{
	const struct rcsv_fault *x = a;
	const struct rcsv_fault *y = b;
	if (x->begin != y->begin)
		return x->begin < y->begin ? -1 : 1;
	return (x->reason > y->reason) - (x->reason < y->reason);
}

void
rcsv_faults_sort(struct rcsv_faults *faults)
{
	if (faults->count > 1)
		qsort(faults->items, faults->count, sizeof(*faults->items),
		    compare_faults);
}

void
rcsv_table_release(struct rcsv_table *table)
{
	mem_free(table->ends);
	*table = (struct rcsv_table){0};
}

/* Whether every record has as many fields, and nothing is wrong. */
static _Bool
is_regular(const struct rcsv_stretch *stretch, uint32_t field_count)
{
	uint32_t bad = 0;
	if (stretch->fault_count > 0 && stretch->faults[0] < stretch->end)
		return 0;
	if ((uint64_t)stretch->record_count * field_count >
	    stretch->separator_count)
		return 0;
	const uint32_t *last = stretch->separators + field_count - 1;
	for (uint32_t r = 0; r < stretch->record_count; r++)
		bad |= last[(size_t)r * field_count] ^ stretch->newlines[r];
	return bad == 0;
}

static _Bool
is_blank(const struct rcsv_stretch *stretch, uint32_t begin, uint32_t end)
{
	return begin == end ||
	    (begin + 1 == end && stretch->data[begin] == '\r');
}

static const char *
fault_text(const struct rcsv_index *dialect,
    const struct rcsv_stretch *stretch, uint32_t at, uint32_t begin)
{
	if (stretch->data[at] == dialect->quote && dialect->has_quote)
		return "a quote within a field that does not begin with one";
	if (at > begin && stretch->data[at - 1] == dialect->quote &&
	    dialect->has_quote)
		return "text after a closing quote";
	return "a carriage return without a newline";
}

/* A record with a fault: bad, and fatal if it hides where records end. */
static int
take_fault(const struct rcsv_index *dialect,
    const struct rcsv_stretch *stretch, uint32_t at, uint32_t begin,
    uint32_t end, struct rcsv_faults *faults, struct error *err)
{
	const char *text = fault_text(dialect, stretch, at, begin);
	if (memchr(stretch->data + begin, '\n', end - begin) != NULL) {
		struct rcsv_lines lines;
		rcsv_lines_start(&lines, stretch);
		return error_data(err, "%s:%llu: %s, and a newline before "
		    "the quotes are closed: where records end is unknown "
		    "from here on (--lenient reads stray quotes)",
		    stretch->name, (unsigned long long)
		    rcsv_lines_find(&lines, begin), text);
	}
	uint32_t reason = (uint32_t)faults->texts.len;
	buffer_append_text(&faults->texts, text);
	rcsv_faults_add(faults, begin, end, RCSV_NO_COLUMN, reason);
	return 0;
}

static void
take_count(uint32_t fields, uint32_t field_count, uint32_t begin,
    uint32_t end, struct rcsv_faults *faults)
{
	uint32_t reason = (uint32_t)faults->texts.len;
	buffer_printf(&faults->texts, "%u field%s, not %u", fields,
	    fields == 1 ? "" : "s", field_count);
	rcsv_faults_add(faults, begin, end, RCSV_NO_COLUMN, reason);
}

/* Record by record; rows keep the place before their first field. */
static int
take_irregular(struct rcsv_table *table, const struct rcsv_index *dialect,
    const struct rcsv_stretch *stretch, struct rcsv_rows *rows,
    struct rcsv_faults *faults, uint64_t *blank_lines, struct error *err)
{
	uint32_t field_count = rows->field_count;
	/* Every field kept has its separator. */
	size_t most = (size_t)stretch->record_count + stretch->separator_count;
	if (most > table->capacity) {
		table->ends = mem_grow_array(table->ends, most,
		    sizeof(*table->ends));
		table->capacity = most;
	}
	uint32_t *out = table->ends;
	uint32_t count = 0, fault = 0, first = 0;
	uint32_t begin = stretch->begin;
	for (uint32_t r = 0; r < stretch->record_count; r++) {
		uint32_t end = stretch->newlines[r];
		uint32_t last = first;
		while (stretch->separators[last] != end)
			last++;
		uint32_t fields = last - first + 1;
		if (fault < stretch->fault_count &&
		    stretch->faults[fault] <= end) {
			if (take_fault(dialect, stretch,
			    stretch->faults[fault], begin, end, faults,
			    err) != 0)
				return -1;
			while (fault < stretch->fault_count &&
			    stretch->faults[fault] <= end)
				fault++;
		} else if (fields == field_count) {
			*out++ = begin - 1;
			memcpy(out, stretch->separators + first,
			    fields * sizeof(*out));
			out += fields;
			count++;
		} else if (is_blank(stretch, begin, end)) {
			++*blank_lines;
		} else {
			take_count(fields, field_count, begin, end, faults);
		}
		begin = end + 1;
		first = last + 1;
	}
	rows->ends = table->ends + 1;
	rows->stride = field_count + 1;
	rows->count = count;
	return 0;
}

int
rcsv_table_take(struct rcsv_table *table, const struct rcsv_index *dialect,
    const struct rcsv_stretch *stretch, uint32_t field_count,
    struct rcsv_rows *rows, struct rcsv_faults *faults,
    uint64_t *blank_lines, struct error *err)
{
	*rows = (struct rcsv_rows){
	    .data = stretch->data,
	    .ends = stretch->separators,
	    .stride = field_count,
	    .count = stretch->record_count,
	    .field_count = field_count,
	    .quote = dialect->quote,
	    .has_quote = dialect->has_quote,
	    .has_high_bytes = stretch->has_high_bytes};
	if (is_regular(stretch, field_count))
		return 0;
	return take_irregular(table, dialect, stretch, rows, faults,
	    blank_lines, err);
}

void
rcsv_lines_start(struct rcsv_lines *lines, const struct rcsv_stretch *stretch)
{
	*lines = (struct rcsv_lines){stretch->data, stretch->begin,
	    stretch->line};
}

uint64_t
rcsv_lines_find(struct rcsv_lines *lines, uint32_t offset)
{
	while (lines->at < offset) {
		const uint8_t *found = memchr(lines->data + lines->at, '\n',
		    offset - lines->at);
		if (found == NULL)
			break;
		lines->line++;
		lines->at = (uint32_t)(found - lines->data) + 1;
	}
	return lines->line;
}
