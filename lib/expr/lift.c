/*
 * Calls with one changing argument that is dictionary-coded: the kernel runs
 * once for each entry, and rows look their results up by code.
 *
 * The results are kept for all entries that the dictionary has had so far;
 * it only grows.  Results that are strings are entries of a dictionary of
 * the node's own, added when a row first needs them, so that it stays unique
 * (upper() merges codes) and in order of first use.  An entry that cannot be
 * computed is an error only of the rows that hold it.
 */
#include "expr/node.h"

#include <string.h>

#include "batch/builder.h"

#define CHUNK 4096	/* entries computed at a time */

enum entry_state {
	ENTRY_OK,
	ENTRY_NULL,
	ENTRY_BAD
};

struct lift {
	const struct dictionary *from;
	uint32_t done;			/* entries computed */
	uint32_t special;		/* of these, null or bad */
	uint32_t true_count;		/* bool: entries that are true */
	uint32_t true_code;		/* the last of them */
	struct buffer states;		/* uint8_t[done] */
	struct buffer table;		/* fixed width: values[done] */
	struct column_builder texts;	/* strings: [done] */
	struct buffer codes;		/* strings: uint32_t[done] */
	struct buffer narrow;		/* codes, as wide as results */
	uint32_t unmapped;		/* good entries without a code */
	uint32_t narrow_done;		/* entries in narrow */
	uint8_t narrow_bytes;
	_Bool is_full;			/* the dictionary: results are plain */
	char **reasons;			/* owned; of bad entries, else NULL */
};

#define NAME gather_1
#define VALUE uint8_t
#include "expr/gather_body.h"
#define NAME gather_2
#define VALUE uint16_t
#include "expr/gather_body.h"
#define NAME gather_4
#define VALUE uint32_t
#include "expr/gather_body.h"
#define NAME gather_8
#define VALUE uint64_t
#include "expr/gather_body.h"
#define NAME gather_16
#define VALUE int128
#include "expr/gather_body.h"

static void
gather(void *out, const void *table, size_t width,
    const struct column *codes, uint32_t rows)
{
	switch (width) {
	case 1:
		gather_1(out, table, codes->values, codes->code_bytes, rows);
		break;
	case 2:
		gather_2(out, table, codes->values, codes->code_bytes, rows);
		break;
	case 4:
		gather_4(out, table, codes->values, codes->code_bytes, rows);
		break;
	case 8:
		gather_8(out, table, codes->values, codes->code_bytes, rows);
		break;
	default:
		gather_16(out, table, codes->values, codes->code_bytes, rows);
		break;
	}
}

void
lift_free(struct lift *lift)
{
	if (lift == NULL)
		return;
	for (uint32_t i = 0; lift->reasons != NULL && i < lift->done; i++)
		mem_free(lift->reasons[i]);
	mem_free(lift->reasons);
	buffer_release(&lift->states);
	buffer_release(&lift->table);
	buffer_release(&lift->codes);
	buffer_release(&lift->narrow);
	column_builder_release(&lift->texts);
	mem_free(lift);
}

static struct lift *
lift_new(const struct node *node, const struct dictionary *from)
{
	struct lift *lift = mem_zalloc(sizeof(*lift));
	lift->from = from;
	column_builder_init(&lift->texts, node->type);
	/* Rows of nulls look up code 0 even when there are no entries. */
	buffer_resize(&lift->table, sizeof(int128));
	buffer_resize(&lift->codes, sizeof(uint32_t));
	return lift;
}

static size_t
table_width(struct type type)
{
	return type.id == TYPE_BOOL ? 1 : type_width(type);
}

/* ---- entries --------------------------------------------------------- */

/* Appends the results of entries [done, done + count). */
static int
keep_results(struct lift *lift, struct node *node, uint32_t count)
{
	const struct column *result = &node->out.column;
	uint32_t done = lift->done;
	buffer_resize(&lift->states, done + count);
	for (uint32_t i = 0; i < count; i++) {
		if (!column_is_null(result, i))
			continue;
		lift->special++;
		if (lift->states.data[done + i] == ENTRY_OK)
			lift->states.data[done + i] = ENTRY_NULL;
	}
	if (type_is_variable(node->type)) {
		buffer_resize(&lift->codes,
		    ((size_t)done + count) * sizeof(uint32_t));
		memset(lift->codes.data + (size_t)done * sizeof(uint32_t),
		    0xff, (size_t)count * sizeof(uint32_t));
		for (uint32_t i = 0; i < count; i++)
			lift->unmapped +=
			    lift->states.data[done + i] == ENTRY_OK;
		return column_builder_append(&lift->texts, result, 0, count);
	}
	size_t width = table_width(node->type);
	buffer_resize(&lift->table, ((size_t)done + count) * width +
	    sizeof(int128));
	uint8_t *to = lift->table.data + done * width;
	if (node->type.id != TYPE_BOOL) {
		memcpy(to, result->values, count * width);
		return 0;
	}
	for (uint32_t i = 0; i < count; i++) {
		to[i] = column_bool(result, i);
		lift->true_count += to[i];
		if (to[i])
			lift->true_code = done + i;
	}
	return 0;
}

