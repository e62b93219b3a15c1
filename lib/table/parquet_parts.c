#include "table/parquet_parts.h"

#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "io/sync.h"

/* Above so many files they are opened for each write and closed again. */
#define MAX_OPEN_FILES 128
/* So much of a file is written out at a time, while more is to come. */
#define SYNC_BYTES (8 << 20)
/* More than this is not held by all copies, whatever the budget: a file does
 * as well. */
#define MAX_HELD_BYTES (UINT64_C(128) << 20)

/*
 * Pages and their headers are short: pieces below WHOLE_BYTES wait until they
 * are WAITING_BYTES (192 partitions: 115,000 calls of write become 10,000).
 */
#define WAITING_BYTES (128u << 10)
#define WHOLE_BYTES (16u << 10)

/* ---- the temporary file ---------------------------------------------- */

static int
spill_flush(struct parquet_parts *parts, struct error *err)
{
	struct buffer *waiting = &parts->spill_waiting;
	size_t len = waiting->len;
	waiting->len = 0;
	return fd_write_full(parts->spill_fd, waiting->data, len,
	    "a temporary file", err);
}

static int
spill_append(void *ctx, const void *bytes, size_t len, uint64_t *offset,
    struct error *err)
{
	struct parquet_parts *parts = ctx;
	struct buffer *waiting = &parts->spill_waiting;
	if (parts->spill_fd < 0)
		parts->spill_fd = fd_open_temporary(
		    parts->temporary_folder, err);
	if (parts->spill_fd < 0)
		return -1;
	*offset = parts->spill_bytes;
	parts->spill_bytes += len;
	if ((len >= WHOLE_BYTES || waiting->len + len > WAITING_BYTES) &&
	    spill_flush(parts, err) != 0)
		return -1;
	if (len >= WHOLE_BYTES)
		return fd_write_full(parts->spill_fd, bytes, len,
		    "a temporary file", err);
	buffer_append(waiting, bytes, len);
	return 0;
}

static int
spill_read(void *ctx, uint64_t offset, void *bytes, size_t len,
    struct error *err)
{
	struct parquet_parts *parts = ctx;
	if (offset + len > parts->spill_bytes - parts->spill_waiting.len &&
	    spill_flush(parts, err) != 0)
		return -1;
	return fd_read_at(parts->spill_fd, offset, bytes, len,
	    "a temporary file", err);
}

/* Brings the count of what is held up to date with one part. */
static void
count_held(struct parquet_part *part)
{
	uint64_t held = part->writer == NULL ? 0 :
	    parquet_writer_bytes(part->writer);
	part->parts->held_bytes += held - part->held_bytes;
	part->held_bytes = held;
}

/*
 * Spills one part after the other, from where it stopped last, until no more
 * than so many bytes are held: in short steps, since whoever feeds this process
 * and its copies waits meanwhile.
 */
static int
spill_to(struct parquet_parts *parts, uint64_t most,
    enum parquet_spill_depth depth, struct error *err)
{
	uint64_t spilled = 0;
	int result = 0;
	for (uint32_t i = 0; i < parts->count && result == 0 &&
	    parts->held_bytes > most; i++) {
		struct parquet_part *part =
		    parts->items[parts->next_spilled++ % parts->count];
		if (part->writer == NULL)
			continue;
		result = parquet_writer_spill(part->writer, &parts->spill,
		    depth, &spilled, err);
		count_held(part);
	}
	parts->budget->spilled_bytes += spilled;
	return result;
}

/*
 * What waits idle is let go of first, then pages go to the file; rows and
 * dictionaries too where they alone come near the budget: those of a page's
 * rows come back soon.  Little of each part cannot go; where that is too much
 * already all parts are looked at again only when there is a sixteenth more.
 */
