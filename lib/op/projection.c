#include "op/projection.h"

#include <string.h>

int
projection_init(struct projection *projection,
    const struct stream_header *input, const char *columns,
    struct error *err)
{
	struct stream_header *out = &projection->header;
	*projection = (struct projection){0};
	if (columns == NULL) {
		stream_header_copy(out, input);
		return 0;
	}
	if (schema_need_list(&input->schema, columns, &projection->columns,
	    &projection->column_count, err) != 0)
		return -1;
	projection->chosen = mem_array(projection->column_count,
	    sizeof(*projection->chosen));
	for (uint32_t i = 0; i < projection->column_count; i++) {
		const struct field *field =
		    &input->schema.fields[projection->columns[i]];
		schema_add(&out->schema, field->name, strlen(field->name),
		    field->type, field->is_nullable);
	}
	properties_map(&out->properties, &input->properties,
	    projection->columns, projection->column_count);
	out->has_blocks = input->has_blocks;
	if (input->origin != NULL)
		out->origin = mem_strdup(input->origin);
	return 0;
}

void
projection_release(struct projection *projection)
{
	stream_header_release(&projection->header);
	mem_free(projection->columns);
	mem_free(projection->chosen);
	*projection = (struct projection){0};
}

struct batch
projection_choose(struct projection *projection, const struct batch *batch)
{
	struct batch chosen = *batch;
	if (projection->columns == NULL)
		return chosen;
	for (uint32_t i = 0; i < projection->column_count; i++)
		projection->chosen[i] =
		    batch->columns[projection->columns[i]];
	chosen.columns = projection->chosen;
	chosen.column_count = projection->column_count;
	return chosen;
}
