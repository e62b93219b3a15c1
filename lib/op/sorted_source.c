#include "op/sorted_source.h"

struct sorted {
	struct batch_source source;
	struct batch_source *in;	/* borrowed */
	struct stream_header header;	/* owned */
	struct sort_key *keys;		/* owned */
	struct sorter *sorter;		/* owned */
	_Bool is_ended;
};

static int
sort_all(struct sorted *sorted, struct error *err)
{
	const struct batch *rows;
	int got;
	while ((got = batch_source_next(sorted->in, &rows, err)) == 1)
		if (sorter_add(sorted->sorter, rows, err) != 0)
			return -1;
	sorted->is_ended = 1;
	return got == 0 ? sorter_end(sorted->sorter, err) : -1;
}

static int
sorted_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct sorted *sorted = (struct sorted *)source;
	if (!sorted->is_ended && sort_all(sorted, err) != 0)
		return -1;
	return sorter_next(sorted->sorter, batch, err);
}

static const struct stages *
sorted_stages(struct batch_source *source)
{
	struct sorted *sorted = (struct sorted *)source;
	return sorted->in->stages(sorted->in);
}

static void
sorted_free(struct batch_source *source)
{
	struct sorted *sorted = (struct sorted *)source;
	sorter_free(sorted->sorter);
	stream_header_release(&sorted->header);
	mem_free(sorted->keys);
	mem_free(sorted);
}

struct batch_source *
sorted_source_new(struct batch_source *in, const struct sort_key *keys,
    uint32_t key_count, const char *temporary_folder, struct budget *budget)
{
	struct sorted *sorted = mem_zalloc(sizeof(*sorted));
	sorted->in = in;
	stream_header_copy(&sorted->header, in->header);
	properties_release(&sorted->header.properties);
	sorted->header.has_blocks = 0;
	sorted->keys = mem_array((size_t)key_count + 1, sizeof(*keys));
	memcpy(sorted->keys, keys, key_count * sizeof(*keys));
	struct sort_options options = {.schema = &sorted->header.schema,
	    .keys = sorted->keys, .key_count = key_count,
	    .temporary_folder = temporary_folder};
	sorted->sorter = sorter_new(&options, budget);
	sorted->source = (struct batch_source){.header = &sorted->header,
	    .next = sorted_next, .stages = sorted_stages,
	    .free = sorted_free};
	return &sorted->source;
}
