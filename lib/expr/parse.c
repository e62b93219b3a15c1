/*
 * A Pratt parser ("Top down operator precedence", 1973): each operator has a
 * binding power, those of PostgreSQL, from loose to tight:
 *
 *	OR; AND; NOT; IS; = <> < <= > >=; BETWEEN IN LIKE; ||; + -; * / // %;
 *	unary -; ::
 */
#include "expr/parser.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

enum power {
	POWER_NONE = 0,
	POWER_OR = 10,
	POWER_AND = 20,
	POWER_NOT = 30,
	POWER_IS = 40,
	POWER_COMPARE = 50,
	POWER_RANGE = 60,
	POWER_CONCAT = 70,
	POWER_ADD = 80,
	POWER_MUL = 90,
	POWER_NEGATE = 100,
	POWER_CAST = 110
};

static struct ast *
parse(struct parser *p, int power);

/* Parses an argument and appends it. */
static int
parse_arg(struct parser *p, struct ast *ast, int power)
{
	struct ast *arg = parse(p, power);
	if (arg == NULL)
		return -1;
	parser_add(p, ast, arg);
	ast->end = p->last_end;
	return 0;
}

static struct ast *
parse_leaf(struct parser *p, enum ast_kind kind)
{
	struct token token = p->token;
	if (parser_advance(p) != 0)
		return NULL;
	struct ast *ast = parser_ast(p, kind, token.begin);
	parser_set_text(p, ast, &token);
	return ast;
}

/* ---- forms of their own ---------------------------------------------- */

/* A type: a word, and what stands in parentheses behind it. */
static int
parse_type(struct parser *p, struct ast *ast)
{
	uint32_t begin = p->token.begin;
	if (p->token.kind != TOKEN_NAME) {
		parser_unexpected(p, "a type");
		return -1;
	}
	if (parser_advance(p) != 0)
		return -1;
	if (p->token.kind == TOKEN_OPEN) {
		while (p->token.kind != TOKEN_CLOSE &&
		    p->token.kind != TOKEN_END)
			if (parser_advance(p) != 0)
				return -1;
		if (parser_need(p, TOKEN_CLOSE, "')'") != 0)
			return -1;
	}
	ast->text = p->lexer.text + begin;
	ast->len = p->last_end - begin;
	ast->end = p->last_end;
	return 0;
}

