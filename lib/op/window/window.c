#include "op/window/window.h"

#include "op/lookup.h"
#include "op/merge.h"
#include "op/sorted_source.h"
#include "op/window/limit.h"
#include "op/window/stage.h"

/* ---- the input's rows, numbered -------------------------------------- */

/* A source with one more column: the row's number, from 0, i64. */
struct numbered {
	struct batch_source source;
	struct stream_header header;	/* owned */
	struct batch_source *in;	/* borrowed */
	struct column_builder numbers;
	struct batch batch;		/* its columns are owned */
	int64_t row_count;
};

static int
numbered_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct numbered *numbered = (struct numbered *)source;
	uint32_t columns = numbered->header.schema.count;
	const struct batch *rows;
	int got = batch_source_next(numbered->in, &rows, err);
	if (got != 1)
		return got;
	column_builder_clear(&numbered->numbers);
	int64_t *numbers = column_builder_extend(&numbered->numbers,
	    rows->row_count);
	for (uint32_t i = 0; i < rows->row_count; i++)
		numbers[i] = numbered->row_count++;
	memcpy(numbered->batch.columns, rows->columns,
	    (columns - 1) * sizeof(*rows->columns));
	numbered->batch.columns[columns - 1] =
	    column_builder_view(&numbered->numbers);
	numbered->batch.row_count = rows->row_count;
	numbered->batch.column_count = columns;
	*batch = &numbered->batch;
	return 1;
}

static const struct stages *
numbered_stages(struct batch_source *source)
{
	struct numbered *numbered = (struct numbered *)source;
	return numbered->in->stages(numbered->in);
}

static void
numbered_free(struct batch_source *source)
{
	struct numbered *numbered = (struct numbered *)source;
	stream_header_release(&numbered->header);
	column_builder_release(&numbered->numbers);
	mem_free(numbered->batch.columns);
	mem_free(numbered);
}

static struct batch_source *
numbered_new(struct batch_source *in)
{
	struct numbered *numbered = mem_zalloc(sizeof(*numbered));
	numbered->in = in;
	stream_header_copy(&numbered->header, in->header);
	schema_add(&numbered->header.schema, "", 0, type_of(TYPE_I64), 0);
	column_builder_init(&numbered->numbers, type_of(TYPE_I64));
	numbered->batch.columns = mem_array(numbered->header.schema.count,
	    sizeof(struct column));
	numbered->source = (struct batch_source){.header = &numbered->header,
	    .next = numbered_next, .stages = numbered_stages,
	    .free = numbered_free};
	return &numbered->source;
}

/* ---- passes ---------------------------------------------------------- */

struct plan {
	const struct window_options *options;
	struct batch_source *in;
	struct window_list list;
	struct schema schema;		/* of the output; owned */
	struct batch_source **sources;	/* owned: the chain, from the first */
	uint32_t source_count;
	/* The order that the last source's rows are in; borrowed. */
	const struct sort_key *order;
	uint32_t order_count;
	uint32_t *columns;		/* owned: of each item, in the chain */
	_Bool is_numbered;
	_Bool is_limited;		/* the first source drops rows */
	struct expr *qualify;		/* owned, or NULL */
	uint64_t *qualified_away;	/* borrowed */
	uint32_t *kept;			/* owned, [BATCH_MAX_ROWS] */
	struct batch_builder picked;
	struct batch batch;		/* its columns are owned */
};

static _Bool
is_same_window(const struct window *a, const struct window *b)
{
	if (a->key_count != b->key_count || a->order_at != b->order_at)
		return 0;
	for (uint32_t i = 0; i < a->key_count; i++)
		if (a->keys[i].column != b->keys[i].column ||
		    a->keys[i].is_descending != b->keys[i].is_descending ||
		    a->keys[i].nulls_first != b->keys[i].nulls_first)
			return 0;
	return 1;
}

/* Whether rows in the plan's order are in the window's, too. */
static _Bool
is_in_order(const struct plan *plan, const struct window *window)
{
	if (window->key_count > plan->order_count)
		return 0;
	for (uint32_t i = 0; i < window->key_count; i++)
		if (window->keys[i].column != plan->order[i].column ||
		    window->keys[i].is_descending !=
		    plan->order[i].is_descending ||
		    window->keys[i].nulls_first != plan->order[i].nulls_first)
			return 0;
	return 1;
}

