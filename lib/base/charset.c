#include "base/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>

#define MAX_SEQUENCE 16		/* bytes of one character, or an escape */

struct charset {
	iconv_t handle;
	uint64_t offset;		/* of the next byte in the input */
	char begun[MAX_SEQUENCE];	/* a character not yet whole */
	size_t begun_len;
};

struct charset *
charset_new(const char *name, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	iconv_t handle = iconv_open("UTF-8", name);
	if (handle == (iconv_t)-1) {
		error_usage(err, "no encoding '%s'; iconv -l lists them",
		    error_quote(quoted, name, strlen(name)));
		return NULL;
	}
	struct charset *charset = mem_zalloc(sizeof(*charset));
	charset->handle = handle;
	return charset;
}

void
charset_free(struct charset *charset)
{
	if (charset == NULL)
		return;
	iconv_close(charset->handle);
	mem_free(charset);
}

/* Converts what it can of *bytes, and moves on; -1 for a bad byte. */
static int
convert(struct charset *charset, char **bytes, size_t *len,
    struct buffer *out, struct error *err)
{
	while (*len > 0) {
		buffer_reserve(out, *len * 2 + 64);
		char *to = (char *)out->data + out->len;
		size_t room = out->capacity - out->len;
		size_t before = *len, had = room;
		size_t result = iconv(charset->handle, bytes, len, &to, &room);
		int why = errno;
		out->len += had - room;
		charset->offset += before - *len;
		if (result != (size_t)-1 || why == E2BIG)
			continue;
		if (why == EINVAL)
			return 0;
		return error_data(err, "byte %llu is no text of its encoding",
		    (unsigned long long)charset->offset + 1);
	}
	return 0;
}

int
charset_decode(struct charset *charset, const void *bytes, size_t len,
    struct buffer *out, struct error *err)
{
	/* iconv does not change them */
	char *at = (char *)(uintptr_t)bytes;
	while (charset->begun_len > 0 && len > 0) {
		charset->begun[charset->begun_len++] = *at++;
		len--;
		char *begun = charset->begun;
		size_t left = charset->begun_len;
		if (convert(charset, &begun, &left, out, err) != 0)
			return -1;
		if (left > 0 && charset->begun_len == MAX_SEQUENCE)
			return error_data(err, "byte %llu is no text of its "
			    "encoding",
			    (unsigned long long)charset->offset + 1);
		memmove(charset->begun, begun, left);
		charset->begun_len = left;
	}
	if (convert(charset, &at, &len, out, err) != 0)
		return -1;
	memcpy(charset->begun, at, len < MAX_SEQUENCE ? len : MAX_SEQUENCE);
	charset->begun_len = len < MAX_SEQUENCE ? len : MAX_SEQUENCE;
	return 0;
}

int
charset_end(struct charset *charset, struct error *err)
{
	if (charset->begun_len == 0)
		return 0;
	return error_data(err, "byte %llu begins a character that is cut off",
	    (unsigned long long)charset->offset + 1);
}
