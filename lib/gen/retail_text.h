/*
 * Faults of text: rows of the retail tables as lines of CSV that are not what
 * the table's columns are.
 *
 *	nulls		a field is empty, of any column but the first
 *	bad-number	text where a number should be
 *	out-of-range	a number that its column cannot hold
 *	ragged		a field too few, or one too many
 *	mojibake	bytes that are no UTF-8
 */
#ifndef GEN_RETAIL_TEXT_H
#define GEN_RETAIL_TEXT_H

#include "batch/stream.h"
#include "gen/retail_model.h"
#include "io/output.h"

/*
 * The line of a row with its fault, which is one of text, and a newline; and
 * the entry for the ledger, if there is room for one.
 */
void
retail_text_line(const struct retail_model *model,
    const struct schema *schema, const struct batch *batch, uint32_t index,
    uint64_t row, struct buffer *line, struct retail_entry *entry);

/*
 * A sink that hands clean rows to `csv`, which writes to `output`, and writes
 * the lines of the others there itself.  All borrowed but csv, which is
 * freed with it.  Rows are those of the options' slice.
 */
struct batch_sink *
retail_text_sink_new(const struct retail_options *options,
    struct batch_sink *csv, struct output *output);

#endif
