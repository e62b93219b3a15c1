#include "batch/stage.h"

#include <string.h>

static const char *const kind_names[] = {
	[STAGE_SOURCE] = "source", [STAGE_FILTER] = "filter",
	[STAGE_JOIN] = "join", [STAGE_AGGREGATE] = "aggregate",
	[STAGE_UNION] = "union", [STAGE_HEAD] = "head",
};

const char *
stage_kind_name(enum stage_kind kind)
{
	return kind_names[kind];
}

int
stage_kind_find(const char *name, size_t len)
{
	for (int i = 0; i <= STAGE_HEAD; i++)
		if (strlen(kind_names[i]) == len &&
		    memcmp(kind_names[i], name, len) == 0)
			return i;
	return -1;
}

static char *
copy_text(const char *text)
{
	return mem_strdup(text != NULL ? text : "");
}

static struct stage
copy_stage(const struct stage *from, uint32_t shift)
{
	struct stage stage = *from;
	stage.tool = copy_text(from->tool);
	stage.arguments = copy_text(from->arguments);
	stage.version = copy_text(from->version);
	stage.strategy = copy_text(from->strategy);
	stage.inputs = mem_array(from->input_count, sizeof(*stage.inputs));
	for (uint32_t i = 0; i < from->input_count; i++)
		stage.inputs[i] = from->inputs[i] + shift;
	return stage;
}

static void
add_copy(struct stages *stages, const struct stage *stage, uint32_t shift)
{
	stages->items = mem_grow_array(stages->items, (size_t)stages->count + 1,
	    sizeof(*stages->items));
	stages->items[stages->count++] = copy_stage(stage, shift);
}

uint32_t
stages_append(struct stages *stages, const struct stages *from)
{
	uint32_t shift = stages->count;
	if (shift == 0) {
		stages->block_count = from->block_count;
		stages->extent = from->extent;
	}
	for (uint32_t i = 0; i < from->count; i++)
		add_copy(stages, &from->items[i], shift);
	return from->count > 0 ? stages->count : 0;
}

uint32_t
stages_add(struct stages *stages, const struct stage *stage)
{
	add_copy(stages, stage, 0);
	return stages->count;
}

static void
sum_measures(struct stage_measures *to, const struct stage_measures *from)
{
	if (!from->is_known)
		return;
	to->is_known = 1;
	to->in_bytes += from->in_bytes;
	to->out_bytes += from->out_bytes;
	to->spilled_bytes += from->spilled_bytes;
	if (from->wall_us > to->wall_us)
		to->wall_us = from->wall_us;
	to->user_us += from->user_us;
	to->system_us += from->system_us;
	to->peak_bytes += from->peak_bytes;
	to->processes += from->processes;
}

static _Bool
is_same_stage(const struct stage *a, const struct stage *b)
{
	return a->kind == b->kind && a->input_count == b->input_count &&
	    strcmp(a->tool, b->tool) == 0 &&
	    strcmp(a->arguments, b->arguments) == 0 &&
	    memcmp(a->inputs, b->inputs,
	    a->input_count * sizeof(*a->inputs)) == 0;
}

int
stages_sum(struct stages *stages, const struct stages *slice,
    struct error *err)
{
	if (stages->count != slice->count)
		return error_data(err, "slices of different pipelines: %u and "
		    "%u stages", stages->count, slice->count);
	for (uint32_t i = 0; i < stages->count; i++) {
		struct stage *to = &stages->items[i];
		const struct stage *from = &slice->items[i];
		if (!is_same_stage(to, from))
			return error_data(err, "slices of different pipelines: "
			    "stage %u is '%s %s' and '%s %s'", i + 1, to->tool,
			    to->arguments, from->tool, from->arguments);
#define X(name) to->counts.name += from->counts.name;
		STAGE_COUNTERS(X)
#undef X
		sum_measures(&to->measures, &from->measures);
	}
	return 0;
}

static _Bool
is_closed(const struct stage *stage)
{
	const struct stage_counts *c = &stage->counts;
	switch (stage->kind) {
	case STAGE_SOURCE:
		return c->in == c->out + c->rejected;
	case STAGE_FILTER:
		return c->in == c->out + c->filtered + c->rejected +
		    c->duplicates + c->qualified;
	case STAGE_JOIN:
		return c->in == c->matched + c->unmatched &&
		    c->in2 == c->matched2 + c->unmatched2;
	case STAGE_AGGREGATE:
		return c->in == c->grouped + c->filtered;
	case STAGE_UNION:
		return c->in == c->out;
	case STAGE_HEAD:
		return c->in >= c->out;
	}
	return 0;
}

static int
check_inputs(const struct stages *stages, uint32_t i, struct error *err)
{
	const struct stage *stage = &stages->items[i];
	uint64_t out = 0;
	for (uint32_t k = 0; k < stage->input_count; k++) {
		uint32_t id = stage->inputs[k];
		if (id == 0 || id > i)
			return error_data(err, "stage %u (%s) has input %u", i +
			    1, stage->tool, id);
		const struct stage *input = &stages->items[id - 1];
		if (stage->kind == STAGE_JOIN && k == 1) {
			if (input->counts.out != stage->counts.in2)
				return error_data(err, "stage %u (%s) read "
				    "%llu rows of its second input, which "
				    "wrote %llu", i + 1, stage->tool,
				    (unsigned long long)stage->counts.in2,
				    (unsigned long long)input->counts.out);
			continue;
		}
		out += input->counts.out;
	}
	if (stage->input_count > 0 && stage->kind != STAGE_HEAD &&
	    out != stage->counts.in)
		return error_data(err, "stage %u (%s) read %llu rows where "
		    "%llu were written", i + 1, stage->tool,
		    (unsigned long long)stage->counts.in,
		    (unsigned long long)out);
	return 0;
}

int
stages_check(const struct stages *stages, struct error *err)
{
	for (uint32_t i = 0; i < stages->count; i++) {
		const struct stage *stage = &stages->items[i];
		if (!is_closed(stage)) {
			struct buffer text = {0};
#define X(name) if (stage->counts.name != 0) buffer_printf(&text, " %s=%llu", \
	#name, (unsigned long long)stage->counts.name);
			STAGE_COUNTERS(X)
#undef X
			error_data(err, "the account of stage %u (%s) does not "
			    "close:%s", i + 1, stage->tool,
			    buffer_text(&text));
			buffer_release(&text);
			return -1;
		}
		if (check_inputs(stages, i, err) != 0)
			return -1;
	}
	return 0;
}

void
stage_release(struct stage *stage)
{
	mem_free(stage->tool);
	mem_free(stage->arguments);
	mem_free(stage->version);
	mem_free(stage->strategy);
	mem_free(stage->inputs);
	*stage = (struct stage){0};
}

void
stages_release(struct stages *stages)
{
	for (uint32_t i = 0; i < stages->count; i++)
		stage_release(&stages->items[i]);
	mem_free(stages->items);
	*stages = (struct stages){0};
}

void
stage_set_strategy(struct stage *stage, const char *strategy)
{
	char *copy = mem_strdup(strategy);
	mem_free(stage->strategy);
	stage->strategy = copy;
}
