/*
 * lookup('file', key, 'column'): the value of a column in the row of another
 * table that has the key; null where there is none.  The table comes from
 * the loader that the expression was compiled with.
 *
 * A string key that is coded is looked up once for each entry (lift.c).
 * Texts found by other keys come out coded, by a dictionary of the node's
 * own, whose entries are added when a row first needs them.
 */
#include "expr/function.h"

#include <string.h>

#include "batch/builder.h"
#include "expr/kernel.h"

struct lookup {
	struct expr_table *table;	/* owned */
	struct column_builder taken;	/* values of fixed width */
	uint32_t *codes;		/* owned; of texts, or none yet */
	_Bool is_plain;			/* texts do not come out coded */
};

static void
free_lookup(void *state)
{
	struct lookup *lookup = state;
	lookup->table->free(lookup->table);
	column_builder_release(&lookup->taken);
	mem_free(lookup->codes);
	mem_free(lookup);
}

/* ---- values ---------------------------------------------------------- */

static void
set_nulls(struct call *call, const struct column *values,
    const uint32_t *ids)
{
	for (uint32_t row = 0; row < call->rows; row++)
		if (ids[row] == COLUMN_NULL_ROW ||
		    column_is_null(values, ids[row]))
			vector_set_null(call->out, row, call->rows);
}

static int
give_fixed(struct call *call, const struct lookup *lookup,
    struct column_builder *taken, const uint32_t *ids)
{
	const struct column *values = &lookup->table->values;
	column_builder_clear(taken);
	/* of a fixed width: this cannot be too large */
	if (column_builder_take(taken, values, ids, call->rows) != 0)
		return -1;
	struct column column = column_builder_view(taken);
	size_t bytes = column.type.id == TYPE_BOOL ? bitmap_bytes(call->rows) :
	    type_width(column.type) * call->rows;
	memcpy(vector_start(call->out, call->node->type, call->rows),
	    column.values, bytes);
	set_nulls(call, values, ids);
	return 0;
}

static int
give_plain(struct call *call, const struct column *values,
    const uint32_t *ids)
{
	vector_start_text(call->out, call->node->type, call->rows);
	for (uint32_t row = 0; row < call->rows; row++) {
		uint32_t len = 0;
		const uint8_t *bytes = NULL;
		if (ids[row] != COLUMN_NULL_ROW &&
		    !column_is_null(values, ids[row]))
			bytes = column_bytes(values, ids[row], &len);
		if (kernel_put(call, row, bytes, len) != 0)
			return -1;
	}
	set_nulls(call, values, ids);
	return 0;
}

/* The codes of texts that rows need for the first time; 0 if one has none. */
static _Bool
map_texts(struct lookup *lookup, struct dictionary *dictionary,
    const uint32_t *ids, uint32_t rows)
{
	const struct column *values = &lookup->table->values;
	for (uint32_t row = 0; row < rows; row++) {
		uint32_t id = ids[row], len;
		if (id == COLUMN_NULL_ROW ||
		    lookup->codes[id] != DICTIONARY_NONE ||
		    column_is_null(values, id))
			continue;
		const uint8_t *bytes = column_bytes(values, id, &len);
		lookup->codes[id] = dictionary_add(dictionary, bytes, len);
		if (lookup->codes[id] == DICTIONARY_NONE)
			return 0;
	}
	return 1;
}

static int
give_coded(struct call *call, struct lookup *lookup, const uint32_t *ids)
{
	const struct column *values = &lookup->table->values;
	struct node *node = call->node;
	if (node->dictionary == NULL)
		node->dictionary = dictionary_new();
	if (!map_texts(lookup, node->dictionary, ids, call->rows)) {
		lookup->is_plain = 1;
		return give_plain(call, values, ids);
	}
	uint8_t width = dictionary_code_bytes(node->dictionary->count);
	void *out = vector_start_codes(call->out, node->dictionary, width,
	    call->rows);
	for (uint32_t row = 0; row < call->rows; row++) {
		uint32_t code = ids[row] == COLUMN_NULL_ROW ||
		    lookup->codes[ids[row]] == DICTIONARY_NONE ? 0 :
		    lookup->codes[ids[row]];
		if (width == 1)
			((uint8_t *)out)[row] = (uint8_t)code;
		else if (width == 2)
			((uint16_t *)out)[row] = (uint16_t)code;
		else
			((uint32_t *)out)[row] = code;
	}
	set_nulls(call, values, ids);
	return 0;
}

