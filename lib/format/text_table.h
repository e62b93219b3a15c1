/*
 * A table for people: aligned columns of text, as a batch_sink.
 *
 *	region         revenue
 *	-------------  ----------
 *	Asia           1234567.89
 *	North America   234567.00
 *
 * Numbers stand right, all else left.  Widths are those of the first
 * TEXT_TABLE_ROWS rows; a longer value later pushes its line to the right.
 * Text longer than the widest column allowed is cut with an ellipsis; bytes
 * that would move the cursor are shown as escapes.  Nulls are "null".
 */
#ifndef FORMAT_TEXT_TABLE_H
#define FORMAT_TEXT_TABLE_H

#include "batch/stream.h"

#define TEXT_TABLE_ROWS 1000

/* Where the text goes: len bytes, -1 with err set. */
struct text_table_output {
	int (*write)(void *context, const void *bytes, size_t len,
	    struct error *err);
	void *context;
};

/* max_width: of one column, 0 for any.  The output is copied. */
struct batch_sink *
text_table_new(const struct text_table_output *output, uint32_t max_width);

#endif
