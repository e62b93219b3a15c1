/*
 * The CRC-32 of gzip by carry-less multiplication: V. Gopal and others,
 * "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ
 * Instruction", Intel, 2009; ten times as fast as zlib's tables.  Used by
 * gzip.c alone.
 */
#ifndef BASE_GZIP_CRC32_H
#define BASE_GZIP_CRC32_H

#include <stddef.h>
#include <stdint.h>

#define GZIP_CRC32_LEAST 64	/* bytes for which it can be used */

/*
 * The remainder (complemented, as zlib's functions take and give it) after
 * `len` bytes, at least GZIP_CRC32_LEAST and a multiple of 16.
 */
uint32_t
gzip_crc32_avx2(uint32_t crc, const uint8_t *bytes, size_t len);

#endif
