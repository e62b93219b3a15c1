#include "format/csv_index.h"

#include "base/mem.h"
#include "check.h"

static uint64_t
next_random(uint64_t *state)
{
	*state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return *state >> 33;
}

/* RFC 4180 byte by byte: what the index must say. */
struct expected {
	uint32_t separators[4096], newlines[4096], faults[4096];
	uint32_t separator_count, newline_count, fault_count;
	uint64_t quoted_newlines;
	_Bool is_inside;
};

static void
expect(const char *text, uint32_t len, struct expected *e)
{
	*e = (struct expected){0};
	_Bool may_open = 1, must_end = 0, must_feed = 0;
	for (uint32_t i = 0; i < len; i++) {
		char c = text[i];
		_Bool was_inside = e->is_inside;
		e->is_inside ^= c == '"';
		_Bool opens = c == '"' && e->is_inside;
		_Bool closes = c == '"' && !e->is_inside;
		_Bool ends = !e->is_inside && !was_inside &&
		    (c == ',' || c == '\n');
		_Bool is_cr = c == '\r' && !e->is_inside;
		_Bool fault = (opens && !may_open) ||
		    (must_end && !ends && !opens && !is_cr) ||
		    (must_feed && !(ends && c == '\n'));
		if (ends)
			e->separators[e->separator_count++] = i;
		if (ends && c == '\n')
			e->newlines[e->newline_count++] = i;
		if (fault)
			e->faults[e->fault_count++] = i;
		e->quoted_newlines += c == '\n' && e->is_inside;
		may_open = ends || closes;
		must_end = closes;
		must_feed = is_cr;
	}
}

static void
check_same(const struct rcsv_index *index, const struct expected *e)
{
	CHECK_INT(index->separator_count, e->separator_count);
	CHECK_INT(index->newline_count, e->newline_count);
	CHECK_INT(index->fault_count, e->fault_count);
	CHECK_INT(index->quoted_newlines, e->quoted_newlines);
	CHECK_INT(index->inside != 0, e->is_inside);
	CHECK_BYTES(index->separators, e->separators,
	    e->separator_count * sizeof(uint32_t));
	CHECK_BYTES(index->newlines, e->newlines,
	    e->newline_count * sizeof(uint32_t));
	CHECK_BYTES(index->faults, e->faults,
	    e->fault_count * sizeof(uint32_t));
}

static const char *const levels[] = {"portable", "avx2", "avx512"};

/* Random text of mostly special bytes, indexed in random pieces. */
static void
every_level_finds_what_a_state_machine_finds(void)
{
	static struct expected e;
	uint64_t state = 1;
	struct buffer text = {0};
	for (int round = 0; round < 3000; round++) {
		uint32_t len = (uint32_t)(next_random(&state) % 700);
		uint32_t plain = (uint32_t)(next_random(&state) % 90);
		buffer_resize(&text, len);
		for (uint32_t i = 0; i < len; i++) {
			uint64_t r = next_random(&state) % (10 + plain);
			text.data[i] = (uint8_t)(r < 5 ?
			    (uint64_t)",\n\"\r\""[r] :
			    r == 5 ? 0xc3 : 'a' + r % 26);
		}
		expect((const char *)text.data, len, &e);
		setenv("RIFFLE_SIMD", levels[round % 3], 1);
		struct rcsv_index index;
		rcsv_index_init(&index, ',', '"', 1);
		rcsv_index_reserve(&index, len);
		rcsv_index_start(&index, 0);
		for (uint32_t at = 0; at < len;) {
			uint32_t stop = at + (uint32_t)(next_random(&state) %
			    300) + 1;
			stop = stop < len ? stop : len;
			rcsv_index_run(&index, text.data, at, stop);
			at = stop;
		}
		check_same(&index, &e);
		struct rcsv_tally tally = {0};
		rcsv_index_count(&index, text.data, len, &tally);
		uint64_t quotes = 0;
		for (uint32_t i = 0; i < len; i++)
			quotes += text.data[i] == '"';
		CHECK_INT(tally.quotes, quotes);
		rcsv_index_release(&index);
		if (check_state.failed_checks > 0)
			break;
	}
	unsetenv("RIFFLE_SIMD");
	buffer_release(&text);
}

static void
without_a_quote_no_byte_is_one(void)
{
	struct rcsv_index index;
	struct rcsv_tally tally = {0};
	struct buffer text = {0};
	buffer_append_text(&text, "a\",b\n");
	for (int i = 0; i < 3; i++) {
		setenv("RIFFLE_SIMD", levels[i], 1);
		rcsv_index_init(&index, ',', '"', 0);
		rcsv_index_reserve(&index, text.len);
		rcsv_index_start(&index, 0);
		rcsv_index_run(&index, text.data, 0, (uint32_t)text.len);
		CHECK_INT(index.separator_count, 2);
		CHECK_INT(index.fault_count, 0);
		rcsv_index_count(&index, text.data, text.len, &tally);
		CHECK_INT(tally.quotes, 0);
		rcsv_index_release(&index);
	}
	unsetenv("RIFFLE_SIMD");
	buffer_release(&text);
}

int
main(void)
{
	RUN(every_level_finds_what_a_state_machine_finds);
	RUN(without_a_quote_no_byte_is_one);
	return check_done();
}
