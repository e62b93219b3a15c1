#include "op/aggregate/set.h"

/*
 * FUNCTION(DISTINCT x): another state that is shown each value once, the
 * values of a group ascending.
 */
struct distinct {
	struct aggregate_reducer reducer;
	struct aggregate_state *inner;	/* owned */
};

static void
distinct_grow(struct aggregate_reducer *reducer, uint32_t old_count,
    uint32_t count)
{
	struct aggregate_state *inner = ((struct distinct *)reducer)->inner;
	(void)old_count;
	inner->ops->grow(inner, count);
}

static int
distinct_take(struct aggregate_reducer *reducer,
    const struct aggregate_values *values, struct error *err)
{
	struct aggregate_state *inner = ((struct distinct *)reducer)->inner;
	const struct aggregate_rows rows = {.count = values->count,
	    .ids = values->groups, .argument = values->values};
	return inner->ops->update(inner, &rows, err);
}

static int
distinct_give(struct aggregate_reducer *reducer, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct aggregate_state *inner = ((struct distinct *)reducer)->inner;
	return inner->ops->give(inner, ids, count, result, err);
}

static void
distinct_keep(struct aggregate_reducer *reducer, uint32_t id)
{
	struct aggregate_state *inner = ((struct distinct *)reducer)->inner;
	struct error err;
	/* only sets can fail, and those are no inner states */
	inner->ops->keep(inner, id, &err);
}

static void
distinct_clear(struct aggregate_reducer *reducer)
{
	struct aggregate_state *inner = ((struct distinct *)reducer)->inner;
	inner->ops->clear(inner);
}

static size_t
distinct_bytes(const struct aggregate_reducer *reducer)
{
	const struct aggregate_state *inner =
	    ((const struct distinct *)reducer)->inner;
	return inner->ops->bytes(inner);
}

static void
distinct_free(struct aggregate_reducer *reducer)
{
	struct aggregate_state *inner = ((struct distinct *)reducer)->inner;
	inner->ops->free(inner);
	mem_free(reducer);
}

static const struct aggregate_reducer_ops distinct_ops = {
	.grow = distinct_grow, .take = distinct_take, .give = distinct_give,
	.keep = distinct_keep, .clear = distinct_clear,
	.bytes = distinct_bytes, .free = distinct_free
};

struct aggregate_state *
aggregate_distinct_new(const struct aggregate_spec *spec,
    struct aggregate_state *inner, struct error *err)
{
	struct aggregate_set_options options = {.value = spec->argument,
	    .result = type_of(TYPE_I64)};
	if (inner != NULL && inner->ops->has_value_rows) {
		inner->ops->free(inner);
		error_usage(err, "%s(distinct ...) is not supported",
		    spec->name);
		return NULL;
	}
	if (aggregate_check_scalar(spec, err) != 0) {
		if (inner != NULL)
			inner->ops->free(inner);
		return NULL;
	}
	if (inner != NULL) {
		struct distinct *self = mem_zalloc(sizeof(*self));
		self->reducer.ops = &distinct_ops;
		self->inner = inner;
		options.reducer = &self->reducer;
		options.result = inner->type;
	}
	return aggregate_set_new(&options);
}
