# Every tool under valgrind: no invalid access, nothing lost.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
	need_release "a sanitizer and valgrind exclude each other"
	command -v valgrind >/dev/null || skip "no valgrind"
	# valgrind knows no AVX-512
	export RIFFLE_SIMD=portable
}

# clean COMMAND: runs it under valgrind on t.rfl
clean() {
	bash -c "valgrind -q --leak-check=full \
		--errors-for-leak-kinds=definite --error-exitcode=99 \
		$1 <t.rfl >/dev/null 2>log" || fail "$1: $(head -n 8 log)"
}

@test "no tool touches what is not its own, or loses memory" {
	rgen -n 20000 retail transactions >t.rfl
	rgen -C 500 retail customers >c.rfl
	rcsv -w <t.rfl >t.csv
	clean "rgen -n 3000 retail transactions"
	clean "rcsv -w"
	clean "rcsv -t 'txn_id:string, txn_ts:timestamp, quantity:i32' t.csv"
	clean "rfilter 'quantity > 2'"
	clean "rmap 'm = strftime(txn_ts, \"%Y%m\"), u = upper(channel)'"
	clean "rselect txn_id,quantity"
	clean "rsort -m 1M -k customer_id"
	clean "rdedup -m 64K -k txn_id"
	clean "rwindow -s -p channel -o txn_id 's = sum(quantity)'"
	clean "ragg -g channel 'n = count(*), a = avg(quantity)'"
	clean "rjoin -t left -k customer_id c.rfl"
	clean "rpartition -n 3 -k channel -o parts"
	clean "rparquet -w -p channel -o table/"
	clean "rparquet table"
	clean "rcat -p"
	clean "rhead"
	clean "rinfo"
	clean "rtee rinfo"
	clean "rfan -n 2 'rgen -n 3000 -p {k}/{n} retail products'"
}
