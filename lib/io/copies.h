/*
 * Copies of this process (fork(2)), so that each can do a part of the work.
 *
 * From copies_start on there is this process, number 0, and others, each with
 * a line to it: a socket for io/share.h.  The others end by copies_leave,
 * with a report; the first collects these by copies_join.  When it ends in
 * any other way, so do they.
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

/* Makes `count` of this process.  Returns in each; NULL with err set. */
struct copies *
copies_start(uint32_t count, struct error *err);

/* 0: the first. */
uint32_t
copies_number(const struct copies *copies);
uint32_t
copies_count(const struct copies *copies);

/* The socket between the first and another: in the first to number `number`,
 * in others to the first, whatever the number. */
int
copies_line(const struct copies *copies, uint32_t number);
/* Who is at the other end of a line has closed it: -1 with err set to why. */
int
copies_lost(struct copies *copies, uint32_t number, struct error *err);

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
