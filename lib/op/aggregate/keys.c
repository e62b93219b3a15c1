#include "op/aggregate/keys.h"

#include "op/lookup.h"

/* ---- keys ------------------------------------------------------------ */

static _Bool
is_plain(const char *text)
{
	if (text[0] == '"')
		return strchr(text + 1, '"') == text + strlen(text) - 1;
	for (; *text != '\0'; text++)
		if (!((*text >= 'a' && *text <= 'z') ||
		    (*text >= 'A' && *text <= 'Z') ||
		    (*text >= '0' && *text <= '9') || *text == '_' ||
		    (*text & 0x80) != 0))
			return 0;
	return 1;
}

/* A column that stands there, by its name. */
static int
add_column(struct aggregate_keys *keys, const char *name, size_t len,
    const struct schema *input, struct error *err)
{
	uint32_t k = keys->schema.count;
	if (schema_need(input, name, len, &keys->columns[k], err) != 0)
		return -1;
	const struct field *field = &input->fields[keys->columns[k]];
	if (type_is_nested(field->type))
		return error_usage(err, "cannot group by '%s', a %s",
		    field->name, type_name(field->type.id));
	if (schema_find(&keys->schema, name, len) >= 0)
		return error_usage(err, "key '%s' is named twice",
		    field->name);
	schema_add(&keys->schema, field->name, strlen(field->name),
	    field->type, field->is_nullable);
	return 0;
}

static int
add_key(struct aggregate_keys *keys, const struct expr_item *item,
    const struct schema *input, _Bool is_final, struct error *err)
{
	const char *text = item->text;
	const char *name = item->name[0] != '\0' ? item->name : text;
	size_t len = strlen(text);
	struct expr **expr = &keys->exprs[keys->schema.count];
	if (is_final && (item->name[0] != '\0' || !is_plain(text)))
		return add_column(keys, name, strlen(name), input, err);
	if (item->name[0] == '\0' && is_plain(text))
		return text[0] == '"' ? add_column(keys, text + 1, len - 2,
		    input, err) : add_column(keys, text, len, input, err);
	if (lookup_compile(text, input, expr, err) != 0)
		return error_prefix(err, "key '%s'", name);
	keys->texts[keys->schema.count] = mem_strdup(text);
	if (type_is_nested(expr_type(*expr)) ||
	    expr_type(*expr).id == TYPE_NULL)
		return error_usage(err, "cannot group by '%s', a %s", name,
		    type_name(expr_type(*expr).id));
	if (schema_find(&keys->schema, name, strlen(name)) >= 0)
		return error_usage(err, "key '%s' is named twice", name);
	schema_add(&keys->schema, name, strlen(name), expr_type(*expr),
	    expr_is_nullable(*expr));
	return 0;
}

static int
add_keys(struct aggregate_keys *keys, const char *list,
    const struct schema *input, _Bool is_final, struct error *err)
{
	struct expr_items items = {0};
	if (list != NULL && expr_items_parse(list, &items, err) != 0)
		return -1;
	size_t room = (size_t)items.count + 2;
	keys->exprs = mem_array(room, sizeof(*keys->exprs));
	keys->columns = mem_array(room, sizeof(*keys->columns));
	keys->texts = mem_array(room, sizeof(*keys->texts));
	keys->views = mem_array(room, sizeof(*keys->views));
	keys->values = mem_array(room, sizeof(*keys->values));
	keys->nulls = mem_array(room, sizeof(*keys->nulls));
	keys->null_views = mem_array(room, sizeof(*keys->null_views));
	int result = 0;
	for (uint32_t i = 0; i < items.count && result == 0; i++)
		result = add_key(keys, &items.items[i], input, is_final, err);
	keys->count = keys->schema.count;
	expr_items_release(&items);
	return result;
}

/* ---- sets ------------------------------------------------------------ */

static void
add_set(struct aggregate_keys *keys, uint64_t id)
{
	keys->sets = mem_grow_array(keys->sets, (size_t)keys->set_count + 1,
	    sizeof(*keys->sets));
	keys->sets[keys->set_count++] = id;
}

/* "a, b" as the bits that are then 0 */
static int
parse_set(struct aggregate_keys *keys, const char *text, size_t len,
    struct error *err)
{
	uint64_t id = (UINT64_C(1) << keys->count) - 1;
	uint32_t *named = NULL;
	uint32_t count = 0;
	char *list = mem_strndup(text, len);
	if (list[strspn(list, " \t\n")] != '\0' && schema_need_list(
	    &keys->schema, list, &named, &count, err) != 0) {
		mem_free(list);
		return error_prefix(err, "grouping sets");
	}
	for (uint32_t i = 0; i < count; i++)
		id &= ~(UINT64_C(1) << (keys->count - 1 - named[i]));
	add_set(keys, id);
	mem_free(named);
	mem_free(list);
	return 0;
}

/* "(a, b), (a), ()" */
static int
parse_sets(struct aggregate_keys *keys, const char *text, struct error *err)
{
	const char *blanks = " \t\n";
	while (1) {
		text += strspn(text, blanks);
		const char *end = *text == '(' ? strchr(text, ')') : NULL;
		if (end == NULL)
			return error_usage(err, "grouping sets are lists of "
			    "keys in parentheses: '(a, b), (a), ()'");
		if (keys->set_count == AGGREGATE_MAX_SETS)
			return error_usage(err, "more than %d grouping sets",
			    AGGREGATE_MAX_SETS);
		if (parse_set(keys, text + 1, (size_t)(end - text - 1),
		    err) != 0)
			return -1;
		text = end + 1 + strspn(end + 1, blanks);
		if (*text == '\0')
			return 0;
		text += *text == ',';
	}
}

