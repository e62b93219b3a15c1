#include "op/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "batch/recode.h"
#include "wire/stream_reader.h"

/* Frames that one stream may be ahead by when there is no budget. */
#define DEFAULT_AHEAD_BYTES (UINT64_C(64) << 20)

/* A frame that has arrived and waits for its turn. */
struct queued {
	struct queued *next;
	struct frame frame;
};

struct input {
	int fd;				/* -1 when closed */
	_Bool is_open;
	_Bool has_batch;		/* decoder.batch was not handed out */
	_Bool has_ended;		/* its end frame was taken */
	struct frame_reader frames;
	struct stream_decoder decoder;
	struct queued *first, **last;	/* owned */
	struct frame current;		/* behind decoder.batch */
};

struct gather {
	struct batch_source source;
	struct gather_inputs inputs;
	struct budget *budget;
	struct stream_header header;
	struct input *items;		/* owned, [inputs.count] */
	struct pollfd *polls;		/* owned, [inputs.count] */
	struct queued *spare;		/* owned; frames to use again */
	struct recoder *recoders;	/* owned, one a column */
	struct batch batch;		/* columns owned */
	struct stages stages;
	struct input *handed_out;	/* the last batch's; or NULL */
	uint64_t queued_bytes;
	uint32_t opened, turn, ended;
	uint64_t next_block, next_begin;
	_Bool is_within_block;
	_Bool has_stages;
};

/* ---- frames ---------------------------------------------------------- */

static int
open_input(struct gather *gather, struct error *err)
{
	uint32_t index = gather->opened++;
	struct input *input = &gather->items[index];
	const char *name;
	if (gather->inputs.open(gather->inputs.context, index, &input->fd,
	    &name, err) != 0)
		return -1;
	frame_reader_init(&input->frames, input->fd, name);
	frame_reader_share(&input->frames, gather->inputs.share, index);
	stream_decoder_init(&input->decoder, name);
	input->decoder.is_checked = frame_reader_follows(&input->frames);
	input->is_open = input->fd >= 0;
	if (input->decoder.is_checked)
		return 0;
	int flags = fcntl(input->fd, F_GETFL);
	if (flags < 0 || fcntl(input->fd, F_SETFL, flags | O_NONBLOCK) != 0)
		return error_system(err, errno, "cannot read %s", name);
	return 0;
}

static struct queued *
new_queued(struct gather *gather)
{
	struct queued *queued = gather->spare;
	if (queued == NULL)
		return mem_zalloc(sizeof(*queued));
	gather->spare = queued->next;
	queued->next = NULL;
	return queued;
}

static void
keep_spare(struct gather *gather, struct queued *queued)
{
	queued->next = gather->spare;
	gather->spare = queued;
}

static uint64_t
ahead_limit(const struct gather *gather)
{
	uint64_t limit = gather->budget->limit_bytes;
	return limit != 0 && limit / 2 < DEFAULT_AHEAD_BYTES ? limit / 2 :
	    DEFAULT_AHEAD_BYTES;
}

/* Reads what has arrived on one stream, up to the limit. */
static int
read_input(struct gather *gather, struct input *input, _Bool is_awaited,
    struct error *err)
{
	while ((is_awaited && input->first == NULL) ||
	    gather->queued_bytes < ahead_limit(gather)) {
		struct queued *queued = new_queued(gather);
		int got = frame_reader_next(&input->frames, &queued->frame,
		    err);
		if (got != 1) {
			keep_spare(gather, queued);
			return got < 0 ? -1 : 0;
		}
		*input->last = queued;
		input->last = &queued->next;
		gather->queued_bytes += queued->frame.memory.len;
	}
	return 0;
}

