#include "base/lanes.h"

#define NAME lanes_portable
#include "base/lanes_body.h"

#include "base/cpu.h"

const struct lanes *
lanes(void)
{
	static const struct lanes *chosen;
	if (chosen != NULL)
		return chosen;
	chosen = &lanes_portable;
#ifdef __x86_64__
	if (cpu_level() == CPU_AVX512)
		chosen = &lanes_avx512;
	else if (cpu_level() == CPU_AVX2)
		chosen = &lanes_avx2;
#endif
	return chosen;
}
