#include "format/parquet_delta.h"

#include <assert.h>
#include <string.h>

#define MAX_BLOCK_VALUES (1 << 24)	/* writers use 128 to some thousand */

static int
cut_off(struct error *err)
{
	return error_data(err, "DELTA_BINARY_PACKED data end too early");
}

static int
read_varint(struct parquet_delta *delta, uint64_t *value, struct error *err)
{
	*value = 0;
	for (unsigned shift = 0; shift < 70; shift += 7) {
		if (delta->at == delta->end)
			return cut_off(err);
		uint8_t byte = *delta->at++;
		if (shift == 63 && byte > 1)
			break;
		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80)
			return 0;
	}
	return error_data(err, "a varint of more than 64 bits");
}

static uint64_t
unzigzag(uint64_t value)
{
	return value >> 1 ^ -(value & 1);
}

int
parquet_delta_init(struct parquet_delta *delta, const uint8_t *bytes,
    size_t len, unsigned bits, uint64_t max_count,
    parquet_unpack_function *unpack, struct error *err)
{
	uint64_t block, minis, count, first;
	*delta = (struct parquet_delta){.at = bytes, .end = bytes + len,
	    .max_width = bits, .unpack = unpack};
	if (read_varint(delta, &block, err) < 0 ||
	    read_varint(delta, &minis, err) < 0 ||
	    read_varint(delta, &count, err) < 0 ||
	    read_varint(delta, &first, err) < 0)
		return -1;
	if (block == 0 || block > MAX_BLOCK_VALUES || minis == 0 ||
	    block % minis != 0 || block / minis % PARQUET_DELTA_STEP != 0)
		return error_data(err, "DELTA_BINARY_PACKED blocks of %llu "
		    "values in %llu miniblocks", (unsigned long long)block,
		    (unsigned long long)minis);
	if (count > max_count)
		return error_data(err, "DELTA_BINARY_PACKED of %llu values "
		    "where there are %llu at most", (unsigned long long)count,
		    (unsigned long long)max_count);
	delta->mini_values = (uint32_t)(block / minis);
	delta->mini_count = (uint32_t)minis;
	delta->mini = delta->mini_count;
	delta->last = unzigzag(first);
	if (count > 0) {
		delta->ready[0] = delta->last;
		delta->ready_end = 1;
		delta->left = count - 1;
	}
	return 0;
}

uint64_t
parquet_delta_left(const struct parquet_delta *delta)
{
	return delta->left + delta->ready_end - delta->ready_begin;
}

/* Moves to the next miniblock, and block if need be. */
static int
next_mini(struct parquet_delta *delta, struct error *err)
{
	if (delta->mini == delta->mini_count) {
		uint64_t least;
		if (read_varint(delta, &least, err) < 0)
			return -1;
		if ((size_t)(delta->end - delta->at) < delta->mini_count)
			return cut_off(err);
		delta->least = unzigzag(least);
		delta->widths = delta->at;
		delta->at += delta->mini_count;
		delta->mini = 0;
	}
	delta->width = delta->widths[delta->mini++];
	if (delta->width > delta->max_width)
		return error_data(err, "DELTA_BINARY_PACKED deltas of %u bits",
		    delta->width);
	if ((size_t)(delta->end - delta->at) <
	    (size_t)delta->mini_values / 8 * delta->width)
		return cut_off(err);
	delta->mini_left = delta->mini_values;
	return 0;
}

/*
 * Decodes the next 32 values (the last of them may be padding).  The sums are
 * unrolled: so short a loop takes twice as long where it lies over the end of
 * a cache line.
 */
static inline int
decode_step(struct parquet_delta *delta, uint64_t out[PARQUET_DELTA_STEP],
    struct error *err)
{
	if (delta->mini_left == 0 && next_mini(delta, err) < 0)
		return -1;
	uint64_t value = delta->last;
	uint64_t least = delta->least;
	if (delta->width == 0) {
#pragma GCC unroll 8
		for (unsigned i = 0; i < PARQUET_DELTA_STEP; i++)
			out[i] = value += least;
	} else if (delta->width <= 32) {
		uint32_t narrow[PARQUET_DELTA_STEP + PARQUET_UNPACK_SLACK];
		delta->unpack(delta->at, narrow, PARQUET_DELTA_STEP / 8,
		    delta->width);
#pragma GCC unroll 8
		for (unsigned i = 0; i < PARQUET_DELTA_STEP; i++)
			out[i] = value += narrow[i] + least;
	} else {
		parquet_unpack_wide(delta->at, out, PARQUET_DELTA_STEP / 8,
		    delta->width);
#pragma GCC unroll 8
		for (unsigned i = 0; i < PARQUET_DELTA_STEP; i++)
			out[i] = value += out[i] + least;
	}
	delta->at += PARQUET_DELTA_STEP / 8 * delta->width;
	delta->mini_left -= PARQUET_DELTA_STEP;
	delta->last = value;
	return 0;
}

/* bytes is a constant where this is called: two loops come of it. */
static inline __attribute__((always_inline)) int
take(struct parquet_delta *delta, void *out, uint32_t count, size_t bytes,
    struct error *err)
{
	uint32_t done = 0;
	assert(count <= parquet_delta_left(delta));
	while (done < count) {
		if (delta->ready_begin == delta->ready_end) {
			if (decode_step(delta, delta->ready, err) < 0)
				return -1;
			delta->ready_begin = 0;
			delta->ready_end = delta->left < PARQUET_DELTA_STEP ?
			    (uint32_t)delta->left : PARQUET_DELTA_STEP;
			delta->left -= delta->ready_end;
		}
		uint32_t step = delta->ready_end - delta->ready_begin;
		if (step > count - done)
			step = count - done;
		const uint64_t *from = delta->ready + delta->ready_begin;
		for (uint32_t i = 0; i < step; i++) {
			if (bytes == 4)
				((uint32_t *)out)[done + i] =
				    (uint32_t)from[i];
			else
				((uint64_t *)out)[done + i] = from[i];
		}
		delta->ready_begin += step;
		done += step;
	}
	return 0;
}

int
parquet_delta_take32(struct parquet_delta *delta, uint32_t *out,
    uint32_t count, struct error *err)
{
	return take(delta, out, count, 4, err);
}

int
parquet_delta_take64(struct parquet_delta *delta, uint64_t *out,
    uint32_t count, struct error *err)
{
	return take(delta, out, count, 8, err);
}

const uint8_t *
parquet_delta_end(const struct parquet_delta *delta, struct error *err)
{
	struct parquet_delta walk = *delta;
	while (walk.left > 0) {
		if (next_mini(&walk, err) < 0)
			return NULL;
		walk.at += (size_t)walk.mini_values / 8 * walk.width;
		walk.left -= walk.left < walk.mini_values ? walk.left :
		    walk.mini_values;
	}
	return walk.at;
}
