/*
 * The tables of db-benchmark (h2oai, duckdblabs/db-benchmark, _data/), as its
 * R scripts make them: seed 108, no missing values, not sorted.
 *
 *	groupby		G1_N_K_0_0: id1, id2 string ("id%03d" of 1..K), id3
 *			string ("id%010d" of 1..N/K), id4, id5 i32 (1..K), id6
 *			i32 (1..N/K), v1 i32 (1..5), v2 i32 (1..15), v3 f64
 *			(0 to 100, 6 places)
 *	join		J1_N_NA_0_0, the left table of N rows: id1, id2, id3
 *			i32, id4, id5, id6 string ("id%d" of those), v1 f64
 *	small		... of N/1e6 rows: id1, id4, v2
 *	medium		... of N/1e3 rows: id1, id2, id4, id5, v2
 *	big		... of N rows: id1 to id6, v2
 *
 * With fewer than 1e7 rows small and medium have ten: then the join tables
 * are none that others publish sums of.
 */
#ifndef GEN_BENCHMARK_H
#define GEN_BENCHMARK_H

#include "batch/stream.h"

struct benchmark_options {
	const char *table;
	uint64_t rows;			/* N */
	uint64_t groups;		/* K */
	uint32_t seed;
};

/* NULL with a usage error. */
struct batch_source *
benchmark_source_new(const struct benchmark_options *options,
    struct error *err);

#endif
