#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fd.h"
#include "base/json.h"
#include "cli/run.h"
#include "wire/stream_writer.h"

static struct json_value *
inputs_value(const struct stage *stage)
{
	struct json_value *inputs = json_value_new_array();
	for (uint32_t i = 0; i < stage->input_count; i++)
		json_value_append(inputs,
		    json_value_new_integer(stage->inputs[i]));
	return inputs;
}

static struct json_value *
counts_value(const struct stage_counts *counts)
{
	struct json_value *rows = json_value_new_object();
#define X(name) json_value_set_integer(rows, #name, (int64_t)counts->name);
	STAGE_COUNTERS(X)
#undef X
	return rows;
}

static struct json_value *
measures_value(const struct stage_measures *m)
{
	struct json_value *value = json_value_new_object();
	json_value_set_integer(value, "in_bytes", (int64_t)m->in_bytes);
	json_value_set_integer(value, "out_bytes", (int64_t)m->out_bytes);
	json_value_set_integer(value, "spilled_bytes",
	    (int64_t)m->spilled_bytes);
	json_value_set_integer(value, "wall_us", (int64_t)m->wall_us);
	json_value_set_integer(value, "user_us", (int64_t)m->user_us);
	json_value_set_integer(value, "system_us", (int64_t)m->system_us);
	json_value_set_integer(value, "peak_bytes", (int64_t)m->peak_bytes);
	json_value_set_integer(value, "processes", (int64_t)m->processes);
	return value;
}

static void
append_stage(const struct stage *stage, uint32_t id, struct buffer *out)
{
	struct json_value *line = json_value_new_object();
	json_value_set_integer(line, "stage", id);
	json_value_set_text(line, "kind", stage_kind_name(stage->kind));
	json_value_set_text(line, "tool", stage->tool);
	json_value_set_text(line, "arguments", stage->arguments);
	json_value_set_text(line, "version", stage->version);
	json_value_set_text(line, "strategy", stage->strategy);
	json_value_set(line, "inputs", inputs_value(stage));
	json_value_set(line, "rows", counts_value(&stage->counts));
	if (stage->measures.is_known)
		json_value_set(line, "measures",
		    measures_value(&stage->measures));
	json_value_print(line, 0, out);
	buffer_append_byte(out, '\n');
	json_value_free(line);
}

int
stats_write(const char *path, const struct stages *stages, struct error *err)
{
	struct buffer text = {0};
	for (uint32_t i = 0; i < stages->count; i++)
		append_stage(&stages->items[i], i + 1, &text);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	int result = fd < 0 ?
	    error_system(err, errno, "cannot write '%s'", path) :
	    fd_write_full(fd, text.data, text.len, path, err);
	if (fd >= 0 && close(fd) != 0 && result == 0)
		result = error_system(err, errno, "cannot write '%s'", path);
	buffer_release(&text);
	return result;
}

void
run_measure(struct cli *cli)
{
	const struct cli_run *run = cli->run;
	struct stage_measures *m = &cli->stage.measures;
	struct rusage usage;
	getrusage(RUSAGE_SELF, &usage);
	m->is_known = 1;
	m->processes = m->processes > 0 ? m->processes : 1;
	m->wall_us = run_now_us() - run->start_us;
	m->user_us = (uint64_t)usage.ru_utime.tv_sec * 1000000 +
	    (uint64_t)usage.ru_utime.tv_usec;
	m->system_us = (uint64_t)usage.ru_stime.tv_sec * 1000000 +
	    (uint64_t)usage.ru_stime.tv_usec;
	m->peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
	m->spilled_bytes += cli->budget.spilled_bytes;
	for (uint32_t i = 0; i < run->source_count; i++)
		if (run->sources[i]->bytes != NULL)
			m->in_bytes += run->sources[i]->bytes(
			    run->sources[i]->inner);
	if (run->out != NULL && run->out->is_stream)
		m->out_bytes += stream_writer_bytes(run->out->inner);
}

void
run_measure_end(struct cli *cli, uint64_t spilled_before)
{
	const struct copies *copies = cli->run->copies;
	struct stage_measures *m = &cli->stage.measures;
	m->spilled_bytes += cli->budget.spilled_bytes - spilled_before;
	if (copies == NULL)
		return;
	struct copies_usage usage = copies_usage(copies);
	m->processes = copies_count(copies);
	m->user_us += usage.user_us;
	m->system_us += usage.system_us;
	m->peak_bytes += usage.peak_bytes;
}
