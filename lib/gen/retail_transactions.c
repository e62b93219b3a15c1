#include <string.h>

#include "base/datetime.h"
#include "base/number.h"
#include "gen/retail_model.h"

#define QUANTITIES 5
static const uint64_t quantity_weights[QUANTITIES] = { 56, 22, 11, 6, 5 };

enum channel {
	ONLINE,
	STORE,
	MARKETPLACE,
	CHANNELS
};

static const char *const channel_names[CHANNELS] = {
	[ONLINE] = "Online", [STORE] = "Store", [MARKETPLACE] = "Marketplace"
};
static const uint64_t channel_weights[2][CHANNELS] = {
	{ [ONLINE] = 72, [STORE] = 0, [MARKETPLACE] = 28 },
	{ [ONLINE] = 40, [STORE] = 43, [MARKETPLACE] = 17 }
};
#define STORES_OPEN_HOUR 9
#define STORES_CLOSE_HOUR 21

/* One row in 50 is late by 1 to LATE_DAYS days. */
#define LATE_BITS (UINT32_MAX / 50)
#define LATE_DAYS 3

/* Ids of customers and products that there are not: so many beyond. */
#define ORPHAN_IDS 1000

/*
 * A duplicate repeats one of the last NEAR_ROWS rows, or one in
 * 2^FAR_BITS any row before it; if that has a fault itself, the next one
 * above it that has none, looking at SEARCH_ROWS.
 */
#define NEAR_ROWS 1000
#define FAR_BITS 3
#define SEARCH_ROWS 64

/* No reader takes one of these for a timestamp. */
#define BAD_DATES 8
static const char *const bad_dates[BAD_DATES] = {
	"2023-02-30 08:15:00", "2024-13-05 10:00:00", "2023-06-15 25:10:00",
	"not a date", "0000-00-00 00:00:00", "2024-04-31 17:45:10",
	"15.06.2023 12:30", "2023/19/07"
};
/* In an array of timestamps, BAD_DATE_MARK + i stands for bad_dates[i]. */
#define BAD_DATE_MARK INT64_MIN

enum transaction_column {
	TXN_ID,
	TXN_TS,
	CUSTOMER_ID,
	PRODUCT_ID,
	QUANTITY,
	CHANNEL
};

#define ID_PREFIX "TXN-"
#define ID_DIGITS 10
#define ID_BYTES 14

/* One row. */
struct transaction {
	uint64_t id_row;	/* the row whose txn_id it bears */
	int64_t ts;		/* us, or BAD_DATE_MARK + i */
	int32_t customer_id;
	int32_t product_id;
	int8_t quantity;
	uint8_t channel;
	enum dirt_fault fault;
	_Bool is_customer_orphan;
};

struct scratch {
	uint64_t id_rows[WALK_BATCH_ROWS];
	int64_t ts[WALK_BATCH_ROWS];
	uint8_t channels[WALK_BATCH_ROWS];
};

void
retail_transactions_init(struct retail_model *model)
{
	const struct retail_options *options = &model->options;

	/* rounded down: the last row's share stays below 2^64 */
	model->row_share = model->row_count > 0 ?
	    UINT64_MAX / model->row_count : 0;
	season_init(&model->season);
	zipf_init(&model->customers, options->customers, options->skew);
	zipf_init(&model->products, options->products, options->skew);
	scatter_init(&model->customer_ids, options->customers,
	    model->keys[RETAIL_KEY_SCATTER_CUSTOMER]);
	scatter_init(&model->product_ids, options->products,
	    model->keys[RETAIL_KEY_SCATTER_PRODUCT]);
	alias_init(&model->quantities, quantity_weights, QUANTITIES);
	for (uint32_t i = 0; i < 2; i++)
		alias_init(&model->channels[i], channel_weights[i], CHANNELS);
}

static _Bool
has_text(const struct retail_model *model)
{
	return model->options.dirt.rates[DIRT_BAD_DATE] != 0;
}

void
retail_transactions_schema(const struct retail_model *model,
    struct schema *schema)
{
	struct type text = type_of(TYPE_STRING);

