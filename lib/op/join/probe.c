#include "op/join/parts.h"

/* Pairs are handed on when there are so many. */
#define PAIRS 8192

int
join_probe_init(struct join_probe *probe, const struct join_plan *plan,
    struct join_build *build, struct join_output *output,
    struct join_lost *lost, struct error *err)
{
	*probe = (struct join_probe){
		.plan = plan, .build = build, .output = output, .lost = lost
	};
	probe->keys = mem_array((size_t)plan->key_count + 1,
	    sizeof(*probe->keys));
	if (plan->condition == NULL && plan->asof_probe < 0)
		return 0;
	probe->match = join_match_new(plan, build, err);
	return probe->match == NULL ? -1 : 0;
}

void
join_probe_release(struct join_probe *probe)
{
	buffer_release(&probe->ids);
	buffer_release(&probe->probe_rows);
	buffer_release(&probe->build_rows);
	if (probe->match != NULL)
		join_match_free(probe->match);
	mem_free(probe->keys);
	*probe = (struct join_probe){ 0 };
}

static uint32_t *
scratch(struct buffer *buf, uint32_t count)
{
	buffer_resize(buf, (size_t)count * sizeof(uint32_t));
	return (uint32_t *)(void *)buf->data;
}

static int
complain_twice(const struct join_probe *probe, const struct batch *batch,
    uint32_t row, struct error *err)
{
	struct buffer text = { 0 };

	join_key_text(probe->plan->probe_schema, batch->columns,
	    probe->plan->probe_keys, probe->plan->key_count, row, &text);
	error_data(err, "standard input: a second row with %s, but one for "
	    "each key of the build side was expected",
	    (const char *)text.data);
	buffer_release(&text);
	return -1;
}

int
join_probe_fail_fanout(const struct join_plan *plan,
    const struct batch *batch, uint32_t row, struct error *err)
{
	struct buffer text = { 0 };

	join_key_text(plan->probe_schema, batch->columns, plan->probe_keys,
	    plan->key_count, row, &text);
	error_data(err, "standard input: a row%s%s matches more than %llu "
	    "rows of the build side", text.len > 0 ? " with " : "",
	    text.len > 0 ? (const char *)text.data : "",
	    (unsigned long long)plan->options->max_fanout);
	buffer_release(&text);
	return -1;
}

/* Marks the keys that match; counts the rows that do. */
static int
mark_hits(struct join_probe *probe, const struct batch *batch,
    const uint32_t *ids, uint32_t *matched, struct error *err)
{
	uint8_t *hits = probe->build->hits.slots;
	uint32_t unmatched = 0;

	if (!probe->plan->options->expects_unique_probe) {
		for (uint32_t i = 0; i < batch->row_count; i++) {
			hits[(int32_t)ids[i]] = 1;
			unmatched += ids[i] == KEY_TABLE_NONE;
		}
		*matched = batch->row_count - unmatched;
		return 0;
	}
	*matched = 0;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (ids[i] == KEY_TABLE_NONE)
			continue;
		if (hits[ids[i]])
			return complain_twice(probe, batch, i, err);
		hits[ids[i]] = 1;
		++*matched;
	}
	return 0;
}

/* The rows with a match, or those without. */
static uint32_t
select_rows(const uint32_t *ids, uint32_t rows, _Bool has_match,
    uint32_t *selected)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < rows; i++) {
		selected[count] = i;
		count += (ids[i] != KEY_TABLE_NONE) == has_match;
	}
	return count;
}

/* Semi and anti: probe rows as they are. */
static int
give_selected(struct join_probe *probe, const struct batch *batch,
    const uint32_t *ids, uint32_t matched, struct error *err)
{
	_Bool has_match = probe->plan->options->type == JOIN_SEMI;
	uint32_t *rows;
	uint32_t count = has_match ? matched : batch->row_count - matched;

	if (count == batch->row_count && count > 0)
		return join_output_whole(probe->output, NULL, NULL, err);
	rows = scratch(&probe->probe_rows, batch->row_count + 1);
	count = select_rows(ids, batch->row_count, has_match, rows);
	return join_output_pairs(probe->output, NULL, rows, NULL, count,
	    err);
}

/* No key of the build side comes twice: a row gives one row at the most. */
static int
give_unique(struct join_probe *probe, const struct batch *batch,
    uint32_t *ids, uint32_t matched, struct error *err)
{
	const struct join_build *build = probe->build;
	uint32_t count = batch->row_count;
	uint32_t *rows;

	if (build->begins != NULL) {
		for (uint32_t i = 0; i < count; i++)
			ids[i] = ids[i] == KEY_TABLE_NONE ? COLUMN_NULL_ROW :
			    build->order[build->begins[ids[i]]];
	}
	if (count > 0 && (matched == count ||
	    join_keeps_probe(probe->plan)))
		return join_output_whole(probe->output, build->columns, ids,
		    err);
	rows = scratch(&probe->probe_rows, count + 1);
	count = select_rows(ids, count, 1, rows);
	for (uint32_t i = 0; i < count; i++)
		ids[i] = ids[rows[i]];
	return join_output_pairs(probe->output, build->columns, rows, ids,
	    count, err);
}

