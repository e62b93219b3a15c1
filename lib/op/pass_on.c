#include "op/pass_on.h"

#include <string.h>

#include "batch/ascent.h"
#include "op/projection.h"

struct pass_on {
	struct batch_sink sink;
	struct batch_sink *keeper, *next;	/* owned */
	struct pass_on_options options;
	struct projection projection;
	uint32_t ascending;		/* of the columns passed on */
	struct ascent ascent;
	_Bool is_alone;			/* nothing is passed on any more */
};

/* What became of the reader is no failure of the keeper's. */
static int
outlive(struct pass_on *pass, int result, struct error *err)
{
	if (result == 0 || err->status != STATUS_CLOSED)
		return result;
	pass->is_alone = 1;
	return 0;
}

static int
find_ascending(struct pass_on *pass, struct error *err)
{
	const struct schema *schema = &pass->projection.header.schema;
	const char *name = pass->options.ascending;
	if (name == NULL)
		return 0;
	if (schema_need(schema, name, strlen(name), &pass->ascending,
	    err) != 0)
		return error_prefix(err, "--ascending");
	ascent_init(&pass->ascent, schema->fields[pass->ascending].type);
	return 0;
}

/* 0 and nothing passed on any more if the rows do not ascend. */
static int
check_order(struct pass_on *pass, const struct batch *batch,
    struct error *err)
{
	if (pass->options.ascending == NULL || batch->is_mark)
		return 0;
	int ascends = ascent_check(&pass->ascent,
	    &batch->columns[pass->ascending], batch->row_count, err);
	if (ascends != 0)
		return ascends < 0 ? -1 : 0;
	struct error why = {0};
	struct stages stages = {0};
	error_set(&why, STATUS_NO, "its rows do not ascend by '%s'",
	    pass->options.ascending);
	stages_add(&stages, pass->options.stage);
	pass->next->abort(pass->next, &why, &stages);
	stages_release(&stages);
	pass->is_alone = 1;
	return 0;
}

static int
pass_begin(struct batch_sink *sink, const struct stream_header *header,
    struct error *err)
{
	struct pass_on *pass = (struct pass_on *)sink;
	if (projection_init(&pass->projection, header, pass->options.columns,
	    err) != 0 || find_ascending(pass, err) != 0 ||
	    pass->keeper->begin(pass->keeper, header, err) != 0)
		return -1;
	return outlive(pass, pass->next->begin(pass->next,
	    &pass->projection.header, err), err);
}

static int
pass_write(struct batch_sink *sink, const struct batch *batch,
    struct error *err)
{
	struct pass_on *pass = (struct pass_on *)sink;
	if (batch_sink_write(pass->keeper, batch, err) != 0)
		return -1;
	if (pass->is_alone)
		return 0;
	const struct batch chosen = projection_choose(&pass->projection,
	    batch);
	if (check_order(pass, &chosen, err) != 0)
		return -1;
	if (pass->is_alone)
		return 0;
	return outlive(pass, batch_sink_write(pass->next, &chosen, err), err);
}

static int
pass_finish(struct batch_sink *sink, const struct stages *stages,
    struct error *err)
{
	struct pass_on *pass = (struct pass_on *)sink;
	if (pass->keeper->finish(pass->keeper, stages, err) != 0)
		return -1;
	if (pass->is_alone)
		return 0;
	return outlive(pass, pass->next->finish(pass->next, stages, err), err);
}

static void
pass_abort(struct batch_sink *sink, const struct error *why,
    const struct stages *stages)
{
	struct pass_on *pass = (struct pass_on *)sink;
	pass->keeper->abort(pass->keeper, why, stages);
	if (!pass->is_alone)
		pass->next->abort(pass->next, why, stages);
}

static void
pass_free(struct batch_sink *sink)
{
	struct pass_on *pass = (struct pass_on *)sink;
	batch_sink_free(pass->keeper);
	batch_sink_free(pass->next);
	projection_release(&pass->projection);
	ascent_release(&pass->ascent);
	mem_free(pass);
}

struct batch_sink *
pass_on_new(struct batch_sink *keeper, struct batch_sink *next,
    const struct pass_on_options *options)
{
	struct pass_on *pass = mem_zalloc(sizeof(*pass));
	pass->sink = (struct batch_sink){.begin = pass_begin,
	    .write = pass_write, .finish = pass_finish, .abort = pass_abort,
	    .free = pass_free};
	pass->keeper = keeper;
	pass->next = next;
	pass->options = *options;
	return &pass->sink;
}
