/*
 * Where a Parquet file's bytes come from: readers of this folder open
 * nothing themselves.
 */
#ifndef FORMAT_PARQUET_INPUT_H
#define FORMAT_PARQUET_INPUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/zstd.h"

struct parquet_input {
	/*
	 * Reads exactly len bytes at the offset; offset + len <= size.  What
	 * is there no more is an error.
	 */
	int (*read_at)(void *ctx, uint64_t offset, void *buf, size_t len,
	    struct error *err);
	void *ctx;
	uint64_t size;		/* bytes */
	struct zstd_unpacker *zstd;	/* borrowed: all columns' */
	const char *name;	/* for messages */
};

#endif
