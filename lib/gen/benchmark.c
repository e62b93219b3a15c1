#include "gen/benchmark.h"

#include <stdio.h>

#include "batch/builder.h"
#include "gen/rtwister.h"

#define MAX_ROWS UINT64_C(1000000000)
#define LEAST_KEYS 10			/* of small and medium */

enum column_kind {
	COLUMN_NUMBER,		/* i32 */
	COLUMN_TEXT,		/* "id" and the number */
	COLUMN_REAL
};

/* A column: drawn as it is given away, or made before. */
struct drawn {
	enum column_kind kind;
	int width;			/* of COLUMN_TEXT: digits */
	uint32_t most;			/* drawn from 1..most */
	struct rtwister rng;		/* at its next value; groupby */
	const int32_t *keys;		/* borrowed; join */
};

#define MAX_COLUMNS 9

struct benchmark {
	struct batch_source source;
	struct stream_header header;
	struct stages stages;
	uint64_t rows, made;
	struct drawn columns[MAX_COLUMNS];
	int32_t *ids[3];		/* owned; join */
	struct batch_builder builder;
};

/* ---- rows out -------------------------------------------------------- */

static void
fill(struct benchmark *self, uint32_t i, uint32_t count)
{
	struct drawn *drawn = &self->columns[i];
	struct column_builder *out = &self->builder.columns[i];
	for (uint32_t row = 0; row < count; row++) {
		if (drawn->kind == COLUMN_REAL) {
			double value = rtwister_percent(&drawn->rng);
			column_builder_append_value(out, &value);
			continue;
		}
		int32_t number = drawn->keys != NULL ?
		    drawn->keys[self->made + row] :
		    (int32_t)rtwister_index(&drawn->rng, drawn->most) + 1;
		if (drawn->kind == COLUMN_NUMBER) {
			column_builder_append_value(out, &number);
			continue;
		}
		char text[32];
		int len = snprintf(text, sizeof(text), "id%0*d", drawn->width,
		    number);
		/* never full: a batch is some thousand short texts */
		(void)column_builder_append_bytes(out, text, (uint32_t)len);
	}
}

static int
benchmark_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct benchmark *self = (struct benchmark *)source;
	uint64_t left = self->rows - self->made;
	uint32_t count = left < BATCH_ROWS ? (uint32_t)left : BATCH_ROWS;
	(void)err;
	if (count == 0)
		return 0;
	batch_builder_clear(&self->builder);
	for (uint32_t i = 0; i < self->header.schema.count; i++)
		fill(self, i, count);
	self->made += count;
	*batch = batch_builder_view(&self->builder, NULL);
	return 1;
}

static const struct stages *
benchmark_stages(struct batch_source *source)
{
	return &((struct benchmark *)source)->stages;
}

static void
benchmark_free(struct batch_source *source)
{
	struct benchmark *self = (struct benchmark *)source;
	for (int i = 0; i < 3; i++)
		mem_free(self->ids[i]);
	batch_builder_release(&self->builder);
	stream_header_release(&self->header);
	mem_free(self);
}

static void
add_column(struct benchmark *self, const char *name,
    const struct drawn *drawn)
{
	struct schema *schema = &self->header.schema;
	self->columns[schema->count] = *drawn;
	schema_add(schema, name, strlen(name), type_of(
	    drawn->kind == COLUMN_NUMBER ? TYPE_I32 :
	    drawn->kind == COLUMN_TEXT ? TYPE_STRING : TYPE_F64), 0);
}

/* ---- groupby --------------------------------------------------------- */

/*
 * R draws a column after the other: each one's place in the sequence of
 * random numbers is found by drawing those before it once.
 */
static void
make_groupby(struct benchmark *self, const struct benchmark_options *options)
{
	uint32_t k = (uint32_t)options->groups;
	uint32_t large = (uint32_t)(options->rows / options->groups);
	const struct {
		const char *name;
		struct drawn drawn;
	} columns[] = {
		{"id1", {.kind = COLUMN_TEXT, .width = 3, .most = k}},
		{"id2", {.kind = COLUMN_TEXT, .width = 3, .most = k}},
		{"id3", {.kind = COLUMN_TEXT, .width = 10, .most = large}},
		{"id4", {.kind = COLUMN_NUMBER, .most = k}},
		{"id5", {.kind = COLUMN_NUMBER, .most = k}},
		{"id6", {.kind = COLUMN_NUMBER, .most = large}},
		{"v1", {.kind = COLUMN_NUMBER, .most = 5}},
		{"v2", {.kind = COLUMN_NUMBER, .most = 15}},
		{"v3", {.kind = COLUMN_REAL}},
	};
	struct rtwister rng;
	rtwister_seed(&rng, options->seed);
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		struct drawn drawn = columns[i].drawn;
		drawn.rng = rng;
		add_column(self, columns[i].name, &drawn);
		for (uint64_t row = 0; drawn.kind != COLUMN_REAL &&
		    row < options->rows; row++)
			(void)rtwister_index(&rng, drawn.most);
	}
	self->rows = options->rows;
}

/* ---- join ------------------------------------------------------------ */

/* A permutation of 1..1.1n: in both tables, only left, only right. */
struct keys {
	int32_t *keys;			/* owned */
	uint32_t common, left, right;	/* how many of each, in this order */
};

