/*
 * Gathering rows of several batches into one.
 */
#ifndef OP_SORT_GATHER_H
#define OP_SORT_GATHER_H

#include "batch/builder.h"
#include "op/sort/items.h"

/*
 * The form in which a column goes out: codes if all its batches had codes
 * of one dictionary, else plain text.  It may turn plain later.
 */
struct sort_form {
	const struct dictionary *dictionary;	/* borrowed; NULL: plain */
	_Bool is_decided;		/* a batch has been seen */
};

/* Has one form for each column take account of a batch. */
void
sort_form_see(struct sort_form *forms, const struct batch *batch);

struct sort_column {
	const struct dictionary *dictionary;
	uint8_t code_bytes;
	uint32_t null_sources;	/* so many sources have nulls in it */
	uint32_t odd_sources;	/* ... or codes of another width */
};

/* The columns of each source, column by column. */
struct sort_sources {
	uint32_t count, column_count;
	const struct sort_form *wanted;	/* borrowed, [column_count] */
	/* columns[k * count + i]: column k of source i */
	struct column *columns;		/* owned */
	const void **values;		/* owned; their values */
	struct sort_column *forms;	/* owned, [column_count] */
};

/* `forms` are borrowed. */
void
sort_sources_init(struct sort_sources *sources, uint32_t count,
    const struct sort_form *forms, uint32_t column_count);
void
sort_sources_release(struct sort_sources *sources);
/*
 * From now on source i is this batch (borrowed).  Forms follow if they have
 * changed, as do widths of codes if dictionaries have grown.
 */
void
sort_sources_set(struct sort_sources *sources, uint32_t i,
    const struct batch *batch);

/* Empties the builder and gives its columns their forms. */
void
sort_gather_begin(struct batch_builder *out,
    const struct sort_sources *sources);
/* Whether its columns' forms have changed: no more may be appended. */
_Bool
sort_gather_is_stale(const struct batch_builder *out,
    const struct sort_sources *sources);
/* Appends the rows that the items name; -1 if a column is full. */
int
sort_gather(struct batch_builder *out, const struct sort_sources *sources,
    const struct sort_item *items, uint32_t count);
/* Appends a run of rows of source i. */
int
sort_gather_run(struct batch_builder *out, const struct sort_sources *sources,
    uint32_t i, uint32_t begin, uint32_t count);

#endif
