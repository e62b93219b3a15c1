# rsort

setup() {
	load helper
	load table
	cd "$BATS_TEST_TMPDIR"
}

@test "rsort orders as sqlite does, nulls, ties and descent included" {
	table 5000
	for keys in 'g,t,x' 'g desc,x,t desc' 'x desc,g' 't,x nulls last,g' \
		'x nulls last,t' 't desc nulls first,g desc nulls first,x'; do
		rsort -k "$keys" <t.rfl | rselect g,t,x,r | rcsv -w >got.csv
		sqlite3 :memory: ".mode csv" ".import t.csv t" \
			"update t set g = nullif(g, ''), x = nullif(x, '')" \
			"create table u as select g, t, cast(x as integer) as x,
			cast(r as integer) as r from t" \
			".headers on" ".separator , \\n" \
			"select g, t, x, r from u order by $keys, r" >want.csv
		cmp got.csv want.csv || fail "$keys"
	done
}

@test "rsort is stable" {
	table 5000
	rsort -k g <t.rfl | rselect g,r | rcsv -w | tail -n +2 |
		awk -F, '$1 == last && $2 <= before { exit 1 }
		{ last = $1; before = $2 }'
}

@test "rsort puts nan above all numbers" {
	table 1000
	rsort -k 'f desc' <t.rfl | rselect f | rhead -d -n 1 | rcsv -w |
		tail -n 1 | grep -qx nan
}

@test "rsort gives the same rows within 1 MiB as within all memory" {
	rgen -n 300000 retail transactions >t.rfl
	for keys in customer_id,txn_ts 'channel desc,quantity' txn_id; do
		rsort -k "$keys" <t.rfl | rcsv -w >all.csv
		rsort -v -m 1M -k "$keys" <t.rfl 2>log | rcsv -w >little.csv
		cmp all.csv little.csv
		grep -q spilled_bytes log
	done
}

@test "rsort keeps to its memory" {
	need_release "sanitizers take memory of their own"
	rgen -n 2000000 retail transactions |
		rsort -m 16M -k customer_id --stats s.json >/dev/null
	peak=$(tail -n 1 s.json | jq .measures.peak_bytes)
	[ "$peak" -lt 60000000 ] || fail "peak $peak"
}

@test "rsort -n is the head of the whole" {
	rgen -n 300000 retail transactions >t.rfl
	rsort -k 'customer_id desc,txn_id' <t.rfl | rhead -d -n 1234 |
		rcsv -w >want.csv
	rsort -n 1234 -k 'customer_id desc,txn_id' <t.rfl | rcsv -w >got.csv
	cmp got.csv want.csv
	rsort -m 1M -n 1234 -k 'customer_id desc,txn_id' <t.rfl |
		rcsv -w | cmp - want.csv
}

@test "rsort -c names the first row out of order" {
	printf 'a,b\n1,x\n3,y\n2,z\n' | rcsv -t 'a:i32, b:string' - >t.rfl
	run -1 --separate-stderr rsort -c -k a <t.rfl
	[ "$stderr" = "rsort: row 3 is out of order: a=2 after a=3" ]
	run -0 rsort -c -k b <t.rfl
}

@test "rsort -M merges sorted streams and checks them" {
	rgen -n 100000 retail transactions >t.rfl
	rsort -k customer_id,txn_id <t.rfl | rcsv -w >want.csv
	for k in 1 2 3; do
		rgen -n 100000 -p $k/3 retail transactions |
			rsort -k customer_id,txn_id >s$k.rfl
	done
	rsort -M -k customer_id,txn_id s1.rfl s2.rfl s3.rfl | rcsv -w |
		cmp - want.csv
	run -3 --separate-stderr bash -c \
		"rsort -M -k customer_id s1.rfl t.rfl >out"
	[[ $stderr == "rsort: t.rfl: row "*"is less than the row before it"* ]]
}

@test "rsort says what a stream is sorted by" {
	rgen -n 100 retail transactions | rsort -k 'quantity desc,txn_id' |
		rinfo | grep -qx 'sorted by: quantity desc, txn_id'
}

@test "rsort refuses a column that is not there, suggesting one" {
	run -2 --separate-stderr bash -c \
		"rgen -n 10 retail transactions | rsort -k quantiti >out"
	[ "$stderr" = "rsort: no column 'quantiti'; is it 'quantity'?" ]
}

@test "rsort -c -u names the first row that comes twice" {
	printf 'a,b\n1,x\n3,y\n3,z\n' | rcsv -t 'a:i32, b:string' - >t.rfl
	run -0 rsort -c -k a <t.rfl
	run -1 --separate-stderr rsort -c -u -k a <t.rfl
	[ "$stderr" = "rsort: row 3 is not the only one of its keys: a=3" ]
	run -0 rsort -c -u -k a,b <t.rfl
	run -2 --separate-stderr rsort -u -k a <t.rfl
	[[ $stderr == *"--unique is for --check"* ]]
}
