#include "op/join/spill.h"

#include <assert.h>

/*
 * A partition that no hash makes smaller, since most of its build rows have
 * one key: these are read in chunks, and each chunk is probed with all probe
 * rows of the partition, into a part of its own (a nested loop over blocks).
 *
 *	build rows  |chunk|chunk|chunk|...    probe rows, once for each
 *	                |     |     |
 *	              part  part  part        united by number, in this order
 *
 * So the rows of one number come in the order of the build side.  What is
 * decided over all chunks (no match at all, too many) needs the matches of
 * each probe row: they wait in a spill, batch by batch as the probe rows do.
 */

/* Each chunk costs reading the probe rows again. */
#define MIN_CHUNK_BYTES (1024 * 1024)

/* JOIN_PARTITIONS parts become one of the next level. */
#define MAX_PART_LEVELS 6

struct chunks {
	struct spill_join *join;	/* borrowed */
	struct join_options options;	/* pairs only */
	struct join_plan plan;		/* borrows; with these options */
	struct spill *build_rows, *probe_rows;	/* borrowed */
	struct schema fan_schema;
	struct spill *fans;		/* owned; u64: matches so far */
	struct buffer fan_row;		/* ... of a probe batch */
	struct spill *parts[MAX_PART_LEVELS][JOIN_PARTITIONS];	/* owned */
	uint32_t part_counts[MAX_PART_LEVELS];
};

static void
chunks_init(struct chunks *chunks, struct spill_join *join,
    struct spill *build_rows, struct spill *probe_rows)
{
	*chunks = (struct chunks){
		.join = join,
		.options = *join->part_plan.options,
		.plan = join->part_plan,
		.build_rows = build_rows,
		.probe_rows = probe_rows
	};
	chunks->options.type = join_selects(join->plan) ? JOIN_SEMI :
	    join_keeps_build(join->plan) ? JOIN_RIGHT : JOIN_INNER;
	chunks->plan.options = &chunks->options;
	schema_add(&chunks->fan_schema, "", 0, type_of(TYPE_U64), 0);
}

static void
chunks_release(struct chunks *chunks)
{
	schema_release(&chunks->fan_schema);
	spill_free(chunks->fans);
	buffer_release(&chunks->fan_row);
	for (uint32_t level = 0; level < MAX_PART_LEVELS; level++) {
		for (uint32_t i = 0; i < chunks->part_counts[level]; i++)
			spill_free(chunks->parts[level][i]);
	}
}

static struct spill *
new_spill(const struct chunks *chunks, const struct schema *schema)
{
	return spill_new(schema, chunks->options.folder,
	    chunks->options.budget);
}

/* ---- parts ------------------------------------------------------------ */

/* The parts of a level become one. */
static int
unite_level(struct chunks *chunks, uint32_t level, struct spill *united,
    struct error *err)
{
	struct spill **parts = chunks->parts[level];
	int result = join_unite(chunks->join, parts, united, err);

	for (uint32_t i = 0; i < chunks->part_counts[level]; i++) {
		spill_free(parts[i]);
		parts[i] = NULL;
	}
	chunks->part_counts[level] = 0;
	return result;
}

/* Takes a part, which comes after all others. */
static int
add_part(struct chunks *chunks, struct spill *part, struct error *err)
{
	for (uint32_t level = 0;; level++) {
		assert(level < MAX_PART_LEVELS);
		chunks->parts[level][chunks->part_counts[level]++] = part;
		if (chunks->part_counts[level] < JOIN_PARTITIONS)
			return 0;
		part = new_spill(chunks, &chunks->join->joined_schema);
		if (unite_level(chunks, level, part, err) != 0) {
			spill_free(part);
			return -1;
		}
	}
}

