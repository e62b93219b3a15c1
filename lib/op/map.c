#include "op/map.h"

#include <string.h>

#include "op/lookup.h"
#include "op/rejects.h"

struct computed {
	struct expr *expr;	/* owned */
	uint32_t column;	/* in the scope */
};

struct output {
	char *name;		/* owned */
	uint32_t column;	/* in the scope */
};

struct map {
	const struct stream_header *input;	/* borrowed */
	struct schema scope;
	uint32_t *origin;	/* owned; input column, or PROPERTY_GONE */
	_Bool *is_dropped;	/* owned; by scope column */
	struct computed *computed;	/* owned */
	uint32_t computed_count;
	struct output *outputs;		/* owned */
	uint32_t output_count;
	struct column *values;	/* owned; of the scope, for a batch */
	struct column *results;	/* owned; [output_count] */
	struct stream_header header;	/* of what comes out */
	struct row_emitter out;
	struct rejects rejects;
	struct expr_faults faults;
	uint32_t *rows;		/* owned, of one batch */
	const char **reasons;	/* owned */
	uint32_t capacity;
};

/* ---- building -------------------------------------------------------- */

static void
add_column(struct map *map, const char *name, struct type type,
    _Bool is_nullable, uint32_t origin)
{
	uint32_t count = map->scope.count;
	schema_add(&map->scope, name, strlen(name), type, is_nullable);
	map->origin = mem_grow_array(map->origin, (size_t)count + 1,
	    sizeof(*map->origin));
	map->is_dropped = mem_grow_array(map->is_dropped, (size_t)count + 1,
	    sizeof(*map->is_dropped));
	map->origin[count] = origin;
	map->is_dropped[count] = 0;
}

struct map *
map_new(const struct stream_header *input)
{
	struct map *map = mem_zalloc(sizeof(*map));
	map->input = input;
	for (uint32_t i = 0; i < input->schema.count; i++) {
		const struct field *field = &input->schema.fields[i];
		add_column(map, field->name, field->type, field->is_nullable,
		    i);
	}
	return map;
}

void
map_free(struct map *map)
{
	if (map == NULL)
		return;
	for (uint32_t i = 0; i < map->computed_count; i++)
		expr_free(map->computed[i].expr);
	for (uint32_t i = 0; i < map->output_count; i++)
		mem_free(map->outputs[i].name);
	mem_free(map->computed);
	mem_free(map->outputs);
	mem_free(map->origin);
	mem_free(map->is_dropped);
	mem_free(map->values);
	mem_free(map->results);
	mem_free(map->rows);
	mem_free(map->reasons);
	schema_release(&map->scope);
	stream_header_release(&map->header);
	if (map->out.sink != NULL)
		row_emitter_release(&map->out);
	rejects_release(&map->rejects);
	expr_faults_release(&map->faults);
	mem_free(map);
}

const struct schema *
map_scope(const struct map *map)
{
	return &map->scope;
}

int
map_set(struct map *map, const char *name, const char *text,
    uint32_t *column, struct error *err)
{
	struct expr *expr;
	if (lookup_compile(text, &map->scope, &expr, err) != 0)
		return -1;
	int same = expr_column(expr);
	uint32_t origin = same < 0 ? PROPERTY_GONE : map->origin[same];
	int found = schema_find(&map->scope, name, strlen(name));
	uint32_t place = found < 0 ? map->scope.count : (uint32_t)found;
	if (found < 0) {
		if (place >= SCHEMA_MAX_COLUMNS) {
			expr_free(expr);
			return error_usage(err, "more than %d columns",
			    SCHEMA_MAX_COLUMNS);
		}
		add_column(map, name, expr_type(expr), expr_is_nullable(expr),
		    origin);
	} else {
		map->scope.fields[place].type = expr_type(expr);
		map->scope.fields[place].is_nullable = expr_is_nullable(expr);
		map->origin[place] = origin;
	}
	map->computed = mem_grow_array(map->computed,
	    (size_t)map->computed_count + 1, sizeof(*map->computed));
	map->computed[map->computed_count++] = (struct computed){
	    .expr = expr, .column = place};
	if (column != NULL)
		*column = place;
	return 0;
}

void
map_drop(struct map *map, uint32_t column)
{
	map->is_dropped[column] = 1;
}