static void
keep_reasons(struct lift *lift, struct expr_faults *faults, uint32_t count)
{
	if (faults->count == 0 && lift->reasons == NULL)
		return;
	lift->reasons = mem_grow_array(lift->reasons,
	    (size_t)lift->done + count, sizeof(char *));
	if (lift->states.len < lift->done + count)
		buffer_resize(&lift->states, lift->done + count);
	for (uint32_t i = 0; i < count; i++)
		lift->reasons[lift->done + i] = NULL;
	for (uint32_t i = 0; i < faults->count; i++) {
		uint32_t entry = lift->done + faults->items[i].row;
		lift->reasons[entry] = faults->items[i].reason;
		lift->states.data[entry] = ENTRY_BAD;
		faults->items[i].reason = NULL;
	}
}

/* The kernel's run over entries [done, done + count) of the dictionary. */
static int
compute_chunk(struct call *rows, uint32_t arg, struct expr_faults *faults,
    uint32_t count)
{
	struct lift *lift = rows->lift;
	struct node *node = rows->node;
	struct vector entries = {.column = {.type = type_of(TYPE_STRING),
	    .values = dictionary_offsets(lift->from) + lift->done,
	    .bytes = lift->from->bytes.data}};
	struct run run = *rows->run;
	struct call call = *rows;
	_Bool had_reasons = lift->reasons != NULL;
	run.rows = count;
	run.active = NULL;
	run.faults = faults;
	call.run = &run;
	call.rows = count;
	call.live = NULL;
	call.args[arg] = &entries;
	node->out.is_constant = 0;
	node->out.column.validity = NULL;
	expr_faults_start(faults, count);
	if (node->kernel(&call) != 0)
		return -1;
	vector_finish(&node->out, count);
	if (!had_reasons && faults->count > 0 && lift->done > 0)
		lift->reasons = mem_array(lift->done, sizeof(char *));
	keep_reasons(lift, faults, count);
	if (keep_results(lift, node, count) != 0)
		return error_data(rows->run->err, "a dictionary's results are "
		    "more than 2 GiB");
	lift->done += count;
	return 0;
}

static int
compute_entries(struct call *call, uint32_t arg)
{
	struct lift *lift = call->lift;
	struct expr_faults faults = {0};
	int result = 0;
	while (result == 0 && lift->done < lift->from->count) {
		uint32_t count = lift->from->count - lift->done;
		result = compute_chunk(call, arg, &faults,
		    count < CHUNK ? count : CHUNK);
	}
	expr_faults_release(&faults);
	return result;
}

/* ---- rows ------------------------------------------------------------ */

/* Nulls and errors of the rows that hold special entries. */
static int
apply_specials(struct call *call, const struct column *codes)
{
	struct lift *lift = call->lift;
	for (uint32_t row = 0; row < call->rows; row++) {
		if (!row_is_live(call->live, row))
			continue;
		uint32_t code = column_code(codes, row);
		uint8_t state = lift->states.data[code];
		if (state == ENTRY_OK)
			continue;
		vector_set_null(call->out, row, call->rows);
		if (state == ENTRY_BAD && run_fail_whole(call->run, row,
		    lift->reasons[code]) != 0)
			return -1;
	}
	return 0;
}

/* One code among all is true: a compare, which gcc turns into vectors. */
static void
compare_codes(const struct column *codes, uint32_t code,
    uint8_t *restrict out, uint32_t rows)
{
	const uint8_t *restrict codes_1 = codes->values;
	const uint16_t *restrict codes_2 = codes->values;
	const uint32_t *restrict codes_4 = codes->values;
	if (codes->code_bytes == 1)
		for (uint32_t i = 0; i < rows; i++)
			out[i] = codes_1[i] == (uint8_t)code;
	else if (codes->code_bytes == 2)
		for (uint32_t i = 0; i < rows; i++)
			out[i] = codes_2[i] == (uint16_t)code;
	else
		for (uint32_t i = 0; i < rows; i++)
			out[i] = codes_4[i] == code;
}

