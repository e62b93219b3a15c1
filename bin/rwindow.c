/* rwindow: SQL's window functions. */
#include "cli/cli.h"
#include "op/sort.h"
#include "op/window.h"

static const struct cli_tool tool = {
	.name = "rwindow",
	.summary = "add columns computed over windows of rows",
	.operands = "FUNCTIONS",
	.operands_min = 1,
	.operands_max = 1,
	.kind = STAGE_FILTER,
	.notes = "FUNCTIONS is a list of [NAME =] FUNCTION(...) [FRAME]; "
	    "functions are row_number,\nrank, dense_rank, lag, lead, "
	    "first_value, last_value, count, sum, avg, min, max, share\n",
};

struct options {
	struct window_options window;
	_Bool sorts;
};

/* The input in the order that its windows need. */
struct sorted {
	struct batch_source source;
	struct batch_source *in;	/* borrowed */
	struct sort_key *keys;		/* owned */
	struct sorter *sorter;		/* owned */
	_Bool is_ended;
};

static int
sorted_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct sorted *sorted = (struct sorted *)source;
	int got = 0;
	while (!sorted->is_ended) {
		const struct batch *rows;
		got = batch_source_next(sorted->in, &rows, err);
		if (got == 1)
			got = sorter_add(sorted->sorter, rows, err);
		else if (got == 0) {
			sorted->is_ended = 1;
			got = sorter_end(sorted->sorter, err);
		}
		if (got != 0)
			return -1;
	}
	return sorter_next(sorted->sorter, batch, err);
}

static int
sort_first(const struct options *options, struct cli *cli,
    struct batch_source *in, struct sorted *sorted, struct error *err)
{
	uint32_t order_at;
	struct sort_options sort = {.schema = &in->header->schema,
	    .temporary_folder = cli->temporary_folder};
	if (window_keys(&options->window, sort.schema, &sorted->keys,
	    &sort.key_count, &order_at, err) != 0)
		return -1;
	if (sort.key_count == 0)
		return error_usage(err, "--sort needs --partition or --order");
	sort.keys = sorted->keys;
	sorted->in = in;
	sorted->source = (struct batch_source){.header = in->header,
	    .next = sorted_next};
	sorted->sorter = sorter_new(&sort, &cli->budget);
	return 0;
}

static int
run(const struct options *options, struct cli *cli, struct sorted *sorted,
    struct error *err)
{
	struct batch_source *in = cli_input(cli, err);
	struct batch_sink *out = in != NULL ? cli_output(cli, err) : NULL;
	if (out == NULL)
		return -1;
	if (options->sorts) {
		if (sort_first(options, cli, in, sorted, err) != 0)
			return -1;
		in = &sorted->source;
	}
	return window_run(&options->window, in, out,
	    &cli_stage(cli)->counts.qualified, err);
}

int
main(int argc, char **argv)
{
	struct options options = {0};
	const struct cli_option table[] = {
		{'o', "order", CLI_TEXT, "KEYS", "the order in a partition",
		    &options.window.order, 0},
		{'p', "partition", CLI_TEXT, "COLUMNS",
		    "rows that agree in these see each other (all rows)",
		    &options.window.partition, 0},
		{'q', "qualify", CLI_TEXT, "EXPR",
		    "keep only rows for which EXPR is true",
		    &options.window.qualify, 0},
		{'s', "sort", CLI_FLAG, NULL,
		    "sort the input first, which is otherwise checked",
		    &options.sorts, 0},
		{0},
	};
	struct cli cli;
	struct error err = {0};
	struct sorted sorted = {0};
	cli_parse(&cli, &tool, table, argc, argv);
	options.window.items = cli.operands[0];
	int result = run(&options, &cli, &sorted, &err);
	sorter_free(sorted.sorter);
	mem_free(sorted.keys);
	return cli_finish(&cli, result, &err);
}
