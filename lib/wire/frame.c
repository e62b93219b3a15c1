#include "wire/frame.h"

#include <assert.h>
#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/hash.h"

/* How much memory a frame gets before its bytes have arrived. */
#define FIRST_BYTES (UINT32_C(1) << 20)

#define EXT32 0xc9

static uint32_t
load_u32_be(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
store_u32_be(uint8_t *p, uint32_t value)
{
	p[0] = (uint8_t)(value >> 24);
	p[1] = (uint8_t)(value >> 16);
	p[2] = (uint8_t)(value >> 8);
	p[3] = (uint8_t)value;
}

void
frame_release(struct frame *frame)
{
	if (frame->home == NULL) {
		buffer_release(&frame->memory);
		return;
	}
	share_return(frame->home, frame->memory.data);
	frame->home = NULL;
	frame->memory = (struct buffer){0};
}

void
frame_reader_init(struct frame_reader *reader, int fd, const char *name)
{
	*reader = (struct frame_reader){.fd = fd, .name = name};
	fd_widen_pipe(fd, FD_PIPE_BYTES);
}

void
frame_reader_release(struct frame_reader *reader)
{
	frame_release(&reader->partial);
	buffer_release(&reader->spare);
}

void
frame_reader_share(struct frame_reader *reader, struct share *share,
    uint32_t number)
{
	reader->share = share;
	reader->share_number = number;
}

_Bool
frame_reader_follows(const struct frame_reader *reader)
{
	return reader->share != NULL && !share_is_first(reader->share);
}

int
frame_reader_hand_on(struct frame_reader *reader, const struct frame *frame,
    struct error *err)
{
	if (reader->share == NULL || !share_is_first(reader->share))
		return 0;
	return share_give(reader->share, reader->share_number,
	    frame->memory.data, frame->memory.len, err);
}

/* Where the whole frame ends in memory, once the prefix is there. */
static size_t
frame_end(const struct frame *frame)
{
	return FRAME_ALIGNMENT + (size_t)load_u32_be(frame->memory.data +
	    FRAME_PREFIX_AT + 1);
}

static int
check_prefix(const struct frame_reader *reader, struct error *err)
{
	const uint8_t *prefix = reader->partial.memory.data + FRAME_PREFIX_AT;
	uint32_t len = load_u32_be(prefix + 1);
	if (prefix[0] != EXT32)
		return error_data(err, "%s: frame %llu: byte %02x where a "
		    "frame should begin: not a Riffle stream", reader->name,
		    (unsigned long long)reader->frame_count, prefix[0]);
	if (prefix[5] < FRAME_HEADER || prefix[5] > FRAME_MEASURES)
		return error_data(err, "%s: frame %llu: unknown type %u",
		    reader->name, (unsigned long long)reader->frame_count,
		    prefix[5]);
	if (len < FRAME_SUM_BYTES + 1 || len > FRAME_MAX_BYTES)
		return error_data(err, "%s: frame %llu: length %u is not "
		    "within 9 to %u", reader->name,
		    (unsigned long long)reader->frame_count, len,
		    FRAME_MAX_BYTES);
	return 0;
}

/* Reads towards memory.len == end; 1 reached, 0 end of file, 2 wait, -1. */
static int
fill(struct frame_reader *reader, size_t end, struct error *err)
{
	struct buffer *memory = &reader->partial.memory;
	while (memory->len < end) {
		size_t want = end - memory->len;
		/* Memory doubles as bytes arrive. */
		size_t room = memory->len > FIRST_BYTES ? memory->len :
		    FIRST_BYTES;
		if (want > room)
			want = room;
		buffer_reserve(memory, want);
		ssize_t n = read(reader->fd, memory->data + memory->len, want);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return 2;
		if (n < 0)
			return error_system(err, errno, "cannot read %s",
			    reader->name);
		if (n == 0)
			return 0;
		memory->len += (size_t)n;
		reader->read_bytes += (uint64_t)n;
	}
	return 1;
}

static int
check_sum(const struct frame_reader *reader, struct frame *frame,
    struct error *err)
{
	size_t len;
	const uint8_t *bytes = frame_bytes(frame, &len);
	len -= FRAME_SUM_BYTES;
	memcpy(&frame->sum, bytes + len, sizeof(frame->sum));
	if (hash_bytes(bytes, len) != frame->sum)
		return error_data(err, "%s: frame %llu: the checksum does not "
		    "match: the bytes are damaged", reader->name,
		    (unsigned long long)reader->frame_count);
	return 0;
}

static int
cut_short(const struct frame_reader *reader, struct error *err)
{
	return error_data(err, "%s: frame %llu: truncated after %zu bytes",
	    reader->name, (unsigned long long)reader->frame_count,
	    reader->partial.memory.len - FRAME_PREFIX_AT);
}

/* A frame that the first copy has handed on. */
static int
receive(struct frame_reader *reader, struct frame *frame, struct error *err)
{
	struct share_piece piece;
	if (reader->is_at_end)
		return 0;
	if (share_next(reader->share, &piece, err) != 0)
		return -1;
	assert(piece.number == reader->share_number);
	*frame = (struct frame){.home = reader->share,
	    .memory = {.data = (uint8_t *)(uintptr_t)piece.bytes,
	    .len = piece.len, .capacity = piece.len}};
	frame->type = frame->memory.data[FRAME_PREFIX_AT + 5];
	memcpy(&frame->sum, frame->memory.data + piece.len - FRAME_SUM_BYTES,
	    sizeof(frame->sum));
	/* what follows has been looked at by the first */
	reader->is_at_end = frame->type == FRAME_END;
	reader->frame_count++;
	return 1;
}

/* Once its length is known: into memory that all copies see, if there is. */
static void
move_home(struct frame_reader *reader)
{
	struct frame *partial = &reader->partial;
	size_t end = frame_end(partial);
	uint8_t *memory = share_take(reader->share, end);
	if (memory == NULL)
		return;
	memcpy(memory, partial->memory.data, FRAME_ALIGNMENT);
	buffer_release(&reader->spare);
	reader->spare = partial->memory;
	partial->memory = (struct buffer){.data = memory, .capacity = end,
	    .len = FRAME_ALIGNMENT};
	reader->spare.len = 0;
	partial->home = reader->share;
}

/* 1 when the prefix is there, and good; 0 at the end; 2 wait; -1. */
static int
read_prefix(struct frame_reader *reader, struct error *err)
{
	struct frame *partial = &reader->partial;
	if (partial->memory.data == NULL) {
		partial->memory = reader->spare;
		reader->spare = (struct buffer){0};
	}
	if (partial->memory.len == 0)
		buffer_resize(&partial->memory, FRAME_PREFIX_AT);
	int got = fill(reader, FRAME_ALIGNMENT, err);
	if (got == 0 && partial->memory.len == FRAME_PREFIX_AT) {
		reader->is_at_end = 1;
		return 0;
	}
	if (got == 0)
		return cut_short(reader, err);
	if (got != 1)
		return got;
	if (check_prefix(reader, err) != 0)
		return -1;
	if (reader->share != NULL)
		move_home(reader);
	return 1;
}

int
frame_reader_next(struct frame_reader *reader, struct frame *frame,
    struct error *err)
{
	struct frame *partial = &reader->partial;
	if (frame->home != NULL)
		frame_release(frame);
	if (frame_reader_follows(reader))
		return receive(reader, frame, err);
	if (partial->memory.len < FRAME_ALIGNMENT) {
		int got = read_prefix(reader, err);
		if (got != 1)
			return got;
	}
	int got = fill(reader, frame_end(partial), err);
	if (got == 0)
		return cut_short(reader, err);
	if (got != 1)
		return got;
	partial->type = partial->memory.data[FRAME_PREFIX_AT + 5];
	if (check_sum(reader, partial, err) != 0)
		return -1;
	struct frame spare = *frame;
	*frame = *partial;
	*partial = spare;
	partial->memory.len = 0;
	reader->frame_count++;
	return 1;
}

/* ---- writing --------------------------------------------------------- */

static const uint8_t zeroes[FRAME_ALIGNMENT];

static size_t
padding(size_t len)
{
	return -len & (FRAME_ALIGNMENT - 1);
}

struct gather {
	struct iovec *pieces;	/* owned */
	int count;
	size_t len;
	struct hash_state *hash;	/* owned */
};

static void
gather_add(struct gather *gather, const void *bytes, size_t len)
{
	if (len == 0)
		return;
	gather->pieces[gather->count++] = (struct iovec){
	    .iov_base = (void *)(uintptr_t)bytes, .iov_len = len};
	gather->len += len;
}

void
frame_build(enum frame_type type, const struct buffer *meta,
    struct frame *frame)
{
	uint8_t prefix[FRAME_PREFIX_BYTES] = {EXT32};
	store_u32_be(prefix + 1, (uint32_t)(meta->len + FRAME_SUM_BYTES));
	prefix[5] = (uint8_t)type;
	frame->type = type;
	frame->memory.len = 0;
	buffer_resize(&frame->memory, FRAME_PREFIX_AT);
	buffer_append(&frame->memory, prefix, sizeof(prefix));
	buffer_append(&frame->memory, meta->data, meta->len);
	frame->sum = hash_bytes(frame->memory.data + FRAME_PREFIX_AT,
	    frame->memory.len - FRAME_PREFIX_AT);
	buffer_append(&frame->memory, &frame->sum, sizeof(frame->sum));
}

int
frame_write(int fd, const char *name, enum frame_type type,
    const struct buffer *meta, const struct frame_piece *pieces,
    uint32_t piece_count, uint64_t *sum, uint64_t *written_bytes,
    struct error *err)
{
	uint8_t prefix[FRAME_PREFIX_BYTES] = {EXT32};
	uint64_t len = meta->len + FRAME_SUM_BYTES;
	for (uint32_t i = 0; i < piece_count; i++)
		len += pieces[i].len + padding(pieces[i].len);
	if (piece_count > 0)
		len += padding(meta->len);
	if (meta->len > FRAME_MAX_META_BYTES || len > FRAME_MAX_BYTES)
		return error_data(err, "cannot write to %s: a frame of %llu "
		    "bytes", name, (unsigned long long)len);
	store_u32_be(prefix + 1, (uint32_t)len);
	prefix[5] = (uint8_t)type;
	struct gather gather = {
	    .pieces = mem_array((size_t)piece_count * 2 + 4,
		sizeof(struct iovec))};
	gather_add(&gather, prefix, sizeof(prefix));
	gather_add(&gather, meta->data, meta->len);
	if (piece_count > 0)
		gather_add(&gather, zeroes, padding(meta->len));
	for (uint32_t i = 0; i < piece_count; i++) {
		gather_add(&gather, pieces[i].bytes, pieces[i].len);
		gather_add(&gather, zeroes, padding(pieces[i].len));
	}
	gather.hash = hash_state_new();
	for (int i = 0; i < gather.count; i++)
		hash_state_update(gather.hash, gather.pieces[i].iov_base,
		    gather.pieces[i].iov_len);
	*sum = hash_state_digest(gather.hash);
	hash_state_free(gather.hash);
	gather_add(&gather, sum, sizeof(*sum));
	*written_bytes += gather.len;
	int result = fd_writev_full(fd, gather.pieces, gather.count, name, err);
	mem_free(gather.pieces);
	return result;
}
