# rwindow

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

# stream TYPES: standard input, a CSV, as a stream in t.rfl
stream() {
	rcsv -t "$1" - >t.rfl
}

@test "random windows equal DuckDB's" {
	need_oracle duckdb
	run -0 "$ORACLE_PYTHON" "$ROOT/tests/window_oracle.py" \
		"${RIFFLE_SEED:-1}" 60
	assert_output "60 windows agree"
}

@test "averages and shares are exact and rounded half away from zero" {
	printf 'g,x\na,1\na,0\na,-1\na,1\nb,2\nb,1\nc,\n' |
		stream 'g:string, x:i32'
	rwindow -p g 'a = avg(x), s = share(x), f = avg(x) rows between
		1 preceding and current row' <t.rfl | rcsv -w | diff - <(cat <<-'END'
	g,x,a,s,f
	a,1,0.250000,1.000000,1.000000
	a,0,0.250000,0.000000,0.500000
	a,-1,0.250000,-1.000000,-0.500000
	a,1,0.250000,1.000000,0.000000
	b,2,1.500000,0.666667,2.000000
	b,1,1.500000,0.333333,1.500000
	c,,,,
	END
	)
}

@test "a missing month is not the month before" {
	printf 'm,x\n2023-01-01,10\n2023-02-01,20\n2023-04-01,7\n' |
		stream 'm:date, x:i32'
	rwindow -o m "before = sum(x) range between interval 1 month preceding
		and interval '1 month' preceding" <t.rfl | rselect before |
		rcsv -w | diff - <(printf 'before\n""\n10\n""\n' | tr -d '"')
}

@test "--qualify keeps rows by the new columns and counts the rest" {
	rgen -n 10000 retail transactions |
		rwindow -v -s -p channel -o 'customer_id,txn_id' \
		'n = row_number()' -q 'n <= 5' 2>log | rinfo >info
	grep -qx "rows: 15" info
	grep -q "in=10000 out=15 qualified=9985" log
}

@test "input that is not sorted is refused, with the row and its keys" {
	printf 'g,x\na,2\na,1\n' | stream 'g:string, x:i32'
	run -3 --separate-stderr bash -c \
		"rwindow -p g -o x 'n = row_number()' <t.rfl >out"
	[ "$stderr" = "rwindow: row 2 is out of order: g=a, x=1 after g=a, x=2; \
sort the stream by rsort, or with --sort" ]
	printf 'g,x\na,1\nb,1\na,1\n' | stream 'g:string, x:i32'
	run -3 --separate-stderr bash -c \
		"rwindow -p g 'n = row_number()' <t.rfl >out"
}

@test "--sort gives what rsort before it gives" {
	rgen -n 20000 retail transactions >t.rfl
	rsort -k channel,customer_id,txn_id <t.rfl |
		rwindow -p channel -o customer_id,txn_id \
		's = sum(quantity), p = lag(txn_id)' | rcsv -w >want.csv
	rwindow --sort -m 1M -p channel -o customer_id,txn_id \
		's = sum(quantity), p = lag(txn_id)' <t.rfl |
		rcsv -w | cmp - want.csv
}

@test "mistakes are said where they are" {
	printf 'g,x\na,1\n' | stream 'g:string, x:i32'
	run -2 --separate-stderr bash -c "rwindow 'r = rnk()' <t.rfl >out"
	[ "$stderr" = "rwindow: no window function 'rnk'; is it 'rank'?" ]
	run -2 --separate-stderr bash -c "rwindow 'g = rank()' <t.rfl >out"
	[ "$stderr" = "rwindow: there is a column 'g' already" ]
	run -2 --separate-stderr bash -c "rwindow 's = sum(g)' <t.rfl >out"
	[ "$stderr" = "rwindow: s: sum of a string" ]
	run -2 --separate-stderr bash -c \
		"rwindow -o x 's = sum(x) rows 1 sideways' <t.rfl >out"
	[[ $stderr == *"PRECEDING or FOLLOWING is wanted where 'sideways' is" ]]
	run -2 --separate-stderr bash -c "rwindow -o x 's = sum(x) rows
		between 1 following and 1 preceding' <t.rfl >out"
	[[ $stderr == *"the frame ends before it begins" ]]
}
