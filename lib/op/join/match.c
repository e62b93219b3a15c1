#include "batch/order.h"
#include "expr/expr.h"
#include "op/join/parts.h"
#include "op/numeric.h"

/* Candidates that the condition is asked about at once. */
#define CANDIDATES 4096

struct join_match {
	const struct join_plan *plan;	/* borrowed */
	struct join_build *build;	/* borrowed */
	struct expr *condition;		/* NULL: all candidates match */
	struct expr_faults faults;	/* of the condition */
	struct column_builder *gathered;	/* owned; by column of scope */
	struct column *scope;		/* owned */
	uint32_t *probe_rows, *build_rows;	/* owned, [CANDIDATES] */
	uint32_t *kept;				/* owned, [CANDIDATES] */
	uint32_t count;			/* of candidates */
	/* pairs that come out */
	uint32_t *out_probe, *out_build;	/* owned, [CANDIDATES] */
	uint32_t out_count;
	struct buffer is_hit;		/* uint8_t by row of the batch */
	uint32_t next_row;		/* rows before this have come out */
	uint32_t fan_row;		/* the last row that matched ... */
	uint64_t fan_count;		/* ... and how often */
	/* the batch at hand */
	const struct batch *batch;	/* borrowed */
	struct join_output *output;	/* borrowed */
	uint64_t *fans;			/* borrowed, or NULL */
};

struct join_match *
join_match_new(const struct join_plan *plan, struct join_build *build,
    struct error *err)
{
	struct join_match *match = mem_zalloc(sizeof(*match));
	size_t count = (size_t)plan->scope.count + 1;
	match->plan = plan;
	match->build = build;
	match->gathered = mem_array(count, sizeof(*match->gathered));
	match->scope = mem_array(count, sizeof(*match->scope));
	for (uint32_t i = 0; i < plan->scope.count; i++)
		column_builder_init(&match->gathered[i],
		    plan->scope.fields[i].type);
	match->probe_rows = mem_array(CANDIDATES, sizeof(uint32_t));
	match->build_rows = mem_array(CANDIDATES, sizeof(uint32_t));
	match->kept = mem_array(CANDIDATES, sizeof(uint32_t));
	match->out_probe = mem_array(CANDIDATES, sizeof(uint32_t));
	match->out_build = mem_array(CANDIDATES, sizeof(uint32_t));
	if (plan->condition != NULL && expr_compile_condition(
	    plan->condition, &plan->scope, &match->condition, err) != 0) {
		error_prefix(err, "%s", plan->condition_option);
		join_match_free(match);
		return NULL;
	}
	if (match->condition != NULL)
		expr_collect(match->condition, &match->faults);
	return match;
}

void
join_match_free(struct join_match *match)
{
	if (match == NULL)
		return;
	for (uint32_t i = 0; i < match->plan->scope.count; i++)
		column_builder_release(&match->gathered[i]);
	expr_free(match->condition);
	expr_faults_release(&match->faults);
	mem_free(match->gathered);
	mem_free(match->scope);
	mem_free(match->probe_rows);
	mem_free(match->build_rows);
	mem_free(match->kept);
	mem_free(match->out_probe);
	mem_free(match->out_build);
	buffer_release(&match->is_hit);
	mem_free(match);
}

/* ---- the condition --------------------------------------------------- */

/* The columns that the condition reads, of the candidates. */
static int
gather(struct join_match *match, struct error *err)
{
	uint32_t probe_count = match->plan->probe_schema->count;
	uint32_t count;
	const uint32_t *columns = expr_columns(match->condition, &count);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t c = columns[i];
		_Bool is_probe = c < probe_count;
		const struct column *from = is_probe ?
		    &match->batch->columns[c] : &match->build->columns[
		    match->plan->scope_stored[c - probe_count]];
		column_builder_clear(&match->gathered[c]);
		if (column_builder_take(&match->gathered[c], from, is_probe ?
		    match->probe_rows : match->build_rows, match->count) != 0)
			return error_data(err, "strings of more than 2 GiB "
			    "in one batch");
		match->scope[c] = column_builder_view(&match->gathered[c]);
	}
	return 0;
}

/* A candidate's number would mean nothing, and depend on memory. */
static int
fail_condition(struct join_match *match, struct error *err)
{
	const struct join_plan *plan = match->plan;
	struct buffer text = {0};
	expr_faults_sort(&match->faults);
	const struct expr_fault *fault = &match->faults.items[0];
	join_key_text(plan->probe_schema, match->batch->columns,
	    plan->probe_keys, plan->key_count, match->probe_rows[fault->row],
	    &text);
	error_data(err, "%s: %s%s%s", plan->condition_option,
	    buffer_text(&text), text.len > 0 ? ": " : "", fault->reason);
	buffer_release(&text);
	return -1;
}

