/* rgen: made-up data, the same for the same seed. */
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/text.h"
#include "cli/cli.h"
#include "format/csv_writer.h"
#include "gen/retail.h"
#include "io/output.h"
#include "io/publish.h"

static const struct cli_tool tool = {
	.name = "rgen",
	.summary = "make up data, the same for the same seed",
	.operands = "MODEL TABLE",
	.operands_min = 2,
	.operands_max = 2,
	.kind = STAGE_SOURCE,
	.notes = "MODEL is retail; its tables are customers, products and "
	    "transactions.\n"
};

struct options {
	uint64_t rows, customers, products, seed;
	const char *write, *part, *skew, *dirty, *ledger;
};

static const struct cli_option *
option_table(struct options *o)
{
	static struct cli_option table[10];
	const struct cli_option all[] = {
		{ 'n', "rows", CLI_NUMBER, "N", "transactions (1000000)",
		    &o->rows, 0 },
		{ 'C', "customers", CLI_COUNT, "N", "customers (50000)",
		    &o->customers, 0 },
		{ 'P', "products", CLI_COUNT, "N", "products (5000)",
		    &o->products, 0 },
		{ 'S', "seed", CLI_NUMBER, "N", "other data (42)", &o->seed,
		    0 },
		{ 'z', "skew", CLI_TEXT, "S", "Zipf's exponent, 0 to 4 (0.8)",
		    &o->skew, 0 },
		{ 'd', "dirty", CLI_TEXT, "FAULT=RATE,...",
		    "plant faults", &o->dirty, 0 },
		{ 'l', "ledger", CLI_TEXT, "FILE",
		    "list the planted faults, as CSV", &o->ledger,
		    CLI_NEUTRAL },
		{ 'p', "part", CLI_TEXT, "K/N", "only slice K of N",
		    &o->part, CLI_NEUTRAL },
		{ 'w', "write", CLI_TEXT, "FORMAT", "csv or stream (stream)",
		    &o->write, 0 },
		{ 0, NULL, CLI_FLAG, NULL, NULL, NULL, 0 }
	};

	memcpy(table, all, sizeof(all));
	return table;
}

static int
parse_skew(const char *text, uint32_t *skew, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	int64_t value;

	if (decimal_parse_64(text, strlen(text), 10, 4, &value) !=
	    DECIMAL_OK || value < 0 || value > 40000)
		return error_usage(err, "'%s' is not a skew from 0 to 4 of "
		    "up to four decimals",
		    error_quote(quoted, text, strlen(text)));
	*skew = (uint32_t)((value * ZIPF_SKEW_ONE + 5000) / 10000);
	return 0;
}

static int
parse_format(const char *text, _Bool *is_text, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];

	*is_text = strcmp(text, "csv") == 0;
	if (!*is_text && strcmp(text, "stream") != 0)
		return error_usage(err, "'%s' is no format; there are csv "
		    "and stream", error_quote(quoted, text, strlen(text)));
	return 0;
}

static int
read_options(const struct options *o, char **operands,
    struct retail_options *retail, struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];

	*retail = (struct retail_options){ .seed = o->seed,
	    .transactions = o->rows, .part = 1, .part_count = 1,
	    .skew = RETAIL_DEFAULT_SKEW };
	/* what is out of range stays out of range */
	retail->customers = o->customers > UINT32_MAX ?
	    UINT32_MAX : (uint32_t)o->customers;
	retail->products = o->products > UINT32_MAX ?
	    UINT32_MAX : (uint32_t)o->products;
	if (strcmp(operands[0], "retail") != 0)
		return error_usage(err, "no model '%s'; there is retail",
		    error_quote(quoted, operands[0], strlen(operands[0])));
	if (retail_table_find(operands[1], &retail->table, err) != 0 ||
	    parse_format(o->write, &retail->is_text, err) != 0)
		return -1;
	if (o->skew != NULL && parse_skew(o->skew, &retail->skew, err) != 0)
		return -1;
	if (o->dirty != NULL && dirt_parse(o->dirty, &retail->dirt, err) != 0)
		return -1;
	if (o->part != NULL && text_parse_part(o->part, &retail->part,
	    &retail->part_count, err) != 0)
		return -1;
	return retail_options_check(retail, err);
}

/* CSV into an output, with the header if this is the first slice. */
static struct batch_sink *
csv_sink(const struct retail_options *retail, struct output *output)
{
	const struct rcsv_writer_options options = {
		.delimiter = ',', .quote = '"', .null_text = "",
		.has_header = retail->part == 1
	};

	return rcsv_sink_new(&options, output);
}

static int
copy_ledger(const struct retail_options *retail, int fd, const char *path,
    struct error *err)
{
	struct output output;

	output_init(&output, fd, path);

	struct batch_source *ledger = retail_ledger_new(retail);
	struct batch_sink *sink = csv_sink(retail, &output);
	struct stages none = { 0 };
	int result = stream_copy(ledger, sink, err);

	if (result == 0)
		result = sink->finish(sink, &none, err);
	batch_sink_free(sink);
	batch_source_free(ledger);
	output_release(&output);
	return result;
}

/* The planted faults of the slice; the header is in the first, as in CSV. */
static int
write_ledger(const struct retail_options *retail, const char *path,
    struct error *err)
{
	struct publish *unit = publish_new(path, PUBLISH_REPLACE, 0, err);
	int fd = unit != NULL ? publish_open(unit, NULL, err) : -1;
	int result = fd >= 0 ? copy_ledger(retail, fd, path, err) : -1;

	if (fd >= 0)
		close(fd);
	if (result == 0)
		result = publish_commit(unit, err);
	if (unit != NULL)
		publish_free(unit);
	return result;
}

static int
run(struct cli *cli, const struct options *options, struct output *text,
    struct error *err)
{
	struct retail_options retail;

	if (read_options(options, cli->operands, &retail, err) != 0)
		return -1;

	struct batch_source *rows = retail_source_new(&retail);
	struct batch_source *in = cli_own_source(cli, rows);
	struct batch_sink *out = retail.is_text ?
	    cli_own_sink(cli, csv_sink(&retail, text)) :
	    cli_output(cli, err);

	if (out == NULL)
		return -1;
	if (options->ledger != NULL &&
	    write_ledger(&retail, options->ledger, err) != 0)
		return -1;
	if (stream_copy(in, out, err) != 0)
		return -1;
	cli_stage(cli)->counts.in = retail_source_rows(rows);
	return 0;
}

int
main(int argc, char **argv)
{
	struct options options = {
		.rows = RETAIL_DEFAULT_TRANSACTIONS,
		.customers = RETAIL_DEFAULT_CUSTOMERS,
		.products = RETAIL_DEFAULT_PRODUCTS,
		.seed = 42,
		.write = "stream"
	};
	struct cli cli;
	struct output text;
	struct error err = { 0 };

	cli_parse(&cli, &tool, option_table(&options), argc, argv);
	output_init(&text, STDOUT_FILENO, "standard output");

	int status = cli_finish(&cli, run(&cli, &options, &text, &err), &err);

	output_release(&text);
	return status;
}
