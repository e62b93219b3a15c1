#include "format/parquet_encode.h"

#include "format/parquet_pack.h"

void
parquet_put_varint(struct buffer *out, uint64_t value)
{
	uint8_t bytes[10];
	size_t len = 0;
	for (; value >= 0x80; value >>= 7)
		bytes[len++] = (uint8_t)(value | 0x80);
	bytes[len++] = (uint8_t)value;
	buffer_append(out, bytes, len);
}

/* Packed groups of eight; the last one is filled up with zeros. */
static void
put_groups(struct buffer *out, const uint32_t *values, uint32_t count,
    unsigned width)
{
	if (count == 0)
		return;
	uint32_t groups = (count + 7) / 8;
	parquet_put_varint(out, (uint64_t)groups << 1 | 1);
	buffer_reserve(out, (size_t)groups * width);
	uint32_t whole = count & ~7u;
	parquet_pack32(values, whole, width, out->data + out->len);
	out->len += (size_t)whole / 8 * width;
	if (whole < count) {
		uint32_t last[8] = {0};
		memcpy(last, values + whole, (count - whole) * sizeof(*last));
		parquet_pack32(last, 8, width, out->data + out->len);
		out->len += width;
	}
}

static void
put_run(struct buffer *out, uint32_t value, uint32_t count, unsigned width)
{
	parquet_put_varint(out, (uint64_t)count << 1);
	buffer_append(out, &value, (width + 7) / 8);
}

static _Bool
is_run_of_8(const uint32_t *values)
{
	uint32_t differs = 0;
	for (unsigned i = 1; i < 8; i++)
		differs |= values[i] ^ values[0];
	return differs == 0;
}

void
parquet_encode_hybrid(struct buffer *out, const uint32_t *values,
    uint32_t count, unsigned width)
{
	uint32_t begin = 0;	/* of the groups not yet written */
	uint32_t i = 0;
	/*
	 * A run costs its own head and value and another head for the
	 * groups after it; it must save more than that.
	 */
	uint32_t run_cost = 5 + (width + 7) / 8;
	while (i + 8 <= count) {
		if (!is_run_of_8(values + i)) {
			i += 8;
			continue;
		}
		uint32_t end = i + 8;
		while (end < count && values[end] == values[i])
			end++;
		if (end < count && (end - i) / 8 * width <= run_cost) {
			i += 8;
			continue;
		}
		put_groups(out, values + begin, i - begin, width);
		put_run(out, values[i], end - i, width);
		begin = i = end;
	}
	if (begin < count && count - begin < 8) {
		/* A short tail of one value is a run, too. */
		uint32_t end = begin + 1;
		while (end < count && values[end] == values[begin])
			end++;
		if (end == count) {
			put_run(out, values[begin], count - begin, width);
			return;
		}
	}
	put_groups(out, values + begin, count - begin, width);
}

/* Bytes from `begin` that are all 0 or all 0xff. */
static size_t
byte_run(const uint8_t *bits, size_t begin, size_t end)
{
	size_t i = begin;
	if (bits[i] != 0 && bits[i] != 0xff)
		return 0;
	while (i < end && bits[i] == bits[begin])
		i++;
	return i - begin;
}

void
parquet_encode_bits(struct buffer *out, const uint8_t *bits, uint32_t count)
{
	size_t whole = count / 8;
	size_t begin = 0;
	size_t i = 0;
	while (i < whole) {
		size_t run = byte_run(bits, i, whole);
		if (run < 8) {
			i += run == 0 ? 1 : run;
			continue;
		}
		if (i > begin) {
			parquet_put_varint(out, (i - begin) << 1 | 1);
			buffer_append(out, bits + begin, i - begin);
		}
		uint32_t rows = (uint32_t)run * 8;
		i += run;
		begin = i;
		if (i == whole && count % 8 != 0) {
			/* The odd bits at the end, if they belong to it. */
			uint8_t mask = (uint8_t)((1u << count % 8) - 1);
			uint8_t want = bits[i - 1] & mask;
			if ((bits[i] & mask) == want) {
				put_run(out, bits[i - 1] & 1,
				    rows + count % 8, 1);
				return;
			}
		}
		put_run(out, bits[i - 1] & 1, rows, 1);
	}
	size_t end = ((size_t)count + 7) / 8;
	if (begin < end) {
		parquet_put_varint(out, (end - begin) << 1 | 1);
		buffer_append(out, bits + begin, end - begin);
		if (count % 8 != 0)
			out->data[out->len - 1] &=
			    (uint8_t)((1u << count % 8) - 1);
	}
}