static int
keep_budget(struct parquet_parts *parts, struct error *err)
{
	struct budget *budget = parts->budget;
	uint64_t limit = budget->limit_bytes;
	uint64_t most = MAX_HELD_BYTES / parts->share_count;
	if (limit == 0 || limit > most)
		limit = most;
	if (parts->held_bytes > budget->peak_bytes)
		budget->peak_bytes = parts->held_bytes;
	uint64_t due = parts->due_bytes > limit ? parts->due_bytes : limit;
	uint64_t idle = parquet_shared_idle_bytes(parts->shared);
	if (parts->held_bytes + idle <= due)
		return 0;
	if (idle > limit / 16) {
		parquet_shared_trim(parts->shared);
		if (parts->held_bytes <= due)
			return 0;
	}
	for (int depth = PARQUET_SPILL_PAGES; depth <= PARQUET_SPILL_ALL &&
	    parts->held_bytes > limit / 16 * 15; depth++)
		if (spill_to(parts, limit / 16 * 15,
		    (enum parquet_spill_depth)depth, err) != 0)
			return -1;
	parts->due_bytes = parts->held_bytes / 16 * 17;
	return 0;
}

/* ---- parts ----------------------------------------------------------- */

/* Of what is in the file by now. */
static void
begin_sync(struct parquet_part *part)
{
	if (part->fd >= 0)
		sync_begin(part->fd, part->synced_bytes, 0);
	part->synced_bytes = part->bytes;
}

static int
write_now(struct parquet_part *part, const void *bytes, size_t len,
    struct error *err)
{
	struct parquet_parts *parts = part->parts;
	if (part->fd < 0)
		part->fd = publish_open(parts->unit, part->path, err);
	if (part->fd < 0)
		return -1;
	if (part->bytes - part->synced_bytes >= SYNC_BYTES)
		begin_sync(part);
	part->bytes += len;
	if (part->sum != NULL)
		hash_state_update(part->sum, bytes, len);
	return fd_write_full(part->fd, bytes, len,
	    part->path == NULL ? parts->name : part->path, err);
}

/* Writes what waits, of whatever part. */
static int
flush(struct parquet_parts *parts, struct error *err)
{
	struct buffer *waiting = &parts->waiting;
	size_t len = waiting->len;
	waiting->len = 0;
	return len == 0 ? 0 :
	    write_now(parts->waiting_part, waiting->data, len, err);
}

static int
part_write(void *ctx, const void *bytes, size_t len, struct error *err)
{
	struct parquet_part *part = ctx;
	struct parquet_parts *parts = part->parts;
	struct buffer *waiting = &parts->waiting;
	if ((parts->waiting_part != part || len >= WHOLE_BYTES ||
	    waiting->len + len > WAITING_BYTES) && flush(parts, err) != 0)
		return -1;
	parts->waiting_part = part;
	if (len >= WHOLE_BYTES)
		return write_now(part, bytes, len, err);
	buffer_append(waiting, bytes, len);
	return 0;
}

static int
part_close_file(struct parquet_part *part, struct error *err)
{
	if (part->parts->waiting_part == part && flush(part->parts, err) != 0)
		return -1;
	int fd = part->fd;
	part->fd = -1;
	if (fd >= 0 && close(fd) != 0)
		return error_system(err, errno, "cannot write '%s'",
		    part->path == NULL ? part->parts->name :
		    part->path);
	return 0;
}

/*
 * After rows: lets go of the descriptor if there may be too many, and of
 * memory if that is too much.
 */
static int
part_rest(struct parquet_part *part, struct error *err)
{
	if (part->parts->count > MAX_OPEN_FILES &&
	    part_close_file(part, err) != 0)
		return -1;
	count_held(part);
	return keep_budget(part->parts, err);
}

void
parquet_parts_add(struct parquet_parts *parts, char *path)
{
	struct parquet_part *part = mem_zalloc(sizeof(*part));
	uint32_t count = parts->count;
	part->parts = parts;
	part->path = path;
	part->fd = -1;
	part->sum = parts->has_sums ? hash_state_new() : NULL;
	part->writer = parquet_writer_new(parts->shared,
	    &(struct parquet_output){.write = part_write, .ctx = part});
	if ((count & (count - 1)) == 0)
		parts->items = mem_grow_array(parts->items,
		    count == 0 ? 1 : (size_t)count * 2,
		    sizeof(*parts->items));
	parts->items[parts->count++] = part;
}

