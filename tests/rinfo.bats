# rinfo: streams and Parquet files described and profiled.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

@test "a profile counts what DuckDB counts, on any budget" {
	need_oracle duckdb
	rgen -n 50000 retail transactions |
		rmap 'q = case when quantity = 5 then null else quantity end,
			r = cast(quantity as f64) / 3,
			p = cast(customer_id as decimal(12,3)) * 0.125,
			d = cast(txn_ts as date)' >t.rfl
	rparquet -w -o t.parquet <t.rfl
	rinfo -p t.rfl >profile
	rinfo -p -m 1M t.rfl >small
	cmp profile small
	rinfo -p t.parquet | tail -n +2 | cmp - <(tail -n +2 profile)
	"$ORACLE_PYTHON" - <<-'END'
		import re, duckdb
		sql = duckdb.connect().execute
		text = open("profile").read()
		table = "'t.parquet'"
		assert text.startswith("profile of: t.rfl\nrows: 50000\n")
		parts = text.split("\n\n")[1:]
		names = [row[0] for row in sql(f"DESCRIBE FROM {table}").fetchall()]
		assert [part.split()[0] for part in parts] == names, parts
		for name, part in zip(names, parts):
		    count, nulls, distinct, least, greatest = sql(
		        f"SELECT count({name}), count(*) - count({name}), count(DISTINCT {name}), "
		        f"min({name}), max({name}) FROM {table}").fetchone()
		    said = re.search(r"(\d+) values, (\d+) nulls .*, (\d+) distinct", part)
		    assert said.groups() == (str(count), str(nulls), str(distinct)), (name, part)
		    said = re.search(r"least (.*?), greatest (.*?)(,|\n)", part)
		    assert said.groups()[:2] == (str(least), str(greatest)), (name, part, least)
		    for share in (5, 25, 50, 75, 95):
		        want = sql(f"SELECT quantile_disc({name}, {share / 100}) FROM {table}"
		                          ).fetchone()[0]
		        assert f" {share} %: {str(want)}" in part, (name, share, want, part)
		    top = sql(f"SELECT {name}, count(*) AS n FROM {table} WHERE {name} IS NOT NULL "
		                     f"GROUP BY 1 ORDER BY n DESC, 1 LIMIT 10").fetchall()
		    if " frequent" in part or "values:\n" in part:
		        got = re.findall(r"^    (\S.*?) +#* +(\d+) \(", re.split(
		            "most frequent:|  values:", part)[1], re.M)
		        assert got == [(str(v), str(n)) for v, n in top], (name, got, top)
		    if "distribution:" in part:
		        bins = part.split("distribution:")[1].split("most")[0]
		        counts = [int(n) for n in re.findall(r"(\d+) \([\d.]+ %\)", bins)]
		        assert len(counts) == 10 and sum(counts) == count, (name, counts)
	END
}

@test "a profile of odd values: no rows, only nulls, one value, NaN, long text" {
	printf 'a,b,c,d\n' | rcsv -t 'a:i32, b:string, c:f64, d:bool' |
		rinfo -p >none
	assert_equal "$(grep -c '0 values, 0 nulls' none)" 4
	printf 'a,b,c,d\n,"",nan,true\n,"",1.5,false\n,"%s",-inf,true\n' \
	    "$(head -c 300 /dev/zero | tr '\0' x)" |
		rcsv -t 'a:i32, b:string, c:f64, d:bool' --null '' |
		rinfo -p >odd
	grep -q '0 values, 3 nulls (100.0 %), 0 distinct' odd
	grep -q 'least -inf, greatest nan' odd
	grep -q 'x\.\.\., of 0 to 300 bytes' odd
	grep -A 3 '^d bool' odd | grep -q 'least false, greatest true'
}

@test "a Parquet file and a folder are described as rparquet does" {
	rgen -n 1000 retail transactions >t.rfl
	rparquet -w -o t.parquet <t.rfl
	rparquet -w -p channel -o folder <t.rfl
	for path in t.parquet folder; do
		rparquet --meta "$path" >want
		rinfo "$path" | cmp - want
	done
	run -0 rinfo -s t.parquet
	assert_line "columns: 6"
	assert_line --partial "txn_id string"
	head -c 1000 t.parquet >cut.parquet
	run -3 --separate-stderr rinfo cut.parquet
	[[ $stderr == *"rinfo: cut.parquet: "* ]] || fail "$stderr"
}
