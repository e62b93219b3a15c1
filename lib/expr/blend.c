/*
 * CASE and COALESCE: rows of several vectors put together into one.
 *
 * Branch by branch, the rows that it gives are taken off those that remain,
 * and copied.  Where one branch gives all rows of a batch nothing is copied:
 * its vector, or its constant, is the result.  Strings cannot be copied out of
 * order: for these, each row remembers its branch, and they are written at the
 * end; as codes if all branches are constants or coded.
 */
#include "expr/node.h"

#include <string.h>

struct code_map {
	const struct dictionary *from;
	uint32_t *codes;	/* owned, [count]; DICTIONARY_NONE: not yet */
	uint32_t count;
};

struct blend {
	struct node *node;
	struct run *run;
	_Bool is_text;
	uint8_t *chosen;	/* the rows of this branch */
	uint8_t *remaining;
	uint8_t *all;		/* the rows asked for */
	uint8_t *firsts;	/* those of the first branch */
	int64_t first;		/* the first branch, not copied yet; -1 */
	_Bool is_started;	/* values, valid and branch are */
	uint8_t *valid;
	uint16_t *branch;	/* of each row of a string: index + 1, or 0 */
	_Bool *has_run;		/* [arg_count]; values whose rows may be used */
};

#define NAME copy_1
#define VALUE uint8_t
#include "expr/copy_body.h"
#define NAME copy_2
#define VALUE uint16_t
#include "expr/copy_body.h"
#define NAME copy_4
#define VALUE uint32_t
#include "expr/copy_body.h"
#define NAME copy_8
#define VALUE uint64_t
#include "expr/copy_body.h"
#define NAME copy_16
#define VALUE uint128
#include "expr/copy_body.h"

static void
copy_values(struct blend *b, const struct vector *from)
{
	uint8_t *to = b->node->out.values.data;
	const void *values = from->column.values;
	uint32_t rows = b->run->rows;
	if (b->node->type.id == TYPE_BOOL) {
		size_t len = bitmap_bytes(rows);
		const uint8_t *bits = values;
		uint8_t all = bits[0] & 1 ? 0xff : 0;
		for (size_t i = 0; i < len; i++)
			to[i] |= b->chosen[i] &
			    (from->is_constant ? all : bits[i]);
		return;
	}
	switch (type_width(b->node->type)) {
	case 1:
		copy_1(to, values, from->is_constant, b->chosen, rows);
		break;
	case 2:
		copy_2(to, values, from->is_constant, b->chosen, rows);
		break;
	case 4:
		copy_4(to, values, from->is_constant, b->chosen, rows);
		break;
	case 8:
		copy_8(to, values, from->is_constant, b->chosen, rows);
		break;
	case 16:
		copy_16(to, values, from->is_constant, b->chosen, rows);
		break;
	default:
		break;
	}
}

/* Room for the result, all null. */
static void
start_values(struct blend *b)
{
	struct vector *out = &b->node->out;
	uint32_t rows = b->run->rows;
	size_t len = bitmap_bytes(rows);
	out->is_constant = 0;
	out->validity.len = 0;
	buffer_reserve(&out->validity, len + 1);
	b->valid = out->validity.data;
	memset(b->valid, 0, len);
	out->column.validity = b->valid;
	b->is_started = 1;
	if (b->is_text) {
		memset(b->branch, 0, (size_t)rows * sizeof(uint16_t));
		return;
	}
	size_t bytes = b->node->type.id == TYPE_BOOL ? len :
	    type_width(b->node->type) * rows;
	memset(vector_start(out, b->node->type, rows), 0, bytes);
}

static void
copy_branch(struct blend *b, uint32_t arg)
{
	const struct vector *from = &b->node->args[arg]->out;
	size_t len = bitmap_bytes(b->run->rows);
	const uint8_t *valid = from->column.validity;
	b->has_run[arg] = 1;
	if (from->is_constant && valid != NULL)
		return;
	if (valid != NULL)
		for (size_t i = 0; i < len; i++)
			b->chosen[i] &= valid[i];
	for (size_t i = 0; i < len; i++)
		b->valid[i] |= b->chosen[i];
	if (!b->is_text) {
		copy_values(b, from);
		return;
	}
	const uint16_t branch = (uint16_t)(arg + 1);
	copy_2(b->branch, &branch, 1, b->chosen, b->run->rows);
}

static _Bool
is_empty(const uint8_t *bits, uint32_t rows)
{
	return bitmap_count(bits, rows) == 0;
}

/* The first branch's rows: all that remained no more when it had run. */
static void
copy_first(struct blend *b)
{
	size_t len = bitmap_bytes(b->run->rows);
	uint8_t *chosen = b->chosen;
	if (b->is_started)
		return;
	start_values(b);
	if (b->first < 0)
		return;
	b->chosen = b->firsts;
	for (size_t i = 0; i < len; i++)
		b->chosen[i] = b->all[i] & (uint8_t)~b->remaining[i];
	copy_branch(b, (uint32_t)b->first);
	b->chosen = chosen;
}

