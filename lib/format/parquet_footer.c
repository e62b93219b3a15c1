#include "format/parquet_footer.h"

#include "format/parquet_footer_parts.h"
#include "format/parquet_sums.h"

/* The least bytes that an element with its required fields can take. */
#define ELEMENT_LEAST_BYTES 3		/* a name, stop */
#define ROW_GROUP_LEAST_BYTES 7		/* columns, bytes, rows, stop */
#define KEY_VALUE_LEAST_BYTES 3

/* The number of the one member of a union, all of whose members are empty. */
static int16_t
get_union(struct parquet_parser *p, const struct thrift_field *field)
{
	struct thrift_field member = {0};
	int16_t id = 0;
	if (!thrift_enter(&p->thrift, field))
		return 0;
	while (thrift_next_field(&p->thrift, &member)) {
		id = member.id;
		thrift_skip(&p->thrift, &member);
	}
	thrift_leave(&p->thrift);
	return id;
}

/* DecimalType, TimeType, TimestampType, IntType: told apart by the id. */
static void
parse_logical_member(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_logical_type *logical)
{
	struct thrift_field field = {0};
	_Bool is_decimal = logical->id == PARQUET_LOGICAL_DECIMAL;
	_Bool is_integer = logical->id == PARQUET_LOGICAL_INTEGER;
	if (!thrift_enter(&p->thrift, outer))
		return;
	while (thrift_next_field(&p->thrift, &field)) {
		if (field.id != 1 && field.id != 2)
			thrift_skip(&p->thrift, &field);
		else if (is_decimal && field.id == 1)
			logical->scale = thrift_get_i32(&p->thrift, &field);
		else if (is_decimal)
			logical->precision =
			    thrift_get_i32(&p->thrift, &field);
		else if (is_integer && field.id == 1)
			logical->bit_width =
			    (uint8_t)parquet_get_enum(p, &field);
		else if (is_integer)
			logical->is_signed =
			    thrift_get_bool(&p->thrift, &field);
		else if (field.id == 1)
			logical->is_utc = thrift_get_bool(&p->thrift, &field);
		else
			logical->unit = (uint8_t)get_union(p, &field);
	}
	thrift_leave(&p->thrift);
}

static void
parse_logical(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_logical_type *logical)
{
	struct thrift_field field = {0};
	if (!thrift_enter(&p->thrift, outer))
		return;
	while (thrift_next_field(&p->thrift, &field)) {
		logical->id = field.id > UINT8_MAX ? UINT8_MAX :
		    (uint8_t)field.id;
		switch (field.id) {
		case PARQUET_LOGICAL_DECIMAL:
		case PARQUET_LOGICAL_TIME:
		case PARQUET_LOGICAL_TIMESTAMP:
		case PARQUET_LOGICAL_INTEGER:
			parse_logical_member(p, &field, logical);
			break;
		default:
			thrift_skip(&p->thrift, &field);
		}
	}
	thrift_leave(&p->thrift);
}

static void
parse_element(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_element *element)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0};
	*element = (struct parquet_element){.type = -1, .repetition = -1,
	    .converted = -1};
	if (!thrift_enter(t, outer))
		return;
	while (thrift_next_field(t, &field)) {
		switch (field.id) {
		case 1:
			element->type = parquet_get_enum(p, &field);
			break;
		case 2:
			element->type_length = thrift_get_i32(t, &field);
			break;
		case 3:
			element->repetition = parquet_get_enum(p, &field);
			break;
		case 4:
			element->name = parquet_get_text(p, &field);
			break;
		case 5:
			element->child_count = thrift_get_i32(t, &field);
			break;
		case 6:
			element->converted = parquet_get_enum(p, &field);
			break;
		case 7:
			element->scale = thrift_get_i32(t, &field);
			break;
		case 8:
			element->precision = thrift_get_i32(t, &field);
			break;
		case 9:
			element->has_field_id = 1;
			element->field_id = thrift_get_i32(t, &field);
			break;
		case 10:
			parse_logical(p, &field, &element->logical);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	thrift_leave(t);
	if (element->name == NULL)
		thrift_fail(t, "an element of the schema has no name");
}

static void
parse_elements(struct parquet_parser *p, const struct thrift_field *field,
    struct parquet_meta *meta)
{
	struct thrift_field element;
	uint32_t count = thrift_get_list(&p->thrift, field, &element,
	    ELEMENT_LEAST_BYTES);
	meta->elements = parquet_get_array(p, count, sizeof(*meta->elements));
	meta->element_count = count;
	for (uint32_t i = 0; i < count; i++)
		parse_element(p, &element, &meta->elements[i]);
}

static void
parse_row_groups(struct parquet_parser *p, const struct thrift_field *field,
    struct parquet_meta *meta)
{
	struct thrift_field element;
	uint32_t count = thrift_get_list(&p->thrift, field, &element,
	    ROW_GROUP_LEAST_BYTES);
	meta->row_groups =
	    parquet_get_array(p, count, sizeof(*meta->row_groups));
	meta->row_group_count = count;
	for (uint32_t i = 0; i < count; i++)
		parquet_parse_row_group(p, &element, &meta->row_groups[i]);
}

static void
parse_key_values(struct parquet_parser *p, const struct thrift_field *outer,
    struct parquet_meta *meta)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field element;
	uint32_t count = thrift_get_list(t, outer, &element,
	    KEY_VALUE_LEAST_BYTES);
	meta->key_values =
	    parquet_get_array(p, count, sizeof(*meta->key_values));
	meta->key_value_count = count;
	for (uint32_t i = 0; i < count && thrift_enter(t, &element); i++) {
		struct thrift_field field = {0};
		/* values are anybody's: cut at a NUL they do no harm */
		while (thrift_next_field(t, &field)) {
			if (field.id == 1)
				meta->key_values[i].key =
				    (const char *)parquet_get_bytes(p,
				    &field).data;
			else if (field.id == 2)
				meta->key_values[i].value =
				    (const char *)parquet_get_bytes(p,
				    &field).data;
			else
				thrift_skip(t, &field);
		}
		thrift_leave(t);
		if (meta->key_values[i].key == NULL)
			meta->key_values[i].key = "";
	}
}

