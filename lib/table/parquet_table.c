#include "table/parquet_table.h"

#include <assert.h>
#include <errno.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"
#include "batch/builder.h"
#include "io/workers.h"
#include "table/manifest.h"
#include "table/partition_keys.h"

/* Rows of a page where many pages are unfinished at a time. */
#define PARTITION_PAGE_ROWS 4096
/* Of which memory is taken for so many at a time. */
#define PARTITION_BLOCK_ROWS 512
/* Above so many files they are opened for each write and closed again. */
#define MAX_OPEN_FILES 128
/* With many partitions so many rows are ordered at a time: longer runs. */
#define SCATTER_ROWS 32768
#define SCATTER_FROM 16
/* More than this is not held, whatever the budget: a file does as well. */
#define MAX_HELD_BYTES (UINT64_C(128) << 20)

struct part {
	struct parquet_table *table;
	struct parquet_writer *writer;	/* owned; NULL once finished */
	char *path;			/* owned; within the unit */
	int fd;				/* or -1 */
	uint64_t rows;
	uint64_t bytes;
	uint64_t held_bytes;		/* by the writer */
	struct hash_state *sum;		/* owned */
	uint64_t digest;		/* once finished */
};

/* What finishing a part gives. */
struct part_result {
	uint64_t rows, bytes, row_groups, digest;
};

struct parquet_table {
	struct batch_sink sink;
	struct parquet_table_options options;
	struct publish *unit;		/* owned */
	struct schema schema;		/* of the stream */
	uint32_t *keys;			/* owned; columns of the schema */
	uint32_t key_count;
	uint32_t *kept;			/* owned; columns in the files */
	uint32_t kept_count;
	struct column *columns;		/* owned; kept ones of a batch */
	struct parquet_shared *shared;	/* owned */
	struct partition_keys *partition_keys;	/* owned; or NULL */
	struct part **parts;		/* owned; by partition */
	uint32_t part_count;
	struct batch_builder gathered;	/* rows to be scattered */
	struct buffer partitions;	/* u32 a row */
	struct buffer ordered;		/* u32 a row */
	struct buffer begins;		/* u32 a partition + 1 */
	uint64_t held_bytes;		/* by all writers */
	struct parquet_spill spill;
	int spill_fd;			/* or -1 */
	uint64_t spill_bytes;
	struct parquet_table_counts *counts;	/* borrowed */
};

/* ---- the temporary file ---------------------------------------------- */

static int
spill_append(void *ctx, const void *bytes, size_t len, uint64_t *offset,
    struct error *err)
{
	struct parquet_table *table = ctx;
	if (table->spill_fd < 0)
		table->spill_fd = fd_open_temporary(
		    table->options.temporary_folder, err);
	if (table->spill_fd < 0)
		return -1;
	*offset = table->spill_bytes;
	table->spill_bytes += len;
	return fd_write_full(table->spill_fd, bytes, len, "a temporary file",
	    err);
}

static int
spill_read(void *ctx, uint64_t offset, void *bytes, size_t len,
    struct error *err)
{
	struct parquet_table *table = ctx;
	return fd_read_at(table->spill_fd, offset, bytes, len,
	    "a temporary file", err);
}

/* Brings the count of what is held up to date with one part. */
static void
count_held(struct part *part)
{
	uint64_t held = part->writer == NULL ? 0 :
	    parquet_writer_bytes(part->writer);
	part->table->held_bytes += held - part->held_bytes;
	part->held_bytes = held;
}

static int
spill_all(struct parquet_table *table, enum parquet_spill_depth depth,
    struct error *err)
{
	uint64_t spilled = 0;
	int result = 0;
	for (uint32_t i = 0; i < table->part_count && result == 0; i++) {
		struct part *part = table->parts[i];
		if (part->writer == NULL)
			continue;
		result = parquet_writer_spill(part->writer, &table->spill,
		    depth, &spilled, err);
		count_held(part);
	}
	table->options.budget->spilled_bytes += spilled;
	return result;
}

