#include "op/spill.h"

#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"

/*
 * One batch in the file:
 *
 *	struct spill_head
 *	struct spill_column[column_count]
 *	zeros up to a multiple of 64
 *	for each column: validity, values, bytes, each padded to 64
 *
 * The file is read by who wrote it, so that the structs may stand in it as
 * they are in memory.
 */
struct spill_head {
	uint64_t total_bytes;	/* of all of it, a multiple of 64 */
	uint64_t sum;		/* XXH3-64 of what follows the head */
	struct block block;
	uint64_t epoch;
	uint32_t row_count;
	uint32_t is_mark;
};

struct spill_column {
	uint64_t validity_bytes, values_bytes, data_bytes;
	uint32_t null_count;
	uint32_t code_bytes;
};

#define ALIGNED(bytes) (((bytes) + 63) & ~(size_t)63)

static const char spill_name[] = "a temporary file";

struct spill {
	uint32_t column_count;
	struct type *types;		/* owned */
	const struct dictionary **dictionaries;	/* owned array, borrowed */
	const char *folder;		/* borrowed */
	struct budget *budget;		/* borrowed */
	int fd;				/* -1 before the first batch */
	uint64_t row_count;
	uint64_t end;			/* bytes written */
	uint64_t position;		/* of the next batch to read */
	struct buffer memory;		/* the batch being written */
	struct spill_page page;		/* of spill_next */
};

struct spill *
spill_new(const struct schema *schema, const char *folder,
    struct budget *budget)
{
	struct spill *spill = mem_zalloc(sizeof(*spill));
	size_t count = (size_t)schema->count + 1;

	spill->fd = -1;
	spill->column_count = schema->count;
	spill->types = mem_array(count, sizeof(*spill->types));
	for (uint32_t i = 0; i < schema->count; i++)
		spill->types[i] = schema->fields[i].type;
	spill->dictionaries = mem_array(count, sizeof(*spill->dictionaries));
	spill->folder = folder;
	spill->budget = budget;
	return spill;
}

void
spill_free(struct spill *spill)
{
	if (spill == NULL)
		return;
	if (spill->fd >= 0)
		close(spill->fd);
	mem_free(spill->types);
	mem_free(spill->dictionaries);
	spill_page_release(&spill->page);
	buffer_release(&spill->memory);
	mem_free(spill);
}

static void
put_padded(struct buffer *buf, const void *bytes, size_t len)
{
	if (len > 0)
		buffer_append(buf, bytes, len);
	buffer_resize(buf, ALIGNED(buf->len));
}

static void
put_column(struct buffer *buf, const struct column *column, uint32_t rows,
    size_t at)
{
	struct spill_column head = {
		.validity_bytes = column->validity == NULL ||
		    column->null_count == 0 ? 0 : bitmap_bytes(rows),
		.values_bytes = column->values == NULL ? 0 :
		    column_values_bytes(column, rows),
		.data_bytes = column_data_bytes(column, rows),
		.null_count = column->null_count,
		.code_bytes = column->code_bytes
	};

	memcpy(buf->data + at, &head, sizeof(head));
	put_padded(buf, column->validity, head.validity_bytes);
	put_padded(buf, column->values, head.values_bytes);
	put_padded(buf, column->bytes, head.data_bytes);
}

/*
 * Puts a column, decoded first if it is coded by another dictionary than
 * the one that this spill knows.
 */
static int
put_any_column(struct spill *spill, const struct column *column, uint32_t k,
    uint32_t rows, size_t at, struct error *err)
{
	struct column_builder builder;
	struct column plain;
	int result = 0;

	if (column->code_bytes != 0 && spill->dictionaries[k] == NULL)
		spill->dictionaries[k] = column->dictionary;
	if (column->code_bytes == 0 ||
	    spill->dictionaries[k] == column->dictionary) {
		put_column(&spill->memory, column, rows, at);
		return 0;
	}
	column_builder_init(&builder, column->type);
	if (column_builder_append(&builder, column, 0, rows) != 0 ||
	    column_builder_decode(&builder) != 0) {
		result = error_data(err,
		    "a column of more than 2 GiB in one batch");
	} else {
		plain = column_builder_view(&builder);
		put_column(&spill->memory, &plain, rows, at);
	}
	column_builder_release(&builder);
	return result;
}

int
spill_write(struct spill *spill, const struct batch *batch,
    struct error *err)
{
	struct buffer *buf = &spill->memory;
	struct spill_head head = {
		.block = batch->block,
		.epoch = batch->epoch,
		.row_count = batch->row_count,
		.is_mark = batch->is_mark
	};

