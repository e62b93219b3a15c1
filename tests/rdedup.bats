# rdedup

setup() {
	load helper
	load table
	cd "$BATS_TEST_TMPDIR"
}

@test "rdedup keeps the first row of each key, in order" {
	table 5000
	rdedup -k g,x <t.rfl | rselect r | rcsv -w | tail -n +2 >got
	tail -n +2 t.csv | awk -F, '!seen[$1 "," $3]++ { print $5 }' |
		cmp - got
}

@test "rdedup keeps the last row of each key, in order" {
	table 5000
	rdedup -K last -k g,x <t.rfl | rselect r | rcsv -w | tail -n +2 >got
	tail -n +2 t.csv | tac |
		awk -F, '!seen[$1 "," $3]++ { print $5 }' | tac | cmp - got
}

@test "rdedup compares whole rows without a key" {
	printf 'a,b\n1,x\n1,y\n1,x\n,x\n,x\n' |
		rcsv -t 'a:i32, b:string' - | rdedup -v 2>log | rcsv -w >got
	printf 'a,b\n1,x\n1,y\n,x\n' | cmp - got
	grep -q 'in=5 out=3 duplicates=2' log
}

@test "rdedup gives the same rows within 1 MiB as within all memory" {
	rgen -n 300000 retail transactions |
		rmap 'half = customer_id * 7919 + product_id' >t.rfl
	rdedup -k half <t.rfl | rcsv -w >all.csv
	rdedup -v -m 1M -k half <t.rfl 2>log | rcsv -w >little.csv
	cmp all.csv little.csv
	grep -q spilled_bytes log
}

@test "rdedup writes what it drops" {
	table 5000
	for memory in 1G 64K; do
		rdedup -m $memory -d dropped.rfl -k t <t.rfl >kept.rfl
		rcat kept.rfl dropped.rfl | rsort -k r | rcsv -w >got.csv
		rcsv -w <t.rfl | cmp - got.csv
	done
}

@test "the dropped rows come in the order of the input, whatever the budget" {
	rgen -n 200000 retail transactions |
		rmap 'key = (customer_id * 7919 + product_id) % 60000' >t.rfl
	for how in "" "-K last" "-o quantity,txn_ts" "-K last -o quantity"; do
		# shellcheck disable=SC2086
		rdedup $how -k key -d all.rfl <t.rfl >kept.rfl
		# shellcheck disable=SC2086
		rdedup $how -m 512K -v -k key -d little.rfl <t.rfl 2>log |
			rcsv -w | cmp - <(rcsv -w <kept.rfl)
		grep -q spilled_bytes log
		rcsv -w <all.rfl >all.csv
		rcsv -w <little.rfl | cmp - all.csv
		rsort -c -k txn_id all.rfl
		rsort -c -k txn_id kept.rfl
		rsort -M -k txn_id all.rfl kept.rfl | rcsv -w |
			cmp - <(rcsv -w <t.rfl)
	done
}

@test "--order keeps the first or the last in another order, ties as they come" {
	printf 'id,k,v\n1,a,3\n2,b,1\n3,a,\n4,a,7\n5,b,1\n6,a,7\n' |
		rcsv -t 'id:i32, k:string, v:i32' >t.rfl
	kept() { rdedup -k k "$@" <t.rfl | rselect id | rcsv -w | tail -n +2 |
		paste -sd' '; }
	assert_equal "$(kept -o v)" "2 3"
	assert_equal "$(kept -o v -K last)" "5 6"
	assert_equal "$(kept -o 'v desc')" "2 4"
	assert_equal "$(kept -o 'v nulls last')" "1 2"
}

@test "--count says how many rows had the key" {
	rgen -n 50000 retail transactions >t.rfl
	ragg -g customer_id 'n = count(*)' <t.rfl | rcsv -w >want
	for how in "" "-K last" "-m 256K" "-o quantity"; do
		# shellcheck disable=SC2086
		rdedup $how -k customer_id -c n <t.rfl | rsort -k customer_id |
			rselect customer_id,n | rcsv -w | cmp - want
	done
	rsort -k customer_id t.rfl | rdedup -s -k customer_id -c n |
		rselect customer_id,n | rcsv -w | cmp - want
	run -2 --separate-stderr bash -c \
		"rdedup -k customer_id -c quantity <t.rfl >out"
	assert_equal "$stderr" "rdedup: --count: there is a column 'quantity'"
}

