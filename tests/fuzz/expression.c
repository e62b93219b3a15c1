/* Expressions: compiled, and computed for some rows. */
#include "fuzz.h"

#include "batch/builder.h"
#include "expr/expr.h"

#define ROWS 9
#define MAX_TEXT 2000

static void
add_row(struct batch_builder *builder, int row)
{
	static const char *const texts[] = {"", "a", "Ärger 1", "2024-02-29",
	    "12.5", "zz%_"};
	struct column_builder *columns = builder->columns;
	int64_t whole = row * row * row - 20;
	double real = row / 3.0 - 1;
	int32_t day = row * 1000;
	if (row == 4) {
		for (uint32_t i = 0; i < builder->column_count; i++)
			column_builder_append_null(&columns[i]);
		return;
	}
	column_builder_append_value(&columns[0], &whole);
	column_builder_append_value(&columns[1], &real);
	column_builder_append_bytes(&columns[2], texts[row % 6],
	    (uint32_t)strlen(texts[row % 6]));
	column_builder_append_value(&columns[3], &day);
	column_builder_append_bool(&columns[4], row & 1);
	column_builder_append_value(&columns[5], &whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct schema schema = {0};
	struct batch_builder builder;
	struct error err = {0};
	struct expr *expr;
	char *text = mem_strndup((const char *)bytes, len);
	if (len > MAX_TEXT || strlen(text) != len) {
		mem_free(text);
		return 0;
	}
	schema_add(&schema, "i", 1, type_of(TYPE_I64), 1);
	schema_add(&schema, "f", 1, type_of(TYPE_F64), 1);
	schema_add(&schema, "s", 1, type_of(TYPE_STRING), 1);
	schema_add(&schema, "d", 1, type_of(TYPE_DATE), 1);
	schema_add(&schema, "b", 1, type_of(TYPE_BOOL), 1);
	schema_add(&schema, "x", 1, type_decimal(9, 2), 1);
	batch_builder_init(&builder, &schema);
	for (int row = 0; row < ROWS; row++)
		add_row(&builder, row);
	if (expr_compile(text, &schema, &expr, &err) == 0) {
		struct expr_faults faults = {0};
		const struct column *result;
		expr_faults_start(&faults, ROWS);
		expr_collect(expr, &faults);
		(void)expr_eval(expr, batch_builder_view(&builder, NULL),
		    &result, &err);
		expr_faults_release(&faults);
		expr_free(expr);
	}
	batch_builder_release(&builder);
	schema_release(&schema);
	mem_free(text);
	return 0;
}
