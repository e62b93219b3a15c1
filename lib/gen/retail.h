/*
 * The retail model: customers, products and two years of transactions.
 *
 *	options.table = RETAIL_TRANSACTIONS; ...
 *	retail_options_check(&options, &err);
 *	source = retail_source_new(&options);
 *
 * Tables and their columns:
 *
 *	customers	customer_id i32, customer_name string, age i8 (18 to
 *			75), gender (Male, Female, Other), country, region
 *			(North America, Europe, Asia, Other)
 *	products	product_id i32, category, subcategory, product_name
 *			string ("<category>-<subcategory>-%05d"), base_price
 *			decimal(10,2) (5 to 1500)
 *	transactions	txn_id string ("TXN-%010d"), txn_ts timestamp,
 *			customer_id i32, product_id i32, quantity i8 (1 to
 *			5), channel (Online, Store, Marketplace)
 *
 * Columns without a type here are dictionary-coded strings.  Nothing is
 * null, but base_price where the dirt has no-price.
 *
 * Every value is a function of the seed, the table, the column, the row's
 * number and the options that describe the data (how many rows there are of
 * each table, skew, dirt), never of the rows made before: any slice is made
 * alone.  Only integers and exact IEEE 754 operations are used, so the same
 * options give the same rows on any machine.
 *
 * Transactions are numbered as they arrived.  Their days follow the season
 * (season.h) and ascend with the row; within a day the time is random; one
 * row in 50 arrives one to three days late.  Customers and products are
 * drawn by Zipf's law (zipf.h).  From 21:00 to 9:00 the stores are closed.
 */
#ifndef GEN_RETAIL_H
#define GEN_RETAIL_H

#include "batch/stream.h"
#include "gen/dirt.h"
#include "gen/walk.h"
#include "gen/zipf.h"

enum retail_table {
	RETAIL_CUSTOMERS,
	RETAIL_PRODUCTS,
	RETAIL_TRANSACTIONS,
	RETAIL_TABLE_COUNT
};

#define RETAIL_MAX_TRANSACTIONS UINT64_C(9999999999)	/* ten digits */
#define RETAIL_MAX_MEMBERS ZIPF_MAX_COUNT	/* customers, products */

#define RETAIL_DEFAULT_TRANSACTIONS 1000000
#define RETAIL_DEFAULT_CUSTOMERS 50000
#define RETAIL_DEFAULT_PRODUCTS 5000
/* 0.8: the best fifth of the customers brings 70 % of the sales */
#define RETAIL_DEFAULT_SKEW 52429

struct retail_options {
	enum retail_table table;
	uint64_t seed;
	uint64_t transactions;
	uint32_t customers;
	uint32_t products;
	uint32_t skew;		/* of ZIPF_SKEW_ONE */
	struct dirt dirt;	/* faults of other tables do nothing */
	uint64_t part;		/* from 1 to part_count */
	uint64_t part_count;
	/*
	 * For CSV: slices are contiguous ranges of rows and there are no
	 * blocks (else every part_count-th block); and bad dates and prices
	 * can be planted: the column is then a string.
	 */
	_Bool is_text;
};

int
retail_table_find(const char *name, enum retail_table *table,
    struct error *err);
const char *
retail_table_name(enum retail_table table);

/* Checks the limits above; errors are usage errors. */
int
retail_options_check(const struct retail_options *options,
    struct error *err);

/*
 * The table, or its slice.  stages() has no stages, the caller's is the
 * first, but the number and the extent of the whole table's blocks.
 */
struct batch_source *
retail_source_new(const struct retail_options *options);
/*
 * The ledger of the same slice: every fault planted, in the order of the
 * rows.  table string, row i64 (of the whole table, from 1), id string (the
 * row's txn_id or product_id), fault string (as in dirt.h), column string,
 * value string (what stands there now; for a duplicate the row whose txn_id
 * it repeats; null for no-price).
 */
struct batch_source *
retail_ledger_new(const struct retail_options *options);

#endif
