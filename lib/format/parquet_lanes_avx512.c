#ifdef __x86_64__
#include "format/parquet_lanes.h"

#define NAME parquet_lanes_avx512
#include "format/parquet_lanes_body.h"
#endif
