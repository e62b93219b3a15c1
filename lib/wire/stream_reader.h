/*
 * Reading a stream: frames in, batches out.
 *
 * stream_decoder turns frames into batches and knows the rules of their
 * order: header first, dictionaries before their use, end or abort last.
 * stream_reader joins it to a descriptor as a batch_source.  gatherers and
 * tees use the decoder with frames that they keep.
 *
 * Every failure names the stream and the frame: "bad.rfl: frame 12: ...".
 * End of file without an end frame is bad data.  An abort frame becomes an
 * error with the status that it carries, is_passed_on set.
 */
#ifndef WIRE_STREAM_READER_H
#define WIRE_STREAM_READER_H

#include "batch/stream.h"
#include "wire/frame.h"

/* What a frame was, as stream_decoder_take says. */
enum stream_event {
	STREAM_HEADER,		/* decoder->header is there */
	STREAM_DICTIONARY,
	STREAM_BATCH,		/* decoder->batch; a mark too */
	STREAM_MEASURES,
	STREAM_END		/* decoder->stages is complete */
};

struct stream_decoder {
	const char *name;		/* borrowed, for messages */
	_Bool is_checked;		/* columns, by another process */
	struct stream_header header;
	_Bool has_header, has_ended;
	struct dictionary **dictionaries;	/* owned, one a column, NULL */
	struct batch batch;		/* of the last STREAM_BATCH */
	struct stages stages;
	uint64_t row_count, batch_count, frame_count;
	struct hash_state *sums;	/* owned; over the frame sums */
	uint64_t end_sum;		/* of the frames before the end */
	struct stages measures;		/* until the end frame */
};

void
stream_decoder_init(struct stream_decoder *decoder, const char *name);
/*
 * Takes the next frame.  The batch's columns point into the frame and into
 * the decoder's dictionaries: it is good as long as both are unchanged.
 * Returns an enum stream_event, or -1.
 */
int
stream_decoder_take(struct stream_decoder *decoder, const struct frame *frame,
    struct error *err);
/* The error for an end of file that comes now (status 3). */
int
stream_decoder_cut(const struct stream_decoder *decoder, struct error *err);
void
stream_decoder_release(struct stream_decoder *decoder);

/*
 * A stream as a source; reads up to the header at once.  The descriptor is
 * closed by free if owns_fd.  NULL with err set.
 */
struct batch_source *
stream_reader_new(int fd, _Bool owns_fd, const char *name, struct error *err);
/* The same, in each of several copies of this process; frame_reader_share. */
struct batch_source *
stream_reader_shared(int fd, _Bool owns_fd, const char *name,
    struct share *share, struct error *err);
/* Bytes read so far from a source made by stream_reader_new. */
uint64_t
stream_reader_bytes(const struct batch_source *source);

#endif
