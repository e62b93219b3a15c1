# rfilter: which rows stay, blocks, rejects, errors.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

sales() {
	rgen -n 40000 retail transactions
}

@test "the rows that stay are those that awk finds" {
	rgen -n 40000 -w csv retail transactions |
	    awk -F, 'NR > 1 && $5 >= 3 && $6 != "Store"' | wc -l >want
	sales | rfilter "quantity >= 3 and channel <> 'Store'" >kept
	run -0 rinfo kept
	assert_line "rows: $(cat want)"
	assert_line 'sorted by: txn_id'
	assert_line 'unique: txn_id'
}

@test "slices, filtered alone and gathered, are the filtered whole" {
	local copy='rgen -n 99999 -p {k}/{n} retail transactions |
	    rfilter "customer_id % 977 = 5 and txn_id > '\''TXN-0000040000'\''"'
	rfan -n 1 "$copy" >one
	rfan -n 5 "$copy" >five
	cmp one five
	rinfo one | grep -q '^blocks: 7,'
}

@test "what is left out is counted as filtered, and goes to the rejects if asked" {
	sales | rfilter -v 'quantity = 1' 2>counters >kept
	grep -Eq 'in=40000 out=[0-9]+ filtered=[0-9]+' counters
	sales | rfilter -v -r others 'quantity = 1' 2>counters >again
	grep -Eq 'in=40000 out=[0-9]+ rejected=[0-9]+' counters
	cmp <(rcat -p kept) <(rcat -p again)
	rfilter -v "_reason <> 'false' or quantity = 1" <others 2>counters >none
	run -1 grep -q ' out=' counters
	kept=$(rinfo kept | sed -n 's/^rows: //p')
	others=$(rinfo others | sed -n 's/^rows: //p')
	assert_equal $((kept + others)) 40000
}

@test "a row that cannot be computed is an error, or a reject with its reason" {
	run -3 --separate-stderr bash -o pipefail -c \
	    'rgen -n 10 retail transactions | rfilter "1 / (quantity - 1) > 0" | wc -l'
	assert_equal "$stderr" \
	    'rfilter: block 0: row 1: 1 / (quantity - 1): division by zero'
	rgen -n 10 retail transactions |
	    rfilter -r bad '1 / (quantity - 1) > 0' >good
	rfilter "_reason = '1 / (quantity - 1): division by zero' and quantity = 1" \
	    <bad | rinfo /dev/stdin >all
	assert_equal "$(grep ^rows: all)" "$(rinfo bad | grep ^rows:)"
}

@test "a wrong expression says where, and exits with 2" {
	sales >input
	run -2 --separate-stderr rfilter 'quantity > ' <input
	assert_equal "$stderr" \
	    'rfilter: column 12: the expression ends where a value should be'
	run -2 --separate-stderr rfilter 'quantty > 1' <input
	assert_equal "$stderr" \
	    "rfilter: column 1: no column 'quantty'; is it 'quantity'?"
	run -2 --separate-stderr rfilter 'quantity + 1' <input
	assert_equal "$stderr" 'rfilter: a condition is needed, this is a i64'
	run -2 --separate-stderr rfilter
	assert_equal "$output" ''
}

@test "the rejects of a run that fails do not appear" {
	sales | head -c 100000 >short
	run -3 --separate-stderr rfilter -r others 'quantity = 1' <short
	[ ! -e others ]
	# a column _reason would be doubled
	sales | rmap "_reason = 'x'" >input
	run -2 --separate-stderr rfilter -r others 'quantity = 1' <input
	[ ! -e others ]
}

@test "no rows, and no rows left, are streams too" {
	rgen -n 0 retail transactions | rfilter 'quantity = 1' | rinfo /dev/stdin |
	    grep -q '^rows: 0$'
	sales | rfilter 'quantity is null' | rinfo /dev/stdin | grep -q '^rows: 0$'
}

@test "rfilter -c lets chosen columns out, and the rejects have all" {
	sales >input
	rfilter -c channel,txn_id -r others 'quantity > 2' <input | rcsv -w >got
	rfilter 'quantity > 2' <input | rselect channel,txn_id | rcsv -w |
		cmp - got
	rinfo others | grep -q 'quantity i8'
	run -2 --separate-stderr rfilter -c chanel 'quantity > 2' <input
	[[ $stderr == *"no column 'chanel'; is it 'channel'?" ]]
}

@test "rfilter -s computes first, as rmap does" {
	sales >input
	items="amount = quantity * 2, big = amount > 5"
	rmap "$items" <input | rfilter -c txn_id,amount -r apart big | rcsv -w >expected
	rfilter -s "$items" -c txn_id,amount -r others big <input | rcsv -w >got
	cmp expected got
	cmp <(rcsv -w <apart) <(rcsv -w <others)
	rfilter -s 'quantity = 1' 'quantity = 1' <input | rinfo /dev/stdin |
		grep -qx "rows: $(rcsv -w <input | sed 1d | wc -l)"
	run -2 --separate-stderr rfilter -s 'x = nothing + 1' 'true' <input
	[[ $stderr == *"nothing"* ]]
	run -3 --separate-stderr rfilter -s "x = cast(txn_id as int)" 'true' <input
}
