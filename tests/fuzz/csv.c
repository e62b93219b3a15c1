/* CSV; the first byte chooses how it is read. */
#include "fuzz.h"

#include "format/csv_infer.h"
#include "format/csv_reader.h"

struct memory {
	const uint8_t *bytes;
	size_t len, at;
	_Bool is_taken;
};

static int
read_memory(void *context, void *bytes, size_t len, size_t *got,
    struct error *err)
{
	struct memory *memory = context;
	size_t left = memory->len - memory->at;
	(void)err;
	*got = len < left ? len : left;
	if (*got > 0)
		memcpy(bytes, memory->bytes + memory->at, *got);
	memory->at += *got;
	return 0;
}

static int
next_file(void *context, struct rcsv_bytes *bytes, struct error *err)
{
	struct memory *memory = context;
	(void)err;
	if (memory->is_taken)
		return 0;
	memory->is_taken = 1;
	*bytes = (struct rcsv_bytes){.read = read_memory, .context = memory,
	    .name = "fuzz", .size = RCSV_SIZE_UNKNOWN};
	return 1;
}

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	static const char *const types[] = {"", "a:i64,b:string,c:f64",
	    "a:decimal(9,2),b:date,c:bool", "a:timestamp,b:time,c:i8"};
	if (len == 0)
		return 0;
	uint8_t how = bytes[0];
	struct memory memory = {.bytes = bytes + 1, .len = len - 1};
	struct rcsv_files files = {&memory, next_file};
	struct rcsv_options options = {.delimiter = ',', .quote = '"',
	    .has_quote = 1, .has_header = (how & 4) == 0,
	    .is_lenient = (how & 8) != 0, .has_origin = 1, .slice_count = 1};
	if ((how & 16) != 0)
		options.dialect = (struct rcsv_dialect_options){
		    .delimiter = ',', .quote = '"', .has_quote = 1,
		    .comment = '#', .escape = '\\', .pads = 1, .cuts = 1,
		    .skip_lines = how >> 7};
	struct error err = {0};
	struct table_schema schema;
	if ((how & 32) != 0) {
		struct table_words missing = {0};
		struct buffer text = {0};
		(void)rcsv_infer(&options, &missing, &files, &text, &err);
		buffer_release(&text);
		return 0;
	}
	if ((how & 3) == 0)
		table_schema_init(&schema);
	else if (table_schema_parse_inline(&schema, types[how & 3],
	    &err) != 0)
		return 0;
	fuzz_drain(rcsv_source_new(&options, &schema, &files, NULL, &err));
	table_schema_release(&schema);
	return 0;
}
