#include "expr/function.h"

#include <string.h>
#include <strings.h>

#include "base/datetime.h"
#include "base/digest.h"
#include "base/decimal.h"
#include "base/text.h"
#include "expr/kernel.h"

#define KERNEL(kernel)
#define PREPARE(function)

const struct function expr_functions[] = {
#define FUNCTION(name, args, result, kernel, prepare, param) \
	{name, args, result, kernel_##kernel, prepare, param, NULL, 0, 0},
#define FORM(name, least, most, form) \
	{name, NULL, 0, NULL, NULL, 0, form, least, most},
#define ALIAS(name, of)
#include "expr/function.def"
#undef FUNCTION
#undef FORM
#undef ALIAS
};

const struct function_alias expr_aliases[] = {
#define FUNCTION(name, args, result, kernel, prepare, param)
#define FORM(name, least, most, form)
#define ALIAS(name, of) {name, of},
#include "expr/function.def"
};

const uint32_t expr_function_count =
    sizeof(expr_functions) / sizeof(expr_functions[0]);
const uint32_t expr_alias_count =
    sizeof(expr_aliases) / sizeof(expr_aliases[0]);

const char *
expr_function_name(uint32_t i)
{
	if (i < expr_function_count)
		return expr_functions[i].name;
	i -= expr_function_count;
	return i < expr_alias_count ? expr_aliases[i].name : NULL;
}

static _Bool
is_name(const char *name, const struct ast *ast)
{
	return strlen(name) == ast->len &&
	    strncasecmp(name, ast->text, ast->len) == 0;
}

static const struct function *
find_function(const struct ast *ast)
{
	for (uint32_t i = 0; i < expr_function_count; i++)
		if (is_name(expr_functions[i].name, ast))
			return &expr_functions[i];
	for (uint32_t i = 0; i < expr_alias_count; i++) {
		if (!is_name(expr_aliases[i].name, ast))
			continue;
		struct ast of = {.text = expr_aliases[i].of,
		    .len = (uint32_t)strlen(expr_aliases[i].of)};
		return find_function(&of);
	}
	return NULL;
}

static struct node *
unknown_function(struct binder *b, const struct ast *ast)
{
	char quoted[ERROR_QUOTE_BYTES];
	const char *nearest = NULL;
	unsigned best = ast->len < 4 ? 2 : 3;
	for (uint32_t i = 0; expr_function_name(i) != NULL; i++) {
		const char *name = expr_function_name(i);
		unsigned distance = text_distance(ast->text, ast->len, name,
		    strlen(name));
		if (distance < best) {
			best = distance;
			nearest = name;
		}
	}
	error_quote(quoted, ast->text, ast->len);
	if (nearest != NULL)
		return bind_error(b, ast->begin, "no function '%s'; is it "
		    "'%s'?", quoted, nearest);
	return bind_error(b, ast->begin, "no function '%s'", quoted);
}

/* ---- signatures ------------------------------------------------------ */

/* The letter of argument i, or 0; *is_optional if it may be left out. */
static char
letter_of(const char *args, uint32_t i, _Bool *is_optional)
{
	*is_optional = 0;
	for (const char *c = args; *c != '\0'; c++) {
		if (*c == '?')
			continue;
		if (c[1] == '?')
			*is_optional = 1;
		if (i-- == 0)
			return *c;
	}
	return '\0';
}

static const char *
letter_text(char letter)
{
	switch (letter) {
	case 's':
		return "string";
	case 'S':
		return "'text'";
	case 'i':
		return "integer";
	case 'I':
		return "number";
	case 'f':
		return "f64";
	case 'x':
		return "decimal";
	case 'd':
		return "date";
	case 't':
		return "timestamp";
	case 'D':
		return "date|timestamp";
	default:
		return "date|timestamp|time";
	}
}

/* How far an argument is from what is wanted; -1: it cannot be that. */
static int
distance_to(char letter, const struct node *node)
{
	struct type type = node->type;
	_Bool is_literal = node->is_literal;
	if (type.id == TYPE_NULL)
		return 0;
	switch (letter) {
	case 'S':
		return type.id == TYPE_STRING &&
		    node->kind == NODE_CONSTANT ? 0 : -1;
	case 's':
		return type.id == TYPE_STRING ? 0 : -1;
	case 'I':
		return type_is_integer(type) &&
		    node->kind == NODE_CONSTANT ? 0 : -1;
	case 'i':
		return type_is_integer(type) ? 0 : -1;
	case 'x':
		return type.id == TYPE_DECIMAL ? 0 :
		    type_is_integer(type) ? 2 : -1;
	case 'f':
		return type_is_float(type) ? 0 : type_is_number(type) ? 3 : -1;
	case 'd':
		return type.id == TYPE_DATE ? 0 : is_literal ? 2 : -1;
	case 't':
		return type.id == TYPE_TIMESTAMP ? 0 :
		    type.id == TYPE_DATE ? 1 : is_literal ? 3 : -1;
	case 'D':
		return type.id == TYPE_DATE || type.id == TYPE_TIMESTAMP ? 0 :
		    -1;
	default:
		return type.id == TYPE_DATE || type.id == TYPE_TIMESTAMP ||
		    type.id == TYPE_TIME ? 0 : -1;
	}
}

static int
distance_of(const struct function *function, struct node **args,
    uint32_t count)
{
	_Bool is_optional;
	int sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		char letter = letter_of(function->args, i, &is_optional);
		int distance = letter == '\0' ? -1 :
		    distance_to(letter, args[i]);
		if (distance < 0)
			return -1;
		sum += distance;
	}
	if (letter_of(function->args, count, &is_optional) != '\0' &&
	    !is_optional)
		return -1;
	return sum;
}