	schema_add(schema, "txn_id", 6, text, 0);
	schema_add(schema, "txn_ts", 6,
	    has_text(model) ? text : type_timestamp(0), 0);
	schema_add(schema, "customer_id", 11, type_of(TYPE_I32), 0);
	schema_add(schema, "product_id", 10, type_of(TYPE_I32), 0);
	schema_add(schema, "quantity", 8, type_of(TYPE_I8), 0);
	schema_add(schema, "channel", 7, text, 0);
}

size_t
retail_transactions_scratch(void)
{
	return sizeof(struct scratch);
}

/* ---- the values of a row --------------------------------------------- */

/* The day on which a row would arrive in time, looked for from *day on. */
static inline uint32_t
find_day(const struct retail_model *model, uint64_t row, uint32_t *day)
{
	uint64_t place = season_place(&model->season,
	    row * model->row_share);

	while (model->season.starts[*day + 1] <= place)
		(*day)++;
	return *day;
}

/* `day`: that of find_day. */
static inline int64_t
make_time(const struct retail_model *model, uint64_t row, uint32_t day)
{
	uint64_t late = retail_bits(model, RETAIL_KEY_LATE, row);
	uint32_t days;

	if (random_high(late) < LATE_BITS) {
		days = 1 + random_below(random_low(late), LATE_DAYS);
		day = day < days ? 0 : day - days;
	}
	return (int64_t)(SEASON_FIRST_DAY + day) * DATETIME_US_PER_DAY +
	    season_second(&model->season, day,
	    retail_bits(model, RETAIL_KEY_TIME, row)) *
	    DATETIME_US_PER_SECOND;
}

static inline uint8_t
make_channel(const struct retail_model *model, uint64_t row, int64_t ts)
{
	int32_t hour = datetime_hour(ts);
	_Bool is_open = hour >= STORES_OPEN_HOUR && hour < STORES_CLOSE_HOUR;

	return (uint8_t)alias_pick(&model->channels[is_open],
	    random_high(retail_bits(model, RETAIL_KEY_CHANNEL, row)));
}

static inline int32_t
make_customer(const struct retail_model *model, uint64_t row)
{
	uint32_t rank = zipf_pick(&model->customers,
	    retail_bits(model, RETAIL_KEY_CUSTOMER, row));

	return (int32_t)(1 + scatter_at(&model->customer_ids, rank));
}

static inline int32_t
make_product(const struct retail_model *model, uint64_t row)
{
	uint32_t rank = zipf_pick(&model->products,
	    retail_bits(model, RETAIL_KEY_PRODUCT, row));

	return (int32_t)(1 + scatter_at(&model->product_ids, rank));
}

static inline int8_t
make_quantity(const struct retail_model *model, uint64_t row)
{
	return (int8_t)(1 + alias_pick(&model->quantities,
	    random_high(retail_bits(model, RETAIL_KEY_QUANTITY, row))));
}

/* ---- faults ---------------------------------------------------------- */

static void
make_clean(const struct retail_model *model, uint64_t row,
    struct transaction *t)
{
	uint32_t day = season_day(&model->season,
	    season_place(&model->season, row * model->row_share));

	*t = (struct transaction){.id_row = row, .fault = DIRT_NONE};
	t->ts = make_time(model, row, day);
	t->customer_id = make_customer(model, row);
	t->product_id = make_product(model, row);
	t->quantity = make_quantity(model, row);
	t->channel = make_channel(model, row, t->ts);
}

/* A row without a fault before `row`; 0, or -1 if none was found. */
static int
find_original(const struct retail_model *model, uint64_t row, uint64_t bits,
    uint64_t *original)
{
	uint64_t near_rows = row < NEAR_ROWS ? row : NEAR_ROWS;
	uint64_t at;

	if (row == 0)
		return -1;
	if (bits >> (64 - FAR_BITS) == 0)
		at = (uint64_t)((uint128)(bits << FAR_BITS) * row >> 64);
	else
		at = row - 1 - random_below(random_low(bits),
		    (uint32_t)near_rows);
	for (uint32_t i = 0; i < SEARCH_ROWS; i++) {
		if (retail_any_fault(model, at) == DIRT_NONE) {
			*original = at;
			return 0;
		}
		if (at == 0)
			return -1;
		at--;
	}
	return -1;
}

