#include "op/aggregate/set.h"
#include "op/group_values.h"

/* mode(x): the value that comes most often, of several the least. */
struct mode {
	struct aggregate_reducer reducer;
	struct group_array most;	/* int64_t */
	struct group_values values;
};

static void
mode_grow(struct aggregate_reducer *reducer, uint32_t old_count,
    uint32_t count)
{
	struct mode *self = (struct mode *)reducer;
	group_array_grow(&self->most, sizeof(int64_t), old_count, count);
	group_values_grow(&self->values, old_count, count);
}

static int
mode_take(struct aggregate_reducer *reducer,
    const struct aggregate_values *values, struct error *err)
{
	struct mode *self = (struct mode *)reducer;
	int64_t *most = self->most.slots;
	(void)err;
	for (uint32_t i = 0; i < values->count; i++) {
		uint32_t id = values->groups[i];
		if (values->weights[i] <= most[id])
			continue;
		most[id] = values->weights[i];
		group_values_set(&self->values, id, values->values, i);
	}
	return 0;
}

static int
mode_give(struct aggregate_reducer *reducer, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	return group_values_give(&((struct mode *)reducer)->values, ids,
	    count, result, err);
}

static void
mode_keep(struct aggregate_reducer *reducer, uint32_t id)
{
	struct mode *self = (struct mode *)reducer;
	group_array_keep(&self->most, id);
	group_values_keep(&self->values, id);
}

static size_t
mode_bytes(const struct aggregate_reducer *reducer)
{
	const struct mode *self = (const struct mode *)reducer;
	return group_array_bytes(&self->most) +
	    group_values_bytes(&self->values);
}

static void
mode_clear(struct aggregate_reducer *reducer)
{
	struct mode *self = (struct mode *)reducer;
	group_array_release(&self->most);
	group_values_clear(&self->values);
}

static void
mode_free(struct aggregate_reducer *reducer)
{
	mode_clear(reducer);
	mem_free(reducer);
}

static const struct aggregate_reducer_ops mode_ops = {
	.grow = mode_grow, .take = mode_take, .give = mode_give,
	.keep = mode_keep, .clear = mode_clear, .bytes = mode_bytes,
	.free = mode_free
};

struct aggregate_state *
aggregate_mode_new(const struct aggregate_spec *spec, struct error *err)
{
	if (aggregate_check_scalar(spec, err) != 0)
		return NULL;
	struct mode *self = mem_zalloc(sizeof(*self));
	self->reducer.ops = &mode_ops;
	group_values_init(&self->values, spec->argument);
	const struct aggregate_set_options options = {
	    .value = spec->argument, .result = spec->argument,
	    .is_weighted = 1, .reducer = &self->reducer};
	return aggregate_set_new(&options);
}
