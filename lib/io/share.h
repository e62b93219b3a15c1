/*
 * Memory between copies of this process (io/copies.h): the first fills it,
 * the others read it where it lies.
 *
 *	share_new		before copies_start
 *	share_connect		after it, in every copy
 *	share_take, share_give, share_return	in the first
 *	share_next				in the others
 *
 * What the first gives comes to every other in the same order.  A piece that
 * is in the room (share_take) costs the others nothing; any other bytes are
 * copied through it.  The first waits while the slowest of the others is
 * more than SHARE_AHEAD_BYTES behind, and so long as they live: whoever ends
 * before its time is an error in share_give.
 *
 * The room is anonymous, its pages come into being when they are written,
 * and others than the first may only read it.
 */
#ifndef IO_SHARE_H
#define IO_SHARE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define SHARE_AHEAD_BYTES (UINT32_C(2) << 20)	/* stays in the cache */
/* More is not taken at once: the room's pages stay until the end. */
#define SHARE_MAX_TAKEN_BYTES (UINT32_C(8) << 20)

struct share;
struct copies;

/* For `count` copies, the first among them.  NULL with err set. */
struct share *
share_new(uint32_t count, struct error *err);
/* `copies` is borrowed until the last share_give or share_next. */
void
share_connect(struct share *share, struct copies *copies);
_Bool
share_is_first(const struct share *share);

/*
 * Memory for `len` bytes, aligned to MEM_ALIGNMENT and with as much slack;
 * NULL if there is none now.
 */
void *
share_take(struct share *share, size_t len);
/*
 * Gives bytes to all others, under a number.  What was taken is not to be
 * written from now on.  May wait.
 */
int
share_give(struct share *share, uint32_t number, const void *bytes,
    size_t len, struct error *err);
/* The first is done with what it took; nothing in the others. */
void
share_return(struct share *share, const void *bytes);

/* What comes next, aligned, until the next call; waits for it. */
struct share_piece {
	uint32_t number;
	const void *bytes;
	size_t len;
};
int
share_next(struct share *share, struct share_piece *piece, struct error *err);

/* NULL is fine. */
void
share_free(struct share *share);

#endif
