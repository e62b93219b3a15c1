/*
 * What was written: the syntax tree of an expression, not yet bound to any
 * schema.  Everything lies in the arena that the parser was given; texts
 * that needed no unquoting point into the expression itself.
 *
 *	kind		text			args
 *	NAME		the column
 *	QUOTED		the column, unquoted
 *	TEXT		the text, unquoted
 *	INTEGER ...	the digits
 *	TRUE FALSE NULL
 *	TYPED		the text; unit: its type	DATE '2023-01-31'
 *	INTERVAL	"3 months" or "3"; unit		INTERVAL '3' month
 *	BINARY					left, right; op
 *	AND OR NOT NEGATE			their operands
 *	CALL		the function		its arguments
 *	CAST		the type		operand; is_negated: try
 *	CASE				[operand,] when, then ..., [else]
 *	IN					operand, items
 *	BETWEEN					operand, low, high
 *	LIKE					operand, pattern [, escape]
 *	IS_NULL IS_TRUE IS_FALSE		operand
 *	DISTINCT				left, right (IS DISTINCT FROM)
 */
#ifndef EXPR_AST_H
#define EXPR_AST_H

#include "base/mem.h"
#include "expr/token.h"

enum ast_kind {
	AST_NAME, AST_QUOTED, AST_TEXT, AST_INTEGER, AST_DECIMAL, AST_FLOAT,
	AST_TRUE, AST_FALSE, AST_NULL, AST_TYPED, AST_INTERVAL, AST_BINARY,
	AST_AND, AST_OR, AST_NOT, AST_NEGATE, AST_CALL, AST_CAST, AST_CASE,
	AST_IN, AST_BETWEEN, AST_LIKE, AST_IS_NULL, AST_IS_TRUE, AST_IS_FALSE,
	AST_DISTINCT
};

struct ast {
	enum ast_kind kind;
	enum token_kind op;	/* of BINARY */
	_Bool is_negated;	/* NOT IN, IS NOT ...; try_cast */
	_Bool has_operand;	/* CASE x WHEN */
	_Bool has_else;		/* CASE ... ELSE */
	_Bool ignores_case;	/* ILIKE */
	uint32_t begin, end;	/* where it stands, bytes */
	const char *text;	/* not NUL-terminated */
	uint32_t len;
	const char *unit;	/* of INTERVAL; the type's name of TYPED */
	uint32_t unit_len;
	struct ast **args;
	uint32_t arg_count;
	uint32_t height;	/* of the tree below */
};

#define EXPR_MAX_DEPTH 200	/* of parentheses and the like */
#define EXPR_MAX_HEIGHT 2000	/* of the tree: a + b + c ... */

/* Parses a whole text.  The error says where: "column 14: ...". */
int
expr_parse(const char *text, uint32_t len, struct arena *arena,
    struct ast **ast, struct error *err);

#endif
