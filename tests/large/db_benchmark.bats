# db-benchmark at 1e7 rows: the sums that its solutions report.
# slow

setup_file() {
	load ../helper
	need_release "this takes long"
	need_data db-benchmark-expected
	cd "$BATS_FILE_TMPDIR"
	rgen -n 10000000 db-benchmark groupby >groupby.rfl
	local table
	for table in join small medium big; do
		rgen -n 10000000 db-benchmark $table >$table.rfl
	done
}

setup() {
	load ../helper
	need_release "this takes long"
	need_data db-benchmark-expected
	cd "$BATS_FILE_TMPDIR"
}

# expect DATA QUESTION: the published rows and sums, "rows|a;b;c"
expect() {
	rcsv "$DATA/db-benchmark-expected/expected_checksums.csv" |
		rfilter "data = '$1' and question = '$2'" |
		rselect out_rows,chk_most_precise | rcsv -w -H no |
		tr , '|'
}

# grouped QUESTION SUMS KEYS AGGREGATES [FURTHER]: sums of a question's answer
grouped() {
	local question=$1 sums=$2
	shift 2
	local got
	got=$(ragg -g "$1" "$2" <groupby.rfl | ${3:-cat} | ragg "count(*), $sums" |
		rcsv -w -H no)
	same "G1_1e7_1e2_0_0" "$question" "$got"
}

# same DATA QUESTION "ROWS,A,B": to the last published digit
same() {
	local want
	want=$(expect "$1" "$2")
	python3 - "$3" "$want" <<-'END' || fail "$2: $3, not $want"
	import decimal, sys
	got = sys.argv[1].split(",")
	rows, sums = sys.argv[2].split("|")
	sums = sums.split(";")
	assert got[0] == rows, (got, rows)
	for a, b in zip(got[1:], sums, strict=True):
	    a, b = decimal.Decimal(a), decimal.Decimal(b)
	    assert abs(a - b) <= decimal.Decimal(1).scaleb(b.as_tuple().exponent), (a, b)
	END
}

@test "group-by, q1 to q10" {
	grouped "sum v1 by id1" "sum(v1)" id1 "v1 = sum(v1)"
	grouped "sum v1 by id1:id2" "sum(v1)" id1,id2 "v1 = sum(v1)"
	grouped "sum v1 mean v3 by id3" "sum(v1), sum(v3)" id3 \
		"v1 = sum(v1), v3 = avg(v3)"
	grouped "mean v1:v3 by id4" "sum(v1), sum(v2), sum(v3)" id4 \
		"v1 = avg(v1), v2 = avg(v2), v3 = avg(v3)"
	grouped "sum v1:v3 by id6" "sum(v1), sum(v2), sum(v3)" id6 \
		"v1 = sum(v1), v2 = sum(v2), v3 = sum(v3)"
	grouped "median v3 sd v3 by id4 id5" "sum(m), sum(s)" id4,id5 \
		"m = median(v3), s = stddev(v3)"
	grouped "max v1 - min v2 by id3" "sum(d)" id3 "d = max(v1) - min(v2)"
	rwindow --sort -p id6 -o 'v3 desc' 'n = row_number()' -q 'n <= 2' \
		<groupby.rfl | ragg 'count(*), sum(v3)' | rcsv -w -H no >q8
	same G1_1e7_1e2_0_0 "largest two v3 by id6" "$(cat q8)"
	grouped "regression v1 v2 by id2 id4" "sum(r2)" id2,id4 \
		"r2 = power(corr(v1, v2), 2)"
	grouped "sum v3 count by id1:id6" "sum(v3), sum(n)" \
		id1,id2,id3,id4,id5,id6 "v3 = sum(v3), n = count(*)"
}

# joined QUESTION KEY TABLE OPTION...
joined() {
	local question=$1 key=$2 table=$3
	shift 3
	same J1_1e7_NA_0_0 "$question" "$(rjoin "$@" -k "$key" -c v2 \
		"$table.rfl" <join.rfl | ragg 'count(*), sum(v1), sum(v2)' |
		rcsv -w -H no)"
}

@test "join, q1 to q5" {
	joined "small inner on int" id1 small -b
	joined "medium inner on int" id2 medium
	joined "medium outer on int" id2 medium -t left
	joined "medium inner on factor" id5 medium
	joined "big inner on int" id3 big
}
