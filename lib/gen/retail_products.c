#include <string.h>

#include "base/decimal.h"
#include "base/number.h"
#include "gen/retail_model.h"

#define MAX_SUBCATEGORIES 6

struct category {
	const char *name;
	uint32_t weight;
	uint32_t subcategory_count;
	struct {
		const char *name;
		uint16_t low, high;	/* prices, in whole units */
	} subcategories[MAX_SUBCATEGORIES];
};

static const struct category categories[] = {
	{ "Electronics", 14, 6, { { "Smartphones", 149, 1499 },
	    { "Laptops", 329, 1499 }, { "Headphones", 15, 399 },
	    { "Cameras", 99, 1399 }, { "Smartwatches", 59, 799 },
	    { "Accessories", 7, 89 } } },
	{ "Clothing", 17, 6, { { "Shirts", 12, 99 }, { "Trousers", 19, 139 },
	    { "Dresses", 24, 249 }, { "Jackets", 39, 399 },
	    { "Shoes", 25, 249 }, { "Underwear", 5, 59 } } },
	{ "Home", 13, 6, { { "Furniture", 49, 1299 }, { "Bedding", 15, 249 },
	    { "Lighting", 12, 299 }, { "Decor", 6, 149 },
	    { "Storage", 8, 129 }, { "Rugs", 25, 599 } } },
	{ "Kitchen", 11, 5, { { "Cookware", 15, 349 },
	    { "Appliances", 29, 899 }, { "Knives", 9, 249 },
	    { "Tableware", 6, 149 }, { "Coffee", 8, 699 } } },
	{ "Sports", 10, 5, { { "Fitness", 9, 799 }, { "Cycling", 12, 1499 },
	    { "Running", 14, 199 }, { "Camping", 11, 499 },
	    { "Football", 8, 149 } } },
	{ "Beauty", 10, 5, { { "Skincare", 6, 129 }, { "Makeup", 5, 79 },
	    { "Fragrance", 19, 199 }, { "Haircare", 5, 69 },
	    { "Shaving", 5, 199 } } },
	{ "Toys", 8, 5, { { "Puzzles", 7, 59 }, { "Games", 9, 89 },
	    { "Dolls", 8, 119 }, { "Models", 12, 249 },
	    { "Outdoor", 9, 399 } } },
	{ "Books", 8, 5, { { "Fiction", 5, 39 }, { "Nonfiction", 7, 59 },
	    { "Children", 5, 29 }, { "Comics", 5, 69 },
	    { "Textbooks", 19, 199 } } },
	{ "Garden", 5, 4, { { "Tools", 8, 349 }, { "Plants", 5, 99 },
	    { "Grills", 59, 1199 }, { "Patio", 29, 1399 } } },
	{ "Office", 4, 4, { { "Stationery", 5, 49 }, { "Printers", 69, 699 },
	    { "Chairs", 79, 899 }, { "Desks", 99, 1199 } } }
};

#define CATEGORIES (sizeof(categories) / sizeof(categories[0]))
_Static_assert(CATEGORIES * MAX_SUBCATEGORIES <= RETAIL_MAX_CODES,
    "subcategories are coded");

/* Cents that prices end with, as often as they stand here. */
static const uint8_t price_endings[16] = {
	99, 99, 99, 99, 99, 99, 99, 99, 49, 49, 49, 95, 95, 0, 0, 50
};

/* No reader takes one of these for a number. */
#define BAD_PRICES 8
static const char *const bad_prices[BAD_PRICES] = {
	"12,50", "$19.99", "unknown", "49.99 EUR", "1.299,00", "free", "12.x",
	"--"
};

enum product_column {
	PRODUCT_ID,
	CATEGORY,
	SUBCATEGORY,
	PRODUCT_NAME,
	BASE_PRICE
};

/* The longest "<category>-<subcategory>-%010d" has some 34. */
#define NAME_BYTES 64
#define PRICE_PRECISION 10
#define PRICE_SCALE 2

struct product {
	uint32_t category, subcategory;
	int64_t cents;
	enum dirt_fault fault;
	const char *text;	/* instead of a price; or NULL */
};

