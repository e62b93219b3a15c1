/*
 * The parts of a footer: what parquet_footer.c and parquet_page_header.c
 * build on.  Errors are the Thrift reader's: sticky, asked for at the end.
 */
#ifndef FORMAT_PARQUET_FOOTER_PARTS_H
#define FORMAT_PARQUET_FOOTER_PARTS_H

#include "format/parquet_format.h"
#include "format/thrift_compact.h"

struct parquet_parser {
	struct thrift_reader thrift;
	struct arena *arena;	/* NULL: bytes are borrowed from the input */
};

/* A zeroed array in the arena. */
void *
parquet_get_array(struct parquet_parser *p, uint32_t count, size_t size);
struct parquet_bytes
parquet_get_bytes(struct parquet_parser *p,
    const struct thrift_field *field);
/* A text in the arena; one with a zero byte in it is an error. */
const char *
parquet_get_text(struct parquet_parser *p,
    const struct thrift_field *field);
/* A number of 0 to 127. */
int8_t
parquet_get_enum(struct parquet_parser *p,
    const struct thrift_field *field);

void
parquet_parse_statistics(struct parquet_parser *p,
    const struct thrift_field *outer, struct parquet_statistics *statistics);
void
parquet_parse_row_group(struct parquet_parser *p,
    const struct thrift_field *outer, struct parquet_row_group *group);

#endif
