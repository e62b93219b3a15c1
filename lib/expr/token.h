/*
 * The words of an expression.
 *
 * A lexer walks over a text that is not changed and must stay; tokens point
 * into it.  expr_token_next reads one token; errors (an open quote, a
 * character that is no part of the language) say where.
 */
#ifndef EXPR_TOKEN_H
#define EXPR_TOKEN_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* Operators stand for themselves; two characters as one constant. */
enum token_kind {
	TOKEN_END,
	TOKEN_NAME,		/* a word, a keyword among them */
	TOKEN_QUOTED,		/* "a name", with "" for a quote */
	TOKEN_TEXT,		/* 'text', with '' for a quote */
	TOKEN_INTEGER,		/* 123 */
	TOKEN_DECIMAL,		/* 1.50, .5, 5. */
	TOKEN_FLOAT,		/* 1e5 */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_EQ,
	TOKEN_NE,		/* <> and != */
	TOKEN_LT,
	TOKEN_LE,
	TOKEN_GT,
	TOKEN_GE,
	TOKEN_ADD,
	TOKEN_SUB,
	TOKEN_MUL,
	TOKEN_DIV,
	TOKEN_INT_DIV,		/* // */
	TOKEN_MOD,
	TOKEN_CONCAT,		/* || */
	TOKEN_CAST		/* :: */
};

struct token {
	enum token_kind kind;
	uint32_t begin;		/* bytes from the start of the text */
	uint32_t end;
};

struct lexer {
	const char *text;	/* borrowed */
	uint32_t len;
	uint32_t at;
};

#define EXPR_MAX_BYTES (UINT32_C(1) << 20)	/* of one expression */

int
expr_token_next(struct lexer *lexer, struct token *token, struct error *err);

/* Whether the token is this word, in any case. */
_Bool
expr_token_is(const struct lexer *lexer, const struct token *token,
    const char *word);

/* Whether the word can only be a keyword, never a column without quotes. */
_Bool
expr_word_is_reserved(const char *word, size_t len);

/* Sets a usage error "column N: ..." for a byte offset; returns -1. */
int
expr_error_at(const char *text, uint32_t at, struct error *err,
    const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
