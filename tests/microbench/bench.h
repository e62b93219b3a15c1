/*
 * A harness for microbenchmarks of kernels that fits in a header.
 *
 *	static void
 *	sum_all(void *context)
 *	{
 *		...once over all rows
 *	}
 *
 *	int
 *	main(void)
 *	{
 *		if (!bench_has_level())
 *			return 0;
 *		bench("sum by group", "1.3", ROWS, sum_all, &context);
 *		return 0;
 *	}
 *
 * prints one line a kernel for scripts/microbench: its name, the level it
 * ran at (base/cpu.h), CPU nanoseconds a row, and the figure that a
 * throw-away probe had on the reference machine (two-core VM, Sapphire
 * Rapids; 10 M rows of the retail data): "portable/avx2/avx512", one figure
 * for all levels, or "-".
 *
 * A run repeats the kernel until it has taken BENCH_RUN_NS of the process's
 * CPU time; the least of BENCH_RUNS counts, since what a neighbour does to
 * caches and clocks only ever adds.  The rows are the same in each repeat,
 * so that branches are guessed better than in a stream.
 */
#ifndef MICROBENCH_BENCH_H
#define MICROBENCH_BENCH_H

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/cpu.h"
#include "base/error.h"

#define BENCH_UNUSED __attribute__((unused))
#define BENCH_RUNS 5
#define BENCH_RUN_NS 4e7

/* Ends the program if a call has failed. */
BENCH_UNUSED static void
bench_need(int result, const struct error *err)
{
	if (result >= 0)
		return;
	fprintf(stderr, "microbench: %s\n", err->text);
	exit(STATUS_SYSTEM);
}

/* Whether this processor has the level that RIFFLE_SIMD asks for. */
BENCH_UNUSED static _Bool
bench_has_level(void)
{
	const char *wanted = getenv("RIFFLE_SIMD");

	return wanted == NULL ||
	    strcmp(wanted, cpu_level_name(cpu_level())) == 0;
}

/* CPU time of this process so far, all its threads, in nanoseconds. */
BENCH_UNUSED static double
bench_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

/* Nanoseconds that one of `repeats` calls takes. */
BENCH_UNUSED static double
bench_time(void (*kernel)(void *context), void *context, uint64_t repeats)
{
	double begin = bench_now();

	for (uint64_t i = 0; i < repeats; i++)
		kernel(context);
	return (bench_now() - begin) / (double)repeats;
}

/* Measures a kernel that goes over `rows` rows, and prints its line. */
BENCH_UNUSED static void
bench(const char *name, const char *probe, uint64_t rows,
    void (*kernel)(void *context), void *context)
{
	/* once to have memory mapped and tables filled, once to know it */
	bench_time(kernel, context, 1);
	double least = bench_time(kernel, context, 1);
	uint64_t repeats = 1 + (uint64_t)(BENCH_RUN_NS / (least + 1));

	for (int run = 0; run < BENCH_RUNS; run++) {
		double one = bench_time(kernel, context, repeats);

		if (run == 0 || one < least)
			least = one;
	}
	printf("%s\t%s\t%.2f\t%s\n", name, cpu_level_name(cpu_level()),
	    least / (double)rows, probe);
	fflush(stdout);
}

#endif