static struct type
wanted_type(char letter, struct type own)
{
	switch (letter) {
	case 's':
	case 'S':
		return type_of(TYPE_STRING);
	case 'i':
	case 'I':
		return type_of(TYPE_I64);
	case 'f':
		return type_of(TYPE_F64);
	case 'x':
		return own.id == TYPE_DECIMAL ? own : type_decimal(18, 0);
	case 'd':
		return type_of(TYPE_DATE);
	case 't':
		return own.id == TYPE_TIMESTAMP ? own : type_timestamp(0);
	default:
		return own.id == TYPE_NULL ? type_timestamp(0) : own;
	}
}

static struct type
result_type(char letter, struct node **args)
{
	switch (letter) {
	case 'b':
		return type_of(TYPE_BOOL);
	case 'i':
		return type_of(TYPE_I32);
	case 'I':
		return type_of(TYPE_I64);
	case 'u':
		return type_of(TYPE_U64);
	case 'f':
		return type_of(TYPE_F64);
	case 's':
		return type_of(TYPE_STRING);
	case 'd':
		return type_of(TYPE_DATE);
	case 't':
		return type_timestamp(0);
	case 'P':
		return type_of(TYPE_NULL);
	default:
		return args[letter - '1']->type;
	}
}

static void
append_signature(struct buffer *text, const struct function *function)
{
	_Bool is_optional;
	char letter;
	buffer_printf(text, "%s(", function->name);
	for (uint32_t i = 0; (letter = letter_of(function->args, i,
	    &is_optional)) != '\0'; i++)
		buffer_printf(text, "%s%s%s%s", is_optional ? "[" : "",
		    i > 0 ? ", " : "", letter_text(letter),
		    is_optional ? "]" : "");
	buffer_append_text(text, ")");
}

static struct node *
no_match(struct binder *b, const struct ast *ast,
    const struct function *function, struct node **args, uint32_t count)
{
	struct buffer text = {0};
	char name[TYPE_TEXT_BYTES];
	buffer_printf(&text, "%s(", function->name);
	for (uint32_t i = 0; i < count; i++)
		buffer_printf(&text, "%s%s", i > 0 ? ", " : "",
		    type_format(args[i]->type, name));
	buffer_append_text(&text, ") is none of its forms: ");
	const char *first = function->name;
	const struct function *end = expr_functions + expr_function_count;
	for (const struct function *f = function; f < end &&
	    strcmp(f->name, first) == 0; f++) {
		if (f != function)
			buffer_append_text(&text, ", ");
		append_signature(&text, f);
	}
	bind_error(b, ast->begin, "%s", buffer_text(&text));
	buffer_release(&text);
	return NULL;
}

