#include "op/join/spill.h"

/* Cutting 32-fold four times makes a million of partitions. */
#define MAX_LEVEL 3

/* Reading a spilled partition back takes about twice its bytes. */
#define MEMORY_FACTOR 2

/* Cutting less costs more memory (buffers) than it saves. */
#define MIN_CUT_BYTES (128 * 1024)

static int
load(const struct spill_join *join, struct spill *spill,
    struct join_build *build, struct error *err)
{
	const struct batch *batch;
	int got;

	join_build_init(build, &join->part_plan, &join->build_schema,
	    join->build_keys, join->stored);
	spill_rewind(spill);
	while ((got = spill_next(spill, &batch, err)) == 1) {
		if (join_build_add(build, batch, err) != 0)
			return -1;
	}
	if (got == 0)
		join_build_finish(build);
	return got;
}

static void
add_counts(struct join_counts *to, const struct join_counts *from,
    const struct join_build *build)
{
	uint64_t matched2 = join_build_matched(build);

	to->matched += from->matched;
	to->unmatched += from->unmatched;
	to->matched2 += matched2;
	to->unmatched2 += build->row_count - matched2;
}

/* A partition whose build side fits in memory; its rows go to `joined`. */
static int
join_partition(struct spill_join *join, struct spill *build_rows,
    struct spill *probe_rows, struct spill *joined, struct error *err)
{
	struct join_build build;
	struct join_output output;
	struct join_probe prober;
	const struct batch *batch;
	int got = load(join, build_rows, &build, err);

	join_output_init(&output, &join->part_plan, &join->joined_schema,
	    NULL, joined);
	if (got == 0)
		got = join_probe_init(&prober, &join->part_plan, &build,
		    &output, join->lost, err);
	else
		prober = (struct join_probe){ 0 };
	spill_rewind(probe_rows);
	while (got == 0 &&
	    (got = spill_next(probe_rows, &batch, err)) == 1)
		got = join_probe_batch(&prober, batch, err);
	if (got == 0)
		add_counts(join->counts, &prober.counts, &build);
	if (got == 0 && join->is_numbered)
		got = join_rest_add_build(&join->rest, &build, err);
	join_probe_release(&prober);
	join_output_release(&output);
	join_build_release(&build);
	return got;
}

static _Bool
is_too_large(const struct spill_join *join, const struct spill *spill)
{
	const struct budget *budget = join->plan->options->budget;
	uint64_t bytes = spill_bytes(spill) * MEMORY_FACTOR;

	if (join->plan->asof_probe >= 0)
		bytes += spill_row_count(spill) * JOIN_ASOF_ROW_BYTES;
	return spill_bytes(spill) > MIN_CUT_BYTES &&
	    bytes > budget->limit_bytes;
}

static int
recut(struct spill *from, struct join_cutter *cutter, struct error *err)
{
	const struct batch *batch;
	int got;

	spill_rewind(from);
	while ((got = spill_next(from, &batch, err)) == 1) {
		if (join_cutter_add(cutter, batch, err) != 0)
			return -1;
	}
	return got == 0 ? join_cutter_finish(cutter, err) : -1;
}

/* Whether cutting did anything: not if all rows have one key. */
static _Bool
has_helped(const struct spill *whole, const struct join_cutter *cutter)
{
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++) {
		if (spill_row_count(cutter->spills[p]) >
		    spill_row_count(whole) / 10 * 9)
			return 0;
	}
	return 1;
}

int
join_unite(struct spill_join *join, struct spill *const *parts,
    struct spill *joined, struct error *err)
{
	struct join_collector collector;
	const struct batch *rows;
	const uint32_t *order;
	uint32_t count;
	struct join_output output;
	struct batch like = { .row_count = BATCH_ROWS };
	int got = join_collector_init(&collector, parts,
	    &join->joined_schema, join->probe_schema.count - 1,
	    join->probe_rows, err);

	join_output_init(&output, &join->part_plan, &join->joined_schema,
	    NULL, joined);
	join_output_begin(&output, &like);
	while (got == 0 && (got = join_collector_next(&collector,
	    join->probe_rows, &rows, &order, &count, err)) == 1)
		got = join_output_rows(&output, rows, order, count, err);
	if (got == 0)
		got = join_output_end(&output, err);
	join_output_release(&output);
	join_collector_release(&collector);
	return got;
}

/*
 * A partition that is not cut again.  If a key must not come twice, loading
 * it finds the second row of the key that makes it so large.
 */
static int
join_whole(struct spill_join *join, struct spill *build_rows,
    struct spill *probe_rows, struct spill *joined, struct error *err)
{
	if (!is_too_large(join, build_rows) ||
	    join->plan->options->expects_unique_build)
		return join_partition(join, build_rows, probe_rows, joined,
		    err);
	if (join->plan->asof_probe >= 0)
		return join_chunks_asof(join, build_rows, probe_rows, joined,
		    err);
	return join_chunks(join, build_rows, probe_rows, joined, err);
}

int
join_partitions(struct spill_join *join, struct join_cutter *build,
    struct join_cutter *probe, struct spill **joined, _Bool may_cut,
    struct error *err)
{
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++) {
		struct join_cutter builds, probes;
		struct spill *parts[JOIN_PARTITIONS] = { NULL };
		int result;

		joined[p] = spill_new(&join->joined_schema,
		    join->plan->options->folder, join->plan->options->budget);
		if (!may_cut || build->level == MAX_LEVEL ||
		    !is_too_large(join, build->spills[p])) {
			if (join_whole(join, build->spills[p],
			    probe->spills[p], joined[p], err) != 0)
				return -1;
			continue;
		}
		join_cutter_init(&builds, &join->build_schema,
		    build->keys, build->key_count, build->level + 1, 0,
		    join->plan);
		join_cutter_init(&probes, &join->probe_schema,
		    probe->keys, probe->key_count, probe->level + 1, 0,
		    join->plan);
		result = recut(build->spills[p], &builds, err);
		if (result == 0)
			result = recut(probe->spills[p], &probes, err);
		if (result == 0)
			result = join_partitions(join, &builds, &probes,
			    parts, has_helped(build->spills[p], &builds),
			    err);
		join_cutter_release(&builds);
		join_cutter_release(&probes);
		if (result == 0)
			result = join_unite(join, parts, joined[p], err);
		for (uint32_t i = 0; i < JOIN_PARTITIONS; i++)
			spill_free(parts[i]);
		if (result != 0)
			return -1;
	}
	return 0;
}
