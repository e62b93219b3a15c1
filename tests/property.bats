# Random queries give what DuckDB gives.

setup() {
	load helper
	need_oracle duckdb
}

# A fixed seed: what fails, fails again.  `make property` takes others.
@test "a thousand random queries equal DuckDB's" {
	count=1000
	[ "$VARIANT" = release ] || count=100
	run -0 "$ORACLE_PYTHON" "$ROOT/tests/property/property.py" \
		-n "$count" -s 1
	assert_line "$count queries agree"
}
