/* Included once for each narrow integer: NAME of the function, OUT type. */
static int
NAME(const struct parquet_column *column, const uint8_t *raw, OUT *out,
    uint32_t count, struct error *err)
{
	int32_t difference = 0;
	for (uint32_t i = 0; i < count; i++) {
		int32_t value = load_i32(raw, i);
		out[i] = (OUT)value;
		difference |= value ^ out[i];
	}
	for (uint32_t i = 0; difference != 0 && i < count; i++)
		if (load_i32(raw, i) != out[i])
			return does_not_fit(column, load_i32(raw, i), err);
	return 0;
}
#undef NAME
#undef OUT