	buffer_resize(buf, 0);
	buffer_resize(buf, ALIGNED(sizeof(head) +
	    spill->column_count * sizeof(struct spill_column)));
	for (uint32_t k = 0; k < spill->column_count; k++) {
		size_t at = sizeof(head) + k * sizeof(struct spill_column);

		if (put_any_column(spill, &batch->columns[k], k,
		    batch->row_count, at, err) != 0)
			return -1;
	}
	head.total_bytes = buf->len;
	head.sum = hash_bytes(buf->data + sizeof(head),
	    buf->len - sizeof(head));
	memcpy(buf->data, &head, sizeof(head));
	if (spill->fd < 0) {
		spill->fd = fd_open_temporary(spill->folder, err);
		if (spill->fd < 0)
			return -1;
	}
	if (fd_write_full(spill->fd, buf->data, buf->len, spill_name,
	    err) != 0)
		return -1;
	spill->end += buf->len;
	spill->row_count += batch->row_count;
	if (spill->budget != NULL)
		spill->budget->spilled_bytes += buf->len;
	return 0;
}

void
spill_rewind(struct spill *spill)
{
	spill->position = 0;
}

static const uint8_t *
get_padded(const uint8_t **at, uint64_t len)
{
	const uint8_t *bytes = len > 0 ? *at : NULL;

	*at += ALIGNED(len);
	return bytes;
}

static void
get_columns(const struct spill *spill, struct spill_page *page)
{
	const uint8_t *memory = page->memory.data;
	const uint8_t *at = memory + ALIGNED(sizeof(struct spill_head) +
	    spill->column_count * sizeof(struct spill_column));

	for (uint32_t k = 0; k < spill->column_count; k++) {
		struct column *column = &page->batch.columns[k];
		struct spill_column head;

		memcpy(&head, memory + sizeof(struct spill_head) +
		    k * sizeof(head), sizeof(head));
		*column = (struct column){
			.type = spill->types[k],
			.code_bytes = (uint8_t)head.code_bytes,
			.null_count = head.null_count
		};
		column->validity = get_padded(&at, head.validity_bytes);
		column->values = get_padded(&at, head.values_bytes);
		column->bytes = get_padded(&at, head.data_bytes);
		if (head.code_bytes != 0)
			column->dictionary = spill->dictionaries[k];
	}
}

int
spill_read(struct spill *spill, uint64_t place, struct spill_page *page,
    struct error *err)
{
	struct spill_head head;
	struct buffer *buf = &page->memory;
	struct batch *batch = &page->batch;

	if (fd_read_at(spill->fd, place, &head, sizeof(head), spill_name,
	    err) != 0)
		return -1;
	if (head.total_bytes < sizeof(head) ||
	    head.total_bytes > spill->end - place)
		return error_data(err, "%s: damaged", spill_name);
	buffer_resize(buf, 0);
	buffer_reserve(buf, head.total_bytes);
	buf->len = head.total_bytes;
	if (fd_read_at(spill->fd, place, buf->data, buf->len, spill_name,
	    err) != 0)
		return -1;
	if (hash_bytes(buf->data + sizeof(head), buf->len - sizeof(head)) !=
	    head.sum)
		return error_data(err, "%s: damaged: wrong sum", spill_name);
	if (batch->columns == NULL)
		batch->columns = mem_array((size_t)spill->column_count + 1,
		    sizeof(struct column));
	get_columns(spill, page);
	batch->column_count = spill->column_count;
	batch->row_count = head.row_count;
	batch->block = head.block;
	batch->is_mark = head.is_mark != 0;
	batch->epoch = head.epoch;
	return 0;
}

void
spill_page_release(struct spill_page *page)
{
	mem_free(page->batch.columns);
	buffer_release(&page->memory);
	*page = (struct spill_page){0};
}

int
spill_next(struct spill *spill, const struct batch **batch,
    struct error *err)
{
	if (spill->position == spill->end)
		return 0;
	if (spill_read(spill, spill->position, &spill->page, err) != 0)
		return -1;
	spill->position += spill->page.memory.len;
	*batch = &spill->page.batch;
	return 1;
}

uint64_t
spill_row_count(const struct spill *spill)
{
	return spill->row_count;
}

uint64_t
spill_bytes(const struct spill *spill)
{
	return spill->end;
}
