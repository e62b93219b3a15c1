#include "table/parquet_table.h"

#include <assert.h>
#include <unistd.h>

#include "batch/builder.h"
#include "table/manifest.h"
#include "table/parquet_parts.h"
#include "table/partition_keys.h"

/* Rows of a page where many pages are unfinished at a time. */
#define PARTITION_PAGE_ROWS 4096
/* Of which memory is taken for so many at a time. */
#define PARTITION_BLOCK_ROWS 512
/* With many partitions so many rows are ordered at a time: longer runs. */
#define SCATTER_ROWS 32768
#define SCATTER_FROM 16

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
	struct partition_keys *partition_keys;	/* owned; or NULL */
	struct parquet_parts parts;	/* by partition */
	struct batch_builder gathered;	/* rows to be scattered */
	struct buffer found;		/* partitions of a batch; u32 a row */
	struct buffer partitions;	/* of the gathered rows; u32 a row */
	struct buffer ordered;		/* u32 a row */
	struct buffer begins;		/* u32 a partition + 1 */
	struct parquet_table_counts *counts;	/* borrowed */
};

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
	table->parts.shared = parquet_shared_new(&kept, &parquet, err);
	schema_release(&kept);
	return table->parts.shared == NULL ? -1 : 0;
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
		parquet_parts_add(&table->parts, table->options.is_folder ?
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
	uint32_t parts = table->parts.count;
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
		uint32_t count = begins[i] - begin;
		if (count == 0 || !parquet_parts_is_own(&table->parts, i))
			continue;
		if (parquet_parts_write(&table->parts, i, kept,
		    count == rows ? NULL : ordered + begin, count, err) != 0)
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
	buffer_resize(&table->found, batch->row_count * sizeof(uint32_t));
	uint32_t *found = (uint32_t *)(void *)table->found.data;
	if (partition_keys_find(table->partition_keys, batch, found, err) != 0)
		return -1;
	while (table->parts.count <
	    partition_keys_count(table->partition_keys))
		parquet_parts_add(&table->parts,
		    mem_printf("%s/" PARQUET_TABLE_FILE,
		    partition_keys_path(table->partition_keys,
		    table->parts.count)));
	struct batch kept = kept_columns(table, batch);
	if (batch_builder_rows(&table->gathered) == 0 &&
	    table->parts.count < SCATTER_FROM)
		return scatter(table, &kept, found, err);
	if (batch_builder_append(&table->gathered, &kept, 0,
	    kept.row_count) != 0)
		/* Full of strings: these rows come after those before. */
		return scatter_gathered(table, err) != 0 ? -1 :
		    scatter(table, &kept, found, err);
	buffer_append(&table->partitions, found,
	    kept.row_count * sizeof(uint32_t));
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
	if (table->parts.copies != NULL &&
	    copies_check(table->parts.copies, err) != 0)
		return -1;
	if (table->key_count > 0)
		return write_partitioned(table, batch, err);
	struct batch kept = kept_columns(table, batch);
	return parquet_parts_write(&table->parts, 0, &kept, NULL,
	    kept.row_count, err);
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
	manifest->files = mem_array(table->parts.count,
	    sizeof(*manifest->files));
	for (uint32_t i = 0; i < table->parts.count; i++) {
		const struct parquet_part *part = table->parts.items[i];
		manifest->files[manifest->file_count++] =
		    (struct manifest_file){.path = mem_strdup(part->path),
			.rows = part->result.rows,
			.bytes = part->result.bytes,
			.sum = part->result.digest};
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

static void
count_parts(const struct parquet_parts *parts,
    struct parquet_table_counts *counts)
{
	for (uint32_t i = 0; i < parts->count; i++) {
		counts->files++;
		counts->bytes += parts->items[i]->result.bytes;
		counts->row_groups += parts->items[i]->result.row_groups;
	}
}

static int
table_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct parquet_table *table = (struct parquet_table *)sink;
	if (table->counts->is_skipped)
		return 0;
	if (scatter_gathered(table, err) != 0 ||
	    parquet_parts_finish(&table->parts, err) != 0)
		return -1;
	count_parts(&table->parts, table->counts);
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
	parquet_parts_release(&table->parts);
	publish_free(table->unit);
	partition_keys_free(table->partition_keys);
	batch_builder_release(&table->gathered);
	schema_release(&table->schema);
	mem_free(table->keys);
	mem_free(table->kept);
	mem_free(table->columns);
	buffer_release(&table->found);
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
	parquet_parts_init(&table->parts);
	table->parts.unit = unit;
	table->parts.name = table->options.path;
	table->parts.has_sums = options->is_folder;
	table->parts.budget = options->budget;
	table->parts.temporary_folder = options->temporary_folder;
	table->counts->is_skipped = publish_is_skipped(unit);
	return &table->sink;
}

void
parquet_table_divide(struct batch_sink *sink, struct copies *copies)
{
	struct parquet_table *table = (struct parquet_table *)sink;
	parquet_parts_divide(&table->parts, copies);
}
