#include "op/tee.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "base/fd.h"
#include "wire/stream_writer.h"

#define FIRST_RING 64

static void
set_blocking(int fd, _Bool is_blocking)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags >= 0)
		(void)fcntl(fd, F_SETFL, is_blocking ? flags & ~O_NONBLOCK :
		    flags | O_NONBLOCK);
}

void
tee_init(struct tee *tee, int fd, const char *name, struct budget *budget,
    const char *temporary_folder)
{
	*tee = (struct tee){.budget = budget, .spill_fd = -1,
	    .temporary_folder = temporary_folder, .ring_size = FIRST_RING};
	tee->frames = mem_array(FIRST_RING, sizeof(*tee->frames));
	frame_reader_init(&tee->reader, fd, name);
	stream_decoder_init(&tee->decoder, name);
	tee_share_init(&tee->share);
	set_blocking(fd, 0);
}

void
tee_add(struct tee *tee, int fd)
{
	tee->consumers = mem_grow_array(tee->consumers,
	    (size_t)tee->consumer_count + 1, sizeof(*tee->consumers));
	tee->consumers[tee->consumer_count++] = (struct tee_consumer){
	    .fd = fd};
	fd_widen_pipe(fd, FD_PIPE_BYTES);
	set_blocking(fd, 0);
}

void
tee_release(struct tee *tee)
{
	set_blocking(tee->reader.fd, 1);
	for (uint32_t i = 0; i < tee->ring_size; i++)
		frame_release(&tee->frames[i].frame);
	tee_share_release(&tee->share);
	frame_reader_release(&tee->reader);
	stream_decoder_release(&tee->decoder);
	buffer_release(&tee->reread);
	if (tee->spill_fd >= 0)
		close(tee->spill_fd);
	mem_free(tee->consumers);
	mem_free(tee->frames);
}

/* ---- frames held ----------------------------------------------------- */

static struct tee_frame *
frame_at(struct tee *tee, uint64_t sequence)
{
	return &tee->frames[sequence & (tee->ring_size - 1)];
}

static void
grow_ring(struct tee *tee)
{
	uint32_t size = tee->ring_size * 2;
	struct tee_frame *frames = mem_array(size, sizeof(*frames));
	for (uint64_t i = tee->first; i < tee->next; i++)
		frames[i & (size - 1)] = *frame_at(tee, i);
	mem_free(tee->frames);
	tee->frames = frames;
	tee->ring_size = size;
}

static int
spill(struct tee *tee, struct tee_frame *held, struct error *err)
{
	size_t len;
	const uint8_t *bytes = frame_bytes(&held->frame, &len);
	if (tee->spill_fd < 0)
		tee->spill_fd = fd_open_temporary(tee->temporary_folder, err);
	if (tee->spill_fd < 0)
		return -1;
	if (lseek(tee->spill_fd, (off_t)tee->spill_end, SEEK_SET) < 0)
		return error_system(err, errno, "cannot seek in a temporary "
		    "file");
	if (fd_write_full(tee->spill_fd, bytes, len, "a temporary file",
	    err) != 0)
		return -1;
	held->spilled_at = (int64_t)tee->spill_end;
	tee->spill_end += len;
	tee->budget->spilled_bytes += len;
	frame_release(&held->frame);
	return 0;
}

/* Takes over the memory of `frame` as the next frame to send. */
static int
hold(struct tee *tee, struct frame *frame, struct error *err)
{
	if (tee->next - tee->first == tee->ring_size)
		grow_ring(tee);
	struct tee_frame *held = frame_at(tee, tee->next);
	struct frame spare = held->frame;
	held->frame = *frame;
	*frame = spare;
	frame_bytes(&held->frame, &held->len);
	held->spilled_at = -1;
	tee->next++;
	uint64_t limit = tee->budget->limit_bytes;
	if (limit != 0 && tee->held_bytes + held->len > limit &&
	    tee->next - tee->first > 1)
		return spill(tee, held, err);
	tee->held_bytes += held->len;
	return 0;
}

/* Lets go of frames that everybody has. */
static void
let_go(struct tee *tee)
{
	uint64_t least = tee->next;
	for (uint32_t i = 0; i < tee->consumer_count; i++)
		if (!tee->consumers[i].is_closed &&
		    tee->consumers[i].position < least)
			least = tee->consumers[i].position;
	for (; tee->first < least; tee->first++) {
		struct tee_frame *held = frame_at(tee, tee->first);
		if (held->spilled_at < 0)
			tee->held_bytes -= held->len;
		if (tee->ring_size > FIRST_RING)
			frame_release(&held->frame);
	}
	if (tee->first == tee->next && tee->spill_end > 0) {
		/* All is out: the file's room can be used again. */
		tee->spill_end = 0;
		if (ftruncate(tee->spill_fd, 0) != 0)
			tee->spill_end = (uint64_t)lseek(tee->spill_fd, 0,
			    SEEK_END);
	}
}

