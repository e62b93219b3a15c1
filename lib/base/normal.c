#include "base/normal.h"

#include <stdlib.h>
#include <utf8proc.h>

char *
normal_form_c(const void *text, size_t len, size_t *out_len)
{
	utf8proc_uint8_t *out = NULL;
	utf8proc_ssize_t result = utf8proc_map(text, (utf8proc_ssize_t)len,
	    &out, UTF8PROC_STABLE | UTF8PROC_COMPOSE);
	if (result < 0)
		return NULL;
	*out_len = (size_t)result;
	return (char *)out;
}

void
normal_free(char *text)
{
	free(text);
}
