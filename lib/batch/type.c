#include "batch/type.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	size_t width_bytes;
} types[TYPE_COUNT] = {
#define TYPE(ID, text, bytes, c_type) [TYPE_##ID] = {text, bytes},
#include "batch/type.def"
#undef TYPE
};

/* SQL's names for the same types. */
static const struct {
	const char *name;
	enum type_id id;
} aliases[] = {
	{"boolean", TYPE_BOOL}, {"tinyint", TYPE_I8}, {"smallint", TYPE_I16},
	{"int", TYPE_I32}, {"integer", TYPE_I32}, {"bigint", TYPE_I64},
	{"int8", TYPE_I8}, {"int16", TYPE_I16}, {"int32", TYPE_I32},
	{"int64", TYPE_I64}, {"uint8", TYPE_U8}, {"uint16", TYPE_U16},
	{"uint32", TYPE_U32}, {"uint64", TYPE_U64}, {"real", TYPE_F32},
	{"float", TYPE_F64}, {"double", TYPE_F64}, {"numeric", TYPE_DECIMAL},
	{"varchar", TYPE_STRING}, {"text", TYPE_STRING},
	{"datetime", TYPE_TIMESTAMP}, {"blob", TYPE_BINARY},
};

size_t
type_width(struct type type)
{
	if (type.id == TYPE_DECIMAL)
		return type.precision > 18 ? 16 : 8;
	return type.id < TYPE_COUNT ? types[type.id].width_bytes : 0;
}

const char *
type_name(enum type_id id)
{
	return id < TYPE_COUNT ? types[id].name : "unknown";
}

const char *
type_format(struct type type, char out[TYPE_TEXT_BYTES])
{
	if (type.id == TYPE_DECIMAL)
		snprintf(out, TYPE_TEXT_BYTES, "decimal(%u,%u)", type.precision,
		    type.scale);
	else if (type.id == TYPE_TIMESTAMP && type.is_utc)
		snprintf(out, TYPE_TEXT_BYTES, "timestamp(utc)");
	else
		snprintf(out, TYPE_TEXT_BYTES, "%s", type_name(type.id));
	return out;
}

static int
unknown_type(const char *text, size_t len, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	return error_usage(err, "'%s' is not a type: bool, i8 to i64, u8 to "
	    "u64, f32, f64, decimal(p,s), date, time, timestamp, "
	    "timestamp(utc), string, binary", error_quote(quoted, text, len));
}

static int
find_name(const char *word)
{
	for (unsigned i = 0; i < TYPE_COUNT; i++)
		if (strcasecmp(word, types[i].name) == 0)
			return (int)i;
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (strcasecmp(word, aliases[i].name) == 0)
			return (int)aliases[i].id;
	return -1;
}

int
type_parse(const char *text, size_t len, struct type *type, struct error *err)
{
	char word[TYPE_TEXT_BYTES];
	size_t used = 0;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == ' ')
			continue;
		if (used + 1 >= sizeof(word))
			return unknown_type(text, len, err);
		word[used++] = text[i];
	}
	word[used] = '\0';
	char *open = strchr(word, '(');
	unsigned precision = 18, scale = 3;	/* SQL engines' default */
	_Bool has_zone = 0;
	if (open != NULL) {
		char end = 0;
		if (strcasecmp(open, "(utc)") == 0)
			has_zone = 1;
		else if (sscanf(open, "(%2u,%2u%c", &precision, &scale,
		    &end) != 3 || end != ')') {
			scale = 0;
			if (sscanf(open, "(%2u%c", &precision, &end) != 2 ||
			    end != ')')
				return unknown_type(text, len, err);
		}
		*open = '\0';
	}
	int id = find_name(word);
	if (id < 0 || (has_zone && id != TYPE_TIMESTAMP) ||
	    (open != NULL && !has_zone && id != TYPE_DECIMAL))
		return unknown_type(text, len, err);
	*type = type_of((enum type_id)id);
	type->is_utc = has_zone;
	if (id == TYPE_DECIMAL) {
		if (precision < 1 || precision > 38 || scale > precision)
			return error_usage(err, "decimal(%u,%u): the precision "
			    "is 1 to 38, the scale 0 to the precision",
			    precision, scale);
		*type = type_decimal(precision, scale);
	}
	return 0;
}
