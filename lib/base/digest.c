#include "base/digest.h"

#include <openssl/evp.h>

#include "base/mem.h"

struct digest {
	const EVP_MD *kind;
	EVP_MD_CTX *context;
};

struct digest *
digest_new(enum digest_kind kind, struct error *err)
{
	struct digest *digest = mem_zalloc(sizeof(*digest));
	digest->kind = kind == DIGEST_MD5 ? EVP_md5() :
	    kind == DIGEST_SHA1 ? EVP_sha1() : EVP_sha256();
	digest->context = EVP_MD_CTX_new();
	if (digest->context != NULL &&
	    EVP_DigestInit_ex(digest->context, digest->kind, NULL) == 1)
		return digest;
	digest_free(digest);
	error_set(err, STATUS_SYSTEM, "libcrypto has no such digest, or is "
	    "not allowed to compute it");
	return NULL;
}

void
digest_free(struct digest *digest)
{
	if (digest == NULL)
		return;
	EVP_MD_CTX_free(digest->context);
	mem_free(digest);
}

size_t
digest_size(const struct digest *digest)
{
	return (size_t)EVP_MD_size(digest->kind);
}

int
digest_bytes(struct digest *digest, const void *first, size_t first_len,
    const void *second, size_t second_len, uint8_t out[DIGEST_MAX_BYTES])
{
	/* the kind stays when it is NULL */
	return EVP_DigestInit_ex(digest->context, NULL, NULL) == 1 &&
	    EVP_DigestUpdate(digest->context, first, first_len) == 1 &&
	    EVP_DigestUpdate(digest->context, second, second_len) == 1 &&
	    EVP_DigestFinal_ex(digest->context, out, NULL) == 1 ? 0 : -1;
}
