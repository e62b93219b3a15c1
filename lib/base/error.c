#include "base/error.h"

#include <stdio.h>
#include <string.h>

static int
set_text(struct error *err, enum status status, const char *format,
    va_list arguments)
{
	if (err == NULL)
		return -1;
	char text[ERROR_TEXT_BYTES];
	vsnprintf(text, sizeof(text), format, arguments);
	err->status = status;
	err->is_passed_on = 0;
	memcpy(err->text, text, sizeof(text));
	return -1;
}

int
error_data(struct error *err, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	set_text(err, STATUS_DATA, format, arguments);
	va_end(arguments);
	return -1;
}

int
error_usage(struct error *err, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	set_text(err, STATUS_USAGE, format, arguments);
	va_end(arguments);
	return -1;
}

int
error_system(struct error *err, int code, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	set_text(err, STATUS_SYSTEM, format, arguments);
	va_end(arguments);
	if (err != NULL && code != 0) {
		size_t len = strlen(err->text);
		snprintf(err->text + len, sizeof(err->text) - len, ": %s",
		    strerror(code));
	}
	return -1;
}

int
error_set(struct error *err, enum status status, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	set_text(err, status, format, arguments);
	va_end(arguments);
	return -1;
}

int
error_prefix(struct error *err, const char *format, ...)
{
	if (err == NULL)
		return -1;
	char old[ERROR_TEXT_BYTES];
	memcpy(old, err->text, sizeof(old));
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(err->text, sizeof(err->text), format, arguments);
	va_end(arguments);
	size_t len = strlen(err->text);
	snprintf(err->text + len, sizeof(err->text) - len, ": %s", old);
	return -1;
}

/* Length of the UTF-8 sequence at p (1 to 4), or 0 if it is not one. */
static unsigned
sequence_len(const unsigned char *p, unsigned long left)
{
	unsigned len = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 :
	    p[0] < 0xf0 ? 3 : p[0] < 0xf5 ? 4 : 0;
	if (len > left)
		return 0;
	for (unsigned i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

const char *
error_quote(char out[ERROR_QUOTE_BYTES], const void *bytes, unsigned long len)
{
	const unsigned char *p = bytes;
	size_t used = 0;
	for (unsigned long i = 0; i < len;) {
		if (used + 8 > ERROR_QUOTE_BYTES) {
			memcpy(out + used, "...", 3);
			used += 3;
			break;
		}
		unsigned step = sequence_len(p + i, len - i);
		if (step == 0 || p[i] < 0x20 || p[i] == 0x7f) {
			used += (size_t)snprintf(out + used, 5, "\\x%02X",
			    p[i]);
			i++;
		} else {
			memcpy(out + used, p + i, step);
			used += step;
			i += step;
		}
	}
	out[used] = '\0';
	return out;
}
