#include "op/aggregate/plan.h"

#include "op/lookup.h"

int
aggregate_check_scalar(const struct aggregate_spec *spec, struct error *err)
{
	char text[TYPE_TEXT_BYTES];
	if (spec->argument.id != TYPE_NULL && !type_is_nested(spec->argument))
		return 0;
	return error_usage(err, "%s of a %s", spec->name,
	    type_format(spec->argument, text));
}

int
aggregate_check_number(const struct aggregate_spec *spec, struct error *err)
{
	char text[TYPE_TEXT_BYTES];
	if (type_is_number(spec->argument))
		return 0;
	return error_usage(err, "%s of a %s", spec->name,
	    type_format(spec->argument, text));
}

/* ---- states ---------------------------------------------------------- */

/* The type that the input's column NAME.suffix has. */
static int
state_type(const struct schema *schema, const char *name, const char *suffix,
    struct type *type, struct error *err)
{
	uint32_t column;
	if (suffix[0] == '\0')
		return 0;
	char *whole = mem_printf("%s.%s", name, suffix);
	int result = schema_need(schema, whole, strlen(whole), &column, err);
	mem_free(whole);
	if (result != 0)
		return error_prefix(err, "not the output of --partial with "
		    "the same aggregates");
	*type = schema->fields[column].type;
	/* a sum of floats is exact bytes (base/exactsum.h) */
	if (type->id == TYPE_BINARY && strcmp(suffix, "sum") == 0)
		*type = type_of(TYPE_F64);
	return 0;
}

/* What the types of the arguments were, as the states tell. */
static int
types_of_states(const struct aggregate_plan *plan,
    const struct aggregate_call *call, struct aggregate_spec *spec,
    struct error *err)
{
	const struct aggregate_function *function = call->function;
	_Bool is_text = strcmp(function->name, "string_agg") == 0;
	spec->argument = is_text ? type_of(TYPE_STRING) : type_of(TYPE_F64);
	spec->second = type_of(TYPE_F64);
	if (state_type(plan->input, call->name, call->is_distinct ?
	    "value" : function->suffix, &spec->argument, err) != 0)
		return -1;
	return state_type(plan->input, call->name, function->suffix2,
	    &spec->second, err);
}

static int
compile(const char *text, const struct schema *schema, struct expr **expr,
    struct type *type, struct error *err)
{
	if (text == NULL)
		return 0;
	if (lookup_compile(text, schema, expr, err) != 0)
		return -1;
	*type = expr_type(*expr);
	return 0;
}

