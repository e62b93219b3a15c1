/*
 * Unicode normalization: form C (UAX #15), by utf8proc.
 */
#ifndef BASE_NORMAL_H
#define BASE_NORMAL_H

#include <stddef.h>

/*
 * The text in form C: new, the caller's to normal_free; *out_len its bytes.
 * NULL if the text is no valid UTF-8.
 */
char *
normal_form_c(const void *text, size_t len, size_t *out_len);
void
normal_free(char *text);

#endif
