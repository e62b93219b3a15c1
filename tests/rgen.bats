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
	expect "no model 'sale'; there is retail" -w csv sale x
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
