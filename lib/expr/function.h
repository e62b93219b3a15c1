/*
 * The list of functions (function.def), as tables for the binder.
 */
#ifndef EXPR_FUNCTION_H
#define EXPR_FUNCTION_H

#include "expr/bind.h"

struct function {
	const char *name;
	const char *args;	/* letters of function.def; NULL: a form */
	char result;
	expr_kernel *kernel;
	expr_prepare *prepare;	/* or NULL */
	int param;
	struct node *(*form)(struct binder *b, const struct ast *ast,
	    struct node **args, uint32_t count);	/* or NULL */
	uint32_t least, most;	/* of a form */
};

/* Those of one name lie together. */
extern const struct function expr_functions[];
extern const uint32_t expr_function_count;

struct function_alias {
	const char *name;
	const char *of;
};

extern const struct function_alias expr_aliases[];
extern const uint32_t expr_alias_count;

#define KERNEL(kernel) expr_kernel kernel_##kernel;
#define PREPARE(function) expr_prepare function;
#define FUNCTION(name, args, result, kernel, prepare, param)
#define FORM(name, least, most, form)
#define ALIAS(name, of)
#include "expr/function.def"
#undef KERNEL
#undef PREPARE
#undef FUNCTION
#undef FORM
#undef ALIAS

/* The forms: what they make of bound arguments, which may be changed. */
struct node *
form_coalesce(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_nullif(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_if(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_greatest(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_least(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_ratio(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_mod(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_concat(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_concat_ws(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_format(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_surrogate_key(struct binder *b, const struct ast *ast,
    struct node **args, uint32_t count);
struct node *
form_lookup(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);
struct node *
form_try(struct binder *b, const struct ast *ast, struct node **args,
    uint32_t count);

#endif
