#include "base/cpu.h"

#include <stdlib.h>
#include <string.h>

/*
 * What the C library has found out at the process's start already: asking the
 * processor again, as __builtin_cpu_supports does, is a dozen cpuid, each of
 * which a virtual machine hands to its host (7 us).
 */
#if defined(__x86_64__) && __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
#define HAS(glibc_name, gcc_name) is_active(x86_cpu_##glibc_name)

/* As x86_cpu_active(), which shifts a signed 1 into the sign. */
static _Bool
is_active(unsigned index)
{
	const struct cpuid_feature *leaf =
	    __x86_get_cpuid_feature_leaf(index / 128);
	return leaf->active_array[index / 32 % 4] >> index % 32 & 1;
}
#else
#define HAS(glibc_name, gcc_name) __builtin_cpu_supports(gcc_name)
#endif

#ifdef __x86_64__
static enum cpu_level
supported_level(void)
{
	if (!HAS(AVX2, "avx2") || !HAS(BMI1, "bmi") || !HAS(BMI2, "bmi2") ||
	    !HAS(POPCNT, "popcnt") || !HAS(PCLMULQDQ, "pclmul"))
		return CPU_PORTABLE;
	if (!HAS(AVX512F, "avx512f") || !HAS(AVX512BW, "avx512bw") ||
	    !HAS(AVX512CD, "avx512cd") || !HAS(AVX512DQ, "avx512dq") ||
	    !HAS(AVX512VL, "avx512vl") || !HAS(AVX512_VBMI, "avx512vbmi") ||
	    !HAS(AVX512_VBMI2, "avx512vbmi2"))
		return CPU_AVX2;
	return CPU_AVX512;
}
#else
static enum cpu_level
supported_level(void)
{
	return CPU_PORTABLE;
}
#endif

const char *
cpu_level_name(enum cpu_level level)
{
	switch (level) {
	case CPU_AVX2:
		return "avx2";
	case CPU_AVX512:
		return "avx512";
	default:
		return "portable";
	}
}

enum cpu_level
cpu_level(void)
{
	const char *wanted = getenv("RIFFLE_SIMD");
	enum cpu_level level = supported_level();
	if (wanted == NULL)
		return level;
	for (enum cpu_level i = CPU_PORTABLE; i < level; i++)
		if (strcmp(wanted, cpu_level_name(i)) == 0)
			return i;
	return level;
}
