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
	expr_form *form;	/* or NULL */
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

expr_form form_coalesce, form_nullif, form_if, form_greatest, form_least;
expr_form form_ratio, form_mod, form_concat, form_concat_ws;

#endif
