/*
 * A harness for unit tests that fits in a header.
 *
 *	#include "check.h"
 *
 *	static void
 *	an_empty_buffer_has_no_bytes(void)
 *	{
 *		struct buffer buf = { 0 };
 *		CHECK_INT(buf.len, 0);
 *	}
 *
 *	int
 *	main(void)
 *	{
 *		RUN(an_empty_buffer_has_no_bytes);
 *		return check_done();
 *	}
 *
 * prints TAP on standard output: one line for each test function, whose name
 * is a sentence.  A CHECK that does not hold says where and goes on; a test
 * fails if any of its checks did.  check_done() prints the plan and returns
 * the exit status.  Programs run in the project's root folder.
 */
#ifndef UNIT_CHECK_H
#define UNIT_CHECK_H

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHECK_UNUSED __attribute__((unused))

static struct {
	int tests;
	int failed_tests;
	int failed_checks;	/* in the test that runs now */
	char skipped[256];	/* why the test that runs now was skipped */
} check_state;

CHECK_UNUSED static void __attribute__((format(printf, 3, 4)))
check_failed(const char *file, int line, const char *format, ...)
{
	va_list args;

	check_state.failed_checks++;
	printf("# %s:%d: ", file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

CHECK_UNUSED static int
check_true(const char *file, int line, int holds, const char *text)
{
	if (!holds)
		check_failed(file, line, "does not hold: %s", text);
	return holds;
}

CHECK_UNUSED static int
check_int(const char *file, int line, intmax_t got, intmax_t want,
    const char *text)
{
	if (got != want)
		check_failed(file, line, "%s is %jd (0x%jx), not %jd (0x%jx)",
		    text, got, (uintmax_t)got, want, (uintmax_t)want);
	return got == want;
}

CHECK_UNUSED static int
check_text(const char *file, int line, const char *got, const char *want,
    const char *text)
{
	const char *shown = got ? got : "(null)";
	int same = strcmp(shown, want) == 0;

	if (!same)
		check_failed(file, line, "%s is '%s', not '%s'", text, shown,
		    want);
	return same;
}

CHECK_UNUSED static int
check_bytes(const char *file, int line, const void *got, const void *want,
    size_t len, const char *text)
{
	const unsigned char *a = got, *b = want;

	for (size_t i = 0; i < len; i++) {
		if (a[i] != b[i]) {
			check_failed(file, line,
			    "%s: byte %zu is 0x%02x, not 0x%02x", text, i,
			    a[i], b[i]);
			return 0;
		}
	}
	return 1;
}

/* Each evaluates its arguments once and is nonzero if the check holds. */
#define CHECK(condition) \
	check_true(__FILE__, __LINE__, !!(condition), #condition)
#define CHECK_INT(got, want) \
	check_int(__FILE__, __LINE__, (intmax_t)(got), (intmax_t)(want), #got)
#define CHECK_TEXT(got, want) \
	check_text(__FILE__, __LINE__, (got), (want), #got)
#define CHECK_BYTES(got, want, len) \
	check_bytes(__FILE__, __LINE__, (got), (want), (len), #got)

/* Says why the test that runs now is skipped; the caller then returns. */
CHECK_UNUSED static void
check_skip(const char *why)
{
	snprintf(check_state.skipped, sizeof(check_state.skipped), "%s", why);
}

/*
 * The path of NAME in the folder of test data, $RIFFLE_DATA or
 * ../shared/data.  Null where it is not there; the test is then skipped (or
 * has failed, when RIFFLE_REQUIRE says "data") and should return.  The
 * result is good until the next call.
 */
CHECK_UNUSED static const char *
check_data(const char *name)
{
	static char path[4096];
	const char *folder = getenv("RIFFLE_DATA");
	const char *require = getenv("RIFFLE_REQUIRE");

	snprintf(path, sizeof(path), "%s/%s",
	    folder ? folder : "../shared/data", name);
	if (access(path, R_OK) == 0)
		return path;
	if (require && strstr(require, "data"))
		check_failed(__FILE__, __LINE__, "no data: %s", path);
	else
		check_skip("no test data");
	return NULL;
}

/* A test's sentence is its function's name with blanks for underlines. */
CHECK_UNUSED static void
check_run(void (*test)(void), const char *name)
{
	check_state.failed_checks = 0;
	check_state.skipped[0] = '\0';
	test();
	check_state.tests++;
	check_state.failed_tests += check_state.failed_checks > 0;
	printf("%s %d ", check_state.failed_checks ? "not ok" : "ok",
	    check_state.tests);
	for (const char *c = name; *c; c++)
		putchar(*c == '_' ? ' ' : *c);
	if (check_state.skipped[0] && !check_state.failed_checks)
		printf(" # skip %s", check_state.skipped);
	putchar('\n');
	fflush(stdout);
}

#define RUN(test) check_run(test, #test)

CHECK_UNUSED static int
check_done(void)
{
	printf("1..%d\n", check_state.tests);
	return check_state.failed_tests > 0;
}

#endif
