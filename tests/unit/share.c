#include "check.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "base/hash.h"
#include "io/copies.h"
#include "io/share.h"

#define MIB ((size_t)1 << 20)
#define COPIES 3

/* What is given as number `i`: its length and bytes depend on that alone. */
static void
fill(uint8_t *bytes, size_t len, uint32_t i)
{
	for (size_t at = 0; at < len; at++)
		bytes[at] = (uint8_t)((at + i) * 2654435761u >> 13);
}

static uint64_t
sum_of(uint32_t i, size_t len)
{
	uint8_t *bytes = mem_alloc_aligned(len);
	fill(bytes, len, i);
	uint64_t sum = hash_bytes(bytes, len);
	mem_free(bytes);
	return sum;
}

static struct copies *
start_with(struct share *share)
{
	struct error err;
	CHECK(share != NULL);
	struct copies *copies = copies_start(COPIES, &err);
	CHECK(copies != NULL);
	share_connect(share, copies);
	return copies;
}

static struct copies *
start(struct share **share)
{
	struct error err;
	*share = share_new(COPIES, &err);
	return start_with(*share);
}

static void
pause_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

/* Another copy: takes `count` pieces of lens[i % 8] bytes, and leaves. */
static _Noreturn void
take_all(struct copies *copies, struct share *share, uint32_t count,
    const size_t *lens, long slow_ms)
{
	struct error err = {0};
	struct share_piece piece;
	uint32_t wrong = 0;
	for (uint32_t i = 0; i < count; i++) {
		size_t len = lens[i % 8];
		if (share_next(share, &piece, &err) != 0)
			copies_leave(copies, -1, &err, NULL, 0);
		if (i % 16 == 0 && copies_number(copies) == 2)
			pause_ms(slow_ms);
		wrong += piece.number != i || piece.len != len ||
		    (uintptr_t)piece.bytes % MEM_ALIGNMENT != 0 ||
		    hash_bytes(piece.bytes, len) != sum_of(i, len);
	}
	share_free(share);
	copies_leave(copies, 0, NULL, &wrong, sizeof(wrong));
}

static void
join_all(struct copies *copies)
{
	struct error err;
	struct buffer report = {0};
	for (uint32_t k = 1; k < COPIES; k++) {
		uint32_t wrong = 1;
		CHECK_INT(copies_join(copies, k, &report, &err), 0);
		CHECK_INT(report.len, sizeof(wrong));
		memcpy(&wrong, report.data, sizeof(wrong));
		CHECK_INT(wrong, 0);
	}
	buffer_release(&report);
	copies_free(copies);
}

/* The first: gives them; memory of its own where none is to be taken. */
static size_t
give_all(struct share *share, uint32_t count, const size_t *lens)
{
	struct error err;
	const uint8_t *lowest = NULL, *highest = NULL;
	for (uint32_t i = 0; i < count; i++) {
		size_t len = lens[i % 8];
		uint8_t *taken = share_take(share, len);
		uint8_t *own = taken != NULL ? NULL : mem_alloc_aligned(len);
		uint8_t *bytes = taken != NULL ? taken : own;
		fill(bytes, len, i);
		CHECK_INT(share_give(share, i, bytes, len, &err), 0);
		if (taken == NULL) {
			mem_free(own);
			continue;
		}
		share_return(share, taken);
		if (lowest == NULL || taken < lowest)
			lowest = taken;
		if (taken + len > highest)
			highest = taken + len;
	}
	return (size_t)(highest - lowest);
}

static void
pieces_come_in_order_and_their_memory_is_used_again(void)
{
	static const size_t lens[8] = {100, 200000, 64, 70001, 1, 300000,
	    4096, 65536};
	struct share *share;
	struct copies *copies = start(&share);
	if (copies_number(copies) > 0)
		take_all(copies, share, 2000, lens, 2);
	CHECK(share_is_first(share));
	CHECK(give_all(share, 2000, lens) < 2 * SHARE_AHEAD_BYTES);
	join_all(copies);
	share_free(share);
}

static void
pieces_of_any_length_arrive(void)
{
	/* taken, copied through, and more than all that is ahead */
	static const size_t lens[8] = {5, 3 * MIB, SHARE_MAX_TAKEN_BYTES,
	    SHARE_MAX_TAKEN_BYTES + 1, 7, 40 * MIB + 3, 256 << 10, 90 * MIB};
	struct share *share;
	struct copies *copies = start(&share);
	CHECK(share_take(share, lens[3]) == NULL);
	if (copies_number(copies) > 0)
		take_all(copies, share, 10, lens, 0);
	give_all(share, 10, lens);
	join_all(copies);
	share_free(share);
}