/* Waits until a frame of the awaited stream, or its end, has come. */
static int
await(struct gather *gather, struct input *awaited, struct error *err)
{
	while (awaited->first == NULL && !awaited->frames.is_at_end) {
		nfds_t count = 0;
		_Bool has_room = gather->queued_bytes < ahead_limit(gather);
		for (uint32_t i = 0; i < gather->opened; i++) {
			struct input *input = &gather->items[i];
			if (!input->is_open || input->frames.is_at_end ||
			    (input != awaited && !has_room))
				continue;
			gather->polls[count++] = (struct pollfd){
			    .fd = input->fd, .events = POLLIN};
		}
		if (poll(gather->polls, count, -1) < 0 && errno != EINTR)
			return error_system(err, errno, "cannot poll");
		for (uint32_t i = 0; i < gather->opened; i++) {
			struct input *input = &gather->items[i];
			if (input->is_open && !input->frames.is_at_end &&
			    read_input(gather, input, input == awaited,
			    err) != 0)
				return -1;
		}
	}
	return 0;
}

/* ---- one stream ------------------------------------------------------ */

static int
end_input(struct gather *gather, uint32_t index, struct error *err)
{
	struct input *input = &gather->items[index];
	struct stages *stages = &input->decoder.stages;
	input->has_ended = 1;
	if (!gather->has_stages)
		stages_append(&gather->stages, stages);
	else if (stages_sum(&gather->stages, stages, err) != 0)
		return -1;
	if (gather->has_stages &&
	    (gather->stages.block_count != stages->block_count ||
	    gather->stages.extent != stages->extent))
		return error_data(err, "%s: a slice of another source: it has "
		    "%llu blocks, the others' %llu", input->decoder.name,
		    (unsigned long long)stages->block_count,
		    (unsigned long long)gather->stages.block_count);
	gather->has_stages = 1;
	gather->ended++;
	if (input->is_open)
		close(input->fd);
	input->fd = -1;
	input->is_open = 0;
	return gather->inputs.close(gather->inputs.context, index, err);
}

/* Takes the next frame off the queue into input->current. */
static void
take_queued(struct gather *gather, struct input *input)
{
	struct queued *queued = input->first;
	if (input->current.home != NULL)
		frame_release(&input->current);
	struct frame spare = input->current;
	input->current = queued->frame;
	queued->frame = spare;
	input->first = queued->next;
	if (input->first == NULL)
		input->last = &input->first;
	gather->queued_bytes -= input->current.memory.len;
	keep_spare(gather, queued);
}

/* The next frame of a stream into input->current: 1; 0 at the end; -1. */
static int
next_frame(struct gather *gather, struct input *input, struct error *err)
{
	if (frame_reader_follows(&input->frames))
		return frame_reader_next(&input->frames, &input->current, err);
	if (await(gather, input, err) != 0)
		return -1;
	if (input->first == NULL)
		return 0;
	take_queued(gather, input);
	return 1;
}

/*
 * Goes on until the stream's next batch, 1, or its end, 0.  With `only` the
 * header, stops there.
 */
static int
advance(struct gather *gather, uint32_t index, _Bool only_header,
    struct error *err)
{
	struct input *input = &gather->items[index];
	for (;;) {
		if (input->has_batch || input->has_ended ||
		    (only_header && input->decoder.has_header))
			return !input->has_ended;
		int got = next_frame(gather, input, err);
		if (got == 0)
			return stream_decoder_cut(&input->decoder, err);
		if (got < 0)
			return -1;
		int event = stream_decoder_take(&input->decoder,
		    &input->current, err);
		if (event < 0 || frame_reader_hand_on(&input->frames,
		    &input->current, err) != 0)
			return -1;
		if (event == STREAM_BATCH && !input->decoder.batch.is_mark)
			input->has_batch = 1;
		if (event == STREAM_END &&
		    end_input(gather, index, err) != 0)
			return -1;
	}
}

/* ---- the joined stream ----------------------------------------------- */

