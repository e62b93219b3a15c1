# rgen: slices, seeds, faults and the ledger.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

# whole_is_parts N ARGUMENT...: CSV slices of N, joined, are the whole
whole_is_parts() {
	local n=$1 k
	shift
	rgen -w csv "$@" >whole
	for ((k = 1; k <= n; k++)); do
		rgen -w csv -p "$k/$n" "$@"
	done >joined
	cmp whole joined
}

@test "CSV slices of any number are the whole, byte for byte" {
	for table in customers products transactions; do
		for n in 1 3 7; do
			whole_is_parts "$n" -n 20001 retail "$table"
		done
	done
	whole_is_parts 5 -n 20001 -d duplicates=0.1,orphans=0.1,bad-date=0.1 \
	    retail transactions
}

@test "slices of a stream, gathered, are the whole, byte for byte" {
	for table in customers products transactions; do
		for n in 1 3 7; do
			rfan -n $n "rgen -n 99999 -p {k}/{n} retail $table" \
			    >"gathered$n"
		done
		cmp gathered1 gathered3
		cmp gathered1 gathered7
	done
}

@test "more CSV slices than rows are the whole, too" {
	whole_is_parts 9 -n 3 retail transactions
	whole_is_parts 2 -n 0 retail transactions
	assert_equal "$(cat whole)" \
	    txn_id,txn_ts,customer_id,product_id,quantity,channel
}

@test "slices of the ledger are the whole ledger" {
	local dirt=duplicates=0.02,orphans=0.02,zero-quantity=0.02
	rgen -w csv -n 9999 -d $dirt -l whole retail transactions >all
	for k in 1 2 3; do
		rgen -w csv -n 9999 -d $dirt -l "ledger$k" -p $k/3 \
		    retail transactions >"part$k"
	done
	cat ledger? | cmp - whole
	cat part? | cmp - all
}

@test "the same seed gives the same bytes, here and everywhere" {
	assert_equal "$(rgen -w csv -n 1000 retail transactions | sha256sum)" \
	    "f704da874b484b73c2cf44c88669a3f5a98264b8caa003a900e135d307380516  -"
	assert_equal "$(rgen -w csv -C 1000 retail customers | sha256sum)" \
	    "ba9a5a22976bcd5430d69b5def9faf8b8fdcba1d3e9327100587481ca2e46765  -"
	assert_equal "$(rgen -w csv -P 1000 retail products | sha256sum)" \
	    "153a490b73c038b3ae35942151aae924f814f8df8fbdb67a09805484c79b3ede  -"
	rgen -n 30000 retail transactions >one
	rgen -n 30000 retail transactions >two
	cmp one two
}

@test "another seed gives other rows" {
	rgen -w csv -n 1000 retail transactions | tail -n +2 | cut -d, -f3 >one
	rgen -w csv -n 1000 -S 1 retail transactions | tail -n +2 |
	    cut -d, -f3 >two
	# some of 50,000 customers meet by chance
	run -0 bash -c 'paste one two | awk "\$1 == \$2" | wc -l'
	assert [ "$output" -lt 20 ]
}

@test "tables have the values that the model says" {
	rgen -w csv retail customers | tail -n +2 |
	    awk -F, '$1 != NR || NF != 6 || $3 < 18 || $3 > 75 ||
		$4 !~ /^(Male|Female|Other)$/ ||
		$6 !~ /^(North America|Europe|Asia|Other)$/ ||
		$2 !~ /^[^ ].* .*[^ ]$/ { print; bad = 1 }
		END { exit bad || NR != 50000 }'
	rgen -w csv retail products | tail -n +2 |
	    awk -F, '$1 != NR || NF != 5 || $5 < 5 || $5 > 1500 ||
		$5 !~ /^[0-9]+\.[0-9][0-9]$/ ||
		$4 != sprintf("%s-%s-%05d", $2, $3, NR) { print; bad = 1 }
		END { exit bad || NR != 5000 }'
	rgen -w csv -n 50000 retail transactions | tail -n +2 |
	    awk -F, '$1 != sprintf("TXN-%010d", NR) || NF != 6 ||
		$2 < "2023-01-01 00:00:00" || $2 > "2024-12-31 23:59:59" ||
		$2 !~ /^[0-9-]+ [0-9:]+$/ || length($2) != 19 ||
		$3 < 1 || $3 > 50000 || $4 < 1 || $4 > 5000 ||
		$5 < 1 || $5 > 5 || $3 $4 $5 !~ /^[0-9]+$/ ||
		$6 !~ /^(Online|Store|Marketplace)$/ { print; bad = 1 }
		$6 == "Store" && (substr($2, 12) < "09" ||
		    substr($2, 12) >= "21") { print; bad = 1 }
		END { exit bad || NR != 50000 }'
}