/* The candidates that match; *kept of them. */
static int
filter(struct join_match *match, uint32_t *kept, struct error *err)
{
	if (match->condition == NULL) {
		for (uint32_t i = 0; i < match->count; i++)
			match->kept[i] = i;
		*kept = match->count;
		return 0;
	}
	*kept = 0;
	if (match->count == 0)
		return 0;
	if (gather(match, err) != 0)
		return -1;
	const struct batch batch = {.row_count = match->count,
	    .column_count = match->plan->scope.count,
	    .columns = match->scope};
	expr_faults_start(&match->faults, match->count);
	if (expr_filter(match->condition, &batch, match->kept, kept,
	    err) != 0)
		return error_prefix(err, "%s",
		    match->plan->condition_option);
	return match->faults.count > 0 ? fail_condition(match, err) : 0;
}

/* ---- pairs out ------------------------------------------------------- */

static int
flush_pairs(struct join_match *match, struct error *err)
{
	uint32_t count = match->out_count;
	match->out_count = 0;
	return count == 0 ? 0 : join_output_pairs(match->output,
	    match->build->columns, match->out_probe, match->out_build, count,
	    err);
}

static int
add_pair(struct join_match *match, uint32_t probe_row, uint32_t build_row,
    struct error *err)
{
	if (match->out_count == CANDIDATES && flush_pairs(match, err) != 0)
		return -1;
	match->out_probe[match->out_count] = probe_row;
	match->out_build[match->out_count++] = build_row;
	return 0;
}

/* Probe rows before `end` whose candidates are done, without a match. */
static int
add_unmatched(struct join_match *match, uint32_t end, struct error *err)
{
	const uint8_t *is_hit = match->is_hit.data;
	for (; match->next_row < end; match->next_row++)
		if (join_keeps_probe(match->plan) &&
		    !is_hit[match->next_row] && add_pair(match,
		    match->next_row, COLUMN_NULL_ROW, err) != 0)
			return -1;
	return 0;
}

static int
take_match(struct join_match *match, uint32_t probe_row, uint32_t build_row,
    struct error *err)
{
	const struct join_options *options = match->plan->options;
	if (match->fan_count == 0 || match->fan_row != probe_row)
		match->fan_count = 0;
	match->fan_row = probe_row;
	match->fan_count++;
	if (options->max_fanout > 0 &&
	    match->fan_count > options->max_fanout)
		return join_probe_fail_fanout(match->plan, match->batch,
		    probe_row, err);
	if (match->fans != NULL)
		match->fans[probe_row]++;
	match->is_hit.data[probe_row] = 1;
	match->build->row_hits.data[build_row] = 1;
	if (join_selects(match->plan))
		return 0;
	if (add_unmatched(match, probe_row, err) != 0)
		return -1;
	return add_pair(match, probe_row, build_row, err);
}

/* Judges the candidates; all of those of rows before `end` are there. */
static int
judge(struct join_match *match, uint32_t end, struct error *err)
{
	uint32_t kept;
	if (filter(match, &kept, err) != 0)
		return -1;
	for (uint32_t i = 0; i < kept; i++)
		if (take_match(match, match->probe_rows[match->kept[i]],
		    match->build_rows[match->kept[i]], err) != 0)
			return -1;
	match->count = 0;
	return add_unmatched(match, end, err);
}

static int
add_candidate(struct join_match *match, uint32_t probe_row,
    uint32_t build_row, struct error *err)
{
	if (match->count == CANDIDATES && judge(match, probe_row, err) != 0)
		return -1;
	match->probe_rows[match->count] = probe_row;
	match->build_rows[match->count++] = build_row;
	return 0;
}

/* ---- candidates ------------------------------------------------------ */

/*
 * The first of order[begin..end), whose places ascend, that is greater than
 * the probe row's, or not less.
 */
static uint32_t
find_place(const struct join_match *match, uint32_t row, uint32_t begin,
    uint32_t end, _Bool is_greater)
{
	const struct column *place =
	    &match->build->columns[match->plan->asof_stored];
	const struct column *wanted =
	    &match->batch->columns[match->plan->asof_probe];
	while (begin < end) {
		uint32_t middle = begin + (end - begin) / 2;
		int order = column_compare(place, match->build->order[middle],
		    wanted, row, 1);
		if (is_greater ? order <= 0 : order < 0)
			begin = middle + 1;
		else
			end = middle;
	}
	return begin;
}

/*
 * Whether the place behind is nearer to the one at `row`, which lies between,
 * than the place before is: exactly, but for floats.
 */
static _Bool
is_nearer(const struct column *wanted, uint32_t row,
    const struct column *behind, uint32_t behind_row,
    const struct column *before, uint32_t before_row)
{
	if (type_is_float(wanted->type)) {
		double at = numeric_real(wanted, row);
		return numeric_real(behind, behind_row) - at <
		    at - numeric_real(before, before_row);
	}
	/* distances of 38 digits have no sign, but 128 bits */
	uint128 at = (uint128)column_whole(wanted, row);
	return (uint128)column_whole(behind, behind_row) - at <
	    at - (uint128)column_whole(before, before_row);
}

