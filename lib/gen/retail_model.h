/*
 * What the files of the retail model share: the tables of chances, made once
 * and then read only, the walk over the rows of a slice, and the memory of
 * one batch.
 */
#ifndef GEN_RETAIL_MODEL_H
#define GEN_RETAIL_MODEL_H

#include "gen/random.h"
#include "gen/retail.h"
#include "gen/season.h"

/* The streams of random numbers; the numbers are part of the output. */
enum retail_key {
	RETAIL_KEY_COUNTRY = 1,
	RETAIL_KEY_CULTURE,
	RETAIL_KEY_GENDER,
	RETAIL_KEY_AGE,
	RETAIL_KEY_NAME,
	RETAIL_KEY_CATEGORY,
	RETAIL_KEY_PRICE,
	RETAIL_KEY_TIME,
	RETAIL_KEY_LATE,
	RETAIL_KEY_CUSTOMER,
	RETAIL_KEY_PRODUCT,
	RETAIL_KEY_QUANTITY,
	RETAIL_KEY_CHANNEL,
	RETAIL_KEY_FAULT,
	RETAIL_KEY_FAULT_VALUE,
	RETAIL_KEY_SCATTER_CUSTOMER,
	RETAIL_KEY_SCATTER_PRODUCT,
	RETAIL_KEYS
};

struct retail_model {
	struct retail_options options;	/* dirt: of this table only */
	_Bool is_clean;
	uint64_t row_count;		/* of the whole table */
	uint64_t keys[RETAIL_KEYS];
	/* transactions: each row's share of the two years, of 2^64 */
	uint64_t row_share;
	struct season season;
	struct zipf customers, products;
	struct scatter customer_ids, product_ids;
	struct alias quantities;
	struct alias channels[2];	/* [1]: the stores are open */
	/* customers */
	struct alias countries;
	struct alias genders;
	struct alias age_bands;
	/* products */
	struct alias categories;
};

void
retail_model_init(struct retail_model *model,
    const struct retail_options *options);
void
retail_model_release(struct retail_model *model);

static inline uint64_t
retail_bits(const struct retail_model *model, enum retail_key key,
    uint64_t row)
{
	return random_at(model->keys[key], row);
}

/* The fault that is meant for a row, of its values or of its text. */
static inline enum dirt_fault
retail_any_fault(const struct retail_model *model, uint64_t row)
{
	if (model->is_clean)
		return DIRT_NONE;
	return dirt_pick(&model->options.dirt,
	    random_high(retail_bits(model, RETAIL_KEY_FAULT, row)));
}

/* That of its values, before the row has its say (retail_transaction). */
static inline enum dirt_fault
retail_fault(const struct retail_model *model, uint64_t row)
{
	enum dirt_fault fault = retail_any_fault(model, row);
	return fault < DIRT_FIRST_OF_TEXT ? fault : DIRT_NONE;
}

/* That of its text (retail_text.h). */
static inline enum dirt_fault
retail_text_fault(const struct retail_model *model, uint64_t row)
{
	enum dirt_fault fault = retail_any_fault(model, row);
	return fault >= DIRT_FIRST_OF_TEXT ? fault : DIRT_NONE;
}

/* ---- the memory of a batch ------------------------------------------- */

#define RETAIL_MAX_COLUMNS 6
#define RETAIL_MAX_CODES 64

/*
 * values, bytes and validity belong to the batch at hand; the dictionary to
 * the whole stream: entries in order of first use.
 */
struct retail_column {
	struct buffer values, bytes, validity;
	struct dictionary *dictionary;		/* owned, or NULL */
	int16_t codes[RETAIL_MAX_CODES];	/* by the model's own number */
};

struct retail_rows {
	struct batch batch;
	struct column views[RETAIL_MAX_COLUMNS];
	struct retail_column columns[RETAIL_MAX_COLUMNS];
	void *scratch;		/* owned; a table's own columns */
};

/* Readies the views for a schema; scratch has `scratch_bytes`. */
void
retail_rows_init(struct retail_rows *rows, const struct schema *schema,
    size_t scratch_bytes);
void
retail_rows_release(struct retail_rows *rows);

/* Room for values or bytes of column c, not kept from the last batch. */
void *
retail_rows_values(struct retail_rows *rows, uint32_t c, size_t bytes);
uint8_t *
retail_rows_bytes(struct retail_rows *rows, uint32_t c, size_t bytes);
/* Column c becomes the names of numbers[count], dictionary-coded. */
void
retail_rows_code(struct retail_rows *rows, uint32_t c,
    const char *const *names, const uint8_t *numbers, uint32_t count);

/* "%0*d" of a number that has no more digits. */
static inline void
retail_print_digits(uint8_t *out, uint32_t digits, uint64_t number)
{
	for (uint32_t i = digits; i-- > 0; number /= 10)
		out[i] = (uint8_t)('0' + number % 10);
}

/* ---- the tables ------------------------------------------------------ */

void
retail_customers_init(struct retail_model *model);
void
retail_customers_schema(struct schema *schema);
size_t
retail_customers_scratch(void);
void
retail_customers_fill(const struct retail_model *model,
    struct retail_rows *rows, uint64_t first, uint32_t count);

void
retail_products_init(struct retail_model *model);
void
retail_products_schema(const struct retail_model *model,
    struct schema *schema);
size_t
retail_products_scratch(void);
void
retail_products_fill(const struct retail_model *model,
    struct retail_rows *rows, uint64_t first, uint32_t count);

void
retail_transactions_init(struct retail_model *model);
void
retail_transactions_schema(const struct retail_model *model,
    struct schema *schema);
size_t
retail_transactions_scratch(void);
void
retail_transactions_fill(const struct retail_model *model,
    struct retail_rows *rows, uint64_t first, uint32_t count);

/* One fault, as the ledger shows it. */
#define RETAIL_VALUE_BYTES 48

struct retail_entry {
	enum dirt_fault fault;		/* DIRT_NONE: the row is clean */
	const char *column;
	char id[RETAIL_VALUE_BYTES];
	char value[RETAIL_VALUE_BYTES];
	_Bool has_value;
};

void
retail_transactions_entry(const struct retail_model *model, uint64_t row,
    struct retail_entry *entry);
void
retail_products_entry(const struct retail_model *model, uint64_t row,
    struct retail_entry *entry);

#endif
