/*
 * A Pratt parser ("Top down operator precedence", 1973): each operator has a
 * binding power, those of PostgreSQL, from loose to tight:
 *
 *	OR; AND; NOT; IS; = <> < <= > >=; BETWEEN IN LIKE; ||; + -; * / // %;
 *	unary -; ::
 */
#include "expr/ast.h"

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

struct parser {
	struct lexer lexer;
	struct token token;	/* the one looked at */
	uint32_t last_end;	/* of the one before */
	uint32_t depth;
	struct arena *arena;
	struct error *err;
};

static struct ast *
parse(struct parser *p, int power);

/* ---- words ----------------------------------------------------------- */

static _Bool
is_word(const struct parser *p, const char *word)
{
	return expr_token_is(&p->lexer, &p->token, word);
}

static int
advance(struct parser *p)
{
	p->last_end = p->token.end;
	return expr_token_next(&p->lexer, &p->token, p->err);
}

/* The token after the one looked at; does not move. */
static struct token
look_ahead(const struct parser *p)
{
	struct lexer lexer = p->lexer;
	struct token token;
	struct error ignored = {0};
	if (expr_token_next(&lexer, &token, &ignored) != 0)
		token.kind = TOKEN_END;
	return token;
}

static struct ast *
unexpected(struct parser *p, const char *wanted)
{
	char quoted[ERROR_QUOTE_BYTES];
	if (p->token.kind == TOKEN_END)
		expr_error_at(p->lexer.text, p->token.begin, p->err,
		    "the expression ends where %s should be", wanted);
	else
		expr_error_at(p->lexer.text, p->token.begin, p->err,
		    "'%s' where %s should be", error_quote(quoted,
		    p->lexer.text + p->token.begin,
		    p->token.end - p->token.begin), wanted);
	return NULL;
}

static int
need(struct parser *p, enum token_kind kind, const char *what)
{
	if (p->token.kind != kind) {
		unexpected(p, what);
		return -1;
	}
	return advance(p);
}

static int
need_word(struct parser *p, const char *word)
{
	if (!is_word(p, word)) {
		unexpected(p, word);
		return -1;
	}
	return advance(p);
}

/* ---- nodes ----------------------------------------------------------- */

static struct ast *
new_ast(struct parser *p, enum ast_kind kind, uint32_t begin)
{
	struct ast *ast = arena_zalloc(p->arena, sizeof(*ast));
	ast->kind = kind;
	ast->begin = begin;
	ast->end = p->last_end;
	return ast;
}

static void
add_arg(struct parser *p, struct ast *ast, struct ast *arg)
{
	uint32_t n = ast->arg_count;
	if ((n & (n - 1)) == 0) {
		struct ast **grown = arena_alloc(p->arena,
		    (n == 0 ? 1 : (size_t)n * 2) * sizeof(struct ast *));
		if (n > 0)
			memcpy(grown, ast->args, n * sizeof(struct ast *));
		ast->args = grown;
	}
	ast->args[ast->arg_count++] = arg;
	if (ast->height <= arg->height)
		ast->height = arg->height + 1;
}

/* Parses an argument and appends it. */
static int
parse_arg(struct parser *p, struct ast *ast, int power)
{
	struct ast *arg = parse(p, power);
	if (arg == NULL)
		return -1;
	add_arg(p, ast, arg);
	ast->end = p->last_end;
	return 0;
}

/* The text of the token without its quotes, doubled quotes made one. */
static void
set_text(struct parser *p, struct ast *ast, const struct token *token)
{
	const char *text = p->lexer.text + token->begin;
	uint32_t len = token->end - token->begin;
	if (token->kind != TOKEN_TEXT && token->kind != TOKEN_QUOTED) {
		ast->text = text;
		ast->len = len;
		return;
	}
	char quote = text[0];
	char *out = arena_alloc(p->arena, len);
	uint32_t used = 0;
	for (uint32_t i = 1; i + 1 < len; i++) {
		out[used++] = text[i];
		if (text[i] == quote)
			i++;
	}
	ast->text = out;
	ast->len = used;
}

static struct ast *
parse_leaf(struct parser *p, enum ast_kind kind)
{
	struct token token = p->token;
	if (advance(p) != 0)
		return NULL;
	struct ast *ast = new_ast(p, kind, token.begin);
	set_text(p, ast, &token);
	return ast;
}

/* ---- forms of their own ---------------------------------------------- */

