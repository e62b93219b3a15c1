#include "expr/token.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

int
expr_error_at(const char *text, uint32_t at, struct error *err,
    const char *format, ...)
{
	char message[ERROR_TEXT_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	return error_usage(err, "column %zu: %s", utf8_length(text, at) + 1,
	    message);
}

_Bool
expr_token_is(const struct lexer *lexer, const struct token *token,
    const char *word)
{
	size_t len = strlen(word);
	return token->kind == TOKEN_NAME && token->end - token->begin == len &&
	    strncasecmp(lexer->text + token->begin, word, len) == 0;
}

static _Bool
starts_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (unsigned char)c >= 0x80;
}

static _Bool
is_number(char c)
{
	return c >= '0' && c <= '9';
}

static char
peek(const struct lexer *lexer, uint32_t ahead)
{
	return lexer->at + ahead < lexer->len ?
	    lexer->text[lexer->at + ahead] : '\0';
}

static int
lex_quoted(struct lexer *lexer, struct token *token, struct error *err)
{
	char quote = lexer->text[lexer->at++];
	token->kind = quote == '"' ? TOKEN_QUOTED : TOKEN_TEXT;
	while (lexer->at < lexer->len) {
		if (lexer->text[lexer->at++] != quote)
			continue;
		if (peek(lexer, 0) != quote)
			return 0;
		lexer->at++;
	}
	return expr_error_at(lexer->text, token->begin, err,
	    "this %s has no end",
	    quote == '"' ? "quoted name" : "text in quotes");
}

static int
lex_number(struct lexer *lexer, struct token *token, struct error *err)
{
	token->kind = TOKEN_INTEGER;
	while (is_number(peek(lexer, 0)))
		lexer->at++;
	if (peek(lexer, 0) == '.') {
		token->kind = TOKEN_DECIMAL;
		lexer->at++;
		while (is_number(peek(lexer, 0)))
			lexer->at++;
	}
	char c = peek(lexer, 0);
	if (c == 'e' || c == 'E') {
		char sign = peek(lexer, 1);
		uint32_t skip = sign == '-' || sign == '+' ? 2 : 1;
		if (is_number(peek(lexer, skip))) {
			token->kind = TOKEN_FLOAT;
			lexer->at += skip;
			while (is_number(peek(lexer, 0)))
				lexer->at++;
		}
	}
	if (starts_name(peek(lexer, 0)))
		return expr_error_at(lexer->text, lexer->at, err,
		    "a number runs into a name");
	return 0;
}

static const struct {
	char text[3];
	uint8_t kind;
} operators[] = {
	/* two characters first */
	{"<>", TOKEN_NE}, {"!=", TOKEN_NE}, {"<=", TOKEN_LE}, {">=", TOKEN_GE},
	{"//", TOKEN_INT_DIV}, {"||", TOKEN_CONCAT}, {"::", TOKEN_CAST},
	{"==", TOKEN_EQ}, {"=", TOKEN_EQ}, {"<", TOKEN_LT}, {">", TOKEN_GT},
	{"+", TOKEN_ADD}, {"-", TOKEN_SUB}, {"*", TOKEN_MUL}, {"/", TOKEN_DIV},
	{"%", TOKEN_MOD}, {"(", TOKEN_OPEN}, {")", TOKEN_CLOSE},
	{",", TOKEN_COMMA},
};

static int
lex_operator(struct lexer *lexer, struct token *token, struct error *err)
{
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		const char *text = operators[i].text;
		uint32_t len = text[1] != '\0' ? 2 : 1;
		if (peek(lexer, 0) == text[0] &&
		    (len == 1 || peek(lexer, 1) == text[1])) {
			token->kind = operators[i].kind;
			lexer->at += len;
			return 0;
		}
	}
	char quoted[ERROR_QUOTE_BYTES];
	return expr_error_at(lexer->text, lexer->at, err,
	    "'%s' is no part of an expression",
	    error_quote(quoted, lexer->text + lexer->at, 1));
}

/* Blanks, and comments from -- to the end of the line. */
static void
skip_blanks(struct lexer *lexer)
{
	for (;;) {
		char c = peek(lexer, 0);
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			lexer->at++;
		} else if (c == '-' && peek(lexer, 1) == '-') {
			while (lexer->at < lexer->len &&
			    lexer->text[lexer->at] != '\n')
				lexer->at++;
		} else {
			return;
		}
	}
}

int
expr_token_next(struct lexer *lexer, struct token *token, struct error *err)
{
	skip_blanks(lexer);
	*token = (struct token){.kind = TOKEN_END, .begin = lexer->at};
	int result = 0;
	char c = peek(lexer, 0);
	if (lexer->at >= lexer->len) {
		result = 0;
	} else if (starts_name(c)) {
		token->kind = TOKEN_NAME;
		while (starts_name(peek(lexer, 0)) || is_number(peek(lexer, 0)))
			lexer->at++;
	} else if (c == '"' || c == '\'') {
		result = lex_quoted(lexer, token, err);
	} else if (is_number(c) || (c == '.' && is_number(peek(lexer, 1)))) {
		result = lex_number(lexer, token, err);
	} else {
		result = lex_operator(lexer, token, err);
	}
	token->end = lexer->at;
	return result;
}

/* ---- reserved words -------------------------------------------------- */

static const char *const reserved[] = {
	"and", "or", "not", "is", "in", "like", "ilike", "between", "case",
	"when", "then", "else", "end", "cast", "null", "true", "false", "as",
	"escape", "from",
};

_Bool
expr_word_is_reserved(const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++)
		if (strlen(reserved[i]) == len &&
		    strncasecmp(reserved[i], word, len) == 0)
			return 1;
	return 0;
}