@test "skew 0 makes customers alike, a high one a few rich" {
	top() {
		rgen -w csv -n 100000 -C 100 -z "$1" retail transactions |
		    tail -n +2 | cut -d, -f3 | sort | uniq -c | sort -rn |
		    awk 'NR == 1 { print $1 }'
	}
	assert [ "$(top 0)" -lt 1150 ]
	# 1 / (1 + 1/2^2 + ... + 1/100^2) = 0.6116
	assert [ "$(top 2)" -gt 60500 ]
	assert [ "$(top 2)" -lt 61800 ]
}

@test "the ledger names exactly the rows that differ from clean ones" {
	local dirt=orphans=0.01,zero-quantity=0.01,bad-date=0.01
	rgen -w csv -n 20000 retail transactions >clean
	rgen -w csv -n 20000 -d $dirt,duplicates=0.01 -l ledger \
	    retail transactions >dirty
	paste -d '\n' clean dirty | awk 'NR % 2 { clean = $0; next }
	    $0 != clean { print NR / 2 - 1 }' >differ
	tail -n +2 ledger | cut -d, -f2 | cmp - differ
	for fault in orphans zero-quantity bad-date duplicates; do
		run -0 grep -c ",$fault," ledger
		assert [ "$output" -gt 140 ]
		assert [ "$output" -lt 260 ]
	done
}

@test "the ledger's values are those of the rows" {
	local dirt=orphans=0.01,zero-quantity=0.01,bad-date=0.01
	rgen -w csv -n 20000 -d $dirt,duplicates=0.01 -l ledger \
	    retail transactions >dirty
	awk -F, 'FNR == 1 { next }
	    FILENAME == "dirty" {
		for (i = 1; i <= 6; i++) field[FNR - 1, i] = $i
		next
	    }
	    { id = field[$2, 1] }
	    $3 != id { print; bad = 1 }
	    $5 == "customer_id" && ($6 != field[$2, 3] || $6 <= 50000) ||
	    $5 == "product_id" && ($6 != field[$2, 4] || $6 <= 5000) ||
	    $5 == "quantity" && ($6 != 0 || field[$2, 5] != 0) ||
	    $5 == "txn_ts" && $6 != field[$2, 2] { print; bad = 1 }
	    $4 == "duplicates" && (id != field[$6, 1] || $6 >= $2 ||
		field[$2, 3] != field[$6, 3] ||
		field[$2, 2] != field[$6, 2]) { print; bad = 1 }
	    END { exit bad }' dirty ledger
	# first come first served: as many are dropped as the ledger has
	assert_equal "$(tail -n +2 dirty | cut -d, -f1 | sort | uniq -d |
	    wc -l)" "$(grep ,duplicates, ledger | cut -d, -f3 | sort -u |
	    wc -l)"
	assert_equal "$(tail -n +2 dirty | cut -d, -f1 | sort -u | wc -l)" \
	    "$((20000 - $(grep -c ,duplicates, ledger)))"
}

@test "bad prices are quoted where CSV needs it, missing ones are empty" {
	rgen -w csv -d bad-price=0.1,no-price=0.1,zero-price=0.1 -l ledger \
	    retail products >dirty
	run -0 grep -c '"12,50"' dirty
	assert_equal "$output" "$(grep -c '"12,50"' ledger)"
	run -0 grep -c ',$' dirty
	assert_equal "$output" "$(grep -c ,no-price, ledger)"
	run -0 grep -cE ',(0\.00|-[0-9.]+)$' dirty
	assert_equal "$output" "$(grep -c ,zero-price, ledger)"
}

