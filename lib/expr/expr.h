/*
 * Expressions: SQL over the columns of a batch.  riffle-expr(7) is the
 * language's manual; this is how a program uses it.
 *
 *	struct expr *expr;
 *	if (expr_compile(text, &header->schema, &expr, err) != 0)
 *		...usage error: "column 14: no function 'uper'; ..."
 *	while ((got = batch_source_next(source, &batch, err)) == 1) {
 *		const struct column *result;
 *		if (expr_eval(expr, batch, &result, err) != 0)
 *			...data error: "row 1042: a / b: division by zero"
 *	}
 *	expr_free(expr);
 *
 * Compiling checks all names and types and folds constants.  Evaluating
 * runs kernels over whole columns; it allocates nothing once its buffers
 * have grown.  A string column that is dictionary-coded is worked on once
 * for each entry, and the result is coded by a dictionary of the expression's
 * own, which lives as long as the expression.
 *
 * An expression serves one stream: batches of the schema that it was
 * compiled for, with the columns' dictionaries only growing.
 */
#ifndef EXPR_EXPR_H
#define EXPR_EXPR_H

#include "batch/batch.h"

struct expr;			/* opaque */

/*
 * Rows that could not be computed, collected instead of failing.  One
 * object may serve several expressions over the same batch; the first
 * reason of a row stays.  Zeroed is empty.
 */
struct expr_fault {
	uint32_t row;
	char *reason;			/* owned; "a / b: division by zero" */
};

struct expr_faults {
	struct expr_fault *items;	/* owned; in no order */
	uint32_t count;
	uint8_t *bits;			/* owned; bit i: row i is bad */
	uint32_t row_count;
};

/* Forgets all, and makes ready for a batch of so many rows. */
void
expr_faults_start(struct expr_faults *faults, uint32_t row_count);
/* Sorts the items by row. */
void
expr_faults_sort(struct expr_faults *faults);
void
expr_faults_release(struct expr_faults *faults);

/*
 * Compiles a text, which is copied.  The schema is not needed afterwards.
 * *expr is the caller's to expr_free; NULL after an error.
 */
int
expr_compile(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err);

/* The same, and the result must be a bool: for filters and rules. */
int
expr_compile_condition(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err);

/*
 * What lookup() reads: a table with a key, made by a loader, since nothing
 * here opens files (op/lookup.h does).
 */
struct expr_table {
	struct type key_type;
	struct column values;		/* borrowed from the table */
	uint32_t count;			/* of these */
	/* ids[i]: the row of values that key i has, or COLUMN_NULL_ROW */
	void (*find)(struct expr_table *table, const struct column *keys,
	    uint32_t rows, uint32_t *ids);
	void (*free)(struct expr_table *table);
};

struct expr_loader {
	/*
	 * The column of a file by its key column (NULL: the first one).  The
	 * result is the caller's to free; NULL with err set.
	 */
	struct expr_table *(*load)(const char *file, const char *column,
	    const char *key, struct error *err);
};

/* expr_compile or expr_compile_condition, with lookup() if there is a loader
 * (NULL: none). */
int
expr_compile_with(const char *text, const struct schema *schema,
    const struct expr_loader *loader, _Bool is_condition, struct expr **expr,
    struct error *err);

void
expr_free(struct expr *expr);

struct type
expr_type(const struct expr *expr);

/* False promises that no result is null. */
_Bool
expr_is_nullable(const struct expr *expr);

/*
 * False promises that every row can be computed: whoever leaves out rows that
 * are of no use then hides no error, and changes no row's number in one.  So
 * it is of columns, constants, comparisons, IN and what joins these.
 */
_Bool
expr_may_fail(const struct expr *expr);

/* The columns that are read, ascending; borrowed from the expression. */
const uint32_t *
expr_columns(const struct expr *expr, uint32_t *count);

/* The one column that the whole expression is, or -1. */
int
expr_column(const struct expr *expr);

/*
 * Computes a batch.  *result has batch->row_count rows and is borrowed until
 * the next call for this expression; it may borrow from the batch.  On the
 * first bad row: -1 and "row N: ...", counted from 1 over all batches that
 * this expression has seen.
 */
int
expr_eval(struct expr *expr, const struct batch *batch,
    const struct column **result, struct error *err);

/*
 * The rows for which a condition is true, ascending; rows[] has room for
 * batch->row_count.
 */
int
expr_filter(struct expr *expr, const struct batch *batch, uint32_t *rows,
    uint32_t *count, struct error *err);

/* The same for a result of expr_eval; returns the count. */
uint32_t
expr_true_rows(const struct column *result, uint32_t row_count,
    uint32_t *rows);

/*
 * From now on bad rows are added to `faults` (borrowed; started by the
 * caller for each batch) and come out as null.  NULL ends this.
 */
void
expr_collect(struct expr *expr, struct expr_faults *faults);

/* After a failed eval: the row within that batch. */
uint32_t
expr_failed_row(const struct expr *expr);

/*
 * What a condition implies of single columns, for skipping files, row groups
 * and pages by their statistics: bounds that all rows kept must meet.
 */
enum expr_bound_op {
	EXPR_EQ, EXPR_NE, EXPR_LT, EXPR_LE, EXPR_GT, EXPR_GE,
	EXPR_IS_NULL, EXPR_IS_NOT_NULL,
	EXPR_IN			/* one of value's rows */
};

struct expr_bound {
	uint32_t column;
	enum expr_bound_op op;
	struct column value;	/* borrowed; one row, or the list of IN */
	uint32_t value_count;
};

/* Writes at most `max` bounds, returns how many. */
uint32_t
expr_bounds(const struct expr *expr, struct expr_bound *bounds, uint32_t max);

/* ---- lists ----------------------------------------------------------- */

/*
 * One item of a list such as "a = x + 1, x / 2 as b, c": the name ("" if
 * none is given) and the text of the expression.  Both are owned.
 */
struct expr_item {
	char *name;
	char *text;
	uint32_t begin;		/* of the text within the list, bytes */
};

struct expr_items {
	struct expr_item *items;	/* owned */
	uint32_t count;
};

/*
 * Splits a list at its commas.  `name = expr` names an item, and so does
 * `expr AS name`; in `a = b AS c` the comparison is named.  Only words are
 * looked at; the expressions are not parsed.
 */
int
expr_items_parse(const char *list, struct expr_items *items,
    struct error *err);
void
expr_items_release(struct expr_items *items);

/* ---- the functions there are ----------------------------------------- */

/* The name of function number i, or NULL after the last. */
const char *
expr_function_name(uint32_t i);

#endif
