#include "op/window/stage.h"

#include "batch/value.h"
#include "op/merge.h"
#include "op/window/worker.h"

struct item_state {
	struct window_item *item;	/* borrowed */
	struct window_worker *worker;	/* owned */
	struct window_reader reader;
	uint32_t argument, second;	/* columns of the store */
};

struct stage_source {
	struct batch_source source;
	struct stream_header header;	/* owned */
	struct batch_source *in;	/* borrowed */
	struct window_stage_options options;
	struct item_state *states;	/* owned, [item_count] */
	_Bool needs_peers;
	/* The store's columns: those of `in`, the group, the arguments. */
	struct schema store_schema;
	struct row_store *store;
	struct window_partition partition;
	struct batch held;		/* of the store; columns owned */
	struct column_builder groups;
	uint32_t *starts;		/* owned: where partitions begin */
	uint32_t start_count, start_capacity;
	uint32_t at, next_start;	/* in the batch at hand */
	_Bool is_ended;
	uint64_t row_count;		/* read before the batch at hand */
	int64_t group;			/* of the last row */
	struct batch_builder before;	/* that row */
	int8_t *part_signs, *peer_signs;	/* owned, [BATCH_MAX_ROWS] */
	/* The partition that is being given away. */
	_Bool is_giving;
	uint64_t given;
	uint64_t peer_begin, peer_end;	/* of the last group looked at */
	int64_t peer_group;
	struct row_cursor peer_cursor, row_cursor;
	struct window_chunk chunk;
	struct batch_builder out;
};

/* ---- making ---------------------------------------------------------- */

static uint32_t
add_argument(struct stage_source *stage, const struct expr *expr)
{
	if (expr == NULL)
		return UINT32_MAX;
	if (expr_column(expr) >= 0)
		return (uint32_t)expr_column(expr);
	schema_add(&stage->store_schema, "", 0, expr_type(expr), 1);
	return stage->store_schema.count - 1;
}

static _Bool
frame_has_peers(const struct window_frame *frame)
{
	return frame->unit != WINDOW_ROWS || frame->exclude == EXCLUDE_GROUP ||
	    frame->exclude == EXCLUDE_TIES;
}

static void
make_worker(struct stage_source *stage, struct item_state *state)
{
	const struct window_setup setup = {.item = state->item,
	    .partition = &stage->partition, .argument = state->argument,
	    .second = state->second, .budget = stage->options.budget};
	switch (state->item->function) {
	case WINDOW_ROW_NUMBER:
	case WINDOW_RANK:
	case WINDOW_DENSE_RANK:
	case WINDOW_PERCENT_RANK:
	case WINDOW_CUME_DIST:
	case WINDOW_NTILE:
		state->worker = window_place_new(&setup);
		break;
	case WINDOW_LAG:
	case WINDOW_LEAD:
	case WINDOW_FIRST_VALUE:
	case WINDOW_LAST_VALUE:
	case WINDOW_NTH_VALUE:
		state->worker = window_value_new(&setup);
		break;
	case WINDOW_SHARE:
	case WINDOW_COUNT:
	case WINDOW_SUM:
	case WINDOW_AVG:
		state->worker = window_sum_new(&setup);
		break;
	case WINDOW_MIN:
	case WINDOW_MAX:
		state->worker = window_extreme_new(&setup);
		break;
	case WINDOW_AGGREGATE:
		state->worker = window_aggregate_new(&setup);
		break;
	}
	if (state->worker->needs_frames)
		window_reader_init(&state->reader, &state->item->frame,
		    &stage->partition);
	stage->needs_peers |= state->worker->needs_peers ||
	    (state->worker->needs_frames &&
	    frame_has_peers(&state->item->frame));
}

static void
make_store(struct stage_source *stage)
{
	const struct window *window = stage->options.window;
	schema_add_all(&stage->store_schema, &stage->in->header->schema);
	stage->partition.group_column = stage->store_schema.count;
	schema_add(&stage->store_schema, "", 0, type_of(TYPE_I64), 0);
	for (uint32_t i = 0; i < stage->options.item_count; i++) {
		struct item_state *state = &stage->states[i];
		state->item = stage->options.items[i];
		state->argument = add_argument(stage, state->item->argument);
		state->second = add_argument(stage, state->item->second);
	}
	stage->held.column_count = stage->store_schema.count;
	stage->held.columns = mem_array(stage->store_schema.count,
	    sizeof(struct column));
	stage->store = row_store_new(&stage->store_schema,
	    stage->options.folder, stage->options.budget);
	stage->partition.store = stage->store;
	stage->partition.order = window->keys + window->order_at;
	stage->partition.order_count = window->key_count - window->order_at;
	for (uint32_t i = 0; i < stage->options.item_count; i++)
		make_worker(stage, &stage->states[i]);
	row_cursor_init(&stage->peer_cursor, stage->store,
	    stage->partition.group_column);
	row_cursor_init(&stage->row_cursor, stage->store, 0);
}

