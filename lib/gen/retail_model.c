#include "gen/retail_model.h"

#include <string.h>

/* Which faults a table can have. */
#define BIT(fault) (1u << (fault))
#define TEXT_FAULTS (BIT(DIRT_NULLS) | BIT(DIRT_BAD_NUMBER) | \
    BIT(DIRT_OUT_OF_RANGE) | BIT(DIRT_RAGGED) | BIT(DIRT_MOJIBAKE))
static const uint32_t table_faults[RETAIL_TABLE_COUNT] = {
	[RETAIL_CUSTOMERS] = TEXT_FAULTS,
	[RETAIL_PRODUCTS] = BIT(DIRT_BAD_PRICE) | BIT(DIRT_ZERO_PRICE) |
	    BIT(DIRT_NO_PRICE) | TEXT_FAULTS,
	[RETAIL_TRANSACTIONS] = BIT(DIRT_DUPLICATES) | BIT(DIRT_ORPHANS) |
	    BIT(DIRT_ZERO_QUANTITY) | BIT(DIRT_BAD_DATE) | TEXT_FAULTS
};

static const char *const table_names[RETAIL_TABLE_COUNT] = {
	[RETAIL_CUSTOMERS] = "customers",
	[RETAIL_PRODUCTS] = "products",
	[RETAIL_TRANSACTIONS] = "transactions"
};

int
retail_table_find(const char *name, enum retail_table *table,
    struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];

	for (int i = 0; i < RETAIL_TABLE_COUNT; i++) {
		if (strcmp(name, table_names[i]) == 0) {
			*table = (enum retail_table)i;
			return 0;
		}
	}
	return error_usage(err, "the retail model has no table '%s'; it has "
	    "customers, products and transactions",
	    error_quote(quoted, name, strlen(name)));
}

const char *
retail_table_name(enum retail_table table)
{
	return table_names[table];
}

int
retail_options_check(const struct retail_options *options, struct error *err)
{
	struct dirt dirt = options->dirt;

	if (options->transactions > RETAIL_MAX_TRANSACTIONS)
		return error_usage(err, "%llu transactions; %llu at most",
		    (unsigned long long)options->transactions,
		    (unsigned long long)RETAIL_MAX_TRANSACTIONS);
	if (options->customers == 0 ||
	    options->customers > RETAIL_MAX_MEMBERS ||
	    options->products == 0 || options->products > RETAIL_MAX_MEMBERS)
		return error_usage(err, "customers and products are 1 to %u",
		    RETAIL_MAX_MEMBERS);
	if (options->skew > ZIPF_MAX_SKEW)
		return error_usage(err, "the skew is from 0 to %d",
		    ZIPF_MAX_SKEW / ZIPF_SKEW_ONE);
	if (options->part == 0 || options->part > options->part_count)
		return error_usage(err, "a part is k/n with k from 1 to n");
	dirt_mask(&dirt, table_faults[options->table] &
	    (BIT(DIRT_BAD_DATE) | BIT(DIRT_BAD_PRICE) | TEXT_FAULTS));
	for (int i = 0; !options->is_text && i < DIRT_FAULT_COUNT; i++)
		if (dirt.rates[i] != 0)
			return error_usage(err, "%s is text that is no value: "
			    "only CSV can hold it",
			    dirt_fault_name((enum dirt_fault)i));
	return 0;
}

void
retail_model_init(struct retail_model *model,
    const struct retail_options *options)
{
	*model = (struct retail_model){.options = *options};
	dirt_mask(&model->options.dirt, table_faults[options->table]);
	model->is_clean = dirt_is_clean(&model->options.dirt);
	for (uint32_t i = 0; i < RETAIL_KEYS; i++)
		model->keys[i] = random_key(options->seed,
		    (uint32_t)options->table, i);
	switch (options->table) {
	case RETAIL_CUSTOMERS:
		model->row_count = options->customers;
		retail_customers_init(model);
		break;
	case RETAIL_PRODUCTS:
		model->row_count = options->products;
		retail_products_init(model);
		break;
	default:
		model->row_count = options->transactions;
		retail_transactions_init(model);
		break;
	}
}

void
retail_model_release(struct retail_model *model)
{
	season_release(&model->season);
	zipf_release(&model->customers);
	zipf_release(&model->products);
	alias_release(&model->quantities);
	alias_release(&model->channels[0]);
	alias_release(&model->channels[1]);
	alias_release(&model->countries);
	alias_release(&model->genders);
	alias_release(&model->age_bands);
	alias_release(&model->categories);
}

/* ---- the memory of a batch ------------------------------------------- */

void
retail_rows_init(struct retail_rows *rows, const struct schema *schema,
    size_t scratch_bytes)
{
	*rows = (struct retail_rows){0};
	rows->scratch = mem_alloc(scratch_bytes);
	for (uint32_t c = 0; c < schema->count; c++)
		rows->views[c].type = schema->fields[c].type;
	rows->batch.columns = rows->views;
	rows->batch.column_count = schema->count;
}

void
retail_rows_release(struct retail_rows *rows)
{
	for (uint32_t c = 0; c < RETAIL_MAX_COLUMNS; c++) {
		struct retail_column *column = &rows->columns[c];

		buffer_release(&column->values);
		buffer_release(&column->bytes);
		buffer_release(&column->validity);
		if (column->dictionary != NULL)
			dictionary_free(column->dictionary);
	}
	mem_free(rows->scratch);
	*rows = (struct retail_rows){0};
}

void *
retail_rows_values(struct retail_rows *rows, uint32_t c, size_t bytes)
{
	struct buffer *values = &rows->columns[c].values;

	values->len = 0;
	buffer_reserve(values, bytes);
	rows->views[c].values = values->data;
	return values->data;
}

uint8_t *
retail_rows_bytes(struct retail_rows *rows, uint32_t c, size_t bytes)
{
	struct buffer *buf = &rows->columns[c].bytes;

	buf->len = 0;
	buffer_reserve(buf, bytes);
	rows->views[c].bytes = buf->data;
	return buf->data;
}

void
retail_rows_code(struct retail_rows *rows, uint32_t c,
    const char *const *names, const uint8_t *numbers, uint32_t count)
{
	struct retail_column *column = &rows->columns[c];
	uint8_t *codes = retail_rows_values(rows, c, count);

	if (column->dictionary == NULL) {
		column->dictionary = dictionary_new();
		memset(column->codes, -1, sizeof(column->codes));
	}
	for (uint32_t i = 0; i < count; i++) {
		int16_t code = column->codes[numbers[i]];

		if (code < 0) {
			const char *name = names[numbers[i]];

			code = (int16_t)dictionary_add(column->dictionary,
			    name, (uint32_t)strlen(name));
			column->codes[numbers[i]] = code;
		}
		codes[i] = (uint8_t)code;
	}
	rows->views[c].code_bytes = 1;
	rows->views[c].dictionary = column->dictionary;
}
