/*
 * CSV as a source of batches.
 *
 * Files come one after the other from a callback; the first one's header is
 * read when the source is made.  Columns are matched by the names in each
 * file's header, in any order; columns of a file that the schema does not
 * name are passed over.  Only the columns asked for are cast.
 *
 * String columns of low cardinality are dictionary-coded: at most every
 * other value new in the first MiB of the first file, which every
 * slice looks at.  Beyond the limits of a dictionary they come plain.
 */
#ifndef FORMAT_CSV_READER_H
#define FORMAT_CSV_READER_H

#include "batch/stream.h"
#include "format/csv_dialect.h"
#include "format/csv_scan.h"
#include "format/table_schema.h"

struct rcsv_options {
	uint8_t delimiter;
	uint8_t quote;
	_Bool has_quote;
	_Bool has_header;
	_Bool is_lenient;	/* libcsv: see csv_libcsv.h */
	_Bool has_origin;	/* adds _file and _line */
	uint32_t record_bytes;	/* at most; 0: RCSV_RECORD_BYTES */
	_Bool ignores_case;	/* in the header's names; ASCII */
	/* if needed, its delimiter and quotes are these; not for slices */
	struct rcsv_dialect_options dialect;
	const char *columns;	/* a list of names, or NULL for all */
	const char *origin;	/* for the stream's header, or NULL */
	uint64_t slice;		/* from 0 */
	uint64_t slice_count;
};

struct rcsv_files {
	void *context;
	/*
	 * The next file: 1; 0 if there is none; -1.  The one before is done
	 * with.
	 */
	int (*next)(void *context, struct rcsv_bytes *bytes,
	    struct error *err);
};

struct rcsv_counts {
	uint64_t rows;		/* good and bad */
	uint64_t rejected;
	uint64_t blank_lines;
	uint64_t bytes;		/* unpacked */
};

/*
 * schema: borrowed; without fields all columns are strings, named as in the
 * first file's header, or column1 and so on if there is none.  rejects:
 * borrowed; NULL: the first bad row is the error.  NULL with err set.
 */
struct batch_source *
rcsv_source_new(const struct rcsv_options *options,
    const struct table_schema *schema, const struct rcsv_files *files,
    struct batch_sink *rejects, struct error *err);

/* Of a source made by rcsv_source_new, so far. */
const struct rcsv_counts *
rcsv_source_counts(const struct batch_source *source);
/* Columns in files' headers that were passed over, each once. */
const struct table_words *
rcsv_source_extra(const struct batch_source *source);

#endif