static void
make_header(struct stage_source *stage)
{
	struct stream_header *header = &stage->header;
	stream_header_copy(header, stage->in->header);
	header->has_blocks = 0;
	for (uint32_t i = 0; i < stage->options.item_count; i++) {
		const struct window_item *item = stage->options.items[i];
		schema_add(&header->schema, item->name, strlen(item->name),
		    item->type, 1);
	}
}

/* ---- rows in --------------------------------------------------------- */

static void
format_keys(const struct stage_source *stage, const struct batch *batch,
    uint32_t row, struct buffer *out)
{
	const struct window *window = stage->options.window;
	for (uint32_t i = 0; i < window->key_count; i++) {
		uint32_t column = window->keys[i].column;
		buffer_printf(out, "%s%s=", i > 0 ? ", " : "",
		    stage->header.schema.fields[column].name);
		if (column_is_null(&batch->columns[column], row))
			buffer_append_text(out, "null");
		else
			column_format(&batch->columns[column], row, out);
	}
}

static int
not_sorted(const struct stage_source *stage, const struct batch *before,
    uint32_t before_row, const struct batch *batch, uint32_t row,
    struct error *err)
{
	struct buffer left = {0};
	struct buffer right = {0};
	format_keys(stage, before, before_row, &left);
	format_keys(stage, batch, row, &right);
	error_data(err, "row %llu is out of order: %s after %s; sort the "
	    "stream by rsort, or with --sort",
	    (unsigned long long)(stage->row_count + row + 1),
	    buffer_text(&right), buffer_text(&left));
	buffer_release(&left);
	buffer_release(&right);
	return -1;
}

static void
add_start(struct stage_source *stage, uint32_t row)
{
	if (stage->start_count == stage->start_capacity) {
		stage->start_capacity = stage->start_capacity * 2 + 64;
		stage->starts = mem_grow_array(stage->starts,
		    stage->start_capacity, sizeof(*stage->starts));
	}
	stage->starts[stage->start_count++] = row;
}

static int8_t
sign_of(int order)
{
	return (int8_t)((order > 0) - (order < 0));
}

/* How the batch's rows compare with those before them, both ways. */
static void
compare_rows(struct stage_source *stage, const struct batch *batch)
{
	const struct window *window = stage->options.window;
	const struct sort_key *order = window->keys + window->order_at;
	uint32_t order_count = window->key_count - window->order_at;
	const struct batch *before = batch_builder_view(&stage->before, NULL);
	batch_compare_adjacent(batch, window->keys, window->order_at,
	    stage->part_signs);
	batch_compare_adjacent(batch, order, order_count, stage->peer_signs);
	/* the first row begins a partition */
	stage->part_signs[0] = -1;
	if (before->row_count == 0)
		return;
	stage->part_signs[0] = sign_of(batch_compare(before, 0, batch, 0,
	    window->keys, window->order_at));
	stage->peer_signs[0] = sign_of(batch_compare(before, 0, batch, 0,
	    order, order_count));
}

/* Finds the partitions and groups of a batch. */
static int
divide(struct stage_source *stage, const struct batch *batch,
    struct error *err)
{
	column_builder_clear(&stage->groups);
	int64_t *groups = column_builder_extend(&stage->groups,
	    batch->row_count);
	const struct batch *before = batch_builder_view(&stage->before, NULL);
	stage->start_count = 0;
	compare_rows(stage, batch);
	for (uint32_t row = 0; row < batch->row_count; row++) {
		int part = stage->part_signs[row];
		int peer = stage->peer_signs[row];
		if (part > 0 || (part == 0 && peer > 0))
			return row > 0 ? not_sorted(stage, batch, row - 1,
			    batch, row, err) :
			    not_sorted(stage, before, 0, batch, row, err);
		if (part < 0) {
			if (row > 0 || before->row_count > 0)
				add_start(stage, row);
			stage->group = 0;
		} else if (peer < 0) {
			stage->group++;
		}
		groups[row] = stage->group;
	}
	batch_builder_clear(&stage->before);
	if (batch_builder_append(&stage->before, batch, batch->row_count - 1,
	    1) != 0)
		return error_data(err, "a text of more than 2 GiB");
	return 0;
}

