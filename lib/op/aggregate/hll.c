#include <math.h>

#include "batch/order.h"
#include "op/aggregate/state.h"

/*
 * approx_count_distinct(x): HyperLogLog (Flajolet, Fusy, Gandouet, Meunier
 * 2007) with 2^12 registers of 64-bit hashes and the estimator of Ertl 2017,
 * "New cardinality estimation algorithms for HyperLogLog sketches",
 * algorithm 6.  The standard error is 1.6 %.
 *
 * State: NAME.registers, binary: for each register that is not zero its
 * number as a little-endian u16 and its value as a byte, ascending.
 */
#define PRECISION 12
#define REGISTERS (1u << PRECISION)
#define MAX_RANK (64 - PRECISION + 1)
#define ENTRY_BYTES 3

struct hll_state {
	struct aggregate_state state;
	struct group_array registers;	/* uint8_t[REGISTERS] */
	struct buffer hashes;
};

static uint8_t *
registers_of(const struct hll_state *self, uint32_t id)
{
	return (uint8_t *)self->registers.slots + (size_t)id * REGISTERS;
}

static void
hll_grow(struct aggregate_state *state, uint32_t count)
{
	struct hll_state *self = (struct hll_state *)state;
	group_array_grow(&self->registers, REGISTERS, state->group_count,
	    count);
	state->group_count = count;
}

static int
hll_update(struct aggregate_state *state, const struct aggregate_rows *rows,
    struct error *err)
{
	struct hll_state *self = (struct hll_state *)state;
	(void)err;
	buffer_resize(&self->hashes, (size_t)rows->count * sizeof(uint64_t));
	uint64_t *hashes = (uint64_t *)(void *)self->hashes.data;
	column_hash(rows->argument, rows->count, 0, hashes);
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t id = rows->ids == NULL ? 0 : rows->ids[i];
		if (id == KEY_TABLE_NONE)
			continue;
		uint64_t rest = hashes[i] << PRECISION;
		uint8_t rank = rest == 0 ? MAX_RANK :
		    (uint8_t)(__builtin_clzll(rest) + 1);
		uint8_t *slot = &registers_of(self, id)[hashes[i] >>
		    (64 - PRECISION)];
		*slot = rank > *slot ? rank : *slot;
	}
	return 0;
}

static int
hll_merge(struct aggregate_state *state, const struct aggregate_rows *rows,
    const struct column *const *fields, struct error *err)
{
	struct hll_state *self = (struct hll_state *)state;
	for (uint32_t i = 0; i < rows->count; i++) {
		uint32_t len;
		if (rows->ids[i] == KEY_TABLE_NONE)
			continue;
		const uint8_t *bytes = column_bytes(fields[0], i, &len);
		uint8_t *registers = registers_of(self, rows->ids[i]);
		for (uint32_t at = 0; at + ENTRY_BYTES <= len;
		    at += ENTRY_BYTES) {
			uint32_t number = bytes[at] |
			    (uint32_t)bytes[at + 1] << 8;
			uint8_t rank = bytes[at + 2];
			if (number >= REGISTERS || rank > MAX_RANK)
				return error_data(err, "bad registers");
			if (rank > registers[number])
				registers[number] = rank;
		}
	}
	return 0;
}

static int
hll_give_state(struct aggregate_state *state, const uint32_t *ids,
    uint32_t count, struct column_builder *const *fields, struct error *err)
{
	const struct hll_state *self = (struct hll_state *)state;
	for (uint32_t i = 0; i < count; i++) {
		const uint8_t *registers = registers_of(self, ids[i]);
		uint8_t bytes[REGISTERS * ENTRY_BYTES];
		uint32_t len = 0;
		for (uint32_t k = 0; k < REGISTERS; k++) {
			if (registers[k] == 0)
				continue;
			bytes[len++] = (uint8_t)k;
			bytes[len++] = (uint8_t)(k >> 8);
			bytes[len++] = registers[k];
		}
		if (column_builder_append_bytes(fields[0], bytes, len) != 0)
			return error_data(err, "too many states in a batch");
	}
	return 0;
}

/* x + x^2 * 1 + x^4 * 2 + x^8 * 4 + ..., until it changes no more */
static double
sigma(double x)
{
	double y = 1, z = x, before;
	if (x == 1)
		return INFINITY;
	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z != before);
	return z;
}

static double
tau(double x)
{
	double y = 1, z = 1 - x, before;
	if (x == 0 || x == 1)
		return 0;
	do {
		x = sqrt(x);
		before = z;
		y *= 0.5;
		z -= (1 - x) * (1 - x) * y;
	} while (z != before);
	return z / 3;
}

static int64_t
estimate(const uint8_t *registers)
{
	const double half_of_log = 0.721347520444481703680;	/* 1/(2 ln 2) */
	const double m = REGISTERS;
	uint32_t counts[MAX_RANK + 1] = {0};
	for (uint32_t k = 0; k < REGISTERS; k++)
		counts[registers[k]]++;
	double z = m * tau(1 - counts[MAX_RANK] / m);
	for (uint32_t k = MAX_RANK - 1; k >= 1; k--)
		z = 0.5 * (z + counts[k]);
	z += m * sigma(counts[0] / m);
	return (int64_t)(half_of_log * m * m / z + 0.5);
}

static int
hll_give(struct aggregate_state *state, const uint32_t *ids, uint32_t count,
    struct column_builder *result, struct error *err)
{
	const struct hll_state *self = (struct hll_state *)state;
	(void)err;
	for (uint32_t i = 0; i < count; i++) {
		int64_t number = estimate(registers_of(self, ids[i]));
		column_builder_append_value(result, &number);
	}
	return 0;
}

static int
hll_keep(struct aggregate_state *state, uint32_t id, struct error *err)
{
	(void)err;
	group_array_keep(&((struct hll_state *)state)->registers, id);
	state->group_count = 1;
	return 0;
}

static size_t
hll_bytes(const struct aggregate_state *state)
{
	return group_array_bytes(
	    &((const struct hll_state *)state)->registers);
}

static void
hll_clear(struct aggregate_state *state)
{
	group_array_release(&((struct hll_state *)state)->registers);
	state->group_count = 0;
}

static void
hll_free(struct aggregate_state *state)
{
	hll_clear(state);
	buffer_release(&((struct hll_state *)state)->hashes);
	mem_free(state);
}

static const struct aggregate_ops hll_ops = {
	.skips_nulls = 1, .grow = hll_grow, .update = hll_update,
	.merge = hll_merge, .give_state = hll_give_state, .give = hll_give,
	.keep = hll_keep, .clear = hll_clear, .bytes = hll_bytes,
	.free = hll_free
};

struct aggregate_state *
aggregate_hll_new(const struct aggregate_spec *spec, struct error *err)
{
	if (aggregate_check_scalar(spec, err) != 0)
		return NULL;
	struct hll_state *self = mem_zalloc(sizeof(*self));
	self->state = (struct aggregate_state){.ops = &hll_ops,
	    .type = type_of(TYPE_I64), .field_count = 1,
	    .fields = {{"registers", type_of(TYPE_BINARY)}}};
	return &self->state;
}
