#include "base/digest.h"

#include <nettle/nettle-meta.h>

#include "base/mem.h"

struct digest {
	const struct nettle_hash *hash;
	void *context;		/* owned */
};

struct digest *
digest_new(enum digest_kind kind)
{
	struct digest *digest = mem_zalloc(sizeof(*digest));
	digest->hash = kind == DIGEST_MD5 ? &nettle_md5 :
	    kind == DIGEST_SHA1 ? &nettle_sha1 : &nettle_sha256;
	digest->context = mem_zalloc(digest->hash->context_size);
	return digest;
}

void
digest_free(struct digest *digest)
{
	if (digest == NULL)
		return;
	mem_free(digest->context);
	mem_free(digest);
}

size_t
digest_size(const struct digest *digest)
{
	return digest->hash->digest_size;
}

void
digest_bytes(struct digest *digest, const void *first, size_t first_len,
    const void *second, size_t second_len, uint8_t out[DIGEST_MAX_BYTES])
{
	const struct nettle_hash *hash = digest->hash;
	hash->init(digest->context);
	hash->update(digest->context, first_len, first);
	hash->update(digest->context, second_len, second);
	hash->digest(digest->context, hash->digest_size, out);
}