/* The nearest row of a key, or COLUMN_NULL_ROW. */
static uint32_t
find_asof(const struct join_match *match, uint32_t row, uint32_t id)
{
	const struct join_build *build = match->build;
	enum join_direction direction = match->plan->options->direction;
	const struct column *place =
	    &build->columns[match->plan->asof_stored];
	const struct column *wanted =
	    &match->batch->columns[match->plan->asof_probe];
	uint32_t begin = build->begins[id];
	uint32_t end = build->begins[id + 1];
	if (column_is_null(wanted, row))
		return COLUMN_NULL_ROW;
	uint32_t behind = find_place(match, row, begin, end, 0);
	uint32_t after = find_place(match, row, behind, end, 1);
	_Bool has_before = after > begin;
	_Bool has_behind = behind < end;
	uint32_t found = after - 1;
	if (direction == JOIN_FORWARD)
		found = behind;
	else if (direction == JOIN_NEAREST && has_behind &&
	    (!has_before || is_nearer(wanted, row, place,
	    build->order[behind], place, build->order[after - 1])))
		found = behind;
	if (direction == JOIN_BACKWARD ? !has_before :
	    direction == JOIN_FORWARD ? !has_behind :
	    !has_before && !has_behind)
		return COLUMN_NULL_ROW;
	return build->order[found];
}

static int
add_asof(struct join_match *match, uint32_t row, uint32_t id,
    struct error *err)
{
	uint32_t found = find_asof(match, row, id);
	return found == COLUMN_NULL_ROW ? 0 :
	    add_candidate(match, row, found, err);
}

static int
add_all(struct join_match *match, uint32_t row, uint32_t id,
    struct error *err)
{
	const struct join_build *build = match->build;
	uint32_t begin = build->begins == NULL ? id : build->begins[id];
	uint32_t end = build->begins == NULL ? id + 1 :
	    build->begins[id + 1];
	for (uint32_t at = begin; at < end; at++)
		if (add_candidate(match, row, build->begins == NULL ? at :
		    build->order[at], err) != 0)
			return -1;
	return 0;
}

static void
begin_batch(struct join_match *match, const struct batch *batch,
    struct join_output *output)
{
	match->batch = batch;
	match->output = output;
	match->next_row = 0;
	match->fan_count = 0;
	match->is_hit.len = 0;
	buffer_resize(&match->is_hit, batch->row_count);
}

int
join_match_batch(struct join_match *match, const struct batch *batch,
    const uint32_t *ids, struct join_output *output, uint64_t *fans,
    const uint8_t **is_hit, struct error *err)
{
	begin_batch(match, batch, output);
	match->fans = fans;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (ids[i] == KEY_TABLE_NONE)
			continue;
		if ((match->plan->asof_probe >= 0 ?
		    add_asof(match, i, ids[i], err) :
		    add_all(match, i, ids[i], err)) != 0)
			return -1;
	}
	if (judge(match, batch->row_count, err) != 0)
		return -1;
	*is_hit = match->is_hit.data;
	return flush_pairs(match, err);
}

/* ---- as of, part by part --------------------------------------------- */

/*
 * Whether a row found for a probe row is to be preferred to the best one of
 * the parts before, best[row], as it would be if they were one.
 */
static _Bool
is_preferred(const struct join_match *match, uint32_t row, uint32_t found,
    const struct column *best)
{
	const struct column *place =
	    &match->build->columns[match->plan->asof_stored];
	const struct column *wanted =
	    &match->batch->columns[match->plan->asof_probe];
	enum join_direction direction = match->plan->options->direction;
	int order = column_compare(place, found, best, row, 1);
	if (direction == JOIN_NEAREST) {
		_Bool is_before = column_compare(place, found, wanted, row,
		    1) <= 0;
		_Bool was_before = column_compare(best, row, wanted, row,
		    1) <= 0;
		if (is_before && !was_before)
			return !is_nearer(wanted, row, best, row, place,
			    found);
		if (was_before && !is_before)
			return is_nearer(wanted, row, place, found, best, row);
		direction = is_before ? JOIN_BACKWARD : JOIN_FORWARD;
	}
	return direction == JOIN_BACKWARD ? order >= 0 : order < 0;
}

void
join_match_find(struct join_match *match, const struct batch *batch,
    const uint32_t *ids, const struct column *best, uint32_t *found)
{
	begin_batch(match, batch, NULL);
	for (uint32_t i = 0; i < batch->row_count; i++) {
		found[i] = ids[i] == KEY_TABLE_NONE ? COLUMN_NULL_ROW :
		    find_asof(match, i, ids[i]);
		if (found[i] != COLUMN_NULL_ROW && best != NULL &&
		    !column_is_null(best, i) &&
		    !is_preferred(match, i, found[i], best))
			found[i] = COLUMN_NULL_ROW;
	}
}
