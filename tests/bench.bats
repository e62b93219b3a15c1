# scripts/bench: the harness, on one small task.

setup() {
	load helper
	need_oracle duckdb polars
	need_release "the benchmark measures the release"
	# a copy, so that nothing that is kept is touched
	mkdir -p "$BATS_TEST_TMPDIR/tests"
	cd "$BATS_TEST_TMPDIR"
	cp -r "$ROOT/scripts" .
	cp -r "$ROOT/tests/bench" tests
	rm -f tests/bench/results.*
	ln -s "$ROOT/build" "$ROOT/pipelines" .
	export RIFFLE_ORACLES=$ORACLES BENCH_DATA=$BATS_TEST_TMPDIR/store
	export PEERS=duckdb,polars CPUS=0 ROWS=20000 ROUNDS=1
}

@test "the benchmark reports each contender, and keeps what other tasks gave" {
	scripts/bench TASK=csv-groupby PEERS=duckdb
	sed -i 's/^csv-groupby/other/' tests/bench/results.tsv
	run -0 --separate-stderr scripts/bench TASK=csv-groupby
	assert_line --regexp '^csv-groupby: .*20,000 rows'
	assert_line --regexp '^  riffle  *0\.[0-9]+ \('
	assert_line --regexp '^  duckdb [0-9.]+  *[0-9.]+ \(.*  6  *10  '
	assert_line --regexp '^  polars [0-9.]+  '
	run -0 cut -f 1-3,5 tests/bench/results.tsv
	assert_output "$(printf '%s\t%s\t%s\t%s\n' \
		task rows contender n \
		csv-groupby 20000 riffle 1 csv-groupby 20000 duckdb 1 \
		csv-groupby 20000 polars 1 \
		other 20000 riffle 1 other 20000 duckdb 1)"
	# Riffle may have ended before a sample of its memory on a busy machine
	awk -F '\t' 'NR > 1 && !($6 > 0 && $9 > 0 &&
		($10 > 1 || $3 == "riffle"))' tests/bench/results.tsv >wrong
	run -0 cat wrong
	assert_output ""
	grep -q '</svg>' tests/bench/results.svg
	grep -q 'csv-groupby, 20 k' tests/bench/results.svg
}

@test "the benchmark times nothing when answers differ or a program fails" {
	sed -i 's/count(\*)/count(*) + 1/g' tests/bench/csv-groupby/duckdb.py
	run -1 --separate-stderr scripts/bench TASK=csv-groupby
	assert_line --partial "csv-groupby: riffle's answer is not duckdb's: ['Central'"
	[ ! -e tests/bench/results.tsv ]
	echo 'sys.exit("no luck")' >tests/bench/csv-groupby/duckdb.py
	run -1 --separate-stderr scripts/bench TASK=csv-groupby
	assert_line --partial "csv-groupby: duckdb: status 1"
	[ ! -e tests/bench/results.tsv ]
}

@test "the benchmark's check fails below the floor, and stores nothing" {
	sed -i 's/"duckdb": 6/"duckdb": 6000/' tests/bench/csv-groupby/task.json
	run -1 --separate-stderr scripts/bench --check TASK=csv-groupby
	assert_line --regexp 'MISSED: .*x duckdb, at least 6000x'
	[ ! -e tests/bench/results.tsv ]
}

@test "the benchmark's check fails where a contender with a floor does not run" {
	sed -i 's/"floor": {.*}/"floor": {"duckdb": 0.01, "polars": 0.02}/' \
		tests/bench/csv-groupby/task.json
	run -1 --separate-stderr scripts/bench --check TASK=csv-groupby \
		PEERS=duckdb
	assert_line "  NOT CHECKED: at least 0.02x polars"
	refute_line --partial "0.01x"
	[[ $stderr == *"bench: failed: csv-groupby"* ]]
	# a peer without a floor is left out
	run -0 --separate-stderr env PEERS= scripts/bench --check \
		TASK=csv-groupby
	assert_line --regexp '^  polars'
	refute_line --regexp '^  spark'
	refute_line --partial "CHECKED"
	echo 'exit 77' >tests/bench/data/sales
	run -1 --separate-stderr scripts/bench --check TASK=csv-groupby ROWS=9
	assert_line "csv-groupby: left out, no data"
	assert_line "  NOT CHECKED: at least 0.01x duckdb"
}

@test "a run of fewer contenders keeps what the others gave" {
	scripts/bench TASK=csv-groupby
	sed -i 's/\t20000\tpolars\t/&old /; s/\t20000\tduckdb\t/&old /' \
		tests/bench/results.tsv
	scripts/bench TASK=csv-groupby PEERS=duckdb
	run -0 cut -f 1-3 tests/bench/results.tsv
	assert_output "$(printf '%s\t%s\t%s\n' task rows contender \
		csv-groupby 20000 riffle csv-groupby 20000 duckdb \
		csv-groupby 20000 polars)"
	run -0 grep -c "old " tests/bench/results.tsv
	assert_output 1
	grep -q 'polars.old' tests/bench/results.tsv
}