/* The bytes of a held frame; a spilled one is read back. */
static int
bytes_of(struct tee *tee, uint64_t sequence, const uint8_t **bytes,
    struct error *err)
{
	struct tee_frame *held = frame_at(tee, sequence);
	size_t len;
	if (held->spilled_at < 0) {
		*bytes = frame_bytes(&held->frame, &len);
		return 0;
	}
	*bytes = tee->reread.data;
	if (tee->reread_sequence == sequence + 1)
		return 0;
	tee->reread_sequence = 0;
	buffer_resize(&tee->reread, held->len);
	if (fd_read_at(tee->spill_fd, (uint64_t)held->spilled_at,
	    tee->reread.data, held->len, "a temporary file", err) != 0)
		return -1;
	tee->reread_sequence = sequence + 1;
	*bytes = tee->reread.data;
	return 0;
}

/* ---- sending --------------------------------------------------------- */

/* Writes to one consumer what it takes without waiting. */
static int
send_some(struct tee *tee, struct tee_consumer *consumer, struct error *err)
{
	while (!consumer->is_closed && consumer->position < tee->next) {
		const uint8_t *bytes;
		if (bytes_of(tee, consumer->position, &bytes, err) != 0)
			return -1;
		size_t len = frame_at(tee, consumer->position)->len;
		ssize_t n = write(consumer->fd, bytes + consumer->sent,
		    len - consumer->sent);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 0;
		if (n < 0 && errno == EPIPE) {
			consumer->is_closed = 1;
			return 0;
		}
		if (n < 0)
			return error_system(err, errno, "cannot write to a "
			    "consumer");
		consumer->sent += (size_t)n;
		if (consumer->sent == len) {
			consumer->sent = 0;
			consumer->position++;
		}
	}
	return 0;
}

/* True if the consumer is to get the byte at `sent` of the newest frame. */
static _Bool
is_at(const struct tee *tee, const struct tee_consumer *consumer, size_t sent)
{
	return !consumer->is_closed && consumer->position + 1 == tee->next &&
	    consumer->sent == sent;
}

/* Gives the newest frame, which is in memory, to those who have all before it
 * and have room. */
static void
share_newest(struct tee *tee)
{
	size_t len;
	const uint8_t *bytes = frame_bytes(&frame_at(tee, tee->next - 1)->frame,
	    &len);
	uint32_t takers = tee->consumer_count;
	for (size_t begin = 0; begin < len && takers > 1;) {
		size_t n = tee_share_fill(&tee->share, bytes + begin,
		    len - begin);
		takers = 0;
		for (uint32_t i = 0; n > 0 && i < tee->consumer_count; i++) {
			struct tee_consumer *consumer = &tee->consumers[i];
			if (!is_at(tee, consumer, begin))
				continue;
			consumer->sent += tee_share_give(&tee->share,
			    consumer->fd, n);
			takers += consumer->sent == begin + n;
			if (consumer->sent == len) {
				consumer->sent = 0;
				consumer->position++;
			}
		}
		tee_share_drain(&tee->share, n);
		begin += n;
	}
}

static _Bool
is_behind(const struct tee *tee, const struct tee_consumer *consumer)
{
	return !consumer->is_closed && consumer->position < tee->next;
}

/* Waits until there is something to read (if asked) or to write; does the
 * writing.  *can_read says whether input has come. */
static int
wait_and_send(struct tee *tee, _Bool wants_input, _Bool *can_read,
    struct error *err)
{
	struct pollfd *polls = mem_array((size_t)tee->consumer_count + 1,
	    sizeof(*polls));
	nfds_t count = 0;
	if (wants_input)
		polls[count++] = (struct pollfd){.fd = tee->reader.fd,
		    .events = POLLIN};
	for (uint32_t i = 0; i < tee->consumer_count; i++)
		if (is_behind(tee, &tee->consumers[i]))
			polls[count++] = (struct pollfd){
			    .fd = tee->consumers[i].fd, .events = POLLOUT};
	int got = count > 0 ? poll(polls, count, -1) : 0;
	int code = errno;
	*can_read = wants_input && got > 0 && polls[0].revents != 0;
	mem_free(polls);
	if (got < 0 && code != EINTR)
		return error_system(err, code, "cannot poll");
	for (uint32_t i = 0; i < tee->consumer_count; i++)
		if (send_some(tee, &tee->consumers[i], err) != 0)
			return -1;
	let_go(tee);
	return 0;
}