static void
parse_orders(struct parquet_parser *p, const struct thrift_field *field,
    struct parquet_meta *meta)
{
	struct thrift_field element;
	uint32_t count = thrift_get_list(&p->thrift, field, &element, 1);
	meta->orders = parquet_get_array(p, count, 1);
	meta->order_count = count;
	for (uint32_t i = 0; i < count; i++) {
		int16_t order = get_union(p, &element);
		meta->orders[i] = order == PARQUET_ORDER_TYPE ||
		    order == PARQUET_ORDER_IEEE754_TOTAL ? (uint8_t)order :
		    PARQUET_ORDER_NONE;
	}
}

static void
parse_meta(struct parquet_parser *p, struct parquet_meta *meta)
{
	struct thrift_reader *t = &p->thrift;
	struct thrift_field field = {0};
	unsigned seen = 0;
	while (thrift_next_field(t, &field)) {
		seen |= field.id < 16 ? 1u << field.id : 0;
		switch (field.id) {
		case 1:
			meta->version = thrift_get_i32(t, &field);
			break;
		case 2:
			parse_elements(p, &field, meta);
			break;
		case 3:
			meta->row_count = thrift_get_i64(t, &field);
			break;
		case 4:
			parse_row_groups(p, &field, meta);
			break;
		case 5:
			parse_key_values(p, &field, meta);
			break;
		case 6:
			meta->created_by =
			    (const char *)parquet_get_bytes(p, &field).data;
			break;
		case 7:
			parse_orders(p, &field, meta);
			break;
		case 8:
			meta->is_encrypted = 1;
			thrift_skip(t, &field);
			break;
		default:
			thrift_skip(t, &field);
		}
	}
	/* version is required too, but nothing depends on it */
	if ((seen & 0x1c) != 0x1c)
		thrift_fail(t, "the footer lacks required fields");
}

int
parquet_footer_parse(const uint8_t *bytes, size_t len,
    struct parquet_meta *meta, struct error *err)
{
	*meta = (struct parquet_meta){0};
	struct parquet_parser p = {.arena = &meta->arena};
	thrift_reader_init(&p.thrift, bytes, len);
	parse_meta(&p, meta);
	if (thrift_check(&p.thrift, err) == 0)
		return 0;
	parquet_meta_release(meta);
	return error_prefix(err, "the footer is corrupt");
}

void
parquet_meta_release(struct parquet_meta *meta)
{
	arena_release(&meta->arena);
	*meta = (struct parquet_meta){0};
}

static uint32_t
get_u32(const uint8_t bytes[4])
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 |
	    (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

/* Checks the tail and sets the footer's length. */
static int
read_tail(const struct parquet_input *input, uint32_t *len,
    struct error *err)
{
	uint8_t tail[PARQUET_TAIL_BYTES];
	if (input->size < PARQUET_MAGIC_BYTES + PARQUET_TAIL_BYTES)
		return error_data(err,
		    "too short for a Parquet file: %llu bytes",
		    (unsigned long long)input->size);
	if (input->read_at(input->ctx, input->size - sizeof(tail), tail,
	    sizeof(tail), err) < 0)
		return -1;
	if (memcmp(tail + 4, PARQUET_MAGIC_ENCRYPTED, 4) == 0)
		return error_data(err, "the footer is encrypted: not handled");
	if (memcmp(tail + 4, PARQUET_MAGIC, 4) != 0)
		return error_data(err, "not a Parquet file, or cut off: "
		    "no PAR1 at its end");
	uint8_t head[PARQUET_MAGIC_BYTES];
	if (input->read_at(input->ctx, 0, head, sizeof(head), err) < 0)
		return -1;
	if (memcmp(head, PARQUET_MAGIC, sizeof(head)) != 0)
		return error_data(err, "no PAR1 at its beginning");
	*len = get_u32(tail);
	uint64_t room = input->size - PARQUET_MAGIC_BYTES - sizeof(tail);
	if (*len > room || *len > PARQUET_MAX_FOOTER_BYTES)
		return error_data(err, "a footer of %u bytes in a file of "
		    "%llu", *len, (unsigned long long)input->size);
	return 0;
}

int
parquet_footer_read(const struct parquet_input *input,
    struct parquet_meta *meta, struct error *err)
{
	uint32_t len = 0;
	*meta = (struct parquet_meta){0};
	if (read_tail(input, &len, err) < 0)
		return error_prefix(err, "%s", input->name);
	uint8_t *bytes = mem_alloc(len);
	int status = input->read_at(input->ctx,
	    input->size - PARQUET_TAIL_BYTES - len, bytes, len, err);
	if (status == 0)
		status = parquet_footer_parse(bytes, len, meta, err);
	if (status == 0 &&
	    parquet_sums_check(bytes, len, meta, err) != 0) {
		parquet_meta_release(meta);
		status = -1;
	}
	mem_free(bytes);
	return status < 0 ? error_prefix(err, "%s", input->name) : 0;
}