static struct keys
make_keys(struct rtwister *rng, uint64_t n)
{
	uint32_t count = (uint32_t)(n * 11 / 10);
	struct keys keys = {.common = (uint32_t)(n * 9 / 10)};
	keys.left = (uint32_t)n - keys.common;
	keys.right = count - (uint32_t)n;
	keys.keys = mem_array((size_t)count + 1, sizeof(*keys.keys));
	for (uint32_t i = 0; i < count; i++)
		keys.keys[i] = (int32_t)i + 1;
	rtwister_shuffle(rng, keys.keys, count);
	return keys;
}

/*
 * A column of `rows` keys: each key of a side once, others drawn again, in any
 * order.
 */
static int32_t *
draw_keys(struct rtwister *rng, const struct keys *keys, _Bool is_left,
    uint64_t rows)
{
	uint32_t own = is_left ? keys->left : keys->right;
	uint32_t count = keys->common + own;
	int32_t *out = mem_array((size_t)rows + count + 1, sizeof(*out));
	memcpy(out, keys->keys, keys->common * sizeof(*out));
	memcpy(out + keys->common, keys->keys + keys->common +
	    (is_left ? 0 : keys->left), own * sizeof(*out));
	for (uint64_t i = count; i < rows; i++)
		out[i] = out[rtwister_index(rng, count)];
	rtwister_shuffle(rng, out, (uint32_t)rows);
	return out;
}

struct side {
	const char *name;
	_Bool is_left;
	uint32_t id_count;
};

/* The ids, of which none is kept but for the table that is asked for. */
static void
make_side(struct benchmark *self, struct rtwister *rng,
    const struct keys keys[3], const struct side *side, uint64_t rows,
    _Bool is_wanted)
{
	static const char *const names[6] = {"id1", "id2", "id3", "id4",
	    "id5", "id6"};
	for (uint32_t i = 0; i < side->id_count; i++) {
		int32_t *ids = draw_keys(rng, &keys[i], side->is_left, rows);
		if (is_wanted)
			self->ids[i] = ids;
		else
			mem_free(ids);
	}
	if (is_wanted) {
		for (uint32_t i = 0; i < 2 * side->id_count; i++) {
			_Bool is_text = i >= side->id_count;
			uint32_t id = i % side->id_count;
			add_column(self, names[is_text ? id + 3 : id],
			    &(struct drawn){.kind = is_text ? COLUMN_TEXT :
			    COLUMN_NUMBER, .keys = self->ids[id]});
		}
		add_column(self, side->is_left ? "v1" : "v2",
		    &(struct drawn){.kind = COLUMN_REAL, .rng = *rng});
		self->rows = rows;
	}
	for (uint64_t row = 0; row < rows; row++)
		(void)rtwister_real(rng);
}

static void
make_join(struct benchmark *self, const struct benchmark_options *options)
{
	static const struct side sides[4] = {
		{"join", 1, 3}, {"small", 0, 1}, {"medium", 0, 2},
		{"big", 0, 3}
	};
	uint64_t n[3] = {options->rows / 1000000, options->rows / 1000,
	    options->rows};
	struct keys keys[3];
	struct rtwister rng;
	rtwister_seed(&rng, options->seed);
	for (int i = 0; i < 3; i++) {
		if (n[i] < LEAST_KEYS)
			n[i] = LEAST_KEYS;
		keys[i] = make_keys(&rng, n[i]);
	}
	for (int i = 0; i < 4; i++) {
		_Bool is_wanted = strcmp(sides[i].name, options->table) == 0;
		make_side(self, &rng, keys, &sides[i],
		    i == 0 ? n[2] : n[i - 1], is_wanted);
		if (is_wanted)
			break;
	}
	for (int i = 0; i < 3; i++)
		mem_free(keys[i].keys);
}

/* ---- making ---------------------------------------------------------- */

static int
check(const struct benchmark_options *options, struct error *err)
{
	static const char *const tables[] = {"groupby", "join", "small",
	    "medium", "big"};
	char quoted[ERROR_QUOTE_BYTES];
	_Bool is_known = 0;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		is_known |= strcmp(options->table, tables[i]) == 0;
	if (!is_known)
		return error_usage(err, "no table '%s'; there are groupby, "
		    "join, small, medium and big", error_quote(quoted,
		    options->table, strlen(options->table)));
	if (options->rows < LEAST_KEYS || options->rows > MAX_ROWS)
		return error_usage(err, "--rows is from %d to %llu here",
		    LEAST_KEYS, (unsigned long long)MAX_ROWS);
	if (options->groups < 1 || options->groups > options->rows)
		return error_usage(err, "--groups is from 1 to --rows");
	return 0;
}

struct batch_source *
benchmark_source_new(const struct benchmark_options *options,
    struct error *err)
{
	if (check(options, err) != 0)
		return NULL;
	struct benchmark *self = mem_zalloc(sizeof(*self));
	self->header.origin = mem_printf("db-benchmark %s", options->table);
	if (strcmp(options->table, "groupby") == 0)
		make_groupby(self, options);
	else
		make_join(self, options);
	batch_builder_init(&self->builder, &self->header.schema);
	self->source = (struct batch_source){.header = &self->header,
	    .next = benchmark_next, .stages = benchmark_stages,
	    .free = benchmark_free};
	return &self->source;
}
