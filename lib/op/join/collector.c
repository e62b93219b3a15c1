#include "op/join/spill.h"

/* About so many rows are held at once. */
#define COLLECT_ROWS 65536

static int
advance(struct join_collector *collector, uint32_t p, struct error *err)
{
	int got = 1;

	while (got == 1 && (collector->batches[p] == NULL ||
	    collector->rows[p] == collector->batches[p]->row_count)) {
		collector->rows[p] = 0;
		got = spill_next(collector->spills[p],
		    &collector->batches[p], err);
	}
	if (got == 0)
		collector->batches[p] = NULL;
	return got < 0 ? -1 : 0;
}

int
join_collector_init(struct join_collector *collector,
    struct spill *const *spills, const struct schema *schema,
    uint32_t number_column, uint64_t probe_rows, struct error *err)
{
	uint64_t rows = 0;

	*collector = (struct join_collector){
		.count = JOIN_PARTITIONS, .number_column = number_column
	};
	batch_builder_init(&collector->builder, schema);
	for (uint32_t p = 0; p < JOIN_PARTITIONS; p++) {
		collector->spills[p] = spills[p];
		if (spills[p] == NULL)
			continue;
		rows += spill_row_count(spills[p]);
		spill_rewind(spills[p]);
		if (advance(collector, p, err) != 0)
			return -1;
	}
	collector->step = COLLECT_ROWS;
	if (rows > probe_rows)
		collector->step = (uint32_t)(COLLECT_ROWS *
		    ((double)probe_rows / (double)rows));
	if (collector->step == 0)
		collector->step = 1;
	return 0;
}

void
join_collector_release(struct join_collector *collector)
{
	batch_builder_release(&collector->builder);
	buffer_release(&collector->numbers);
	buffer_release(&collector->order);
	buffer_release(&collector->places);
	*collector = (struct join_collector){ 0 };
}

static const uint64_t *
numbers_of(const struct join_collector *collector, uint32_t p)
{
	return collector->batches[p]->columns[
	    collector->number_column].values;
}

/* Rows of the batch at hand with numbers below `end`, to the builder. */
static int
take_rows(struct join_collector *collector, uint32_t p, uint64_t end,
    struct error *err)
{
	const struct batch *batch = collector->batches[p];
	const uint64_t *numbers = numbers_of(collector, p);
	uint32_t begin = collector->rows[p];
	uint32_t row = begin;

	while (row < batch->row_count && numbers[row] < end)
		row++;
	if (row == begin)
		return 0;
	if (batch_builder_append(&collector->builder, batch, begin,
	    row - begin) != 0)
		return error_data(err, "more than 2 GiB of text for a few "
		    "rows");
	buffer_append(&collector->numbers, numbers + begin,
	    (row - begin) * sizeof(*numbers));
	collector->rows[p] = row;
	return 0;
}

/*
 * The numbers below this have no rows but those in the batches at hand: so
 * that no more than these are held, however many rows a number has.
 */
static uint64_t
sure_end(const struct join_collector *collector, uint64_t end)
{
	if (end - collector->next > collector->step)
		end = collector->next + collector->step;
	for (uint32_t p = 0; p < collector->count; p++) {
		const struct batch *batch = collector->batches[p];

		if (batch == NULL)
			continue;
		uint64_t last = numbers_of(collector, p)[
		    batch->row_count - 1];
		if (last < end)
			end = last;
	}
	return end;
}

/*
 * Rows of the next number from the first partition that has any: 1, or 0 if
 * none has.
 */
static int
take_number(struct join_collector *collector, struct error *err)
{
	for (uint32_t p = 0; p < collector->count; p++) {
		if (collector->batches[p] == NULL || numbers_of(collector,
		    p)[collector->rows[p]] != collector->next)
			continue;
		if (take_rows(collector, p, collector->next + 1, err) != 0 ||
		    advance(collector, p, err) != 0)
			return -1;
		return 1;
	}
	return 0;
}

/* A stable counting sort of the builder's rows by number. */
static const uint32_t *
sort_rows(struct join_collector *collector, uint64_t end, uint32_t count)
{
	const uint64_t *numbers =
	    (const uint64_t *)(void *)collector->numbers.data;
	size_t range = (size_t)(end - collector->next);
	uint32_t *places, *order;
	uint32_t sum = 0;

	buffer_resize(&collector->places, 0);
	buffer_resize(&collector->places, range * sizeof(*places));
	buffer_resize(&collector->order, count * sizeof(*order));
	places = (uint32_t *)(void *)collector->places.data;
	order = (uint32_t *)(void *)collector->order.data;
	for (uint32_t i = 0; i < count; i++)
		places[numbers[i] - collector->next]++;
	for (size_t i = 0; i < range; i++) {
		uint32_t rows = places[i];
		places[i] = sum;
		sum += rows;
	}
	for (uint32_t i = 0; i < count; i++)
		order[places[numbers[i] - collector->next]++] = i;
	return order;
}

int
join_collector_next(struct join_collector *collector, uint64_t end,
    const struct batch **rows, const uint32_t **order, uint32_t *count,
    struct error *err)
{
	uint64_t until;
	int got = 0;

	batch_builder_clear(&collector->builder);
	collector->numbers.len = 0;
	while (got == 0) {
		if (collector->next >= end)
			return 0;
		until = sure_end(collector, end);
		if (until > collector->next) {
			for (uint32_t p = 0; p < collector->count; p++)
				if (collector->batches[p] != NULL &&
				    take_rows(collector, p, until, err) != 0)
					return -1;
			break;
		}
		/* a number's rows may go on in another batch */
		until = collector->next + 1;
		got = take_number(collector, err);
		if (got == 0)
			collector->next++;
	}
	if (got < 0)
		return -1;
	*count = batch_builder_rows(&collector->builder);
	*order = sort_rows(collector, until, *count);
	*rows = batch_builder_view(&collector->builder, NULL);
	if (got == 0)
		collector->next = until;
	return 1;
}
