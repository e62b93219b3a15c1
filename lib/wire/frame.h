/*
 * Frames: the outer shape of a stream (riffle-stream(5)).
 *
 *	 0  c9                    msgpack ext 32
 *	 1  length of data, u32 big-endian
 *	 5  frame type
 *	 6  data: one msgpack map (the meta)
 *	          zero bytes up to a multiple of 64, counted from byte 6
 *	          column buffers, each padded with zeroes to 64
 *	          XXH3-64 of all bytes before, 8 bytes little-endian
 *
 * A frame is read into memory whose byte 6 is aligned to 64, so that the
 * buffers can be used where they lie.  Memory grows with the bytes that
 * have arrived, not with the length that a stranger claims.
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"
#include "io/share.h"

enum frame_type {
	FRAME_HEADER = 1,
	FRAME_DICTIONARY = 2,
	FRAME_BATCH = 3,
	FRAME_END = 4,
	FRAME_ABORT = 5,
	FRAME_MARK = 6,
	FRAME_MEASURES = 7
};

#define FRAME_PREFIX_BYTES 6
#define FRAME_SUM_BYTES 8
#define FRAME_MAX_BYTES (UINT32_C(1) << 30)
#define FRAME_MAX_META_BYTES (UINT32_C(16) << 20)
#define FRAME_ALIGNMENT 64

/*
 * One whole frame.  memory holds 58 unused bytes, then the 6 bytes of
 * prefix, then the data, which is therefore aligned.
 */
#define FRAME_PREFIX_AT (FRAME_ALIGNMENT - FRAME_PREFIX_BYTES)

struct frame {
	enum frame_type type;
	uint64_t sum;		/* its XXH3-64, checked */
	struct buffer memory;	/* owned, unless it has a home */
	struct share *home;	/* borrowed: whose the memory is; or NULL */
};

static inline const uint8_t *
frame_data(const struct frame *frame)
{
	return frame->memory.data + FRAME_ALIGNMENT;
}

/* Bytes of the data without the sum. */
static inline size_t
frame_data_bytes(const struct frame *frame)
{
	return frame->memory.len - FRAME_ALIGNMENT - FRAME_SUM_BYTES;
}

/* The frame as it stands in the stream: prefix, data, sum. */
static inline const uint8_t *
frame_bytes(const struct frame *frame, size_t *len)
{
	*len = frame->memory.len - FRAME_PREFIX_AT;
	return frame->memory.data + FRAME_PREFIX_AT;
}

void
frame_release(struct frame *frame);

/*
 * Reads frames from a descriptor.  With a descriptor that does not block,
 * frame_reader_next returns 2 when it has to wait: poll, then call again.
 */
struct frame_reader {
	int fd;			/* borrowed */
	const char *name;	/* borrowed, for messages */
	uint64_t frame_count;	/* whole frames read so far */
	uint64_t read_bytes;
	_Bool is_at_end;
	struct frame partial;	/* what has arrived of the next one */
	struct share *share;	/* borrowed; or NULL */
	uint32_t share_number;
	struct buffer spare;	/* partial's own memory while it has a home */
};

void
frame_reader_init(struct frame_reader *reader, int fd, const char *name);
/*
 * Before the first frame, in each of several copies of this process: the
 * first reads and hands on (frame_reader_hand_on) what the others get, under
 * a number of this reader.  They do not look at the descriptor nor at sums,
 * and all must go on to the next frame of their readers in the same order.
 */
void
frame_reader_share(struct frame_reader *reader, struct share *share,
    uint32_t number);
/* Whether another copy has read the frames and found them good. */
_Bool
frame_reader_follows(const struct frame_reader *reader);
/* Gives others than the first a frame, or nothing if none share the reader;
 * before the frame is released or read over. */
int
frame_reader_hand_on(struct frame_reader *reader, const struct frame *frame,
    struct error *err);
/*
 * 1 and the next frame, its sum checked; 0 at the end of the file, between
 * two frames; 2 if it must wait; -1.  The frame's memory is swapped with
 * the reader's: pass the same one again and again, or a new one to keep it.
 */
int
frame_reader_next(struct frame_reader *reader, struct frame *frame,
    struct error *err);
void
frame_reader_release(struct frame_reader *reader);

/* Makes a frame that is only meta, in memory; *frame is overwritten. */
void
frame_build(enum frame_type type, const struct buffer *meta,
    struct frame *frame);

/*
 * Writes one frame of meta (without padding) and buffers, by one writev.
 * Buffers are padded here.  *sum is the frame's, for the end frame.
 */
struct frame_piece {
	const void *bytes;
	size_t len;
};
int
frame_write(int fd, const char *name, enum frame_type type,
    const struct buffer *meta, const struct frame_piece *pieces,
    uint32_t piece_count, uint64_t *sum, uint64_t *written_bytes,
    struct error *err);

#endif
