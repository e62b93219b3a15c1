# Twenty million rows in 256 MiB: peak memory below 300 MB, the answers and
# their order those of a run without limit, in at most three times its time.
# slow

setup_file() {
	load ../helper
	rgen -n 20000000 -C 2000000 retail transactions \
		>"$BATS_FILE_TMPDIR/t.rfl"
	export TMPDIR=$BATS_FILE_TMPDIR
}

setup() {
	load ../helper
	need_release "a sanitizer's memory is not the tool's"
	cd "$BATS_FILE_TMPDIR"
}

# same COMMAND: reads t.rfl, within 256 MiB and without limit
same() {
	local start=$EPOCHREALTIME middle between end
	bash -c "$1 -m 64G <t.rfl >rows.rfl"
	middle=$EPOCHREALTIME
	rcsv -w <rows.rfl | b2sum >whole
	between=$EPOCHREALTIME
	command time -f %M -o peak bash -c "$1 -m 256M <t.rfl >rows.rfl"
	end=$EPOCHREALTIME
	rcsv -w <rows.rfl | b2sum | cmp - whole
	rm rows.rfl
	local whole little
	whole=$(bc <<<"$middle - $start")
	little=$(bc <<<"$end - $between")
	echo "$1: peak $(tail -n 1 peak) KiB, $little s; without limit $whole s"
	[ "$(tail -n 1 peak)" -lt 292969 ] || fail "$(tail -n 1 peak) KiB"
	[ "$(bc <<<"$little < 3 * $whole")" = 1 ] || fail "too slow"
}

@test "a sort by one key" {
	same "rsort -k customer_id"
}

@test "a sort by three keys" {
	same "rsort -k 'channel desc,quantity,txn_ts'"
}

@test "a group-by with ten million groups" {
	same "ragg -g txn_ts,product_id 'n = count(*), sum(quantity)'"
}

@test "a join with a build side of ten million" {
	rhead -n 10000000 t.rfl | rselect txn_id,customer_id >build.rfl
	same "rjoin -k txn_id -c customer_id -S _b build.rfl"
	rm build.rfl
}

@test "a dedup of twenty million keys" {
	same "rdedup -k txn_id"
}

@test "a window over one partition of twenty million" {
	same "rwindow -o txn_id 'n = row_number(), s = sum(quantity), m = avg(quantity) rows between 2 preceding and current row'"
}
