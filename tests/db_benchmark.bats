# db-benchmark's questions at 1e5 rows: DuckDB's answers.  (1e7: make check-large)

setup_file() {
	load helper
	need_oracle duckdb
	cd "$BATS_FILE_TMPDIR"
	local table
	for table in groupby join small medium big; do
		rgen -n 100000 db-benchmark $table >$table.rfl
		rcsv -w <$table.rfl >$table.csv
	done
}

setup() {
	load helper
	need_oracle duckdb
	cd "$BATS_FILE_TMPDIR"
}

# equal SQL: standard input, a CSV with the same columns, is the same rows
equal() {
	"$ORACLE_PYTHON" - "$1" /dev/fd/3 3<&0 <<-'END'
	import csv, math, sys, duckdb
	for table in ("groupby", "join", "small", "medium", "big"):
	    duckdb.sql(f"""CREATE VIEW "{table}" AS FROM read_csv('{table}.csv', header = true)""")
	# where a variance is 0 its correlation is null here, NaN there
	want = [[None if v != v else v for v in row] for row in duckdb.sql(sys.argv[1]).fetchall()]
	got = list(csv.reader(open(sys.argv[2])))[1:]
	def value(text, like):
	    return None if text == "" else type(like)(text)
	key = lambda row: [(v is not None, str(v) if not isinstance(v, float) else f"{v:.3e}") for v in row]
	assert len(got) == len(want), (len(got), len(want))
	got = [[value(a, b) for a, b in zip(row, want[0])] for row in got]
	for a, b in zip(sorted(got, key=key), sorted(want, key=key)):
	    for x, y in zip(a, b, strict=True):
	        assert x == y or (isinstance(x, float) and isinstance(y, float) and (
	            math.isclose(x, y, rel_tol=1e-9, abs_tol=1e-6))), (a, b)
	END
}

# grouped KEYS OURS THEIRS
grouped() {
	ragg -g "$1" "$2" <groupby.rfl | rcsv -w |
		equal "SELECT $1, $3 FROM groupby GROUP BY $1"
}

@test "group-by, q1 to q10" {
	grouped id1 "sum(v1)" "sum(v1)::BIGINT"
	grouped id1,id2 "sum(v1)" "sum(v1)::BIGINT"
	grouped id3 "sum(v1), avg(v3)" "sum(v1)::BIGINT, avg(v3)"
	grouped id4 "avg(v1), avg(v2), avg(v3)" "avg(v1), avg(v2), avg(v3)"
	grouped id6 "sum(v1), sum(v2), sum(v3)" \
		"sum(v1)::BIGINT, sum(v2)::BIGINT, sum(v3)"
	grouped id4,id5 "median(v3), stddev(v3)" "median(v3), stddev(v3)"
	grouped id3 "d = max(v1) - min(v2)" "max(v1) - min(v2)"
	rwindow --sort -p id6 -o 'v3 desc' 'n = row_number()' -q 'n <= 2' \
		<groupby.rfl | rselect id6,v3 | rcsv -w | equal "SELECT id6, v3 FROM
		groupby QUALIFY row_number() OVER (PARTITION BY id6
		ORDER BY v3 DESC) <= 2"
	grouped id2,id4 "r2 = power(corr(v1, v2), 2)" "pow(corr(v1, v2), 2)"
	grouped id1,id2,id3,id4,id5,id6 "sum(v3), count(*)" "sum(v3), count(*)"
}

@test "join, q1 to q5" {
	local key table kind
	while read -r key table kind; do
		rjoin -t "$kind" -k "$key" -c v2 "$table.rfl" <join.rfl | rcsv -w |
			equal "SELECT l.*, r.v2 FROM \"join\" l $kind JOIN $table r
			USING ($key)"
	done <<-'END'
		id1 small inner
		id2 medium inner
		id2 medium left
		id5 medium inner
		id3 big inner
	END
}
