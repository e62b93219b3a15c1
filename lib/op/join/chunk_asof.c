#include "op/join/spill.h"

#include <assert.h>

/*
 * join_chunks for as-of joins: of all chunks only the nearest build row of
 * each probe row counts, and the condition is asked about no other.  So the
 * nearest rows so far wait in a spill, batch by batch as the probe rows do,
 * each with its place among the partition's build rows; after the last chunk
 * they are all that is left of the build side.
 */

struct asof {
	struct spill_join *join;	/* borrowed */
	struct spill *build_rows, *probe_rows;	/* borrowed */
	struct schema best_schema;	/* the stored columns, place */
	struct spill *best;		/* owned; nulls where there is none */
	struct batch_builder both, chosen;	/* scratch */
	struct buffer found, order, ids;
	uint64_t build_count;		/* rows of the chunks so far */
	struct buffer hits;		/* bit by build row: has matched */
};

static void
asof_init(struct asof *asof, struct spill_join *join,
    struct spill *build_rows, struct spill *probe_rows)
{
	*asof = (struct asof){
		.join = join,
		.build_rows = build_rows,
		.probe_rows = probe_rows
	};
	schema_add_all(&asof->best_schema, &join->part_stored);
	schema_add(&asof->best_schema, "", 0, type_of(TYPE_U64), 1);
	batch_builder_init(&asof->both, &asof->best_schema);
	batch_builder_init(&asof->chosen, &asof->best_schema);
}

static void
asof_release(struct asof *asof)
{
	spill_free(asof->best);
	batch_builder_release(&asof->both);
	batch_builder_release(&asof->chosen);
	schema_release(&asof->best_schema);
	buffer_release(&asof->found);
	buffer_release(&asof->order);
	buffer_release(&asof->ids);
	buffer_release(&asof->hits);
}

static uint32_t *
numbers(struct buffer *buf, uint32_t count)
{
	buffer_resize(buf, ((size_t)count + 1) * sizeof(uint32_t));
	return (uint32_t *)(void *)buf->data;
}

/* ---- a chunk ---------------------------------------------------------- */

/* Appends build rows of a chunk, with their places, to `both`. */
static int
append_found(struct asof *asof, const struct join_build *build,
    const uint32_t *rows, uint32_t count)
{
	uint32_t stored_count = asof->join->part_stored.count;
	uint64_t *places = column_builder_extend(
	    &asof->both.columns[stored_count], count);

	for (uint32_t i = 0; i < count; i++)
		places[i] = asof->build_count + rows[i];
	for (uint32_t c = 0; c < stored_count; c++) {
		if (column_builder_take(&asof->both.columns[c],
		    &build->columns[c], rows, count) != 0)
			return -1;
	}
	return 0;
}

/* found[i] is the new best of row i, or COLUMN_NULL_ROW: the old one stays. */
static int
choose(struct asof *asof, const struct join_build *build,
    const struct batch *old, uint32_t rows, uint32_t *found,
    struct spill *best, struct error *err)
{
	uint32_t *order = numbers(&asof->order, rows);
	uint32_t begin = old == NULL ? 0 : rows;
	uint32_t count = 0;
	int result = 0;

	batch_builder_clear(&asof->both);
	batch_builder_clear(&asof->chosen);
	for (uint32_t i = 0; i < rows; i++) {
		if (found[i] == COLUMN_NULL_ROW) {
			order[i] = old == NULL ? COLUMN_NULL_ROW : i;
			continue;
		}
		order[i] = begin + count;
		found[count++] = found[i];
	}
	if (old != NULL)
		result = batch_builder_append(&asof->both, old, 0, rows);
	if (result == 0)
		result = append_found(asof, build, found, count);
	for (uint32_t c = 0; c < asof->best_schema.count && result == 0;
	    c++) {
		struct column column =
		    column_builder_view(&asof->both.columns[c]);

		result = column_builder_take(&asof->chosen.columns[c],
		    &column, order, rows);
	}
	if (result != 0)
		return error_data(err, "strings of more than 2 GiB in one "
		    "batch");
	return spill_write(best, batch_builder_view(&asof->chosen, NULL),
	    err);
}

/* The best rows that belong to a probe batch; NULL before the first chunk. */
static int
read_best(struct asof *asof, const struct batch *probe,
    const struct batch **best, struct error *err)
{
	int got;

	*best = NULL;
	if (asof->best == NULL)
		return 0;
	got = spill_next(asof->best, best, err);
	assert(got < 0 || (got == 1 &&
	    (*best)->row_count == probe->row_count));
	return got < 0 ? -1 : 0;
}

static int
probe_rows(struct asof *asof, struct join_probe *prober,
    const struct join_build *build, struct spill *best, struct error *err)
{
	const struct batch *batch, *old;
	int got;

	spill_rewind(asof->probe_rows);
	while ((got = spill_next(asof->probe_rows, &batch, err)) == 1) {
		if (read_best(asof, batch, &old, err) != 0)
			return -1;
		prober->found = numbers(&asof->found, batch->row_count);
		prober->best = old == NULL ? NULL :
		    &old->columns[asof->join->plan->asof_stored];
		if (join_probe_batch(prober, batch, err) != 0 ||
		    choose(asof, build, old, batch->row_count,
		    prober->found, best, err) != 0)
			return -1;
	}
	return got;
}