/* As a gatherer does that has read ahead. */
static void
what_is_taken_may_be_kept_and_room_may_end(void)
{
	static const size_t lens[8] = {7 * MIB, 7 * MIB, 7 * MIB, 7 * MIB,
	    7 * MIB, 7 * MIB, 7 * MIB, 7 * MIB};
	struct share *share;
	struct error err;
	uint8_t *kept[64];
	uint32_t count = 0;
	struct copies *copies = start(&share);
	if (copies_number(copies) > 0)
		take_all(copies, share, 30, lens, 0);
	while (count < 64 && (kept[count] = share_take(share, 7 * MIB)) !=
	    NULL)
		count++;
	CHECK(count > 8 && count < 20);
	/* others' memory still gets through */
	uint8_t *own = mem_alloc_aligned(7 * MIB);
	fill(own, 7 * MIB, 0);
	CHECK_INT(share_give(share, 0, own, 7 * MIB, &err), 0);
	mem_free(own);
	for (uint32_t i = 0; i < 29; i++) {
		/* the last first, and each is used again */
		uint8_t *bytes = kept[(count - 1) - i % count];
		if (i >= count) {
			share_return(share, bytes);
			while ((bytes = share_take(share, 7 * MIB)) == NULL)
				pause_ms(1);
			kept[(count - 1) - i % count] = bytes;
		}
		fill(bytes, 7 * MIB, i + 1);
		CHECK_INT(share_give(share, i + 1, bytes, 7 * MIB, &err), 0);
	}
	join_all(copies);
	share_free(share);
}

/* Gives until that fails. */
static uint32_t
give_until_lost(struct share *share, size_t len, struct error *err)
{
	for (uint32_t i = 0; i < 100000; i++) {
		uint8_t *bytes = share_take(share, len);
		fill(bytes, 1, i);
		if (share_give(share, i, bytes, len, err) != 0)
			return i;
		share_return(share, bytes);
	}
	return UINT32_MAX;
}

static void
end_early(struct copies *copies, struct share *share, uint32_t after,
    _Bool is_killed)
{
	struct error err = {0}, why = {0};
	struct share_piece piece;
	for (uint32_t i = 0;; i++) {
		if (share_next(share, &piece, &err) != 0)
			copies_leave(copies, -1, &err, NULL, 0);
		if (i < after || copies_number(copies) != 2)
			continue;
		if (is_killed)
			raise(SIGKILL);
		error_data(&why, "row 7 is bad");
		copies_leave(copies, -1, &why, NULL, 0);
	}
}

static void
one_that_ends_early_is_noticed(void)
{
	static const size_t lens[2] = {1000, 500000};
	for (int i = 0; i < 8; i++) {
		struct share *share;
		struct error err = {0};
		struct copies *copies = start(&share);
		if (copies_number(copies) > 0)
			end_early(copies, share, i & 2 ? 0 : 20, i & 1);
		CHECK(give_until_lost(share, lens[i >> 2], &err) <
		    UINT32_MAX);
		CHECK_TEXT(err.text, i & 1 ?
		    "a copy of this process was killed" : "row 7 is bad");
		CHECK_INT(err.status, i & 1 ? STATUS_SYSTEM : STATUS_DATA);
		copies_free(copies);
		share_free(share);
	}
}

static double
cpu_seconds(void)
{
	struct timespec time;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
who_waits_sleeps(void)
{
	static const size_t lens[8] = {MIB, MIB, MIB, MIB, MIB, MIB, MIB, MIB};
	struct share *share;
	struct error err;
	struct share_piece piece;
	struct copies *copies = start(&share);
	if (copies_number(copies) > 0) {
		double before = cpu_seconds();
		uint32_t busy = 0;
		for (uint32_t i = 0; i < 8; i++) {
			if (i == 4)
				pause_ms(300);
			busy += share_next(share, &piece, &err) != 0;
		}
		busy += cpu_seconds() - before > 0.1;
		copies_leave(copies, 0, NULL, &busy, sizeof(busy));
	}
	pause_ms(300);
	double before = cpu_seconds();
	give_all(share, 8, lens);
	CHECK(cpu_seconds() - before < 0.15);
	join_all(copies);
	share_free(share);
}

/* Of this process, in use. */
static size_t
address_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	unsigned long pages = 0;
	CHECK(file != NULL && fscanf(file, "%lu", &pages) == 1);
	fclose(file);
	return pages * 4096;
}

static void
few_addresses_do(void)
{
	static const size_t lens[8] = {100, 3 * MIB, 64, 70001, 1, 9 * MIB,
	    4096, 65536};
	struct rlimit old, limit;
	CHECK_INT(getrlimit(RLIMIT_AS, &old), 0);
	limit = old;
	limit.rlim_cur = address_bytes() + 64 * MIB;
	CHECK_INT(setrlimit(RLIMIT_AS, &limit), 0);
	struct error err;
	struct share *share = share_new(COPIES, &err);
	CHECK_INT(setrlimit(RLIMIT_AS, &old), 0);
	struct copies *copies = start_with(share);
	if (copies_number(copies) > 0)
		take_all(copies, share, 24, lens, 0);
	give_all(share, 24, lens);
	CHECK(share_take(share, 7 * MIB) != NULL);
	join_all(copies);
	share_free(share);
}

int
main(void)
{
	RUN(pieces_come_in_order_and_their_memory_is_used_again);
	RUN(pieces_of_any_length_arrive);
	RUN(what_is_taken_may_be_kept_and_room_may_end);
	RUN(one_that_ends_early_is_noticed);
	RUN(who_waits_sleeps);
	RUN(few_addresses_do);
	return check_done();
}
