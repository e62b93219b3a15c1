#include "batch/schema.h"

#include <string.h>

#include "base/mem.h"
#include "base/text.h"

void
schema_add(struct schema *schema, const char *name, size_t name_len,
    struct type type, _Bool is_nullable)
{
	if ((schema->count & (schema->count - 1)) == 0) {
		size_t capacity = schema->count == 0 ? 1 :
		    (size_t)schema->count * 2;
		schema->fields = mem_grow_array(schema->fields, capacity,
		    sizeof(*schema->fields));
	}
	schema->fields[schema->count++] = (struct field){
	    .name = mem_strndup(name, name_len),
	    .type = type, .is_nullable = is_nullable};
}

void
schema_add_all(struct schema *schema, const struct schema *from)
{
	for (uint32_t i = 0; i < from->count; i++) {
		const struct field *field = &from->fields[i];
		schema_add(schema, field->name, strlen(field->name),
		    field->type, field->is_nullable);
	}
}

int
schema_find(const struct schema *schema, const char *name, size_t len)
{
	for (uint32_t i = 0; i < schema->count; i++) {
		const char *candidate = schema->fields[i].name;
		if (strncmp(candidate, name, len) == 0 &&
		    candidate[len] == '\0')
			return (int)i;
	}
	return -1;
}

int
schema_need(const struct schema *schema, const char *name, size_t len,
    uint32_t *index, struct error *err)
{
	int found = schema_find(schema, name, len);
	if (found >= 0) {
		*index = (uint32_t)found;
		return 0;
	}
	const char *nearest = NULL;
	unsigned best = len < 4 ? 2 : 3;	/* edits still a slip */
	for (uint32_t i = 0; i < schema->count; i++) {
		const char *candidate = schema->fields[i].name;
		unsigned distance = text_distance(name, len, candidate,
		    strlen(candidate));
		if (distance < best) {
			best = distance;
			nearest = candidate;
		}
	}
	char quoted[ERROR_QUOTE_BYTES];
	error_quote(quoted, name, len);
	if (nearest != NULL)
		return error_usage(err, "no column '%s'; is it '%s'?", quoted,
		    nearest);
	return error_usage(err, "no column '%s'", quoted);
}

int
schema_need_list(const struct schema *schema, const char *list,
    uint32_t **indices, uint32_t *count, struct error *err)
{
	*indices = NULL;
	*count = 0;
	char *item;
	int got;
	while ((got = text_next_item(&list, &item, err)) == 1) {
		uint32_t index = 0;
		int result = schema_need(schema, item, strlen(item), &index,
		    err);
		mem_free(item);
		for (uint32_t i = 0; result == 0 && i < *count; i++)
			if ((*indices)[i] == index)
				result = error_usage(err, "column '%s' is "
				    "named twice", schema->fields[index].name);
		if (result != 0) {
			got = -1;
			break;
		}
		*indices = mem_grow_array(*indices, (size_t)*count + 1,
		    sizeof(**indices));
		(*indices)[(*count)++] = index;
	}
	if (got == 0 && *count == 0)
		got = error_usage(err, "a list of columns is empty");
	if (got < 0) {
		mem_free(*indices);
		*indices = NULL;
	}
	return got;
}

_Bool
schema_is_equal(const struct schema *a, const struct schema *b)
{
	if (a->count != b->count)
		return 0;
	for (uint32_t i = 0; i < a->count; i++)
		if (strcmp(a->fields[i].name, b->fields[i].name) != 0 ||
		    !type_is_equal(a->fields[i].type, b->fields[i].type))
			return 0;
	return 1;
}

void
schema_release(struct schema *schema)
{
	for (uint32_t i = 0; i < schema->count; i++)
		mem_free(schema->fields[i].name);
	mem_free(schema->fields);
	*schema = (struct schema){0};
}
