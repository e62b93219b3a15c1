#include <string.h>

#include "gen/names.h"
#include "gen/retail_model.h"

enum region {
	NORTH_AMERICA,
	EUROPE,
	ASIA,
	OTHER
};

static const char *const region_names[] = {
	[NORTH_AMERICA] = "North America", [EUROPE] = "Europe",
	[ASIA] = "Asia", [OTHER] = "Other"
};

/*
 * A country, its share of the customers, and the cultures that its people's
 * names are of, in percent.
 */
struct country {
	enum region region;
	uint32_t weight;
	struct {
		enum names_culture culture;
		uint32_t percent;
	} cultures[4];		/* 100 together */
};

static const char *const country_names[] = {
#define COUNTRY(name, region, weight, ...) name,
#include "gen/countries.def"
#undef COUNTRY
};

static const struct country countries[] = {
#define COUNTRY(name, region, weight, ...) \
	{ region, weight, { __VA_ARGS__ } },
#include "gen/countries.def"
#undef COUNTRY
};

#define COUNTRIES (sizeof(countries) / sizeof(countries[0]))
_Static_assert(COUNTRIES <= RETAIL_MAX_CODES, "countries are coded");

enum gender {
	MALE,
	FEMALE,
	OTHER_GENDER,
	GENDERS
};

static const char *const gender_names[GENDERS] = {
	[MALE] = "Male", [FEMALE] = "Female", [OTHER_GENDER] = "Other"
};
static const uint64_t gender_weights[GENDERS] = {
	[MALE] = 485, [FEMALE] = 495, [OTHER_GENDER] = 20
};

/* Ages by bands: the band's first year, up to the next one's. */
#define AGE_BANDS 7
static const uint8_t age_starts[AGE_BANDS + 1] = {
	18, 25, 33, 41, 50, 59, 68, 76
};
static const uint64_t age_weights[AGE_BANDS] = {
	120, 205, 195, 170, 150, 105, 55
};

enum customer_column {
	CUSTOMER_ID,
	CUSTOMER_NAME,
	AGE,
	GENDER,
	COUNTRY,
	REGION
};

struct scratch {
	uint8_t countries[WALK_BATCH_ROWS];
	uint8_t genders[WALK_BATCH_ROWS];
	uint8_t regions[WALK_BATCH_ROWS];
};

void
retail_customers_init(struct retail_model *model)
{
	uint64_t weights[COUNTRIES];

	for (uint32_t i = 0; i < COUNTRIES; i++)
		weights[i] = countries[i].weight;
	alias_init(&model->countries, weights, COUNTRIES);
	alias_init(&model->genders, gender_weights, GENDERS);
	alias_init(&model->age_bands, age_weights, AGE_BANDS);
}

void
retail_customers_schema(struct schema *schema)
{
	static const struct {
		const char *name;
		enum type_id type;
	} fields[] = {
		[CUSTOMER_ID] = { "customer_id", TYPE_I32 },
		[CUSTOMER_NAME] = { "customer_name", TYPE_STRING },
		[AGE] = { "age", TYPE_I8 },
		[GENDER] = { "gender", TYPE_STRING },
		[COUNTRY] = { "country", TYPE_STRING },
		[REGION] = { "region", TYPE_STRING }
	};

	for (uint32_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		schema_add(schema, fields[i].name, strlen(fields[i].name),
		    type_of(fields[i].type), 0);
}

size_t
retail_customers_scratch(void)
{
	return sizeof(struct scratch);
}

static enum names_culture
pick_culture(const struct country *country, uint32_t bits)
{
	uint32_t percent = random_below(bits, 100);
	uint32_t i = 0;

	while (percent >= country->cultures[i].percent) {
		percent -= country->cultures[i].percent;
		i++;
	}
	return country->cultures[i].culture;
}

static size_t
print_name(const struct retail_model *model, uint64_t row, uint8_t country,
    uint8_t gender, char *out)
{
	uint64_t bits = retail_bits(model, RETAIL_KEY_CULTURE, row);
	enum names_culture culture = pick_culture(&countries[country],
	    random_high(bits));
	_Bool is_male = gender == MALE ||
	    (gender == OTHER_GENDER && (bits & 1));

	return names_print(out, culture, is_male,
	    retail_bits(model, RETAIL_KEY_NAME, row));
}

static int8_t
pick_age(const struct retail_model *model, uint64_t row)
{
	uint64_t bits = retail_bits(model, RETAIL_KEY_AGE, row);
	uint32_t band = alias_pick(&model->age_bands, random_high(bits));
	uint32_t years = age_starts[band + 1] - age_starts[band];

	return (int8_t)(age_starts[band] +
	    random_below(random_low(bits), years));
}

void
retail_customers_fill(const struct retail_model *model,
    struct retail_rows *rows, uint64_t first, uint32_t count)
{
	struct scratch *scratch = rows->scratch;
	int32_t *ids = retail_rows_values(rows, CUSTOMER_ID,
	    count * sizeof(*ids));
	int32_t *offsets = retail_rows_values(rows, CUSTOMER_NAME,
	    (count + 1) * sizeof(*offsets));
	uint8_t *names = retail_rows_bytes(rows, CUSTOMER_NAME,
	    (size_t)count * NAMES_MAX_BYTES);
	int8_t *ages = retail_rows_values(rows, AGE, count * sizeof(*ages));
	size_t used = 0;

	offsets[0] = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t row = first + i;
		uint8_t country = (uint8_t)alias_pick(&model->countries,
		    random_high(retail_bits(model, RETAIL_KEY_COUNTRY, row)));
		uint8_t gender = (uint8_t)alias_pick(&model->genders,
		    random_high(retail_bits(model, RETAIL_KEY_GENDER, row)));

		ids[i] = (int32_t)(row + 1);
		ages[i] = pick_age(model, row);
		used += print_name(model, row, country, gender,
		    (char *)names + used);
		offsets[i + 1] = (int32_t)used;
		scratch->countries[i] = country;
		scratch->genders[i] = gender;
		scratch->regions[i] = (uint8_t)countries[country].region;
	}
	retail_rows_code(rows, GENDER, gender_names, scratch->genders, count);
	retail_rows_code(rows, COUNTRY, country_names, scratch->countries,
	    count);
	retail_rows_code(rows, REGION, region_names, scratch->regions, count);
}
