#include "gen/maker.h"

#include <stdio.h>

#include "base/decimal.h"
#include "gen/names.h"
#include "gen/random.h"
#include "gen/zipf.h"

#define WEIGHT_ONE 1000000	/* weights are read with six places */
#define MAX_PATTERN_BYTES 256
#define MAX_ZIPF_SKEW 4

enum maker_kind {
	MAKER_SEQUENCE,
	MAKER_UNIFORM,
	MAKER_NORMAL,
	MAKER_ZIPF,
	MAKER_CHOICE,
	MAKER_PATTERN,
	MAKER_NAME,
	MAKER_EMAIL
};

struct maker {
	enum maker_kind kind;
	struct type type;
	uint64_t key, null_key;
	uint64_t null_rate;		/* of 2^32 */
	/* numbers in the type's own unit: scaled decimals, days, seconds */
	int64_t low, high, start, step;
	_Bool is_bounded;
	double mean, deviation;
	struct zipf zipf;
	struct column_builder values;	/* MAKER_CHOICE */
	struct alias weights;
	char *pattern;			/* owned */
};

/* ---- numbers --------------------------------------------------------- */

static _Bool
is_numeric(struct type type)
{
	return type_is_number(type) || type.id == TYPE_DATE ||
	    type.id == TYPE_TIME || type.id == TYPE_TIMESTAMP;
}

/* A value as it lies in a column, as a number: moments in whole seconds. */
static int64_t
number_of(struct type type, const uint8_t *bytes)
{
	int64_t value = 0;
	double real;
	float small;
	size_t width = type_width(type);
	switch (type.id) {
	case TYPE_F32:
		memcpy(&small, bytes, sizeof(small));
		return (int64_t)small;
	case TYPE_F64:
		memcpy(&real, bytes, sizeof(real));
		return (int64_t)real;
	default:
		/* little-endian; the low half of a wide decimal is enough */
		memcpy(&value, bytes, width < 8 ? width : 8);
		if (width < 8 && (type_is_signed(type) ||
		    type.id == TYPE_DATE))
			value = (int64_t)((uint64_t)value << (64 - 8 *
			    width)) >> (64 - 8 * width);
		return type.id == TYPE_TIME || type.id == TYPE_TIMESTAMP ?
		    value / 1000000 : value;
	}
}

static void
append_number(struct type type, int64_t number, double fraction,
    struct column_builder *out)
{
	int128 wide = number;
	double real = (double)number + fraction;
	float small = (float)real;
	switch (type.id) {
	case TYPE_F32:
		column_builder_append_value(out, &small);
		break;
	case TYPE_F64:
		column_builder_append_value(out, &real);
		break;
	case TYPE_TIME:
	case TYPE_TIMESTAMP:
		number *= 1000000;
		column_builder_append_value(out, &number);
		break;
	case TYPE_DECIMAL:
		if (type.precision > 18)
			column_builder_append_value(out, &wide);
		else
			column_builder_append_value(out, &number);
		break;
	default:
		/* little-endian: the low bytes come first */
		column_builder_append_value(out, &number);
		break;
	}
}

/* The least and greatest number that a type has, or that people use of it. */
static void
usual_bounds(struct maker *maker)
{
	struct type type = maker->type;
	unsigned bits = (unsigned)type_width(type) * 8;
	maker->low = 0;
	maker->high = 1000;
	if (type.id == TYPE_DATE) {
		maker->low = 19358;		/* 2023-01-01 */
		maker->high = 20088;		/* 2024-12-31 */
	} else if (type.id == TYPE_TIMESTAMP) {
		maker->low = INT64_C(19358) * 86400;
		maker->high = INT64_C(20089) * 86400 - 1;
	} else if (type.id == TYPE_TIME) {
		maker->high = 86399;
	} else if (type.id == TYPE_DECIMAL) {
		unsigned digits = type.precision < 5 ? type.precision : 5;
		maker->high = decimal_pow10_64[digits] - 1;
	} else if (bits == 8) {
		maker->high = 100;
	}
}

/* ---- reading the spec ------------------------------------------------ */

/* A number, or a text, as a value of the field. */
static int
read_value(const struct table_field *field, const struct json_value *json,
    const char *name, int64_t *value, struct error *err)
{
	struct buffer text = {0};
	struct table_value parsed;
	size_t len;
	const char *own = json_value_text(json, &len);
	if (own != NULL)
		buffer_append(&text, own, len);
	else if (json_value_kind(json) == JSON_VALUE_INTEGER)
		buffer_printf(&text, "%lld",
		    (long long)json_value_integer(json));
	else
		buffer_printf(&text, "%.9g", json_value_real(json));
	enum table_fault fault = table_value_parse(field,
	    buffer_text(&text), text.len, parsed.bytes);
	if (fault == TABLE_OK)
		*value = number_of(field->type, parsed.bytes);
	else
		error_usage(err, "'%s': '%s' is no value of the field", name,
		    buffer_text(&text));
	buffer_release(&text);
	return fault == TABLE_OK ? 0 : -1;
}