static struct ast *
parse_cast(struct parser *p, _Bool is_try)
{
	struct ast *ast = parser_ast(p, AST_CAST, p->token.begin);
	ast->is_negated = is_try;
	if (parser_advance(p) != 0 || parser_need(p, TOKEN_OPEN, "'('") != 0 ||
	    parse_arg(p, ast, POWER_NONE) != 0 ||
	    parser_need_word(p, "as") != 0 ||
	    parse_type(p, ast) != 0 || parser_need(p, TOKEN_CLOSE, "')'") != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

static struct ast *
parse_case(struct parser *p)
{
	struct ast *ast = parser_ast(p, AST_CASE, p->token.begin);
	if (parser_advance(p) != 0)
		return NULL;
	if (!parser_is(p, "when")) {
		ast->has_operand = 1;
		if (parse_arg(p, ast, POWER_NONE) != 0)
			return NULL;
	}
	do {
		if (parser_need_word(p, "when") != 0 ||
		    parse_arg(p, ast, POWER_NONE) != 0 ||
		    parser_need_word(p, "then") != 0 ||
		    parse_arg(p, ast, POWER_NONE) != 0)
			return NULL;
	} while (parser_is(p, "when"));
	if (parser_is(p, "else")) {
		ast->has_else = 1;
		if (parser_advance(p) != 0 ||
		    parse_arg(p, ast, POWER_NONE) != 0)
			return NULL;
	}
	if (parser_need_word(p, "end") != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

/* INTERVAL '3' month, INTERVAL 3 month, INTERVAL '3 months' */
static struct ast *
parse_interval(struct parser *p)
{
	struct ast *ast = parser_ast(p, AST_INTERVAL, p->token.begin);
	if (parser_advance(p) != 0)
		return NULL;
	if (p->token.kind != TOKEN_TEXT && p->token.kind != TOKEN_INTEGER)
		return parser_unexpected(p, "an amount of time");
	parser_set_text(p, ast, &p->token);
	if (parser_advance(p) != 0)
		return NULL;
	if (p->token.kind == TOKEN_NAME && !expr_word_is_reserved(
	    p->lexer.text + p->token.begin, p->token.end - p->token.begin)) {
		ast->unit = p->lexer.text + p->token.begin;
		ast->unit_len = p->token.end - p->token.begin;
		if (parser_advance(p) != 0)
			return NULL;
	}
	ast->end = p->last_end;
	return ast;
}

/* DATE '2023-01-31': the word is the type */
static struct ast *
parse_typed(struct parser *p)
{
	struct ast *ast = parser_ast(p, AST_TYPED, p->token.begin);
	ast->unit = p->lexer.text + p->token.begin;
	ast->unit_len = p->token.end - p->token.begin;
	if (parser_advance(p) != 0)
		return NULL;
	parser_set_text(p, ast, &p->token);
	if (parser_advance(p) != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

/* extract(unit FROM x): the unit becomes a text */
static int
parse_extract(struct parser *p, struct ast *ast)
{
	if (p->token.kind != TOKEN_NAME && p->token.kind != TOKEN_TEXT) {
		parser_unexpected(p, "a part of a date");
		return -1;
	}
	struct ast *unit = parse_leaf(p, AST_TEXT);
	if (unit == NULL)
		return -1;
	parser_add(p, ast, unit);
	if (p->token.kind == TOKEN_COMMA)
		return parser_advance(p) == 0 ?
		    parse_arg(p, ast, POWER_NONE) : -1;
	return parser_need_word(p, "from") == 0 ?
	    parse_arg(p, ast, POWER_NONE) : -1;
}

/* position(needle IN text): as strpos(text, needle) */
static int
parse_position(struct parser *p, struct ast *ast)
{
	if (parse_arg(p, ast, POWER_RANGE) != 0)
		return -1;
	if (!parser_is(p, "in"))
		return parser_need(p, TOKEN_COMMA, "IN") == 0 ?
		    parse_arg(p, ast, POWER_NONE) : -1;
	if (parser_advance(p) != 0 || parse_arg(p, ast, POWER_NONE) != 0)
		return -1;
	struct ast *needle = ast->args[0];
	ast->args[0] = ast->args[1];
	ast->args[1] = needle;
	return 0;
}

static int
parse_list(struct parser *p, struct ast *ast)
{
	do {
		if (ast->arg_count > 0 && p->token.kind == TOKEN_COMMA &&
		    parser_advance(p) != 0)
			return -1;
		if (parse_arg(p, ast, POWER_NONE) != 0)
			return -1;
	} while (p->token.kind == TOKEN_COMMA);
	return 0;
}

static struct ast *
parse_call(struct parser *p)
{
	struct ast *ast = parser_ast(p, AST_CALL, p->token.begin);
	_Bool is_extract = parser_is(p, "extract");
	_Bool is_position = parser_is(p, "position");
	parser_set_text(p, ast, &p->token);
	if (parser_advance(p) != 0 || parser_advance(p) != 0)
		return NULL;
	int result = 0;
	if (is_extract)
		result = parse_extract(p, ast);
	else if (is_position)
		result = parse_position(p, ast);
	else if (p->token.kind != TOKEN_CLOSE)
		result = parse_list(p, ast);
	if (result != 0 || parser_need(p, TOKEN_CLOSE, "')' or ','") != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

static struct ast *
parse_word(struct parser *p)
{
	static const struct {
		const char *word;
		enum ast_kind kind;
	} values[] = {{"true", AST_TRUE}, {"false", AST_FALSE},
	    {"null", AST_NULL}};
	for (size_t i = 0; i < 3; i++)
		if (parser_is(p, values[i].word))
			return parse_leaf(p, values[i].kind);
	if (parser_is(p, "case"))
		return parse_case(p);
	enum token_kind next = parser_look_ahead(p).kind;
	if (parser_is(p, "cast") || (parser_is(p, "try_cast") &&
	    next == TOKEN_OPEN))
		return parse_cast(p, parser_is(p, "try_cast"));
	if (next == TOKEN_TEXT && (parser_is(p, "date") ||
	    parser_is(p, "time") || parser_is(p, "timestamp")))
		return parse_typed(p);
	if (parser_is(p, "interval") &&
	    (next == TOKEN_TEXT || next == TOKEN_INTEGER))
		return parse_interval(p);
	if (next == TOKEN_OPEN && !parser_is(p, "in") && !parser_is(p, "and") &&
	    !parser_is(p, "or"))
		return parse_call(p);
	if (expr_word_is_reserved(p->lexer.text + p->token.begin,
	    p->token.end - p->token.begin))
		return parser_unexpected(p, "a value");
	return parse_leaf(p, AST_NAME);
}

static struct ast *
parse_prefix(struct parser *p, enum ast_kind kind, int power)
{
	struct ast *ast = parser_ast(p, kind, p->token.begin);
	if (parser_advance(p) != 0 || parse_arg(p, ast, power) != 0)
		return NULL;
	return ast;
}

static struct ast *
parse_operand(struct parser *p)
{
	switch (p->token.kind) {
	case TOKEN_TEXT:
		return parse_leaf(p, AST_TEXT);
	case TOKEN_QUOTED:
		return parse_leaf(p, AST_QUOTED);
	case TOKEN_INTEGER:
		return parse_leaf(p, AST_INTEGER);
	case TOKEN_DECIMAL:
		return parse_leaf(p, AST_DECIMAL);
	case TOKEN_FLOAT:
		return parse_leaf(p, AST_FLOAT);
	case TOKEN_SUB:
		return parse_prefix(p, AST_NEGATE, POWER_NEGATE);
	case TOKEN_ADD:
		return parser_advance(p) == 0 ? parse(p, POWER_NEGATE) : NULL;
	case TOKEN_OPEN: {
		if (parser_advance(p) != 0)
			return NULL;
		struct ast *inner = parse(p, POWER_NONE);
		if (inner == NULL || parser_need(p, TOKEN_CLOSE, "')'") != 0)
			return NULL;
		return inner;
	}
	case TOKEN_NAME:
		if (parser_is(p, "not"))
			return parse_prefix(p, AST_NOT, POWER_NOT);
		return parse_word(p);
	default:
		return parser_unexpected(p, "a value");
	}
}

/* ---- what follows an operand ----------------------------------------- */

static int
power_of(const struct parser *p)
{
	switch (p->token.kind) {
	case TOKEN_EQ: case TOKEN_NE: case TOKEN_LT: case TOKEN_LE:
	case TOKEN_GT: case TOKEN_GE:
		return POWER_COMPARE;
	case TOKEN_ADD: case TOKEN_SUB:
		return POWER_ADD;
	case TOKEN_MUL: case TOKEN_DIV: case TOKEN_INT_DIV: case TOKEN_MOD:
		return POWER_MUL;
	case TOKEN_CONCAT:
		return POWER_CONCAT;
	case TOKEN_CAST:
		return POWER_CAST;
	case TOKEN_NAME:
		break;
	default:
		return POWER_NONE;
	}
	if (parser_is(p, "or"))
		return POWER_OR;
	if (parser_is(p, "and"))
		return POWER_AND;
	if (parser_is(p, "is"))
		return POWER_IS;
	if (parser_is(p, "at"))
		return POWER_CAST;
	if (parser_is(p, "in") || parser_is(p, "between") ||
	    parser_is(p, "like") || parser_is(p, "ilike") ||
	    parser_is(p, "not"))
		return POWER_RANGE;
	return POWER_NONE;
}

static struct ast *
parse_is(struct parser *p, struct ast *left)
{
	struct ast *ast = parser_ast(p, AST_IS_NULL, left->begin);
	parser_add(p, ast, left);
	if (parser_is(p, "not")) {
		ast->is_negated = 1;
		if (parser_advance(p) != 0)
			return NULL;
	}
	if (parser_is(p, "distinct")) {
		ast->kind = AST_DISTINCT;
		if (parser_advance(p) != 0 ||
		    parser_need_word(p, "from") != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0)
			return NULL;
		return ast;
	}
	if (parser_is(p, "true"))
		ast->kind = AST_IS_TRUE;
	else if (parser_is(p, "false"))
		ast->kind = AST_IS_FALSE;
	else if (!parser_is(p, "null") && !parser_is(p, "unknown"))
		return parser_unexpected(p, "NULL, TRUE, FALSE or DISTINCT "
		    "FROM");
	if (parser_advance(p) != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

static struct ast *
parse_range(struct parser *p, struct ast *left)
{
	struct ast *ast = parser_ast(p, AST_IN, left->begin);
	parser_add(p, ast, left);
	if (parser_is(p, "not")) {
		ast->is_negated = 1;
		if (parser_advance(p) != 0)
			return NULL;
	}
	int result = 0;
	if (parser_is(p, "in")) {
		result = parser_advance(p) != 0 ||
		    parser_need(p, TOKEN_OPEN, "'('") != 0 ||
		    parse_list(p, ast) != 0 ||
		    parser_need(p, TOKEN_CLOSE, "')'") != 0;
	} else if (parser_is(p, "between")) {
		ast->kind = AST_BETWEEN;
		result = parser_advance(p) != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0 ||
		    parser_need_word(p, "and") != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0;
	} else if (parser_is(p, "like") || parser_is(p, "ilike")) {
		ast->kind = AST_LIKE;
		ast->ignores_case = parser_is(p, "ilike");
		result = parser_advance(p) != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0;
		if (result == 0 && parser_is(p, "escape"))
			result = parser_advance(p) != 0 ||
			    parse_arg(p, ast, POWER_RANGE) != 0;
	} else {
		return parser_unexpected(p, "IN, BETWEEN or LIKE");
	}
	ast->end = p->last_end;
	return result == 0 ? ast : NULL;
}

/* x AT TIME ZONE zone: as timezone(zone, x) */
static struct ast *
parse_zone(struct parser *p, struct ast *left)
{
	static const char name[] = "timezone";
	struct ast *ast = parser_ast(p, AST_CALL, left->begin);
	ast->text = name;
	ast->len = sizeof(name) - 1;
	if (parser_advance(p) != 0 || parser_need_word(p, "time") != 0 ||
	    parser_need_word(p, "zone") != 0 ||
	    parse_arg(p, ast, POWER_CAST) != 0)
		return NULL;
	parser_add(p, ast, left);
	return ast;
}

static struct ast *
parse_infix(struct parser *p, struct ast *left, int power)
{
	if (p->token.kind == TOKEN_NAME && parser_is(p, "at"))
		return parse_zone(p, left);
	if (power == POWER_IS || power == POWER_RANGE) {
		if (power == POWER_IS && parser_advance(p) != 0)
			return NULL;
		return power == POWER_IS ? parse_is(p, left) :
		    parse_range(p, left);
	}
	enum ast_kind kind = power == POWER_OR ? AST_OR :
	    power == POWER_AND ? AST_AND :
	    power == POWER_CAST ? AST_CAST : AST_BINARY;
	struct ast *ast = parser_ast(p, kind, left->begin);
	ast->op = p->token.kind;
	parser_add(p, ast, left);
	if (parser_advance(p) != 0)
		return NULL;
	int result = kind == AST_CAST ? parse_type(p, ast) :
	    parse_arg(p, ast, power);
	return result == 0 ? ast : NULL;
}

/* Everything that binds tighter than `power`; NULL after an error. */
static struct ast *
parse(struct parser *p, int power)
{
	if (++p->depth > EXPR_MAX_DEPTH) {
		expr_error_at(p->lexer.text, p->token.begin, p->err,
		    "nested deeper than %d levels", EXPR_MAX_DEPTH);
		return NULL;
	}
	struct ast *left = parse_operand(p);
	while (left != NULL) {
		int next = power_of(p);
		if (next <= power)
			break;
		left = parse_infix(p, left, next);
		if (left != NULL && left->height > EXPR_MAX_HEIGHT) {
			expr_error_at(p->lexer.text, p->token.begin, p->err,
			    "more than %d operators in a row",
			    EXPR_MAX_HEIGHT);
			return NULL;
		}
	}
	p->depth--;
	return left;
}

int
expr_parse(const char *text, uint32_t len, struct arena *arena,
    struct ast **ast, struct error *err)
{
	if (len > EXPR_MAX_BYTES)
		return error_usage(err, "an expression of %u bytes; at most "
		    "%u", len, EXPR_MAX_BYTES);
	struct parser parser = {.arena = arena, .err = err,
	    .lexer = {.text = text, .len = len}};
	if (parser_advance(&parser) != 0)
		return -1;
	*ast = parse(&parser, POWER_NONE);
	if (*ast == NULL)
		return -1;
	if (parser.token.kind != TOKEN_END) {
		parser_unexpected(&parser, "the end or an operator");
		return -1;
	}
	return 0;
}