static int
eval_argument(struct stage_source *stage, struct expr *expr, uint32_t column,
    const struct batch *batch, struct error *err)
{
	const struct column *values;
	if (expr == NULL || column < batch->column_count)
		return 0;
	if (expr_eval(expr, batch, &values, err) != 0)
		return -1;
	stage->held.columns[column] = *values;
	return 0;
}

/* Makes a batch of the store's columns of an input's batch. */
static int
take_batch(struct stage_source *stage, const struct batch *batch,
    struct error *err)
{
	if (divide(stage, batch, err) != 0)
		return -1;
	stage->held.row_count = batch->row_count;
	memcpy(stage->held.columns, batch->columns,
	    batch->column_count * sizeof(*batch->columns));
	stage->held.columns[stage->partition.group_column] =
	    column_builder_view(&stage->groups);
	for (uint32_t i = 0; i < stage->options.item_count; i++) {
		struct item_state *state = &stage->states[i];
		if (eval_argument(stage, state->item->argument,
		    state->argument, batch, err) != 0 ||
		    eval_argument(stage, state->item->second, state->second,
		    batch, err) != 0)
			return error_prefix(err, "%s", state->item->name);
	}
	stage->at = stage->next_start = 0;
	return 0;
}

/* ---- rows out -------------------------------------------------------- */

static int
start_giving(struct stage_source *stage, struct error *err)
{
	stage->partition.row_count = row_store_count(stage->store);
	if (stage->partition.row_count == 0)
		return 0;
	row_store_seal(stage->store);
	row_cursor_reset(&stage->peer_cursor);
	row_cursor_reset(&stage->row_cursor);
	stage->is_giving = 1;
	stage->given = stage->peer_begin = stage->peer_end = 0;
	stage->peer_group = -1;
	for (uint32_t i = 0; i < stage->options.item_count; i++) {
		struct item_state *state = &stage->states[i];
		if (state->worker->needs_frames)
			window_reader_reset(&state->reader);
		if (state->worker->ops->start(state->worker, err) != 0)
			return -1;
	}
	return 0;
}

/* Finds where the group behind peer_end's row ends. */
static int
next_group(struct stage_source *stage, int64_t group, struct error *err)
{
	stage->peer_begin = stage->peer_end;
	stage->peer_group = group;
	while (stage->peer_end < stage->partition.row_count) {
		uint32_t row;
		const struct column *column = row_cursor_at(
		    &stage->peer_cursor, stage->peer_end, &row, err);
		if (column == NULL)
			return -1;
		if (((const int64_t *)column->values)[row] != group)
			break;
		stage->peer_end++;
	}
	return 0;
}

static int
set_chunk(struct stage_source *stage, uint32_t most, struct error *err)
{
	struct window_chunk *chunk = &stage->chunk;
	uint64_t left = stage->partition.row_count - stage->given;
	uint32_t index;
	if (row_cursor_at(&stage->row_cursor, stage->given, &index,
	    err) == NULL)
		return -1;
	chunk->batch = stage->row_cursor.block->batch;
	chunk->first = stage->given;
	chunk->begin = index;
	chunk->count = chunk->batch->row_count - index;
	if (chunk->count > left)
		chunk->count = (uint32_t)left;
	if (chunk->count > most)
		chunk->count = most;
	if (!stage->needs_peers)
		return 0;
	const int64_t *groups = chunk->batch->columns[
	    stage->partition.group_column].values;
	for (uint32_t i = 0; i < chunk->count; i++) {
		int64_t group = groups[index + i];
		if (group != stage->peer_group &&
		    next_group(stage, group, err) != 0)
			return -1;
		chunk->peer_begin[i] = stage->peer_begin;
		chunk->peer_end[i] = stage->peer_end;
	}
	return 0;
}

static int
give_chunk(struct stage_source *stage, uint32_t most, struct error *err)
{
	struct window_chunk *chunk = &stage->chunk;
	struct batch_builder *out = &stage->out;
	uint32_t columns = stage->in->header->schema.count;
	if (set_chunk(stage, most < WINDOW_CHUNK ? most : WINDOW_CHUNK,
	    err) != 0)
		return -1;
	for (uint32_t i = 0; i < columns; i++)
		if (column_builder_append(&out->columns[i],
		    &chunk->batch->columns[i], chunk->begin,
		    chunk->count) != 0)
			return error_data(err,
			    "the text of a batch passes 2 GiB");
	for (uint32_t i = 0; i < stage->options.item_count; i++) {
		struct item_state *state = &stage->states[i];
		if ((state->worker->needs_frames &&
		    window_frame_fill(&state->reader, chunk, err) != 0) ||
		    state->worker->ops->compute(state->worker, chunk,
		    &out->columns[columns + i], err) != 0)
			return error_prefix(err, "%s", state->item->name);
	}
	stage->given += chunk->count;
	if (stage->given == stage->partition.row_count) {
		stage->is_giving = 0;
		row_store_clear(stage->store);
	}
	return 0;
}