static int
read_bounds(struct maker *maker, const struct table_field *field,
    const struct json_value *spec, struct error *err)
{
	const struct json_value *least = json_value_get(spec, "min");
	const struct json_value *most = json_value_get(spec, "max");
	usual_bounds(maker);
	maker->is_bounded = least != NULL || most != NULL;
	if (field->minimum.is_set)
		maker->low = number_of(field->type, field->minimum.bytes);
	if (field->maximum.is_set)
		maker->high = number_of(field->type, field->maximum.bytes);
	if (least != NULL && read_value(field, least, "min", &maker->low,
	    err) != 0)
		return -1;
	if (most != NULL && read_value(field, most, "max", &maker->high,
	    err) != 0)
		return -1;
	if (maker->low > maker->high)
		return error_usage(err, "'min' is more than 'max'");
	return 0;
}

/* Integers, or decimals scaled up. */
static double
scaled(const struct maker *maker, double value)
{
	return maker->type.id == TYPE_DECIMAL ?
	    value * (double)decimal_pow10_64[maker->type.scale] : value;
}

static int
read_normal(struct maker *maker, const struct json_value *spec,
    struct error *err)
{
	if (!type_is_number(maker->type))
		return error_usage(err, "'normal' is for numbers");
	maker->mean = scaled(maker, json_value_real(json_value_get(spec,
	    "mean")));
	maker->deviation = scaled(maker, json_value_real(json_value_get(spec,
	    "deviation")));
	return maker->deviation > 0 ? 0 :
	    error_usage(err, "'normal' needs a 'deviation' above 0");
}

static int
read_zipf(struct maker *maker, const struct json_value *spec,
    struct error *err)
{
	int64_t count = json_value_integer(json_value_get(spec, "count"));
	const struct json_value *exponent = json_value_get(spec, "exponent");
	double skew = exponent == NULL ? 1 : json_value_real(exponent);
	if (!type_is_integer(maker->type) || count < 1 ||
	    count > ZIPF_MAX_COUNT || skew < 0 || skew > MAX_ZIPF_SKEW)
		return error_usage(err, "'zipf' is for integers, with a "
		    "'count' from 1 to %lld and an 'exponent' from 0 to %d",
		    (long long)ZIPF_MAX_COUNT, MAX_ZIPF_SKEW);
	zipf_init(&maker->zipf, (uint32_t)count,
	    (uint32_t)(skew * ZIPF_SKEW_ONE + 0.5));
	return 0;
}

static int
add_choice(struct maker *maker, const struct table_field *field,
    const struct json_value *json, struct error *err)
{
	size_t len;
	int64_t number;
	const char *text = json_value_text(json, &len);
	if (field->type.id == TYPE_STRING && text != NULL)
		return column_builder_append_bytes(&maker->values, text,
		    (uint32_t)len);
	if (field->type.id == TYPE_BOOL &&
	    json_value_kind(json) == JSON_VALUE_BOOL) {
		column_builder_append_bool(&maker->values,
		    json_value_is_true(json));
		return 0;
	}
	if (!is_numeric(field->type))
		return error_usage(err, "'values' holds %s",
		    json_value_kind_name(json));
	if (read_value(field, json, "values", &number, err) != 0)
		return -1;
	append_number(field->type, number, json_value_real(json) -
	    (double)number, &maker->values);
	return 0;
}

static int
read_choice(struct maker *maker, const struct table_field *field,
    const struct json_value *spec, struct error *err)
{
	const struct json_value *values = json_value_get(spec, "values");
	const struct json_value *weights = json_value_get(spec, "weights");
	size_t count = json_value_count(values);
	if (count == 0 || count > UINT16_MAX ||
	    (weights != NULL && json_value_count(weights) != count))
		return error_usage(err, "'choice' needs 'values', and as many "
		    "'weights' if there are any");
	uint64_t *parts = mem_array(count, sizeof(*parts));
	uint64_t sum = 0;
	int result = 0;
	for (size_t i = 0; i < count && result == 0; i++) {
		double weight = weights == NULL ? 1 :
		    json_value_real(json_value_at(weights, i));
		parts[i] = weight > 0 && weight < 1e6 ?
		    (uint64_t)(weight * WEIGHT_ONE + 0.5) : 0;
		sum += parts[i];
		result = add_choice(maker, field, json_value_at(values, i),
		    err);
	}
	if (result == 0 && (sum == 0 || sum > ALIAS_MAX_WEIGHT))
		result = error_usage(err, "'weights' are none above 0");
	if (result == 0)
		alias_init(&maker->weights, parts, (uint32_t)count);
	mem_free(parts);
	return result;
}

