/* Strings numbered and ranked, against qsort. */
#include "op/key/key_strings.h"

#include "check.h"

#define MAX_COUNT 20000
#define MAX_LEN 200

struct text {
	uint8_t bytes[MAX_LEN];
	uint32_t len, number;
};

static struct text texts[MAX_COUNT];

static uint32_t
below(uint32_t limit)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state >> 33) % limit;
}

static int
compare(const void *a, const void *b)
{
	const struct text *x = a, *y = b;
	int order = memcmp(x->bytes, y->bytes,
	    x->len < y->len ? x->len : y->len);

	return order != 0 ? order : (x->len > y->len) - (x->len < y->len);
}

/* Few different bytes, zeros among them, behind much that is common. */
static void
make(uint32_t count, uint32_t letters, uint32_t prefix)
{
	for (uint32_t i = 0; i < count; i++) {
		struct text *text = &texts[i];

		text->len = prefix + below(24);
		if (below(10) == 0)
			text->len = below(MAX_LEN);
		memset(text->bytes, 'p', sizeof(text->bytes));
		for (uint32_t at = prefix; at < text->len; at++)
			text->bytes[at] = (uint8_t)below(letters);
	}
}

static void
check(uint32_t count)
{
	struct key_strings strings = { 0 };
	uint32_t *ranks;
	uint32_t rank = 0;

	for (uint32_t i = 0; i < count; i++)
		texts[i].number = key_strings_add(&strings, texts[i].bytes,
		    texts[i].len);
	ranks = mem_array((size_t)strings.count + 1, sizeof(*ranks));
	key_strings_rank(&strings, ranks);
	qsort(texts, count, sizeof(*texts), compare);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t len;

		rank += i > 0 && compare(&texts[i - 1], &texts[i]) != 0;
		CHECK_INT(ranks[texts[i].number], rank);
		CHECK(memcmp(key_strings_get(&strings, texts[i].number,
		    &len), texts[i].bytes, texts[i].len) == 0 &&
		    len == texts[i].len);
	}
	CHECK_INT(strings.count, count == 0 ? 0 : rank + 1);
	mem_free(ranks);
	key_strings_release(&strings);
}

static void
ranks_are_the_bytewise_order(void)
{
	static const uint32_t prefixes[] = { 0, 3, 8, 100, 170 };

	for (uint32_t letters = 1; letters <= 256; letters *= 4) {
		for (int i = 0; i < 5; i++) {
			make(3000, letters, prefixes[i]);
			check(i == 4 ? (uint32_t)(letters % 3) : 3000);
		}
	}
	make(MAX_COUNT, 200, 5);
	check(MAX_COUNT);
}

int
main(void)
{
	RUN(ranks_are_the_bytewise_order);
	return check_done();
}
