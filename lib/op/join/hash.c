#include "op/join/parts.h"

int
join_rest_give_all(const struct join_plan *plan,
    const struct join_build *build, struct batch_sink *out,
    struct error *err)
{
	struct join_rest rest;
	int result;

	join_rest_init(&rest, plan, 0);
	result = join_rest_add_build(&rest, build, err);
	if (result == 0)
		result = join_rest_give(&rest, out, err);
	join_rest_release(&rest);
	return result;
}

static int
probe_all(const struct join_plan *plan, struct join_build *build,
    struct batch_source *probe, struct batch_sink *out,
    struct join_lost *lost, struct join_counts *counts, struct error *err)
{
	struct join_output output;
	struct join_probe prober;
	const struct batch *batch;
	int got;

	join_build_code_strings(build);
	join_build_finish(build);
	join_output_init(&output, plan, &plan->header.schema, out, NULL);
	got = join_probe_init(&prober, plan, build, &output, lost, err);
	while (got == 0 && (got = batch_source_next(probe, &batch,
	    err)) == 1)
		got = join_probe_batch(&prober, batch, err);
	*counts = prober.counts;
	counts->matched2 = join_build_matched(build);
	counts->unmatched2 = build->row_count - counts->matched2;
	join_probe_release(&prober);
	join_output_release(&output);
	if (got == 0 && join_keeps_build(plan))
		got = join_rest_give_all(plan, build, out, err);
	return got;
}

int
join_build_load(struct join_build *loaded, const struct join_plan *plan,
    struct batch_source *build, struct error *err)
{
	const struct budget *budget = plan->options->budget;
	const struct batch *batch;
	int got;

	join_build_init(loaded, plan, plan->build_schema, plan->build_keys,
	    plan->stored);
	while ((got = batch_source_next(build, &batch, err)) == 1) {
		if (join_build_add(loaded, batch, err) != 0)
			return -1;
		if (budget_lacks(budget, join_build_growth_bytes(loaded,
		    batch->row_count)))
			return 1;
	}
	return got;
}

int
join_build_fail_budget(const struct join_plan *plan, struct error *err)
{
	return error_set(err, STATUS_SYSTEM, "the build side needs more than "
	    "%llu bytes: give more memory (-m)%s",
	    (unsigned long long)plan->options->budget->limit_bytes,
	    plan->key_count > 0 ? ", or leave out --broadcast" :
	    ", or keys to cut it by");
}

int
join_hash_run(const struct join_plan *plan, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out,
    struct join_lost *lost, struct join_counts *counts, _Bool *has_spilled,
    struct error *err)
{
	struct join_build loaded;
	int got = join_build_load(&loaded, plan, build, err);

	if (got == 1 && plan->options->strategy == JOIN_HASH &&
	    plan->key_count > 0) {
		*has_spilled = 1;
		return join_spill_run(plan, &loaded, probe, build, out, lost,
		    counts, err);
	}
	if (got == 1)
		got = join_build_fail_budget(plan, err);
	if (got == 0)
		got = probe_all(plan, &loaded, probe, out, lost, counts, err);
	join_build_release(&loaded);
	return got;
}