/* ---- binding --------------------------------------------------------- */

/*
 * An argument.  "In double quotes" is a text where the function takes a
 * constant one and no column has the name: formats within a shell's quotes.
 */
static struct node *
bind_argument(struct binder *b, const struct function *function,
    const struct ast *ast, uint32_t i)
{
	_Bool is_optional;
	if (ast->kind == AST_QUOTED && function->form == form_lookup && i != 1)
		return node_text(b, ast, ast->text, ast->len);
	if (ast->kind == AST_QUOTED && function->args != NULL &&
	    letter_of(function->args, i, &is_optional) == 'S' &&
	    schema_find(b->schema, ast->text, ast->len) < 0)
		return node_text(b, ast, ast->text, ast->len);
	return bind(b, ast);
}

static struct node *
bind_form(struct binder *b, const struct ast *ast,
    const struct function *function, struct node **args)
{
	uint32_t count = ast->arg_count;
	if (count < function->least || count > function->most)
		return bind_error(b, ast->begin, "%s() needs %s%u argument%s, "
		    "not %u", function->name,
		    function->least == function->most ? "" : "at least ",
		    function->least, function->least == 1 ? "" : "s", count);
	return function->form(b, ast, args, count);
}

static struct node *
make_call(struct binder *b, const struct ast *ast,
    const struct function *function, struct node **args)
{
	uint32_t count = ast->arg_count;
	_Bool is_optional;
	for (uint32_t i = 0; i < count; i++) {
		char letter = letter_of(function->args, i, &is_optional);
		args[i] = bind_convert(b, ast->args[i], args[i],
		    wanted_type(letter, args[i]->type));
		if (args[i] == NULL)
			return NULL;
		if ((letter == 'd' || letter == 't') &&
		    args[i]->kind == NODE_CALL &&
		    args[i]->kernel == kernel_from_text &&
		    args[i]->args[0]->is_literal)
			return bind_error(b, ast->args[i]->begin, "this text "
			    "is not a %s", letter_text(letter));
	}
	struct node *node = node_with(b, ast, NODE_CALL,
	    result_type(function->result, args), args, count);
	node->kernel = function->kernel;
	if (function->prepare != NULL) {
		for (uint32_t i = 0; i < count; i++)
			if (node_is_null(args[i]) &&
			    (letter_of(function->args, i, &is_optional) ==
			    'S' || letter_of(function->args, i,
			    &is_optional) == 'I'))
				return bind_error(b, ast->args[i]->begin,
				    "%s() needs a value here, not null",
				    function->name);
		if (function->prepare(b, node, function->param) != 0)
			return NULL;
	}
	return node_fold(b, node);
}

struct node *
bind_function(struct binder *b, const struct ast *ast)
{
	const struct function *function = find_function(ast);
	if (function == NULL)
		return unknown_function(b, ast);
	struct node **args = arena_alloc(&b->expr->arena,
	    ((size_t)ast->arg_count + 1) * sizeof(struct node *));
	for (uint32_t i = 0; i < ast->arg_count; i++) {
		args[i] = bind_argument(b, function, ast->args[i], i);
		if (args[i] == NULL)
			return NULL;
	}
	if (function->form != NULL)
		return bind_form(b, ast, function, args);
	const struct function *best = NULL;
	const struct function *end = expr_functions + expr_function_count;
	int least = -1;
	for (const struct function *f = function; f < end &&
	    strcmp(f->name, function->name) == 0; f++) {
		int distance = distance_of(f, args, ast->arg_count);
		if (distance >= 0 && (best == NULL || distance < least)) {
			best = f;
			least = distance;
		}
	}
	if (best == NULL)
		return no_match(b, ast, function, args, ast->arg_count);
	return make_call(b, ast, best, args);
}
