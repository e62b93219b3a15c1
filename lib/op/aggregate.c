#include "op/aggregate.h"

#include "expr/expr.h"
#include "op/aggregate_list.h"
#include "op/aggregate_output.h"
#include "op/aggregate_runs.h"

/* One aggregate's expressions; NULL where there is none. */
struct column_plan {
	struct expr *argument;
	struct expr *filter;
};

struct run {
	const struct aggregate_options *options;
	struct batch_source *in;
	uint32_t *keys;			/* owned; columns of the input */
	uint32_t key_count;
	struct column_plan *plans;	/* owned; by aggregate */
	uint32_t *fields;		/* owned; is_final: input column of
					 * each column of the states */
	struct aggregator aggregator;
	struct aggregate_runs runs;
	struct aggregator_input *inputs;	/* owned, scratch */
	const struct column **key_columns;	/* owned, scratch */
	struct column *states;			/* owned, scratch */
	uint64_t block, row;		/* the next row's place in the input */
	uint64_t row_count;
};

static void
run_release(struct run *run, uint32_t plan_count)
{
	for (uint32_t i = 0; i < plan_count && run->plans != NULL; i++) {
		expr_free(run->plans[i].argument);
		expr_free(run->plans[i].filter);
	}
	aggregate_runs_release(&run->runs);
	aggregator_release(&run->aggregator);
	mem_free(run->keys);
	mem_free(run->plans);
	mem_free(run->fields);
	mem_free(run->inputs);
	mem_free(run->key_columns);
	mem_free(run->states);
}

/* ---- planning --------------------------------------------------------- */

static int
plan_keys(struct run *run, struct error *err)
{
	const struct schema *schema = &run->in->header->schema;
	struct schema keys = { 0 };

	if (run->options->keys != NULL && schema_need_list(schema,
	    run->options->keys, &run->keys, &run->key_count, err) != 0)
		return -1;
	for (uint32_t k = 0; k < run->key_count; k++) {
		const struct field *field = &schema->fields[run->keys[k]];

		if (type_is_nested(field->type)) {
			schema_release(&keys);
			return error_usage(err, "cannot group by '%s', a %s",
			    field->name, type_name(field->type.id));
		}
		schema_add(&keys, field->name, strlen(field->name),
		    field->type, field->is_nullable);
	}
	run->key_columns = mem_array((size_t)run->key_count + 1,
	    sizeof(*run->key_columns));
	aggregator_init(&run->aggregator, &keys, run->options->budget);
	return 0;
}

static int
compile(const char *text, const struct schema *schema, _Bool is_condition,
    struct expr **expr, struct error *err)
{
	if (text == NULL)
		return 0;
	return is_condition ?
	    expr_compile_condition(text, schema, expr, err) :
	    expr_compile(text, schema, expr, err);
}

/* The type of an argument whose state this column is. */
static struct type
argument_behind(const struct aggregate_function *function, struct type type)
{
	if (type.id == TYPE_BINARY && strcmp(function->suffix, "sum") == 0)
		return type_of(TYPE_F64);
	return type;
}

/* The input's column NAME.suffix. */
static int
find_field(const struct schema *schema, const char *name,
    const char *suffix, uint32_t *column, struct error *err)
{
	char *whole = mem_printf("%s.%s", name, suffix);
	int result = schema_need(schema, whole, strlen(whole), column, err);

	mem_free(whole);
	return result != 0 ? error_prefix(err, "not the output of --partial "
	    "with the same aggregates") : 0;
}

static struct aggregate_state *
make_state(struct run *run, const struct aggregate_item *item,
    struct column_plan *plan, struct error *err)
{
	const struct schema *schema = &run->in->header->schema;
	struct type type = type_of(TYPE_NULL);
	uint32_t column;

	if (run->options->is_final) {
		if (find_field(schema, item->name, item->function->suffix,
		    &column, err) != 0)
			return NULL;
		type = argument_behind(item->function,
		    schema->fields[column].type);
	} else if (compile(item->argument, schema, 0, &plan->argument,
	    err) != 0 ||
	    compile(item->filter, schema, 1, &plan->filter, err) != 0) {
		return NULL;
	} else if (plan->argument != NULL) {
		type = expr_type(plan->argument);
	}
	return item->function->make(type, err);
}

