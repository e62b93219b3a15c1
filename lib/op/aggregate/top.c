#include "batch/value.h"
#include "op/aggregate/set.h"
#include "op/group_values.h"

/*
 * top_k(x, k): the k values that come most often, most first, of equals the
 * least first, as text: "a: 30, b: 12".
 */
#define MAX_K 1000

struct top {
	struct aggregate_reducer reducer;
	uint32_t k;
	/* those of group id: slots id * k to id * k + k - 1 */
	struct group_array weights;	/* int64_t; 0: none */
	struct group_values values;
};

static void
top_grow(struct aggregate_reducer *reducer, uint32_t old_count,
    uint32_t count)
{
	struct top *self = (struct top *)reducer;
	group_array_grow(&self->weights, sizeof(int64_t), old_count * self->k,
	    count * self->k);
	group_values_grow(&self->values, old_count * self->k,
	    count * self->k);
}

/* Copies the value of one slot to another. */
static void
move_value(struct top *self, uint32_t from, uint32_t to)
{
	struct column_builder one;
	struct error err;
	column_builder_init(&one, self->values.type);
	/* one value always fits */
	(void)group_values_give(&self->values, &from, 1, &one, &err);
	struct column view = column_builder_view(&one);
	group_values_set(&self->values, to, &view, 0);
	column_builder_release(&one);
}

static int
top_take(struct aggregate_reducer *reducer,
    const struct aggregate_values *values, struct error *err)
{
	struct top *self = (struct top *)reducer;
	(void)err;
	for (uint32_t i = 0; i < values->count; i++) {
		uint32_t first = values->groups[i] * self->k;
		int64_t *weights = (int64_t *)self->weights.slots + first;
		uint32_t at = self->k;
		while (at > 0 && weights[at - 1] < values->weights[i])
			at--;
		if (at == self->k)
			continue;
		for (uint32_t to = self->k - 1; to > at; to--) {
			if (weights[to - 1] == 0)
				continue;
			weights[to] = weights[to - 1];
			move_value(self, first + to - 1, first + to);
		}
		weights[at] = values->weights[i];
		group_values_set(&self->values, first + at, values->values,
		    i);
	}
	return 0;
}

static int
top_give(struct aggregate_reducer *reducer, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	struct top *self = (struct top *)reducer;
	struct buffer text = {0};
	int got = 0;
	for (uint32_t i = 0; i < count && got == 0; i++) {
		const int64_t *weights = (int64_t *)self->weights.slots +
		    (size_t)ids[i] * self->k;
		text.len = 0;
		for (uint32_t k = 0; k < self->k && weights[k] > 0; k++) {
			uint32_t slot = ids[i] * self->k + k;
			struct column_builder one;
			column_builder_init(&one, self->values.type);
			got = group_values_give(&self->values, &slot, 1, &one,
			    err);
			struct column view = column_builder_view(&one);
			buffer_append_text(&text, k > 0 ? ", " : "");
			column_format(&view, 0, &text);
			buffer_printf(&text, ": %lld",
			    (long long)weights[k]);
			column_builder_release(&one);
		}
		if (weights[0] == 0)
			column_builder_append_null(result);
		else if (column_builder_append_bytes(result, text.data,
		    (uint32_t)text.len) != 0)
			got = error_data(err,
			    "lists of more than 2 GiB in one batch");
	}
	buffer_release(&text);
	return got;
}

static void
top_keep(struct aggregate_reducer *reducer, uint32_t id)
{
	struct top *self = (struct top *)reducer;
	int64_t *weights = self->weights.slots;
	for (uint32_t k = 0; k < self->k && id > 0; k++) {
		weights[k] = weights[id * self->k + k];
		if (weights[k] > 0)
			move_value(self, id * self->k + k, k);
	}
}

static size_t
top_bytes(const struct aggregate_reducer *reducer)
{
	const struct top *self = (const struct top *)reducer;
	return group_array_bytes(&self->weights) +
	    group_values_bytes(&self->values);
}

static void
top_clear(struct aggregate_reducer *reducer)
{
	struct top *self = (struct top *)reducer;
	group_array_release(&self->weights);
	group_values_clear(&self->values);
}

static void
top_free(struct aggregate_reducer *reducer)
{
	top_clear(reducer);
	mem_free(reducer);
}

static const struct aggregate_reducer_ops top_ops = {
	.grow = top_grow, .take = top_take, .give = top_give,
	.keep = top_keep, .clear = top_clear, .bytes = top_bytes,
	.free = top_free
};

struct aggregate_state *
aggregate_top_k_new(const struct aggregate_spec *spec, struct error *err)
{
	uint32_t k = 0;
	const char *text = spec->parameter;
	for (; *text >= '0' && *text <= '9' && k <= MAX_K; text++)
		k = k * 10 + (uint32_t)(*text - '0');
	if (*text != '\0' || k == 0 || k > MAX_K) {
		error_usage(err, "top_k needs a number from 1 to %d, not "
		    "'%s'", MAX_K, spec->parameter);
		return NULL;
	}
	if (aggregate_check_scalar(spec, err) != 0)
		return NULL;
	struct top *self = mem_zalloc(sizeof(*self));
	self->reducer.ops = &top_ops;
	self->k = k;
	group_values_init(&self->values, spec->argument);
	const struct aggregate_set_options options = {
	    .value = spec->argument, .result = type_of(TYPE_STRING),
	    .is_weighted = 1, .reducer = &self->reducer};
	return aggregate_set_new(&options);
}
