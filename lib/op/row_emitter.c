#include "op/row_emitter.h"

void
row_emitter_init(struct row_emitter *emitter, const struct schema *schema,
    _Bool has_blocks, struct batch_sink *sink)
{
	*emitter = (struct row_emitter){.sink = sink,
	    .has_blocks = has_blocks};
	batch_builder_init(&emitter->rows, schema);
}

void
row_emitter_release(struct row_emitter *emitter)
{
	batch_builder_release(&emitter->rows);
	*emitter = (struct row_emitter){0};
}

/* Sends the rows gathered, in their block. */
static int
flush(struct row_emitter *emitter, _Bool is_last, struct error *err)
{
	struct batch like = {.block = emitter->block};
	like.block.is_last = is_last;
	int result = batch_sink_write(emitter->sink,
	    batch_builder_view(&emitter->rows, &like), err);
	batch_builder_clear(&emitter->rows);
	return result;
}

static _Bool
is_enough(const struct row_emitter *emitter)
{
	return batch_builder_rows(&emitter->rows) >= BATCH_ROWS ||
	    batch_builder_bytes(&emitter->rows) >= BATCH_BYTES;
}

static int
gather(struct row_emitter *emitter, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	struct batch_builder *to = &emitter->rows;
	uint32_t have = batch_builder_rows(to);
	if (have > 0 && have + count > BATCH_ROWS &&
	    flush(emitter, 0, err) != 0)
		return -1;
	emitter->block = batch->block;
	for (int attempt = 0; attempt < 2; attempt++) {
		if ((rows != NULL ? batch_builder_take(to, batch, rows, count) :
		    batch_builder_append(to, batch, 0, count)) == 0)
			return 0;
		/* A column is full: only rows gathered before can be why. */
		if (flush(emitter, 0, err) != 0)
			return -1;
	}
	return error_data(err, "a batch of more than 2 GiB of text");
}

int
row_emitter_take(struct row_emitter *emitter, const struct batch *batch,
    const uint32_t *rows, uint32_t count, struct error *err)
{
	_Bool is_last = emitter->has_blocks && batch->block.is_last;
	_Bool is_empty = batch_builder_rows(&emitter->rows) == 0;
	if (batch->is_mark) {
		if (!is_empty && flush(emitter, 0, err) != 0)
			return -1;
		return batch_sink_write(emitter->sink, batch, err);
	}
	if (is_empty && count == batch->row_count && (count > 0 || is_last))
		return batch_sink_write(emitter->sink, batch, err);
	emitter->block = batch->block;
	if (count > 0 && gather(emitter, batch, rows, count, err) != 0)
		return -1;
	if (is_last || is_enough(emitter))
		return flush(emitter, is_last, err);
	return 0;
}

int
row_emitter_finish(struct row_emitter *emitter, struct error *err)
{
	if (batch_builder_rows(&emitter->rows) == 0)
		return 0;
	return flush(emitter, 0, err);
}
