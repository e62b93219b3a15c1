#include "op/join/side.h"

/*
 * The build side's run at hand is either rows of its batch, or, if it
 * reached that batch's end, rows that were copied: `held`.
 */
struct merge {
	const struct join_plan *plan;
	struct join_side probe, build;
	struct batch_builder held;	/* stored, of a run over batches */
	struct column_builder *held_keys;	/* owned; its key */
	struct column *held_key_views;		/* owned */
	uint32_t held_count;		/* rows; 0: the run is in the batch */
	_Bool has_run;			/* false at the build side's end */
	_Bool is_hit;			/* the run has matched */
	uint64_t build_rows;		/* of runs that are done */
	struct join_output output;
	/* pairs that point to payload columns of the run's home */
	uint32_t *probe_rows, *run_rows;	/* owned, [PAIRS] */
	uint32_t pair_count;
	struct column *stored;		/* owned, scratch */
	struct join_lost *lost;		/* borrowed, or NULL */
	struct join_rest rest;		/* right and full joins */
	struct join_counts *counts;	/* borrowed */
};

#define PAIRS 8192

/* The stored columns where the run is. */
static void
view_run(struct merge *merge)
{
	const struct join_plan *plan = merge->plan;

	for (uint32_t i = 0; i < plan->stored_count; i++)
		merge->stored[i] = merge->held_count > 0 ||
		    merge->build.batch == NULL ?
		    column_builder_view(&merge->held.columns[i]) :
		    merge->build.batch->columns[plan->stored[i]];
}

static int
flush_pairs(struct merge *merge, struct error *err)
{
	uint32_t count = merge->pair_count;

	if (count == 0)
		return 0;
	view_run(merge);
	merge->pair_count = 0;
	return join_output_pairs(&merge->output, merge->stored,
	    merge->probe_rows, merge->run_rows, count, err);
}

static int
add_pair(struct merge *merge, uint32_t probe_row, uint32_t run_row,
    struct error *err)
{
	if (merge->pair_count == PAIRS && flush_pairs(merge, err) != 0)
		return -1;
	merge->probe_rows[merge->pair_count] = probe_row;
	merge->run_rows[merge->pair_count++] = run_row;
	return 0;
}

/* ---- the build side's runs -------------------------------------------- */

static int
hold_rows(struct merge *merge, struct error *err)
{
	const struct join_side *build = &merge->build;
	uint32_t count = build->end - build->begin;

	for (uint32_t i = 0; i < merge->plan->stored_count; i++) {
		if (column_builder_append(&merge->held.columns[i],
		    &build->batch->columns[merge->plan->stored[i]],
		    build->begin, count) != 0)
			return error_data(err, "build side: more than 2 GiB "
			    "of text with one key");
	}
	for (uint32_t k = 0; merge->held_count == 0 &&
	    k < merge->plan->key_count; k++) {
		column_builder_clear(&merge->held_keys[k]);
		column_builder_append(&merge->held_keys[k],
		    &build->batch->columns[build->keys[k]], build->begin, 1);
		merge->held_key_views[k] =
		    column_builder_view(&merge->held_keys[k]);
	}
	merge->held_count += count;
	return 0;
}

/*
 * A run that reaches the end of its batch is held, and goes on for as long
 * as the next batches do.  Afterwards the side stands at the run behind it.
 */
static int
complete_run(struct merge *merge, struct error *err)
{
	struct join_side *build = &merge->build;
	int got = 1;

	if (build->end < build->batch->row_count)
		return 0;
	if (flush_pairs(merge, err) != 0)
		return -1;
	batch_builder_clear(&merge->held);
	if (hold_rows(merge, err) != 0)
		return -1;
	do {
		got = join_side_read(build, err);
		if (got != 1 || build->batch->row_count == 0)
			continue;
		if (!join_side_continues(build))
			return 0;
		if (hold_rows(merge, err) != 0)
			return -1;
		if (join_side_next_run(build))
			return 0;
	} while (got == 1);
	return got;
}

/* Keeps a run without a match, for right and full joins. */
static int
keep_run(struct merge *merge, uint32_t begin, uint32_t count,
    struct error *err)
{
	uint32_t rows[1024];

	view_run(merge);
	for (uint32_t i = 0, n; i < count; i += n) {
		n = count - i < 1024 ? count - i : 1024;
		for (uint32_t k = 0; k < n; k++)
			rows[k] = begin + i + k;
		if (join_rest_add(&merge->rest, merge->stored, rows, n,
		    err) != 0)
			return -1;
	}
	return 0;
}

