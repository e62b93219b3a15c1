#include "base/cpu.h"

#include <stdlib.h>
#include <string.h>

static enum cpu_level
supported_level(void)
{
#ifdef __x86_64__
	if (!__builtin_cpu_supports("avx2") ||
	    !__builtin_cpu_supports("bmi") ||
	    !__builtin_cpu_supports("bmi2") ||
	    !__builtin_cpu_supports("popcnt") ||
	    !__builtin_cpu_supports("pclmul"))
		return CPU_PORTABLE;
	if (!__builtin_cpu_supports("avx512f") ||
	    !__builtin_cpu_supports("avx512bw") ||
	    !__builtin_cpu_supports("avx512cd") ||
	    !__builtin_cpu_supports("avx512dq") ||
	    !__builtin_cpu_supports("avx512vl") ||
	    !__builtin_cpu_supports("avx512vbmi") ||
	    !__builtin_cpu_supports("avx512vbmi2"))
		return CPU_AVX2;
	return CPU_AVX512;
#else
	return CPU_PORTABLE;
#endif
}

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
