/*
 * A compiled expression from within: typed nodes, the run of a batch, and
 * the calls of kernels.
 *
 * A node is made by the binder (bind.c) with its type known, its arguments
 * converted to what its kernel takes, and constants folded.  eval.c walks
 * the nodes: children first, then the kernel over all rows.
 *
 * CALL nodes are strict: a null argument makes a null.  The walker ands the
 * validities, so that kernels compute all rows and need not look, except
 * where an error would stop them: call->live has the rows that count.
 * Other kinds treat nulls, or guard their arguments, in ways of their own:
 *
 *	AND, OR		the right side counts only where the left one has not
 *			decided
 *	CASE		args: condition, value, ..., [else]; a value counts only
 *			where it is chosen, a condition where none before held
 *	COALESCE	an argument counts only where those before are null
 *	TRY		null in the rows that its argument cannot compute
 */
#ifndef EXPR_NODE_H
#define EXPR_NODE_H

#include "expr/expr.h"
#include "expr/token.h"
#include "expr/vector.h"

enum node_kind {
	NODE_COLUMN,
	NODE_CONSTANT,		/* out holds it */
	NODE_CALL,
	NODE_AND,
	NODE_OR,
	NODE_CASE,
	NODE_COALESCE,
	NODE_IS_NULL,		/* is_negated: IS NOT NULL */
	NODE_IS_TRUE,		/* is_negated: IS NOT TRUE */
	NODE_IS_FALSE,
	NODE_TRY,
	NODE_SHARED		/* computed once for several parents */
};

struct call;
struct lift;
struct node;

/* 0, or -1 with the run's error set. */
typedef int expr_kernel(struct call *call);

struct node {
	enum node_kind kind;
	struct type type;
	enum token_kind op;	/* which comparison */
	_Bool is_negated;
	_Bool is_try;		/* errors make nulls */
	_Bool may_be_null;	/* even when no argument is null */
	_Bool is_ready;		/* SHARED: out is this batch's */
	_Bool is_literal;	/* CONSTANT: a text that may become a date */
	_Bool may_fail;		/* rows, or those of an argument */
	_Bool is_walked;	/* these two take in the arguments */
	uint32_t begin, end;	/* of its text in the expression */
	uint32_t column;	/* COLUMN */
	struct node **args;
	uint32_t arg_count;
	struct node **shared;	/* to make not ready before it is run */
	uint32_t shared_count;
	expr_kernel *kernel;	/* CALL */
	struct type shown;	/* of a cast: the type to name in errors */
	void *state;		/* owned; what the kernel keeps */
	void (*state_free)(void *state);
	struct vector out;
	struct vector spare;	/* for kernels' scratch */
	struct lift *lift;	/* owned; results for each dictionary entry */
	struct dictionary *dictionary;	/* owned; of results */
	struct node *next;	/* all nodes of the expression */
};

struct run {
	const char *text;		/* of the expression */
	const struct column *columns;	/* of the batch */
	uint32_t rows;
	const uint8_t *active;		/* rows that count, or NULL: all */
	struct expr_faults *faults;	/* collect, or NULL: fail */
	struct error *err;
	uint64_t row_base;		/* rows before this batch */
	uint32_t failed_row;
};

struct call {
	struct run *run;
	struct node *node;
	struct vector *out;
	const struct vector *args[8];
	uint32_t arg_count;
	uint32_t rows;			/* 1 if all arguments are constant */
	const uint8_t *live;		/* rows not null that count, or NULL */
	_Bool is_single;		/* one value for all active rows */
	struct lift *lift;		/* of a call over entries */
};

#define CALL_MAX_ARGS 8

/*
 * A row that the kernel cannot compute.  The row becomes null; 0 to go on,
 * or -1 if the whole evaluation fails.
 */
int
call_fail(struct call *call, uint32_t row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The value of an argument as text for a message, quoted and cut. */
const char *
call_show(const struct call *call, uint32_t arg, uint32_t row,
    char out[ERROR_QUOTE_BYTES]);

/* The same for a row of the run, of any node. */
int
run_fail(struct run *run, const struct node *node, uint32_t row,
    const char *reason);

/* The same with a reason that names the expression already. */
int
run_fail_whole(struct run *run, uint32_t row, const char *whole);

/* Evaluates a node: its out has run->rows rows, or is a constant. */
int
node_eval(struct run *run, struct node *node);

/* A CALL whose one changing argument is coded: once for each entry. */
int
lift_eval(struct call *call, uint32_t arg);
void
lift_free(struct lift *lift);

/* CASE and COALESCE: puts rows of several vectors together. */
int
blend_eval(struct run *run, struct node *node);

#endif