static int
check_header(struct gather *gather, uint32_t index, struct error *err)
{
	struct stream_decoder *decoder = &gather->items[index].decoder;
	if (!schema_is_equal(&decoder->header.schema, &gather->header.schema))
		return error_data(err, "%s: its columns are not those of the "
		    "first stream", decoder->name);
	if (!decoder->header.has_blocks && !gather->inputs.is_concatenated)
		return error_usage(err, "%s: a stream without blocks cannot be "
		    "gathered in order; say that any order will do "
		    "(--unordered)", decoder->name);
	return 0;
}

/* Hands out input's batch with its codes mapped. */
static int
hand_out(struct gather *gather, uint32_t index, const struct batch **batch,
    struct error *err)
{
	struct input *input = &gather->items[index];
	gather->handed_out = input;
	const struct batch *from = &input->decoder.batch;
	struct column *columns = gather->batch.columns;
	for (uint32_t i = 0; i < from->column_count; i++)
		if (recoder_map(&gather->recoders[i], index, &from->columns[i],
		    from->row_count, &columns[i], err) != 0)
			return -1;
	gather->batch = *from;
	gather->batch.columns = columns;
	input->has_batch = 0;
	*batch = &gather->batch;
	return 1;
}

static int
wrong_block(struct gather *gather, const struct input *input,
    struct error *err)
{
	const struct block *block = &input->decoder.batch.block;
	return error_data(err, "%s: block %llu from %llu where block %llu from "
	    "%llu belongs: a slice is missing, doubled or cut in the wrong "
	    "place", input->decoder.name, (unsigned long long)block->index,
	    (unsigned long long)block->begin,
	    (unsigned long long)gather->next_block,
	    (unsigned long long)gather->next_begin);
}

/* All streams have ended: was that the whole source? */
static int
check_whole(struct gather *gather, struct error *err)
{
	if (gather->next_block == gather->stages.block_count &&
	    gather->next_begin == gather->stages.extent)
		return 0;
	return error_data(err, "the slices end at block %llu (%llu) of a "
	    "source of %llu blocks (%llu): a slice is missing",
	    (unsigned long long)gather->next_block,
	    (unsigned long long)gather->next_begin,
	    (unsigned long long)gather->stages.block_count,
	    (unsigned long long)gather->stages.extent);
}

static int
next_in_block_order(struct gather *gather, const struct batch **batch,
    struct error *err)
{
	uint32_t count = gather->inputs.count;
	uint32_t index = (uint32_t)(gather->next_block % count);
	int got = advance(gather, index, 0, err);
	if (got < 0)
		return -1;
	if (got == 0) {
		/* So has the source: every other stream must have, too. */
		for (uint32_t i = 0; i < count; i++) {
			got = advance(gather, i, 0, err);
			if (got < 0)
				return -1;
			if (got == 1)
				return wrong_block(gather, &gather->items[i],
				    err);
		}
		return check_whole(gather, err);
	}
	struct input *input = &gather->items[index];
	const struct block *block = &input->decoder.batch.block;
	if (block->index != gather->next_block ||
	    block->begin != gather->next_begin)
		return wrong_block(gather, input, err);
	if (block->is_last) {
		gather->next_block++;
		gather->next_begin = block->end;
	}
	return hand_out(gather, index, batch, err);
}

static int
next_in_stream_order(struct gather *gather, const struct batch **batch,
    struct error *err)
{
	while (gather->turn < gather->inputs.count) {
		uint32_t at_once = gather->inputs.open_at_once;
		while (gather->opened < gather->inputs.count &&
		    (at_once == 0 || gather->opened - gather->ended < at_once))
			if (open_input(gather, err) != 0)
				return -1;
		if (advance(gather, gather->turn, 1, err) < 0 ||
		    check_header(gather, gather->turn, err) != 0)
			return -1;
		int got = advance(gather, gather->turn, 0, err);
		if (got < 0)
			return -1;
		if (got == 1)
			return hand_out(gather, gather->turn, batch, err);
		stream_decoder_release(&gather->items[gather->turn].decoder);
		gather->turn++;
	}
	return 0;
}