static int
kernel_lookup(struct call *call)
{
	struct lookup *lookup = call->node->state;
	struct expr_table *table = lookup->table;
	uint32_t *ids = kernel_scratch(call, call->rows * sizeof(*ids));
	table->find(table, &call->args[0]->column, call->rows, ids);
	if (!type_is_variable(call->node->type))
		return give_fixed(call, lookup, &lookup->taken, ids);
	/* a node has one dictionary: that of lifted calls, or this one */
	if (lookup->is_plain || call->is_single || call->lift != NULL)
		return give_plain(call, &table->values, ids);
	return give_coded(call, lookup, ids);
}

/* ---- binding --------------------------------------------------------- */

/* An argument that is a constant text; *text belongs to the expression. */
static int
need_text(struct binder *b, const struct ast *ast, const struct node *node,
    const char *what, const char **text)
{
	uint32_t len;
	if (node->kind != NODE_CONSTANT || node->type.id != TYPE_STRING ||
	    node_is_null(node)) {
		bind_error(b, ast->begin, "lookup() needs %s here, as a text",
		    what);
		return -1;
	}
	const uint8_t *bytes = vector_text(&node->out, 0, &len);
	char *copy = arena_alloc(&b->expr->arena, (size_t)len + 1);
	memcpy(copy, bytes, len);
	copy[len] = '\0';
	*text = copy;
	return 0;
}

/* The key as the table's type; integers of all widths will do. */
static struct node *
as_key(struct binder *b, const struct ast *ast, struct node *key,
    const char *file, const struct expr_table *table)
{
	struct type type = table->key_type;
	char own[TYPE_TEXT_BYTES], theirs[TYPE_TEXT_BYTES];
	if (type_is_equal(key->type, type) || (type_is_integer(key->type) &&
	    type_is_integer(type)))
		return key;
	if (key->type.id == TYPE_NULL)
		return node_null(b, ast, type);
	if (key->kind == NODE_CONSTANT && (key->is_literal ||
	    (type_is_number(key->type) && type_is_number(type))))
		return bind_cast(b, ast, key, type, 0);
	return bind_error(b, ast->args[1]->begin, "the key is %s, but in '%s' "
	    "it is %s: cast it", type_format(key->type, own), file,
	    type_format(type, theirs));
}

static struct expr_table *
load(struct binder *b, const struct ast *ast, const char *const *texts)
{
	struct error found = {0};
	if (b->loader == NULL) {
		bind_error(b, ast->begin, "lookup() is not possible here");
		return NULL;
	}
	struct expr_table *table = b->loader->load(texts[0], texts[1],
	    texts[2], &found);
	if (table != NULL)
		return table;
	/* the place, but with the status that it has */
	bind_error(b, ast->begin, "%s", found.text);
	b->err->status = found.status;
	return NULL;
}

struct node *
form_lookup(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count)
{
	const char *texts[3] = {NULL, NULL, NULL};
	if (need_text(b, ast->args[0], args[0], "the name of a file",
	    &texts[0]) != 0 || need_text(b, ast->args[2], args[2],
	    "the name of a column", &texts[1]) != 0 || (count == 4 &&
	    need_text(b, ast->args[3], args[3], "the name of the key's column",
	    &texts[2]) != 0))
		return NULL;
	struct expr_table *table = load(b, ast, texts);
	if (table == NULL)
		return NULL;
	struct node *key = as_key(b, ast, args[1], texts[0], table);
	if (key == NULL) {
		table->free(table);
		return NULL;
	}
	struct type type = table->values.type;
	struct node *node = node_with(b, ast, NODE_CALL, type, &key, 1);
	struct lookup *lookup = mem_zalloc(sizeof(*lookup));
	lookup->table = table;
	column_builder_init(&lookup->taken, type);
	lookup->codes = mem_array((size_t)table->count + 1, sizeof(uint32_t));
	memset(lookup->codes, 0xff,
	    ((size_t)table->count + 1) * sizeof(uint32_t));
	/* beside coded ones, results of plain keys would have two forms */
	lookup->is_plain = type.id != TYPE_STRING ||
	    key->type.id == TYPE_STRING;
	node->kernel = kernel_lookup;
	node->state = lookup;
	node->state_free = free_lookup;
	node->may_be_null = 1;
	return node_fold(b, node);
}