/* The branch at `arg` gives the chosen rows, of which there are some. */
static void
take_branch(struct blend *b, uint32_t arg)
{
	size_t len = bitmap_bytes(b->run->rows);
	if (b->first >= 0)
		copy_first(b);
	for (size_t i = 0; i < len; i++)
		b->remaining[i] &= (uint8_t)~b->chosen[i];
	if (b->first >= 0)
		copy_branch(b, arg);
	else
		b->first = arg;
}

static int
run_case(struct blend *b)
{
	struct node *node = b->node;
	struct run *run = b->run;
	size_t len = bitmap_bytes(run->rows);
	for (uint32_t i = 0; i < node->arg_count; i += 2) {
		_Bool is_else = i + 1 == node->arg_count;
		if (is_empty(b->remaining, run->rows))
			break;
		if (is_else) {
			memcpy(b->chosen, b->remaining, len);
		} else {
			run->active = b->remaining;
			if (node_eval(run, node->args[i]) != 0)
				return -1;
			const struct vector *when = &node->args[i]->out;
			const uint8_t *bits = when->column.values;
			uint8_t all = !vector_is_null(when, 0) &&
			    vector_bool(when, 0) ? 0xff : 0;
			for (size_t k = 0; k < len; k++)
				b->chosen[k] = b->remaining[k] &
				    (when->is_constant ? all : bits[k]);
			if (is_empty(b->chosen, run->rows))
				continue;
		}
		uint32_t value = is_else ? i : i + 1;
		run->active = b->chosen;
		if (node_eval(run, node->args[value]) != 0)
			return -1;
		take_branch(b, value);
	}
	return 0;
}

static int
run_coalesce(struct blend *b)
{
	struct node *node = b->node;
	struct run *run = b->run;
	size_t len = bitmap_bytes(run->rows);
	for (uint32_t i = 0; i < node->arg_count; i++) {
		if (is_empty(b->remaining, run->rows))
			break;
		run->active = b->remaining;
		if (node_eval(run, node->args[i]) != 0)
			return -1;
		const struct vector *v = &node->args[i]->out;
		const uint8_t *valid = v->column.validity;
		for (size_t k = 0; k < len; k++)
			b->chosen[k] = b->remaining[k] &
			    (valid == NULL ? 0xff : v->is_constant ? 0 :
			    valid[k]);
		if (!is_empty(b->chosen, run->rows))
			take_branch(b, i);
	}
	return 0;
}

/* ---- strings --------------------------------------------------------- */

static void
free_maps(void *state)
{
	struct code_map *maps = state;
	/* Ends with a map whose count is UINT32_MAX. */
	for (struct code_map *map = maps; map->count != UINT32_MAX; map++)
		mem_free(map->codes);
	mem_free(maps);
}

static struct code_map *
maps_of(struct node *node)
{
	if (node->state == NULL) {
		struct code_map *maps = mem_array((size_t)node->arg_count + 1,
		    sizeof(*maps));
		maps[node->arg_count].count = UINT32_MAX;
		node->state = maps;
		node->state_free = free_maps;
	}
	return node->state;
}

static _Bool
can_be_coded(const struct blend *b)
{
	const struct node *node = b->node;
	if (node->type.id != TYPE_STRING)
		return 0;
	for (uint32_t i = 0; i < node->arg_count; i++) {
		const struct vector *v = &node->args[i]->out;
		if (b->has_run[i] && !v->is_constant &&
		    v->column.code_bytes == 0)
			return 0;
	}
	return 1;
}

static void
grow_map(struct code_map *map, const struct dictionary *dictionary)
{
	if (map->from != dictionary) {
		map->from = dictionary;
		map->count = 0;
	}
	uint32_t count = dictionary != NULL ? dictionary->count : 1;
	if (count <= map->count)
		return;
	map->codes = mem_grow_array(map->codes, count, sizeof(uint32_t));
	for (uint32_t i = map->count; i < count; i++)
		map->codes[i] = DICTIONARY_NONE;
	map->count = count;
}

/*
 * All branches are constants whose code is known, of fewer than 256: codes
 * by branch.  0 if not.
 */
static _Bool
map_constants(struct blend *b, const struct code_map *maps, uint32_t *codes)
{
	const struct node *node = b->node;
	uint32_t by_branch[256] = {0};
	if (node->arg_count > 255)
		return 0;
	for (uint32_t i = 0; i < node->arg_count; i++) {
		const struct vector *v = &node->args[i]->out;
		if (!b->has_run[i])
			continue;
		if (!v->is_constant || maps[i].codes[0] == DICTIONARY_NONE)
			return 0;
		by_branch[i + 1] = maps[i].codes[0];
	}
	for (uint32_t row = 0; row < b->run->rows; row++)
		codes[row] = by_branch[b->branch[row]];
	return 1;
}