/* A whole copy of an earlier row, or, one in two, of another quantity. */
static void
make_duplicate(const struct retail_model *model, uint64_t row, uint64_t bits,
    struct transaction *t)
{
	uint64_t original;

	if (find_original(model, row, bits, &original) != 0) {
		make_clean(model, row, t);
		return;
	}
	make_clean(model, original, t);
	t->fault = DIRT_DUPLICATES;
	if (retail_bits(model, RETAIL_KEY_QUANTITY, row) & 1)
		t->quantity = (int8_t)(t->quantity % QUANTITIES + 1);
}

/* The row as it comes out, with the fault that is meant for it. */
static void
make_faulty(const struct retail_model *model, uint64_t row,
    enum dirt_fault fault, struct transaction *t)
{
	uint64_t bits = retail_bits(model, RETAIL_KEY_FAULT_VALUE, row);
	uint32_t beyond = 1 + random_below(random_high(bits), ORPHAN_IDS);

	if (fault == DIRT_DUPLICATES) {
		make_duplicate(model, row, bits, t);
		return;
	}
	make_clean(model, row, t);
	t->fault = fault;
	switch (fault) {
	case DIRT_ORPHANS:
		t->is_customer_orphan = bits & 1;
		if (t->is_customer_orphan)
			t->customer_id = (int32_t)
			    (model->options.customers + beyond);
		else
			t->product_id = (int32_t)
			    (model->options.products + beyond);
		break;
	case DIRT_ZERO_QUANTITY:
		t->quantity = 0;
		break;
	case DIRT_BAD_DATE:
		t->ts = BAD_DATE_MARK + (int64_t)(bits % BAD_DATES);
		break;
	default:
		break;
	}
}

/* ---- columns --------------------------------------------------------- */

/* Two digits at a time. */
static const char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324"
    "25262728293031323334353637383940414243444546474849"
    "50515253545556575859606162636465666768697071727374"
    "75767778798081828384858687888990919293949596979899";

static inline void
put_pair(uint8_t *out, uint32_t number)
{
	memcpy(out, digit_pairs + (size_t)number * 2, 2);
}

/* "TXN-%010d" */
static inline void
print_id(uint8_t out[ID_BYTES], uint64_t row)
{
	uint64_t id = row + 1;
	uint32_t top = (uint32_t)(id / 100000000);
	uint32_t rest = (uint32_t)(id % 100000000);
	uint32_t high = rest / 10000, low = rest % 10000;

	memcpy(out, ID_PREFIX, ID_BYTES - ID_DIGITS);
	put_pair(out + 4, top);
	put_pair(out + 6, high / 100);
	put_pair(out + 8, high % 100);
	put_pair(out + 10, low / 100);
	put_pair(out + 12, low % 100);
}

static void
fill_ids(struct retail_rows *rows, const uint64_t *id_rows, uint32_t count)
{
	int32_t *offsets = retail_rows_values(rows, TXN_ID,
	    (count + 1) * sizeof(*offsets));
	uint8_t *bytes = retail_rows_bytes(rows, TXN_ID,
	    (size_t)count * ID_BYTES);

	for (uint32_t i = 0; i <= count; i++)
		offsets[i] = (int32_t)(i * ID_BYTES);
	for (uint32_t i = 0; i < count; i++)
		print_id(bytes + (size_t)i * ID_BYTES, id_rows[i]);
}

static size_t
print_time(int64_t ts, char out[DATETIME_TEXT_BYTES])
{
	const char *text;

	if (ts >= BAD_DATE_MARK + BAD_DATES)
		return datetime_print_timestamp(out, ts, 0);
	text = bad_dates[ts - BAD_DATE_MARK];
	memcpy(out, text, strlen(text));
	return strlen(text);
}

/* txn_ts as text, for CSV with bad dates in it. */
static void
fill_time_texts(struct retail_rows *rows, const int64_t *ts, uint32_t count)
{
	int32_t *offsets = retail_rows_values(rows, TXN_TS,
	    (count + 1) * sizeof(*offsets));
	char *bytes = (char *)retail_rows_bytes(rows, TXN_TS,
	    (size_t)count * DATETIME_TEXT_BYTES);
	size_t used = 0;

	offsets[0] = 0;
	for (uint32_t i = 0; i < count; i++) {
		used += print_time(ts[i], bytes + used);
		offsets[i + 1] = (int32_t)used;
	}
}

