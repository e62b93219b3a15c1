/*
 * The same bytes for several pipes, copied into the kernel once.
 *
 * They are written to a pipe of our own, and from there tee(2) gives the
 * other pipes references to its pages.  Without tee(2), or where a descriptor
 * is no pipe, nothing is given, and the bytes have to be written.
 */
#ifndef OP_TEE_SHARE_H
#define OP_TEE_SHARE_H

#include <stddef.h>
#include <stdint.h>

struct tee_share {
	int pipe[2];		/* owned; -1: there is none */
	int null_fd;		/* owned; /dev/null */
};

/* Never fails: what cannot be shared is not. */
void
tee_share_init(struct tee_share *share);
void
tee_share_release(struct tee_share *share);

/* Takes in the first of the bytes: how many, 0 if none. */
size_t
tee_share_fill(struct tee_share *share, const uint8_t *bytes, size_t len);
/* Gives a pipe, without waiting, the first of the `len` bytes that are in: how
 * many, 0 if none. */
size_t
tee_share_give(struct tee_share *share, int fd, size_t len);
/* Lets go of the `len` bytes that are in. */
void
tee_share_drain(struct tee_share *share, size_t len);

#endif