static int
gather_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct gather *gather = (struct gather *)source;
	/* memory that is shared is used again at once */
	if (gather->handed_out != NULL &&
	    gather->handed_out->current.home != NULL)
		frame_release(&gather->handed_out->current);
	return gather->inputs.is_concatenated ?
	    next_in_stream_order(gather, batch, err) :
	    next_in_block_order(gather, batch, err);
}

static const struct stages *
gather_stages(struct batch_source *source)
{
	return &((struct gather *)source)->stages;
}

static void
free_queue(struct queued *queued)
{
	while (queued != NULL) {
		struct queued *next = queued->next;
		frame_release(&queued->frame);
		mem_free(queued);
		queued = next;
	}
}

static void
gather_free(struct batch_source *source)
{
	struct gather *gather = (struct gather *)source;
	for (uint32_t i = 0; i < gather->inputs.count; i++) {
		struct input *input = &gather->items[i];
		if (input->is_open)
			close(input->fd);
		free_queue(input->first);
		frame_reader_release(&input->frames);
		frame_release(&input->current);
		stream_decoder_release(&input->decoder);
	}
	for (uint32_t i = 0; gather->recoders != NULL &&
	    i < gather->header.schema.count; i++)
		recoder_release(&gather->recoders[i]);
	free_queue(gather->spare);
	mem_free(gather->recoders);
	mem_free(gather->batch.columns);
	mem_free(gather->items);
	mem_free(gather->polls);
	stages_release(&gather->stages);
	stream_header_release(&gather->header);
	mem_free(gather);
}

/* Opens the streams and takes the first one's header for all. */
static int
begin(struct gather *gather, struct error *err)
{
	uint32_t count = gather->inputs.count;
	uint32_t at_once = gather->inputs.open_at_once;
	if (!gather->inputs.is_concatenated || at_once == 0)
		at_once = count;
	while (gather->opened < count && gather->opened < at_once)
		if (open_input(gather, err) != 0)
			return -1;
	if (advance(gather, 0, 1, err) < 0)
		return -1;
	stream_header_copy(&gather->header, &gather->items[0].decoder.header);
	if (count == 1 && !gather->header.has_blocks)
		gather->inputs.is_concatenated = 1;
	for (uint32_t i = 0; i < gather->opened; i++)
		if (advance(gather, i, 1, err) < 0 ||
		    check_header(gather, i, err) != 0)
			return -1;
	uint32_t columns = gather->header.schema.count;
	gather->recoders = mem_array(columns, sizeof(*gather->recoders));
	for (uint32_t i = 0; i < columns; i++)
		recoder_init(&gather->recoders[i],
		    gather->header.schema.fields[i].type, count);
	gather->batch.columns = mem_array(columns, sizeof(struct column));
	if (gather->inputs.is_concatenated) {
		gather->header.has_blocks = 0;
		if (count > 1)
			properties_release(&gather->header.properties);
	}
	return 0;
}

struct batch_source *
gather_new(const struct gather_inputs *inputs, struct budget *budget,
    struct error *err)
{
	struct gather *gather = mem_zalloc(sizeof(*gather));
	gather->source = (struct batch_source){.header = &gather->header,
	    .next = gather_next, .stages = gather_stages,
	    .free = gather_free};
	gather->inputs = *inputs;
	gather->budget = budget;
	gather->items = mem_array(inputs->count, sizeof(*gather->items));
	gather->polls = mem_array(inputs->count, sizeof(*gather->polls));
	for (uint32_t i = 0; i < inputs->count; i++) {
		gather->items[i].fd = -1;
		gather->items[i].last = &gather->items[i].first;
	}
	if (begin(gather, err) != 0) {
		gather_free(&gather->source);
		return NULL;
	}
	return &gather->source;
}
