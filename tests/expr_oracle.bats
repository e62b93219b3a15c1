# Random expressions over random tables, against DuckDB.
#
# The seeds are fixed, so that this fails only for a reason; RIFFLE_SEED=n
# looks at others.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

@test "expressions give what DuckDB gives" {
	need_oracle duckdb
	for seed in ${RIFFLE_SEED:-1 2}; do
		run -0 "$ORACLE_PYTHON" "$ROOT/tests/expr_oracle.py" . "$seed" 6 150
		echo "$output"
	done
}