static int
count_run(struct merge *merge, struct error *err)
{
	_Bool is_held = merge->held_count > 0;
	uint32_t begin = is_held ? 0 : merge->build.begin;
	uint32_t rows = is_held ? merge->held_count :
	    merge->build.end - begin;
	int result = 0;

	if (!merge->has_run)
		return 0;
	if (merge->is_hit)
		merge->counts->matched2 += rows;
	else
		merge->counts->unmatched2 += rows;
	if (!merge->is_hit && join_keeps_build(merge->plan))
		result = keep_run(merge, begin, rows, err);
	merge->is_hit = 0;
	return result;
}

/*
 * To the build side's next run.  After a held run the side already stands
 * there, and the pairs that point to what is held must go first.
 */
static int
next_run(struct merge *merge, struct error *err)
{
	struct join_side *build = &merge->build;
	int got = 1;

	if (count_run(merge, err) != 0)
		return -1;
	if (merge->held_count > 0) {
		if (flush_pairs(merge, err) != 0)
			return -1;
		merge->held_count = 0;
		merge->has_run = build->batch != NULL;
	} else if (build->batch == NULL || !join_side_next_run(build)) {
		/* only before the first batch: a run at a batch's end is
		 * held, see complete_run */
		do
			got = join_side_read(build, err);
		while (got == 1 && build->batch->row_count == 0);
		merge->has_run = got == 1;
	}
	if (got < 0)
		return -1;
	return merge->has_run ? complete_run(merge, err) : 0;
}

static _Bool
run_is_null(const struct merge *merge)
{
	if (merge->held_count == 0)
		return join_side_is_null(&merge->build);
	for (uint32_t k = 0; k < merge->plan->key_count; k++) {
		const struct column *key = &merge->held_key_views[k];

		if (key->type.id == TYPE_NULL || column_is_null(key, 0))
			return 1;
	}
	return 0;
}

static int
compare_runs(const struct merge *merge)
{
	return merge->held_count > 0 ?
	    join_side_compare_key(&merge->probe, merge->held_key_views) :
	    join_side_compare(&merge->probe, &merge->build);
}

/* Whether the build side comes to the probe run's key. */
static int
find_match(struct merge *merge, _Bool *is_match, struct error *err)
{
	int order = -1;

	*is_match = 0;
	if (join_side_is_null(&merge->probe))
		return 0;
	while (merge->has_run && (run_is_null(merge) ||
	    (order = compare_runs(merge)) > 0)) {
		if (next_run(merge, err) != 0)
			return -1;
	}
	*is_match = merge->has_run && order == 0;
	return 0;
}

/* ---- the probe side --------------------------------------------------- */

static int
complain_twice(const struct merge *merge, struct error *err)
{
	struct buffer text = { 0 };
	_Bool is_build = merge->plan->options->expects_unique_build &&
	    !(merge->plan->options->expects_unique_probe && merge->is_hit);
	const struct join_side *side = is_build ? &merge->build :
	    &merge->probe;

	join_key_text(merge->plan->probe_schema, merge->probe.batch->columns,
	    merge->plan->probe_keys, merge->plan->key_count,
	    merge->probe.begin, &text);
	error_data(err, "%s: %s comes twice, but one row for each key was "
	    "expected", side->name, (const char *)text.data);
	buffer_release(&text);
	return -1;
}

/* All rows of the probe run with all rows of the build run. */
static int
match_runs(struct merge *merge, struct error *err)
{
	const struct join_side *probe = &merge->probe;
	const struct join_options *options = merge->plan->options;
	_Bool is_held = merge->held_count > 0;
	uint32_t begin = is_held ? 0 : merge->build.begin;
	uint32_t end = is_held ? merge->held_count : merge->build.end;

	if ((options->expects_unique_build && end - begin > 1) ||
	    (options->expects_unique_probe &&
	    (merge->is_hit || probe->end - probe->begin > 1)))
		return complain_twice(merge, err);
	merge->is_hit = 1;
	merge->counts->matched += probe->end - probe->begin;
	if (options->type == JOIN_ANTI)
		return 0;
	if (options->type == JOIN_SEMI)
		end = begin + 1;
	else if (options->max_fanout > 0 && end - begin > options->max_fanout)
		return join_probe_fail_fanout(merge->plan, probe->batch,
		    probe->begin, err);
	for (uint32_t i = probe->begin; i < probe->end; i++) {
		for (uint32_t row = begin; row < end; row++) {
			if (add_pair(merge, i, row, err) != 0)
				return -1;
		}
	}
	return 0;
}

