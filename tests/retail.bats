# slow
# pipelines/retail on generated data.

setup() {
	load helper
	load pipeline
	cd "$BATS_TEST_TMPDIR"
}

equals_duckdb() {
	"$ORACLE_PYTHON" "$ROOT/tests/pipeline_oracle.py" retail \
		"$1/raw" "$1"
}

@test "every Gold table of a million rows equals DuckDB's answer" {
	need_oracle duckdb
	pipeline retail OUT="$PWD/out" ROWS=1000000 SLICES=2
	run -0 equals_duckdb out
	assert_line "top_customers 40"
	grep -q 'in Silver  *1000000$' out/report.txt
}

@test "the three modes give DuckDB's answers for a million rows, and the same bytes" {
	need_oracle duckdb
	for mode in full broadcast baseline; do
		pipeline retail OUT="$PWD/$mode" ROWS=1000000 SLICES=2 \
			MODE=$mode DIRTY=duplicates=0.01,orphans=0.01
		sums $mode >$mode.sums
		run -0 equals_duckdb $mode
	done
	cmp full.sums broadcast.sums
	cmp full.sums baseline.sums
}

@test "slices, jobs and processors do not show in the bytes" {
	pipeline retail OUT="$PWD/a" ROWS=100000 SLICES=1 JOBS=1
	pipeline retail -j4 OUT="$PWD/b" ROWS=100000 SLICES=4 JOBS=4
	RIFFLE_SIMD=portable pipeline retail OUT="$PWD/c" ROWS=100000 \
		SLICES=3 JOBS=2
	diff <(sums a) <(sums b)
	diff <(sums a) <(sums c)
}

@test "the report counts exactly the faults that were planted" {
	need_oracle duckdb
	mkdir in
	dirt=duplicates=0.01,orphans=0.005,zero-quantity=0.003,bad-date=0.002
	dirt=$dirt,bad-price=0.01,zero-price=0.01,no-price=0.005
	for table in customers products transactions; do
		rgen -n 200000 -d $dirt -l $table.ledger -w csv retail $table \
			>in/$table.csv
	done
	pipeline retail OUT="$PWD/out" IN="$PWD/in" SLICES=3
	run -0 equals_duckdb out
	planted() { grep -c ",$1," "$2.ledger"; }
	grep -qx "    duplicates of a txn_id  *$(planted duplicates transactions)" \
		out/report.txt
	grep -qx "  rejected in Bronze  *$(planted bad-date transactions)" \
		out/report.txt
	rparquet out/bronze/rejects/products | rinfo |
		grep -qx "rows: $(planted bad-price products)"
	# each planted row is where it belongs, and no other
	rparquet out/silver/rejects | rfilter \
		"contains(reasons, 'quantity not positive')" | rselect txn_id |
		rcsv -w -H no | sort >got
	grep ,zero-quantity, transactions.ledger | cut -d , -f 3 | sort |
		cmp - got
	rparquet out/silver/rejects | rfilter \
		"contains(reasons, 'customer') or product_id > 5000" |
		rselect txn_id | rcsv -w -H no | sort >got
	grep ,orphans, transactions.ledger | cut -d , -f 3 | sort | cmp - got
}

@test "a second run does nothing, another setting what it must" {
	pipeline retail OUT="$PWD/out" ROWS=20000
	traces out >before
	pipeline retail OUT="$PWD/out" ROWS=20000
	traces out | cmp before -
	run -1 grep '^\./' make.log
	pipeline retail OUT="$PWD/out" ROWS=20001
	grep -q '^\./bronze-silver' make.log
	grep -q 'transactions landed  *20001$' out/report.txt
}

@test "a file of IN that changes or is missing is noticed" {
	mkdir in
	for table in customers products transactions; do
		rgen -n 3000 -w csv retail $table >in/$table.csv
	done
	mv in/transactions.csv .
	run -2 --separate-stderr make -C "$ROOT/pipelines/retail" \
		OUT="$PWD/out" IN="$PWD/in" raw
	[[ $stderr == *"IN='$PWD/in': no transactions.csv there"* ]]
	[ ! -e out/.make/raw.manifest ]
	mv transactions.csv in
	pipeline retail OUT="$PWD/out" IN="$PWD/in"
	grep -q 'transactions landed  *3000$' out/report.txt
	# by one that is older
	head -n 2001 in/transactions.csv >fewer
	touch -d 2020-01-01 fewer
	mv fewer in/transactions.csv
	pipeline retail OUT="$PWD/out" IN="$PWD/in"
	grep -q 'transactions landed  *2000$' out/report.txt
	pipeline retail OUT="$PWD/out" IN="$PWD/in"
	run -1 grep '^\./' make.log
}

