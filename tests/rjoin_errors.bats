# rjoin: what it refuses, and how it says so.

setup() {
	load helper
	set -o pipefail
	cd "$BATS_TEST_TMPDIR"
}

@test "a merge refuses sides that are not sorted, and says where" {
	rgen -n 3000 retail transactions | rselect customer_id,txn_id >t.rfl
	rgen retail customers >c.rfl
	run -3 --separate-stderr bash -c \
	    'rjoin -M -k customer_id c.rfl <t.rfl >/dev/null'
	row=$(rcsv -w <t.rfl | tail -n +2 | awk -F, '
	    NR > 1 && $1 < last && !found++ { print NR ": customer_id = " \
	    $1 " after customer_id = " last } { last = $1 }')
	assert_equal "$stderr" "rjoin: standard input: row $row: not sorted \
by its keys, ascending, nulls first"
	rsort -k customer_id <t.rfl >sorted.rfl
	# between two batches
	rcat sorted.rfl sorted.rfl >twice.rfl
	run -3 --separate-stderr bash -c \
	    'rjoin -M -k customer_id c.rfl <twice.rfl >/dev/null'
	assert_regex "$stderr" "standard input: row 3001: customer_id = "
	rsort -k 'customer_id desc' <c.rfl >falling.rfl
	run -3 --separate-stderr bash -c \
	    'rjoin -M -k customer_id falling.rfl <sorted.rfl >/dev/null'
	assert_regex "$stderr" "build side: row 2: customer_id = 49999 after \
customer_id = 50000: not sorted"
}

@test "an unexpected second row of a key is an error that names it" {
	printf 'k,v\n1,a\n2,b\n3,c\n' >one.csv
	printf 'k,w\n2,x\n1,y\n2,z\n' >two.csv
	rcsv -t 'k:i32, v:string' one.csv >one.rfl
	rcsv -t 'k:i32, w:string' two.csv >two.rfl
	rsort -k k <two.rfl >sorted.rfl
	for how in '' -b '-m 1' -M; do
		for expect in n:1 1:1; do
			run -3 --separate-stderr bash -c "rjoin $how \
			    -e $expect -k k sorted.rfl <one.rfl >/dev/null"
			assert_regex "$stderr" 'build side.*k = 2 comes twice'
			run -3 --separate-stderr bash -c "rjoin $how -e \
			    1:1 -k k one.rfl <sorted.rfl >/dev/null"
			assert_regex "$stderr" 'k = 2'
		done
		run -0 --separate-stderr bash -c "rjoin $how -e n:1 -k k \
		    one.rfl <sorted.rfl >/dev/null"
		run -0 --separate-stderr bash -c "rjoin $how -e 1:n -k k \
		    sorted.rfl <one.rfl >/dev/null"
		run -3 --separate-stderr bash -c "rjoin $how -e 1:n -k k \
		    one.rfl <sorted.rfl >/dev/null"
		assert_regex "$stderr" 'standard input.*k = 2'
	done
}

@test "what cannot be joined is said, with status 2" {
	rgen -n 10 retail transactions >t.rfl
	rgen -n 10 retail customers >c.rfl
	try() {
		run -2 --separate-stderr bash -c \
		    'rjoin "$@" <t.rfl >/dev/null' rjoin "$@"
	}
	try -k txn_id=customer_id c.rfl
	assert_regex "$stderr" "'txn_id', a string, with 'customer_id', a i32"
	try -k custmer_id=customer_id c.rfl
	assert_regex "$stderr" "standard input: .*'customer_id'"
	try -k customer_id=custmer_id c.rfl
	assert_regex "$stderr" "build side: .*'customer_id'"
	try -k customer_id t.rfl
	assert_regex "$stderr" "both sides have a column 'txn_id'"
	try -k quantity=customer_id -t full c.rfl
	assert_regex "$stderr" "a full join needs keys of one type"
	try -t cross -k customer_id c.rfl
	assert_regex "$stderr" "a cross join has no condition"
	try -k customer_id -d sideways c.rfl
	assert_regex "$stderr" "'sideways' is none of backward"
	try -k customer_id --tolerance 5 c.rfl
	assert_regex "$stderr" "--tolerance is for --asof"
	try -k customer_id -a txn_id=customer_id c.rfl
	assert_regex "$stderr" "the two columns are of different types"
	try -k customer_id -o 'quantiti > 3' c.rfl
	assert_regex "$stderr" "--on: .*'quantity'"
	try -k customer_id -o 'quantity > 3' -e n:1 c.rfl
	assert_regex "$stderr" "--expect is about keys alone"
	try -k customer_id -t inter c.rfl
	assert_regex "$stderr" "'inter' is no join"
	try -k customer_id -e 2:1 c.rfl
	assert_regex "$stderr" "'2:1' is none of"
	try -k customer_id -b -M c.rfl
	assert_regex "$stderr" "either --broadcast or --merge"
	try c.rfl
	assert_regex "$stderr" "which keys"
	try -t semi -k customer_id -c region c.rfl
	assert_regex "$stderr" "no columns of the build side"
}

@test "a condition that cannot be computed is an error, in any memory" {
	awk 'BEGIN { print "k,d"; for (i = 0; i < 50000; i++)
		print i "," (i != 40000) }' | rcsv -t 'k:i64, d:i32' - >t.rfl
	local memory
	for memory in 64K 1M 1G; do
		run -3 --separate-stderr bash -c 'rjoin -m $1 -k k -S 2 \
			-o "1 // d2 > 0" t.rfl <t.rfl >out' - $memory
		[ "$stderr" = \
			'rjoin: --on: k = 40000: 1 // d2: division by zero' ] ||
			fail "-m $memory: $stderr"
	done
	printf 'k,t\n1,9223372036854775806\n' | rcsv -t 'k:i64, t:i64' >p.rfl
	printf 'k,u\n1,9223372036854775800\n' | rcsv -t 'k:i64, u:i64' >q.rfl
	run -3 --separate-stderr bash -c 'rjoin -k k -a t=u --tolerance 10 \
		q.rfl <p.rfl >out'
	assert_regex "$stderr" '^rjoin: --tolerance: k = 1: .*more than i64 holds'
}