/*
 * What waits idle is let go of first, then pages go to the file; rows and
 * dictionaries too where they alone come near the budget: those of a page's
 * rows come back soon.
 */
static int
keep_budget(struct parquet_table *table, struct error *err)
{
	struct budget *budget = table->options.budget;
	uint64_t limit = budget->limit_bytes;
	if (limit == 0 || limit > MAX_HELD_BYTES)
		limit = MAX_HELD_BYTES;
	if (table->held_bytes > budget->peak_bytes)
		budget->peak_bytes = table->held_bytes;
	uint64_t idle = parquet_shared_idle_bytes(table->shared);
	if (table->held_bytes + idle <= limit)
		return 0;
	if (idle > limit / 16) {
		parquet_shared_trim(table->shared);
		if (table->held_bytes <= limit)
			return 0;
	}
	for (int depth = PARQUET_SPILL_PAGES; depth <= PARQUET_SPILL_ALL &&
	    table->held_bytes > limit / 16 * 15; depth++)
		if (spill_all(table, (enum parquet_spill_depth)depth,
		    err) != 0)
			return -1;
	return 0;
}

/* ---- parts ----------------------------------------------------------- */

static int
part_write(void *ctx, const void *bytes, size_t len, struct error *err)
{
	struct part *part = ctx;
	struct parquet_table *table = part->table;
	if (part->fd < 0)
		part->fd = publish_open(table->unit, part->path, err);
	if (part->fd < 0)
		return -1;
	part->bytes += len;
	if (part->sum != NULL)
		hash_state_update(part->sum, bytes, len);
	return fd_write_full(part->fd, bytes, len,
	    part->path == NULL ? table->options.path : part->path, err);
}

static int
part_close_file(struct part *part, struct error *err)
{
	int fd = part->fd;
	part->fd = -1;
	if (fd >= 0 && close(fd) != 0)
		return error_system(err, errno, "cannot write '%s'",
		    part->path == NULL ? part->table->options.path :
		    part->path);
	return 0;
}

/*
 * After rows: lets go of the descriptor if there may be too many, and of
 * memory if that is too much.
 */
static int
part_rest(struct part *part, struct error *err)
{
	if (part->table->part_count > MAX_OPEN_FILES &&
	    part_close_file(part, err) != 0)
		return -1;
	count_held(part);
	return keep_budget(part->table, err);
}

/* Takes the path. */
static struct part *
add_part(struct parquet_table *table, char *path)
{
	struct part *part = mem_zalloc(sizeof(*part));
	uint32_t count = table->part_count;
	part->table = table;
	part->path = path;
	part->fd = -1;
	part->sum = table->options.is_folder ? hash_state_new() : NULL;
	part->writer = parquet_writer_new(table->shared,
	    &(struct parquet_output){.write = part_write, .ctx = part});
	if ((count & (count - 1)) == 0)
		table->parts = mem_grow_array(table->parts,
		    count == 0 ? 1 : (size_t)count * 2,
		    sizeof(*table->parts));
	table->parts[table->part_count++] = part;
	return part;
}

static void
free_part(struct part *part)
{
	parquet_writer_free(part->writer);
	hash_state_free(part->sum);
	if (part->fd >= 0)
		close(part->fd);
	mem_free(part->path);
	mem_free(part);
}

static int
finish_part(void *context, uint32_t number, void *result, struct error *err)
{
	struct parquet_table *table = context;
	struct part *part = table->parts[number];
	struct part_result *done = result;
	done->rows = parquet_writer_rows(part->writer);
	if (parquet_writer_finish(part->writer, err) != 0 ||
	    part_close_file(part, err) != 0)
		return -1;
	done->bytes = part->bytes;
	done->row_groups = parquet_writer_row_groups(part->writer);
	if (part->sum != NULL)
		done->digest = hash_state_digest(part->sum);
	parquet_writer_free(part->writer);
	part->writer = NULL;
	return 0;
}

