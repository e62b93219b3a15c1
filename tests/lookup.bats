# lookup() in expressions: values of another table, by key.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' code,region,n,d,b,day DE,Europe,1,1.50,true,2024-01-01 \
		FR,Europe,2,,false, US,America,3,2.25,,2024-02-29 \
		,Nowhere,4,1.00,true, |
		rcsv -t 'code:string, region:string, n:i32, d:decimal(6,2),
		    b:bool, day:date' >regions.rfl
	printf 'c,k\nDE,1\nUS,3\nXX,9\n,\nFR,2\nDE,4\n' |
		rcsv -t 'c:string, k:u8' >x.rfl
}

# refuses STATUS EXPR ERROR
refuses() {
	run "-$1" --separate-stderr bash -c 'rmap "r = $0" <x.rfl >out' "$2"
	assert_equal "$stderr" "rmap: r: $3"
}

@test "values of all types are found by a coded and by a plain key" {
	for key in c "upper(c)" "c || if(k = 4, '', '')"; do
		rmap -O "c, r = lookup('regions.rfl', $key, 'region'),
		    n = lookup('regions.rfl', $key, 'n'),
		    d = lookup('regions.rfl', $key, 'd', 'code'),
		    b = lookup('regions.rfl', $key, 'b'),
		    day = lookup('regions.rfl', $key, 'day')" <x.rfl |
			rcsv -w >got
		diff - got <<-'END'
			c,r,n,d,b,day
			DE,Europe,1,1.50,true,2024-01-01
			US,America,3,2.25,,2024-02-29
			XX,,,,,
			,,,,,
			FR,Europe,2,,false,
			DE,Europe,1,1.50,true,2024-01-01
		END
	done
}

@test "integers of any width find each other, and texts come coded" {
	rmap -O 'k, r = lookup("regions.rfl", k, "region", "n"),
	    s = lookup("regions.rfl", cast(k as i64), "d", "n")' <x.rfl >got.rfl
	diff <(rcsv -w <got.rfl) - <<-'END'
		k,r,s
		1,Europe,1.50
		3,America,2.25
		9,,
		,,
		2,Europe,
		4,Nowhere,1.00
	END
	[[ $(rinfo got.rfl) == *'r string, 2 nulls, coded by 3 entries'* ]]
}

@test "a constant key is looked up once, a null key never" {
	rhead -n 1 regions.rfl >first.rfl
	rmap -O "a = lookup('first.rfl', 'DE', 'region'),
	    b = lookup('first.rfl', null, 'n'),
	    c = lookup('first.rfl', '2024-01-01', 'code', 'day'),
	    d = lookup('first.rfl', 1.5, 'code', 'd'),
	    e = lookup('first.rfl', 7, 'code', 'n')" <x.rfl |
		rcsv -w --null null | sed -n 2p >got
	echo Europe,null,DE,DE,null | cmp - got
}

@test "what is found can be filtered, grouped, summed, ranked and caught" {
	assert_equal "$(rfilter "lookup('regions.rfl', c, 'region') = 'Europe'" \
		<x.rfl | rcsv -w | tail -n +2 | paste -sd' ')" "DE,1 FR,2 DE,4"
	assert_equal "$(ragg -g "g = lookup('regions.rfl', c, 'region')" \
		"s = sum(lookup('regions.rfl', c, 'n'))" <x.rfl | rcsv -w |
		tail -n +2 | paste -sd' ')" ", America,3 Europe,4"
	assert_equal "$(rwindow "s = sum(lookup('regions.rfl', c, 'n'))" <x.rfl |
		rcsv -w | tail -n +2 | paste -sd' ')" \
		"DE,1,7 US,3,7 XX,9,7 ,,7 FR,2,7 DE,4,7"
	run -2 --separate-stderr bash -c "rjoin -k c=code -o \
		\"lookup('regions.rfl', c, 'n') = 1\" regions.rfl <x.rfl >out"
	assert_equal "$stderr" \
		"rjoin: --on: column 2: lookup() is not possible here"
}

@test "many rows find what a join finds" {
	rgen -n 300000 retail transactions >t.rfl
	rgen retail customers | rfilter 'customer_id % 7 <> 0' >c.rfl
	rmap "country = lookup('c.rfl', customer_id, 'country'),
	    customer_name = lookup('c.rfl', customer_id, 'customer_name'),
	    age = lookup('c.rfl', customer_id, 'age')" <t.rfl | rcsv -w >got
	rjoin -b -t left -c country,customer_name,age -k customer_id c.rfl \
		<t.rfl | rcsv -w | cmp - got
	# by a plain text key: customers of a name that only one has
	rdedup -k customer_name <c.rfl >names.rfl
	rmap -O "customer_name, i = lookup('names.rfl', customer_name,
	    'customer_id', 'customer_name')" <c.rfl | rcsv -w >got
	rselect customer_name <c.rfl | rjoin -b -t left -k customer_name \
		-c i <(rmap -O 'customer_name, i = customer_id' <names.rfl) |
		rcsv -w | cmp - got
}

@test "texts that no dictionary can hold come plain" {
	seq 300 | awk '{ printf "%d,%0100000d\n", $1, $1 }' |
		rcsv -H no -t 'k:i32, t:string' - >long.rfl
	seq 900 | awk '{ print ($1 * 7) % 400 }' | sed '1i k' |
		rcsv -t 'k:i32' >k.rfl
	rmap -O "k, t = md5(lookup('long.rfl', k, 't'))" <k.rfl | rcsv -w >got
	rjoin -t left -k k <(rmap 't = md5(t)' <long.rfl) <k.rfl | rcsv -w |
		cmp - got
}

@test "what cannot be looked up is said, with its status" {
	refuses 4 "lookup('no.rfl', c, 'n')" \
		"column 1: cannot open 'no.rfl': No such file or directory"
	refuses 2 "1 + lookup('regions.rfl', c, 'm')" \
		"column 5: 'regions.rfl': no column 'm'; is it 'n'?"
	refuses 2 "lookup('regions.rfl', c, 'n', 'coed')" \
		"column 1: 'regions.rfl': no column 'coed'; is it 'code'?"
	refuses 2 "lookup('regions.rfl', k, 'n')" "column 23: the key is u8, \
but in 'regions.rfl' it is string: cast it"
	refuses 2 "lookup(c, c, 'n')" \
		"column 8: lookup() needs the name of a file here, as a text"
	refuses 2 "lookup('regions.rfl', c, c)" "column 26: lookup() needs \
the name of a column here, as a text"
	refuses 2 "lookup('regions.rfl', c)" \
		"column 1: lookup() needs at least 3 arguments, not 2"
	refuses 3 "lookup('regions.rfl', c, 'd', 'region')" "column 1: \
'regions.rfl': the key region = Europe comes twice"
	refuses 2 "lookup('/dev/null', c, 'n')" \
		"column 1: '/dev/null' is no regular file"
	echo text >text
	run -3 --separate-stderr bash -c \
		"rmap \"r = lookup('text', c, 'n')\" <x.rfl >out"
	[[ $stderr == "rmap: r: column 1: text: "* ]] || fail "$stderr"
	size=$(stat -c %s regions.rfl)
	for cut in 100 $((size - 300)) $((size - 1)); do
		head -c "$cut" regions.rfl >cut.rfl
		run -3 --separate-stderr bash -c \
			"rmap \"r = lookup('cut.rfl', c, 'n')\" <x.rfl >out"
		[[ $stderr == "rmap: r: column 1: cut.rfl: "* ]] ||
			fail "$stderr"
	done
}
