#include "op/profile/profile.h"
#include "op/profile/parts.h"

#define BAR_CELLS 40
#define MAX_SHOWN_BYTES 40

/* A value on one line, cut where it is too long. */
static void
print_value(struct buffer *out, const char *text)
{
	size_t len = strlen(text);
	size_t shown = len <= MAX_SHOWN_BYTES ? len : MAX_SHOWN_BYTES;
	/* not within a character */
	while (shown < len && shown > 0 && (text[shown] & 0xc0) == 0x80)
		shown--;
	for (size_t i = 0; i < shown; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c < 0x20 || c == 0x7f)
			buffer_printf(out, "\\x%02x", c);
		else
			buffer_append_byte(out, c);
	}
	if (shown < len)
		buffer_append_text(out, "...");
	if (len == 0)
		buffer_append_text(out, "''");
}

static double
percent(uint64_t part, uint64_t whole)
{
	return whole > 0 ? 100.0 * (double)part / (double)whole : 0;
}

/* "    label   ########  12345  1.2 %" */
static void
print_bar(struct buffer *out, const char *label, size_t width, uint64_t count,
    uint64_t most, uint64_t rows)
{
	size_t cells = most > 0 ?
	    (size_t)((double)count / (double)most * BAR_CELLS + 0.5) : 0;
	buffer_printf(out, "    %-*s ", (int)width, label);
	for (size_t i = 0; i < BAR_CELLS; i++)
		buffer_append_byte(out, i < cells ? '#' : ' ');
	buffer_printf(out, " %llu (%.1f %%)\n", (unsigned long long)count,
	    percent(count, rows));
}

/* The labels of bars, aligned. */
static void
print_bars(struct buffer *out, struct buffer *labels, const uint64_t *counts,
    uint32_t count, uint64_t rows)
{
	uint64_t most = 0;
	size_t width = 0;
	for (uint32_t i = 0; i < count; i++) {
		most = counts[i] > most ? counts[i] : most;
		width = labels[i].len > width ? labels[i].len : width;
	}
	for (uint32_t i = 0; i < count; i++) {
		print_bar(out, buffer_text(&labels[i]), width, counts[i],
		    most, rows);
		buffer_release(&labels[i]);
	}
}

static void
print_top(const struct profile_column *column, struct buffer *out)
{
	struct buffer labels[PROFILE_TOP] = {0};
	uint64_t counts[PROFILE_TOP];
	for (uint32_t i = 0; i < column->top_count; i++) {
		print_value(&labels[i], column->top[i].text);
		counts[i] = column->top[i].count;
	}
	buffer_printf(out, "  %s\n", column->distinct > column->top_count ?
	    "most frequent:" : "values:");
	print_bars(out, labels, counts, column->top_count, column->rows);
}

static void
print_bins(const struct profile_column *column, struct buffer *out)
{
	struct buffer labels[PROFILE_BINS] = {0};
	double step = (column->high - column->low) / PROFILE_BINS;
	for (uint32_t i = 0; i < PROFILE_BINS; i++) {
		profile_place(column->type, column->low + i * step,
		    &labels[i]);
		buffer_append_text(&labels[i], " ..");
	}
	buffer_append_text(out, "  distribution:\n");
	print_bars(out, labels, column->bins, PROFILE_BINS, column->rows);
}

static void
print_figures(const struct profile_column *column, struct buffer *out)
{
	buffer_append_text(out, "  least ");
	print_value(out, column->least);
	buffer_append_text(out, ", greatest ");
	print_value(out, column->greatest);
	if (column->mean != NULL)
		buffer_printf(out, ", mean %s", column->mean);
	if (type_is_variable(column->type))
		buffer_printf(out, ", of %u to %u bytes", column->shortest,
		    column->longest);
	buffer_append_text(out, "\n  ");
	for (uint32_t i = 0; i < PROFILE_QUANTILES; i++) {
		buffer_printf(out, "%s%u %%: ", i > 0 ? ", " : "",
		    profile_percent[i]);
		print_value(out, column->quantiles[i]);
	}
	buffer_append_byte(out, '\n');
}

static void
print_column(const struct profile_column *column, struct buffer *out)
{
	char type[TYPE_TEXT_BYTES];
	uint64_t values = column->rows - column->nulls;
	buffer_printf(out, "\n%s %s\n  %llu values, %llu nulls (%.1f %%), "
	    "%llu distinct%s\n", column->name,
	    type_format(column->type, type), (unsigned long long)values,
	    (unsigned long long)column->nulls,
	    percent(column->nulls, column->rows),
	    (unsigned long long)column->distinct,
	    values > 1 && column->distinct == values ? " (unique)" : "");
	if (values == 0)
		return;
	print_figures(column, out);
	if (column->distinct > column->top_count && column->has_bins)
		print_bins(column, out);
	/* a value in a thousand rows is worth a line */
	if (column->top[0].count > 1 && column->top[0].count >= values / 1000)
		print_top(column, out);
}

void
profile_print(const struct profile *profile, struct buffer *out)
{
	buffer_printf(out, "rows: %llu\n", (unsigned long long)profile->rows);
	for (uint32_t i = 0; i < profile->count; i++)
		print_column(&profile->columns[i], out);
}
