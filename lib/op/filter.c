#include "op/filter.h"

#include "op/lookup.h"
#include "op/projection.h"
#include "op/rejects.h"

struct filter {
	const struct stream_header *header;	/* borrowed, the input's */
	struct projection projection;	/* what comes out */
	struct expr *condition;
	struct row_emitter out;
	struct rejects rejects;		/* sink NULL: there are none */
	struct expr_faults faults;
	uint32_t *rows;			/* owned, of one batch: those kept */
	uint32_t *others;		/* owned: and those not */
	const char **reasons;		/* owned: of these */
	uint32_t capacity;
	struct stage_counts *counts;	/* borrowed */
};

/* The rows between those that are kept, each with its reason. */
static int
reject_others(struct filter *filter, const struct batch *batch,
    const struct column *result, uint32_t kept, struct error *err)
{
	uint32_t next = 0, fault = 0, count = 0;
	expr_faults_sort(&filter->faults);
	for (uint32_t row = 0; row < batch->row_count; row++) {
		if (next < kept && filter->rows[next] == row) {
			next++;
			continue;
		}
		const char *reason = column_is_null(result, row) ? "null" :
		    "false";
		if (fault < filter->faults.count &&
		    filter->faults.items[fault].row == row)
			reason = filter->faults.items[fault++].reason;
		filter->others[count] = row;
		filter->reasons[count++] = reason;
	}
	return rejects_add(&filter->rejects, batch, filter->others,
	    filter->reasons, count, err);
}

static void
make_room(struct filter *filter, uint32_t rows)
{
	if (rows <= filter->capacity)
		return;
	filter->rows = mem_grow_array(filter->rows, rows,
	    sizeof(*filter->rows));
	filter->others = mem_grow_array(filter->others, rows,
	    sizeof(*filter->others));
	filter->reasons = mem_grow_array(filter->reasons, rows,
	    sizeof(*filter->reasons));
	filter->capacity = rows;
}

static int
filter_batch(struct filter *filter, const struct batch *batch,
    struct error *err)
{
	const struct column *result = NULL;
	const struct batch out = projection_choose(&filter->projection,
	    batch);
	if (batch->is_mark)
		return row_emitter_take(&filter->out, &out, NULL, 0, err);
	make_room(filter, batch->row_count);
	_Bool has_rejects = filter->rejects.sink != NULL;
	if (has_rejects)
		expr_faults_start(&filter->faults, batch->row_count);
	if (expr_eval(filter->condition, batch, &result, err) != 0) {
		rejects_locate(filter->header, batch,
		    expr_failed_row(filter->condition), err);
		return -1;
	}
	uint32_t kept = expr_true_rows(result, batch->row_count,
	    filter->rows);
	uint32_t gone = batch->row_count - kept;
	if (has_rejects)
		filter->counts->rejected += gone;
	else
		filter->counts->filtered += gone;
	if (has_rejects && gone > 0 &&
	    reject_others(filter, batch, result, kept, err) != 0)
		return -1;
	return row_emitter_take(&filter->out, &out, filter->rows, kept, err);
}

static int
run(struct filter *filter, struct batch_source *in, struct batch_sink *out,
    struct batch_sink *rejects, struct error *err)
{
	const struct batch *batch;
	int got;
	if (out->begin(out, &filter->projection.header, err) != 0)
		return -1;
	row_emitter_init(&filter->out, &filter->projection.header.schema,
	    in->header->has_blocks, out);
	if (rejects != NULL) {
		if (rejects_begin(&filter->rejects, in->header, rejects,
		    err) != 0)
			return -1;
		expr_collect(filter->condition, &filter->faults);
	}
	while ((got = batch_source_next(in, &batch, err)) == 1)
		if (filter_batch(filter, batch, err) != 0)
			return -1;
	if (got < 0 || row_emitter_finish(&filter->out, err) != 0)
		return -1;
	return rejects != NULL ? rejects_finish(&filter->rejects, err) : 0;
}

int
filter_run(const struct filter_options *options, struct batch_source *in,
    struct batch_sink *out, struct batch_sink *rejects, struct stage *stage,
    struct error *err)
{
	struct filter filter = {.header = in->header,
	    .counts = &stage->counts};
	if (lookup_compile_condition(options->condition, &in->header->schema,
	    &filter.condition, err) != 0)
		return -1;
	int result = projection_init(&filter.projection, in->header,
	    options->columns, err);
	if (result == 0)
		result = run(&filter, in, out, rejects, err);
	if (filter.out.sink != NULL)
		row_emitter_release(&filter.out);
	rejects_release(&filter.rejects);
	expr_faults_release(&filter.faults);
	projection_release(&filter.projection);
	mem_free(filter.rows);
	mem_free(filter.others);
	mem_free(filter.reasons);
	expr_free(filter.condition);
	return result;
}
