#include "io/share.h"

#include <assert.h>
#include <errno.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "io/copies.h"

/* Of addresses, not of memory: read-ahead (64 MiB) and more. */
#define ROOM_BYTES ((size_t)128 << 20)
#define LEAST_ROOM_BYTES ((size_t)4 << 20)
/* The room begins with windows that other bytes are copied through. */
#define WINDOW_BYTES ((size_t)256 << 10)
#define WINDOW_COUNT 4
#define WINDOWS_BYTES (WINDOW_BYTES * WINDOW_COUNT)
/* Notes that nobody has read yet fit into any socket. */
#define MOST_AHEAD 64
/* A piece that others have copied together is kept up to here. */
#define MOST_KEPT_BYTES ((size_t)64 << 20)

/* What the first tells the others of each piece, or part of it. */
struct note {
	uint32_t number;
	uint32_t len;
	uint64_t at;		/* in the room */
	uint64_t left;		/* bytes of the piece after these */
};

/*
 * Of each other, written by it and the first.  Who returns what the first
 * waits for (wake_at) sends it a byte.
 */
struct progress {
	_Alignas(MEM_ALIGNMENT) _Atomic uint64_t returned;	/* notes */
	_Atomic uint64_t wake_at;	/* 0: the first does not wait */
};

/*
 * The room behind the windows, in pieces without gaps.  One is free when the
 * first does not have it and the others have returned its note.
 */
struct extent {
	size_t at, len;
	uint64_t given;		/* how many notes with its own; 0: none */
	_Bool is_taken;		/* by the first */
};

struct share {
	uint8_t *room;		/* owned, shared */
	size_t room_bytes;
	struct progress *progress;	/* owned, shared, [count] */
	uint32_t count;
	struct copies *copies;	/* borrowed */
	uint32_t me;		/* which of them */
	/* the first */
	struct extent *extents;	/* owned; in the order of their places */
	uint32_t extent_count, extent_capacity;
	uint64_t given;		/* notes */
	uint64_t settled;	/* notes known to be returned by all */
	uint64_t ahead_bytes;	/* of those after them */
	uint32_t lens[MOST_AHEAD];	/* of notes, by number % MOST_AHEAD */
	uint64_t windows_given[WINDOW_COUNT];	/* as extent.given */
	uint64_t window_count;	/* uses */
	/* another */
	struct note notes[MOST_AHEAD];	/* read, from next_note on not taken */
	uint32_t note_count, next_note;
	uint64_t taken;		/* notes */
	struct buffer whole;	/* a piece copied together */
};

/* ---- all ------------------------------------------------------------- */