@test "a ledger that cannot be written is a failure, before any row" {
	mkdir folder
	: >folder/file
	run -4 --separate-stderr rgen -w csv -n 10 -l folder/file/ledger \
	    retail transactions
	assert_equal "${stderr%%:*}" rgen
	assert_regex "$stderr" 'folder/file/ledger'
	assert_equal "$output" ''
	assert_equal "$(ls -A folder)" file
}

@test "what is wrong with the command line is said by name" {
	expect() {
		local message=$1
		shift
		run -2 --separate-stderr rgen "$@"
		assert_equal "${stderr_lines[0]}" "rgen: $message"
		assert_equal "$output" ''
	}
	expect "no model 'sale'; there are retail, db-benchmark and weather" -w csv sale x
	expect "the retail model has no table 'stores'; it has customers, \
products and transactions" -w csv retail stores
	expect "'xml' is no format; there are csv and stream" -w xml \
	    retail products
	expect "'0/3' is not a part k/n with k from 1 to n" -p 0/3 -w csv \
	    retail products
	expect "'4/3' is not a part k/n with k from 1 to n" -p 4/3 -w csv \
	    retail products
	expect "'5' is not a skew from 0 to 4 of up to four decimals" -z 5 \
	    -w csv retail products
	expect "10000000000 transactions; 9999999999 at most" \
	    -n 10000000000 -w csv retail transactions
	expect "customers and products are 1 to 2147480000" -C 3000000000 \
	    -w csv retail transactions
	expect "bad-date is text that is no value: only CSV can hold it" \
	    -d bad-date=0.1 retail transactions
}

@test "a stream holds what CSV holds, and its account closes" {
	"$MSGPACK_PYTHON" -c 'import msgpack' || lacks oracles 'no msgpack'
	rgen -n 20000 retail transactions >stream
	run -0 "$MSGPACK_PYTHON" - stream <<-'END'
		import msgpack, sys
		unpacker = msgpack.Unpacker(open(sys.argv[1], "rb"),
		    max_buffer_size=1 << 30)
		rows = 0
		for frame in unpacker:
		    meta = msgpack.Unpacker(raw=True)
		    meta.feed(frame.data)
		    meta = meta.unpack()
		    if frame.code == 3:
		        rows += meta[b"rows"]
		    last = frame.code, meta
		print(rows, last[0])
	END
	assert_output '20000 4'
}

@test "db-benchmark's first rows are R's" {
	rgen -n 10000000 db-benchmark groupby | rhead -n 2 | rcsv -w |
		diff - <(printf '%s\n' id1,id2,id3,id4,id5,id6,v1,v2,v3 \
		id016,id016,id0000042202,15,24,5971,5,11,37.211254 \
		id039,id045,id0000029558,40,49,39457,5,4,48.951141)
	# each key of the left table is there, nine in ten on both sides
	local table
	for table in join big; do
		rgen -n 10000 db-benchmark $table >$table.rfl
	done
	ragg 'count(*), count(distinct id3)' <join.rfl | rcsv -w -H no |
		diff - <(echo 10000,10000)
	rjoin -t semi -k id3 big.rfl <join.rfl | ragg 'count(*)' |
		rcsv -w -H no | diff - <(echo 9000)
	run -2 --separate-stderr rgen -p 1/2 db-benchmark join
	[[ $stderr == *"no slices"* ]]
	run -2 --separate-stderr rgen db-benchmark groups
	[ "$stderr" = "rgen: no table 'groups'; there are groupby, join, small, medium and big" ]
}

@test "the weather of one's stations, and of made-up ones" {
	printf 'Ulm;8.5\nNew York,15.0\n# none\nÅre;-1\n' >stations
	rgen -n 60000 -f stations weather measurements |
		ragg -g station 'count(*), a = cast(avg(temperature) as decimal(4,1)), s = round(stddev(temperature))' |
		rcsv -w -H no >got
	# within what chance allows
	awk -F , '$2 < 19000 || $2 > 21000 || $4 != 10.0 { exit 1 }' got
	cut -d , -f 1 got | diff - <(printf '%s\n' 'New York' Ulm Åre)
	[ "$(rgen -n 100000 weather measurements |
		ragg 'count(distinct station)' | rcsv -w -H no)" = 413 ]
	rgen -n 50000 weather measurements >whole.rfl
	rfan -n 3 'rgen -n 50000 -p {k}/{n} weather measurements' |
		cmp <(rcsv -w <whole.rfl) <(rcsv -w)
	printf 'Ulm;8.5\nUlm;9\n' >twice
	run -3 --separate-stderr rgen -f twice weather measurements
	[ "$stderr" = "rgen: twice:2: this station comes twice" ]
}