/* Higher levels hold what came before. */
static int
unite_all(struct chunks *chunks, struct spill *joined, struct error *err)
{
	uint32_t top = MAX_PART_LEVELS - 1;

	while (top > 0 && chunks->part_counts[top] == 0)
		top--;
	for (uint32_t level = 0; level < top; level++) {
		struct spill *part;

		if (chunks->part_counts[level] == 0)
			continue;
		part = new_spill(chunks, &chunks->join->joined_schema);
		if (unite_level(chunks, level, part, err) != 0) {
			spill_free(part);
			return -1;
		}
		chunks->parts[level + 1][
		    chunks->part_counts[level + 1]++] = part;
	}
	return unite_level(chunks, top, joined, err);
}

/* ---- chunks ----------------------------------------------------------- */

int
join_load_chunk(const struct spill_join *join, const struct join_plan *plan,
    struct spill *build_rows, struct join_build *build, struct error *err)
{
	const struct budget *budget = plan->options->budget;
	const struct batch *batch;
	int got;

	join_build_init(build, plan, &join->build_schema, join->build_keys,
	    join->stored);
	while ((got = spill_next(build_rows, &batch, err)) == 1) {
		if (join_build_add(build, batch, err) != 0)
			return -1;
		if (budget->used_bytes >= MIN_CHUNK_BYTES &&
		    budget_lacks(budget, join_build_growth_bytes(build,
		    batch->row_count)))
			break;
	}
	if (got >= 0)
		join_build_finish(build);
	return got;
}

/* The matches so far of the rows of a probe batch. */
static int
read_fans(struct chunks *chunks, const struct batch *probe,
    struct error *err)
{
	const struct batch *batch;
	int got;

	chunks->fan_row.len = 0;
	buffer_resize(&chunks->fan_row, probe->row_count * sizeof(uint64_t));
	if (chunks->fans == NULL)
		return 0;
	got = spill_next(chunks->fans, &batch, err);
	if (got < 0)
		return -1;
	assert(got == 1 && batch->row_count == probe->row_count);
	memcpy(chunks->fan_row.data, batch->columns[0].values,
	    probe->row_count * sizeof(uint64_t));
	return 0;
}

static int
write_fans(const struct chunks *chunks, struct spill *to, uint32_t rows,
    struct error *err)
{
	struct column column = {
		.type = type_of(TYPE_U64), .values = chunks->fan_row.data
	};
	const struct batch batch = {
		.row_count = rows, .column_count = 1, .columns = &column
	};

	return spill_write(to, &batch, err);
}

/* All probe rows, with a chunk. */
static int
probe_rows(struct chunks *chunks, struct join_probe *prober,
    struct spill *fans, struct error *err)
{
	const struct batch *batch;
	int got;

	spill_rewind(chunks->probe_rows);
	while ((got = spill_next(chunks->probe_rows, &batch, err)) == 1) {
		if (read_fans(chunks, batch, err) != 0)
			return -1;
		prober->fans = (uint64_t *)(void *)chunks->fan_row.data;
		if (join_probe_batch(prober, batch, err) != 0 ||
		    write_fans(chunks, fans, batch->row_count, err) != 0)
			return -1;
	}
	return got;
}

static int
join_chunk(struct chunks *chunks, struct join_build *build,
    struct error *err)
{
	struct spill_join *join = chunks->join;
	struct spill *part = new_spill(chunks, &join->joined_schema);
	struct spill *fans = new_spill(chunks, &chunks->fan_schema);
	uint64_t matched2;
	struct join_output output;
	struct join_probe prober;
	int result;

	join_output_init(&output, &chunks->plan, &join->joined_schema, NULL,
	    part);
	result = join_probe_init(&prober, &chunks->plan, build, &output,
	    NULL, err);
	if (result == 0)
		result = probe_rows(chunks, &prober, fans, err);
	spill_free(chunks->fans);
	chunks->fans = fans;
	spill_rewind(fans);
	matched2 = result == 0 ? join_build_matched(build) : 0;
	join->counts->matched2 += matched2;
	join->counts->unmatched2 += build->row_count - matched2;
	if (result == 0 && join->is_numbered)
		result = join_rest_add_build(&join->rest, build, err);
	join_probe_release(&prober);
	join_output_release(&output);
	join_build_release(build);
	if (result == 0)
		return add_part(chunks, part, err);
	spill_free(part);
	return -1;
}