static int
give_fanned_out(struct join_probe *probe, const struct batch *batch,
    const uint32_t *ids, struct error *err)
{
	const struct join_build *build = probe->build;
	_Bool is_left = join_keeps_probe(probe->plan);
	uint64_t most = probe->plan->options->max_fanout;
	uint32_t *probe_rows = scratch(&probe->probe_rows, PAIRS);
	uint32_t *build_rows = scratch(&probe->build_rows, PAIRS);
	uint32_t count = 0;

	for (uint32_t i = 0; i < batch->row_count; i++) {
		_Bool is_matched = ids[i] != KEY_TABLE_NONE;
		uint32_t at = is_matched ? build->begins[ids[i]] : 0;
		uint32_t end = is_matched ? build->begins[ids[i] + 1] :
		    is_left;

		if (most > 0 && end - at > most)
			return join_probe_fail_fanout(probe->plan, batch, i,
			    err);
		for (; at < end; at++) {
			if (count == PAIRS) {
				if (join_output_pairs(probe->output,
				    build->columns, probe_rows, build_rows,
				    count, err) != 0)
					return -1;
				count = 0;
			}
			probe_rows[count] = i;
			build_rows[count++] = is_matched ? build->order[at] :
			    COLUMN_NULL_ROW;
		}
	}
	return join_output_pairs(probe->output, build->columns, probe_rows,
	    build_rows, count, err);
}

/* The keys of the rows of a batch; without keys all have the one there is. */
static uint32_t *
find_keys(struct join_probe *probe, const struct batch *batch)
{
	const struct join_plan *plan = probe->plan;
	uint32_t *ids = scratch(&probe->ids, batch->row_count + 1);

	if (probe->given != NULL) {
		memcpy(ids, probe->given, batch->row_count * sizeof(*ids));
		return ids;
	}
	if (plan->key_count == 0) {
		uint32_t id = probe->build->row_count > 0 ? 0 :
		    KEY_TABLE_NONE;

		for (uint32_t i = 0; i < batch->row_count; i++)
			ids[i] = id;
		return ids;
	}
	for (uint32_t k = 0; k < plan->key_count; k++)
		probe->keys[k] = &batch->columns[plan->probe_keys[k]];
	key_table_find(probe->build->table, probe->keys, batch->row_count,
	    ids);
	return ids;
}

/* By a condition, or as of: ids[] of rows that match nothing become none. */
static int
give_matched(struct join_probe *probe, const struct batch *batch,
    uint32_t *ids, uint32_t *matched, struct error *err)
{
	const uint8_t *is_hit;

	if (join_match_batch(probe->match, batch, ids, probe->output, NULL,
	    &is_hit, err) != 0)
		return -1;
	*matched = 0;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		ids[i] = is_hit[i] ? 0 : KEY_TABLE_NONE;
		*matched += is_hit[i];
	}
	return join_selects(probe->plan) ?
	    give_selected(probe, batch, ids, *matched, err) : 0;
}

/* By keys alone. */
static int
give_keyed(struct join_probe *probe, const struct batch *batch,
    uint32_t *ids, uint32_t matched, struct error *err)
{
	if (join_selects(probe->plan))
		return give_selected(probe, batch, ids, matched, err);
	if (probe->build->is_unique)
		return give_unique(probe, batch, ids, matched, err);
	return give_fanned_out(probe, batch, ids, err);
}

/* The build rows of each key, to those that its probe rows have matched. */
static void
add_fans(struct join_probe *probe, uint32_t rows, const uint32_t *ids)
{
	const uint32_t *begins = probe->build->begins;

	for (uint32_t i = 0; i < rows; i++) {
		if (ids[i] != KEY_TABLE_NONE)
			probe->fans[i] += begins == NULL ? 1 :
			    begins[ids[i] + 1] - begins[ids[i]];
	}
}

/* With a part of the build side. */
static int
probe_part(struct join_probe *probe, const struct batch *batch,
    uint32_t *ids, struct error *err)
{
	uint64_t most = probe->plan->options->max_fanout;
	const uint8_t *is_hit;
	uint32_t matched;

	if (probe->match != NULL) {
		if (join_match_batch(probe->match, batch, ids, probe->output,
		    probe->fans, &is_hit, err) != 0)
			return -1;
	} else {
		if (mark_hits(probe, batch, ids, &matched, err) != 0)
			return -1;
		add_fans(probe, batch->row_count, ids);
		if (join_selects(probe->plan))
			return 0;
		if (give_keyed(probe, batch, ids, matched, err) != 0)
			return -1;
	}
	for (uint32_t i = 0; most > 0 && i < batch->row_count; i++) {
		if (probe->fans[i] > most)
			return join_probe_fail_fanout(probe->plan, batch, i,
			    err);
	}
	return join_output_end(probe->output, err);
}

int
join_probe_batch(struct join_probe *probe, const struct batch *batch,
    struct error *err)
{
	uint32_t *ids = find_keys(probe, batch);
	uint32_t matched = 0;
	int result;

	if (probe->found != NULL) {
		join_match_find(probe->match, batch, ids, probe->best,
		    probe->found);
		return 0;
	}
	join_output_begin(probe->output, batch);
	if (probe->fans != NULL)
		return probe_part(probe, batch, ids, err);
	if (probe->match != NULL) {
		if (give_matched(probe, batch, ids, &matched, err) != 0)
			return -1;
	} else if (mark_hits(probe, batch, ids, &matched, err) != 0) {
		return -1;
	}
	probe->counts.matched += matched;
	probe->counts.unmatched += batch->row_count - matched;
	if (probe->lost != NULL && matched < batch->row_count) {
		uint32_t *rows = scratch(&probe->build_rows,
		    batch->row_count + 1);
		uint32_t count = select_rows(ids, batch->row_count, 0, rows);

		if (join_lost_add(probe->lost, batch, rows, count, err) != 0)
			return -1;
	}
	result = probe->match != NULL ? 0 :
	    give_keyed(probe, batch, ids, matched, err);
	return result == 0 ? join_output_end(probe->output, err) : -1;
}
