#include "op/window/worker.h"

struct place {
	struct window_worker worker;
	enum window_function function;
	uint64_t buckets;		/* of ntile */
};

static int
start(struct window_worker *worker, struct error *err)
{
	(void)worker;
	(void)err;
	return 0;
}

/*
 * Rows are dealt into buckets as evenly as can be, the first ones get one
 * more (SQL:2011, 10.9).
 */
static uint64_t
bucket(uint64_t row, uint64_t rows, uint64_t buckets)
{
	uint64_t size = rows / buckets;
	uint64_t larger = rows % buckets;
	uint64_t in_larger = larger * (size + 1);
	if (row < in_larger)
		return row / (size + 1);
	return larger + (row - in_larger) / size;
}

static void
compute_whole(const struct place *place, const struct window_chunk *chunk,
    int64_t *out)
{
	const struct window_partition *partition = chunk->partition;
	const int64_t *groups = chunk->batch->columns[
	    partition->group_column].values;
	for (uint32_t i = 0; i < chunk->count; i++) {
		uint64_t row = chunk->first + i;
		switch (place->function) {
		case WINDOW_ROW_NUMBER:
			out[i] = (int64_t)row + 1;
			break;
		case WINDOW_RANK:
			out[i] = (int64_t)chunk->peer_begin[i] + 1;
			break;
		case WINDOW_DENSE_RANK:
			out[i] = groups[chunk->begin + i] + 1;
			break;
		default:
			out[i] = (int64_t)bucket(row, partition->row_count,
			    place->buckets) + 1;
			break;
		}
	}
}

static void
compute_real(const struct place *place, const struct window_chunk *chunk,
    double *out)
{
	double rows = (double)chunk->partition->row_count;
	for (uint32_t i = 0; i < chunk->count; i++) {
		if (place->function == WINDOW_CUME_DIST)
			out[i] = (double)chunk->peer_end[i] / rows;
		else
			out[i] = rows == 1 ? 0 :
			    (double)chunk->peer_begin[i] / (rows - 1);
	}
}

static int
compute(struct window_worker *worker, const struct window_chunk *chunk,
    struct column_builder *out, struct error *err)
{
	const struct place *place = (const struct place *)worker;
	void *values = column_builder_extend(out, chunk->count);
	(void)err;
	if (place->function == WINDOW_CUME_DIST ||
	    place->function == WINDOW_PERCENT_RANK)
		compute_real(place, chunk, values);
	else
		compute_whole(place, chunk, values);
	return 0;
}

static void
place_free(struct window_worker *worker)
{
	mem_free(worker);
}

struct window_worker *
window_place_new(const struct window_setup *setup)
{
	static const struct window_worker_ops ops = {
		.start = start,
		.compute = compute,
		.free = place_free
	};
	struct place *place = mem_zalloc(sizeof(*place));
	place->function = setup->item->function;
	place->buckets = (uint64_t)setup->item->count;
	place->worker.ops = &ops;
	place->worker.needs_peers = place->function == WINDOW_RANK ||
	    place->function == WINDOW_PERCENT_RANK ||
	    place->function == WINDOW_CUME_DIST;
	return &place->worker;
}
