#include "op/value_log.h"

#include "base/hash.h"
#include "base/words.h"
#include "batch/integers.h"
#include "op/key/key_table.h"
#include "op/ordered.h"

#define FIRST_CHECK (UINT64_C(1) << 18)
#define GROWTH 8

/* One in so many (group, value) is in the sample; a power of 2. */
#define SAMPLE 64

/* With fewer distinct values than rows / this, most repeat. */
#define REPEATS 4

#define MAX_COUNT (UINT32_MAX - BATCH_MAX_ROWS)

_Bool
value_log_takes(struct type type)
{
	enum type_id number = ordered_number(type);

	return type.id != TYPE_BOOL && number != TYPE_NULL &&
	    number != TYPE_DECIMAL;
}

/* ---- values in -------------------------------------------------------- */

static void
reserve(struct value_log *log, uint64_t rows)
{
	if (log->count + rows <= log->capacity)
		return;
	log->capacity = log->count + rows > log->capacity * 2 ?
	    log->count + rows : log->capacity * 2;
	log->groups = mem_grow_array(log->groups, log->capacity,
	    sizeof(*log->groups));
	log->values = mem_grow_array(log->values, log->capacity,
	    sizeof(*log->values));
}

static void
encode(enum type_id number, const void *from, uint64_t bias, uint32_t rows,
    uint64_t *to)
{
	switch (number) {
#define X(ID, name, c_type) \
	case TYPE_##ID: \
		for (uint32_t i = 0; i < rows; i++) \
			to[i] = (uint64_t)((const c_type *)from)[i] + bias; \
		break;
	INTEGERS(X)
#undef X
	default:
		break;
	}
}

static void
add_weighted(struct value_log *log, const uint64_t *values,
    const uint32_t *groups, const int64_t *weights, uint32_t rows)
{
	uint64_t total = 0;

	for (uint32_t i = 0; i < rows; i++)
		total += (uint64_t)weights[i];
	reserve(log, total);
	for (uint32_t i = 0; i < rows; i++) {
		for (int64_t n = 0; n < weights[i]; n++) {
			log->values[log->count] = values[i];
			log->groups[log->count++] = groups[i];
		}
	}
}

void
value_log_add(struct value_log *log, const struct column *column,
    const uint32_t *groups, const int64_t *weights, uint32_t rows)
{
	struct buffer ordered = { 0 };
	const void *from = ordered_values(column, rows, &ordered);
	uint64_t count;
	uint64_t *values;

	log->scratch.len = 0;
	buffer_reserve(&log->scratch, (size_t)rows * sizeof(*values));
	values = (uint64_t *)(void *)log->scratch.data;
	encode(ordered_number(column->type), from, ordered_bias(column->type),
	    rows, values);
	buffer_release(&ordered);
	if (weights != NULL) {
		add_weighted(log, values, groups, weights, rows);
		return;
	}
	reserve(log, rows);
	count = log->count;
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t group = groups == NULL ? 0 : groups[i];

		log->values[count] = values[i];
		log->groups[count] = group;
		count += group != KEY_TABLE_NONE;
	}
	log->count = count;
}

_Bool
value_log_repeats(struct value_log *log)
{
	uint64_t *sample;
	uint64_t count = 0, distinct = 0, room = log->count / SAMPLE * 4;

	if (log->count > MAX_COUNT)
		return 1;
	if (log->next_check == 0)
		log->next_check = FIRST_CHECK;
	if (log->count < log->next_check)
		return 0;
	log->next_check = log->count * GROWTH;
	sample = mem_alloc(room * 2 * sizeof(*sample));
	/* of few values that come often not all need to be looked at */
	for (uint64_t i = 0; i < log->count && count < room; i++) {
		uint64_t hash = hash_u64(hash_u64(log->values[i]) +
		    log->groups[i]);

		sample[count] = hash;
		count += hash % SAMPLE == 0;
	}
	words_sort(sample, sample + room, count);
	for (uint64_t i = 0; i < count; i++)
		distinct += i == 0 || sample[i] != sample[i - 1];
	mem_free(sample);
	return distinct < count / REPEATS;
}

/* ---- order ------------------------------------------------------------ */

void
value_log_order(struct value_log *log, uint32_t group_count)
{
	uint32_t *begins = mem_array((size_t)group_count + 2,
	    sizeof(*begins));
	uint64_t *ordered = mem_alloc(((size_t)log->count + 1) *
	    sizeof(*ordered));

	/* begins[id + 1] is where group id's next value goes, then its end */
	for (uint64_t i = 0; i < log->count; i++) {
		if (log->groups[i] + 2 <= group_count)
			begins[log->groups[i] + 2]++;
	}
	for (uint32_t id = 0; id < group_count; id++)
		begins[id + 1] += begins[id];
	for (uint64_t i = 0; i < log->count; i++)
		ordered[begins[log->groups[i] + 1]++] = log->values[i];
	mem_free(log->groups);
	mem_free(log->values);
	log->groups = NULL;
	log->values = NULL;
	log->capacity = 0;
	log->begins = begins;
	log->ordered = ordered;
}

void
value_log_unite(struct value_log *log, uint32_t group_count)
{
	uint64_t *ordered = log->ordered;
	uint32_t most = 0, count = 0;
	uint64_t *scratch;

	for (uint32_t id = 0; id < group_count; id++) {
		uint32_t values = log->begins[id + 1] - log->begins[id];

		most = values > most ? values : most;
	}
	scratch = mem_alloc(((size_t)most + 1) * sizeof(*scratch));
	log->weights = mem_alloc(((size_t)log->count + 1) *
	    sizeof(*log->weights));
	for (uint32_t id = 0; id < group_count; id++) {
		uint32_t begin = log->begins[id], end = log->begins[id + 1];

		words_sort(ordered + begin, scratch, end - begin);
		log->begins[id] = count;
		for (uint32_t i = begin; i < end; i++) {
			if (i > begin && ordered[i] == ordered[count - 1]) {
				log->weights[count - 1]++;
				continue;
			}
			ordered[count] = ordered[i];
			log->weights[count++] = 1;
		}
	}
	log->begins[group_count] = count;
	log->count = count;
	mem_free(scratch);
}

/* ---- values out ------------------------------------------------------- */

void
value_log_decode(struct type type, const uint64_t *values, uint32_t count,
    struct column_builder *builder)
{
	void *to = column_builder_extend(builder, count);
	uint64_t bias = ordered_bias(type);
	size_t width = type_width(type);

	for (uint32_t i = 0; i < count; i++) {
		uint64_t value = type_is_float(type) ?
		    ordered_float_bits(type, values[i]) : values[i] - bias;

		if (width == 8)
			((uint64_t *)to)[i] = value;
		else if (width == 4)
			((uint32_t *)to)[i] = (uint32_t)value;
		else if (width == 2)
			((uint16_t *)to)[i] = (uint16_t)value;
		else
			((uint8_t *)to)[i] = (uint8_t)value;
	}
}

size_t
value_log_bytes(const struct value_log *log)
{
	/* ordered, then weights and the order that is made of them */
	return (size_t)log->capacity * (sizeof(*log->groups) +
	    sizeof(*log->values)) + (size_t)log->count * sizeof(uint64_t);
}

void
value_log_clear(struct value_log *log)
{
	mem_free(log->groups);
	mem_free(log->values);
	mem_free(log->begins);
	mem_free(log->ordered);
	mem_free(log->weights);
	buffer_release(&log->scratch);
	*log = (struct value_log){ .type = log->type };
}
