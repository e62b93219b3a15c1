#include "op/aggregate/state.h"

/*
 * bit_and, bit_or, bit_xor of integers, and null for none.
 *
 * State: NAME.bits, of the argument's type.
 */
enum bits_kind { BITS_AND, BITS_OR, BITS_XOR };

struct bits_slot {
	uint64_t bits;
	uint64_t is_set;
};

struct bits_state {
	struct aggregate_state state;
	enum bits_kind kind;
	struct group_array slots;	/* struct bits_slot */
};

static void
bits_grow(struct aggregate_state *state, uint32_t count)
{
	struct bits_state *self = (struct bits_state *)state;
	group_array_grow(&self->slots, sizeof(struct bits_slot),
	    state->group_count, count);
	state->group_count = count;
}

static void
take(struct bits_state *self, uint32_t id, uint64_t bits)
{
	struct bits_slot *slot =
	    (struct bits_slot *)self->slots.slots + (int32_t)id;
	if (!slot->is_set)
		slot->bits = bits;
	else if (self->kind == BITS_AND)
		slot->bits &= bits;
	else if (self->kind == BITS_OR)
		slot->bits |= bits;
	else
		slot->bits ^= bits;
	slot->is_set = 1;
}

static int
bits_update(struct aggregate_state *state, const struct aggregate_rows *rows,
    struct error *err)
{
	struct bits_state *self = (struct bits_state *)state;
	size_t width = type_width(rows->argument->type);
	const uint8_t *values = rows->argument->values;
	(void)err;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint64_t bits = 0;
		memcpy(&bits, values + i * width, width);
		take(self, rows->ids == NULL ? 0 : rows->ids[i], bits);
	}
	return 0;
}

static int
bits_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct aggregate_rows values = *rows;
	values.argument = fields[0];
	return bits_update(state, &values, err);
}

static int
bits_give(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *result, struct error *err)
{
	const struct bits_state *self = (struct bits_state *)state;
	const struct bits_slot *slots = self->slots.slots;
	(void)err;
	for (uint32_t i = 0; i < count; i++) {
		if (slots[ids[i]].is_set)
			column_builder_append_value(result,
			    &slots[ids[i]].bits);
		else
			column_builder_append_null(result);
	}
	return 0;
}

static int
bits_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	return bits_give(state, ids, count, fields[0], err);
}

static int
bits_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	(void)err;
	group_array_keep(&((struct bits_state *)state)->slots, id);
	state->group_count = 1;
	return 0;
}

static size_t
bits_bytes(const struct aggregate_state *state)
{
	return group_array_bytes(&((const struct bits_state *)state)->slots);
}

static void
bits_clear(struct aggregate_state *state)
{
	group_array_release(&((struct bits_state *)state)->slots);
	state->group_count = 0;
}

static void
bits_free(struct aggregate_state *state)
{
	bits_clear(state);
	mem_free(state);
}

static const struct aggregate_ops bits_ops = {
	.skips_nulls = 1, .grow = bits_grow, .update = bits_update,
	.merge = bits_merge, .give_state = bits_give_state,
	.give = bits_give, .keep = bits_keep, .clear = bits_clear,
	.bytes = bits_bytes, .free = bits_free
};

static struct aggregate_state *
bits_new(const struct aggregate_spec *spec, enum bits_kind kind,
    struct error *err)
{
	char text[TYPE_TEXT_BYTES];
	if (!type_is_integer(spec->argument)) {
		error_usage(err, "%s of a %s", spec->name,
		    type_format(spec->argument, text));
		return NULL;
	}
	struct bits_state *self = mem_zalloc(sizeof(*self));
	self->kind = kind;
	self->state = (struct aggregate_state){.ops = &bits_ops,
	    .type = spec->argument, .is_nullable = 1, .field_count = 1,
	    .fields = {{"bits", spec->argument}}};
	return &self->state;
}

struct aggregate_state *
aggregate_bit_and_new(const struct aggregate_spec *spec, struct error *err)
{
	return bits_new(spec, BITS_AND, err);
}

struct aggregate_state *
aggregate_bit_or_new(const struct aggregate_spec *spec, struct error *err)
{
	return bits_new(spec, BITS_OR, err);
}

struct aggregate_state *
aggregate_bit_xor_new(const struct aggregate_spec *spec, struct error *err)
{
	return bits_new(spec, BITS_XOR, err);
}
