/*
 * Copies of this process that read the same inputs (fork(2)), so that each can
 * do a part of the work on all of them.
 *
 * From copies_start on every copy, this process among them as number 0, reads
 * all of each input by itself, at the same descriptor.  An input that is a
 * pipe gets a process in front of it that gives every copy references to its
 * pages by tee(2); the bytes are read by nobody else.  A regular file is
 * opened again.  Where an input is neither there are no copies.
 *
 * The others end by copies_leave, with a report; the first collects these by
 * copies_join.  When it ends in any other way, so do they.
 *
 * The process must have one thread.
 */
#ifndef IO_COPIES_H
#define IO_COPIES_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"

struct copies;

/*
 * Makes `count` of this process, or leaves it alone (copies_count is 1 then).
 * None of the inputs may have been read from or be read twice.  Returns in
 * each; NULL with err set.
 */
struct copies *
copies_start(const int *inputs, uint32_t input_count, uint32_t count,
    struct error *err);

/* 0: the first. */
uint32_t
copies_number(const struct copies *copies);
uint32_t
copies_count(const struct copies *copies);

/* Not the first: ends this process.  If `result` is not 0, err says why. */
_Noreturn void
copies_leave(struct copies *copies, int result, const struct error *err,
    const void *report, size_t len);

/* The first: -1 with err set if another has failed by now. */
int
copies_check(struct copies *copies, struct error *err);

/* The first: waits for another to leave, and takes its report. */
int
copies_join(struct copies *copies, uint32_t number, struct buffer *report,
    struct error *err);

/* Of those joined: what they used, and the sum of their peaks of memory. */
struct copies_usage {
	uint64_t user_us, system_us, peak_bytes;
};
struct copies_usage
copies_usage(const struct copies *copies);

/* Ends what still runs; NULL is fine. */
void
copies_free(struct copies *copies);

#endif