struct scratch {
	const char *category_names[RETAIL_MAX_CODES];
	const char *subcategory_names[RETAIL_MAX_CODES];
	uint8_t categories[WALK_BATCH_ROWS];
	uint8_t subcategories[WALK_BATCH_ROWS];
	struct product products[WALK_BATCH_ROWS];
};

void
retail_products_init(struct retail_model *model)
{
	uint64_t weights[CATEGORIES];

	for (uint32_t i = 0; i < CATEGORIES; i++)
		weights[i] = categories[i].weight;
	alias_init(&model->categories, weights, CATEGORIES);
}

static _Bool
has_text(const struct retail_model *model)
{
	return model->options.dirt.rates[DIRT_BAD_PRICE] != 0;
}

static _Bool
has_nulls(const struct retail_model *model)
{
	return model->options.dirt.rates[DIRT_NO_PRICE] != 0;
}

void
retail_products_schema(const struct retail_model *model,
    struct schema *schema)
{
	struct type text = type_of(TYPE_STRING);
	struct type price = type_decimal(PRICE_PRECISION, PRICE_SCALE);

	schema_add(schema, "product_id", 10, type_of(TYPE_I32), 0);
	schema_add(schema, "category", 8, text, 0);
	schema_add(schema, "subcategory", 11, text, 0);
	schema_add(schema, "product_name", 12, text, 0);
	schema_add(schema, "base_price", 10, has_text(model) ? text : price,
	    has_nulls(model));
}

size_t
retail_products_scratch(void)
{
	return sizeof(struct scratch);
}

/*
 * A price between low and high, the square of a uniform number: most things
 * are cheap.
 */
static int64_t
pick_price(uint32_t low, uint32_t high, uint64_t bits)
{
	uint32_t square = (uint32_t)((uint64_t)random_high(bits) *
	    random_high(bits) >> 32);
	uint32_t units = low + random_below(square, high - low + 1);

	return (int64_t)units * 100 + price_endings[bits & 15];
}

static struct product
make_product(const struct retail_model *model, uint64_t row)
{
	uint64_t bits = retail_bits(model, RETAIL_KEY_CATEGORY, row);
	struct product product = {
		.category = alias_pick(&model->categories, random_high(bits)),
		.fault = retail_fault(model, row)
	};
	const struct category *category = &categories[product.category];
	uint32_t s = random_below(random_low(bits),
	    category->subcategory_count);
	uint64_t value = retail_bits(model, RETAIL_KEY_FAULT_VALUE, row);

	product.subcategory = s;
	product.cents = pick_price(category->subcategories[s].low,
	    category->subcategories[s].high,
	    retail_bits(model, RETAIL_KEY_PRICE, row));
	switch (product.fault) {
	case DIRT_BAD_PRICE:
		product.text = bad_prices[value % BAD_PRICES];
		break;
	case DIRT_ZERO_PRICE:
		product.cents = value & 1 ? 0 : -product.cents;
		break;
	default:
		break;
	}
	return product;
}

/* The text of a price that is not null; returns its length. */
static size_t
print_price(const struct product *product, char out[RETAIL_VALUE_BYTES])
{
	size_t len;

	if (product->text == NULL)
		return decimal_format_64(out, product->cents, PRICE_SCALE);
	len = strlen(product->text);
	memcpy(out, product->text, len);
	return len;
}

static size_t
print_name(const struct product *product, uint64_t id, uint8_t *out)
{
	const struct category *category = &categories[product->category];
	const char *subcategory =
	    category->subcategories[product->subcategory].name;
	size_t category_len = strlen(category->name);
	size_t subcategory_len = strlen(subcategory);
	uint32_t digits = 5;
	uint8_t *at = out;

	for (uint64_t rest = id / 100000; rest > 0; rest /= 10)
		digits++;
	memcpy(at, category->name, category_len);
	at += category_len;
	*at++ = '-';
	memcpy(at, subcategory, subcategory_len);
	at += subcategory_len;
	*at++ = '-';
	retail_print_digits(at, digits, id);
	return (size_t)(at + digits - out);
}

