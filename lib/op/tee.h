/*
 * One stream to several consumers, in one pass.
 *
 * Frames are read once, checked, and passed on as they are; only the end is
 * made anew, with one stage more.  A frame is kept until every consumer has
 * it; beyond the budget, newly read frames go to an unnamed temporary file
 * instead of memory, so that a slow consumer never stops a fast one.
 * Consumers that have all before it get a frame by tee_share.h.
 *
 * Order: tee_init, tee_add for each consumer, tee_run, then tee_end or
 * tee_abort, tee_release.  SIGPIPE must be ignored: a consumer that closes
 * its end has had enough and is left alone from then on.
 */
#ifndef OP_TEE_H
#define OP_TEE_H

#include "batch/stream.h"
#include "op/tee_share.h"
#include "wire/stream_reader.h"

struct tee_consumer {
	int fd;				/* borrowed; not blocking */
	_Bool is_closed;		/* it closed its end */
	uint64_t position;		/* the frame it gets next or is at */
	size_t sent;			/* bytes of that frame it has */
};

/* A frame that some consumer does not have yet. */
struct tee_frame {
	struct frame frame;		/* memory released once spilled */
	size_t len;
	int64_t spilled_at;		/* offset in the file, or -1 */
};

struct tee {
	struct frame_reader reader;
	struct stream_decoder decoder;
	struct tee_consumer *consumers;	/* owned */
	uint32_t consumer_count;
	struct tee_frame *frames;	/* owned ring, a power of two */
	uint32_t ring_size;
	uint64_t first, next;		/* sequence numbers held */
	uint64_t held_bytes;		/* in memory */
	struct tee_share share;
	struct budget *budget;		/* borrowed */
	const char *temporary_folder;	/* borrowed */
	int spill_fd;			/* -1 until needed */
	uint64_t spill_end;
	struct buffer reread;		/* a spilled frame on its way out */
	uint64_t reread_sequence;	/* which one, + 1; 0 none */
	struct batch_sink *copy;	/* borrowed, or NULL: gets batches */
};

void
tee_init(struct tee *tee, int fd, const char *name, struct budget *budget,
    const char *temporary_folder);
/* Adds a consumer; its descriptor is made not to block. */
void
tee_add(struct tee *tee, int fd);
void
tee_release(struct tee *tee);

/*
 * Reads to the end frame and sends all before it to every consumer.  On
 * success tee->decoder.stages is the account so far.
 */
int
tee_run(struct tee *tee, struct error *err);
/* Sends the end, with `stages`, to consumers [begin, end). */
int
tee_end(struct tee *tee, const struct stages *stages, uint32_t begin,
    uint32_t end, struct error *err);
/*
 * Tells every consumer of the failure, as far as it still can be told: the
 * frame that it is in the middle of comes first.
 */
void
tee_abort(struct tee *tee, const struct error *why,
    const struct stages *stages);

#endif