/* Writes 32-bit codes to scratch; 0 if the dictionary is full. */
static _Bool
map_codes(struct blend *b, uint32_t *codes)
{
	struct node *node = b->node;
	struct code_map *maps = maps_of(node);
	if (node->dictionary == NULL)
		node->dictionary = dictionary_new();
	for (uint32_t i = 0; i < node->arg_count; i++)
		if (b->has_run[i])
			grow_map(&maps[i],
			    node->args[i]->out.column.dictionary);
	if (map_constants(b, maps, codes))
		return 1;
	for (uint32_t row = 0; row < b->run->rows; row++) {
		codes[row] = 0;
		if (b->branch[row] == 0)
			continue;
		uint32_t arg = b->branch[row] - 1u;
		const struct vector *v = &node->args[arg]->out;
		uint32_t from = v->is_constant ? 0 :
		    column_code(&v->column, row);
		uint32_t *code = &maps[arg].codes[from];
		if (*code == DICTIONARY_NONE) {
			uint32_t len;
			const uint8_t *bytes = vector_text(v, row, &len);
			*code = dictionary_add(node->dictionary, bytes, len);
			if (*code == DICTIONARY_NONE)
				return 0;
		}
		codes[row] = *code;
	}
	return 1;
}

static void
narrow_codes(struct vector *out, const struct dictionary *dictionary,
    const uint32_t *codes, uint32_t rows)
{
	uint8_t width = dictionary_code_bytes(dictionary->count);
	void *to = vector_start_codes(out, dictionary, width, rows);
	if (width == 1)
		for (uint32_t i = 0; i < rows; i++)
			((uint8_t *)to)[i] = (uint8_t)codes[i];
	else if (width == 2)
		for (uint32_t i = 0; i < rows; i++)
			((uint16_t *)to)[i] = (uint16_t)codes[i];
	else
		memcpy(to, codes, (size_t)rows * sizeof(*codes));
}

static int
write_text(struct blend *b)
{
	struct node *node = b->node;
	uint32_t rows = b->run->rows;
	if (can_be_coded(b)) {
		struct buffer *scratch = &node->spare.values;
		scratch->len = 0;
		buffer_reserve(scratch, (size_t)rows * sizeof(uint32_t));
		uint32_t *codes = (uint32_t *)(void *)scratch->data;
		if (map_codes(b, codes)) {
			narrow_codes(&node->out, node->dictionary, codes, rows);
			return 0;
		}
	}
	vector_start_text(&node->out, node->type, rows);
	for (uint32_t row = 0; row < rows; row++) {
		uint32_t len = 0;
		const uint8_t *bytes = b->branch[row] == 0 ? NULL :
		    vector_text(&node->args[b->branch[row] - 1]->out, row,
		    &len);
		if (vector_put(&node->out, row, bytes, len) != 0 &&
		    run_fail(b->run, node, row,
		    "more than 2 GiB of text in a batch") != 0)
			return -1;
	}
	return 0;
}

/* ---- the whole ------------------------------------------------------- */

/* Places the bitmaps, and the branches of strings, in scratch memory. */
static void
start_blend(struct blend *b)
{
	uint32_t rows = b->run->rows;
	size_t len = (bitmap_bytes(rows) + 63) / 64 * 64;
	struct buffer *scratch = &b->node->spare.bytes;
	scratch->len = 0;
	buffer_reserve(scratch, len * 4 + (size_t)rows * sizeof(uint16_t) +
	    b->node->arg_count);
	b->chosen = scratch->data;
	b->remaining = scratch->data + len;
	b->all = scratch->data + len * 2;
	b->firsts = scratch->data + len * 3;
	b->branch = (uint16_t *)(void *)(scratch->data + len * 4);
	b->has_run = (_Bool *)(b->branch + rows);
	memset(b->has_run, 0, b->node->arg_count);
	if (b->run->active != NULL)
		memcpy(b->remaining, b->run->active, bitmap_bytes(rows));
	else
		memset(b->remaining, 0xff, bitmap_bytes(rows));
	bits_trim(b->remaining, rows);
	memcpy(b->all, b->remaining, bitmap_bytes(rows));
}

/*
 * True if one branch gives all rows, or none gives any: the result is a view
 * of it.  Codes are looked through only until some batch is made of several
 * branches: one dictionary then stays.
 */
static _Bool
take_whole(struct blend *b)
{
	struct node *node = b->node;
	if (b->first < 0) {
		vector_make_null(&node->out, node->type);
		return 1;
	}
	const struct vector *from = &node->args[b->first]->out;
	if (b->is_started || !is_empty(b->remaining, b->run->rows) ||
	    (!from->is_constant && from->column.code_bytes != 0 &&
	    node->dictionary != NULL))
		return 0;
	vector_borrow(&node->out, &from->column);
	node->out.is_constant = from->is_constant;
	return 1;
}

int
blend_eval(struct run *run, struct node *node)
{
	struct blend b = {.node = node, .run = run, .first = -1,
	    .is_text = type_is_variable(node->type)};
	const uint8_t *active = run->active;
	start_blend(&b);
	int result = node->kind == NODE_CASE ? run_case(&b) : run_coalesce(&b);
	run->active = active;
	if (result != 0 || take_whole(&b))
		return result;
	copy_first(&b);
	if (b.is_text && write_text(&b) != 0)
		return -1;
	vector_finish(&node->out, run->rows);
	return 0;
}