/* A type: a word, and what stands in parentheses behind it. */
static int
parse_type(struct parser *p, struct ast *ast)
{
	uint32_t begin = p->token.begin;
	if (p->token.kind != TOKEN_NAME) {
		unexpected(p, "a type");
		return -1;
	}
	if (advance(p) != 0)
		return -1;
	if (p->token.kind == TOKEN_OPEN) {
		while (p->token.kind != TOKEN_CLOSE &&
		    p->token.kind != TOKEN_END)
			if (advance(p) != 0)
				return -1;
		if (need(p, TOKEN_CLOSE, "')'") != 0)
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
	struct ast *ast = new_ast(p, AST_CAST, p->token.begin);
	ast->is_negated = is_try;
	if (advance(p) != 0 || need(p, TOKEN_OPEN, "'('") != 0 ||
	    parse_arg(p, ast, POWER_NONE) != 0 || need_word(p, "as") != 0 ||
	    parse_type(p, ast) != 0 || need(p, TOKEN_CLOSE, "')'") != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

static struct ast *
parse_case(struct parser *p)
{
	struct ast *ast = new_ast(p, AST_CASE, p->token.begin);
	if (advance(p) != 0)
		return NULL;
	if (!is_word(p, "when")) {
		ast->has_operand = 1;
		if (parse_arg(p, ast, POWER_NONE) != 0)
			return NULL;
	}
	do {
		if (need_word(p, "when") != 0 ||
		    parse_arg(p, ast, POWER_NONE) != 0 ||
		    need_word(p, "then") != 0 ||
		    parse_arg(p, ast, POWER_NONE) != 0)
			return NULL;
	} while (is_word(p, "when"));
	if (is_word(p, "else")) {
		ast->has_else = 1;
		if (advance(p) != 0 || parse_arg(p, ast, POWER_NONE) != 0)
			return NULL;
	}
	if (need_word(p, "end") != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

/* INTERVAL '3' month, INTERVAL 3 month, INTERVAL '3 months' */
static struct ast *
parse_interval(struct parser *p)
{
	struct ast *ast = new_ast(p, AST_INTERVAL, p->token.begin);
	if (advance(p) != 0)
		return NULL;
	if (p->token.kind != TOKEN_TEXT && p->token.kind != TOKEN_INTEGER)
		return unexpected(p, "an amount of time");
	set_text(p, ast, &p->token);
	if (advance(p) != 0)
		return NULL;
	if (p->token.kind == TOKEN_NAME && !expr_word_is_reserved(
	    p->lexer.text + p->token.begin, p->token.end - p->token.begin)) {
		ast->unit = p->lexer.text + p->token.begin;
		ast->unit_len = p->token.end - p->token.begin;
		if (advance(p) != 0)
			return NULL;
	}
	ast->end = p->last_end;
	return ast;
}

/* DATE '2023-01-31': the word is the type */
static struct ast *
parse_typed(struct parser *p)
{
	struct ast *ast = new_ast(p, AST_TYPED, p->token.begin);
	ast->unit = p->lexer.text + p->token.begin;
	ast->unit_len = p->token.end - p->token.begin;
	if (advance(p) != 0)
		return NULL;
	set_text(p, ast, &p->token);
	if (advance(p) != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

/* extract(unit FROM x): the unit becomes a text */
static int
parse_extract(struct parser *p, struct ast *ast)
{
	if (p->token.kind != TOKEN_NAME && p->token.kind != TOKEN_TEXT) {
		unexpected(p, "a part of a date");
		return -1;
	}
	struct ast *unit = parse_leaf(p, AST_TEXT);
	if (unit == NULL)
		return -1;
	add_arg(p, ast, unit);
	if (p->token.kind == TOKEN_COMMA)
		return advance(p) == 0 ? parse_arg(p, ast, POWER_NONE) : -1;
	return need_word(p, "from") == 0 ? parse_arg(p, ast, POWER_NONE) : -1;
}

/* position(needle IN text): as strpos(text, needle) */
static int
parse_position(struct parser *p, struct ast *ast)
{
	if (parse_arg(p, ast, POWER_RANGE) != 0)
		return -1;
	if (!is_word(p, "in"))
		return need(p, TOKEN_COMMA, "IN") == 0 ?
		    parse_arg(p, ast, POWER_NONE) : -1;
	if (advance(p) != 0 || parse_arg(p, ast, POWER_NONE) != 0)
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
		    advance(p) != 0)
			return -1;
		if (parse_arg(p, ast, POWER_NONE) != 0)
			return -1;
	} while (p->token.kind == TOKEN_COMMA);
	return 0;
}

static struct ast *
parse_call(struct parser *p)
{
	struct ast *ast = new_ast(p, AST_CALL, p->token.begin);
	_Bool is_extract = is_word(p, "extract");
	_Bool is_position = is_word(p, "position");
	set_text(p, ast, &p->token);
	if (advance(p) != 0 || advance(p) != 0)
		return NULL;
	int result = 0;
	if (is_extract)
		result = parse_extract(p, ast);
	else if (is_position)
		result = parse_position(p, ast);
	else if (p->token.kind != TOKEN_CLOSE)
		result = parse_list(p, ast);
	if (result != 0 || need(p, TOKEN_CLOSE, "')' or ','") != 0)
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
		if (is_word(p, values[i].word))
			return parse_leaf(p, values[i].kind);
	if (is_word(p, "case"))
		return parse_case(p);
	enum token_kind next = look_ahead(p).kind;
	if (is_word(p, "cast") || (is_word(p, "try_cast") &&
	    next == TOKEN_OPEN))
		return parse_cast(p, is_word(p, "try_cast"));
	if (next == TOKEN_TEXT && (is_word(p, "date") || is_word(p, "time") ||
	    is_word(p, "timestamp")))
		return parse_typed(p);
	if (is_word(p, "interval") &&
	    (next == TOKEN_TEXT || next == TOKEN_INTEGER))
		return parse_interval(p);
	if (next == TOKEN_OPEN && !is_word(p, "in") && !is_word(p, "and") &&
	    !is_word(p, "or"))
		return parse_call(p);
	if (expr_word_is_reserved(p->lexer.text + p->token.begin,
	    p->token.end - p->token.begin))
		return unexpected(p, "a value");
	return parse_leaf(p, AST_NAME);
}

static struct ast *
parse_prefix(struct parser *p, enum ast_kind kind, int power)
{
	struct ast *ast = new_ast(p, kind, p->token.begin);
	if (advance(p) != 0 || parse_arg(p, ast, power) != 0)
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
		return advance(p) == 0 ? parse(p, POWER_NEGATE) : NULL;
	case TOKEN_OPEN: {
		if (advance(p) != 0)
			return NULL;
		struct ast *inner = parse(p, POWER_NONE);
		if (inner == NULL || need(p, TOKEN_CLOSE, "')'") != 0)
			return NULL;
		return inner;
	}
	case TOKEN_NAME:
		if (is_word(p, "not"))
			return parse_prefix(p, AST_NOT, POWER_NOT);
		return parse_word(p);
	default:
		return unexpected(p, "a value");
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
	if (is_word(p, "or"))
		return POWER_OR;
	if (is_word(p, "and"))
		return POWER_AND;
	if (is_word(p, "is"))
		return POWER_IS;
	if (is_word(p, "in") || is_word(p, "between") || is_word(p, "like") ||
	    is_word(p, "ilike") || is_word(p, "not"))
		return POWER_RANGE;
	return POWER_NONE;
}

static struct ast *
parse_is(struct parser *p, struct ast *left)
{
	struct ast *ast = new_ast(p, AST_IS_NULL, left->begin);
	add_arg(p, ast, left);
	if (is_word(p, "not")) {
		ast->is_negated = 1;
		if (advance(p) != 0)
			return NULL;
	}
	if (is_word(p, "distinct")) {
		ast->kind = AST_DISTINCT;
		if (advance(p) != 0 || need_word(p, "from") != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0)
			return NULL;
		return ast;
	}
	if (is_word(p, "true"))
		ast->kind = AST_IS_TRUE;
	else if (is_word(p, "false"))
		ast->kind = AST_IS_FALSE;
	else if (!is_word(p, "null") && !is_word(p, "unknown"))
		return unexpected(p, "NULL, TRUE, FALSE or DISTINCT FROM");
	if (advance(p) != 0)
		return NULL;
	ast->end = p->last_end;
	return ast;
}

static struct ast *
parse_range(struct parser *p, struct ast *left)
{
	struct ast *ast = new_ast(p, AST_IN, left->begin);
	add_arg(p, ast, left);
	if (is_word(p, "not")) {
		ast->is_negated = 1;
		if (advance(p) != 0)
			return NULL;
	}
	int result = 0;
	if (is_word(p, "in")) {
		result = advance(p) != 0 || need(p, TOKEN_OPEN, "'('") != 0 ||
		    parse_list(p, ast) != 0 || need(p, TOKEN_CLOSE, "')'") != 0;
	} else if (is_word(p, "between")) {
		ast->kind = AST_BETWEEN;
		result = advance(p) != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0 ||
		    need_word(p, "and") != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0;
	} else if (is_word(p, "like") || is_word(p, "ilike")) {
		ast->kind = AST_LIKE;
		ast->ignores_case = is_word(p, "ilike");
		result = advance(p) != 0 ||
		    parse_arg(p, ast, POWER_RANGE) != 0;
		if (result == 0 && is_word(p, "escape"))
			result = advance(p) != 0 ||
			    parse_arg(p, ast, POWER_RANGE) != 0;
	} else {
		return unexpected(p, "IN, BETWEEN or LIKE");
	}
	ast->end = p->last_end;
	return result == 0 ? ast : NULL;
}

static struct ast *
parse_infix(struct parser *p, struct ast *left, int power)
{
	if (power == POWER_IS || power == POWER_RANGE) {
		if (power == POWER_IS && advance(p) != 0)
			return NULL;
		return power == POWER_IS ? parse_is(p, left) :
		    parse_range(p, left);
	}
	enum ast_kind kind = power == POWER_OR ? AST_OR :
	    power == POWER_AND ? AST_AND :
	    power == POWER_CAST ? AST_CAST : AST_BINARY;
	struct ast *ast = new_ast(p, kind, left->begin);
	ast->op = p->token.kind;
	add_arg(p, ast, left);
	if (advance(p) != 0)
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
	if (advance(&parser) != 0)
		return -1;
	*ast = parse(&parser, POWER_NONE);
	if (*ast == NULL)
		return -1;
	if (parser.token.kind != TOKEN_END) {
		unexpected(&parser, "the end or an operator");
		return -1;
	}
	return 0;
}