@test "the account is that of the last run" {
	pipeline retail OUT="$PWD/out" ROWS=3000
	touch out/.stats/{silver,gold}-stream-1.a.json	# of another MODE
	pipeline retail OUT="$PWD/out" ROWS=3001
	[ "$(grep -c '^gold-revenue .* ragg ' out/report.txt)" = 1 ]
	run -1 compgen -G 'out/.stats/*-stream-*'
}

@test "each layer runs alone" {
	pipeline retail OUT="$PWD/out" ROWS=20000 bronze
	[ -d out/bronze/transactions ]
	[ ! -e out/silver ]
	pipeline retail OUT="$PWD/out" ROWS=20000 silver
	[ -d out/silver/sales ]
	[ ! -e out/gold ]
	pipeline retail OUT="$PWD/out" ROWS=20000 gold
	[ -d out/gold/revenue ]
	[ ! -e out/report.txt ]
}

@test "DRY_RUN=1 prints the report and publishes nothing" {
	pipeline retail OUT="$PWD/out" ROWS=20000 DRY_RUN=1
	grep -q 'in Silver  *20000$' make.log
	[ ! -e out ]
}

@test "too many bad rows fail the run, and nothing of it is published" {
	run pipeline retail OUT="$PWD/out" ROWS=20000 DIRTY=bad-date=0.2
	[ "$status" != 0 ]
	[ ! -e out/bronze/transactions ]
	[ ! -e out/silver/sales ]
}

@test "too many bad customers fail the run, whose Silver is not published" {
	mkdir in
	for table in customers products transactions; do
		rgen -n 20000 -w csv retail $table >in/$table.csv
	done
	sed -i '2,$s/^[0-9]*/none/' in/customers.csv
	run pipeline retail OUT="$PWD/out" IN="$PWD/in"
	[ "$status" != 0 ]
	[[ $output == *"rows are bad, more than the share"* ]]
	[ ! -e out/bronze/customers ]
	[ ! -e out/silver/sales ]
	[ ! -e out/gold ]
	[[ $output != *truncated* ]]
}

@test "Bronze alone is the Bronze of a whole run" {
	pipeline retail OUT="$PWD/a" ROWS=20000 bronze
	sums a >before
	pipeline retail OUT="$PWD/a" ROWS=20000
	sums a | grep bronze/ | cmp before -
	pipeline retail OUT="$PWD/b" ROWS=20000
	diff <(sums a) <(sums b)
}

@test "rows that come later are in the report, of the same Gold" {
	mkdir in
	for table in customers products transactions; do
		rgen -n 3000 -w csv retail $table >in/$table.csv
	done
	pipeline retail OUT="$PWD/out" IN="$PWD/in"
	grep -q 'rejected in Bronze  *0$' out/report.txt
	echo TXN-9999999999,never,1,1,1,Store >>in/transactions.csv
	pipeline retail OUT="$PWD/out" IN="$PWD/in"
	grep -q 'rejected in Bronze  *1$' out/report.txt
	run ! grep -q '^\./gold' make.log
	# a customer of no transaction
	sed '2s/^1,/999999,/p;d' in/customers.csv >one
	cat one >>in/customers.csv
	pipeline retail OUT="$PWD/out" IN="$PWD/in"
	grep -q "^bronze-customers  *1  rcsv  *$(($(wc -l <in/customers.csv) - 1)) " \
		out/report.txt
	run ! grep -q '^\./gold' make.log
}

@test "a recipe that was killed before it was done runs again" {
	pipeline retail OUT="$PWD/out" ROWS=3000
	cp out/report.txt whole
	[ ! -e out/.work ]
	local -A recipes=([raw]=raw [bronze-customers]=bronze-silver
		[silver]=bronze-silver [gold]=gold [account]=account)
	for name in "${!recipes[@]}"; do
		rm "out/.make/$name.done"
		: >"out/.make/$name.manifest"
		pipeline retail OUT="$PWD/out" ROWS=3000
		grep -q "^\./${recipes[$name]}" make.log ||
			fail "$name did not run"
		cmp whole out/report.txt
	done
}

@test "rows that are lost fail the account" {
	pipeline retail OUT="$PWD/out" ROWS=20000
	rparquet out/silver/sales | rhead -d -n 19999 |
		rparquet -w -p region,yyyymm -o out/silver/sales/
	touch out/.make/silver.manifest
	run -2 --separate-stderr make -C "$ROOT/pipelines/retail" \
		OUT="$PWD/out" ROWS=20000
	[[ $stderr == *"Silver: 20000 rows in, 19999 accounted for"* ]]
}
