/*
 * Character sets: bytes of any encoding that iconv(3) knows, as UTF-8.
 */
#ifndef BASE_CHARSET_H
#define BASE_CHARSET_H

#include <stddef.h>

#include "base/error.h"
#include "base/mem.h"

struct charset;		/* opaque */

/*
 * "latin1", "windows-1252", "utf-16" (which begins with a byte order mark).
 * NULL, status 2: there is none of this name.
 */
struct charset *
charset_new(const char *name, struct error *err);
void
charset_free(struct charset *charset);

/*
 * Appends the text of bytes[0..len), the next ones of the input, to `out`.
 * A character may begin in one call and end in the next.  Status 3, with the
 * byte's offset in the input: it is not text of this encoding.
 */
int
charset_decode(struct charset *charset, const void *bytes, size_t len,
    struct buffer *out, struct error *err);
/* At the input's end: status 3 if it is in the middle of a character. */
int
charset_end(struct charset *charset, struct error *err);

#endif
