/*
 * What csv_reader.c and csv_header.c share; nobody else includes this.
 */
#ifndef FORMAT_CSV_READER_PARTS_H
#define FORMAT_CSV_READER_PARTS_H

#include "format/csv_cast.h"
#include "format/csv_libcsv.h"
#include "format/csv_reader.h"
#include "format/csv_reject.h"

/* A column of the output. */
struct rcsv_column {
	const struct table_field *field;	/* borrowed */
	uint32_t position;			/* in the file under way */
	struct rcsv_coder *coder;		/* owned; or NULL */
};

struct rcsv_reader {
	struct batch_source source;
	struct rcsv_options options;
	struct rcsv_files files;
	struct stream_header header;
	struct table_schema own_schema;		/* if none was given */
	const struct table_schema *schema;
	struct rcsv_column *columns;		/* owned */
	uint32_t column_count;			/* without origin */
	/* the file */
	struct rcsv_dialect *dialect;		/* owned; or NULL */
	struct rcsv_lenient *lenient;		/* owned; or NULL */
	struct rcsv_scan scan;
	_Bool has_file;
	uint64_t file_count;
	char *file_name;			/* owned */
	uint32_t field_count;
	/* the stretch */
	struct rcsv_stretch stretch;
	_Bool has_stretch;
	struct rcsv_table table;
	struct rcsv_rows rows;
	uint32_t row_at;			/* rows handed out */
	struct rcsv_faults faults;
	struct rcsv_lines fault_lines, origin_lines;
	/* the batch */
	struct rcsv_cast cast;
	struct batch_builder builder;
	struct batch_builder good;		/* without the bad rows */
	uint32_t *good_rows;			/* owned, [RCSV_MAX_ROWS] */
	struct dictionary *file_names;		/* owned; of _file */
	struct rcsv_rejects rejects;
	struct rcsv_counts counts;
	struct table_words extra;
	struct stages stages;
};

/*
 * Opens the next file and finds the columns in its header: 1, 0 if there is
 * no file left, -1.  The first time also fixes the schema and the header.
 */
int
rcsv_reader_open(struct rcsv_reader *reader, struct error *err);

#endif
