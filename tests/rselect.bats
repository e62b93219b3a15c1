# rselect: columns chosen, ordered, renamed, cast.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
	rgen -C 1000 retail customers >in
}

names() {
	rselect "$1" <in | rinfo /dev/stdin | sed -n 's/^  \([^ 0-9][^ ]*\) .*/\1/p' |
	    paste -sd,
}

@test "columns come in the order given, renamed, and by patterns" {
	assert_equal "$(names 'country,customer_id')" country,customer_id
	assert_equal "$(names 'id=customer_id, where=country')" id,where
	assert_equal "$(names 'customer_*')" customer_id,customer_name
	assert_equal "$(names 'country,*')" \
	    country,customer_id,customer_name,age,gender,region
	assert_equal "$(names '*,customer_id')" \
	    customer_name,age,gender,country,region,customer_id
	assert_equal "$(names '!customer_*,!region')" age,gender,country
	assert_equal "$(names 'region,*,!customer_*')" region,age,gender,country
	assert_equal "$(names 'age2=age,age')" age2,age
	assert_equal "$(names '[ar]*')" age,region
}

@test "a cast is checked, and rows that fail it are errors or rejects" {
	rselect 'customer_id:i64,a=age:decimal(5,2)' <in | rinfo /dev/stdin >info
	grep -q '^  customer_id i64' info
	grep -q '^  a decimal(5,2)' info
	run -3 --separate-stderr rselect 'customer_id:i8' <in
	assert_equal "$stderr" \
	    'rselect: block 0: row 128: cast("customer_id" as i8): 128 is not in the range of i8'
	rselect -v -r bad 'customer_id:i8' <in 2>counters >good
	grep -q 'in=1000 out=127 rejected=873' counters
	rinfo bad | grep -q '^rows: 873$'
}

@test "values stay, and so does what is known of order and keys" {
	rselect 'id=customer_id, country' <in >out
	rinfo out | grep -q '^unique: id$'
	cmp <(rcat -p out | awk 'NR > 2 { print $1 }') <(seq 1000)
	rselect '*' <in >all
	cmp <(rcat -p in) <(rcat -p all)
}

@test "mistakes are refused, with status 2" {
	run -2 --separate-stderr rselect 'contry' <in
	assert_equal "$stderr" "rselect: no column 'contry'; is it 'country'?"
	run -2 --separate-stderr rselect 'x*' <in
	assert_equal "$stderr" "rselect: no column matches 'x*'"
	run -2 --separate-stderr rselect 'age,age' <in
	assert_equal "$stderr" "rselect: two columns would be named 'age'"
	run -2 --separate-stderr rselect 'country=age,country' <in
	assert_equal "$stderr" "rselect: two columns would be named 'country'"
	run -2 --separate-stderr rselect '!*' <in
	assert_equal "$stderr" 'rselect: no column would be left'
	run -2 --separate-stderr rselect 'x=c*' <in
	assert_equal "$stderr" \
	    "rselect: 'c*' is a pattern: it can neither be renamed nor cast"
	run -2 --separate-stderr rselect 'age:money' <in
	assert_regex "$stderr" "^rselect: age: column 1: 'money' is not a type"
}