@test "the benchmark measures Riffle alone, and a task of one size" {
	mkdir tests/bench/one
	cat >tests/bench/one/task.json <<-'END'
		{"data": "none", "rows": 7, "fixed": true}
	END
	echo 'cp "$DATA/n" "$OUT/answer.csv"' >tests/bench/one/riffle
	echo 'exit 1' >tests/bench/one/duckdb.py
	echo 'echo "$ROWS" >"$DATA/n"' >tests/bench/data/none
	run -0 --separate-stderr scripts/bench TASK=one PEERS=none KEEP=1
	assert_line --regexp '^one: .*\(7 rows, 1 rounds, answer not compared\)'
	run -0 cut -f 1-3 tests/bench/results.tsv
	assert_output "$(printf '%s\t%s\t%s\n' task rows contender one 7 riffle)"
	[ "$(cat store/out/one/riffle/answer.csv)" = 7 ]
}

@test "a contender without rounds has its warm-up compared with Riffle's" {
	sed -i 's/"rounds": {/&"duckdb": 0, /' tests/bench/csv-groupby/task.json
	# Riffle's warm-up is half a second slower than its rounds
	sed -i '$ a\
		[ -e "$BENCH/warm" ] || sleep 0.5; touch "$BENCH/warm"' \
		tests/bench/csv-groupby/riffle
	run -0 --separate-stderr scripts/bench TASK=csv-groupby PEERS=duckdb \
		ROUNDS=2
	assert_line --regexp '^csv-groupby: .*2 rounds, answers as duckdb'
	assert_line --regexp '^  duckdb .* \(a warm-up\) '
	run -0 cut -f 3,5 tests/bench/results.tsv
	assert_output "$(printf '%s\t%s\n' contender n riffle 2 duckdb 0)"
	# its time by the ratio is that of Riffle's warm-up
	run -0 awk -F '\t' '$3 == "duckdb" { print ($6 / $11 > 0.5) }' \
		tests/bench/results.tsv
	assert_output 1
}

@test "the benchmark names what it does not know" {
	run -1 --separate-stderr scripts/bench TASK=nothing
	[[ $stderr == *"no task 'nothing'"* ]]
	run -2 --separate-stderr scripts/bench ROW=1
}

@test "CPU time and memory of a program's orphans are counted" {
	cat >tests/bench/csv-groupby/riffle <<-'END'
		( "$PYTHON" -c "
		import time
		b = bytearray(200 << 20)
		while time.process_time() < 0.5: pass" & )
		cp "$BENCH/answer.csv" "$OUT"
	END
	# with the reference's own answer
	echo 'import shutil; shutil.copy(f"{peers.OUT}/answer.csv", "tests/bench")' \
		>>tests/bench/csv-groupby/duckdb.py
	mv tests/bench/csv-groupby/riffle tests/bench/csv-groupby/zebra.sh
	run -0 --separate-stderr scripts/bench TASK=csv-groupby PEERS=duckdb
	run -0 awk -F '\t' '$3 == "zebra" { print ($6 >= 0.5) ($9 >= 0.5) ($10 >= 200) }' \
		tests/bench/results.tsv
	assert_output 111
}

@test "the check of the retail work notices a row that differs in any table" {
	make -s -C "$ROOT/pipelines/retail" OUT="$PWD/a" ROWS=3000 \
		DIRTY=orphans=0.01,bad-price=0.01 >log
	export PYTHONPATH=tests/bench/common:tests/bench A=$PWD/a B=$PWD/b
	cp -r a b
	"$ORACLE_PYTHON" -P tests/bench/retail/check.py
	local change
	for change in 'bronze/customers age = if(customer_id = 7, age + 1, age)' \
		"bronze/products category = if(product_id = 7, 'x', category)" \
		'bronze/transactions quantity = if(_line = 9, 99, quantity)' \
		"silver/rejects txn_id = txn_id || 'x'" \
		'gold/region_kpis revenue = revenue + 1' ; do
		rm -r b
		cp -r a b
		rparquet "a/${change%% *}" | rmap "${change#* }" |
			rparquet -w -o "b/${change%% *}/"
		run -1 --separate-stderr "$ORACLE_PYTHON" -P \
			tests/bench/retail/check.py
		[[ $stderr == "${change%% *}: "* ]] || fail "$change: $stderr"
	done
}

@test "Gold of the pipeline is what the peers' queries give" {
	run -0 --separate-stderr scripts/bench TASK=gold PEERS=duckdb
	assert_line --regexp '^gold: .*20,000 rows, .*answers as duckdb'
}
