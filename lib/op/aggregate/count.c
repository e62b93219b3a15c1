#include "op/aggregate/state.h"

/*
 * count(*) and count(x): what has not been left out.
 *
 * State: NAME.count, i64.
 */
struct count_state {
	struct aggregate_state state;
	struct group_array counts;	/* int64_t */
};

static void
count_grow(struct aggregate_state *state, uint32_t count)
{
	struct count_state *self = (struct count_state *)state;

	group_array_grow(&self->counts, sizeof(int64_t), state->group_count,
	    count);
	state->group_count = count;
}

static int
count_update(struct aggregate_state *state,
    const struct aggregate_rows *rows, struct error *err)
{
	struct count_state *self = (struct count_state *)state;
	int64_t *counts = self->counts.slots;
	const uint32_t *ids = rows->ids;

	(void)err;
	if (ids == NULL) {
		counts[0] += rows->count;
		return 0;
	}
	for (uint32_t i = 0; i < rows->count; i++)
		counts[(int32_t)ids[i]]++;
	return 0;
}

static int
count_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct count_state *self = (struct count_state *)state;
	int64_t *counts = self->counts.slots;
	const int64_t *other = fields[0]->values;

	(void)err;
	for (uint32_t i = 0; i < rows->count; i++)
		counts[(int32_t)rows->ids[i]] += other[i];
	return 0;
}

static int
count_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct count_state *self = (struct count_state *)state;
	const int64_t *counts = self->counts.slots;
	int64_t *out = column_builder_extend(result, count);

	(void)err;
	for (uint32_t i = 0; i < count; i++)
		out[i] = counts[ids[i]];
	return 0;
}

static int
count_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	return count_give(state, ids, count, fields[0], err);
}

static int
count_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	group_array_keep(&((struct count_state *)state)->counts, id);
	state->group_count = 1;
	(void)err;
	return 0;
}

static size_t
count_bytes(const struct aggregate_state *state)
{
	return group_array_bytes(&((const struct count_state *)state)->counts);
}

static void
count_clear(struct aggregate_state *state)
{
	group_array_release(&((struct count_state *)state)->counts);
	state->group_count = 0;
}

static void
count_free(struct aggregate_state *state)
{
	count_clear(state);
	mem_free(state);
}

static const struct aggregate_ops count_ops = {
	.skips_nulls = 1,
	.rolls_up = 1,
	.grow = count_grow,
	.update = count_update,
	.merge = count_merge,
	.give_state = count_give_state,
	.give = count_give,
	.keep = count_keep,
	.clear = count_clear,
	.bytes = count_bytes,
	.free = count_free
};

struct aggregate_state *
aggregate_count_new(const struct aggregate_spec *spec, struct error *err)
{
	struct count_state *self = mem_zalloc(sizeof(*self));

	(void)spec;
	(void)err;
	self->state.ops = &count_ops;
	self->state.type = type_of(TYPE_I64);
	self->state.field_count = 1;
	self->state.fields[0] = (struct aggregate_field){
		"count", type_of(TYPE_I64)
	};
	return &self->state;
}
