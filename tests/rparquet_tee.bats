# rparquet --write --tee: rows that go on while they are written.

setup() {
	load helper
	load rparquet
	cd "$BATS_TEST_TMPDIR"
}

rows() { rgen -n "${1:-100000}" retail transactions; }

@test "--tee passes on what is written, and the table is the same" {
	rows >t.rfl
	rparquet -w -o plain.parquet <t.rfl
	rparquet -w --tee -o t.parquet <t.rfl >passed.rfl
	cmp plain.parquet t.parquet
	rcsv -w <t.rfl >want
	rcsv -w <passed.rfl | cmp - want
	rparquet -w -t -c channel,txn_id -p channel -o t/ <t.rfl |
		rcsv -w | cmp - <(rselect channel,txn_id <t.rfl | rcsv -w)
	rparquet -w -p channel -o plain/ <t.rfl
	cmp plain/.manifest t/.manifest
	for file in plain/*/*.parquet; do
		cmp "$file" "t/${file#plain/}"
	done
}

@test "--tee with --jobs passes each row on once" {
	rows >t.rfl
	rparquet -w -t -j 3 -p channel -o t/ <t.rfl | rcsv -w |
		cmp - <(rcsv -w <t.rfl)
	rparquet -w -t -j 3 -p channel -o u/ --copies 3 \
		--fan 'rgen -n 100000 -p {k}/{n} retail transactions' |
		rcsv -w | cmp - <(rcsv -w <t.rfl)
	[ "$(rparquet u | rinfo | grep '^rows')" = "rows: 100000" ]
}

@test "the end of --tee's stream says that the table is there" {
	rows 3000 >t.rfl
	for i in $(seq 20); do
		rm -rf t
		rparquet -w -t -p channel -o t/ <t.rfl |
			{ rcat >/dev/null && [ -e t/.manifest ]; }
	done
}

@test "--tee: a reader that leaves does not keep the table from being made" {
	rows 200000 >t.rfl
	rparquet -w -o want.parquet <t.rfl
	rparquet -w -t -o t.parquet <t.rfl | rhead -n 1 >/dev/null
	cmp t.parquet want.parquet
	rm t.parquet
	(trap '' PIPE
	rparquet -w -t -o t.parquet <t.rfl | true)
	cmp t.parquet want.parquet
}

@test "--tee: what fails is told to who reads on, and nothing is published" {
	rows >t.rfl
	head -c -50 t.rfl >cut.rfl
	run -3 --separate-stderr bash -c \
		'set -o pipefail; rparquet -w -t -o t.parquet <cut.rfl |
		    rcsv -w >/dev/null; echo "${PIPESTATUS[*]}"; exit 3'
	assert_line "3 3"
	[[ $stderr == *truncated* ]]
	[ ! -e t.parquet ]
	run -4 --separate-stderr bash -c \
		'rparquet -w -t -o t.parquet <t.rfl >/dev/full'
	[[ $stderr == *"No space left"* ]]
	[ ! -e t.parquet ]
	mkdir t.parquet
	run -4 --separate-stderr bash -c 'set -o pipefail
		rparquet -w -t -e fail -o t.parquet <t.rfl | rcsv -w'
	[ "${#stderr_lines[@]}" = 1 ]
	[[ $stderr == "rparquet: "*"is there already" ]]
}

@test "--tee --ascending ends what is passed on with status 1 where rows do not ascend" {
	rows >t.rfl
	rparquet -w -o want.parquet <t.rfl
	rparquet -w -t -a txn_id -o t.parquet <t.rfl |
		rcsv -w | cmp - <(rcsv -w <t.rfl)
	run -0 --separate-stderr bash -c 'rparquet -w -t -a customer_id \
		-o u.parquet <t.rfl | rcsv -w >/dev/null
		echo "${PIPESTATUS[*]}"'
	assert_line "0 1"
	cmp u.parquet want.parquet
	# two alike
	rows 1 >one.rfl
	rcat one.rfl one.rfl >two.rfl
	run -0 --separate-stderr bash -c 'rparquet -w -t -a txn_id \
		-o u.parquet <two.rfl | rcsv -w >/dev/null
		echo "${PIPESTATUS[*]}"'
	assert_line "0 1"
	run -2 --separate-stderr rparquet -w -t -a nowhere -o v.parquet <t.rfl
	[[ $stderr == *"--ascending: "*"'nowhere'"* ]]
	[ ! -e v.parquet ]
}

@test "--tee does not write to a terminal, --columns needs it" {
	rows 10 >t.rfl
	run -2 script -qec 'rparquet -w -t -o t.parquet <t.rfl' /dev/null
	[[ $output == *terminal* ]]
	[ ! -e t.parquet ]
	run -2 --separate-stderr rparquet -w -c txn_id -o t.parquet <t.rfl
	[[ $stderr == *"with --tee"* ]]
	run -2 --separate-stderr rparquet -t t.parquet
	[[ $stderr == *"no --write"* ]]
}
