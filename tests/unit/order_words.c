#include "check.h"
#include "random.h"

#include <math.h>

#include "base/int128.h"
#include "batch/builder.h"
#include "op/order_words.h"

/* Random rows of every type, against batch_compare. */

#define ROWS 120
#define MAX_KEYS 4

/* One value of any type among some ten; sometimes a null. */
static void
append_random(struct column_builder *builder, _Bool is_nullable)
{
	static const double floats[] = {0.0, -0.0, 1.5, -2.25, 1e300, -1e-300,
	    INFINITY, -INFINITY, NAN};
	static const int64_t numbers[] = {0, 1, -1, 5, INT64_MIN, INT64_MAX,
	    128, 32768, -70000, 1000000007};
	static const char *const texts[] = {"", "a", "aaaaaaaa", "aaaaaaaab",
	    "b", "\xff", "aaaaaaa", "aaaaaaaac"};
	if (builder->type.id == TYPE_NULL || (is_nullable && below(4) == 0)) {
		column_builder_append_null(builder);
		return;
	}
	int64_t number = numbers[below(10)];
	double real = floats[below(9)];
	float narrow = (float)floats[below(9)];
	int128 wide = (int128)number * numbers[below(10)];
	const char *text = texts[below(8)];
	if (type_is_variable(builder->type))
		column_builder_append_bytes(builder, text,
		    (uint32_t)strlen(text));
	else if (builder->type.id == TYPE_BOOL)
		column_builder_append_bool(builder, number & 1);
	else if (builder->type.id == TYPE_F32)
		column_builder_append_value(builder, &narrow);
	else if (builder->type.id == TYPE_F64)
		column_builder_append_value(builder, &real);
	else if (type_width(builder->type) == 16)
		column_builder_append_value(builder, &wide);
	else
		column_builder_append_value(builder, &number);
}

static struct type
random_type(void)
{
	uint32_t id = below(TYPE_LIST);
	return id == TYPE_DECIMAL ? type_decimal(below(2) ? 18 : 38, 2) :
	    type_of((enum type_id)id);
}

static int
sign(int value)
{
	return (value > 0) - (value < 0);
}

static _Bool
check_rows(const struct order_words *order, const struct batch *batch,
    const struct sort_key *keys, uint32_t key_count, const uint64_t *words)
{
	for (uint32_t a = 0; a < ROWS; a++)
		for (uint32_t b = 0; b < ROWS; b++) {
			int want = batch_compare(batch, a, batch, b, keys,
			    key_count);
			int got = order_words_compare(
			    words + (size_t)a * order->word_count,
			    words + (size_t)b * order->word_count,
			    order->word_count);
			if (sign(got) != sign(want) &&
			    (got != 0 || order->is_exact))
				return 0;
		}
	return 1;
}

static void
words_compare_as_rows_do(void)
{
	static uint64_t words[ROWS * ORDER_WORDS_MOST];
	for (int round = 0; round < 400; round++) {
		struct schema schema = {0};
		struct sort_key keys[MAX_KEYS];
		uint32_t count = below(MAX_KEYS + 1);
		_Bool has_text = 0;
		for (uint32_t i = 0; i < MAX_KEYS; i++) {
			struct type type = random_type();
			schema_add(&schema, "", 0, type,
			    type.id == TYPE_NULL || below(2));
			keys[i] = (struct sort_key){i, below(2), below(2)};
			has_text |= i < count && type_is_variable(type);
		}
		struct batch_builder builder;
		batch_builder_init(&builder, &schema);
		for (uint32_t i = 0; i < MAX_KEYS; i++)
			for (uint32_t row = 0; row < ROWS; row++)
				append_random(&builder.columns[i],
				    schema.fields[i].is_nullable);
		const struct batch *batch = batch_builder_view(&builder,
		    NULL);
		struct order_words order;
		order_words_init(&order, &schema, keys, count);
		CHECK(order.word_count >= 1 &&
		    order.word_count <= ORDER_WORDS_MOST);
		CHECK(has_text == !order.is_exact || count > 2);
		order_words_make(&order, batch, words);
		CHECK(has_text || count != 1 || order.is_exact ||
		    type_width(schema.fields[0].type) == 8);
		CHECK(check_rows(&order, batch, keys, count, words));
		order_words_release(&order);
		batch_builder_release(&builder);
		schema_release(&schema);
	}
}

int
main(void)
{
	RUN(words_compare_as_rows_do);
	return check_done();
}
