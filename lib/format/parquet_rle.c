#include "format/parquet_rle.h"

#include <string.h>

void
parquet_rle_init(struct parquet_rle *rle, const uint8_t *bytes, size_t len,
    unsigned width, parquet_unpack_function *unpack)
{
	*rle = (struct parquet_rle){.at = bytes, .end = bytes + len,
	    .width = width, .unpack = unpack};
}

void
parquet_rle_init_bits(struct parquet_rle *rle, const uint8_t *bits,
    uint64_t count)
{
	*rle = (struct parquet_rle){.width = 1, .is_packed = 1,
	    .left = count, .packed = bits};
}

/* A header is an unsigned varint of at most 32 bits; 0 if there is none. */
static _Bool
read_header(struct parquet_rle *rle, uint32_t *header)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 35; shift += 7) {
		if (rle->at == rle->end)
			return 0;
		uint8_t byte = *rle->at++;
		value |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			*header = (uint32_t)value;
			rle->is_corrupt |= value > UINT32_MAX;
			return value <= UINT32_MAX;
		}
	}
	rle->is_corrupt = 1;
	return 0;
}

static void
begin_packed(struct parquet_rle *rle, uint64_t groups)
{
	uint64_t bytes = groups * rle->width;
	uint64_t room = (uint64_t)(rle->end - rle->at);
	rle->is_packed = 1;
	rle->left = groups * 8;
	if (bytes > room) {
		bytes = room;
		rle->left = room * 8 / rle->width;
	}
	rle->packed = rle->at;
	rle->position = 0;
	rle->at += bytes;
}

static _Bool
begin_repeated(struct parquet_rle *rle, uint64_t count)
{
	size_t bytes = (rle->width + 7) / 8;
	if ((size_t)(rle->end - rle->at) < bytes)
		return 0;
	uint64_t value = 0;
	for (size_t i = 0; i < bytes; i++)
		value |= (uint64_t)*rle->at++ << (8 * i);
	if (value >> rle->width != 0) {
		rle->is_corrupt = 1;
		return 0;
	}
	rle->is_packed = 0;
	rle->left = count;
	rle->value = (uint32_t)value;
	return 1;
}

/* Moves to the next run that has values; 0 if there is none. */
static _Bool
next_run(struct parquet_rle *rle)
{
	while (rle->left == 0) {
		uint32_t header;
		if (!read_header(rle, &header))
			return 0;
		if ((header & 1) != 0)
			begin_packed(rle, header >> 1);
		else if (!begin_repeated(rle, header >> 1))
			return 0;
	}
	return 1;
}

/* Values of one group of 8 that are not a whole group, or at its end. */
static void
take_of_group(struct parquet_rle *rle, uint32_t *out, uint32_t count)
{
	uint8_t bytes[32 + PARQUET_UNPACK_SLACK] = {0};
	uint32_t values[8 + PARQUET_UNPACK_SLACK];
	unsigned first = (unsigned)(rle->position % 8);
	const uint8_t *in = rle->packed + rle->position / 8 * rle->width;
	uint64_t room = (uint64_t)(rle->end - in);
	if (room > 0)
		memcpy(bytes, in, room < rle->width ? room : rle->width);
	rle->unpack(bytes, values, 1, rle->width);
	memcpy(out, values + first, count * sizeof(*out));
}

static void
take_packed(struct parquet_rle *rle, uint32_t *out, uint32_t count)
{
	while (count > 0) {
		uint32_t first = (uint32_t)(rle->position % 8);
		uint32_t step = count & ~7u;
		if (first != 0 || step == 0) {
			step = 8 - first < count ? 8 - first : count;
			take_of_group(rle, out, step);
		} else {
			rle->unpack(rle->packed +
			    rle->position / 8 * rle->width, out, step / 8,
			    rle->width);
		}
		rle->position += step;
		out += step;
		count -= step;
	}
}

uint32_t
parquet_rle_take(struct parquet_rle *rle, uint32_t *out, uint32_t count)
{
	uint32_t done = 0;
	while (done < count && next_run(rle)) {
		uint32_t step = count - done;
		if (step > rle->left)
			step = (uint32_t)rle->left;
		if (rle->is_packed)
			take_packed(rle, out + done, step);
		else
			for (uint32_t i = 0; i < step; i++)
				out[done + i] = rle->value;
		rle->left -= step;
		done += step;
	}
	return done;
}

uint32_t
parquet_rle_take_bits(struct parquet_rle *rle, uint8_t *bits, uint64_t begin,
    uint32_t count)
{
	uint32_t done = 0;
	while (done < count && next_run(rle)) {
		uint32_t step = count - done;
		if (step > rle->left)
			step = (uint32_t)rle->left;
		if (rle->is_packed) {
			parquet_copy_bits(bits, begin + done, rle->packed,
			    rle->position, step);
			rle->position += step;
		} else if (rle->value != 0) {
			parquet_set_bits(bits, begin + done, step);
		}
		rle->left -= step;
		done += step;
	}
	return done;
}
