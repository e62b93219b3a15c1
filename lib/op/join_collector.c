#include "op/join_spill.h"

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

/* All rows of a partition with numbers below `end`, to the builder. */
static int
take_partition(struct join_collector *collector, uint32_t p, uint64_t end,
    struct error *err)
{
	while (collector->batches[p] != NULL) {
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
			return error_data(err, "more than 2 GiB of text for "
			    "a few rows");
		buffer_append(&collector->numbers, numbers + begin,
		    (row - begin) * sizeof(*numbers));
		collector->rows[p] = row;
		if (advance(collector, p, err) != 0)
			return -1;
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
	if (collector->next >= end)
		return 0;
	if (end - collector->next > collector->step)
		end = collector->next + collector->step;
	batch_builder_clear(&collector->builder);
	collector->numbers.len = 0;
	for (uint32_t p = 0; p < collector->count; p++) {
		if (take_partition(collector, p, end, err) != 0)
			return -1;
	}
	*count = batch_builder_rows(&collector->builder);
	*order = sort_rows(collector, end, *count);
	*rows = batch_builder_view(&collector->builder, NULL);
	collector->next = end;
	return 1;
}