/* ---- reading --------------------------------------------------------- */

static int
copy_event(struct tee *tee, int event, struct error *err)
{
	if (tee->copy == NULL)
		return 0;
	if (event == STREAM_HEADER)
		return tee->copy->begin(tee->copy, &tee->decoder.header, err);
	if (event == STREAM_BATCH)
		return tee->copy->write(tee->copy, &tee->decoder.batch, err);
	return 0;
}

/* Reads one frame if it is there: 1 at the end frame, 0, -1. */
static int
read_frame(struct tee *tee, struct frame *frame, struct error *err)
{
	int got = frame_reader_next(&tee->reader, frame, err);
	if (got == 2)
		return 0;
	if (got == 0)
		return stream_decoder_cut(&tee->decoder, err);
	if (got < 0)
		return -1;
	int event = stream_decoder_take(&tee->decoder, frame, err);
	if (event < 0 || copy_event(tee, event, err) != 0)
		return -1;
	if (event == STREAM_END)
		return 1;
	if (event == STREAM_MEASURES)
		return 0;
	if (hold(tee, frame, err) != 0)
		return -1;
	if (frame_at(tee, tee->next - 1)->spilled_at < 0)
		share_newest(tee);
	return 0;
}

static int
drain(struct tee *tee, uint32_t begin, uint32_t end, struct error *err)
{
	for (;;) {
		_Bool is_done = 1;
		_Bool unused;
		for (uint32_t i = begin; i < end; i++)
			is_done &= !is_behind(tee, &tee->consumers[i]);
		if (is_done)
			return 0;
		if (wait_and_send(tee, 0, &unused, err) != 0)
			return -1;
	}
}

int
tee_run(struct tee *tee, struct error *err)
{
	struct frame frame = {0};
	int result = 0;
	while (result == 0) {
		_Bool can_read;
		if (wait_and_send(tee, 1, &can_read, err) != 0)
			result = -1;
		else if (can_read)
			result = read_frame(tee, &frame, err);
	}
	frame_release(&frame);
	if (result < 0)
		return -1;
	return drain(tee, 0, tee->consumer_count, err);
}

/* Sends one frame to consumers [begin, end), waiting. */
static int
send_whole(struct tee *tee, const struct frame *frame, uint32_t begin,
    uint32_t end, struct error *err)
{
	size_t len;
	const uint8_t *bytes = frame_bytes(frame, &len);
	for (uint32_t i = begin; i < end; i++) {
		struct tee_consumer *consumer = &tee->consumers[i];
		size_t sent = 0;
		set_blocking(consumer->fd, 1);
		while (!consumer->is_closed && sent < len) {
			ssize_t n = write(consumer->fd, bytes + sent,
			    len - sent);
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0 && errno == EPIPE)
				consumer->is_closed = 1;
			else if (n < 0)
				return error_system(err, errno, "cannot write "
				    "to a consumer");
			else
				sent += (size_t)n;
		}
	}
	return 0;
}

int
tee_end(struct tee *tee, const struct stages *stages, uint32_t begin,
    uint32_t end, struct error *err)
{
	struct frame measures = {0};
	struct frame last = {0};
	stream_end_build(&tee->decoder, stages, &measures, &last);
	int result = 0;
	for (uint32_t i = begin; i < end && result == 0; i++) {
		/* What a clock measured is written into no file. */
		if (fd_is_pipe(tee->consumers[i].fd))
			result = send_whole(tee, &measures, i, i + 1, err);
		if (result == 0)
			result = send_whole(tee, &last, i, i + 1, err);
	}
	frame_release(&measures);
	frame_release(&last);
	return result;
}

void
tee_abort(struct tee *tee, const struct error *why,
    const struct stages *stages)
{
	struct frame frame = {0};
	struct error ignored;
	stream_abort_build(why, stages, &frame);
	for (uint32_t i = 0; i < tee->consumer_count; i++) {
		struct tee_consumer *consumer = &tee->consumers[i];
		/* The rest of a frame begun, and no frame after it. */
		if (!consumer->is_closed && consumer->sent > 0) {
			uint64_t next = tee->next;
			tee->next = consumer->position + 1;
			set_blocking(consumer->fd, 1);
			(void)send_some(tee, consumer, &ignored);
			tee->next = next;
		}
		(void)send_whole(tee, &frame, i, i + 1, &ignored);
	}
	frame_release(&frame);
}