int
parquet_parts_write(struct parquet_parts *parts, uint32_t part,
    const struct batch *batch, const uint32_t *rows, uint32_t count,
    struct error *err)
{
	struct parquet_part *item = parts->items[part];
	int result = rows == NULL ?
	    parquet_writer_write(item->writer, batch, err) :
	    parquet_writer_take(item->writer, batch, rows, count, err);
	return result == 0 ? part_rest(item, err) : -1;
}

static void
free_part(struct parquet_part *part)
{
	parquet_writer_free(part->writer);
	hash_state_free(part->sum);
	if (part->fd >= 0)
		close(part->fd);
	mem_free(part->path);
	mem_free(part);
}

void
parquet_parts_init(struct parquet_parts *parts)
{
	*parts = (struct parquet_parts){.spill_fd = -1, .share_count = 1,
	    .spill = {.append = spill_append, .read = spill_read,
		.ctx = parts}};
}

void
parquet_parts_release(struct parquet_parts *parts)
{
	for (uint32_t i = 0; i < parts->count; i++)
		free_part(parts->items[i]);
	mem_free(parts->items);
	parquet_shared_free(parts->shared);
	buffer_release(&parts->spill_waiting);
	buffer_release(&parts->waiting);
	if (parts->spill_fd >= 0)
		close(parts->spill_fd);
}

void
parquet_parts_divide(struct parquet_parts *parts, struct copies *copies)
{
	parts->copies = copies;
	parts->share_number = copies_number(copies);
	parts->share_count = copies_count(copies);
}

/* ---- the end --------------------------------------------------------- */

static int
finish_part(struct parquet_part *part, struct error *err)
{
	part->result.rows = parquet_writer_rows(part->writer);
	if (parquet_writer_finish(part->writer, err) != 0 ||
	    flush(part->parts, err) != 0)
		return -1;
	begin_sync(part);
	if (part_close_file(part, err) != 0)
		return -1;
	part->result.bytes = part->bytes;
	part->result.row_groups = parquet_writer_row_groups(part->writer);
	if (part->sum != NULL)
		part->result.digest = hash_state_digest(part->sum);
	parquet_writer_free(part->writer);
	part->writer = NULL;
	return 0;
}

static int
finish_own(struct parquet_parts *parts, struct error *err)
{
	for (uint32_t i = parts->share_number; i < parts->count;
	    i += parts->share_count)
		if (finish_part(parts->items[i], err) != 0)
			return -1;
	return 0;
}

/* What another copy reports: this, and the results of all parts. */
struct report {
	uint64_t peak_bytes, spilled_bytes;
	struct parquet_part_result results[];
};

static _Noreturn void
leave(struct parquet_parts *parts)
{
	struct error err = {0};
	size_t len = sizeof(struct report) +
	    parts->count * sizeof(struct parquet_part_result);
	struct report *report = mem_zalloc(len);
	int result = finish_own(parts, &err);
	report->peak_bytes = parts->budget->peak_bytes;
	report->spilled_bytes = parts->budget->spilled_bytes;
	for (uint32_t i = 0; i < parts->count; i++)
		report->results[i] = parts->items[i]->result;
	copies_leave(parts->copies, result, &err, report, len);
}

static int
join(struct parquet_parts *parts, uint32_t number, struct error *err)
{
	struct buffer bytes = {0};
	int result = copies_join(parts->copies, number, &bytes, err);
	const struct report *report = (const void *)bytes.data;
	if (result == 0) {
		parts->budget->peak_bytes += report->peak_bytes;
		parts->budget->spilled_bytes += report->spilled_bytes;
		for (uint32_t i = number; i < parts->count;
		    i += parts->share_count)
			parts->items[i]->result = report->results[i];
	}
	buffer_release(&bytes);
	return result;
}

int
parquet_parts_finish(struct parquet_parts *parts, struct error *err)
{
	if (parts->share_number > 0)
		leave(parts);
	int result = finish_own(parts, err);
	for (uint32_t k = 1; k < parts->share_count && result == 0; k++)
		result = join(parts, k, err);
	return result;
}
