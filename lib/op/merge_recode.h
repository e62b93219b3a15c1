/*
 * One dictionary for each coded column of streams that are merged.  Private
 * to op/merge.
 */
#ifndef OP_MERGE_RECODE_H
#define OP_MERGE_RECODE_H

#include "batch/recode.h"
#include "op/sort/gather.h"

struct merge_recode {
	uint32_t column_count, input_count;
	struct recoder *recoders;	/* owned, [column_count] */
	/* forms of the columns: plain from the first batch on that is */
	struct sort_form *forms;	/* owned, [column_count] */
	struct column_builder *codes;	/* owned, [input_count][...] */
	struct column *columns;		/* owned, [input_count][...] */
	struct batch *batches;		/* owned, [input_count] */
};

void
merge_recode_init(struct merge_recode *recode, const struct schema *schema,
    uint32_t input_count);
void
merge_recode_release(struct merge_recode *recode);
/*
 * *view becomes input i's batch with the common codes, good until that
 * input's next one; the batch given must live as long.
 */
int
merge_recode_map(struct merge_recode *recode, uint32_t i,
    const struct batch *batch, const struct batch **view, struct error *err);

#endif
