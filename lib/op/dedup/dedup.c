#include "op/dedup/dedup.h"

#include "op/dedup/parts.h"

struct dedup {
	const struct dedup_options *options;
	const struct schema *schema;
	struct budget *budget;
	struct dedup_result *result;
	struct dedup_output output;
	struct dedup_known *known;	/* owned; NULL if all rows wait */
	struct dedup_waiting *waiting;	/* owned; NULL while none waits */
	uint32_t *kept, *gone;		/* owned, [BATCH_MAX_ROWS] */
	uint8_t *answers;		/* owned, [BATCH_MAX_ROWS] */
	uint8_t *is_known;		/* owned, bits */
	struct batch_builder unknown;	/* rows picked to wait */
};

/* The first rows of their keys pass, while there is room for the keys. */
static int
pass_new(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint32_t kept = 0;
	uint32_t gone = 0;
	if (dedup_known_add(dedup->known, batch, dedup->answers, err) != 0)
		return -1;
	for (uint32_t i = 0; i < batch->row_count; i++) {
		dedup->kept[kept] = dedup->gone[gone] = i;
		kept += dedup->answers[i];
		gone += !dedup->answers[i];
	}
	dedup->result->duplicates += gone;
	if (dedup_drop(&dedup->output, batch, dedup->gone, gone, err) != 0)
		return -1;
	return dedup_keep(&dedup->output, batch, dedup->kept, NULL, kept, err);
}

/*
 * The room is used up.  Rows of known keys are duplicates, the others wait.
 * If the dropped rows are wanted, the duplicates wait with them, so that all
 * are dropped in the order of the input.
 */
static int
pass_known(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint32_t unknown = 0;
	if (dedup->known == NULL)
		return dedup_waiting_add(dedup->waiting, batch, NULL, err);
	if (dedup_known_find(dedup->known, batch, dedup->answers, err) != 0)
		return -1;
	memset(dedup->is_known, 0, bitmap_bytes(batch->row_count));
	for (uint32_t i = 0; i < batch->row_count; i++) {
		if (!dedup->answers[i])
			dedup->kept[unknown++] = i;
		else
			dedup->is_known[i >> 3] |= (uint8_t)(1u << (i & 7));
	}
	dedup->result->duplicates += batch->row_count - unknown;
	if (dedup->output.dropped != NULL)
		return dedup_waiting_add(dedup->waiting, batch,
		    dedup->is_known, err);
	if (unknown == 0)
		return 0;
	batch_builder_clear(&dedup->unknown);
	if (batch_builder_take(&dedup->unknown, batch, dedup->kept,
	    unknown) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	return dedup_waiting_add(dedup->waiting,
	    batch_builder_view(&dedup->unknown, NULL), NULL, err);
}

static void
prepare(struct dedup *dedup)
{
	const struct dedup_options *options = dedup->options;
	batch_builder_init(&dedup->unknown, dedup->schema);
	if (options->keeps_last || options->order_count > 0 ||
	    options->count_name != NULL) {
		dedup->waiting = dedup_waiting_new(options, dedup->schema,
		    dedup->budget);
		return;
	}
	dedup->kept = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	dedup->gone = mem_array(BATCH_MAX_ROWS, sizeof(uint32_t));
	dedup->is_known = mem_array(bitmap_bytes(BATCH_MAX_ROWS), 1);
	dedup->answers = mem_alloc(BATCH_MAX_ROWS);
	dedup->known = dedup_known_new(dedup->schema, options->columns,
	    options->column_count, options->temporary_folder,
	    dedup->budget);
}

static void
release(struct dedup *dedup)
{
	dedup_known_free(dedup->known);
	if (dedup->waiting != NULL)
		dedup_waiting_free(dedup->waiting);
	dedup_output_release(&dedup->output);
	batch_builder_release(&dedup->unknown);
	mem_free(dedup->answers);
	mem_free(dedup->kept);
	mem_free(dedup->gone);
	mem_free(dedup->is_known);
}

static int
take_batch(struct dedup *dedup, const struct batch *batch, struct error *err)
{
	uint64_t limit = dedup->budget->limit_bytes;
	if (batch->row_count == 0)
		return 0;
	if (dedup->waiting != NULL)
		return pass_known(dedup, batch, err);
	if (pass_new(dedup, batch, err) != 0)
		return -1;
	if (limit == 0)
		return 0;
	_Bool fits;
	if (dedup_known_fit(dedup->known, limit / 4, &fits, err) != 0)
		return -1;
	dedup->result->is_spilled |= !fits ||
	    dedup_known_is_spilled(dedup->known);
	if (fits)
		return 0;
	dedup->waiting = dedup_waiting_new(dedup->options, dedup->schema,
	    dedup->budget);
	return dedup_known_hand_over(dedup->known, dedup->waiting, err);
}

int
dedup_run(const struct dedup_options *options, struct batch_source *in,
    struct batch_sink *out, struct budget *budget,
    struct dedup_result *result, struct error *err)
{
	struct dedup dedup = {.options = options,
	    .schema = &in->header->schema, .budget = budget,
	    .result = result};
	const struct batch *batch;
	*result = (struct dedup_result){0};
	int got = dedup_output_init(&dedup.output, options, in->header, out,
	    err);
	prepare(&dedup);
	while (got == 0 && (got = batch_source_next(in, &batch, err)) == 1)
		got = take_batch(&dedup, batch, err);
	if (got == 0 && dedup.waiting != NULL)
		got = dedup_waiting_give(dedup.waiting, &dedup.output,
		    &result->duplicates, err);
	release(&dedup);
	return got;
}