static void *
map(size_t len)
{
	void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

struct share *
share_new(uint32_t count, struct error *err)
{
	struct share *share = mem_zalloc(sizeof(*share));
	share->count = count;
	share->progress = map(count * sizeof(*share->progress));
	share->room_bytes = ROOM_BYTES;
	/* addresses may be limited */
	while (share->progress != NULL && share->room == NULL &&
	    share->room_bytes >= LEAST_ROOM_BYTES) {
		share->room = map(share->room_bytes);
		if (share->room == NULL)
			share->room_bytes /= 2;
	}
	if (share->room == NULL) {
		error_system(err, errno, "cannot share memory");
		share_free(share);
		return NULL;
	}
	share->extents = mem_array(1, sizeof(*share->extents));
	share->extents[0] = (struct extent){.at = WINDOWS_BYTES,
	    .len = share->room_bytes - WINDOWS_BYTES};
	share->extent_count = share->extent_capacity = 1;
	return share;
}

void
share_connect(struct share *share, struct copies *copies)
{
	share->copies = copies;
	share->me = copies_number(copies);
	if (!share_is_first(share))
		(void)mprotect(share->room, share->room_bytes, PROT_READ);
}

_Bool
share_is_first(const struct share *share)
{
	return share->me == 0;
}

void
share_free(struct share *share)
{
	if (share == NULL)
		return;
	if (share->room != NULL)
		munmap(share->room, share->room_bytes);
	if (share->progress != NULL)
		munmap(share->progress,
		    share->count * sizeof(*share->progress));
	mem_free(share->extents);
	buffer_release(&share->whole);
	mem_free(share);
}

/* ---- the first: room ------------------------------------------------- */

/* Learns how many notes all others have returned. */
static void
settle(struct share *share)
{
	uint64_t least = share->given;
	for (uint32_t k = 1; k < share->count; k++) {
		uint64_t returned = atomic_load(&share->progress[k].returned);
		if (returned < least)
			least = returned;
	}
	while (share->settled < least)
		share->ahead_bytes -= share->lens[share->settled++ %
		    MOST_AHEAD];
}

static _Bool
is_free(const struct share *share, const struct extent *extent)
{
	return !extent->is_taken && extent->given <= share->settled;
}

static void
remove_extents(struct share *share, uint32_t index, uint32_t count)
{
	share->extent_count -= count;
	memmove(share->extents + index, share->extents + index + count,
	    (share->extent_count - index) * sizeof(*share->extents));
}

/* Makes one of an extent and of the free ones after it. */
static void
join_free(struct share *share, uint32_t index)
{
	struct extent *extent = &share->extents[index];
	uint32_t end = index + 1;
	while (end < share->extent_count &&
	    is_free(share, &share->extents[end]))
		extent->len += share->extents[end++].len;
	remove_extents(share, index + 1, end - index - 1);
}

/* Leaves an extent `len` bytes and makes one of the others. */
static void
split(struct share *share, uint32_t index, size_t len)
{
	if (share->extents[index].len == len)
		return;
	if (share->extent_count == share->extent_capacity) {
		share->extent_capacity *= 2;
		share->extents = mem_grow_array(share->extents,
		    share->extent_capacity, sizeof(*share->extents));
	}
	struct extent *extent = &share->extents[index];
	memmove(extent + 2, extent + 1,
	    (share->extent_count - index - 1) * sizeof(*extent));
	share->extent_count++;
	extent[1] = (struct extent){.at = extent->at + len,
	    .len = extent->len - len};
	extent->len = len;
}

/* The lowest place: memory that was in use just now. */
void *
share_take(struct share *share, size_t len)
{
	if (len > SHARE_MAX_TAKEN_BYTES)
		return NULL;
	len = (len + 2 * (size_t)MEM_ALIGNMENT - 1) / MEM_ALIGNMENT *
	    MEM_ALIGNMENT;
	settle(share);
	for (uint32_t i = 0; i < share->extent_count; i++) {
		if (!is_free(share, &share->extents[i]))
			continue;
		join_free(share, i);
		if (share->extents[i].len < len)
			continue;
		split(share, i, len);
		share->extents[i].given = 0;
		share->extents[i].is_taken = 1;
		return share->room + share->extents[i].at;
	}
	return NULL;
}

static struct extent *
find_extent(struct share *share, const void *bytes)
{
	size_t at = (size_t)((const uint8_t *)bytes - share->room);
	for (uint32_t i = 0; i < share->extent_count; i++)
		if (share->extents[i].at == at)
			return &share->extents[i];
	assert(!"memory that was taken");
	return NULL;
}

void
share_return(struct share *share, const void *bytes)
{
	if (share_is_first(share))
		find_extent(share, bytes)->is_taken = 0;
}

/* ---- the first: giving ----------------------------------------------- */

/* Waits until an other has returned so many notes. */
static int
await_other(struct share *share, uint32_t k, uint64_t notes,
    struct error *err)
{
	struct progress *progress = &share->progress[k];
	uint8_t bytes[64];
	for (;;) {
		atomic_store(&progress->wake_at, notes);
		if (atomic_load(&progress->returned) >= notes)
			break;
		ssize_t n = recv(copies_line(share->copies, k), bytes,
		    sizeof(bytes), 0);
		if (n == 0 || (n < 0 && errno != EINTR))
			return copies_lost(share->copies, k, err);
	}
	atomic_store(&progress->wake_at, 0);
	return 0;
}

static int
await_all(struct share *share, uint64_t notes, struct error *err)
{
	for (uint32_t k = 1; k < share->count && share->settled < notes; k++)
		if (await_other(share, k, notes, err) != 0)
			return -1;
	settle(share);
	return 0;
}

/* If the others are far behind, waits until they have done half of it. */
static int
await_room(struct share *share, uint32_t len, struct error *err)
{
	settle(share);
	uint64_t ahead = share->given - share->settled;
	if (ahead == 0 || (ahead < MOST_AHEAD &&
	    share->ahead_bytes + len <= SHARE_AHEAD_BYTES))
		return 0;
	do
		if (await_all(share, share->settled + (ahead + 1) / 2,
		    err) != 0)
			return -1;
	while ((ahead = share->given - share->settled) > 0 &&
	    share->ahead_bytes + len > SHARE_AHEAD_BYTES);
	return 0;
}

static int
send_note(struct share *share, const struct note *note, struct error *err)
{
	if (await_room(share, note->len, err) != 0)
		return -1;
	for (uint32_t k = 1; k < share->count; k++) {
		ssize_t n;
		do
			n = send(copies_line(share->copies, k), note,
			    sizeof(*note), MSG_NOSIGNAL);
		while (n < 0 && errno == EINTR);
		if (n != sizeof(*note))
			return copies_lost(share->copies, k, err);
	}
	share->lens[share->given++ % MOST_AHEAD] = note->len;
	share->ahead_bytes += note->len;
	return 0;
}

static int
give_copied(struct share *share, uint32_t number, const uint8_t *bytes,
    size_t len, struct error *err)
{
	while (len > 0) {
		uint32_t i = share->window_count++ % WINDOW_COUNT;
		struct note note = {.number = number, .at = i * WINDOW_BYTES,
		    .len = len < WINDOW_BYTES ? (uint32_t)len : WINDOW_BYTES};
		note.left = len - note.len;
		if (await_all(share, share->windows_given[i], err) != 0)
			return -1;
		memcpy(share->room + note.at, bytes, note.len);
		if (send_note(share, &note, err) != 0)
			return -1;
		share->windows_given[i] = share->given;
		bytes += note.len;
		len -= note.len;
	}
	return 0;
}

int
share_give(struct share *share, uint32_t number, const void *bytes,
    size_t len, struct error *err)
{
	const uint8_t *first = bytes;
	if (first < share->room || first >= share->room + share->room_bytes)
		return give_copied(share, number, bytes, len, err);
	struct extent *extent = find_extent(share, bytes);
	assert(len <= extent->len);
	const struct note note = {.number = number, .len = (uint32_t)len,
	    .at = extent->at};
	if (send_note(share, &note, err) != 0)
		return -1;
	extent->given = share->given;
	return 0;
}

/* ---- the others ------------------------------------------------------ */

/* All notes that were taken are done with. */
static void
give_back(struct share *share)
{
	struct progress *progress = &share->progress[share->me];
	atomic_store(&progress->returned, share->taken);
	uint64_t wake_at = atomic_load(&progress->wake_at);
	if (wake_at == 0 || share->taken < wake_at)
		return;
	atomic_store(&progress->wake_at, 0);
	/* if that fails, the first is no more */
	(void)send(copies_line(share->copies, 0), "", 1, MSG_NOSIGNAL);
}

static int
read_notes(struct share *share, struct error *err)
{
	size_t got = 0;
	while (got == 0 || got % sizeof(struct note) != 0) {
		ssize_t n = recv(copies_line(share->copies, 0),
		    (uint8_t *)share->notes + got,
		    sizeof(share->notes) - got, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return copies_lost(share->copies, 0, err);
		got += (size_t)n;
	}
	share->note_count = (uint32_t)(got / sizeof(struct note));
	share->next_note = 0;
	return 0;
}

static int
take_note(struct share *share, const struct note **note, struct error *err)
{
	give_back(share);
	if (share->next_note == share->note_count &&
	    read_notes(share, err) != 0)
		return -1;
	*note = &share->notes[share->next_note++];
	share->taken++;
	return 0;
}

int
share_next(struct share *share, struct share_piece *piece, struct error *err)
{
	const struct note *note;
	if (share->whole.capacity > MOST_KEPT_BYTES)
		buffer_release(&share->whole);
	share->whole.len = 0;
	for (;;) {
		if (take_note(share, &note, err) != 0)
			return -1;
		if (note->left == 0 && share->whole.len == 0)
			break;
		buffer_reserve(&share->whole, note->len + note->left);
		buffer_append(&share->whole, share->room + note->at,
		    note->len);
		if (note->left == 0)
			break;
	}
	*piece = (struct share_piece){.number = note->number,
	    .bytes = share->room + note->at, .len = note->len};
	if (share->whole.len > 0) {
		piece->bytes = share->whole.data;
		piece->len = share->whole.len;
	}
	return 0;
}
