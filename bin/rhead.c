/* rhead: the first rows of a stream. */
#include "batch/builder.h"
#include "cli/cli.h"

static const struct cli_tool tool = {
	.name = "rhead",
	.summary = "pass on the first rows, then stop",
	.operands = "[FILE]",
	.operands_max = 1,
	.kind = STAGE_HEAD,
	.operands_are_places = 1,
};

struct options {
	uint64_t rows;
	_Bool is_draining;
};

/* Writes the batch's first `left` rows, all if it has no more. */
static int
write_first(struct batch_sink *out, const struct batch *batch,
    struct batch_builder *cut, uint64_t left, struct error *err)
{
	if (batch->row_count <= left)
		return batch_sink_write(out, batch, err);
	batch_builder_clear(cut);
	if (batch_builder_append(cut, batch, 0, (uint32_t)left) != 0)
		return error_data(err, "a batch's text passes 2 GiB");
	return batch_sink_write(out, batch_builder_view(cut, NULL), err);
}

static int
run(const struct options *options, struct batch_source *in,
    struct batch_sink *out, struct error *err)
{
	struct stream_header header;
	struct batch_builder cut;
	const struct batch *batch;
	uint64_t left = options->rows;
	stream_header_copy(&header, in->header);
	header.has_blocks = 0;
	batch_builder_init(&cut, &in->header->schema);
	int result = out->begin(out, &header, err);
	/* Stops at once when it has its rows: what feeds it then dies of the
	 * closed pipe, on purpose. */
	while (result == 0 && (left > 0 || options->is_draining)) {
		result = batch_source_next(in, &batch, err);
		if (result != 1)
			break;
		result = left > 0 ? write_first(out, batch, &cut, left, err) :
		    0;
		left -= batch->row_count < left ? batch->row_count : left;
	}
	batch_builder_release(&cut);
	stream_header_release(&header);
	return result;
}

int
main(int argc, char **argv)
{
	struct options options = {.rows = 10};
	const struct cli_option table[] = {
		{'n', "rows", CLI_NUMBER, "N", "how many rows (10)",
		    &options.rows, 0},
		{'d', "drain", CLI_FLAG, NULL,
		    "read to the end, so that nothing before fails",
		    &options.is_draining, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	struct batch_sink *out = cli_output(&cli, &err);
	struct batch_source *in = out == NULL ? NULL :
	    cli_open_input(&cli, cli.operand_count > 0 ? cli.operands[0] : "-",
	    &err);
	int result = in != NULL ? run(&options, in, out, &err) : -1;
	return cli_finish(&cli, result, &err);
}
