/*
 * Which kernels may run: what the processor has, held down by the
 * environment variable RIFFLE_SIMD (portable, avx2 or avx512).
 *
 * Every kernel has a portable path that gives the same bytes; files named
 * *_avx2.c and *_avx512.c hold the others, compiled for such processors,
 * and are called only at their level.  Ask once when an operator is made
 * and keep the answer: a getenv() is not free.
 */
#ifndef BASE_CPU_H
#define BASE_CPU_H

enum cpu_level {
	CPU_PORTABLE = 0,	/* C only, no intrinsics anywhere */
	CPU_AVX2,		/* AVX2, BMI1, BMI2, LZCNT, POPCNT, PCLMUL */
	CPU_AVX512		/* and AVX-512 F BW CD DQ VL VBMI VBMI2 */
};

/*
 * The highest level that this processor has and RIFFLE_SIMD allows; a
 * value of RIFFLE_SIMD that names no level allows all.
 */
enum cpu_level
cpu_level(void);

/* "portable", "avx2", "avx512". */
const char *
cpu_level_name(enum cpu_level level);

#endif