static void
fill_names(struct scratch *scratch)
{
	for (uint32_t c = 0; c < CATEGORIES; c++) {
		scratch->category_names[c] = categories[c].name;
		for (uint32_t s = 0; s < MAX_SUBCATEGORIES; s++)
			scratch->subcategory_names[c * MAX_SUBCATEGORIES + s] =
			    categories[c].subcategories[s].name;
	}
}

/* base_price as decimals, nulls zero. */
static void
fill_prices(struct retail_rows *rows, const struct product *products,
    uint32_t count)
{
	int64_t *prices = retail_rows_values(rows, BASE_PRICE,
	    count * sizeof(*prices));

	for (uint32_t i = 0; i < count; i++)
		prices[i] = products[i].fault == DIRT_NO_PRICE ? 0 :
		    products[i].cents;
}

/* base_price as text, for CSV with bad prices in it. */
static void
fill_price_texts(struct retail_rows *rows, const struct product *products,
    uint32_t count)
{
	int32_t *offsets = retail_rows_values(rows, BASE_PRICE,
	    (count + 1) * sizeof(*offsets));
	char *bytes = (char *)retail_rows_bytes(rows, BASE_PRICE,
	    (size_t)(count + 1) * RETAIL_VALUE_BYTES);
	size_t used = 0;

	offsets[0] = 0;
	for (uint32_t i = 0; i < count; i++) {
		if (products[i].fault != DIRT_NO_PRICE)
			used += print_price(&products[i], bytes + used);
		offsets[i + 1] = (int32_t)used;
	}
}

static void
fill_validity(struct retail_rows *rows, const struct product *products,
    uint32_t count)
{
	struct buffer *validity = &rows->columns[BASE_PRICE].validity;
	struct column *view = &rows->views[BASE_PRICE];

	view->null_count = 0;
	validity->len = 0;
	buffer_resize(validity, bitmap_bytes(count));
	for (uint32_t i = 0; i < count; i++) {
		_Bool is_null = products[i].fault == DIRT_NO_PRICE;

		view->null_count += is_null;
		validity->data[i >> 3] |= (uint8_t)(!is_null << (i & 7));
	}
	view->validity = view->null_count > 0 ? validity->data : NULL;
}

void
retail_products_fill(const struct retail_model *model,
    struct retail_rows *rows, uint64_t first, uint32_t count)
{
	struct scratch *scratch = rows->scratch;
	struct product *products = scratch->products;
	int32_t *ids = retail_rows_values(rows, PRODUCT_ID,
	    count * sizeof(*ids));
	int32_t *offsets = retail_rows_values(rows, PRODUCT_NAME,
	    (count + 1) * sizeof(*offsets));
	uint8_t *names = retail_rows_bytes(rows, PRODUCT_NAME,
	    (size_t)count * NAME_BYTES);
	size_t used = 0;

	offsets[0] = 0;
	for (uint32_t i = 0; i < count; i++) {
		struct product *product = &products[i];

		*product = make_product(model, first + i);
		ids[i] = (int32_t)(first + i + 1);
		used += print_name(product, first + i + 1, names + used);
		offsets[i + 1] = (int32_t)used;
		scratch->categories[i] = (uint8_t)product->category;
		scratch->subcategories[i] = (uint8_t)
		    (product->category * MAX_SUBCATEGORIES +
		    product->subcategory);
	}
	fill_names(scratch);
	retail_rows_code(rows, CATEGORY, scratch->category_names,
	    scratch->categories, count);
	retail_rows_code(rows, SUBCATEGORY, scratch->subcategory_names,
	    scratch->subcategories, count);
	if (has_text(model))
		fill_price_texts(rows, products, count);
	else
		fill_prices(rows, products, count);
	fill_validity(rows, products, count);
}

void
retail_products_entry(const struct retail_model *model, uint64_t row,
    struct retail_entry *entry)
{
	struct product product = make_product(model, row);

	*entry = (struct retail_entry){.fault = product.fault};
	if (product.fault == DIRT_NONE)
		return;
	entry->column = "base_price";
	entry->id[number_format_u64(entry->id, row + 1)] = '\0';
	entry->has_value = product.fault != DIRT_NO_PRICE;
	if (entry->has_value)
		entry->value[print_price(&product, entry->value)] = '\0';
}