@test "a table of any schema: each maker, slices, and what is wrong" {
	cat >s.json <<-'END'
	{"fields": [
	 {"name": "id", "type": "integer", "riffle:gen": {"maker": "sequence", "start": 100, "step": -2}},
	 {"name": "sku", "type": "string", "riffle:gen": {"maker": "pattern", "pattern": "AA-999a*"}},
	 {"name": "price", "type": "number", "riffle:type": "decimal(8,2)", "riffle:gen":
	  {"maker": "normal", "mean": 50, "deviation": 10, "min": 30, "max": "70.00"}},
	 {"name": "who", "type": "string", "riffle:gen": {"maker": "name", "nulls": 0.25}},
	 {"name": "mail", "type": "string", "riffle:gen": {"maker": "email"}},
	 {"name": "shop", "type": "integer", "riffle:type": "i32", "riffle:gen":
	  {"maker": "zipf", "count": 10, "exponent": 1.5}},
	 {"name": "size", "type": "string", "riffle:gen": {"maker": "choice",
	  "values": ["S", "M", "L"], "weights": [1, 0, 3]}},
	 {"name": "day", "type": "date", "riffle:gen": {"maker": "uniform",
	  "min": "2024-02-01", "max": "2024-02-29"}},
	 {"name": "n", "type": "integer", "constraints": {"minimum": 5, "maximum": 7}},
	 {"name": "at", "type": "datetime"}, {"name": "ok", "type": "boolean"},
	 {"name": "x", "type": "number"}, {"name": "t", "type": "string"}]}
	END
	rgen -s s.json -n 40000 >t.rfl
	ragg "min(id), max(id), min(price), max(price), round(avg(price)),
		round(100.0 * count(who) / 40000), count(distinct mail),
		count(distinct shop), count(distinct size), min(day), max(day),
		min(n), max(n), count(distinct ok)" <t.rfl | rcsv -w -H no |
		diff - <(echo "-79898,100,30.00,70.00,50,75.0,40000,10,2,2024-02-01,2024-02-29,5,7,2")
	[ "$(rfilter "not regexp_like(sku, '^[A-Z]{2}-[0-9]{3}[a-z][A-Za-z0-9]$')
		or not regexp_like(mail, '^[a-z.]+[0-9]+@example\\.(com|org)$')
		or not regexp_like(t, '^[a-z]{8}$') or size = 'M'" <t.rfl |
		ragg 'count(*)' | rcsv -w -H no)" = 0 ]
	rfan -n 4 'rgen -s s.json -n 40000 -p {k}/{n}' | cmp <(rcsv -w <t.rfl) <(rcsv -w)
	for k in 1 2 3; do rgen -s s.json -n 40000 -w csv -p $k/3; done |
		cmp - <(rcsv -w <t.rfl)
	cmp -s <(rgen -s s.json -n 9 -S 7) <(rgen -s s.json -n 9) && fail "one seed"
	local spec said
	while IFS='|' read -r spec said; do
		echo "{\"fields\": [{\"name\": \"a\", \"type\": \"integer\",
			\"riffle:gen\": $spec}]}" >bad.json
		run -2 --separate-stderr rgen -s bad.json
		[ "$stderr" = "rgen: bad.json: field 'a': riffle:gen: $said" ] ||
			fail "$spec: $stderr"
	done <<-'END'
		{"maker": "magic"}|no maker 'magic'; there are sequence, uniform, normal, zipf, choice, pattern, name and email
		{"maker": "name"}|'name' and 'email' are for strings
		{"min": 3, "max": 2}|'min' is more than 'max'
		{"min": "x"}|'min': 'x' is no value of the field
		{"maker": "choice"}|'choice' needs 'values', and as many 'weights' if there are any
		{"maker": "normal"}|'normal' needs a 'deviation' above 0
		{"nulls": 2}|'nulls' is a share from 0 to 1
	END
	run -2 --separate-stderr rgen -s s.json retail customers
	[ "$stderr" = "rgen: --schema goes without MODEL and TABLE" ]
}
