# slow
# pipelines/online-retail on the real data of UCI.

setup_file() {
	load helper
	need_data uci-online-retail
	cd "$BATS_FILE_TMPDIR"
	tar --zstd -xf "$DATA/uci-online-retail/by-day.tar.zst"
	load pipeline
	pipeline online-retail IN="$PWD/by-day" OUT="$PWD/out"
}

setup() {
	load helper
	load pipeline
	need_data uci-online-retail
	cd "$BATS_FILE_TMPDIR"
}

@test "Bronze keeps every row, with file and line, and the sums are exact" {
	grep -q '^541909 *5176450 *9747747.934$' out/report.txt
	run -0 bash -c "rparquet -c _file,_line out/bronze/invoices |
		rdedup -v -k _file,_line | rinfo"
	assert_line "rows: 541909"
}

@test "Silver removes the exact duplicates and accounts for all rows" {
	grep -q 'rows landed  *541909$' out/report.txt
	grep -q 'exact duplicates  *5268$' out/report.txt
	grep -q 'set apart in Silver  *11764$' out/report.txt
	grep -q 'in Silver  *524877$' out/report.txt
}

@test "every Gold table equals DuckDB's answer from the raw files" {
	need_oracle duckdb
	run -0 "$ORACLE_PYTHON" "$ROOT/tests/pipeline_oracle.py" \
		online-retail by-day out
	assert_line "product_shares 3811"
}

@test "a second run does nothing" {
	traces out >before
	pipeline online-retail IN="$PWD/by-day" OUT="$PWD/out"
	traces out | cmp before -
	run -1 grep '^\./' make.log
}

@test "a late file rebuilds its month alone, to the bytes of a build from scratch" {
	mkdir -p late
	cp -p by-day/*.csv late
	mv late/2011-05-17.csv held.csv
	pipeline online-retail IN="$PWD/late" OUT="$PWD/out2"
	traces out2 >before
	mv held.csv late/2011-05-17.csv
	pipeline online-retail IN="$PWD/late" OUT="$PWD/out2"
	sed -n 's/^\(\.\/[a-z]*\).*/\1/p' make.log | sort | uniq -c |
		awk '{ print $1 $2 }' | tr '\n' ' ' >recipes
	[ "$(cat recipes)" = "1./account 1./gold 1./month 1./report " ]
	traces out2 >after
	# what was not of May, and no Gold, is as it was
	diff <(grep -v 2011-05 before | grep -v ./gold) \
		<(grep -v 2011-05 after | grep -v ./gold)
	diff <(sums out) <(sums out2)
	# the report too, but for who made what
	diff <(sed '/^Every stage/q' out/report.txt) \
		<(sed '/^Every stage/q' out2/report.txt)
}

@test "a month that leaves is in no part of the report" {
	mkdir few
	cp -p by-day/2011-0[56]-0*.csv few
	pipeline online-retail IN="$PWD/few" OUT="$PWD/out3"
	rm few/2011-05*.csv
	pipeline online-retail IN="$PWD/few" OUT="$PWD/out3"
	pipeline online-retail IN="$PWD/few" OUT="$PWD/out4"
	cmp out3/report.txt out4/report.txt
}

@test "DRY_RUN=1 prints the report and publishes nothing" {
	pipeline online-retail IN="$PWD/by-day" OUT="$PWD/dry" DRY_RUN=1
	grep -q '^541909 *5176450 *9747747.934$' make.log
	[ ! -e dry ]
}

@test "months side by side and portable code give the same bytes" {
	RIFFLE_SIMD=portable pipeline online-retail -j4 IN="$PWD/by-day" \
		OUT="$PWD/out3"
	diff <(sums out) <(sums out3)
}

@test "two runs in one place do not meet" {
	exec 9>out/.lock
	flock 9
	run -2 --separate-stderr make -C "$ROOT/pipelines/online-retail" \
		IN="$PWD/by-day" OUT="$PWD/out"
	[[ $stderr == *"another run is at work"* ]]
}
