# rmap: columns computed, replaced, dropped; rows that cannot be computed.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

# columns: the names and types of a stream on standard input
columns() {
	rinfo /dev/stdin | sed -n 's/^  \([^ ].*\)/\1/p' | sed '/^[0-9]/d'
}

@test "new columns come last, replaced ones stay in their place" {
	rgen -n 10 retail transactions |
	    rmap 'quantity = quantity * 2, double = quantity + 0.5,
	    twice as "the double"' >/dev/null 2>errors || true
	grep -q "no column 'twice'" errors
	rgen -n 10 retail transactions |
	    rmap 'quantity = quantity * 2, half = quantity + 0.5,
	    half * 2 as "the double"' >out
	run -0 columns <out
	assert_line --index 4 'quantity i64 not null'
	assert_line --index 6 'half decimal(21,1) not null'
	assert_line --index 7 'the double decimal(22,1) not null'
}

@test "later expressions see what earlier ones made" {
	rgen -n 2000 retail transactions >in
	rmap 'a = quantity + 1, b = a * 10, a2 = a' <in |
	    rfilter -v 'b <> (quantity + 1) * 10 or a2 <> quantity + 1' \
	    2>counters >none
	run -1 grep -q ' out=' counters
}

@test "only the columns of the list, in its order, or all but some" {
	rgen -n 10 retail transactions >in
	run -0 columns < <(rmap -O 'quantity, c = channel, txn_id' <in)
	assert_output "$(printf '%s\n' 'quantity i8 not null' \
	    'c string not null, coded by 3 entries' 'txn_id string not null')"
	run -0 columns < <(rmap -d 'quantity,channel,x' 'x = 1, y = 2' <in)
	assert_output "$(printf '%s\n' 'txn_id string not null' \
	    'txn_ts timestamp not null' 'customer_id i32 not null' \
	    'product_id i32 not null' 'y i32 not null')"
	run -2 --separate-stderr rmap -d 'txn_id,txn_ts,customer_id,product_id,quantity,channel' <in
	assert_equal "$stderr" 'rmap: no column would be left'
}

@test "what is known of order and keys stays with the columns" {
	rgen -n 10 retail transactions >in
	rmap -O 'id = txn_id, quantity' <in | rinfo /dev/stdin >info
	grep -q '^sorted by: id$' info
	grep -q '^unique: id$' info
	rmap 'txn_id = lower(txn_id)' <in | rinfo /dev/stdin >info
	run -1 grep -E '^(sorted|unique)' info
}

@test "slices, computed alone and gathered, are the computed whole" {
	local copy='rgen -n 99999 -p {k}/{n} retail transactions |
	    rmap "month = strftime(txn_ts, '\''%Y%m'\''), up = upper(channel), size = case when quantity > 3 then '\''big'\'' else '\''small'\'' end"'
	rfan -n 1 "$copy" >one
	rfan -n 4 "$copy" >four
	cmp one four
	run -0 columns <one
	assert_line 'month string not null, coded by 24 entries'
	assert_line 'up string not null, coded by 3 entries'
	assert_line 'size string not null, coded by 2 entries'
}

@test "rows that cannot be computed are errors with their row, or rejects" {
	rgen -n 50000 retail transactions >in
	run -3 --separate-stderr rmap \
	    'x = 10 // (quantity - 2), n = cast(channel as i32)' <in
	assert_regex "$stderr" \
	    "^rmap: block 0: row [0-9]+: (10 // \(quantity - 2\): division by zero|cast\(channel as i32\): '[A-Za-z]*' is not an i32)$"
	rmap -v -r bad 'x = 10 // (quantity - 2)' <in 2>counters >good
	grep -Eq 'in=50000 out=[0-9]+ rejected=[0-9]+' counters
	run -0 columns <bad
	assert_line --index 6 '_reason string not null'
	rfilter 'quantity <> 2' <bad | rinfo /dev/stdin | grep -q '^rows: 0$'
	rfilter 'quantity = 2' <good | rinfo /dev/stdin | grep -q '^rows: 0$'
	a=$(rinfo good | sed -n 's/^rows: //p')
	b=$(rinfo bad | sed -n 's/^rows: //p')
	assert_equal $((a + b)) 50000
	rinfo good | grep -q '^blocks: 4,'
}

@test "an error names file and line where the stream has them" {
	rgen -n 5 retail transactions |
	    rmap "_file = 'a.csv', _line = product_id" >in
	run -3 --separate-stderr rmap 'x = 1 // (quantity - quantity)' <in
	assert_regex "$stderr" \
	    '^rmap: a\.csv:[0-9]+: row 1: 1 // \(quantity - quantity\): division by zero$'
}

@test "mistakes are pointed at, with status 2" {
	rgen -n 5 retail transactions >in
	run -2 --separate-stderr rmap 'a = uper(channel)' <in
	assert_equal "$stderr" \
	    "rmap: a: column 1: no function 'uper'; is it 'upper'?"
	run -2 --separate-stderr rmap 'quantity + 1' <in
	assert_equal "$stderr" \
	    "rmap: 'quantity + 1' has no name: NAME = quantity + 1"
	run -2 --separate-stderr rmap 'a = 1, a = 2' <in
	assert_equal "$stderr" "rmap: 'a' is given twice"
	run -2 --separate-stderr rmap -O -d a 'a = 1' <in
	assert_equal "$output" ''
	run -2 --separate-stderr rmap <in
	assert_equal "$output" ''
}