@test "a broadcast that needs more memory than it may says so" {
	rgen retail customers >c.rfl
	rgen -n 10 retail transactions >t.rfl
	run -4 --separate-stderr bash -c \
	    'rjoin -b -m 1K -k customer_id c.rfl <t.rfl >/dev/null'
	assert_regex "$stderr" "needs more than 1024 bytes"
}

@test "a build side that was cut short fails the join" {
	rgen retail customers >c.rfl
	head -c 100000 c.rfl >cut.rfl
	rgen -n 10 retail transactions >t.rfl
	for how in '' -b '-m 1' -M; do
		run -3 --separate-stderr bash -c \
		    "rjoin $how -k customer_id cut.rfl <t.rfl >/dev/null"
		assert_regex "$stderr" 'cut.rfl'
	done
}

@test "--max-fanout names the key that matches too much" {
	printf 'k,x\n1,a\n2,b\n' | rcsv -t 'k:i32, x:string' >p.rfl
	printf 'k,y\n1,a\n2,b\n2,c\n2,d\n' | rcsv -t 'k:i32, y:string' >q.rfl
	for how in "-b" "" "-m 1" "-M" "-o true"; do
		run -3 --separate-stderr bash -c \
			"rjoin $how -x 2 -k k q.rfl <p.rfl >out"
		assert_equal "$stderr" "rjoin: standard input: a row with \
k = 2 matches more than 2 rows of the build side"
		run -0 bash -c "rjoin $how -x 3 -k k q.rfl <p.rfl >out"
	done
}
