#include "expr/parser.h"

#include <string.h>

/* ---- words ----------------------------------------------------------- */

_Bool
parser_is(const struct parser *p, const char *word)
{
	return expr_token_is(&p->lexer, &p->token, word);
}

int
parser_advance(struct parser *p)
{
	p->last_end = p->token.end;
	return expr_token_next(&p->lexer, &p->token, p->err);
}

/* The token after the one looked at; does not move. */
struct token
parser_look_ahead(const struct parser *p)
{
	struct lexer lexer = p->lexer;
	struct token token;
	struct error ignored = {0};
	if (expr_token_next(&lexer, &token, &ignored) != 0)
		token.kind = TOKEN_END;
	return token;
}

struct ast *
parser_unexpected(struct parser *p, const char *wanted)
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

int
parser_need(struct parser *p, enum token_kind kind, const char *what)
{
	if (p->token.kind != kind) {
		parser_unexpected(p, what);
		return -1;
	}
	return parser_advance(p);
}

int
parser_need_word(struct parser *p, const char *word)
{
	if (!parser_is(p, word)) {
		parser_unexpected(p, word);
		return -1;
	}
	return parser_advance(p);
}

/* ---- nodes ----------------------------------------------------------- */

struct ast *
parser_ast(struct parser *p, enum ast_kind kind, uint32_t begin)
{
	struct ast *ast = arena_zalloc(p->arena, sizeof(*ast));
	ast->kind = kind;
	ast->begin = begin;
	ast->end = p->last_end;
	return ast;
}

void
parser_add(struct parser *p, struct ast *ast, struct ast *arg)
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

/* The text of the token without its quotes, doubled quotes made one. */
void
parser_set_text(struct parser *p, struct ast *ast, const struct token *token)
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