/* Here or in a copy of this process. */
static int
finish_parts(struct parquet_table *table, struct error *err)
{
	const struct workers_task task = {.run = finish_part,
	    .context = table, .result_bytes = sizeof(struct part_result)};
	struct part_result *results = mem_array(table->part_count,
	    sizeof(*results));
	int result = workers_run(&task, table->part_count,
	    table->options.processes, results, err);
	for (uint32_t i = 0; i < table->part_count && result == 0; i++) {
		struct part *part = table->parts[i];
		part->rows = results[i].rows;
		part->bytes = results[i].bytes;
		part->digest = results[i].digest;
		table->counts->files++;
		table->counts->bytes += part->bytes;
		table->counts->row_groups += results[i].row_groups;
		result = part_close_file(part, err);
	}
	mem_free(results);
	return result;
}

/* ---- begin ----------------------------------------------------------- */

static _Bool
is_key(const struct parquet_table *table, uint32_t column)
{
	for (uint32_t i = 0; i < table->key_count; i++)
		if (table->keys[i] == column)
			return 1;
	return 0;
}

static int
choose_columns(struct parquet_table *table, struct error *err)
{
	const struct parquet_table_options *options = &table->options;
	struct schema kept = {0};
	if (options->keys != NULL && schema_need_list(&table->schema,
	    options->keys, &table->keys, &table->key_count, err) != 0)
		return -1;
	table->kept = mem_array(table->schema.count, sizeof(*table->kept));
	table->columns = mem_array(table->schema.count,
	    sizeof(*table->columns));
	for (uint32_t i = 0; i < table->schema.count; i++) {
		const struct field *field = &table->schema.fields[i];
		if (!options->keep_keys && is_key(table, i))
			continue;
		table->kept[table->kept_count++] = i;
		schema_add(&kept, field->name, strlen(field->name),
		    field->type, field->is_nullable);
	}
	if (kept.count == 0 && table->key_count > 0) {
		schema_release(&kept);
		return error_usage(err, "all columns are keys of the "
		    "partitions: nothing is left for the files (--keep-keys)");
	}
	batch_builder_init(&table->gathered, &kept);
	struct parquet_options parquet = options->parquet;
	if (table->key_count > 0 && parquet.page_rows == 0)
		parquet.page_rows = PARTITION_PAGE_ROWS;
	if (table->key_count > 0)
		parquet.block_rows = PARTITION_BLOCK_ROWS;
	table->shared = parquet_shared_new(&kept, &parquet, err);
	schema_release(&kept);
	return table->shared == NULL ? -1 : 0;
}

/* Values that have no text of their own, or none to be compared by. */
static int
check_keys(const struct parquet_table *table, struct error *err)
{
	for (uint32_t i = 0; i < table->key_count; i++) {
		const struct field *field =
		    &table->schema.fields[table->keys[i]];
		char text[TYPE_TEXT_BYTES];
		if (type_is_float(field->type) ||
		    field->type.id == TYPE_BINARY)
			return error_usage(err, "column '%s' is %s: it cannot "
			    "be the key of a partition", field->name,
			    type_format(field->type, text));
	}
	return 0;
}

static int
table_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct parquet_table *table = (struct parquet_table *)sink;
	uint32_t most = table->options.max_partitions;
	schema_add_all(&table->schema, &header->schema);
	if (choose_columns(table, err) != 0 || check_keys(table, err) != 0)
		return -1;
	if (table->key_count > 0)
		table->partition_keys = partition_keys_new(&table->schema,
		    table->keys, table->key_count,
		    most == 0 ? PARQUET_TABLE_MAX_PARTITIONS : most);
	else
		add_part(table, table->options.is_folder ?
		    mem_strdup(PARQUET_TABLE_FILE) : NULL);
	return 0;
}

/* ---- rows ------------------------------------------------------------ */

/* The columns of the files, borrowed until the next call. */
static struct batch
kept_columns(struct parquet_table *table, const struct batch *batch)
{
	struct batch kept = {.row_count = batch->row_count,
	    .column_count = table->kept_count,
	    .columns = table->columns};
	for (uint32_t i = 0; i < table->kept_count; i++)
		table->columns[i] = batch->columns[table->kept[i]];
	return kept;
}

