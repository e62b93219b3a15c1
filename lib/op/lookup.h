/*
 * The tables that lookup() in an expression reads: stream files, held in
 * memory by their key.  These compile as expr_compile and
 * expr_compile_condition do, but with lookup().
 */
#ifndef OP_LOOKUP_H
#define OP_LOOKUP_H

#include "expr/expr.h"

int
lookup_compile(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err);
int
lookup_compile_condition(const char *text, const struct schema *schema,
    struct expr **expr, struct error *err);

#endif