static int
read_pattern(struct maker *maker, const struct json_value *spec,
    struct error *err)
{
	size_t len = 0;
	const char *text = json_value_text(json_value_get(spec, "pattern"),
	    &len);
	if (maker->type.id != TYPE_STRING || text == NULL || len == 0 ||
	    len > MAX_PATTERN_BYTES)
		return error_usage(err, "'pattern' is for strings, of up to "
		    "%d bytes", MAX_PATTERN_BYTES);
	maker->pattern = mem_strndup(text, len);
	return 0;
}

static int
read_kind(const struct json_value *spec, struct type type,
    enum maker_kind *kind, struct error *err)
{
	static const char *const names[] = {"sequence", "uniform", "normal",
	    "zipf", "choice", "pattern", "name", "email"};
	const char *name = NULL;
	if (spec != NULL && json_value_get_text(spec, "maker", &name,
	    err) != 0)
		return -1;
	*kind = type.id == TYPE_STRING ? MAKER_PATTERN : MAKER_UNIFORM;
	if (name == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0) {
			*kind = (enum maker_kind)i;
			return 0;
		}
	return error_usage(err, "no maker '%s'; there are sequence, uniform, "
	    "normal, zipf, choice, pattern, name and email", name);
}

static int
read_spec(struct maker *maker, const struct table_field *field,
    const struct json_value *spec, struct error *err)
{
	const struct json_value *step = json_value_get(spec, "step");
	const struct json_value *start = json_value_get(spec, "start");
	double nulls = json_value_real(json_value_get(spec, "nulls"));
	if (!(nulls >= 0 && nulls <= 1))
		return error_usage(err, "'nulls' is a share from 0 to 1");
	maker->null_rate = (uint64_t)(nulls * 4294967296.0);
	if (read_kind(spec, field->type, &maker->kind, err) != 0)
		return -1;
	switch (maker->kind) {
	case MAKER_CHOICE:
		return read_choice(maker, field, spec, err);
	case MAKER_ZIPF:
		return read_zipf(maker, spec, err);
	case MAKER_PATTERN:
		if (spec != NULL && json_value_get(spec, "maker") != NULL)
			return read_pattern(maker, spec, err);
		maker->pattern = mem_strdup("aaaaaaaa");
		return 0;
	case MAKER_NAME:
	case MAKER_EMAIL:
		return maker->type.id == TYPE_STRING ? 0 :
		    error_usage(err, "'name' and 'email' are for strings");
	case MAKER_UNIFORM:
		if (maker->type.id == TYPE_BOOL)
			return 0;
		break;
	default:
		break;
	}
	if (!is_numeric(maker->type) || (maker->type.id == TYPE_DECIMAL &&
	    maker->type.scale > 18))
		return error_usage(err, "numbers and moments are made so, no "
		    "others");
	maker->start = 1;
	maker->step = step == NULL ? 1 : json_value_integer(step);
	if (start != NULL && read_value(field, start, "start", &maker->start,
	    err) != 0)
		return -1;
	if (maker->kind == MAKER_NORMAL && read_normal(maker, spec, err) != 0)
		return -1;
	return read_bounds(maker, field, spec, err);
}

struct maker *
maker_new(const struct table_field *field, const struct json_value *spec,
    uint64_t seed, uint32_t column, struct error *err)
{
	struct maker *maker = mem_zalloc(sizeof(*maker));
	maker->type = field->type;
	maker->key = random_key(seed, UINT32_MAX, 2 * column);
	maker->null_key = random_key(seed, UINT32_MAX, 2 * column + 1);
	column_builder_init(&maker->values, field->type);
	if (read_spec(maker, field, spec, err) == 0)
		return maker;
	error_prefix(err, "field '%s': riffle:gen", field->name);
	maker_free(maker);
	return NULL;
}

void
maker_free(struct maker *maker)
{
	if (maker == NULL)
		return;
	zipf_release(&maker->zipf);
	alias_release(&maker->weights);
	column_builder_release(&maker->values);
	mem_free(maker->pattern);
	mem_free(maker);
}

_Bool
maker_has_nulls(const struct maker *maker)
{
	return maker->null_rate > 0;
}