/*
 * Writes rows to their partitions, those of a partition in one go, in their
 * order: a counting sort by partition.
 */
static int
scatter(struct parquet_table *table, const struct batch *kept,
    const uint32_t *partitions, struct error *err)
{
	uint32_t rows = kept->row_count;
	uint32_t parts = table->part_count;
	table->begins.len = 0;
	buffer_resize(&table->begins, ((size_t)parts + 1) * sizeof(uint32_t));
	buffer_resize(&table->ordered, (size_t)rows * sizeof(uint32_t));
	uint32_t *begins = (uint32_t *)(void *)table->begins.data;
	uint32_t *ordered = (uint32_t *)(void *)table->ordered.data;
	for (uint32_t i = 0; i < rows; i++)
		begins[partitions[i] + 1]++;
	for (uint32_t i = 0; i < parts; i++)
		begins[i + 1] += begins[i];
	for (uint32_t i = 0; i < rows; i++)
		ordered[begins[partitions[i]]++] = i;
	/* begins[p] is now the end of p. */
	for (uint32_t i = 0, begin = 0; i < parts; begin = begins[i++]) {
		struct part *part = table->parts[i];
		uint32_t count = begins[i] - begin;
		if (count == 0)
			continue;
		int result = count == rows ?
		    parquet_writer_write(part->writer, kept, err) :
		    parquet_writer_take(part->writer, kept, ordered + begin,
		    count, err);
		if (result != 0 || part_rest(part, err) != 0)
			return -1;
	}
	return 0;
}

static int
scatter_gathered(struct parquet_table *table, struct error *err)
{
	if (batch_builder_rows(&table->gathered) == 0)
		return 0;
	const struct batch *gathered = batch_builder_view(&table->gathered,
	    NULL);
	int result = scatter(table, gathered,
	    (const uint32_t *)(const void *)table->partitions.data, err);
	batch_builder_clear(&table->gathered);
	table->partitions.len = 0;
	return result;
}

static int
write_partitioned(struct parquet_table *table, const struct batch *batch,
    struct error *err)
{
	struct buffer *partitions = &table->partitions;
	size_t before = partitions->len;
	buffer_reserve(partitions, batch->row_count * sizeof(uint32_t));
	partitions->len += batch->row_count * sizeof(uint32_t);
	if (partition_keys_find(table->partition_keys, batch,
	    (uint32_t *)(void *)(partitions->data + before), err) != 0)
		return -1;
	while (table->part_count <
	    partition_keys_count(table->partition_keys))
		add_part(table, mem_printf("%s/" PARQUET_TABLE_FILE,
		    partition_keys_path(table->partition_keys,
		    table->part_count)));
	struct batch kept = kept_columns(table, batch);
	if (before == 0 && table->part_count < SCATTER_FROM) {
		partitions->len = 0;
		return scatter(table, &kept,
		    (const uint32_t *)(const void *)partitions->data, err);
	}
	if (batch_builder_append(&table->gathered, &kept, 0,
	    kept.row_count) != 0) {
		/* Full of strings: these rows come after those before. */
		struct buffer ours = {0};
		buffer_append(&ours, partitions->data + before,
		    partitions->len - before);
		partitions->len = before;
		int result = scatter_gathered(table, err);
		if (result == 0)
			result = scatter(table, &kept,
			    (const uint32_t *)(const void *)ours.data, err);
		buffer_release(&ours);
		return result;
	}
	return batch_builder_rows(&table->gathered) < SCATTER_ROWS ? 0 :
	    scatter_gathered(table, err);
}

static int
table_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct parquet_table *table = (struct parquet_table *)sink;
	if (batch->row_count == 0 || table->counts->is_skipped)
		return 0;
	if (table->key_count > 0)
		return write_partitioned(table, batch, err);
	struct part *part = table->parts[0];
	struct batch kept = kept_columns(table, batch);
	if (parquet_writer_write(part->writer, &kept, err) != 0)
		return -1;
	return part_rest(part, err);
}

