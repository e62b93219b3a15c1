#include <time.h>

#include "cli/run.h"

uint64_t
run_now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

/* ---- sources --------------------------------------------------------- */

static int
counted_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct counted_source *counted = (struct counted_source *)source;
	int got = counted->inner->next(counted->inner, batch, err);
	if (got == 1) {
		counted->row_count += (*batch)->row_count;
		progress_show(counted->cli);
	}
	counted->has_ended = got == 0;
	return got;
}

static const struct stages *
counted_stages(struct batch_source *source)
{
	struct counted_source *counted = (struct counted_source *)source;
	return counted->inner->stages(counted->inner);
}

static void
counted_source_free(struct batch_source *source)
{
	struct counted_source *counted = (struct counted_source *)source;
	batch_source_free(counted->inner);
	mem_free(counted);
}

struct counted_source *
counted_source_new(struct cli *cli, struct batch_source *inner)
{
	struct counted_source *counted = mem_zalloc(sizeof(*counted));
	counted->source = (struct batch_source){.header = inner->header,
	    .next = counted_next, .stages = counted_stages,
	    .free = counted_source_free};
	counted->inner = inner;
	counted->cli = cli;
	return counted;
}

/* ---- sinks ----------------------------------------------------------- */

static int
counted_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct counted_sink *counted = (struct counted_sink *)sink;
	counted->has_begun = 1;
	return counted->inner->begin(counted->inner, header, err);
}

static int
counted_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct counted_sink *counted = (struct counted_sink *)sink;
	counted->row_count += batch->row_count;
	progress_show(counted->cli);
	return counted->inner->write(counted->inner, batch, err);
}

static int
counted_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct counted_sink *counted = (struct counted_sink *)sink;
	counted->is_done = 1;
	return counted->inner->finish(counted->inner, stages, err);
}

static void
counted_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	struct counted_sink *counted = (struct counted_sink *)sink;
	counted->is_done = 1;
	counted->inner->abort(counted->inner, why, stages);
}

static void
counted_sink_free(struct batch_sink *sink)
{
	struct counted_sink *counted = (struct counted_sink *)sink;
	batch_sink_free(counted->inner);
	mem_free(counted);
}

struct counted_sink *
counted_sink_new(struct cli *cli, struct batch_sink *inner)
{
	struct counted_sink *counted = mem_zalloc(sizeof(*counted));
	counted->sink = (struct batch_sink){.begin = counted_begin,
	    .write = counted_write, .finish = counted_finish,
	    .abort = counted_abort, .free = counted_sink_free};
	counted->inner = inner;
	counted->cli = cli;
	return counted;
}