@test "--sorted holds one row and gives the same" {
	rgen -n 100000 retail transactions | rsort -k customer_id,txn_id >t.rfl
	for keep in first last; do
		rdedup -K $keep -k customer_id -d want.rfl <t.rfl |
			rcsv -w >want
		rdedup -s -K $keep -k customer_id -d got.rfl <t.rfl |
			rcsv -w | cmp - want
		rcsv -w <want.rfl | cmp - <(rcsv -w <got.rfl)
	done
	rsort -k 'customer_id desc' t.rfl | rdedup -s -k customer_id -v \
		2>log >/dev/null
	grep -q ' duplicates=' log
}

@test "--sorted refuses rows out of order, naming the row and both keys" {
	printf 'k,v\nb,1\nb,2\na,3\n' | rcsv -t 'k:string, v:i32' >t.rfl
	run -3 --separate-stderr bash -c "rdedup -s -k k <t.rfl >out"
	assert_equal "$stderr" \
		"rdedup: row 3 is out of order: key (a) after (b)"
	run -2 --separate-stderr bash -c "rdedup -s -o v -k k <t.rfl >out"
	[[ $stderr == "rdedup: --sorted takes no --order: "* ]] ||
		fail "$stderr"
}

@test "keys may ascend, repeat earlier ones, and then come in no order" {
	awk 'BEGIN {
		srand(3)
		print "n,t,x,r"
		print ",,0.0,0"
		for (i = 1; i <= 60000; i++) {
			n = i
			if (i % 90 == 0 || i > 30000)
				n = int(rand() * i * 1.1)
			else if (i % 7 == 0)
				n = i - 1
			printf "%d,TXN-%08d,%s,%d\n", n, n, n % 3 ? n : -n, i
		}
	}' >t.csv
	rcsv -t 'n:i64, t:string, x:f64, r:i64' t.csv >t.rfl
	tail -n +2 t.csv | awk -F, '!seen[$1]++ { print $4 }' >want
	tail -n +2 t.csv | awk -F, 'seen[$1]++ { print $4 }' >rest
	for key in n t x,n t,n; do
		for memory in 1G 1M 64K; do
			rdedup -m $memory -k $key -d dropped.rfl <t.rfl |
				rselect r | rcsv -w | tail -n +2 | cmp - want
			rselect r <dropped.rfl | rcsv -w | tail -n +2 |
				cmp - rest
		done
	done
}

@test "ascending keys take half of a hash table's memory, or less" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 2000000 retail transactions >t.rfl
	peak_kib bash -c "rdedup -m 1G -k txn_id <t.rfl | cat >got.rfl"
	[ "$peak" -lt 70000 ] || fail "$peak KiB"
}

@test "ascending keys flow within little memory, the list in a file" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 1000000 -d duplicates=0.01 retail transactions >t.rfl
	rdedup -k txn_id <t.rfl | rcsv -w >all.csv
	peak_kib bash -c "rdedup -v -m 4M -k txn_id <t.rfl 2>log >got.rfl"
	[ "$peak" -lt 20000 ] || fail "$peak KiB"
	rcsv -w <got.rfl | cmp - all.csv
	# the keys are spilled, the rows are not
	spilled=$(grep -o 'spilled_bytes=[0-9]*' log | cut -d= -f2)
	[ "$spilled" -gt 0 ] && [ "$spilled" -lt 25000000 ] ||
		fail "$(cat log)"
}

@test "two million keys in 16 MiB stay below 60 MB" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 2000000 retail transactions >t.rfl
	peak_kib bash -c "rdedup -m 16M -k txn_id <t.rfl | cat >got.rfl"
	[ "$peak" -lt 60000 ] || fail "$peak KiB"
	rdedup -k txn_id <t.rfl | rcsv -w | cmp - <(rcsv -w <got.rfl)
}
