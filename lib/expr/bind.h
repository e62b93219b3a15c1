/*
 * Binding: from what was written (ast.h) to what is run (node.h).
 *
 * A binder finds columns and functions, decides every type, converts
 * arguments to what kernels take, and computes what is constant.  Functions
 * that return a node return NULL after an error, which says where in the
 * text: "column 14: ...".  All nodes belong to the expression.
 */
#ifndef EXPR_BIND_H
#define EXPR_BIND_H

#include "expr/ast.h"
#include "expr/node.h"

struct expr {
	char *text;			/* owned */
	struct arena arena;		/* nodes and syntax */
	struct node *nodes;		/* all of them */
	struct node *root;
	uint32_t *columns;		/* owned; ascending */
	uint32_t column_count;
	_Bool is_nullable;
	struct expr_faults *faults;	/* borrowed */
	uint64_t rows_seen;
	uint32_t failed_row;
	struct vector result;		/* of a constant, spread */
	struct dictionary *dictionary;	/* owned; for that */
};

struct binder {
	struct expr *expr;
	const struct schema *schema;	/* borrowed */
	const struct expr_loader *loader;	/* borrowed, or NULL */
	struct error *err;
};

/* What a kernel of the function list wants known beforehand. */
typedef int expr_prepare(struct binder *b, struct node *node, int param);

struct node *
bind(struct binder *b, const struct ast *ast);

/* Sets the error at a place; returns NULL. */
struct node *
bind_error(struct binder *b, uint32_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* ---- making nodes ---------------------------------------------------- */

struct node *
node_new(struct binder *b, enum node_kind kind, struct type type,
    uint32_t begin, uint32_t end);

/* A node with these arguments, standing where `ast` does; not yet folded. */
struct node *
node_with(struct binder *b, const struct ast *ast, enum node_kind kind,
    struct type type, struct node *const *args, uint32_t count);

/* A call; folded if all arguments are constant. */
struct node *
node_call(struct binder *b, const struct ast *ast, expr_kernel *kernel,
    struct type type, struct node *const *args, uint32_t count);

/* Computes a node whose arguments are all constant, if that succeeds. */
struct node *
node_fold(struct binder *b, struct node *node);

struct node *
node_null(struct binder *b, const struct ast *ast, struct type type);
struct node *
node_i64(struct binder *b, const struct ast *ast, int64_t value);
struct node *
node_text(struct binder *b, const struct ast *ast, const char *text,
    uint32_t len);

static inline _Bool
node_is_null(const struct node *node)
{
	return node->kind == NODE_CONSTANT && vector_is_null(&node->out, 0);
}

/*
 * A node that several parents will use, computed once: the owner, under
 * which all of them lie, is told with node_owns, and must run it first
 * for all rows that any of them needs.
 */
struct node *
node_share(struct binder *b, struct node *node);
void
node_owns(struct binder *b, struct node *owner, struct node *shared);

/* ---- types ----------------------------------------------------------- */

/*
 * CAST: any type to any that it can become.  Errors in rows unless is_try,
 * which makes nulls.
 */
struct node *
bind_cast(struct binder *b, const struct ast *ast, struct node *node,
    struct type type, _Bool is_try);

/*
 * For the argument of a kernel: the values as the kernel reads them; the
 * precision of a decimal may stay smaller.
 */
struct node *
bind_convert(struct binder *b, const struct ast *ast, struct node *node,
    struct type type);

/*
 * The one type of all items, to which they are converted.  Constants give
 * way: to the types of columns that can hold them; texts to dates.
 * NULL nodes take any.  -1 if there is none; *type may be TYPE_NULL.
 */
int
bind_common(struct binder *b, const struct ast *ast, struct node **items,
    uint32_t count, struct type *type);

/* Decimal digits that every value of an integer type fits in. */
unsigned
bind_digits(struct type type);

/* A number as a decimal type: constants have the digits that they have. */
struct type
bind_as_decimal(const struct node *node);

/* ---- parts of bind --------------------------------------------------- */

struct node *
bind_binary(struct binder *b, const struct ast *ast);
struct node *
bind_compare(struct binder *b, const struct ast *ast, enum token_kind op,
    struct node *left, struct node *right);
struct node *
bind_function(struct binder *b, const struct ast *ast);
struct node *
bind_negate(struct binder *b, const struct ast *ast);
struct node *
bind_in(struct binder *b, const struct ast *ast);
struct node *
bind_between(struct binder *b, const struct ast *ast);
struct node *
bind_like(struct binder *b, const struct ast *ast);
struct node *
bind_case(struct binder *b, const struct ast *ast);
struct node *
bind_distinct(struct binder *b, const struct ast *ast);

/* A node of AND or OR, folded where it is decided. */
struct node *
bind_logic(struct binder *b, const struct ast *ast, enum node_kind kind,
    struct node *left, struct node *right);
struct node *
bind_not(struct binder *b, const struct ast *ast, struct node *node);

#endif