static struct batch_source *
last_source(const struct plan *plan)
{
	return plan->source_count > 0 ?
	    plan->sources[plan->source_count - 1] : plan->in;
}

static void
add_source(struct plan *plan, struct batch_source *source)
{
	plan->sources = mem_grow_array(plan->sources,
	    (size_t)plan->source_count + 1, sizeof(source));
	plan->sources[plan->source_count++] = source;
}

static void
add_sort(struct plan *plan, const struct sort_key *keys, uint32_t key_count)
{
	add_source(plan, sorted_source_new(last_source(plan), keys, key_count,
	    plan->options->folder, plan->options->budget));
	plan->order = keys;
	plan->order_count = key_count;
}

/* One pass: all items of windows like this one. */
static void
add_pass(struct plan *plan, const struct window *window)
{
	struct window_list *list = &plan->list;
	struct window_item **items = mem_array((size_t)list->item_count + 1,
	    sizeof(struct window_item *));
	uint32_t count = 0;
	if (!is_in_order(plan, window))
		add_sort(plan, window->keys, window->key_count);
	struct batch_source *in = last_source(plan);
	for (uint32_t i = 0; i < list->item_count; i++) {
		if (!is_same_window(&list->windows[list->items[i].window],
		    window))
			continue;
		plan->columns[i] = in->header->schema.count + count;
		items[count++] = &list->items[i];
	}
	struct window_stage_options options = {.window = window,
	    .items = items, .item_count = count,
	    .folder = plan->options->folder, .budget = plan->options->budget};
	add_source(plan, window_stage_new(in, &options));
	mem_free(items);
}

/* Whether a window's items have had their pass with an earlier window. */
static _Bool
is_done(const struct window_list *list, uint32_t window)
{
	for (uint32_t i = 0; i < window; i++)
		if (is_same_window(&list->windows[i], &list->windows[window]))
			return 1;
	return 0;
}

static _Bool
is_used(const struct window_list *list, uint32_t window)
{
	for (uint32_t i = 0; i < list->item_count; i++)
		if (is_same_window(&list->windows[list->items[i].window],
		    &list->windows[window]))
			return 1;
	return 0;
}

/* Drops rows that cannot be kept before they are sorted, where that can be
 * told. */
static void
add_limit(struct plan *plan)
{
	const struct window_list *list = &plan->list;
	struct window_limit limit;
	for (uint32_t i = 0; i < list->item_count; i++)
		if (!is_same_window(&list->windows[list->items[i].window],
		    &list->windows[0]))
			return;
	plan->is_limited = plan->qualify != NULL && window_limit_find(list,
	    plan->qualify, plan->in->header->schema.count, &limit);
	if (plan->is_limited)
		add_source(plan, window_limit_new(plan->in, &list->windows[0],
		    &limit, plan->options->budget, plan->qualified_away));
}

static int
add_passes(struct plan *plan, struct error *err)
{
	struct window_list *list = &plan->list;
	const struct window *first = &list->windows[0];
	if (plan->options->sorts && first->key_count == 0)
		return error_usage(err, "--sort needs --partition or "
		    "--order");
	plan->order = first->keys;
	plan->order_count = first->key_count;
	for (uint32_t i = 1; i < list->window_count; i++)
		if (is_used(list, i) && !is_in_order(plan, &list->windows[i]))
			plan->is_numbered = 1;
	if (plan->options->sorts) {
		add_limit(plan);
		add_sort(plan, first->keys, first->key_count);
	}
	if (plan->is_numbered)
		add_source(plan, numbered_new(last_source(plan)));
	for (uint32_t i = 0; i < list->window_count; i++)
		if (is_used(list, i) && !is_done(list, i))
			add_pass(plan, &list->windows[i]);
	if (plan->is_numbered) {
		const struct sort_key number = {
		    .column = plan->in->header->schema.count};
		add_sort(plan, &number, 1);
	}
	return 0;
}

/* ---- preparing ------------------------------------------------------- */

static int
add_columns(struct plan *plan, struct error *err)
{
	schema_add_all(&plan->schema, &plan->in->header->schema);
	for (uint32_t i = 0; i < plan->list.item_count; i++) {
		const struct window_item *item = &plan->list.items[i];
		size_t len = strlen(item->name);
		if (schema_find(&plan->schema, item->name, len) >= 0)
			return error_usage(err, "there is a column '%s' "
			    "already", item->name);
		schema_add(&plan->schema, item->name, len, item->type, 1);
	}
	return 0;
}