/* Stores rows up to the partition's end, or the batch's: 1, 0 at the end. */
static int
store_rows(struct stage_source *stage, struct error *err)
{
	const struct batch *batch;
	if (stage->at == stage->held.row_count) {
		int got = batch_source_next(stage->in, &batch, err);
		if (got < 0)
			return -1;
		stage->row_count += stage->held.row_count;
		stage->held.row_count = 0;
		stage->at = 0;
		if (got == 0) {
			stage->is_ended = 1;
			return start_giving(stage, err);
		}
		if (batch->row_count == 0)
			return 0;
		if (take_batch(stage, batch, err) != 0)
			return -1;
	}
	_Bool is_whole = stage->next_start < stage->start_count;
	uint32_t end = is_whole ? stage->starts[stage->next_start++] :
	    stage->held.row_count;
	if (row_store_append(stage->store, &stage->held, stage->at,
	    end - stage->at, err) != 0)
		return -1;
	stage->at = end;
	return is_whole ? start_giving(stage, err) : 0;
}

static int
stage_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct stage_source *stage = (struct stage_source *)source;
	uint32_t step = merge_batch_rows(&stage->header.schema);
	uint32_t count = 0;
	batch_builder_clear(&stage->out);
	while (count < step && (stage->is_giving || !stage->is_ended)) {
		int result = stage->is_giving ?
		    give_chunk(stage, step - count, err) :
		    store_rows(stage, err);
		if (result != 0)
			return -1;
		count = batch_builder_rows(&stage->out);
	}
	*batch = batch_builder_view(&stage->out, NULL);
	return count > 0;
}

/* ---- the source ------------------------------------------------------ */

static const struct stages *
stage_stages(struct batch_source *source)
{
	struct stage_source *stage = (struct stage_source *)source;
	return stage->in->stages(stage->in);
}

static void
stage_free(struct batch_source *source)
{
	struct stage_source *stage = (struct stage_source *)source;
	for (uint32_t i = 0; i < stage->options.item_count; i++)
		stage->states[i].worker->ops->free(stage->states[i].worker);
	mem_free(stage->states);
	row_store_free(stage->store);
	schema_release(&stage->store_schema);
	stream_header_release(&stage->header);
	mem_free(stage->held.columns);
	column_builder_release(&stage->groups);
	mem_free(stage->starts);
	mem_free(stage->part_signs);
	mem_free(stage->peer_signs);
	batch_builder_release(&stage->before);
	batch_builder_release(&stage->out);
	mem_free(stage->chunk.peer_begin);
	mem_free(stage->chunk.peer_end);
	mem_free(stage->chunk.frame_begin);
	mem_free(stage->chunk.frame_end);
	mem_free(stage);
}

struct batch_source *
window_stage_new(struct batch_source *in,
    const struct window_stage_options *options)
{
	struct stage_source *stage = mem_zalloc(sizeof(*stage));
	size_t size = sizeof(uint64_t);
	stage->in = in;
	stage->options = *options;
	stage->states = mem_array((size_t)options->item_count + 1,
	    sizeof(*stage->states));
	stage->part_signs = mem_alloc(BATCH_MAX_ROWS);
	stage->peer_signs = mem_alloc(BATCH_MAX_ROWS);
	make_store(stage);
	make_header(stage);
	column_builder_init(&stage->groups, type_of(TYPE_I64));
	batch_builder_init(&stage->before, &in->header->schema);
	batch_builder_init(&stage->out, &stage->header.schema);
	stage->chunk = (struct window_chunk){.partition = &stage->partition,
	    .peer_begin = mem_array(WINDOW_CHUNK, size),
	    .peer_end = mem_array(WINDOW_CHUNK, size),
	    .frame_begin = mem_array(WINDOW_CHUNK, size),
	    .frame_end = mem_array(WINDOW_CHUNK, size)};
	stage->source = (struct batch_source){.header = &stage->header,
	    .next = stage_next, .stages = stage_stages, .free = stage_free};
	return &stage->source;
}
