/*
 * Errors as values.
 *
 * A function that can fail takes a `struct error *` as its last argument,
 * returns -1 and has set it; the caller owns the struct, usually on its
 * stack, and passes it on or reports it.  Only lib/cli prints one, and only
 * main() turns its status into the status of the process.
 *
 * A message is one line without the tool's name: what could not be done, to
 * what, and why: "cannot open 'x.csv': Permission denied",
 * "orders.csv:1042: price: '12,x' is not a decimal(10,2)".
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include <stdarg.h>

/* Exit statuses, the same in every tool. */
enum status {
	STATUS_OK = 0,
	STATUS_NO = 1,		/* done, and the answer is no */
	STATUS_USAGE = 2,	/* the command line is wrong */
	STATUS_DATA = 3,	/* bad or truncated data */
	STATUS_SYSTEM = 4,	/* I/O, memory, network */
	STATUS_RETRY = 75,	/* worth trying again */
	STATUS_CLOSED = 141	/* nobody reads on: as a shell calls SIGPIPE */
};

#define ERROR_TEXT_BYTES 1024

/*
 * A zeroed error is "no error".  `is_passed_on` says that another process
 * has reported this failure already (an abort frame was read): the tool
 * exits with the status but need not repeat the text.
 */
struct error {
	enum status status;
	_Bool is_passed_on;
	char text[ERROR_TEXT_BYTES];	/* cut off at its end if longer */
};

/* All of these return -1, so that one can `return error_data(err, ...)`. */

/* Bad data: status 3. */
int
error_data(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bad usage (an option, an expression, a column that is not there): 2. */
int
error_usage(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The system refused: 4.  Appends ": " and strerror(code) if code != 0. */
int
error_system(struct error *err, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Any status. */
int
error_set(struct error *err, enum status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts "what: " before the text of an error that is set. */
int
error_prefix(struct error *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Makes bytes from outside fit for a message: control characters and bytes
 * that are not UTF-8 as \xHH, cut to `max` characters with "..." at the end.
 * Writes to `out` (ERROR_QUOTE_BYTES big) and returns it.
 */
#define ERROR_QUOTE_BYTES 256
const char *
error_quote(char out[ERROR_QUOTE_BYTES], const void *bytes, unsigned long len);

#endif
