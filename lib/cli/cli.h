/*
 * The command line of every tool, and its standard streams.
 *
 *	static const struct cli_tool tool = {...};
 *
 *	int
 *	main(int argc, char **argv)
 *	{
 *		struct options options = {0};
 *		struct cli cli;
 *		struct error err = {0};
 *		cli_parse(&cli, &tool, option_table(&options), argc, argv);
 *		struct batch_source *in = cli_input(&cli, &err);
 *		struct batch_sink *out = in ? cli_output(&cli, &err) : NULL;
 *		int result = out ? filter_run(&options, in, out,
 *		    cli_stage(&cli), &err) : -1;
 *		return cli_finish(&cli, result, &err);
 *	}
 *
 * Sources and sinks that cli hands out are owned by it and count the rows
 * that pass: cli_finish fills in `in`, `in2` and `out` of the stage, where
 * they were used, from what really went through; the tool fills in the
 * other counters (filtered, rejected, ...), and `in` if it is a source.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdint.h>

#include "base/error.h"
#include "base/mem.h"
#include "batch/stream.h"
#include "cli/fan.h"
#include "io/copies.h"

enum cli_kind {
	CLI_FLAG,		/* _Bool */
	CLI_TEXT,		/* const char *, borrowed from argv */
	CLI_COUNT,		/* uint64_t, from 1 */
	CLI_NUMBER,		/* uint64_t, from 0 */
	CLI_SIZE,		/* uint64_t bytes, with K, M, G */
	CLI_LIST,		/* struct cli_list: may be given repeatedly */
	CLI_HEADING		/* a line of help between options */
};

struct cli_list {
	const char **items;	/* owned array of borrowed texts */
	uint32_t count;
};

/*
 * One option.  CLI_NEUTRAL options set only workers, memory or the output's
 * place: they stay out of the stage's arguments (promise 3).
 */
#define CLI_NEUTRAL 1u
struct cli_option {
	char letter;			/* 0 if it has none */
	const char *word;
	enum cli_kind kind;
	const char *argument;		/* its name in the help, or NULL */
	const char *help;		/* one line */
	void *target;
	unsigned flags;
};

struct cli_tool {
	const char *name;
	const char *summary;		/* "keep the rows where EXPR is true" */
	const char *operands;		/* "EXPR", "[FILE...]", or "" */
	int operands_min;
	int operands_max;		/* -1: any number */
	enum stage_kind kind;
	const char *notes;		/* more lines of help, or NULL */
	/* true if operands are places (files read or written) that the
	 * stage's arguments leave out; what is read is in `origin` */
	_Bool operands_are_places;
};

#define CLI_MAX_INPUTS 65536
#define CLI_OPEN_INPUTS 64	/* beyond them, files are opened when read */

struct cli {
	const struct cli_tool *tool;
	const struct cli_option *options;	/* ends with a NULL word */
	int operand_count;
	char **operands;
	/* common options */
	_Bool is_verbose;		/* -v */
	_Bool has_progress;		/* --progress */
	struct budget budget;		/* -m */
	const char *temporary_folder;	/* -T */
	const char *stats_path;		/* --stats */
	struct fan fan;			/* --fan, --copies */
	/* the run */
	struct stage stage;
	struct cli_run *run;		/* private */
};

/*
 * Parses; answers --help and --version (status 0); on a bad command line
 * says what was wrong, then the usage, and exits with 2.
 */
void
cli_parse(struct cli *cli, const struct cli_tool *tool,
    const struct cli_option *options, int argc, char **argv);

/* Standard input, or the copies of --fan, as a stream; refuses a terminal.
 * NULL with err set. */
struct batch_source *
cli_input(struct cli *cli, struct error *err);
/*
 * Before cli_input: makes `count` of this process, which all get what the
 * first reads from cli_input; the budget is divided among them.  Others
 * than the first leave by copies_leave, at the latest in cli_finish.
 * Borrowed, until a failure's cli_finish; NULL with err set.
 */
