#include "op/join/parts.h"

/* One join of several: a sink for the rows of the join before. */
struct arm {
	struct batch_sink sink;
	const struct join_options *options;
	struct batch_source *build;	/* borrowed */
	struct batch_sink *out;		/* borrowed: the next arm's sink */
	struct join_plan plan;
	struct join_build loaded;
	struct join_output output;
	struct join_probe probe;
	uint64_t row_count;		/* that came in */
	_Bool has_plan, has_loaded, has_probe;
};

static int
arm_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct arm *arm = (struct arm *)sink;
	int got = join_plan_init(&arm->plan, arm->options, header,
	    arm->build->header, err);

	arm->has_plan = 1;
	if (got != 0)
		return -1;
	got = join_build_load(&arm->loaded, &arm->plan, arm->build, err);
	arm->has_loaded = 1;
	if (got == 1)
		join_build_fail_budget(&arm->plan, err);
	if (got != 0 || arm->out->begin(arm->out, &arm->plan.header, err) != 0)
		return -1;
	/* codes may take what the build sides behind have left */
	join_build_code_strings(&arm->loaded);
	join_build_finish(&arm->loaded);
	join_output_init(&arm->output, &arm->plan, &arm->plan.header.schema,
	    arm->out, NULL);
	arm->has_probe = 1;
	return join_probe_init(&arm->probe, &arm->plan, &arm->loaded,
	    &arm->output, NULL, err);
}

static int
arm_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct arm *arm = (struct arm *)sink;

	arm->row_count += batch->row_count;
	return join_probe_batch(&arm->probe, batch, err);
}

/* All rows have come: what only the build side has goes on. */
static int
arm_end(struct arm *arm, struct stage *stage, struct error *err)
{
	struct stage_counts *counts = &stage->counts;

	counts->in = arm->row_count;
	counts->in2 = arm->loaded.row_count;
	counts->matched = arm->probe.counts.matched;
	counts->unmatched = arm->probe.counts.unmatched;
	counts->matched2 = join_build_matched(&arm->loaded);
	counts->unmatched2 = counts->in2 - counts->matched2;
	stage_set_strategy(stage, "broadcast");
	return join_keeps_build(&arm->plan) ? join_rest_give_all(&arm->plan,
	    &arm->loaded, arm->out, err) : 0;
}

static void
arm_release(struct arm *arm)
{
	if (arm->has_probe) {
		join_probe_release(&arm->probe);
		join_output_release(&arm->output);
	}
	if (arm->has_loaded)
		join_build_release(&arm->loaded);
	if (arm->has_plan)
		join_plan_release(&arm->plan);
}

static int
run_arms(struct arm *arms, uint32_t count, struct batch_source *probe,
    struct stage *const *stages, struct error *err)
{
	const struct batch *batch;
	int got = arms[0].sink.begin(&arms[0].sink, probe->header, err);

	while (got == 0 && (got = batch_source_next(probe, &batch, err)) == 1)
		got = arms[0].sink.write(&arms[0].sink, batch, err);
	for (uint32_t i = 0; i < count && got == 0; i++)
		got = arm_end(&arms[i], stages[i], err);
	for (uint32_t i = 0; i + 1 < count && got == 0; i++)
		stages[i]->counts.out = arms[i + 1].row_count;
	return got;
}

int
join_star_run(const struct join_options *options, uint32_t count,
    struct batch_source *probe, struct batch_source *const *builds,
    struct batch_sink *out, struct stage *const *stages, struct error *err)
{
	struct arm *arms = mem_array(count, sizeof(*arms));
	int result;

	for (uint32_t i = 0; i < count; i++) {
		arms[i].sink = (struct batch_sink){
			.begin = arm_begin, .write = arm_write
		};
		arms[i].options = &options[i];
		arms[i].build = builds[i];
		arms[i].out = i + 1 < count ? &arms[i + 1].sink : out;
	}
	result = run_arms(arms, count, probe, stages, err);
	for (uint32_t i = 0; i < count; i++)
		arm_release(&arms[i]);
	mem_free(arms);
	return result;
}
