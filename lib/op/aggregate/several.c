#include "op/aggregate/several.h"

#include "op/aggregate/run.h"

/*
 * Groups are given on if there are so many rows for each, which is looked at
 * when they are, and after so many rows.
 */
#define ROWS_PER_GROUP 4
#define ROWS_BETWEEN (1u << 20)

/* ---- what can be made of what ---------------------------------------- */

static _Bool
is_same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static _Bool
has_same_fields(const struct aggregate_state *a,
    const struct aggregate_state *b)
{
	if (a->field_count != b->field_count)
		return 0;
	for (uint32_t f = 0; f < a->field_count; f++)
		if (strcmp(a->fields[f].suffix, b->fields[f].suffix) != 0 ||
		    !type_is_equal(a->fields[f].type, b->fields[f].type))
			return 0;
	return 1;
}

/* Do both calls have the same states of the same rows? */
static _Bool
is_same_call(const struct aggregate *a, uint32_t i, const struct aggregate *b,
    uint32_t k)
{
	const struct aggregate_call *one = &a->plan.list.calls[i];
	const struct aggregate_call *other = &b->plan.list.calls[k];
	const struct aggregate_state *state =
	    a->plan.aggregator.columns[i].state;
	const struct aggregate_state *other_state =
	    b->plan.aggregator.columns[k].state;
	return state->ops == other_state->ops && state->ops->rolls_up &&
	    has_same_fields(state, other_state) && !one->is_distinct &&
	    !other->is_distinct &&
	    is_same_text(one->argument, other->argument) &&
	    is_same_text(one->filter, other->filter);
}

/* Where fine has the keys of coarse; 0 if it lacks one. */
static _Bool
find_keys(const struct aggregate *coarse, const struct aggregate *fine,
    uint32_t *keys)
{
	for (uint32_t k = 0; k < coarse->plan.keys.count; k++) {
		uint32_t at = 0;
		while (at < fine->plan.keys.count && !aggregate_keys_are_same(
		    &coarse->plan.keys, k, &fine->plan.keys, at))
			at++;
		if (at == fine->plan.keys.count)
			return 0;
		keys[k] = at;
	}
	return 1;
}

/* Of calls that neither has from others by now. */
static uint32_t
find_links(const struct aggregate *coarse, const struct aggregate *fine,
    struct aggregator_link *links)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < coarse->plan.list.call_count; i++) {
		if (coarse->plan.inputs[i].is_rolled_up)
			continue;
		for (uint32_t k = 0; k < fine->plan.list.call_count; k++) {
			if (fine->plan.inputs[k].is_rolled_up ||
			    !is_same_call(coarse, i, fine, k))
				continue;
			links[count++] = (struct aggregator_link){
			    .from = k, .to = i};
			break;
		}
	}
	return count;
}

/* Are all its calls made of others' groups? */
static _Bool
is_rolled_up(const struct aggregate *run)
{
	for (uint32_t i = 0; i < run->plan.list.call_count; i++)
		if (!run->plan.inputs[i].is_rolled_up)
			return 0;
	return 1;
}

static void
add_rollup(struct aggregate *fine, const struct aggregate_rollup *rollup)
{
	struct aggregate *to = rollup->to;
	for (uint32_t i = 0; i < rollup->link_count; i++)
		to->plan.inputs[rollup->links[i].to].is_rolled_up = 1;
	to->needs_no_rows = is_rolled_up(to);
	fine->rollups = mem_grow_array(fine->rollups,
	    (size_t)fine->rollup_count + 1, sizeof(*fine->rollups));
	fine->rollups[fine->rollup_count++] = *rollup;
}

/* Makes what it can of coarse from fine. */
static void
link_two(struct aggregate *coarse, struct aggregate *fine)
{
	struct aggregate_rollup rollup = {.to = coarse,
	    .keys = mem_array((size_t)coarse->plan.keys.count + 1,
	    sizeof(*rollup.keys)),
	    .links = mem_array((size_t)coarse->plan.list.call_count + 1,
	    sizeof(*rollup.links))};
	if (!coarse->needs_no_rows && find_keys(coarse, fine, rollup.keys))
		rollup.link_count = find_links(coarse, fine, rollup.links);
	if (rollup.link_count > 0) {
		add_rollup(fine, &rollup);
		return;
	}
	mem_free(rollup.keys);
	mem_free(rollup.links);
}

