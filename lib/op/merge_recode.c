#include "op/merge_recode.h"

void
merge_recode_init(struct merge_recode *recode, const struct schema *schema,
    uint32_t input_count)
{
	uint32_t count = schema->count;
	size_t all = (size_t)input_count * count;
	recode->column_count = count;
	recode->input_count = input_count;
	recode->recoders = mem_array(count, sizeof(*recode->recoders));
	recode->forms = mem_array(count, sizeof(*recode->forms));
	recode->codes = mem_array(all, sizeof(*recode->codes));
	recode->columns = mem_array(all, sizeof(*recode->columns));
	recode->batches = mem_array(input_count, sizeof(*recode->batches));
	for (uint32_t k = 0; k < count; k++) {
		struct type type = schema->fields[k].type;
		if (!type_is_variable(type))
			continue;
		recoder_init(&recode->recoders[k], type, input_count);
		recode->forms[k].dictionary = recode->recoders[k].merged;
		for (uint32_t i = 0; i < input_count; i++)
			column_builder_init(&recode->codes[
			    (size_t)i * count + k], type);
	}
}

void
merge_recode_release(struct merge_recode *recode)
{
	size_t all = (size_t)recode->input_count * recode->column_count;
	for (uint32_t k = 0; k < recode->column_count; k++)
		if (recode->recoders[k].merged != NULL)
			recoder_release(&recode->recoders[k]);
	for (size_t i = 0; i < all; i++)
		column_builder_release(&recode->codes[i]);
	mem_free(recode->recoders);
	mem_free(recode->forms);
	mem_free(recode->codes);
	mem_free(recode->columns);
	mem_free(recode->batches);
	*recode = (struct merge_recode){0};
}

int
merge_recode_map(struct merge_recode *recode, uint32_t i,
    const struct batch *batch, const struct batch **view, struct error *err)
{
	size_t first = (size_t)i * recode->column_count;
	struct column *columns = recode->columns + first;
	for (uint32_t k = 0; k < recode->column_count; k++) {
		struct recoder *recoder = &recode->recoders[k];
		columns[k] = batch->columns[k];
		if (recoder->merged == NULL)
			continue;
		if (columns[k].code_bytes == 0 || recoder->is_full) {
			recode->forms[k].dictionary = NULL;
			continue;
		}
		if (recoder_map(recoder, i, &batch->columns[k],
		    batch->row_count, &columns[k], err) != 0)
			return -1;
		if (columns[k].code_bytes == 0)
			recode->forms[k].dictionary = NULL;
		/* what the view lies in stays here until the next one */
		struct column_builder spare = recode->codes[first + k];
		recode->codes[first + k] = recoder->scratch;
		recoder->scratch = spare;
	}
	recode->batches[i] = *batch;
	recode->batches[i].columns = columns;
	*view = &recode->batches[i];
	return 0;
}