static int
prepare(struct plan *plan, struct batch_sink *out, struct error *err)
{
	const struct stream_header *from = plan->in->header;
	if (window_list_parse(&plan->options->texts, &from->schema,
	    &plan->list, err) != 0 || add_columns(plan, err) != 0)
		return -1;
	if (plan->options->qualify != NULL && lookup_compile_condition(
	    plan->options->qualify, &plan->schema, &plan->qualify, err) != 0)
		return error_prefix(err, "--qualify");
	plan->columns = mem_array((size_t)plan->list.item_count + 1,
	    sizeof(*plan->columns));
	plan->batch.columns = mem_array((size_t)plan->schema.count + 1,
	    sizeof(struct column));
	plan->kept = mem_array(BATCH_MAX_ROWS, sizeof(*plan->kept));
	batch_builder_init(&plan->picked, &plan->schema);
	if (add_passes(plan, err) != 0)
		return -1;
	struct stream_header header;
	/* the sort, if any, is the first source but for the limit */
	stream_header_copy(&header, plan->options->sorts ?
	    plan->sources[plan->is_limited]->header : from);
	header.has_blocks = 0;
	schema_release(&header.schema);
	schema_add_all(&header.schema, &plan->schema);
	int result = out->begin(out, &header, err);
	stream_header_release(&header);
	return result;
}

static void
release(struct plan *plan)
{
	while (plan->source_count > 0)
		batch_source_free(plan->sources[--plan->source_count]);
	mem_free(plan->sources);
	mem_free(plan->columns);
	mem_free(plan->kept);
	mem_free(plan->batch.columns);
	batch_builder_release(&plan->picked);
	expr_free(plan->qualify);
	schema_release(&plan->schema);
	window_list_release(&plan->list);
}

/* ---- running --------------------------------------------------------- */

/* Writes what has been picked. */
static int
write_picked(struct plan *plan, struct batch_sink *out, struct error *err)
{
	if (batch_builder_rows(&plan->picked) == 0)
		return 0;
	int result = batch_sink_write(out,
	    batch_builder_view(&plan->picked, NULL), err);
	batch_builder_clear(&plan->picked);
	return result;
}

/* Picks the rows to keep, and writes them as full batches, whatever rows were
 * dropped before. */
static int
write_qualified(struct plan *plan, struct batch_sink *out,
    const struct batch *batch, struct error *err)
{
	uint32_t step = merge_batch_rows(&plan->schema);
	uint32_t count, done = 0;
	if (plan->qualify == NULL)
		return batch_sink_write(out, batch, err);
	if (expr_filter(plan->qualify, batch, plan->kept, &count, err) != 0)
		return -1;
	*plan->qualified_away += batch->row_count - count;
	while (done < count) {
		uint32_t some = step - batch_builder_rows(&plan->picked);
		if (some > count - done)
			some = count - done;
		_Bool is_full = batch_builder_take(&plan->picked, batch,
		    plan->kept + done, some) != 0;
		if (is_full && batch_builder_rows(&plan->picked) == 0)
			return error_data(err,
			    "the text of a batch passes 2 GiB");
		done += is_full ? 0 : some;
		if ((is_full || batch_builder_rows(&plan->picked) == step) &&
		    write_picked(plan, out, err) != 0)
			return -1;
	}
	return 0;
}

/* The columns of the chain's last source as the output has them. */
static const struct batch *
arrange(struct plan *plan, const struct batch *rows)
{
	uint32_t columns = plan->in->header->schema.count;
	memcpy(plan->batch.columns, rows->columns,
	    columns * sizeof(*rows->columns));
	for (uint32_t i = 0; i < plan->list.item_count; i++)
		plan->batch.columns[columns + i] =
		    rows->columns[plan->columns[i]];
	plan->batch.column_count = plan->schema.count;
	plan->batch.row_count = rows->row_count;
	return &plan->batch;
}

int
window_run(const struct window_options *options, struct batch_source *in,
    struct batch_sink *out, uint64_t *qualified_away, struct error *err)
{
	struct plan plan = {.options = options, .in = in,
	    .qualified_away = qualified_away};
	const struct batch *rows;
	int got = prepare(&plan, out, err);
	while (got == 0 && (got = batch_source_next(last_source(&plan), &rows,
	    err)) == 1)
		got = write_qualified(&plan, out, arrange(&plan, rows), err);
	if (got == 0)
		got = write_picked(&plan, out, err);
	release(&plan);
	return got;
}