/* Where the columns of the states stand in the input of --final. */
static int
plan_fields(struct run *run, struct error *err)
{
	const struct schema *schema = &run->in->header->schema;
	struct schema states = { 0 };
	int result = 0;

	aggregator_state_schema(&run->aggregator, &states);
	run->fields = mem_array((size_t)states.count + 1,
	    sizeof(*run->fields));
	run->states = mem_array((size_t)states.count + 1,
	    sizeof(*run->states));
	for (uint32_t k = 0; k < run->key_count; k++)
		run->fields[k] = run->keys[k];
	for (uint32_t i = run->key_count; i < states.count && result == 0;
	    i++) {
		const struct field *field = &states.fields[i];
		char want[TYPE_TEXT_BYTES], is[TYPE_TEXT_BYTES];
		uint32_t *column = &run->fields[i];

		result = schema_need(schema, field->name,
		    strlen(field->name), column, err);
		if (result == 0 && !type_is_equal(field->type,
		    schema->fields[*column].type))
			result = error_usage(err, "'%s' is a %s, not a %s: "
			    "not the output of --partial with the same "
			    "aggregates", field->name,
			    type_format(schema->fields[*column].type, is),
			    type_format(field->type, want));
	}
	schema_release(&states);
	return result;
}

static int
check_schema(const struct schema *schema, struct error *err)
{
	for (uint32_t i = 0; i < schema->count; i++) {
		const char *name = schema->fields[i].name;

		if (schema_find(schema, name, strlen(name)) != (int)i)
			return error_usage(err,
			    "there would be two columns '%s'", name);
	}
	return 0;
}

/* Names must be unique among results and among states. */
static int
check_names(const struct aggregator *aggregator, struct error *err)
{
	struct schema results = { 0 }, states = { 0 };
	int result;

	aggregator_result_schema(aggregator, &results);
	aggregator_state_schema(aggregator, &states);
	result = check_schema(&results, err);
	if (result == 0)
		result = check_schema(&states, err);
	schema_release(&results);
	schema_release(&states);
	return result;
}

static int
plan_aggregates(struct run *run, const struct aggregate_list *list,
    struct error *err)
{
	run->plans = mem_array((size_t)list->count + 1, sizeof(*run->plans));
	run->inputs = mem_array((size_t)list->count + 1,
	    sizeof(*run->inputs));
	for (uint32_t i = 0; i < list->count; i++) {
		const struct aggregate_item *item = &list->items[i];
		struct aggregate_state *state = make_state(run, item,
		    &run->plans[i], err);

		if (state == NULL)
			return error_prefix(err, "%s", item->name);
		aggregator_add(&run->aggregator, item->name, state);
	}
	if (check_names(&run->aggregator, err) != 0)
		return -1;
	return run->options->is_final ? plan_fields(run, err) : 0;
}

/* ---- running ---------------------------------------------------------- */

static int
take_rows(struct run *run, const struct batch *batch, struct error *err)
{
	struct aggregator *aggregator = &run->aggregator;

	if (run->in->header->has_blocks &&
	    batch->block.index != run->block) {
		run->block = batch->block.index;
		run->row = 0;
	}
	for (uint32_t k = 0; k < run->key_count; k++)
		run->key_columns[k] = &batch->columns[run->keys[k]];
	for (uint32_t i = 0; i < aggregator->column_count; i++) {
		struct aggregator_input *input = &run->inputs[i];
		struct column_plan *plan = &run->plans[i];

		if ((plan->argument != NULL && expr_eval(plan->argument,
		    batch, &input->argument, err) != 0) ||
		    (plan->filter != NULL && expr_eval(plan->filter, batch,
		    &input->filter, err) != 0))
			return error_prefix(err, "%s",
			    aggregator->columns[i].name);
	}
	if (aggregator_update(aggregator, batch->row_count,
	    run->key_columns, run->inputs, run->block, run->row, err) != 0)
		return -1;
	run->row += batch->row_count;
	return 0;
}