static int
make_sets(struct aggregate_keys *keys, const struct aggregate_sets *sets,
    struct error *err)
{
	if (sets->is_rollup + sets->is_cube + (sets->list != NULL) > 1)
		return error_usage(err, "only one of --rollup, --cube and "
		    "--sets is possible");
	if (keys->count == 0 || keys->count > AGGREGATE_MAX_SET_KEYS)
		return error_usage(err, "grouping sets need from 1 to %d "
		    "keys", AGGREGATE_MAX_SET_KEYS);
	if (sets->list != NULL)
		return parse_sets(keys, sets->list, err);
	if (sets->is_cube && UINT64_C(1) << keys->count > AGGREGATE_MAX_SETS)
		return error_usage(err, "a cube of %u keys has more than %d "
		    "grouping sets", keys->count, AGGREGATE_MAX_SETS);
	if (sets->is_cube)
		for (uint64_t id = 0; id < UINT64_C(1) << keys->count; id++)
			add_set(keys, id);
	for (uint32_t k = 0; k <= keys->count && sets->is_rollup; k++)
		add_set(keys, (UINT64_C(1) << k) - 1);
	return 0;
}

static int
add_sets(struct aggregate_keys *keys, const struct aggregate_sets *sets,
    const struct schema *input, _Bool is_final, struct error *err)
{
	const char *name = AGGREGATE_GROUPING_ID;
	if (!sets->is_rollup && !sets->is_cube && sets->list == NULL)
		return 0;
	if (make_sets(keys, sets, err) != 0)
		return -1;
	for (uint32_t k = 0; k < keys->count; k++) {
		keys->schema.fields[k].is_nullable = 1;
		column_builder_init(&keys->nulls[k],
		    keys->schema.fields[k].type);
	}
	if (is_final) {
		/* the sets are in the input already */
		keys->set_count = 0;
		int result = add_column(keys, name, strlen(name), input, err);
		keys->count = keys->schema.count;
		return result;
	}
	if (schema_find(&keys->schema, name, strlen(name)) >= 0)
		return error_usage(err, "a key is called '%s'", name);
	schema_add(&keys->schema, name, strlen(name), type_of(TYPE_I64), 0);
	column_builder_init(&keys->id, type_of(TYPE_I64));
	return 0;
}

/* ---- all ------------------------------------------------------------- */

int
aggregate_keys_init(struct aggregate_keys *keys, const char *list,
    const struct aggregate_sets *sets, const struct schema *input,
    _Bool is_final, struct error *err)
{
	*keys = (struct aggregate_keys){0};
	if (add_keys(keys, list, input, is_final, err) != 0)
		return -1;
	return add_sets(keys, sets, input, is_final, err);
}

void
aggregate_keys_release(struct aggregate_keys *keys)
{
	for (uint32_t k = 0; k < keys->count && keys->exprs != NULL; k++) {
		expr_free(keys->exprs[k]);
		mem_free(keys->texts[k]);
		column_builder_release(&keys->nulls[k]);
	}
	column_builder_release(&keys->id);
	schema_release(&keys->schema);
	mem_free(keys->exprs);
	mem_free(keys->columns);
	mem_free(keys->texts);
	mem_free(keys->sets);
	mem_free(keys->views);
	mem_free(keys->values);
	mem_free(keys->nulls);
	mem_free(keys->null_views);
}

int
aggregate_keys_eval(struct aggregate_keys *keys, const struct batch *batch,
    struct error *err)
{
	for (uint32_t k = 0; k < keys->count; k++) {
		keys->values[k] = keys->exprs[k] == NULL ?
		    &batch->columns[keys->columns[k]] : NULL;
		if (keys->exprs[k] != NULL && expr_eval(keys->exprs[k],
		    batch, &keys->values[k], err) != 0)
			return error_prefix(err, "key '%s'",
			    keys->schema.fields[k].name);
	}
	return 0;
}

/* So many nulls of key k's type. */
static const struct column *
nulls_of(struct aggregate_keys *keys, uint32_t k, uint32_t rows)
{
	struct column_builder *nulls = &keys->nulls[k];
	column_builder_clear(nulls);
	while (nulls->row_count < rows)
		column_builder_append_null(nulls);
	keys->null_views[k] = column_builder_view(nulls);
	return &keys->null_views[k];
}

const struct column *const *
aggregate_keys_of(struct aggregate_keys *keys, uint32_t set, uint32_t rows)
{
	if (keys->set_count == 0)
		return keys->values;
	uint64_t id = keys->sets[set];
	for (uint32_t k = 0; k < keys->count; k++)
		keys->views[k] = id >> (keys->count - 1 - k) & 1 ?
		    nulls_of(keys, k, rows) : keys->values[k];
	column_builder_clear(&keys->id);
	int64_t *ids = column_builder_extend(&keys->id, rows);
	for (uint32_t i = 0; i < rows; i++)
		ids[i] = (int64_t)id;
	keys->id_view = column_builder_view(&keys->id);
	keys->views[keys->count] = &keys->id_view;
	return keys->views;
}

_Bool
aggregate_keys_are_same(const struct aggregate_keys *a, uint32_t i,
    const struct aggregate_keys *b, uint32_t k)
{
	if (a->exprs[i] == NULL || b->exprs[k] == NULL)
		return a->exprs[i] == b->exprs[k] &&
		    a->columns[i] == b->columns[k];
	return strcmp(a->texts[i], b->texts[k]) == 0;
}

int64_t
aggregate_keys_total(const struct aggregate_keys *keys)
{
	for (uint32_t i = 0; i < keys->set_count; i++)
		if (keys->sets[i] == (UINT64_C(1) << keys->count) - 1)
			return i;
	return -1;
}