int
map_output(struct map *map, uint32_t column, const char *name,
    struct error *err)
{
	for (uint32_t i = 0; i < map->output_count; i++)
		if (strcmp(map->outputs[i].name, name) == 0)
			return error_usage(err, "two columns would be named "
			    "'%s'", name);
	map->outputs = mem_grow_array(map->outputs,
	    (size_t)map->output_count + 1, sizeof(*map->outputs));
	map->outputs[map->output_count++] = (struct output){
	    .name = mem_strdup(name), .column = column};
	return 0;
}

uint32_t
map_output_count(const struct map *map)
{
	return map->output_count;
}

/* An item without a name is a column that is to come out. */
static int
take_column(struct map *map, const char *text, _Bool is_output,
    struct error *err)
{
	struct expr *expr;
	if (lookup_compile(text, map_scope(map), &expr, err) != 0)
		return -1;
	int column = expr_column(expr);
	expr_free(expr);
	if (column < 0)
		return error_usage(err, "'%s' has no name: NAME = %s", text,
		    text);
	return is_output ? map_output(map, (uint32_t)column,
	    map_scope(map)->fields[column].name, err) : 0;
}

static int
add_item(struct map *map, const struct expr_item *item, _Bool is_output,
    struct error *err)
{
	uint32_t column;
	if (item->name[0] == '\0')
		return take_column(map, item->text, is_output, err);
	if (map_set(map, item->name, item->text, &column, err) != 0)
		return error_prefix(err, "%s", item->name);
	return is_output ? map_output(map, column, item->name, err) : 0;
}

int
map_items(struct map *map, const char *list, _Bool are_output,
    struct error *err)
{
	struct expr_items items;
	if (expr_items_parse(list, &items, err) != 0)
		return -1;
	int result = 0;
	for (uint32_t i = 0; result == 0 && i < items.count; i++) {
		for (uint32_t k = 0; k < i; k++)
			if (items.items[i].name[0] != '\0' &&
			    strcmp(items.items[k].name,
			    items.items[i].name) == 0)
				result = error_usage(err, "'%s' is given "
				    "twice", items.items[i].name);
		if (result == 0)
			result = add_item(map, &items.items[i], are_output,
			    err);
	}
	expr_items_release(&items);
	return result;
}

/* ---- running --------------------------------------------------------- */

static int
make_header(struct map *map, struct error *err)
{
	struct stream_header *header = &map->header;
	_Bool is_all = map->output_count == 0;
	for (uint32_t i = 0; is_all && i < map->scope.count; i++)
		if (!map->is_dropped[i] && map_output(map, i,
		    map->scope.fields[i].name, err) != 0)
			return -1;
	if (map->output_count == 0)
		return error_usage(err, "no column would be left");
	uint32_t *places = mem_array(map->output_count, sizeof(*places));
	for (uint32_t i = 0; i < map->output_count; i++) {
		uint32_t column = map->outputs[i].column;
		const struct field *field = &map->scope.fields[column];
		const char *name = map->outputs[i].name;
		schema_add(&header->schema, name, strlen(name), field->type,
		    field->is_nullable);
		places[i] = map->origin[column];
	}
	properties_map(&header->properties, &map->input->properties, places,
	    map->output_count);
	mem_free(places);
	header->has_blocks = map->input->has_blocks;
	if (map->input->origin != NULL)
		header->origin = mem_strdup(map->input->origin);
	map->values = mem_array(map->scope.count, sizeof(*map->values));
	map->results = mem_array(map->output_count, sizeof(*map->results));
	return 0;
}

/* All columns of the scope for one batch. */
static int
compute(struct map *map, const struct batch *batch, struct error *err)
{
	struct batch scope = *batch;
	scope.columns = map->values;
	scope.column_count = map->scope.count;
	if (batch->column_count > 0)
		memcpy(map->values, batch->columns, batch->column_count *
		    sizeof(*map->values));
	for (uint32_t i = 0; i < map->computed_count; i++) {
		struct computed *computed = &map->computed[i];
		const struct column *result = NULL;
		if (expr_eval(computed->expr, &scope, &result, err) != 0) {
			rejects_locate(map->input, batch,
			    expr_failed_row(computed->expr), err);
			return -1;
		}
		map->values[computed->column] = *result;
	}
	for (uint32_t i = 0; i < map->output_count; i++)
		map->results[i] = map->values[map->outputs[i].column];
	return 0;
}

