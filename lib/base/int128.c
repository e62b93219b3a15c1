#include "base/int128.h"

#include "base/number.h"

#define TEN_TO_19 UINT64_C(10000000000000000000)

/* Writes the low 19 digits of value with leading zeros. */
static void
write_19_digits(char *out, uint64_t value)
{
	for (int i = 18; i >= 0; i--, value /= 10)
		out[i] = (char)('0' + value % 10);
}

size_t
int128_format(char out[INT128_TEXT_BYTES], int128 value)
{
	uint128 rest = int128_abs(value);
	char head[NUMBER_I64_BYTES];
	uint64_t parts[3];
	size_t part_count = 0, len = 0, n;

	do {
		parts[part_count++] = (uint64_t)(rest % TEN_TO_19);
		rest /= TEN_TO_19;
	} while (rest != 0);
	if (value < 0)
		out[len++] = '-';
	n = number_format_u64(head, parts[--part_count]);
	memcpy(out + len, head, n);
	len += n;
	while (part_count > 0) {
		write_19_digits(out + len, parts[--part_count]);
		len += 19;
	}
	return len;
}

int
int128_parse(const char *text, size_t len, int128 *out)
{
	int128 value = 0;
	size_t i = len > 0 && (text[0] == '-' || text[0] == '+');
	int sign = i > 0 && text[0] == '-' ? -1 : 1;

	if (i == len)
		return -1;
	for (; i < len; i++) {
		unsigned digit = (unsigned char)text[i] - '0';

		/* With its sign from the start, so that MIN is read too. */
		if (digit > 9 ||
		    __builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, sign * (int)digit, &value))
			return -1;
	}
	*out = value;
	return 0;
}
