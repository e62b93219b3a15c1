/*
 * Short byte strings, 16 bytes at a time.  Buffers (base/mem.h) may be read
 * and written so far over their ends.
 */
#ifndef FORMAT_PARQUET_BYTES_H
#define FORMAT_PARQUET_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Copies len bytes, or 16: what comes next overwrites the rest. */
static inline void
parquet_copy_short(uint8_t *to, const uint8_t *from, size_t len)
{
	if (len <= 16)
		memcpy(to, from, 16);
	else
		memcpy(to, from, len);
}

/* Ones in the first len bytes in memory, len <= 16. */
static inline unsigned __int128
parquet_first_bytes(size_t len)
{
	static const uint8_t ones[32] = {255, 255, 255, 255, 255, 255, 255,
	    255, 255, 255, 255, 255, 255, 255, 255, 255};
	unsigned __int128 mask;
	memcpy(&mask, ones + 16 - len, sizeof(mask));
	return mask;
}

#endif
