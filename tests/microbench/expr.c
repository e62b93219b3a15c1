/*
 * Expressions over a batch: arithmetic of decimals, a month as text, a
 * condition.
 */
#include "bench.h"

#include "base/hash.h"
#include "batch/builder.h"
#include "expr/expr.h"

struct evaluation {
	struct expr *expr;
	const struct batch *batch;
	uint32_t rows[BATCH_ROWS];
};

static void
evaluate(void *context)
{
	struct evaluation *evaluation = context;
	const struct column *result;
	struct error err = { 0 };

	bench_need(expr_eval(evaluation->expr, evaluation->batch, &result,
	    &err), &err);
}

static void
filter(void *context)
{
	struct evaluation *evaluation = context;
	struct error err = { 0 };
	uint32_t count;

	bench_need(expr_filter(evaluation->expr, evaluation->batch,
	    evaluation->rows, &count, &err), &err);
}

static void
measure(const char *text, const struct schema *schema,
    const struct batch *batch, _Bool is_condition)
{
	static struct evaluation evaluation;
	struct error err = { 0 };

	bench_need(expr_compile(text, schema, &evaluation.expr, &err), &err);
	evaluation.batch = batch;
	bench(text, "-", BATCH_ROWS, is_condition ? filter : evaluate,
	    &evaluation);
	expr_free(evaluation.expr);
}

int
main(void)
{
	struct schema schema = { 0 };
	struct batch_builder builder;

	if (!bench_has_level())
		return 0;
	schema_add(&schema, "price", 5, type_decimal(10, 2), 0);
	schema_add(&schema, "quantity", 8, type_of(TYPE_I32), 0);
	schema_add(&schema, "ts", 2, type_timestamp(0), 0);
	batch_builder_init(&builder, &schema);
	for (uint32_t i = 0; i < BATCH_ROWS; i++) {
		uint64_t x = hash_u64(i);
		int64_t price = (int64_t)(x >> 50);
		int32_t quantity = 1 + (int32_t)(x >> 40) % 16;
		int64_t ts = INT64_C(1672531200000000) +
		    (int64_t)(x % 63072000) * 1000000;

		column_builder_append_value(&builder.columns[0], &price);
		column_builder_append_value(&builder.columns[1], &quantity);
		column_builder_append_value(&builder.columns[2], &ts);
	}
	const struct batch *batch = batch_builder_view(&builder, NULL);
	measure("price * quantity", &schema, batch, 0);
	measure("strftime(ts, '%Y%m')", &schema, batch, 0);
	measure("price > 80 and quantity < 9", &schema, batch, 1);
	batch_builder_release(&builder);
	schema_release(&schema);
	return 0;
}
