#include "op/join/parts.h"

static const char *const type_names[] = {
	[JOIN_INNER] = "inner", [JOIN_LEFT] = "left", [JOIN_RIGHT] = "right",
	[JOIN_FULL] = "full", [JOIN_SEMI] = "semi", [JOIN_ANTI] = "anti",
	[JOIN_CROSS] = "cross"
};

static const char *const direction_names[] = {
	[JOIN_BACKWARD] = "backward", [JOIN_FORWARD] = "forward",
	[JOIN_NEAREST] = "nearest"
};

int
join_type_parse(const char *text, enum join_type *type, struct error *err)
{
	for (size_t i = 0; i < sizeof(type_names) / sizeof(*type_names);
	    i++) {
		if (strcmp(text, type_names[i]) == 0) {
			*type = (enum join_type)i;
			return 0;
		}
	}
	return error_usage(err, "'%s' is no join; there are inner, left, "
	    "right, full, semi, anti and cross", text);
}

int
join_direction_parse(const char *text, enum join_direction *direction,
    struct error *err)
{
	for (size_t i = 0; i < sizeof(direction_names) /
	    sizeof(*direction_names); i++) {
		if (strcmp(text, direction_names[i]) == 0) {
			*direction = (enum join_direction)i;
			return 0;
		}
	}
	return error_usage(err, "'%s' is none of backward, forward and "
	    "nearest", text);
}

int
join_expect_parse(const char *text, struct join_options *options,
    struct error *err)
{
	_Bool many_left = text[0] == 'n' || text[0] == 'm';
	_Bool many_right = text[0] != '\0' && text[1] != '\0' &&
	    (text[2] == 'n' || text[2] == 'm');

	if (strlen(text) != 3 || text[1] != ':' ||
	    (!many_left && text[0] != '1') || (!many_right && text[2] != '1'))
		return error_usage(err, "'%s' is none of 1:1, n:1, 1:n and "
		    "n:m", text);
	options->expects_unique_probe = !many_left;
	options->expects_unique_build = !many_right;
	return 0;
}

static int
run_planned(const struct join_plan *plan, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out, struct stage *stage,
    struct error *err)
{
	struct join_counts counts = { 0 };
	struct join_lost lost = { 0 };
	struct join_lost *losing = plan->options->unmatched != NULL ? &lost :
	    NULL;
	enum join_strategy strategy = plan->options->strategy;
	_Bool has_spilled = 0;
	int result = out->begin(out, &plan->header, err);

	if (result == 0 && losing != NULL)
		result = join_lost_init(losing, plan, probe->header, err);
	if (result == 0 && strategy == JOIN_MERGE)
		result = join_merge_run(plan, probe, build, out, losing,
		    &counts, err);
	else if (result == 0)
		result = join_hash_run(plan, probe, build, out, losing,
		    &counts, &has_spilled, err);
	if (result == 0 && losing != NULL)
		result = join_lost_finish(losing, plan->options->budget, err);
	join_lost_release(&lost);
	stage_set_strategy(stage, strategy == JOIN_MERGE ? "merge" :
	    strategy == JOIN_BROADCAST ? "broadcast" :
	    has_spilled ? "hash spilled" : "hash");
	stage->counts.matched = counts.matched;
	stage->counts.unmatched = counts.unmatched;
	stage->counts.matched2 = counts.matched2;
	stage->counts.unmatched2 = counts.unmatched2;
	return result;
}

int
join_run(const struct join_options *options, struct batch_source *probe,
    struct batch_source *build, struct batch_sink *out, struct stage *stage,
    struct error *err)
{
	struct join_plan plan;
	int result = join_plan_init(&plan, options, probe->header,
	    build->header, err);

	if (result == 0)
		result = run_planned(&plan, probe, build, out, stage, err);
	join_plan_release(&plan);
	return result;
}