/* ---- values ---------------------------------------------------------- */

static int64_t
normal_at(const struct maker *maker, uint64_t row, double *fraction)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < 12; i++)
		sum += random_high(random_at(maker->key, row * 12 + i));
	double z = (double)sum / 4294967296.0 - 6;
	double value = maker->mean + maker->deviation * z;
	if (maker->is_bounded && value < (double)maker->low)
		value = (double)maker->low;
	if (maker->is_bounded && value > (double)maker->high)
		value = (double)maker->high;
	int64_t whole = (int64_t)(value < 0 ? value - 0.5 : value + 0.5);
	*fraction = value - (double)whole;
	return whole;
}

/* A for a letter, a for a small one, 9 for a digit, * for any of them. */
static void
append_pattern(const struct maker *maker, uint64_t row,
    struct column_builder *out)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	char text[MAX_PATTERN_BYTES];
	uint64_t bits = random_at(maker->key, row);
	size_t len = 0;
	for (const char *c = maker->pattern; *c != '\0'; c++) {
		bits = hash_u64(bits + RANDOM_GAMMA);
		uint32_t some = random_high(bits);
		text[len++] = *c == 'A' ? letters[random_below(some, 26)] :
		    *c == 'a' ? letters[26 + random_below(some, 26)] :
		    *c == '9' ? letters[52 + random_below(some, 10)] :
		    *c == '*' ? letters[random_below(some, 62)] : *c;
	}
	(void)column_builder_append_bytes(out, text, (uint32_t)len);
}

static void
append_person(const struct maker *maker, uint64_t row,
    struct column_builder *out)
{
	char text[2 * NAMES_MAX_BYTES];
	uint64_t bits = random_at(maker->key, row);
	enum names_culture culture = (enum names_culture)random_below(
	    random_low(hash_u64(bits)), NAMES_CULTURES);
	size_t len = names_print(text, culture, bits & 1, bits);
	if (maker->kind == MAKER_EMAIL) {
		size_t used = 0;
		for (size_t i = 0; i < len; i++) {
			char c = text[i];
			if (c >= 'A' && c <= 'Z')
				c = (char)(c + 'a' - 'A');
			if (c == ' ')
				c = '.';
			if ((c >= 'a' && c <= 'z') || (c == '.' && used > 0))
				text[used++] = c;
		}
		len = used + (size_t)snprintf(text + used,
		    sizeof(text) - used, "%llu@example.%s",
		    (unsigned long long)row + 1, bits & 2 ? "com" : "org");
	}
	(void)column_builder_append_bytes(out, text, (uint32_t)len);
}

static void
append_at(const struct maker *maker, uint64_t row,
    struct column_builder *out)
{
	uint64_t bits = random_at(maker->key, row);
	double fraction = 0;
	int64_t number;
	switch (maker->kind) {
	case MAKER_SEQUENCE:
		append_number(maker->type, (int64_t)((uint64_t)maker->start +
		    row * (uint64_t)maker->step), 0, out);
		break;
	case MAKER_UNIFORM: {
		if (maker->type.id == TYPE_BOOL) {
			column_builder_append_bool(out, bits & 1);
			break;
		}
		uint64_t range = (uint64_t)maker->high - (uint64_t)maker->low;
		uint128 product = (uint128)bits * ((uint128)range +
		    !type_is_float(maker->type));
		number = (int64_t)((uint64_t)maker->low +
		    (uint64_t)(product >> 64));
		append_number(maker->type, number, (double)((uint64_t)product
		    >> 11) / 9007199254740992.0, out);
		break;
	}
	case MAKER_NORMAL:
		number = normal_at(maker, row, &fraction);
		append_number(maker->type, number, fraction, out);
		break;
	case MAKER_ZIPF:
		append_number(maker->type, (int64_t)zipf_pick(&maker->zipf,
		    bits) + 1, 0, out);
		break;
	case MAKER_CHOICE: {
		struct column values = column_builder_view(&maker->values);
		(void)column_builder_append(out, &values, alias_pick(
		    &maker->weights, random_high(bits)), 1);
		break;
	}
	case MAKER_PATTERN:
		append_pattern(maker, row, out);
		break;
	default:
		append_person(maker, row, out);
		break;
	}
}

void
maker_fill(const struct maker *maker, uint64_t first, uint32_t count,
    struct column_builder *out)
{
	for (uint64_t row = first; row < first + count; row++) {
		if (random_high(random_at(maker->null_key, row)) <
		    maker->null_rate)
			column_builder_append_null(out);
		else
			append_at(maker, row, out);
	}
}