static int
join_chunk(struct asof *asof, struct join_build *build, struct error *err)
{
	struct spill_join *join = asof->join;
	struct spill *best = spill_new(&asof->best_schema,
	    join->plan->options->folder, join->plan->options->budget);
	struct join_probe prober;
	int result = join_probe_init(&prober, &join->part_plan, build, NULL,
	    NULL, err);

	if (result == 0)
		result = probe_rows(asof, &prober, build, best, err);
	spill_free(asof->best);
	asof->best = best;
	spill_rewind(best);
	asof->build_count += build->row_count;
	join_probe_release(&prober);
	join_build_release(build);
	return result;
}

/* ---- after the last --------------------------------------------------- */

/* The build rows that the hits of a batch stand for. */
static void
note_hits(struct asof *asof, const struct batch *best,
    const struct join_build *build)
{
	const struct column *column =
	    &best->columns[asof->best_schema.count - 1];
	const uint64_t *places = column->values;

	for (uint32_t i = 0; i < best->row_count; i++) {
		if (build->row_hits.data[i])
			asof->hits.data[places[i] >> 3] |=
			    (uint8_t)(1u << (places[i] & 7));
	}
}

/* `build` is the rows that are nearest to those of the batch, one by one. */
static int
decide_batch(struct asof *asof, struct join_probe *prober,
    struct join_build *build, const struct batch *batch, struct error *err)
{
	const struct batch *best;
	uint32_t *ids = numbers(&asof->ids, batch->row_count);

	if (read_best(asof, batch, &best, err) != 0)
		return -1;
	for (uint32_t i = 0; i < batch->row_count; i++)
		ids[i] = column_is_null(&best->columns[
		    asof->best_schema.count - 1], i) ? KEY_TABLE_NONE : i;
	build->columns = best->columns;
	build->row_count = best->row_count;
	build->row_hits.len = 0;
	buffer_resize(&build->row_hits, (size_t)best->row_count + 1);
	prober->given = ids;
	if (join_probe_batch(prober, batch, err) != 0)
		return -1;
	note_hits(asof, best, build);
	return 0;
}

static int
decide(struct asof *asof, struct spill *joined, struct error *err)
{
	struct spill_join *join = asof->join;
	struct join_plan plan = join->part_plan;
	struct join_build build = { .plan = &plan };
	struct join_output output;
	struct join_probe prober;
	const struct batch *batch;
	int got;

	plan.asof_probe = -1;
	buffer_resize(&asof->hits, (size_t)(asof->build_count / 8) + 1);
	join_output_init(&output, &plan, &join->joined_schema, NULL, joined);
	got = join_probe_init(&prober, &plan, &build, &output, join->lost,
	    err);
	if (got == 0 && prober.match == NULL)
		prober.match = join_match_new(&plan, &build, err);
	if (got == 0 && prober.match == NULL)
		got = -1;
	spill_rewind(asof->probe_rows);
	while (got == 0 &&
	    (got = spill_next(asof->probe_rows, &batch, err)) == 1)
		got = decide_batch(asof, &prober, &build, batch, err);
	join->counts->matched += prober.counts.matched;
	join->counts->unmatched += prober.counts.unmatched;
	join_probe_release(&prober);
	join_output_release(&output);
	buffer_release(&build.row_hits);
	return got;
}

/* The build rows that no probe row has matched. */
static int
give_rest(struct asof *asof, struct error *err)
{
	struct spill_join *join = asof->join;
	const struct batch *batch;
	uint64_t place = 0;
	int got;

	spill_rewind(asof->build_rows);
	while ((got = spill_next(asof->build_rows, &batch, err)) == 1) {
		uint32_t *rows = numbers(&asof->order, batch->row_count);
		uint32_t count = 0;

		for (uint32_t i = 0; i < batch->row_count; i++, place++) {
			rows[count] = i;
			count += !(asof->hits.data[place >> 3] >>
			    (place & 7) & 1);
		}
		join->counts->matched2 += batch->row_count - count;
		join->counts->unmatched2 += count;
		if (join->is_numbered && join_rest_add(&join->rest,
		    batch->columns + join->plan->key_count, rows, count,
		    err) != 0)
			return -1;
	}
	return got;
}

int
join_chunks_asof(struct spill_join *join, struct spill *build_rows,
    struct spill *probe_rows, struct spill *joined, struct error *err)
{
	struct asof asof;
	int got;

	asof_init(&asof, join, build_rows, probe_rows);
	spill_rewind(build_rows);
	do {
		struct join_build build;

		got = join_load_chunk(join, &join->part_plan, build_rows,
		    &build, err);
		if (got < 0)
			join_build_release(&build);
		else if (join_chunk(&asof, &build, err) != 0)
			got = -1;
	} while (got == 1);
	if (got == 0)
		got = decide(&asof, joined, err);
	if (got == 0)
		got = give_rest(&asof, err);
	asof_release(&asof);
	return got;
}
