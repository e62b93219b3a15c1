/*
 * A run in progress: the sources and sinks of one tool, counted.  Private to
 * lib/cli.
 */
#ifndef CLI_RUN_H
#define CLI_RUN_H

#include "cli/cli.h"
#include "io/process.h"
#include "io/share.h"

/* A source that counts what it hands out, and shows progress. */
struct counted_source {
	struct batch_source source;
	struct batch_source *inner;	/* owned */
	struct cli *cli;		/* borrowed */
	uint64_t row_count;
	_Bool is_own;			/* made by the tool: no stages before */
	/* bytes read so far; NULL: not known */
	uint64_t (*bytes)(const struct batch_source *inner);
	_Bool has_ended;
};

/* A sink that counts what it is given. */
struct counted_sink {
	struct batch_sink sink;
	struct batch_sink *inner;	/* owned */
	struct cli *cli;		/* borrowed */
	uint64_t row_count;
	_Bool is_stream;
	_Bool has_begun;
	_Bool is_done;			/* finished or aborted */
};

/* An output that a command reads. */
struct branch {
	struct process process;
	struct counted_sink *out;	/* owned */
	struct stage stage;
	int fd;				/* to the command; -1: closed */
	char *name;			/* owned; for messages */
};

struct cli_run {
	struct counted_source **sources;	/* owned */
	uint32_t source_count;
	struct counted_sink *out;
	struct counted_sink **sides;	/* owned */
	uint32_t side_count;
	struct branch **branches;	/* owned */
	uint32_t branch_count;
	struct stage **steps;		/* owned; before the own stage */
	uint32_t step_count;
	struct stages passed_on;	/* before cli_pass_on's own stage */
	struct stages whole;		/* with it */
	struct stages after;		/* cli_stage_after's, or none */
	struct copies *copies;		/* owned; or NULL */
	struct share *share;		/* owned; or NULL */
	_Bool has_fan_opened;
	uint64_t start_us;		/* CLOCK_MONOTONIC */
	/* --progress */
	uint64_t known_bytes;		/* of the streams that are files */
	_Bool has_unknown;		/* a stream is a pipe */
	struct {			/* cli_extent */
		uint64_t total;
		uint64_t (*done)(const void *of);
		const void *of;
	} extent;
	uint64_t shown_us;		/* when it was last shown */
	uint64_t input_end_us;		/* 0: still reading */
	_Bool has_terminal;
};

/* Takes `inner`. */
struct counted_source *
counted_source_new(struct cli *cli, struct batch_source *inner);
struct counted_sink *
counted_sink_new(struct cli *cli, struct batch_sink *inner);

uint64_t
run_now_us(void);

/* One like the tool's own, but with these arguments and no counts. */
struct stage
run_stage(const struct cli *cli, const char *arguments);

/* --progress: looks at a stream's descriptor before it is read. */
void
progress_add_input(struct cli_run *run, int fd);
/* Called for each batch; shows something now and then. */
void
progress_show(struct cli *cli);
/* The last line. */
void
progress_end(struct cli *cli);

/*
 * Ends all branches: `before` is the account of the input.  The commands have
 * ended well, too, if it is 0.
 */
int
branches_finish(struct cli *cli, const struct stages *before,
    struct error *err);
/* Tells those that have no end yet why, and waits for all. */
void
branches_release(struct cli *cli, const struct error *why);

/*
 * A sink over a file that is built beside `path` and renamed into place by
 * side_file_publish, after finish; removed if it comes to nothing.
 */
struct batch_sink *
side_file_new(const char *path, struct error *err);

/* Fills in the measures of the tool's own stage, before its output ends. */
void
run_measure(struct cli *cli);
/* And what finishing the output added, and the copies. */
void
run_measure_end(struct cli *cli, uint64_t spilled_before);

/* Appends the stages as JSON lines to the file at path. */
int
stats_write(const char *path, const struct stages *stages, struct error *err);

#endif