struct values {
	uint64_t *id_rows;
	int64_t *ts;
	int32_t *customers;
	int32_t *products;
	int8_t *quantities;
	uint8_t *channels;
};

static void
fill_clean(const struct retail_model *model, const struct values *values,
    uint64_t first, uint32_t count)
{
	uint32_t day = season_day(&model->season,
	    season_place(&model->season, first * model->row_share));

	for (uint32_t i = 0; i < count; i++)
		values->id_rows[i] = first + i;
	for (uint32_t i = 0; i < count; i++)
		values->ts[i] = make_time(model, first + i,
		    find_day(model, first + i, &day));
	for (uint32_t i = 0; i < count; i++)
		values->customers[i] = make_customer(model, first + i);
	for (uint32_t i = 0; i < count; i++)
		values->products[i] = make_product(model, first + i);
	for (uint32_t i = 0; i < count; i++)
		values->quantities[i] = make_quantity(model, first + i);
	for (uint32_t i = 0; i < count; i++)
		values->channels[i] = make_channel(model, first + i,
		    values->ts[i]);
}

static void
plant_faults(const struct retail_model *model, const struct values *values,
    uint64_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		enum dirt_fault fault = retail_fault(model, first + i);
		struct transaction t;

		if (fault == DIRT_NONE)
			continue;
		make_faulty(model, first + i, fault, &t);
		values->id_rows[i] = t.id_row;
		values->ts[i] = t.ts;
		values->customers[i] = t.customer_id;
		values->products[i] = t.product_id;
		values->quantities[i] = t.quantity;
		values->channels[i] = t.channel;
	}
}

void
retail_transactions_fill(const struct retail_model *model,
    struct retail_rows *rows, uint64_t first, uint32_t count)
{
	struct scratch *scratch = rows->scratch;
	struct values values = {
		.id_rows = scratch->id_rows,
		.ts = has_text(model) ? scratch->ts :
		    retail_rows_values(rows, TXN_TS, count * sizeof(int64_t)),
		.customers = retail_rows_values(rows, CUSTOMER_ID,
		    count * sizeof(int32_t)),
		.products = retail_rows_values(rows, PRODUCT_ID,
		    count * sizeof(int32_t)),
		.quantities = retail_rows_values(rows, QUANTITY, count),
		.channels = scratch->channels
	};

	fill_clean(model, &values, first, count);
	if (!model->is_clean)
		plant_faults(model, &values, first, count);
	fill_ids(rows, values.id_rows, count);
	if (has_text(model))
		fill_time_texts(rows, values.ts, count);
	retail_rows_code(rows, CHANNEL, channel_names, values.channels,
	    count);
}

/* ---- the ledger ------------------------------------------------------ */

static void
print_number(char out[RETAIL_VALUE_BYTES], uint64_t number)
{
	out[number_format_u64(out, number)] = '\0';
}

void
retail_transactions_entry(const struct retail_model *model, uint64_t row,
    struct retail_entry *entry)
{
	enum dirt_fault fault = retail_fault(model, row);
	struct transaction t;

	*entry = (struct retail_entry){.fault = DIRT_NONE};
	if (fault == DIRT_NONE)
		return;
	make_faulty(model, row, fault, &t);
	entry->fault = t.fault;
	entry->has_value = 1;
	print_id((uint8_t *)entry->id, t.id_row);
	switch (t.fault) {
	case DIRT_DUPLICATES:
		entry->column = "txn_id";
		print_number(entry->value, t.id_row + 1);
		break;
	case DIRT_ORPHANS:
		entry->column = t.is_customer_orphan ?
		    "customer_id" : "product_id";
		print_number(entry->value, (uint64_t)(t.is_customer_orphan ?
		    t.customer_id : t.product_id));
		break;
	case DIRT_ZERO_QUANTITY:
		entry->column = "quantity";
		print_number(entry->value, 0);
		break;
	default:
		entry->column = "txn_ts";
		entry->value[print_time(t.ts, entry->value)] = '\0';
		break;
	}
}