/* ---- what all chunks together decide ---------------------------------- */

/* The rows of a batch that have matched, or those that have not. */
static uint32_t
select_rows(const struct chunks *chunks, uint32_t rows, _Bool has_match,
    uint32_t *selected)
{
	const uint64_t *fans =
	    (const uint64_t *)(const void *)chunks->fan_row.data;
	uint32_t count = 0;

	for (uint32_t i = 0; i < rows; i++) {
		selected[count] = i;
		count += (fans[i] > 0) == has_match;
	}
	return count;
}

/* A probe batch after the last chunk; `nothing` is an empty build side. */
static int
decide_batch(struct chunks *chunks, const struct batch *batch,
    const struct join_build *nothing, struct join_output *output,
    struct buffer *scratch, struct error *err)
{
	const struct spill_join *join = chunks->join;
	enum join_type type = join->plan->options->type;
	uint32_t rows = batch->row_count;
	uint32_t *selected, *nulls;
	uint32_t count;
	int result = 0;

	buffer_resize(scratch, ((size_t)rows + 1) * 2 * sizeof(*selected));
	selected = (uint32_t *)(void *)scratch->data;
	nulls = selected + rows + 1;
	for (uint32_t i = 0; i < rows; i++)
		nulls[i] = COLUMN_NULL_ROW;
	join_output_begin(output, batch);
	count = select_rows(chunks, rows, 0, selected);
	join->counts->matched += rows - count;
	join->counts->unmatched += count;
	if (join->lost != NULL)
		result = join_lost_add(join->lost, batch, selected, count,
		    err);
	if (type == JOIN_SEMI)
		count = select_rows(chunks, rows, 1, selected);
	if (result == 0 && (join_selects(join->plan) ||
	    join_keeps_probe(join->plan)))
		result = join_output_pairs(output, nothing->columns,
		    selected, nulls, count, err);
	return result == 0 ? join_output_end(output, err) : -1;
}

/* Into a part of its own: no number is in this and another one. */
static int
decide(struct chunks *chunks, struct error *err)
{
	struct spill_join *join = chunks->join;
	struct spill *part = new_spill(chunks, &join->joined_schema);
	struct buffer scratch = { 0 };
	struct join_build nothing;
	struct join_output output;
	const struct batch *batch;
	int got = 0;

	join_build_init(&nothing, &chunks->plan, &join->build_schema,
	    join->build_keys, join->stored);
	join_build_finish(&nothing);
	join_output_init(&output, &chunks->plan, &join->joined_schema, NULL,
	    part);
	spill_rewind(chunks->probe_rows);
	while (got == 0 &&
	    (got = spill_next(chunks->probe_rows, &batch, err)) == 1) {
		got = read_fans(chunks, batch, err);
		if (got == 0)
			got = decide_batch(chunks, batch, &nothing, &output,
			    &scratch, err);
	}
	join_output_release(&output);
	join_build_release(&nothing);
	buffer_release(&scratch);
	if (got == 0)
		return add_part(chunks, part, err);
	spill_free(part);
	return -1;
}

int
join_chunks(struct spill_join *join, struct spill *build_rows,
    struct spill *probe_rows, struct spill *joined, struct error *err)
{
	struct chunks chunks;
	int got;

	chunks_init(&chunks, join, build_rows, probe_rows);
	spill_rewind(build_rows);
	do {
		struct join_build build;

		got = join_load_chunk(join, &chunks.plan, build_rows, &build,
		    err);
		if (got < 0)
			join_build_release(&build);
		else if (join_chunk(&chunks, &build, err) != 0)
			got = -1;
	} while (got == 1);
	if (got == 0)
		got = decide(&chunks, err);
	if (got == 0)
		got = unite_all(&chunks, joined, err);
	chunks_release(&chunks);
	return got;
}
