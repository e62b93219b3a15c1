/* Metas: any bytes as msgpack. */
#include "fuzz.h"

#include "wire/header_meta.h"
#include "wire/meta.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct error err = {0};
	size_t used;
	struct meta *meta = meta_parse(bytes, len, &used, &err);
	if (meta == NULL)
		return 0;
	struct stream_header header = {0};
	(void)header_meta_read(meta_root(meta), &header, &err);
	stream_header_release(&header);
	meta_release(meta);
	return 0;
}