static _Bool
can_share(const struct aggregate *run)
{
	return !run->options->is_sorted && !run->options->is_final &&
	    run->plan.keys.set_count == 0;
}

void
aggregate_share(struct aggregate *const *runs, uint32_t count)
{
	/* by the number of keys, most first: what is finer comes before */
	struct aggregate **order = mem_array((size_t)count + 1,
	    sizeof(struct aggregate *));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t at = i;
		for (; at > 0 && order[at - 1]->plan.keys.count <
		    runs[i]->plan.keys.count; at--)
			order[at] = order[at - 1];
		order[at] = runs[i];
	}
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = 0; k < i; k++)
			if (can_share(order[i]) && can_share(order[k]))
				link_two(order[i], order[k]);
	mem_free(order);
}

/* ---- rows ------------------------------------------------------------ */

static uint64_t
rows_to_give(const struct aggregate *run)
{
	return run->row_count - run->fed_count;
}

static _Bool
has_many_groups(const struct aggregate *run)
{
	return run->plan.aggregator.group_count >
	    rows_to_give(run) / ROWS_PER_GROUP;
}

static int
feed(struct aggregate *fine, const struct aggregate_rollup *rollup,
    struct error *err)
{
	struct aggregator *from = &fine->plan.aggregator;
	uint32_t count;
	for (uint32_t i = 0; i < from->group_count; i += count) {
		count = from->group_count - i;
		if (count > AGGREGATOR_CHUNK)
			count = AGGREGATOR_CHUNK;
		if (aggregator_roll_up(&rollup->to->plan.aggregator, from,
		    rollup->keys, rollup->links, rollup->link_count, i,
		    count, err) != 0 ||
		    aggregate_spill_if_full(rollup->to, count, err) != 0)
			return -1;
	}
	return 0;
}

int
aggregate_feed_rollups(struct aggregate *run, struct error *err)
{
	for (uint32_t i = 0; i < run->rollup_count; i++)
		if (feed(run, &run->rollups[i], err) != 0)
			return -1;
	run->has_given_many = has_many_groups(run);
	run->fed_count = run->row_count;
	return 0;
}

void
aggregate_free_rollups(struct aggregate *run)
{
	for (uint32_t i = 0; i < run->rollup_count; i++) {
		mem_free(run->rollups[i].keys);
		mem_free(run->rollups[i].links);
	}
	mem_free(run->rollups);
	run->rollups = NULL;
	run->rollup_count = 0;
}

/* Rows go to all calls again. */
static int
stop_rollups(struct aggregate *run, struct error *err)
{
	if (aggregate_feed_rollups(run, err) != 0)
		return -1;
	for (uint32_t i = 0; i < run->rollup_count; i++) {
		const struct aggregate_rollup *rollup = &run->rollups[i];
		for (uint32_t k = 0; k < rollup->link_count; k++)
			rollup->to->plan.inputs[rollup->links[k].to].
			    is_rolled_up = 0;
		rollup->to->needs_no_rows = 0;
	}
	aggregate_free_rollups(run);
	return 0;
}

/* Between two batches: each of the runs has seen the same rows. */
static _Bool
must_stop(const struct aggregate *run)
{
	return run->rollup_count > 0 && (run->has_given_many ||
	    (rows_to_give(run) >= ROWS_BETWEEN && has_many_groups(run)));
}

int
aggregate_take_all(struct aggregate *const *runs, uint32_t count,
    const struct batch *batch, struct error *err)
{
	for (uint32_t i = 0; i < count; i++)
		if (must_stop(runs[i]) && stop_rollups(runs[i], err) != 0)
			return -1;
	for (uint32_t i = 0; i < count; i++)
		if (aggregate_take(runs[i], batch, err) != 0)
			return -1;
	return 0;
}

int
aggregate_end_all(struct aggregate *const *runs, uint32_t count,
    struct error *err)
{
	for (uint32_t i = 0; i < count; i++) {
		if (aggregate_feed_rollups(runs[i], err) != 0)
			return -1;
		aggregate_free_rollups(runs[i]);
	}
	return 0;
}
