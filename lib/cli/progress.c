/*
 * --progress: how far the tool is, on standard error.
 *
 * On a terminal one line, drawn anew twice a second; else a line every ten
 * seconds.  At the end a line with the sums.  The part done is that of the
 * input, where its size is known; once the input has ended, that of the rows
 * given away, in tools that give as many as they took.
 */
#include <stdio.h>
#include <unistd.h>

#include <sys/stat.h>

#include "cli/run.h"
#include "wire/stream_reader.h"

#define DRAW_EVERY_US 500000
#define PRINT_EVERY_US 10000000
#define BAR_CELLS 20

void
cli_extent(struct cli *cli, uint64_t total, uint64_t (*done)(const void *of),
    const void *of)
{
	cli->run->extent.total = total;
	cli->run->extent.done = done;
	cli->run->extent.of = of;
}

void
progress_add_input(struct cli_run *run, int fd)
{
	struct stat stat;
	off_t at = lseek(fd, 0, SEEK_CUR);
	if (at >= 0 && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode))
		run->known_bytes += stat.st_size > at ?
		    (uint64_t)(stat.st_size - at) : 0;
	else
		run->has_unknown = 1;
}

static uint64_t
rows_in(const struct cli_run *run)
{
	uint64_t rows = 0;
	for (uint32_t i = 0; i < run->source_count; i++)
		rows += run->sources[i]->row_count;
	return rows;
}

/* The part of the input that was read; negative if it is not known. */
static double
input_part(const struct cli_run *run)
{
	if (run->extent.total > 0) {
		uint64_t done = run->extent.done != NULL ?
		    run->extent.done(run->extent.of) : rows_in(run);
		return (double)done / (double)run->extent.total;
	}
	uint64_t bytes = 0;
	for (uint32_t i = 0; i < run->source_count; i++) {
		const struct counted_source *source = run->sources[i];
		if (source->bytes == NULL)
			return -1;
		bytes += source->bytes(source->inner);
	}
	if (run->has_unknown || run->known_bytes == 0)
		return -1;
	return (double)bytes / (double)run->known_bytes;
}

static _Bool
has_input_ended(const struct cli_run *run)
{
	for (uint32_t i = 0; i < run->source_count; i++)
		if (!run->sources[i]->has_ended)
			return 0;
	return run->source_count > 0;
}

/* The part done of the phase that the tool is in, and since when it is. */
static double
part_done(struct cli *cli, uint64_t now, uint64_t *since)
{
	struct cli_run *run = cli->run;
	*since = run->start_us;
	if (!has_input_ended(run))
		return input_part(run);
	if (run->input_end_us == 0)
		run->input_end_us = now;
	*since = run->input_end_us;
	if (run->out == NULL || cli->tool->kind != STAGE_FILTER ||
	    rows_in(run) == 0)
		return -1;
	return (double)run->out->row_count / (double)rows_in(run);
}

/* 1234567 as "1.2 M" */
static void
print_rows(struct buffer *line, uint64_t rows)
{
	if (rows < 10000)
		buffer_printf(line, "%llu", (unsigned long long)rows);
	else if (rows < 1000000)
		buffer_printf(line, "%.1f k", (double)rows / 1e3);
	else
		buffer_printf(line, "%.1f M", (double)rows / 1e6);
}

static void
print_part(struct buffer *line, double part, double seconds, _Bool has_bar)
{
	if (part < 0)
		return;
	part = part > 1 ? 1 : part;
	if (has_bar) {
		int full = (int)(part * BAR_CELLS);
		buffer_append_text(line, " [");
		for (int i = 0; i < BAR_CELLS; i++)
			buffer_append_byte(line, i < full ? '#' : '.');
		buffer_append_byte(line, ']');
	}
	buffer_printf(line, " %.0f %%", part * 100);
	if (part > 0.005) {
		uint64_t left = (uint64_t)(seconds * (1 - part) / part + 0.5);
		buffer_printf(line, ", %llu:%02u left",
		    (unsigned long long)(left / 60), (unsigned)(left % 60));
	}
}

static void
print_counts(struct cli *cli, struct buffer *line, uint64_t now)
{
	const struct cli_run *run = cli->run;
	double seconds = (double)(now - run->start_us) / 1e6;
	uint64_t in = rows_in(run);
	buffer_printf(line, "%s: ", cli->tool->name);
	print_rows(line, in);
	buffer_append_text(line, " rows");
	if (run->out != NULL && run->out->row_count != in) {
		buffer_append_text(line, ", ");
		print_rows(line, run->out->row_count);
		buffer_append_text(line, " out");
	}
	buffer_append_text(line, ", ");
	print_rows(line, seconds > 0 ? (uint64_t)((double)in / seconds) : 0);
	buffer_append_text(line, " rows/s");
}

void
progress_show(struct cli *cli)
{
	struct cli_run *run = cli->run;
	if (!cli->has_progress)
		return;
	uint64_t now = run_now_us();
	if (run->shown_us == 0) {
		run->shown_us = run->start_us;
		run->has_terminal = isatty(STDERR_FILENO) == 1;
	}
	uint64_t every = run->has_terminal ? DRAW_EVERY_US : PRINT_EVERY_US;
	if (now - run->shown_us < every)
		return;
	run->shown_us = now;
	uint64_t since;
	double part = part_done(cli, now, &since);
	struct buffer line = {0};
	print_counts(cli, &line, now);
	print_part(&line, part, (double)(now - since) / 1e6,
	    run->has_terminal);
	fprintf(stderr, run->has_terminal ? "\r%s\033[K" : "%s\n",
	    buffer_text(&line));
	buffer_release(&line);
}

void
progress_end(struct cli *cli)
{
	if (!cli->has_progress)
		return;
	uint64_t now = run_now_us();
	struct buffer line = {0};
	print_counts(cli, &line, now);
	fprintf(stderr, "%s%s, %.1f s\n", cli->run->has_terminal ? "\r\033[K" :
	    "", buffer_text(&line), (double)(now - cli->run->start_us) / 1e6);
	buffer_release(&line);
}
