/*
 * Digests: MD5 (RFC 1321), SHA-1 and SHA-256 (FIPS 180-4), by nettle.
 * For keys and checksums; MD5 and SHA-1 protect nothing.
 */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum digest_kind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256 };

#define DIGEST_MAX_BYTES 32

struct digest;		/* opaque; not for two threads at once */

struct digest *
digest_new(enum digest_kind kind);
void
digest_free(struct digest *digest);
/* 16, 20 or 32. */
size_t
digest_size(const struct digest *digest);
/* The digest of two runs of bytes, one behind the other. */
void
digest_bytes(struct digest *digest, const void *first, size_t first_len,
    const void *second, size_t second_len, uint8_t out[DIGEST_MAX_BYTES]);

#endif
