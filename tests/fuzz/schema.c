/* Table Schemas, as JSON or in place. */
#include "fuzz.h"

#include "format/table_schema.h"

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	struct table_schema schema = {0};
	struct error err = {0};
	(void)table_schema_parse(&schema, (const char *)bytes, len, &err);
	table_schema_release(&schema);
	char *text = mem_strndup((const char *)bytes, len);
	(void)table_schema_parse_inline(&schema, text, &err);
	table_schema_release(&schema);
	mem_free(text);
	return 0;
}