/* ---- the end --------------------------------------------------------- */

static void
fill_manifest(const struct parquet_table *table, struct manifest *manifest)
{
	schema_add_all(&manifest->schema, &table->schema);
	manifest->keys = mem_array(table->key_count,
	    sizeof(*manifest->keys));
	for (uint32_t i = 0; i < table->key_count; i++)
		manifest->keys[manifest->key_count++] = table->keys[i];
	manifest->files = mem_array(table->part_count,
	    sizeof(*manifest->files));
	for (uint32_t i = 0; i < table->part_count; i++) {
		const struct part *part = table->parts[i];
		manifest->files[manifest->file_count++] =
		    (struct manifest_file){.path = mem_strdup(part->path),
			.rows = part->rows, .bytes = part->bytes,
			.sum = part->digest};
	}
}

static int
write_manifest(struct parquet_table *table, const struct stages *stages,
    struct error *err)
{
	struct manifest manifest = {0};
	enum publish_mode mode = table->options.mode;
	fill_manifest(table, &manifest);
	char *share = mode != PUBLISH_SHARED ? mem_strdup("") :
	    mem_printf(MANIFEST_SHARE_PREFIX "%d/", (int)getpid());
	int result = manifest_write(table->unit, share, &manifest, stages,
	    mode == PUBLISH_REPLACE ? table->options.path : NULL,
	    &table->counts->is_unchanged, err);
	mem_free(share);
	manifest_release(&manifest);
	return result;
}

static int
table_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct parquet_table *table = (struct parquet_table *)sink;
	if (table->counts->is_skipped)
		return 0;
	if (scatter_gathered(table, err) != 0)
		return -1;
	if (finish_parts(table, err) != 0)
		return -1;
	if (table->options.is_folder &&
	    write_manifest(table, stages, err) != 0)
		return -1;
	if (table->counts->is_unchanged)
		return 0;
	if (publish_commit(table->unit, err) != 0)
		return -1;
	table->counts->is_skipped = publish_is_skipped(table->unit);
	return 0;
}

static void
table_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	struct parquet_table *table = (struct parquet_table *)sink;
	(void)why;
	(void)stages;
	publish_free(table->unit);
	table->unit = NULL;
}

static void
table_free(struct batch_sink *sink)
{
	struct parquet_table *table = (struct parquet_table *)sink;
	for (uint32_t i = 0; i < table->part_count; i++)
		free_part(table->parts[i]);
	mem_free(table->parts);
	publish_free(table->unit);
	if (table->spill_fd >= 0)
		close(table->spill_fd);
	partition_keys_free(table->partition_keys);
	batch_builder_release(&table->gathered);
	parquet_shared_free(table->shared);
	schema_release(&table->schema);
	mem_free(table->keys);
	mem_free(table->kept);
	mem_free(table->columns);
	buffer_release(&table->partitions);
	buffer_release(&table->ordered);
	buffer_release(&table->begins);
	mem_free(table);
}

struct batch_sink *
parquet_table_new(const struct parquet_table_options *options,
    struct error *err)
{
	assert(options->keys == NULL || options->is_folder);
	struct publish *unit = publish_new(options->path, options->mode,
	    options->is_folder, err);
	if (unit == NULL)
		return NULL;
	struct parquet_table *table = mem_zalloc(sizeof(*table));
	table->sink = (struct batch_sink){.begin = table_begin,
	    .write = table_write, .finish = table_finish,
	    .abort = table_abort, .free = table_free};
	table->options = *options;
	table->counts = options->counts;
	table->unit = unit;
	table->spill_fd = -1;
	table->spill = (struct parquet_spill){.append = spill_append,
	    .read = spill_read, .ctx = table};
	table->counts->is_skipped = publish_is_skipped(unit);
	return &table->sink;
}
