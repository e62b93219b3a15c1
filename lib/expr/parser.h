/*
 * The parser's hands: the token at hand, what may follow it, and the making
 * of syntax nodes.  The grammar is in parse.c.
 */
#ifndef EXPR_PARSER_H
#define EXPR_PARSER_H

#include "expr/ast.h"

struct parser {
	struct lexer lexer;
	struct token token;	/* the one looked at */
	uint32_t last_end;	/* of the one before */
	uint32_t depth;
	struct arena *arena;
	struct error *err;
};

/* Whether the token is this word, in any case. */
_Bool
parser_is(const struct parser *p, const char *word);
/* To the next token.  0, or -1 for one that is none. */
int
parser_advance(struct parser *p);
/* The token after the one looked at; does not move. */
struct token
parser_look_ahead(const struct parser *p);
/* The error that something else is wanted here; NULL. */
struct ast *
parser_unexpected(struct parser *p, const char *wanted);
/* Takes a token, or a word; -1 and an error if it is another one. */
int
parser_need(struct parser *p, enum token_kind kind, const char *what);
int
parser_need_word(struct parser *p, const char *word);

/* A node that begins there, with no arguments. */
struct ast *
parser_ast(struct parser *p, enum ast_kind kind, uint32_t begin);
void
parser_add(struct parser *p, struct ast *ast, struct ast *arg);
/* The text of the token without its quotes, doubled quotes made one. */
void
parser_set_text(struct parser *p, struct ast *ast, const struct token *token);

#endif
