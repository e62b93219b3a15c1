#include "gen/weather.h"

#include <stdio.h>

#include "base/decimal.h"
#include "batch/builder.h"
#include "gen/names.h"
#include "gen/random.h"
#include "gen/walk.h"
#include "io/input.h"

#define MAX_FILE_BYTES (UINT32_C(64) << 20)
#define SCALE 10		/* temperatures are tenths */
#define DEVIATION 10

struct weather {
	struct batch_source source;
	struct stream_header header;
	struct stages stages;
	struct walk walk;
	uint64_t station_key, reading_key;
	struct dictionary *names;	/* owned */
	int64_t *means;			/* owned; tenths, by code */
	struct batch_builder builder;
};

/* Twelve uniform numbers less six (Irwin-Hall): tenths of a degree. */
static int64_t
reading(const struct weather *self, uint64_t row, int64_t mean)
{
	uint64_t sum = 0;
	for (uint64_t i = 0; i < 12; i++)
		sum += random_high(random_at(self->reading_key,
		    row * 12 + i));
	double z = (double)sum / 4294967296.0 - 6;
	double value = (double)mean + z * DEVIATION * SCALE;
	return (int64_t)(value < 0 ? value - 0.5 : value + 0.5);
}

static int
weather_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct weather *self = (struct weather *)source;
	struct batch like = {0};
	uint64_t first;
	uint32_t count;
	(void)err;
	if (!walk_next(&self->walk, &first, &count, &like.block))
		return 0;
	batch_builder_clear(&self->builder);
	column_builder_use_dictionary(&self->builder.columns[0], self->names,
	    dictionary_code_bytes(self->names->count));
	for (uint64_t row = first; row < first + count; row++) {
		uint32_t station = random_below(random_high(random_at(
		    self->station_key, row)), self->names->count);
		int64_t value = reading(self, row, self->means[station]);
		column_builder_append_code(&self->builder.columns[0],
		    station);
		column_builder_append_value(&self->builder.columns[1],
		    &value);
	}
	*batch = batch_builder_view(&self->builder, &like);
	return 1;
}

static const struct stages *
weather_stages(struct batch_source *source)
{
	return &((struct weather *)source)->stages;
}

static void
weather_free(struct batch_source *source)
{
	struct weather *self = (struct weather *)source;
	batch_builder_release(&self->builder);
	stream_header_release(&self->header);
	dictionary_free(self->names);
	mem_free(self->means);
	mem_free(self);
}

/* ---- stations -------------------------------------------------------- */

/* NAME,MEAN: one more station. */
static int
add_line(struct weather *self, const char *line, size_t len, uint32_t number,
    const char *path, struct error *err)
{
	const char *mark = memchr(line, ';', len);
	if (mark == NULL)
		mark = memrchr(line, ',', len);
	size_t name_len = mark != NULL ? (size_t)(mark - line) : 0;
	int64_t mean;
	if (mark == NULL || name_len == 0 || decimal_parse_64(mark + 1,
	    len - name_len - 1, 6, 1, &mean) != DECIMAL_OK)
		return number == 1 ? 0 : error_data(err, "%s:%u: a line is "
		    "NAME,MEAN", path, number);
	uint32_t before = self->names->count;
	uint32_t code = dictionary_add(self->names, line,
	    (uint32_t)name_len);
	if (code == DICTIONARY_NONE || before == WEATHER_MAX_STATIONS)
		return error_data(err, "%s:%u: more than %u stations", path,
		    number, WEATHER_MAX_STATIONS);
	if (code != before)
		return error_data(err, "%s:%u: this station comes twice",
		    path, number);
	self->means[code] = mean;
	return 0;
}

static int
read_stations(struct weather *self, const char *path, struct error *err)
{
	struct buffer text = {0};
	uint32_t number = 0;
	int result = input_read_whole(path, MAX_FILE_BYTES, &text, err);
	const char *at = (const char *)text.data;
	const char *end = at + text.len;
	while (result == 0 && at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		if (stop == NULL)
			stop = end;
		size_t len = (size_t)(stop - at);
		len -= len > 0 && at[len - 1] == '\r';
		number++;
		if (len > 0 && *at != '#')
			result = add_line(self, at, len, number, path, err);
		at = stop + 1;
	}
	buffer_release(&text);
	if (result == 0 && self->names->count == 0)
		result = error_data(err, "%s names no station", path);
	return result;
}

static void
make_stations(struct weather *self, uint64_t seed, uint32_t count)
{
	uint64_t key = random_key(seed, UINT32_MAX, UINT32_MAX);
	for (uint64_t i = 0; self->names->count < count; i++) {
		char name[NAMES_MAX_BYTES + 16];
		uint64_t bits = random_at(key, i);
		uint32_t list_count;
		const char *const *list = names_list(
		    (enum names_culture)random_below(random_low(bits),
		    NAMES_CULTURES), NAMES_FAMILY, &list_count);
		int len = snprintf(name, sizeof(name), "%s",
		    list[random_below(random_high(bits), list_count)]);
		/* another one of this name */
		if (dictionary_find(self->names, name, (uint32_t)len) !=
		    DICTIONARY_NONE)
			len = snprintf(name + len, sizeof(name) - (size_t)len,
			    " %u", self->names->count) + len;
		uint32_t code = dictionary_add(self->names, name,
		    (uint32_t)len);
		self->means[code] = (int64_t)random_below(random_high(
		    hash_u64(bits)), 401) - 100;
	}
}

struct batch_source *
weather_source_new(const struct weather_options *options, struct error *err)
{
	if (options->station_count < 1 ||
	    options->station_count > WEATHER_MAX_STATIONS) {
		error_usage(err, "there are from 1 to %u stations",
		    WEATHER_MAX_STATIONS);
		return NULL;
	}
	struct weather *self = mem_zalloc(sizeof(*self));
	self->source = (struct batch_source){.header = &self->header,
	    .next = weather_next, .stages = weather_stages,
	    .free = weather_free};
	self->names = dictionary_new();
	self->means = mem_array(WEATHER_MAX_STATIONS, sizeof(*self->means));
	self->station_key = random_key(options->seed, UINT32_MAX, 0);
	self->reading_key = random_key(options->seed, UINT32_MAX, 1);
	if (options->stations == NULL) {
		make_stations(self, options->seed,
		    (uint32_t)options->station_count);
	} else if (read_stations(self, options->stations, err) != 0) {
		weather_free(&self->source);
		return NULL;
	}
	schema_add(&self->header.schema, "station", 7, type_of(TYPE_STRING),
	    0);
	schema_add(&self->header.schema, "temperature", 11,
	    type_decimal(4, 1), 0);
	self->header.has_blocks = !options->is_text;
	if (self->header.has_blocks) {
		self->stages.extent = options->rows;
		self->stages.block_count = walk_block_count(options->rows);
	}
	walk_init(&self->walk, options->rows, options->part,
	    options->part_count, options->is_text);
	batch_builder_init(&self->builder, &self->header.schema);
	return &self->source;
}
