/*
 * decimal_parse_64 and decimal_parse_128 (base/decimal.h); included once for
 * each by decimal_text.c, with the type NUMBER and NAME(x) making names.
 */

/*
 * *value * 10^len + digits; -1 if that is not below limit, a power of ten.
 * What is not below a tenth of it is too large already: nothing overflows.
 */
static int
NAME(append)(const char *digits, size_t len, NUMBER limit, NUMBER *value)
{
	NUMBER tenth = limit / 10;

	for (size_t i = 0; i < len; i++) {
		if (*value >= tenth)
			return -1;
		*value = *value * 10 + (digits[i] - '0');
	}
	return 0;
}

enum decimal_status
NAME(decimal_parse)(const char *text, size_t len, unsigned precision,
    unsigned scale, NUMBER *out)
{
	struct parts parts;
	NUMBER value = 0;
	NUMBER limit = NAME(decimal_pow10)[precision];
	_Bool is_exact;

	if (split(text, len, 0, &parts) != 0)
		return DECIMAL_SYNTAX;
	is_exact = cut_fraction(&parts, scale);
	if (!is_exact)
		parts.fraction_len = scale;
	if (NAME(append)(parts.whole, parts.whole_len, limit, &value) != 0 ||
	    NAME(append)(parts.fraction, parts.fraction_len, limit,
	    &value) != 0 ||
	    value >= NAME(decimal_pow10)[precision -
	    (scale - parts.fraction_len)])
		return DECIMAL_OVERFLOW;
	if (!is_exact)
		return DECIMAL_INEXACT;
	value *= NAME(decimal_pow10)[scale - parts.fraction_len];
	*out = parts.is_negative ? -value : value;
	return DECIMAL_OK;
}

#undef NUMBER
#undef NAME
