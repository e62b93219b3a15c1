#include "wire/late_file.h"

#include <errno.h>
#include <fcntl.h>

#include "wire/stream_reader.h"

struct late_file {
	struct batch_source source;
	char *path;			/* owned */
	struct stream_header header;
	struct batch_source *reader;	/* owned; while it is open */
	struct stages stages;		/* at the end */
	uint64_t bytes;			/* once it is closed again */
	_Bool has_ended;
};

static struct batch_source *
open_reader(const char *path, struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		error_system(err, errno, "cannot open '%s'", path);
		return NULL;
	}
	return stream_reader_new(fd, 1, path, err);
}

static int
late_next(struct batch_source *source, const struct batch **batch,
    struct error *err)
{
	struct late_file *late = (struct late_file *)source;
	if (late->has_ended)
		return 0;
	if (late->reader == NULL) {
		late->reader = open_reader(late->path, err);
		if (late->reader == NULL)
			return -1;
		if (!schema_is_equal(&late->reader->header->schema,
		    &late->header.schema))
			return error_data(err, "%s: has changed since it was "
			    "opened", late->path);
	}
	int got = batch_source_next(late->reader, batch, err);
	if (got != 0)
		return got;
	(void)stages_append(&late->stages, late->reader->stages(
	    late->reader));
	late->bytes = stream_reader_bytes(late->reader);
	late->has_ended = 1;
	batch_source_free(late->reader);
	late->reader = NULL;
	return 0;
}

static const struct stages *
late_stages(struct batch_source *source)
{
	return &((struct late_file *)source)->stages;
}

static void
late_free(struct batch_source *source)
{
	struct late_file *late = (struct late_file *)source;
	batch_source_free(late->reader);
	stream_header_release(&late->header);
	stages_release(&late->stages);
	mem_free(late->path);
	mem_free(late);
}

struct batch_source *
late_file_new(const char *path, struct error *err)
{
	struct batch_source *reader = open_reader(path, err);
	if (reader == NULL)
		return NULL;
	struct late_file *late = mem_zalloc(sizeof(*late));
	late->source = (struct batch_source){.header = &late->header,
	    .next = late_next, .stages = late_stages, .free = late_free};
	late->path = mem_strdup(path);
	stream_header_copy(&late->header, reader->header);
	batch_source_free(reader);
	return &late->source;
}

uint64_t
late_file_bytes(const struct batch_source *source)
{
	const struct late_file *late = (const struct late_file *)source;
	return late->reader != NULL ? stream_reader_bytes(late->reader) :
	    late->bytes;
}
