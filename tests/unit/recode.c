#include "check.h"

#include "batch/recode.h"

#define ROWS 3

struct sources {
	struct recoder recoder;
	struct dictionary *dictionaries[2];
	struct column_builder builders[2];
};

static void
sources_init(struct sources *sources)
{
	struct type type = type_of(TYPE_STRING);
	recoder_init(&sources->recoder, type, 2);
	for (uint32_t i = 0; i < 2; i++) {
		sources->dictionaries[i] = dictionary_new();
		column_builder_init(&sources->builders[i], type);
	}
}

static void
sources_release(struct sources *sources)
{
	recoder_release(&sources->recoder);
	for (uint32_t i = 0; i < 2; i++) {
		dictionary_free(sources->dictionaries[i]);
		column_builder_release(&sources->builders[i]);
	}
}

/* A batch of one-letter entries of a source, '-' for null, as recoded. */
static struct column
map(struct sources *sources, uint32_t source, const char *letters)
{
	struct column_builder *builder = &sources->builders[source];
	struct dictionary *dictionary = sources->dictionaries[source];
	struct error err = {0};
	struct column view;
	column_builder_clear(builder);
	column_builder_use_dictionary(builder, dictionary, 1);
	for (uint32_t i = 0; i < ROWS; i++) {
		if (letters[i] == '-')
			column_builder_append_null(builder);
		else
			column_builder_append_code(builder,
			    dictionary_add(dictionary, &letters[i], 1));
	}
	struct column column = column_builder_view(builder);
	CHECK_INT(recoder_map(&sources->recoder, source, &column, ROWS,
	    &view, &err), 0);
	return view;
}

static void
check_codes(const struct column *column, uint32_t a, uint32_t b, uint32_t c)
{
	CHECK_INT(column_code(column, 0), a);
	CHECK_INT(column_code(column, 1), b);
	CHECK_INT(column_code(column, 2), c);
}

static void
codes_that_stay_what_they_are_are_not_copied(void)
{
	struct sources sources;
	sources_init(&sources);
	struct column view = map(&sources, 0, "aba");
	CHECK(view.values == sources.builders[0].values.data);
	CHECK(view.dictionary == sources.recoder.merged);
	check_codes(&view, 0, 1, 0);
	view = map(&sources, 0, "-cb");
	CHECK(view.values == sources.builders[0].values.data);
	check_codes(&view, 0, 2, 1);
	CHECK(column_is_null(&view, 0));
	sources_release(&sources);
}

static void
codes_of_another_source_are_those_of_equal_entries(void)
{
	struct sources sources;
	sources_init(&sources);
	map(&sources, 0, "aba");
	struct column view = map(&sources, 1, "cb-");
	check_codes(&view, 2, 1, 0);
	CHECK(column_is_null(&view, 2));
	view = map(&sources, 0, "bac");
	check_codes(&view, 1, 0, 2);
	CHECK_INT(sources.recoder.merged->count, 3);
	sources_release(&sources);
}

/* 'd' was in the dictionary before any row used it. */
static void
codes_change_from_the_first_row_that_skips_an_entry(void)
{
	struct sources sources;
	sources_init(&sources);
	map(&sources, 0, "aaa");
	dictionary_add(sources.dictionaries[0], "d", 1);
	struct column view = map(&sources, 0, "aba");
	check_codes(&view, 0, 1, 0);
	view = map(&sources, 0, "dba");
	check_codes(&view, 2, 1, 0);
	CHECK_INT(sources.recoder.merged->count, 3);
	sources_release(&sources);
}

static void
a_source_forgotten_may_come_with_another_dictionary(void)
{
	struct sources sources;
	sources_init(&sources);
	map(&sources, 0, "aba");
	dictionary_free(sources.dictionaries[0]);
	sources.dictionaries[0] = dictionary_new();
	recoder_forget(&sources.recoder, 0);
	struct column view = map(&sources, 0, "bab");
	check_codes(&view, 1, 0, 1);
	recoder_forget(&sources.recoder, 0);
	dictionary_free(sources.dictionaries[0]);
	sources.dictionaries[0] = dictionary_new();
	view = map(&sources, 0, "abb");
	check_codes(&view, 0, 1, 1);
	sources_release(&sources);
}

int
main(void)
{
	RUN(codes_that_stay_what_they_are_are_not_copied);
	RUN(codes_of_another_source_are_those_of_equal_entries);
	RUN(codes_change_from_the_first_row_that_skips_an_entry);
	RUN(a_source_forgotten_may_come_with_another_dictionary);
	return check_done();
}
