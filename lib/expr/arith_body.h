/*
 * One operator over two arguments of one type, each all rows or a constant.
 * Defines NAME for TYPEs with STEP(x, y, &r), which sets r and is negative
 * where that is not the answer; all three are undefined at the end.
 *
 * The loops only gather whether any row was bad; then report_bad is asked for
 * each row that counts.
 */
static int
NAME(struct call *call)
{
	const TYPE *restrict a = call->args[0]->column.values;
	const TYPE *restrict b = call->args[1]->column.values;
	const _Bool a_is_constant = call->args[0]->is_constant;
	const _Bool b_is_constant = call->args[1]->is_constant;
	const uint32_t rows = call->rows;
	const int64_t limit = limit_of(call->node->type);
	TYPE *restrict out = vector_start(call->out, call->node->type, rows);
	int64_t bad = 0;
	if (b_is_constant) {
		TYPE y = b[0];
		for (uint32_t i = 0; i < rows; i++)
			bad |= STEP(a[i], y, &out[i], limit);
	} else if (a_is_constant) {
		TYPE x = a[0];
		for (uint32_t i = 0; i < rows; i++)
			bad |= STEP(x, b[i], &out[i], limit);
	} else {
		for (uint32_t i = 0; i < rows; i++)
			bad |= STEP(a[i], b[i], &out[i], limit);
	}
	if (bad >= 0)
		return 0;
	for (uint32_t i = 0; i < rows; i++) {
		TYPE ignored;
		if (row_is_live(call->live, i) &&
		    STEP(a[a_is_constant ? 0 : i], b[b_is_constant ? 0 : i],
		    &ignored, limit) < 0 && report_bad(call, i) != 0)
			return -1;
	}
	return 0;
}

#undef NAME
#undef TYPE
#undef STEP
