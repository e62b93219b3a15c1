#include "table/manifest.h"

static int
write_text(struct publish *unit, const char *prefix, const char *name,
    const struct buffer *text, struct error *err)
{
	char *path = mem_printf("%s%s", prefix, name);
	int result = publish_write(unit, path, text, err);
	mem_free(path);
	return result;
}

int
manifest_write(struct publish *unit, const char *prefix,
    struct manifest *manifest, const struct stages *stages,
    const char *there, _Bool *is_unchanged, struct error *err)
{
	struct buffer text = {0}, account = {0};
	manifest_print(manifest, &text);
	manifest_print_stages(stages, &account);
	*is_unchanged = there != NULL &&
	    manifest_is_there(there, manifest, &text, &account);
	int result = *is_unchanged ? 0 :
	    write_text(unit, prefix, MANIFEST_NAME, &text, err);
	if (result == 0 && !*is_unchanged)
		result = write_text(unit, prefix, MANIFEST_STAGES_NAME,
		    &account, err);
	buffer_release(&text);
	buffer_release(&account);
	return result;
}
