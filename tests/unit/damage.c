/* Streams that are damaged or cut, and many batches without rows. */
#include "check.h"

#include <sys/mman.h>

#include "base/fd.h"
#include "batch/builder.h"
#include "io/input.h"
#include "table/dataset.h"
#include "wire/stream_reader.h"
#include "wire/stream_writer.h"

#define EMPTY_BATCHES 1000000

/* Reads all of a stream that these bytes are: the rows, or -1. */
static int64_t
read_all(const uint8_t *bytes, size_t len, struct error *err)
{
	const struct batch *batch;
	int64_t rows = 0;
	int fd = memfd_create("stream", MFD_CLOEXEC);
	CHECK_INT(fd_write_full(fd, bytes, len, "memory", err), 0);
	CHECK_INT(lseek(fd, 0, SEEK_SET), 0);
	struct batch_source *source = stream_reader_new(fd, 1, "a stream",
	    err);
	if (source == NULL)
		return -1;
	int got;
	while ((got = batch_source_next(source, &batch, err)) == 1)
		rows += batch->row_count;
	batch_source_free(source);
	return got == 0 ? rows : -1;
}

static void
every_flipped_bit_is_refused(void)
{
	static const char *const samples[] = {"transactions", "types",
	    "empty", "partial"};
	for (size_t s = 0; s < sizeof(samples) / sizeof(samples[0]); s++) {
		char *path = mem_printf("tests/fuzz/corpus/frame/%s",
		    samples[s]);
		struct buffer bytes = {0};
		struct error err = {0};
		CHECK_INT(input_read_whole(path, 1 << 20, &bytes, &err), 0);
		CHECK(read_all(bytes.data, bytes.len, &err) >= 0);
		for (size_t bit = 0; bit < bytes.len * 8; bit++) {
			bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			err = (struct error){0};
			CHECK_INT(read_all(bytes.data, bytes.len, &err), -1);
			CHECK(err.status == STATUS_DATA &&
			    strstr(err.text, "a stream") != NULL);
			bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		buffer_release(&bytes);
		mem_free(path);
	}
}

static void
every_cut_is_refused(void)
{
	struct buffer bytes = {0};
	struct error err = {0};
	CHECK_INT(input_read_whole("tests/fuzz/corpus/frame/types", 1 << 20,
	    &bytes, &err), 0);
	for (size_t len = 0; len < bytes.len; len++) {
		err = (struct error){0};
		CHECK_INT(read_all(bytes.data, len, &err), -1);
		CHECK_INT(err.status, STATUS_DATA);
		CHECK(strstr(err.text, "a stream") != NULL);
	}
	buffer_release(&bytes);
}

/* Reads all of a Parquet file that these bytes are: the rows, or -1. */
static int64_t
read_parquet(const uint8_t *bytes, size_t len, struct error *err)
{
	char path[64];
	char *paths[] = {path};
	const struct dataset_options options = {.paths = paths,
	    .path_count = 1};
	struct dataset_counts counts = {0};
	const struct batch *batch;
	int64_t rows = 0;
	int got = -1;
	int fd = memfd_create("parquet", MFD_CLOEXEC);
	CHECK_INT(fd_write_full(fd, bytes, len, "memory", err), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	struct batch_source *source = dataset_new(&options, &counts, err);
	while (source != NULL &&
	    (got = batch_source_next(source, &batch, err)) == 1)
		rows += batch->row_count;
	batch_source_free(source);
	close(fd);
	return got == 0 ? rows : -1;
}

static void
every_flipped_bit_and_cut_of_parquet_is_refused(void)
{
	static const char *const samples[] = {"transactions", "products",
	    "types", "empty", "keys"};
	for (size_t s = 0; s < sizeof(samples) / sizeof(samples[0]); s++) {
		char *path = mem_printf("tests/fuzz/corpus/parquet/%s",
		    samples[s]);
		struct buffer bytes = {0};
		struct error err = {0};
		CHECK_INT(input_read_whole(path, 1 << 20, &bytes, &err), 0);
		CHECK(read_parquet(bytes.data, bytes.len, &err) >= 0);
		for (size_t bit = 0; bit < bytes.len * 8; bit++) {
			bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			err = (struct error){0};
			int64_t rows = read_parquet(bytes.data, bytes.len,
			    &err);
			if (rows != -1)
				check_failed(__FILE__, __LINE__, "%s: bit %zu "
				    "of byte %zu", samples[s], bit % 8,
				    bit / 8);
			CHECK(rows != -1 || strstr(err.text, "/proc/self") !=
			    NULL);
			bytes.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		for (size_t len = 0; len < bytes.len; len++)
			CHECK_INT(read_parquet(bytes.data, len, &err), -1);
		buffer_release(&bytes);
		mem_free(path);
	}
}

static void
a_million_batches_without_rows_are_nothing(void)
{
	struct stream_header header = {0};
	struct batch_builder builder;
	struct stages stages = {0};
	struct error err = {0};
	const struct batch *batch;
	int fd = memfd_create("stream", MFD_CLOEXEC);
	schema_add(&header.schema, "a", 1, type_of(TYPE_I32), 0);
	batch_builder_init(&builder, &header.schema);
	batch = batch_builder_view(&builder, NULL);
	struct batch_sink *sink = stream_writer_new(fd, "memory");
	CHECK_INT(sink->begin(sink, &header, &err), 0);
	for (int i = 0; i < EMPTY_BATCHES; i++)
		CHECK_INT(batch_sink_write(sink, batch, &err), 0);
	struct stage stage = {.kind = STAGE_SOURCE, .tool = mem_strdup("t")};
	stages_add(&stages, &stage);
	CHECK_INT(sink->finish(sink, &stages, &err), 0);
	batch_sink_free(sink);
	CHECK_INT(lseek(fd, 0, SEEK_SET), 0);
	struct batch_source *source = stream_reader_new(fd, 1, "memory",
	    &err);
	CHECK(source != NULL);
	uint64_t rows = 0;
	int got;
	while ((got = batch_source_next(source, &batch, &err)) == 1)
		rows += batch->row_count;
	CHECK_INT(got, 0);
	CHECK_INT(rows, 0);
	batch_source_free(source);
	batch_builder_release(&builder);
	stream_header_release(&header);
	stages_release(&stages);
	stage_release(&stage);
}

int
main(void)
{
	RUN(every_flipped_bit_is_refused);
	RUN(every_cut_is_refused);
	RUN(every_flipped_bit_and_cut_of_parquet_is_refused);
	RUN(a_million_batches_without_rows_are_nothing);
	return check_done();
}