/* Bad rows to the rejects; writes the good ones to rows, returns them. */
static int
split_rows(struct map *map, const struct batch *batch, uint32_t *kept,
    struct error *err)
{
	struct expr_faults *faults = &map->faults;
	uint32_t fault = 0, count = 0;
	if (batch->row_count > map->capacity) {
		map->capacity = batch->row_count;
		map->rows = mem_grow_array(map->rows, map->capacity,
		    sizeof(*map->rows));
		map->reasons = mem_grow_array(map->reasons, map->capacity,
		    sizeof(*map->reasons));
	}
	expr_faults_sort(faults);
	for (uint32_t i = 0; i < faults->count; i++) {
		map->rows[i] = faults->items[i].row;
		map->reasons[i] = faults->items[i].reason;
	}
	if (rejects_add(&map->rejects, batch, map->rows, map->reasons,
	    faults->count, err) != 0)
		return -1;
	for (uint32_t row = 0; row < batch->row_count; row++) {
		if (fault < faults->count && faults->items[fault].row == row)
			fault++;
		else
			map->rows[count++] = row;
	}
	*kept = count;
	return 0;
}

/* The results of one batch, borrowed until the next. */
static struct batch
results_of(const struct map *map, const struct batch *batch)
{
	struct batch out = *batch;
	out.columns = map->results;
	out.column_count = map->output_count;
	if (!batch->is_mark)
		return out;
	/* No rows: no values. */
	memset(map->results, 0, map->output_count * sizeof(*map->results));
	for (uint32_t i = 0; i < map->output_count; i++)
		map->results[i].type = map->header.schema.fields[i].type;
	return out;
}

static int
map_batch(struct map *map, const struct batch *batch, struct error *err)
{
	struct batch out = results_of(map, batch);
	uint32_t kept = batch->row_count;
	if (batch->is_mark)
		return row_emitter_take(&map->out, &out, NULL, 0, err);
	_Bool has_rejects = map->rejects.sink != NULL;
	if (has_rejects)
		expr_faults_start(&map->faults, batch->row_count);
	if (compute(map, batch, err) != 0)
		return -1;
	if (!has_rejects || map->faults.count == 0)
		return row_emitter_take(&map->out, &out, NULL, kept, err);
	if (split_rows(map, batch, &kept, err) != 0)
		return -1;
	return row_emitter_take(&map->out, &out, map->rows, kept, err);
}

int
map_run(struct map *map, struct batch_source *in, struct batch_sink *out,
    struct batch_sink *rejects, struct stage *stage, struct error *err)
{
	const struct batch *batch;
	int got;
	if (make_header(map, err) != 0 ||
	    out->begin(out, &map->header, err) != 0)
		return -1;
	row_emitter_init(&map->out, &map->header.schema,
	    map->header.has_blocks, out);
	if (rejects != NULL) {
		if (rejects_begin(&map->rejects, map->input, rejects, err) !=
		    0)
			return -1;
		for (uint32_t i = 0; i < map->computed_count; i++)
			expr_collect(map->computed[i].expr, &map->faults);
	}
	while ((got = batch_source_next(in, &batch, err)) == 1)
		if (map_batch(map, batch, err) != 0)
			return -1;
	if (got < 0 || row_emitter_finish(&map->out, err) != 0)
		return -1;
	if (rejects == NULL)
		return 0;
	stage->counts.rejected += map->rejects.count;
	return rejects_finish(&map->rejects, err);
}

/* ---- as a source ----------------------------------------------------- */

struct map_source {
	struct batch_source source;
	struct map *map;		/* borrowed */
	struct batch_source *in;	/* borrowed */
	struct batch out;
};

static int
source_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct map_source *self = (struct map_source *)source;
	const struct batch *in;
	int got = batch_source_next(self->in, &in, err);
	if (got != 1)
		return got;
	if (!in->is_mark && compute(self->map, in, err) != 0)
		return -1;
	self->out = results_of(self->map, in);
	*batch = &self->out;
	return 1;
}

static const struct stages *
source_stages(struct batch_source *source)
{
	struct map_source *self = (struct map_source *)source;
	return self->in->stages(self->in);
}

static void
source_free(struct batch_source *source)
{
	mem_free(source);
}

struct batch_source *
map_source_new(struct map *map, struct batch_source *in, struct error *err)
{
	if (make_header(map, err) != 0)
		return NULL;
	struct map_source *self = mem_zalloc(sizeof(*self));
	*self = (struct map_source){.map = map, .in = in,
	    .source = {.header = &map->header, .next = source_next,
	    .stages = source_stages, .free = source_free}};
	return &self->source;
}