struct copies *
cli_copies(struct cli *cli, uint32_t count, struct error *err);
/* A stream file (or /dev/fd/N from <(...), or "-"), the next input. */
struct batch_source *
cli_open_input(struct cli *cli, const char *path, struct error *err);
/* A source that the tool made (CSV, Parquet): counted as its rows `out`
 * only.  Taken: freed by cli_finish. */
struct batch_source *
cli_own_source(struct cli *cli, struct batch_source *source);
/*
 * The size of what such a source reads, for --progress: done(of) of `total`,
 * in any unit, or rows handed out of `total` if done is NULL.
 */
void
cli_extent(struct cli *cli, uint64_t total, uint64_t (*done)(const void *of),
    const void *of);
/* A source that the tool put together from streams (a gatherer): the next
 * input, with all the stages that it knows.  Taken. */
struct batch_source *
cli_inner_source(struct cli *cli, struct batch_source *source);
/* Standard output as a stream, the tool's own, not counted. */
struct batch_sink *
cli_stream(struct error *err);
/* Standard output as a stream; refuses a terminal.  NULL with err set. */
struct batch_sink *
cli_output(struct cli *cli, struct error *err);
/* A sink that the tool made (Parquet folder, CSV on stdout) as the output.
 * Taken: finished or aborted, and freed, by cli_finish. */
struct batch_sink *
cli_own_sink(struct cli *cli, struct batch_sink *sink);
/*
 * A second output: a stream into a file that is published (renamed into
 * place) when all ends well, for --rejects and its like.  Its stages are
 * those of the tool with `out` its own rows.  NULL with err set.
 */
struct batch_sink *
cli_side_output(struct cli *cli, const char *path, struct error *err);

/*
 * One of several outputs, a stream that `command` reads.  Its account is that
 * of the input and one stage more, like the tool's own but with `arguments`
 * and the counters set in *stage; rows in and out are filled in.  Ended, and
 * the command waited for, by cli_finish.  NULL with err set.
 */
struct batch_sink *
cli_branch(struct cli *cli, const char *command, const char *arguments,
    struct stage **stage, struct error *err);
/* Appends a word to a command line, quoted where a shell would. */
void
cli_quote(struct buffer *line, const char *word);

/*
 * For a tool that passes frames on itself: `before` is the account of its
 * input.  Returns that with the tool's own stage, whose counters are set;
 * borrowed until cli_finish.
 */
const struct stages *
cli_pass_on(struct cli *cli, const struct stages *before);

/*
 * One of several joins in one tool, before the last, which is the tool's own
 * stage: its inputs are the one before (the first input) and the next input.
 * The tool sets its counters.  Freed by cli_finish.
 */
struct stage *
cli_step(struct cli *cli, const char *arguments);

/*
 * The stage of commands that the tool started and gave its rows to: in the
 * account (--stats) it comes after the tool's own.  Copied.
 */
void
cli_stage_after(struct cli *cli, const struct stage *stage);

/* The tool's own stage: set counters and strategy here. */
static inline struct stage *
cli_stage(struct cli *cli)
{
	return &cli->stage;
}

/*
 * Ends the run.  result 0: closes the account (stages_check), finishes the
 * outputs, prints the counters (-v), writes --stats.  result -1: prints the
 * error, unless it was passed on, and aborts the outputs.  Releases all.
 * Returns the exit status; `answer_no` variants return 1 when done and no.
 */
int
cli_finish(struct cli *cli, int result, struct error *err);

/* For tools without a stream: prints "tool: text" and returns its status. */
int
cli_fail(const struct cli *cli, const struct error *err);
/* A warning or note on standard error: "tool: text". */
void
cli_note(const struct cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Pulls every batch of `in` through to `out` unchanged; the loop of tools
 * that only look on.  Calls begin with in's header.
 */
int
stream_copy(struct batch_source *in, struct batch_sink *out,
    struct error *err);

#endif
