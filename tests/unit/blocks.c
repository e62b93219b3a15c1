/*
 * Bytes that pages are made of: lists of blocks, CRC-32, frames that are not
 * compressed.
 */
#include "check.h"

#include "base/blocks.h"
#include "base/gzip.h"
#include "base/zstd.h"

static uint32_t
mix(uint32_t x)
{
	x = (x ^ x >> 16) * 0x45d9f3bu;
	x = (x ^ x >> 16) * 0x45d9f3bu;
	return x ^ x >> 16;
}

static uint8_t *
some_bytes(size_t len)
{
	uint8_t *bytes = mem_alloc(len);
	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)mix((uint32_t)i);
	return bytes;
}

/* ---- lists ----------------------------------------------------------- */

static void
check_list(const struct block_list *list, const uint8_t *bytes, size_t len)
{
	size_t at = 0, capacity = 0;
	CHECK_INT(list->len, len);
	for (const struct list_block *block = list->first; block != NULL;
	    block = block->next) {
		CHECK(block->len > 0 && block->len <= block->capacity);
		CHECK_BYTES(block->data, bytes + at, block->len);
		at += block->len;
		capacity += block->capacity;
	}
	CHECK_INT(at, len);
	CHECK_INT(capacity, list->capacity);
}

static void
lists_hold_what_was_appended(void)
{
	enum { MOST = 1 << 20 };
	uint8_t *bytes = some_bytes(MOST);
	struct block_pool pool = {0};
	for (uint32_t round = 0; round < 8; round++) {
		struct block_list list = {0}, other = {0};
		size_t len = 0;
		for (uint32_t i = 0; len < MOST; i++) {
			size_t some = mix(i + round) % (round % 2 == 0 ?
			    200000 : 3000);
			if (some > MOST - len)
				some = MOST - len;
			block_list_append(&list, &pool, bytes + len, some);
			block_list_append(&other, &pool, bytes + len, some);
			len += some;
		}
		check_list(&list, bytes, len);
		check_list(&other, bytes, len);
		/* at most what a block has at the end and three like it */
		CHECK(list.capacity < len + 4 * 65536);
		block_list_return(&list, &pool, MOST);
		block_list_return(&other, &pool, MOST);
		CHECK(list.first == NULL && list.capacity == 0);
		CHECK(pool.bytes > MOST - 65536 && pool.bytes <= MOST);
	}
	struct block_list list = {0};
	size_t held = pool.bytes;
	block_list_append(&list, &pool, bytes, 100000);
	CHECK_INT(pool.bytes + list.capacity, held);
	check_list(&list, bytes, 100000);
	block_list_release(&list);
	block_pool_release(&pool);
	CHECK_INT(pool.bytes, 0);
	mem_free(bytes);
}

static void
short_lists_take_little(void)
{
	struct block_pool pool = {0};
	struct block_list list = {0};
	block_list_append(&list, &pool, "abc", 0);
	CHECK(list.first == NULL);
	block_list_append(&list, &pool, "abc", 3);
	CHECK_INT(list.capacity, 1024);
	block_list_release(&list);
}

/* ---- CRC-32 ---------------------------------------------------------- */

/* Bit by bit. */
static uint32_t
crc_of(uint32_t crc, const uint8_t *bytes, size_t len)
{
	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
	}
	return ~crc;
}

static void
crc_is_that_of_the_polynomial(void)
{
	uint8_t *bytes = some_bytes(70000);
	CHECK_INT(gzip_crc32(0, "123456789", 9), 0xcbf43926u);
	for (size_t len = 0; len < 400; len++) {
		const uint8_t *from = bytes + len * 7 % 31;
		CHECK_INT(gzip_crc32(0, from, len), crc_of(0, from, len));
		CHECK_INT(gzip_crc32(0xdeadbeef, from, len),
		    crc_of(0xdeadbeef, from, len));
	}
	for (size_t len = 65000; len < 65070; len++)
		CHECK_INT(gzip_crc32(1, bytes + 3, len),
		    crc_of(1, bytes + 3, len));
	mem_free(bytes);
}

/* ---- frames ---------------------------------------------------------- */

static void
stored_frames_are_zstandard(void)
{
	static const size_t lens[] = {0, 1, 255, 256, 70000, 131071, 131072,
	    131073, 262144, 300000};
	uint8_t *bytes = some_bytes(300000);
	uint8_t *back = mem_alloc(300000);
	struct zstd_unpacker *unpacker = zstd_unpacker_new();
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		struct buffer frame = {0};
		struct error err = {0};
		zstd_store(bytes, lens[i], &frame);
		CHECK(frame.len <= lens[i] + 9 + 3 * (lens[i] / 131072 + 1));
		CHECK_INT(zstd_unpacker_decompress(unpacker, frame.data,
		    frame.len, back, lens[i], &err), 0);
		CHECK_BYTES(back, bytes, lens[i]);
		buffer_release(&frame);
	}
	zstd_unpacker_free(unpacker);
	mem_free(back);
	mem_free(bytes);
}

int
main(void)
{
	RUN(lists_hold_what_was_appended);
	RUN(short_lists_take_little);
	RUN(crc_is_that_of_the_polynomial);
	RUN(stored_frames_are_zstandard);
	return check_done();
}
