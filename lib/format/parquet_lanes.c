#include "format/parquet_lanes.h"

#define NAME parquet_lanes_portable
#include "format/parquet_lanes_body.h"

#include "base/cpu.h"

const struct parquet_lanes *
parquet_lanes(void)
{
	static const struct parquet_lanes *chosen;
	if (chosen != NULL)
		return chosen;
	chosen = &parquet_lanes_portable;
#ifdef __x86_64__
	if (cpu_level() == CPU_AVX512)
		chosen = &parquet_lanes_avx512;
	else if (cpu_level() == CPU_AVX2)
		chosen = &parquet_lanes_avx2;
#endif
	return chosen;
}
