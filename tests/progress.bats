# --progress

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
	rgen -n 300000 retail transactions >t.rfl
}

@test "every tool that reads a stream ends its progress with the sums" {
	for command in "rfilter 'quantity > 0'" "rsort -k txn_id" rcat \
	    "rdedup -k txn_id" "rpartition -n 2 -k txn_id -o parts" \
	    "rparquet -w -o t.parquet" "rcsv -w"; do
		run -0 --separate-stderr bash -c \
			"$command --progress <t.rfl >/dev/null"
		[[ $stderr == *": 300.0 k rows, "*" rows/s, "*" s" ]] ||
			fail "$command: $stderr"
	done
	run -0 --separate-stderr bash -c \
		"ragg -g channel 'n = count(*)' --progress <t.rfl >/dev/null"
	assert_equal "${#stderr_lines[@]}" 1
	[[ $stderr == *" rows, "*" out, "*" rows/s, "* ]] || fail "$stderr"
}

@test "nothing is shown unless it is asked for" {
	run -0 --separate-stderr bash -c "rsort -k txn_id <t.rfl >/dev/null"
	assert_equal "$stderr" ""
}

@test "on a terminal there is a bar, with the time left where the size is known" {
	# twenty times the file: long enough to be seen to move
	files=()
	for _ in $(seq 20); do files+=(t.rfl); done
	rcat "${files[@]}" >long.rfl
	script -qec "rsort -m 64M -k quantity,txn_id --progress long.rfl \
		>/dev/null" /dev/null >shown
	tr '\r' '\n' <shown >lines
	grep -Eq 'rsort: .* rows/s \[[#.]{20}\] [0-9]+ %, [0-9]+:[0-9]{2} left' \
		lines || fail "$(cat lines)"
	grep -q "rsort: 6.0 M rows, .* rows/s, .* s" lines ||
		fail "$(cat lines)"
}
