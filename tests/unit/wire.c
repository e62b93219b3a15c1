#include <fcntl.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/mem.h"
#include "batch/builder.h"
#include "check.h"
#include "wire/meta.h"
#include "wire/stream_reader.h"
#include "wire/stream_writer.h"

/* A stream of three columns with nulls, codes and text, in a file. */
static int
write_stream(uint32_t batches, _Bool is_finished)
{
	struct error err = {0};
	int fd = fd_open_temporary(NULL, &err);
	struct stream_header header = {0};
	struct dictionary *regions = dictionary_new();
	struct batch_builder builder;
	struct stages stages = {0};
	struct stage stage = {.kind = STAGE_SOURCE, .tool = (char *)"test"};
	schema_add(&header.schema, "id", 2, type_of(TYPE_I64), 0);
	schema_add(&header.schema, "region", 6, type_of(TYPE_STRING), 1);
	schema_add(&header.schema, "name", 4, type_of(TYPE_STRING), 1);
	struct batch_sink *sink = stream_writer_new(fd, "test.rfl");
	CHECK_INT(sink->begin(sink, &header, &err), 0);
	batch_builder_init(&builder, &header.schema);
	for (uint32_t b = 0; b < batches; b++) {
		batch_builder_clear(&builder);
		column_builder_use_dictionary(&builder.columns[1], regions, 1);
		for (int64_t i = 0; i < 100; i++) {
			char text[32];
			int len = snprintf(text, sizeof(text), "n%d", (int)i);
			column_builder_append_value(&builder.columns[0], &i);
			if (i % 10 == 0)
				column_builder_append_null(&builder.columns[1]);
			else
				column_builder_append_code(&builder.columns[1],
				    dictionary_add(regions, text + 1,
				    (uint32_t)len - 1) % 200);
			column_builder_append_bytes(&builder.columns[2], text,
			    (uint32_t)len);
		}
		stage.counts.in += 100;
		stage.counts.out += 100;
		const struct batch *view = batch_builder_view(&builder, NULL);
		CHECK_INT(sink->write(sink, view, &err), 0);
	}
	stages_add(&stages, &stage);
	if (is_finished)
		CHECK_INT(sink->finish(sink, &stages, &err), 0);
	sink->free(sink);
	stages_release(&stages);
	batch_builder_release(&builder);
	dictionary_free(regions);
	stream_header_release(&header);
	lseek(fd, 0, SEEK_SET);
	return fd;
}

/* Reads to the end: the number of rows, or -1 with err set. */
static int64_t
read_stream(int fd, struct error *err)
{
	struct batch_source *source = stream_reader_new(fd, 0, "test.rfl", err);
	const struct batch *batch;
	int64_t rows = 0;
	int got = -1;
	if (source == NULL)
		return -1;
	while ((got = source->next(source, &batch, err)) == 1) {
		for (uint32_t row = 0; row < batch->row_count; row++) {
			uint32_t len;
			CHECK_INT(((const int64_t *)
			    batch->columns[0].values)[row], row);
			CHECK(column_is_null(&batch->columns[1], row) ==
			    (row % 10 == 0));
			const uint8_t *name = column_bytes(&batch->columns[2],
			    row, &len);
			CHECK(name[0] == 'n');
		}
		rows += batch->row_count;
	}
	source->free(source);
	return got == 0 ? rows : -1;
}

static void
a_stream_reads_back_as_it_was_written(void)
{
	struct error err = {0};
	int fd = write_stream(5, 1);
	CHECK_INT(read_stream(fd, &err), 500);
	close(fd);
}

static void
a_stream_without_an_end_frame_is_bad_data(void)
{
	struct error err = {0};
	int fd = write_stream(2, 0);
	CHECK_INT(read_stream(fd, &err), -1);
	CHECK_INT(err.status, STATUS_DATA);
	CHECK(strstr(err.text, "end frame is missing") != NULL);
	close(fd);
}

static void
every_flipped_byte_is_noticed(void)
{
	int fd = write_stream(1, 1);
	int64_t size = fd_file_size(fd);
	for (int64_t at = 0; at < size; at += 1) {
		struct error err = {0};
		uint8_t byte;
		CHECK_INT(pread(fd, &byte, 1, at), 1);
		byte ^= 0x10;
		CHECK_INT(pwrite(fd, &byte, 1, at), 1);
		lseek(fd, 0, SEEK_SET);
		CHECK_INT(read_stream(fd, &err), -1);
		byte ^= 0x10;
		CHECK_INT(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

static void
every_cut_is_noticed(void)
{
	int fd = write_stream(1, 1);
	int64_t size = fd_file_size(fd);
	for (int64_t at = size - 1; at >= 0; at -= 7) {
		struct error err = {0};
		CHECK_INT(ftruncate(fd, at), 0);
		lseek(fd, 0, SEEK_SET);
		CHECK_INT(read_stream(fd, &err), -1);
		CHECK_INT(err.status, STATUS_DATA);
	}
	close(fd);
}

static void
an_abort_frame_carries_its_status(void)
{
	struct error err = {0};
	int fd = fd_open_temporary(NULL, &err);
	struct batch_sink *sink = stream_writer_new(fd, "test.rfl");
	struct stages stages = {0};
	struct error why = {0};
	error_data(&why, "the disk ate it");
	sink->abort(sink, &why, &stages);
	sink->free(sink);
	lseek(fd, 0, SEEK_SET);
	CHECK_INT(read_stream(fd, &err), -1);
	CHECK_INT(err.status, STATUS_DATA);
	CHECK(err.is_passed_on);
	CHECK_TEXT(err.text, "riffle: the disk ate it");
	close(fd);
}

static void
a_meta_that_claims_more_than_it_has_costs_no_memory(void)
{
	static const uint8_t lies[][6] = {
		{0x81, 0xdd, 0x20, 0, 0, 0},	/* array of 2^29 */
		{0xdf, 0x7f, 0xff, 0xff, 0xff, 0},
		{0x81, 0xa1, 'a', 0xc6, 0x7f, 0xff},
	};
	for (size_t i = 0; i < 3; i++) {
		struct error err = {0};
		size_t used;
		CHECK(meta_parse(lies[i], sizeof(lies[i]), &used, &err) ==
		    NULL);
	}
}

static void
a_frame_that_claims_a_gigabyte_gets_memory_as_it_arrives(void)
{
	static const uint8_t claim[] = {0xc9, 0x3f, 0xff, 0xff, 0xff, 1, 0};
	struct error err = {0};
	int fd = fd_open_temporary(NULL, &err);
	CHECK_INT(write(fd, claim, sizeof(claim)), sizeof(claim));
	lseek(fd, 0, SEEK_SET);
	struct frame_reader reader;
	struct frame frame = {0};
	frame_reader_init(&reader, fd, "test.rfl");
	CHECK_INT(frame_reader_next(&reader, &frame, &err), -1);
	CHECK(reader.partial.memory.capacity <= 4 << 20);
	CHECK_INT(err.status, STATUS_DATA);
	frame_reader_release(&reader);
	frame_release(&frame);
	close(fd);
}

int
main(void)
{
	RUN(a_stream_reads_back_as_it_was_written);
	RUN(a_stream_without_an_end_frame_is_bad_data);
	RUN(every_flipped_byte_is_noticed);
	RUN(every_cut_is_noticed);
	RUN(an_abort_frame_carries_its_status);
	RUN(a_meta_that_claims_more_than_it_has_costs_no_memory);
	RUN(a_frame_that_claims_a_gigabyte_gets_memory_as_it_arrives);
	return check_done();
}
