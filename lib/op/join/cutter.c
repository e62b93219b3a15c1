#include "op/join/spill.h"

#include "batch/order.h"

/* A partition's rows are written when there are so many, or bytes. */
#define CUT_ROWS 2048
#define CUT_BYTES 65536

void
join_cutter_init(struct join_cutter *cutter, const struct schema *schema,
    const uint32_t *keys, uint32_t key_count, uint32_t level,
    _Bool drops_nulls, const struct join_plan *plan)
{
	*cutter = (struct join_cutter){
		.keys = keys,
		.key_count = key_count,
		.level = level,
		.drops_nulls = drops_nulls
	};
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++) {
		cutter->spills[p] = spill_new(schema, plan->options->folder,
		    plan->options->budget);
		batch_builder_init(&cutter->builders[p], schema);
	}
}

static int
flush(struct join_cutter *cutter, uint32_t p, struct error *err)
{
	struct batch_builder *builder = &cutter->builders[p];

	if (batch_builder_rows(builder) == 0)
		return 0;
	if (spill_write(cutter->spills[p], batch_builder_view(builder, NULL),
	    err) != 0)
		return -1;
	batch_builder_clear(builder);
	return 0;
}

static _Bool
has_null_key(const struct join_cutter *cutter, const struct batch *batch,
    uint32_t row)
{
	for (uint32_t k = 0; k < cutter->key_count; k++) {
		const struct column *key = &batch->columns[cutter->keys[k]];

		if (key->type.id == TYPE_NULL || column_is_null(key, row))
			return 1;
	}
	return 0;
}

/* Rows by partition: rows[], from begins[p] to begins[p + 1]. */
static const uint32_t *
cut(struct join_cutter *cutter, const struct batch *batch,
    uint32_t begins[JOIN_PARTITIONS + 2])
{
	uint32_t shift = 64 - JOIN_PARTITION_BITS * (cutter->level + 1);
	uint32_t count = batch->row_count;
	uint64_t *hashes;
	uint32_t *rows;

	buffer_resize(&cutter->hashes, (size_t)count * sizeof(*hashes));
	buffer_resize(&cutter->rows, (size_t)count * sizeof(*rows));
	hashes = (uint64_t *)(void *)cutter->hashes.data;
	rows = (uint32_t *)(void *)cutter->rows.data;
	batch_hash(batch, cutter->keys, cutter->key_count, hashes);
	memset(begins, 0, (JOIN_PARTITIONS + 2) * sizeof(*begins));
	for (uint32_t i = 0; i < count; i++) {
		hashes[i] = hashes[i] >> shift & (JOIN_PARTITIONS - 1);
		if (cutter->drops_nulls && has_null_key(cutter, batch, i)) {
			hashes[i] = JOIN_PARTITIONS;
			cutter->null_count++;
			continue;
		}
		begins[hashes[i] + 2]++;
	}
	for (uint32_t p = 2; p < JOIN_PARTITIONS + 2; p++)
		begins[p] += begins[p - 1];
	for (uint32_t i = 0; i < count; i++) {
		if (hashes[i] < JOIN_PARTITIONS)
			rows[begins[hashes[i] + 1]++] = i;
	}
	return rows;
}

int
join_cutter_add(struct join_cutter *cutter, const struct batch *batch,
    struct error *err)
{
	uint32_t begins[JOIN_PARTITIONS + 2];
	const uint32_t *rows;

	if (batch->row_count == 0)
		return 0;
	rows = cut(cutter, batch, begins);
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++) {
		struct batch_builder *builder = &cutter->builders[p];
		const uint32_t *from = rows + begins[p];
		uint32_t count = begins[p + 1] - begins[p];

		if (count == 0)
			continue;
		if (batch_builder_take(builder, batch, from, count) != 0 &&
		    (flush(cutter, p, err) != 0 ||
		    batch_builder_take(builder, batch, from, count) != 0))
			return err->status != STATUS_OK ? -1 : error_data(err,
			    "strings of more than 2 GiB in one batch");
		if ((batch_builder_rows(builder) >= CUT_ROWS ||
		    batch_builder_bytes(builder) >= CUT_BYTES) &&
		    flush(cutter, p, err) != 0)
			return -1;
	}
	return 0;
}

int
join_cutter_finish(struct join_cutter *cutter, struct error *err)
{
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++) {
		if (flush(cutter, p, err) != 0)
			return -1;
		batch_builder_release(&cutter->builders[p]);
		spill_rewind(cutter->spills[p]);
	}
	return 0;
}

void
join_cutter_release(struct join_cutter *cutter)
{
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++) {
		spill_free(cutter->spills[p]);
		batch_builder_release(&cutter->builders[p]);
	}
	buffer_release(&cutter->hashes);
	buffer_release(&cutter->rows);
	*cutter = (struct join_cutter){ 0 };
}
