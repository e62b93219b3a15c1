/*
 * Loops over whole arrays of numbers (codes, offsets, row numbers, bits) that
 * are worth wide registers: one set for each kind of processor (base/cpu.h),
 * with the same results.
 *
 *	largest = lanes()->most8(codes, rows);
 *
 * Arrays may have any alignment.  The source of a take may be read up to three
 * bytes behind the values that are taken, nothing else beyond its end.
 */
#ifndef BASE_LANES_H
#define BASE_LANES_H

#include <stddef.h>
#include <stdint.h>

/* In a list of rows: none; 0 is taken. */
#define LANES_NO_ROW UINT32_MAX

struct lanes {
	/* The largest value, 0 of none. */
	uint32_t (*most8)(const uint8_t *values, uint32_t count);
	uint32_t (*most16)(const uint16_t *values, uint32_t count);
	uint32_t (*most32)(const uint32_t *values, uint32_t count);
	/* The least and the largest value of one or more. */
	void (*range32)(const int32_t *values, uint32_t count, int32_t *least,
	    int32_t *most);
	void (*range32u)(const uint32_t *values, uint32_t count,
	    uint32_t *least, uint32_t *most);
	void (*range64)(const int64_t *values, uint32_t count, int64_t *least,
	    int64_t *most);
	void (*range64u)(const uint64_t *values, uint32_t count,
	    uint64_t *least, uint64_t *most);
	/* Whether none of values[0 .. count] is below the one before it. */
	_Bool (*ascends)(const int32_t *values, uint32_t count);
	/* Whether one of the values is this one. */
	_Bool (*has)(const uint32_t *values, uint32_t count, uint32_t value);
	/* Ones in so many words of 64 bits. */
	uint32_t (*ones)(const uint8_t *words, uint32_t count);
	/*
	 * to[i] = from[rows[i]], or 0 where rows[i] is LANES_NO_ROW, which
	 * there is only if some_miss says so
	 */
	void (*take8)(uint8_t *to, const uint8_t *from,
	    const uint32_t *rows, uint32_t count, _Bool some_miss);
	void (*take16)(uint16_t *to, const uint16_t *from,
	    const uint32_t *rows, uint32_t count, _Bool some_miss);
	void (*take32)(uint32_t *to, const uint32_t *from,
	    const uint32_t *rows, uint32_t count, _Bool some_miss);
	void (*take64)(uint64_t *to, const uint64_t *from,
	    const uint32_t *rows, uint32_t count, _Bool some_miss);
	/*
	 * to[i] = from[places[i]], or UINT32_MAX where places[i] has its top
	 * bit set; to may be places.
	 */
	void (*look)(uint32_t *to, const uint32_t *from,
	    const uint32_t *places, uint32_t count);
};

/* Those of this processor. */
const struct lanes *
lanes(void);

/* For lanes.c and its tests. */
extern const struct lanes lanes_portable;
#ifdef __x86_64__
extern const struct lanes lanes_avx2;
extern const struct lanes lanes_avx512;
#endif

#endif