static struct aggregate_state *
make_state(struct aggregate_plan *plan, const struct aggregate_call *call,
    struct aggregate_plan_call *exprs, struct error *err)
{
	struct aggregate_spec spec = {.name = call->function->name,
	    .parameter = call->parameter, .is_distinct = call->is_distinct,
	    .is_by_value = call->is_by_value};
	if (plan->options->is_final) {
		if (types_of_states(plan, call, &spec, err) != 0)
			return NULL;
	} else if (compile(call->argument, plan->input, &exprs->argument,
	    &spec.argument, err) != 0 || compile(call->second, plan->input,
	    &exprs->second, &spec.second, err) != 0 ||
	    (call->filter != NULL && lookup_compile_condition(call->filter,
	    plan->input, &exprs->filter, err) != 0)) {
		return NULL;
	}
	return aggregate_call_state(call, &spec, err);
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

/* Names must be unique among results, among states, and what comes out. */
static int
check_names(const struct aggregate_plan *plan, struct error *err)
{
	struct schema results = {0}, states = {0}, items = {0};
	schema_add_all(&items, &plan->keys.schema);
	for (uint32_t i = 0; i < plan->list.item_count; i++)
		schema_add(&items, plan->list.items[i].name,
		    strlen(plan->list.items[i].name), type_of(TYPE_I64), 0);
	aggregator_result_schema(&plan->aggregator, &results);
	aggregator_state_schema(&plan->aggregator, &states);
	int result = check_schema(&items, err);
	if (result == 0)
		result = check_schema(&results, err);
	if (result == 0)
		result = check_schema(&states, err);
	schema_release(&results);
	schema_release(&states);
	schema_release(&items);
	return result;
}

/* Where the columns of the states stand in the input of --final. */
static int
plan_fields(struct aggregate_plan *plan, struct error *err)
{
	struct schema states = {0};
	int result = 0;
	aggregator_state_schema(&plan->aggregator, &states);
	plan->fields = mem_array((size_t)states.count + 1,
	    sizeof(*plan->fields));
	for (uint32_t i = 0; i < states.count && result == 0; i++) {
		const struct field *field = &states.fields[i];
		uint32_t *column = &plan->fields[i];
		char want[TYPE_TEXT_BYTES], is[TYPE_TEXT_BYTES];
		if (i < plan->keys.count) {
			*column = plan->keys.columns[i];
			continue;
		}
		result = schema_need(plan->input, field->name,
		    strlen(field->name), column, err);
		if (result != 0)
			error_prefix(err, "not the output of --partial with "
			    "the same aggregates");
		if (result == 0 && !type_is_equal(field->type,
		    plan->input->fields[*column].type))
			result = error_usage(err, "'%s' is a %s, not a %s: "
			    "not the output of --partial with the same "
			    "aggregates", field->name,
			    type_format(plan->input->fields[*column].type,
			    is), type_format(field->type, want));
	}
	schema_release(&states);
	return result;
}

/* ---- the plan -------------------------------------------------------- */

static int
plan_calls(struct aggregate_plan *plan, struct error *err)
{
	const struct aggregate_list *list = &plan->list;
	struct schema keys = {0};
	schema_add_all(&keys, &plan->keys.schema);
	aggregator_init(&plan->aggregator, &keys, plan->options->budget);
	plan->calls = mem_array((size_t)list->call_count + 1,
	    sizeof(*plan->calls));
	plan->inputs = mem_array((size_t)list->call_count + 1,
	    sizeof(*plan->inputs));
	for (uint32_t i = 0; i < list->call_count; i++) {
		const struct aggregate_call *call = &list->calls[i];
		struct aggregate_state *state = make_state(plan, call,
		    &plan->calls[i], err);
		if (state == NULL)
			return error_prefix(err, "%s", call->name);
		aggregator_add(&plan->aggregator, call->name, state);
	}
	if (check_names(plan, err) != 0)
		return -1;
	return plan->options->is_final ? plan_fields(plan, err) : 0;
}

static int
check_options(const struct aggregate_options *options, struct error *err)
{
	_Bool has_sets = options->sets.is_rollup || options->sets.is_cube ||
	    options->sets.list != NULL;
	if (options->is_partial && options->having != NULL)
		return error_usage(err, "--having needs results, which "
		    "--partial does not give: put it behind --final");
	if (options->is_sorted && (has_sets || options->is_final ||
	    options->is_partial))
		return error_usage(err, "--sorted is for plain groups, "
		    "without sets, --partial and --final");
	return 0;
}

int
aggregate_plan_init(struct aggregate_plan *plan,
    const struct aggregate_options *options, const struct schema *input,
    struct error *err)
{
	*plan = (struct aggregate_plan){.options = options, .input = input};
	if (check_options(options, err) != 0)
		return -1;
	if (options->aggregates != NULL && aggregate_list_parse(
	    options->aggregates, &plan->list, err) != 0)
		return -1;
	if (plan->list.item_count == 0 && options->keys == NULL)
		return error_usage(err, "neither keys nor aggregates");
	if (options->having != NULL) {
		plan->having = aggregate_list_rewrite(&plan->list,
		    options->having, err);
		if (plan->having == NULL)
			return error_prefix(err, "--having");
	}
	if (aggregate_keys_init(&plan->keys, options->keys, &options->sets,
	    input, options->is_final, err) != 0)
		return -1;
	return plan_calls(plan, err);
}

void
aggregate_plan_release(struct aggregate_plan *plan)
{
	for (uint32_t i = 0; i < plan->list.call_count &&
	    plan->calls != NULL; i++) {
		expr_free(plan->calls[i].argument);
		expr_free(plan->calls[i].second);
		expr_free(plan->calls[i].filter);
	}
	aggregator_release(&plan->aggregator);
	aggregate_keys_release(&plan->keys);
	aggregate_list_release(&plan->list);
	mem_free(plan->having);
	mem_free(plan->calls);
	mem_free(plan->fields);
	mem_free(plan->inputs);
}

int
aggregate_plan_eval(struct aggregate_plan *plan, const struct batch *batch,
    struct error *err)
{
	for (uint32_t i = 0; i < plan->list.call_count; i++) {
		struct aggregator_input *input = &plan->inputs[i];
		struct aggregate_plan_call *call = &plan->calls[i];
		if (input->is_rolled_up)
			continue;
		if ((call->argument != NULL && expr_eval(call->argument,
		    batch, &input->argument, err) != 0) ||
		    (call->second != NULL && expr_eval(call->second, batch,
		    &input->second, err) != 0) ||
		    (call->filter != NULL && expr_eval(call->filter, batch,
		    &input->filter, err) != 0))
			return error_prefix(err, "%s",
			    plan->list.calls[i].name);
	}
	return 0;
}
