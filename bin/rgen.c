/* rgen: made-up data, the same for the same seed. */
#include <string.h>
#include <unistd.h>

#include "base/decimal.h"
#include "base/text.h"
#include "cli/cli.h"
#include "format/csv_writer.h"
#include "gen/benchmark.h"
#include "gen/made.h"
#include "gen/retail_text.h"
#include "gen/weather.h"
#include "io/output.h"
#include "io/publish.h"

#define DEFAULT_SEED 42
#define BENCHMARK_SEED 108

static const struct cli_tool tool = {
	.name = "rgen",
	.summary = "make up data, the same for the same seed",
	.operands = "MODEL TABLE",
	.operands_min = 0,
	.operands_max = 2,
	.kind = STAGE_SOURCE,
	.notes = "MODEL TABLE is one of\n"
	    "  retail customers|products|transactions\n"
	    "  db-benchmark groupby|join|small|medium|big\n"
	    "  weather measurements\n"
	    "With -s there are no operands: the table is the schema's.\n"
};

struct options {
	uint64_t rows, customers, products, seed, groups;
	const char *write, *part, *skew, *dirty, *ledger, *schema, *stations;
	/* as read */
	_Bool is_text;
	uint64_t slice, slice_count;
};

static const struct cli_option *
option_table(struct options *o)
{
	static struct cli_option table[15];
	const struct cli_option all[] = {
		{ 'n', "rows", CLI_NUMBER, "N", "transactions, rows (1000000)",
		    &o->rows, 0 },
		{ 'S', "seed", CLI_NUMBER, "N", "other data (42)", &o->seed,
		    0 },
		{ 's', "schema", CLI_TEXT, "FILE",
		    "a Table Schema that says how columns are made",
		    &o->schema, 0 },
		{ 'p', "part", CLI_TEXT, "K/N", "only slice K of N",
		    &o->part, CLI_NEUTRAL },
		{ 'w', "write", CLI_TEXT, "FORMAT", "csv or stream (stream)",
		    &o->write, 0 },
		{ 0, "retail", CLI_HEADING, NULL, NULL, NULL, 0 },
		{ 'C', "customers", CLI_COUNT, "N", "customers (50000)",
		    &o->customers, 0 },
		{ 'P', "products", CLI_COUNT, "N", "products (5000)",
		    &o->products, 0 },
		{ 'z', "skew", CLI_TEXT, "S", "Zipf's exponent, 0 to 4 (0.8)",
		    &o->skew, 0 },
		{ 'd', "dirty", CLI_TEXT, "FAULT=RATE,...",
		    "plant faults", &o->dirty, 0 },
		{ 'l', "ledger", CLI_TEXT, "FILE",
		    "list the planted faults, as CSV", &o->ledger,
		    CLI_NEUTRAL },
		{ 0, "others", CLI_HEADING, NULL, NULL, NULL, 0 },
		{ 'k', "groups", CLI_COUNT, "N",
		    "db-benchmark: large groups (100); weather: stations (413)",
		    &o->groups, 0 },
		{ 'f', "stations", CLI_TEXT, "FILE",
		    "weather: lines NAME,MEAN", &o->stations, 0 },
		{ 0, NULL, CLI_FLAG, NULL, NULL, NULL, 0 }
	};

	_Static_assert(sizeof(all) == sizeof(table), "room for all");
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

/* What all models heed. */
static int
read_common(struct options *o, struct error *err)
{
	o->slice = o->slice_count = 1;
	if (o->part != NULL && text_parse_part(o->part, &o->slice,
	    &o->slice_count, err) != 0)
		return -1;
	return parse_format(o->write, &o->is_text, err);
}

static int
read_retail(const struct options *o, const char *table,
    struct retail_options *retail, struct error *err)
{
	*retail = (struct retail_options){ .seed = o->seed,
	    .transactions = o->rows, .part = o->slice,
	    .part_count = o->slice_count, .is_text = o->is_text,
	    .skew = RETAIL_DEFAULT_SKEW };
	/* what is out of range stays out of range */
	retail->customers = o->customers > UINT32_MAX ?
	    UINT32_MAX : (uint32_t)o->customers;
	retail->products = o->products > UINT32_MAX ?
	    UINT32_MAX : (uint32_t)o->products;
	if (retail_table_find(table, &retail->table, err) != 0)
		return -1;
	if (o->skew != NULL && parse_skew(o->skew, &retail->skew, err) != 0)
		return -1;
	if (o->dirty != NULL && dirt_parse(o->dirty, &retail->dirt, err) != 0)
		return -1;
	return retail_options_check(retail, err);
}

/* CSV into an output, with the header if this is the first slice. */
static struct batch_sink *
csv_sink(_Bool is_first, struct output *output)
{
	const struct rcsv_writer_options options = {
		.delimiter = ',', .quote = '"', .null_text = "",
		.has_header = is_first
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
	struct batch_sink *sink = csv_sink(retail->part == 1, &output);
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

/* ---- models ---------------------------------------------------------- */

static struct batch_source *
open_retail(const struct options *o, const char *table, struct error *err)
{
	struct retail_options retail;

	if (read_retail(o, table, &retail, err) != 0)
		return NULL;
	if (o->ledger != NULL && write_ledger(&retail, o->ledger, err) != 0)
		return NULL;
	return retail_source_new(&retail);
}

static struct batch_source *
open_benchmark(const struct options *o, const char *table, struct error *err)
{
	const struct benchmark_options options = {.table = table,
	    .rows = o->rows, .groups = o->groups > 0 ? o->groups : 100,
	    .seed = o->seed != DEFAULT_SEED ? (uint32_t)o->seed :
	    BENCHMARK_SEED};

	if (o->slice_count > 1) {
		error_usage(err, "db-benchmark's tables have no slices: each "
		    "row depends on those before it");
		return NULL;
	}
	return benchmark_source_new(&options, err);
}

static struct batch_source *
open_weather(const struct options *o, const char *table, struct error *err)
{
	const struct weather_options options = {.stations = o->stations,
	    .station_count = o->groups > 0 ? o->groups : WEATHER_STATIONS,
	    .rows = o->rows, .seed = o->seed, .part = o->slice,
	    .part_count = o->slice_count, .is_text = o->is_text};

	if (strcmp(table, "measurements") != 0) {
		error_usage(err, "no table '%s'; there is measurements",
		    table);
		return NULL;
	}
	return weather_source_new(&options, err);
}

static struct batch_source *
open_schema(const struct options *o, struct error *err)
{
	const struct made_options options = {.path = o->schema,
	    .rows = o->rows, .seed = o->seed, .part = o->slice,
	    .part_count = o->slice_count, .is_text = o->is_text};

	return made_source_new(&options, err);
}

static struct batch_source *
open_source(const struct cli *cli, const struct options *o,
    struct error *err)
{
	char quoted[ERROR_QUOTE_BYTES];
	_Bool has_operands = cli->operand_count > 0;

	if (o->schema != NULL && !has_operands)
		return open_schema(o, err);
	if (o->schema != NULL || cli->operand_count != 2) {
		error_usage(err, o->schema != NULL ? "--schema goes without "
		    "MODEL and TABLE" : "MODEL and TABLE are wanted, or "
		    "--schema");
		return NULL;
	}
	const char *model = cli->operands[0];
	const char *table = cli->operands[1];
	_Bool is_retail = strcmp(model, "retail") == 0;
	if (!is_retail && (o->dirty != NULL || o->ledger != NULL)) {
		error_usage(err, "--dirty and --ledger are for retail");
		return NULL;
	}
	if (is_retail)
		return open_retail(o, table, err);
	if (strcmp(model, "db-benchmark") == 0)
		return open_benchmark(o, table, err);
	if (strcmp(model, "weather") == 0)
		return open_weather(o, table, err);
	error_usage(err, "no model '%s'; there are retail, db-benchmark and "
	    "weather", error_quote(quoted, model, strlen(model)));
	return NULL;
}

/* CSV, with faults that no typed row can have. */
static struct batch_sink *
text_sink(const struct cli *cli, const struct options *o, struct output *text)
{
	struct batch_sink *csv = csv_sink(o->slice == 1, text);
	struct retail_options retail;
	struct error none;

	if (o->dirty == NULL)
		return csv;
	/* these were right when the source was opened */
	(void)read_retail(o, cli->operands[1], &retail, &none);
	return retail_text_sink_new(&retail, csv, text);
}

static int
copy_rows(struct batch_source *in, struct batch_sink *out, uint64_t *rows,
    struct error *err)
{
	const struct batch *batch;
	int got = out->begin(out, in->header, err);

	while (got == 0 && (got = batch_source_next(in, &batch, err)) == 1) {
		*rows += batch->row_count;
		got = batch_sink_write(out, batch, err);
	}
	return got;
}

static int
run(struct cli *cli, struct options *options, struct output *text,
    struct error *err)
{
	if (read_common(options, err) != 0)
		return -1;

	struct batch_source *rows = open_source(cli, options, err);
	if (rows == NULL)
		return -1;
	struct batch_source *in = cli_own_source(cli, rows);
	struct batch_sink *out = options->is_text ?
	    cli_own_sink(cli, text_sink(cli, options, text)) :
	    cli_output(cli, err);

	if (options->slice_count == 1)
		cli_extent(cli, options->rows, NULL, NULL);
	return out == NULL ? -1 : copy_rows(in, out,
	    &cli_stage(cli)->counts.in, err);
}

int
main(int argc, char **argv)
{
	struct options options = {
		.rows = RETAIL_DEFAULT_TRANSACTIONS,
		.customers = RETAIL_DEFAULT_CUSTOMERS,
		.products = RETAIL_DEFAULT_PRODUCTS,
		.seed = DEFAULT_SEED,
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