static int
take_states(struct run *run, const struct batch *batch, struct error *err)
{
	struct batch states = *batch;

	states.columns = run->states;
	states.column_count = run->runs.schema.count;
	for (uint32_t i = 0; i < states.column_count; i++)
		states.columns[i] = batch->columns[run->fields[i]];
	return aggregator_merge(&run->aggregator, &states, err);
}

static int
take_all(struct run *run, struct error *err)
{
	const struct batch *batch;
	int got;

	while ((got = batch_source_next(run->in, &batch, err)) == 1) {
		if (batch->row_count == 0)
			continue;
		run->row_count += batch->row_count;
		if ((run->options->is_final ? take_states(run, batch, err) :
		    take_rows(run, batch, err)) != 0)
			return -1;
		if (run->options->budget != NULL &&
		    budget_is_exceeded(run->options->budget) &&
		    aggregate_runs_spill(&run->runs, err) != 0)
			return -1;
	}
	return got;
}

/* The header of the output. */
static int
begin(struct run *run, struct batch_sink *out, struct stream_header *header,
    struct error *err)
{
	struct properties *properties = &header->properties;

	if (run->in->header->origin != NULL)
		header->origin = mem_strdup(run->in->header->origin);
	if (run->options->is_partial)
		aggregator_state_schema(&run->aggregator, &header->schema);
	else
		aggregator_result_schema(&run->aggregator, &header->schema);
	properties->sort_keys = aggregator_state_order(&run->aggregator,
	    &properties->sort_key_count);
	if (!run->options->is_partial) {
		properties->sort_key_count = run->key_count;
		properties->unique_columns = mem_array(
		    (size_t)run->key_count + 1, sizeof(uint32_t));
		properties->unique_column_count = run->key_count;
		for (uint32_t k = 0; k < run->key_count; k++)
			properties->unique_columns[k] = k;
	}
	return out->begin(out, header, err);
}

static int
give_all(struct run *run, struct aggregate_output *output, struct error *err)
{
	struct aggregator_writer *writer = &output->writer;
	_Bool is_partial = run->options->is_partial;
	int result;

	if (run->runs.run_count > 0) {
		if (aggregate_runs_spill(&run->runs, err) != 0)
			return -1;
		result = aggregate_runs_merge(&run->runs, is_partial, writer,
		    err);
	} else if (is_partial) {
		result = aggregator_give_states(&run->aggregator, writer,
		    err);
	} else {
		result = aggregator_give_results(&run->aggregator, 0, writer,
		    err);
	}
	return result == 0 ? aggregate_output_finish(output, err) : -1;
}

static int
run_planned(struct run *run, struct batch_sink *out, struct stage *stage,
    struct error *err)
{
	struct stream_header header = { 0 };
	struct aggregate_output output = { 0 };
	int result;

	aggregate_runs_init(&run->runs, &run->aggregator,
	    run->options->folder);
	result = begin(run, out, &header, err);
	if (result == 0) {
		aggregate_output_init(&output, &header.schema,
		    run->key_count, out);
		result = take_all(run, err);
	}
	if (run->runs.run_count > 0)
		stage_set_strategy(stage, "spilled");
	if (result == 0)
		result = give_all(run, &output, err);
	stage->counts.grouped = run->row_count;
	aggregate_output_release(&output);
	stream_header_release(&header);
	return result;
}

int
aggregate_run(const struct aggregate_options *options,
    struct batch_source *in, struct batch_sink *out, struct stage *stage,
    struct error *err)
{
	struct run run = { .options = options, .in = in };
	struct aggregate_list list = { 0 };
	int result = 0;

	if (options->aggregates != NULL)
		result = aggregate_list_parse(options->aggregates, &list,
		    err);
	if (result == 0 && list.count == 0 && options->keys == NULL)
		result = error_usage(err, "neither keys nor aggregates");
	if (result == 0)
		result = plan_keys(&run, err);
	if (result == 0)
		result = plan_aggregates(&run, &list, err);
	if (result == 0)
		result = run_planned(&run, out, stage, err);
	run_release(&run, list.count);
	aggregate_list_release(&list);
	return result;
}