static void
look_up_bools(struct call *call, const struct column *codes)
{
	struct lift *lift = call->lift;
	uint8_t *bits = vector_start(call->out, call->node->type, call->rows);
	struct buffer *scratch = &call->node->spare.values;
	scratch->len = 0;
	buffer_reserve(scratch, call->rows + 8);
	if (lift->true_count == 0)
		memset(scratch->data, 0, call->rows);
	else if (lift->true_count == 1 && codes->code_bytes <
	    dictionary_code_bytes(lift->true_code + 1))
		memset(scratch->data, 0, call->rows);
	else if (lift->true_count == 1)
		compare_codes(codes, lift->true_code, scratch->data,
		    call->rows);
	else
		gather(scratch->data, lift->table.data, 1, codes, call->rows);
	bits_pack(scratch->data, call->rows, bits);
}

/* Gives a code to each entry that a row needs; 0 if there is no room. */
static _Bool
map_entries(struct call *call, const struct column *codes)
{
	struct lift *lift = call->lift;
	struct node *node = call->node;
	uint32_t *map = (uint32_t *)(void *)lift->codes.data;
	struct column texts = column_builder_view(&lift->texts);
	for (uint32_t row = 0; row < call->rows; row++) {
		if (!row_is_live(call->live, row))
			continue;
		uint32_t code = column_code(codes, row);
		if (map[code] != DICTIONARY_NONE ||
		    lift->states.data[code] != ENTRY_OK)
			continue;
		uint32_t len;
		const uint8_t *bytes = column_bytes(&texts, code, &len);
		map[code] = dictionary_add(node->dictionary, bytes, len);
		if (map[code] == DICTIONARY_NONE)
			return 0;
		lift->unmapped--;
		lift->narrow_done = 0;
	}
	return 1;
}

/* The codes of results in the width that batches now have. */
static void
narrow_map(struct lift *lift, const struct dictionary *dictionary)
{
	uint8_t width = dictionary_code_bytes(dictionary->count);
	const uint32_t *map = (const uint32_t *)(const void *)lift->codes.data;
	if (lift->narrow_done == lift->done && lift->narrow_bytes == width &&
	    lift->done > 0)
		return;
	buffer_resize(&lift->narrow, (size_t)width * lift->done +
	    sizeof(uint32_t));
	uint8_t *to_1 = lift->narrow.data;
	uint16_t *to_2 = (uint16_t *)(void *)to_1;
	uint32_t *to_4 = (uint32_t *)(void *)to_1;
	for (uint32_t i = 0; i < lift->done; i++) {
		uint32_t code = map[i] == DICTIONARY_NONE ? 0 : map[i];
		if (width == 1)
			to_1[i] = (uint8_t)code;
		else if (width == 2)
			to_2[i] = (uint16_t)code;
		else
			to_4[i] = code;
	}
	lift->narrow_done = lift->done;
	lift->narrow_bytes = width;
}

static int
run_plain(struct call *call)
{
	if (call->node->kernel(call) != 0)
		return -1;
	vector_finish(call->out, call->rows);
	return 0;
}

int
lift_eval(struct call *call, uint32_t arg)
{
	struct node *node = call->node;
	const struct column *codes = &call->args[arg]->column;
	if (node->lift == NULL || node->lift->from != codes->dictionary) {
		lift_free(node->lift);
		node->lift = lift_new(node, codes->dictionary);
	}
	struct lift *lift = call->lift = node->lift;
	if (lift->is_full)
		return run_plain(call);
	if (lift->done < lift->from->count) {
		/* The kernel writes to out: its validity is made again. */
		struct vector kept = *call->out;
		memset(call->out, 0, sizeof(*call->out));
		int result = compute_entries(call, arg);
		vector_release(call->out);
		*call->out = kept;
		if (result != 0)
			return -1;
	}
	if (node->type.id == TYPE_BOOL) {
		look_up_bools(call, codes);
	} else if (!type_is_variable(node->type)) {
		size_t width = table_width(node->type);
		gather(vector_start(call->out, node->type, call->rows),
		    lift->table.data, width, codes, call->rows);
	} else {
		if (node->dictionary == NULL)
			node->dictionary = dictionary_new();
		if (node->type.id != TYPE_STRING || (lift->unmapped > 0 &&
		    !map_entries(call, codes))) {
			lift->is_full = 1;
			return run_plain(call);
		}
		narrow_map(lift, node->dictionary);
		gather(vector_start_codes(call->out, node->dictionary,
		    lift->narrow_bytes, call->rows), lift->narrow.data,
		    lift->narrow_bytes, codes, call->rows);
	}
	if (lift->special > 0 && apply_specials(call, codes) != 0)
		return -1;
	vector_finish(call->out, call->rows);
	return 0;
}