/* The probe run's rows go to --unmatched. */
static int
lose_run(struct merge *merge, struct error *err)
{
	const struct join_side *probe = &merge->probe;
	uint32_t rows[1024];

	for (uint32_t i = probe->begin, n; i < probe->end; i += n) {
		n = probe->end - i < 1024 ? probe->end - i : 1024;
		for (uint32_t k = 0; k < n; k++)
			rows[k] = i + k;
		if (join_lost_add(merge->lost, probe->batch, rows, n,
		    err) != 0)
			return -1;
	}
	return 0;
}

static int
skip_run(struct merge *merge, struct error *err)
{
	const struct join_side *probe = &merge->probe;
	enum join_type type = merge->plan->options->type;

	merge->counts->unmatched += probe->end - probe->begin;
	if (merge->lost != NULL && lose_run(merge, err) != 0)
		return -1;
	if (!join_keeps_probe(merge->plan) && type != JOIN_ANTI)
		return 0;
	for (uint32_t i = probe->begin; i < probe->end; i++) {
		if (add_pair(merge, i, COLUMN_NULL_ROW, err) != 0)
			return -1;
	}
	return 0;
}

static int
merge_batch(struct merge *merge, struct error *err)
{
	struct join_side *probe = &merge->probe;
	_Bool has_run = probe->batch->row_count > 0;

	join_output_begin(&merge->output, probe->batch);
	for (; has_run; has_run = join_side_next_run(probe)) {
		_Bool is_match;

		if (find_match(merge, &is_match, err) != 0)
			return -1;
		if ((is_match ? match_runs(merge, err) :
		    skip_run(merge, err)) != 0)
			return -1;
	}
	if (flush_pairs(merge, err) != 0)
		return -1;
	return join_output_end(&merge->output, err);
}

static int
merge_all(struct merge *merge, struct error *err)
{
	int got;

	if (next_run(merge, err) != 0)
		return -1;
	while ((got = join_side_read(&merge->probe, err)) == 1) {
		if (merge_batch(merge, err) != 0)
			return -1;
	}
	if (got < 0)
		return -1;
	/* the rest of the build side: counted, its order checked */
	while (merge->has_run) {
		if (next_run(merge, err) != 0)
			return -1;
	}
	return 0;
}

int
join_merge_run(const struct join_plan *plan, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out,
    struct join_lost *lost, struct join_counts *counts, struct error *err)
{
	struct merge merge = { .plan = plan, .lost = lost, .counts = counts };
	size_t keys = (size_t)plan->key_count + 1;
	int result;

	join_side_init(&merge.probe, probe, plan->probe_keys,
	    plan->key_count, "standard input");
	join_side_init(&merge.build, build, plan->build_keys,
	    plan->key_count, "build side");
	batch_builder_init(&merge.held, &plan->stored_schema);
	join_rest_init(&merge.rest, plan, 0);
	merge.held_keys = mem_array(keys, sizeof(*merge.held_keys));
	merge.held_key_views = mem_array(keys, sizeof(struct column));
	for (uint32_t k = 0; k < plan->key_count; k++)
		column_builder_init(&merge.held_keys[k],
		    plan->build_types[k]);
	merge.stored = mem_array((size_t)plan->stored_count + 1,
	    sizeof(*merge.stored));
	merge.probe_rows = mem_array(PAIRS, sizeof(uint32_t));
	merge.run_rows = mem_array(PAIRS, sizeof(uint32_t));
	join_output_init(&merge.output, plan, &plan->header.schema, out,
	    NULL);
	result = merge_all(&merge, err);
	if (result == 0 && join_keeps_build(plan))
		result = join_rest_give(&merge.rest, out, err);
	join_rest_release(&merge.rest);
	join_output_release(&merge.output);
	join_side_release(&merge.probe);
	join_side_release(&merge.build);
	batch_builder_release(&merge.held);
	for (uint32_t k = 0; k < plan->key_count; k++)
		column_builder_release(&merge.held_keys[k]);
	mem_free(merge.held_keys);
	mem_free(merge.held_key_views);
	mem_free(merge.stored);
	mem_free(merge.probe_rows);
	mem_free(merge.run_rows);
	return result;
}
