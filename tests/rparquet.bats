# rparquet, both ways.

setup() {
	load helper
	load rparquet
	cd "$BATS_TEST_TMPDIR"
}

@test "a table comes back from a file as it was" {
	rgen -n 300000 retail transactions >t.rfl
	rparquet -w -o t.parquet <t.rfl
	rparquet t.parquet >back.rfl
	rinfo back.rfl | grep -qx "blocks: 3, extent 300000"
	rcsv -w <t.rfl >want.csv
	rcsv -w <back.rfl | cmp - want.csv
}

@test "a table without rows keeps its columns" {
	sales | rfilter 'id > 9' | rparquet -w -o none.parquet
	rparquet none.parquet | rcsv -w | diff - <(echo region,id,amount)
	sales | rfilter 'id > 9' | rparquet -w -p region -o none
	rparquet none | rcsv -w | diff - <(echo region,id,amount)
}

@test "what pyarrow, DuckDB and Polars write is read, and written for them" {
	need_oracle pyarrow duckdb polars
	mkdir theirs
	oracle make theirs
	for file in theirs/*.parquet; do
		rparquet "$file" | rparquet -w -o ours.parquet
		# others know no type null: they wrote an i32 of nulls
		oracle same ours.parquet "$file" pyarrow duckdb polars ||
			fail "$file"
	done
	for codec in none snappy gzip:9 zstd:3; do
		rparquet theirs/arrow-none-1.0.parquet |
			rparquet -w --codec $codec -g 700 -o codec.parquet
		oracle same codec.parquet theirs/arrow-none-1.0.parquet \
			pyarrow duckdb polars
	done
}

# Long names that come again, at random: they shrink, and their codes do not
names() {
	rgen -n 40000 retail transactions |
		rmap "name = concat('a customer with the number ',
		    customer_id % 4000)" | rselect txn_id,name
}

@test "pages that do not shrink are stored as frames of their codec" {
	need_oracle pyarrow duckdb polars
	names >names.rfl
	rparquet -w -o zstd.parquet <names.rfl
	rparquet -w -z none -o none.parquet <names.rfl
	rparquet --meta zstd.parquet |
		grep -q ' name: BYTE_ARRAY ZSTD .*RLE_DICTIONARY'
	# pages 3 to 5 are what they are, in a frame: 12 bits a row
	"$ORACLE_PYTHON" - zstd.parquet <<-'END'
		import sys
		data = open(sys.argv[1], "rb").read()
		# descriptor, size, and a raw block that is the last one
		head = b"\x28\xb5\x2f\xfd\xa0"
		at, raw = data.find(head), 0
		while at >= 0:
		    size = int.from_bytes(data[at + 5:at + 9], "little")
		    block = int.from_bytes(data[at + 9:at + 12], "little")
		    raw += block == (size << 3 | 1)
		    at = data.find(head, at + 1)
		assert raw == 3, raw
	END
	oracle same zstd.parquet none.parquet pyarrow duckdb polars
	rparquet zstd.parquet | rcsv -w | cmp - <(rcsv -w <names.rfl)
}

@test "Spark reads what we write" {
	need_oracle pyarrow duckdb polars pyspark
	command -v java >/dev/null || lacks oracles "no java"
	mkdir theirs
	oracle make theirs
	rparquet theirs/arrow-none-1.0.parquet |
		rparquet -w -g 1000 -o ours.parquet
	oracle same ours.parquet theirs/arrow-none-1.0.parquet spark
	names | rparquet -w -o names.parquet
	oracle same names.parquet names.parquet spark
	sales | rparquet -w -p region -o sales
	oracle rows sales spark | diff - <(oracle rows sales pyarrow)
}

@test "every file of parquet-testing is read as pyarrow reads it, or refused" {
	need_oracle pyarrow
	need_data parquet-testing
	read=0
	for file in "$DATA"/parquet-testing/data/*.parquet; do
		status=0
		rparquet "$file" 2>err | rparquet -w -o o.parquet 2>/dev/null ||
			status=$?
		if [ $status != 0 ]; then
			# no more than a line that names the file
			[ "$(wc -l <err)" = 1 ]
			grep -q "^rparquet: $file: " err || fail "$(cat err)"
			continue
		fi
		read=$((read + 1))
		"$ORACLE_PYTHON" - "$file" <<-'END' || fail "$file"
			import math, sys
			import pyarrow.parquet as pq
			theirs = pq.read_table(sys.argv[1])
			ours = pq.read_table("o.parquet")
			assert ours.column_names == theirs.column_names
			for a, b in zip(ours.columns, theirs.columns):
			    try:
			        b = b.to_pylist()
			    except ValueError:	# more than Python's dates
			        continue
			    for x, y in zip(a.to_pylist(), b):
			        assert x == y or x != x and y != y, (x, y)
			    assert len(a) == len(b)
		END
	done
	[ $read -ge 30 ] || fail "only $read were read"
}

@test "the bytes depend on the rows, not on batches, codes or memory" {
	rgen -n 150000 retail transactions -w csv >t.csv
	types='txn_id:string, txn_ts:timestamp, customer_id:i32,
		product_id:i32, quantity:i8, channel:string'
	types=$(echo "$types" | tr -d '\n\t')
	rcsv -t "$types" t.csv | rparquet -w -g 40000 -o a.parquet
	rcsv -t "$types" t.csv | rsort -m 2M -k txn_id |
		rparquet -w -g 40000 -m 64K -o b.parquet
	rfan -n 3 "rcsv -t '$types' -p {k}/{n} t.csv" |
		rparquet -w -g 40000 -o c.parquet
	cmp a.parquet b.parquet
	cmp a.parquet c.parquet
	rcsv -t "$types" t.csv >t.rfl
	rparquet -w -p channel -o big <t.rfl
	rparquet -w -v -m 200K -p channel -o small <t.rfl 2>counters
	grep -q spilled_bytes counters
	diff -r -x .stages big small
}

@test "slices gathered are the whole" {
	rgen -n 400000 retail transactions | rparquet -w -g 30000 -p channel \
		-o t
	rparquet t | rcsv -w >want.csv
	rfan -n 3 'rparquet -P {k}/{n} t' | rcsv -w | cmp - want.csv
	rfan -n 3 "rparquet -P {k}/{n} -f \"quantity > 2\" t" | rcsv -w |
		cmp - <(rparquet t | rfilter 'quantity > 2' | rcsv -w)
}

@test "columns are read in the order that is asked for" {
	sales | rparquet -w -o s.parquet
	rparquet -c amount,id s.parquet | rcsv -w | head -2 |
		diff - <(printf 'amount,id\n1.50,1\n')
	run -2 --separate-stderr rparquet -c amout s.parquet
	assert_equal "$stderr" \
		"rparquet: no column 'amout'; is it 'amount'?"
}

# ---- partitions

@test "partitions have the names that Hive gives them, and come back" {
	printf '%s\n' key,n 'a/b=c %,1' 'ü世,2' '"",3' ',4' "it's #1,5" \
		'{x}[y]^?*:\,6' 'a/b=c %,7' >keys.csv
	rcsv -n NULL -t 'key:string, n:i32' keys.csv |
		rparquet -w -p key -o keys
	(cd keys && find . -name '*.parquet' | LC_ALL=C sort) >names
	diff names - <<-'END'
	./key=%7Bx}%5By%5D%5E%3F%2A%3A%5C/part-00000.parquet
	./key=__HIVE_DEFAULT_PARTITION__/part-00000.parquet
	./key=a%2Fb%3Dc %25/part-00000.parquet
	./key=it%27s %231/part-00000.parquet
	./key=ü世/part-00000.parquet
	END
	rparquet -c key,n keys | rsort -k n | rcsv -w -n NULL >back.csv
	sed 's/^"",/NULL,/; s/^,/NULL,/' keys.csv | diff - back.csv
}

@test "others read the partitions that we write" {
	need_oracle pyarrow duckdb polars
	rgen -n 3000 retail transactions |
		rmap 'day = cast(txn_ts as date), place = case
			when quantity = 1 then null
			when quantity = 2 then '"'a/b %'"' else channel end' |
		rfilter "day < date '2023-02-01'" >t.rfl
	rparquet -w -p day,place -o t <t.rfl
	rselect channel,customer_id,day,place,product_id,quantity,txn_id <t.rfl |
		rparquet -w -o t.parquet
	rparquet -c txn_id,quantity t/day=2023-01-05 | rcsv -w |
		sed 1d | sort >ours
	"$ORACLE_PYTHON" - <<-'END'
	import duckdb
	a, b = duckdb.sql("select txn_id, quantity, day, place from "
	    "read_parquet('t/**/*.parquet') order by 1"), duckdb.sql(
	    "select txn_id, quantity, day, place from 't.parquet' order by 1")
	assert a.types == b.types, (a.types, b.types)
	assert a.fetchall() == b.fetchall()
	END
	oracle rows t polars | diff - <(oracle rows t duckdb)
	rparquet t | rsort -k txn_id | rselect txn_id,day,place | rcsv -w |
		cmp - <(rsort -k txn_id <t.rfl | rselect txn_id,day,place |
		rcsv -w)
}

@test "types of keys are those of the manifest, or given, or string" {
	rgen -n 2000 retail transactions | rparquet -w -p quantity -o t
	rparquet t | rinfo | grep -qx "  quantity i8 not null"
	rparquet t/quantity=3 | rinfo | grep -qx "  quantity i8 not null"
	rparquet -k quantity:u16 t | rinfo | grep -qx "  quantity u16 not null"
	rm t/.manifest
	rparquet t | rinfo | grep -q "^  quantity string"
	rparquet -k quantity:i64 t | ragg 's = sum(quantity)' | rcsv -w >a
	rgen -n 2000 retail transactions | ragg 's = sum(quantity)' |
		rcsv -w | cmp - a
	run -2 --separate-stderr rparquet -k nothing:i64 t
	[[ $stderr == *"'nothing' is not a key"* ]]
	mv t/quantity=3 t/quantity=x
	run -3 --separate-stderr rparquet -k quantity:i64 t
	[[ $stderr == "rparquet: t/quantity=x/part-00000.parquet: \
quantity: 'x' is not a"* ]]
}

@test "--keep-keys leaves the keys in the files" {
	sales | rparquet -w -K -p region -o s
	rparquet s/region=Asia/part-00000.parquet | rcsv -w | diff - <(
		printf 'region,id,amount\nAsia,1,1.50\nAsia,4,4.75\n')
}

@test "what goes to the temporary file is in memory but once" {
	need_release "sanitizers need more memory"
	# one column of 100,000 strings that do not shrink: 45 MB, 34 zipped
	{ echo s && head -c 34000000 /dev/urandom | base64 -w 450; } |
		rcsv >t.rfl
	peak_kib rparquet -w -m 24M -o t.parquet <t.rfl
	[ "$peak" -lt 42000 ] || fail "$peak KiB"
	rparquet t.parquet | rcsv -w | cmp - <(rcsv -w <t.rfl)
}

@test "a thousand partitions fit into little memory, each row in its file" {
	need_release "sanitizers need more memory"
	rgen -n 400000 retail transactions |
		rmap 'key = customer_id % 1000' >t.rfl
	rparquet -w -v -m 16M -p key -o t <t.rfl 2>counters
	[ "$(find t -name '*.parquet' | wc -l)" = 1000 ]
	peak=$(sed -n 's/.*peak_kib=\([0-9]*\).*/\1/p' counters)
	[ "$peak" -lt 100000 ] || fail "$peak KiB"
	grep -q spilled_bytes counters
	rparquet -f 'key = 77' t | rcsv -w >got.csv
	rfilter 'key = 77' <t.rfl | rcsv -w | cmp - got.csv
}

@test "what cannot leave memory is not looked at again for each write" {
	rgen -n 30000 retail transactions | rmap 'p = customer_id % 3000' |
		rselect txn_id,txn_ts,quantity,p >t.rfl
	rparquet -n -w -v -p p -o t <t.rfl 2>much
	# takes a second, or minutes
	timeout 40 rparquet -n -w -v -m 64K -p p -o t <t.rfl 2>little
	[[ $(cat little) == *"spilled_bytes"*"$(tail -1 much)" ]]
}

@test "too many partitions are refused, and keys that cannot be folders" {
	run -3 --separate-stderr bash -c \
		"rgen -n 2000 retail transactions |
		rparquet -w -x 50 -p customer_id -o t"
	[[ $stderr == *"more than 50 partitions"* ]]
	[ ! -e t ]
	run -2 --separate-stderr bash -c "rgen -n 10 retail transactions |
		rmap -O 'id = txn_id, f = 1e0' | rparquet -w -p f -o t"
	[[ $stderr == *"column 'f' is f64: it cannot be the key"* ]]
	run -3 --separate-stderr bash -c "rgen -n 10 retail transactions |
		rmap -O 'id = txn_id, k = repeat(txn_id, 20)' |
		rparquet -w -p k -o t"
	[[ $stderr == *"too long for the name of a folder"* ]]
	[ ! -e t ] && [ -z "$(find . -name '.riffle*')" ]
}

# ---- pruning

@test "--where reads no file and no row group that it can do without" {
	rgen -n 300000 retail transactions >t.rfl
	rparquet -w -g 10000 -p channel -o t <t.rfl
	rparquet -v -f "channel = 'Store'" t 2>err | rcsv -w | sed 1d >got
	grep -q " pruned_files=2 pruned_row_groups=0 " err
	rfilter "channel = 'Store'" <t.rfl | rcsv -w | sed 1d | cmp - got
	where="txn_id between 'TXN-0000100001' and 'TXN-0000100500'
		and quantity >= 2"
	rparquet -v -f "$where" t 2>err | rsort -k txn_id | rcsv -w >got
	grep -q " row_groups=3 .* pruned_row_groups=28 " err ||
		fail "$(cat err)"
	rfilter "$where" <t.rfl | rcsv -w | cmp - got
}

@test "--where finds what rfilter finds, whatever the type" {
	rgen -n 30000 retail transactions |
		rmap 'u = cast(abs(customer_id) as u16), f = quantity / 8e0,
			d = cast(customer_id * 1.01 as decimal(20,2)),
			s = cast(quantity as decimal(5,1)),
			n = case when quantity > 2 then customer_id end,
			day = cast(txn_ts as date)' |
		rsort -k customer_id >t.rfl
	rparquet -w -g 1000 -o t.parquet <t.rfl
	for where in 'u = 77' 'u < 50' 'f > 0.5' 'f <= 0.25' 'd = 1010.00' \
		'd < -1' 'd >= 40000.5' 's = 2' 's > 4.5' 'n is null' \
		'n is not null and n < 40' 'n = 12' 'n <> 12' \
		'customer_id in (5, 70, 49999)' 'customer_id not in (5)' \
		"day = date '2023-03-04'" "channel like 'Sto%'" \
		"channel > 'P' and customer_id < 100" 'not (u < 49000)' \
		'u < 10 or u > 49990' 'false' \
		"txn_ts >= timestamp '2023-06-01 00:00:00' and u < 200"; do
		rparquet -f "$where" t.parquet | rcsv -w >got
		rfilter "$where" <t.rfl | rcsv -w | cmp - got || fail "$where"
	done
	rparquet -v -c txn_id -f 'customer_id in (5, 70)' t.parquet 2>err |
		rinfo | grep -qx 'columns: 1'
	grep -q ' row_groups=[12] ' err
}

@test "--where is right at the edges of row groups" {
	(echo id,word && seq 100 159 | sed 's/.*/&,w&/') |
		rcsv -t 'id:i32, word:string' - >t.rfl
	rparquet -w -g 10 -o t.parquet <t.rfl
	for op in '<' '<=' '>' '>=' '=' '<>'; do
		for value in 109 110 119 120 159 160; do
			for where in "id $op $value" "word $op 'w$value'" \
				"$value $op id" "id in (99, $value)"; do
				rparquet -f "$where" t.parquet | rcsv -w >got
				rfilter "$where" <t.rfl | rcsv -w |
					cmp - got || fail "$where"
			done
		done
	done
	rparquet -v -f 'id <= 109' t.parquet 2>&1 >/dev/null |
		grep -q ' row_groups=1 '
}

@test "a wrong --where is a usage error" {
	sales | rparquet -w -o s.parquet
	run -2 --separate-stderr rparquet -f 'amout > 1' s.parquet
	[[ $stderr == *"'amout'"*"'amount'"* ]]
	run -2 --separate-stderr rparquet -f 'amount' s.parquet
}

# ---- what is wrong

@test "a truncated file is refused before any row" {
	rgen -n 300000 retail transactions | rparquet -w -g 50000 -p channel \
		-o t
	rm t/.manifest
	truncate -s -100 t/channel=Store/part-00000.parquet
	run -3 --separate-stderr bash -c "rparquet t | rinfo"
	[[ $stderr == *"t/channel=Store/part-00000.parquet: not a Parquet file\
, or cut off"* ]]
}

@test "a flipped byte is noticed" {
	rgen -n 10000 retail transactions | rparquet -w -o t.parquet
	size=$(stat -c %s t.parquet)
	for at in 1000 $((size / 2)) $((size - 3000)); do
		cp t.parquet bad.parquet
		printf '\252' | dd of=bad.parquet bs=1 seek=$at conv=notrunc \
			status=none
		! cmp -s t.parquet bad.parquet || continue
		run -3 --separate-stderr rparquet bad.parquet
		[[ $stderr == *"bad.parquet: "* ]]
	done
}

@test "a folder is what its manifest says" {
	sales | rparquet -w -p region -o s
	cp -r s more
	mkdir more/region=Mars
	cp s/region=Asia/part-00000.parquet more/region=Mars/
	run -3 --separate-stderr rparquet more
	[[ $stderr == *"more: 4 files, but .manifest lists 3"* ]]
	rm -r s/region=Asia
	run -3 --separate-stderr rparquet s
	[[ $stderr == *"'region=Asia/part-00000.parquet' is not there"* ]]
}

@test "files of different columns are refused" {
	sales | rparquet -w -o a.parquet
	sales | rmap 'id = cast(id as i32)' | rparquet -w -o b.parquet
	sales | rselect id,amount | rparquet -w -o c.parquet
	run -3 --separate-stderr rparquet a.parquet b.parquet
	assert_equal "$stderr" \
		"rparquet: b.parquet: column 'id' is i32, but i64 in a.parquet"
	run -3 --separate-stderr rparquet a.parquet c.parquet
	assert_equal "$stderr" "rparquet: c.parquet: no column 'region'"
	run -3 --separate-stderr rparquet c.parquet a.parquet
	assert_equal "$stderr" \
		"rparquet: a.parquet: column 'region' is not in c.parquet"
	rparquet -c id,amount c.parquet a.parquet | rinfo |
		grep -qx 'rows: 10'
}

@test "options of the other direction are usage errors" {
	run -2 --separate-stderr rparquet -w -c id -o x </dev/null
	run -2 --separate-stderr rparquet -o x y
	run -2 --separate-stderr rparquet
	run -2 --separate-stderr bash -c "rgen retail products | rparquet -w"
	[[ $stderr == "rparquet: --write needs --output PATH" ]]
	run -2 --separate-stderr bash -c "rgen retail products |
		rparquet -w -z lzo -o x"
	run -2 --separate-stderr bash -c "rgen retail products |
		rparquet -w -z gzip:12 -o x"
}

@test "strings that share much with those before are written as what is new" {
	rgen -n 3000 retail transactions | rmap "sum = md5(txn_id),
		before = if(txn_id < 'TXN-0000001000', txn_id, sum),
		after = if(txn_id < 'TXN-0000001000', sum, txn_id)" |
		rparquet -w -g 2000 -o t.parquet
	run -0 --separate-stderr rparquet --meta t.parquet
	assert_line --regexp "^    txn_id: .* DELTA_BYTE_ARRAY nulls=0 \
min='TXN-0000000001' max='TXN-0000002000'"
	assert_line --regexp '^    sum: BYTE_ARRAY .* PLAIN nulls=0'
	# half of the bytes of a chunk's first page decide
	[ "$(grep -c '^    before: .* DELTA_BYTE_ARRAY ' <<<"$output")" = 0 ]
	[ "$(grep -c '^    after: .* DELTA_BYTE_ARRAY ' <<<"$output")" = 1 ]
	rparquet t.parquet | rcsv -w | cut -d, -f1 >ids
	cmp ids <(rgen -n 3000 retail transactions -w csv | cut -d, -f1)
}

@test "--rows says how many rows each path has" {
	rgen -n 3000 retail transactions >t.rfl
	rparquet -w -g 1000 -o t.parquet <t.rfl
	rparquet -w -p channel -o t/ <t.rfl
	rfilter false <t.rfl | rparquet -w -o none.parquet
	run -0 rparquet --rows t.parquet t none.parquet t/channel=Store
	assert_line -n 0 "3000 t.parquet"
	assert_line -n 1 "3000 t"
	assert_line -n 2 "0 none.parquet"
	assert_line -n 3 "$(rparquet t | rfilter "channel = 'Store'" | rinfo |
		sed -n 's/^rows: //p') t/channel=Store"
	head -c -1 t.parquet >cut.parquet
	run -3 --separate-stderr rparquet --rows t cut.parquet
	[ -z "$output" ]
	[[ $stderr == *cut.parquet* ]]
	run -2 rparquet --rows --where 'quantity = 1' t
}

@test "--meta shows row groups, encodings and statistics" {
	rgen -n 3000 retail transactions | rparquet -w -g 2000 -o t.parquet
	run -0 --separate-stderr rparquet --meta t.parquet
	assert_line --regexp '^t.parquet: 3000 rows, 2 row groups, '
	assert_line '  row group 1: 1000 rows'
	assert_line --regexp "channel: BYTE_ARRAY .*RLE_DICTIONARY nulls=0 \
min='Marketplace' max='Store'"
}

@test "rparquet -w -j writes the same files by several processes" {
	rgen -n 60000 retail transactions | rmap 'day = customer_id % 20' >t.rfl
	for jobs in 1 3 50; do
		rparquet -w -j $jobs -p day,channel -o jobs$jobs/ -v <t.rfl \
			2>counts.$jobs
		grep -o 'files=.*' counts.$jobs >files.$jobs
	done
	diff -r jobs1 jobs3
	diff -r jobs1 jobs50
	cmp files.1 files.3
	# from a pipe, from copies of a pipeline, with little memory
	rparquet -w -j 4 -p day,channel -o pipe/ < <(cat t.rfl)
	diff -r jobs1 pipe
	rparquet -w -j 3 --copies 2 -m 1M -p day,channel -o fan/ \
		--stats stats.json --fan 'rparquet --part {k}/{n} jobs1 |
			rselect txn_id,txn_ts,customer_id,product_id,quantity,day,channel'
	rparquet -w -m 1M -p day,channel -o one/ \
		< <(rparquet jobs1 |
			rselect txn_id,txn_ts,customer_id,product_id,quantity,day,channel)
	diff -r -x .stages one fan
	rinfo -a stats.json | rfilter "tool = 'rparquet' and processes = 3" |
		rcsv -w -H no | grep -q .
	run -2 --separate-stderr rparquet -j 3 jobs1
}

@test "rparquet -w -j: frames of all lengths, from streams out of step" {
	# frames of 17 MB, and of a slice each that waits for the first
	awk 'BEGIN {
		print "key,n,text"
		for (i = 0; i < 30000; i++) {
			t = ""
			for (j = 0; j < 200; j++)
				t = t sprintf("%09d ", i * 7919 % 9973 * j)
			print i % 7 "," i % 10007 "," t
		}
	}' >wide.csv
	rcsv -t key:i32,n:i32,text:string wide.csv >wide.rfl
	rsort -k n <wide.rfl >sorted.rfl
	for memory in 1M 1G; do
		for jobs in 1 2 4; do
			rcat wide.rfl sorted.rfl |
				rparquet -w -m $memory -j $jobs -p key -o cat$jobs/
			rparquet -w -m $memory -j $jobs -p key -o fan$jobs/ \
				--copies 5 --fan '[ {k} != 1 ] || sleep 0.5
				rcsv -t key:i32,n:i32,text:string \
				    --part {k}/{n} wide.csv'
		done
		for jobs in 2 4; do
			diff -r cat1 cat$jobs
			diff -r fan1 fan$jobs
		done
	done
	rparquet -w -p key -o one/ <wide.rfl
	diff -r -x .stages one fan1
}

@test "rparquet -w -j: -v and --stats count what all processes did" {
	rgen -n 60000 retail transactions | rmap 'day = customer_id % 20' >t.rfl
	rparquet -w -j 3 -m 1M -v --stats stats.json -p day -o t/ <t.rfl 2>err
	rinfo -a stats.json |
		rfilter "tool = 'rparquet'" >stage.rfl
	spilled=$(rselect spilled_bytes <stage.rfl | rcsv -w -H no)
	peak=$(rmap 'kib = peak_bytes // 1024' <stage.rfl |
		rselect kib | rcsv -w -H no)
	grep -q "spilled_bytes=$spilled .* peak_kib=$peak\$" err
}

@test "rparquet -w -j: what one of the processes cannot do, none has done" {
	rgen -n 60000 retail transactions | rmap 'day = customer_id % 20' >t.rfl
	run -4 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 2
		rparquet -w -j 3 -p day,channel -o full/ <t.rfl"
	[[ $stderr == *"File too large"* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	[ ! -e full ]
	# damage, an early end, an error of the pipeline: once, as without -j
	head -c 200000 t.rfl >cut.rfl
	for command in "cat cut.rfl | rparquet -w -j 3" \
		"rparquet -w -j 3 <cut.rfl" "rparquet -w -j 3 </dev/null"; do
		run -3 --separate-stderr bash -c "$command -p day -o cut/"
		[[ $stderr == *"truncated"* ]]
		[ "${#stderr_lines[@]}" = 1 ]
	done
	head -c 1000000 t.rfl >damaged.rfl
	printf damage >>damaged.rfl
	tail -c +1000007 t.rfl >>damaged.rfl
	run -3 --separate-stderr bash -c "cat damaged.rfl |
		rparquet -w -j 3 -p day -o cut/"
	[[ $stderr == "rparquet: standard input: frame "*": the checksum does \
not match"* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	run -3 --separate-stderr bash -c "rfilter '1 / (day - 3) > 5' <t.rfl \
		2>/dev/null | rparquet -w -j 3 -p day -o cut/"
	assert_equal "$stderr" ""
	run -3 --separate-stderr bash -c "rparquet -w -j 3 -p day -o cut/ \
		--copies 2 --fan 'rmap \"x = 1 / (day - 3)\" <t.rfl'"
	[ "$(grep -c 'division by zero' <<<"$stderr")" -ge 1 ]
	[ ! -e cut ]
	# the second partition's file alone is too long
	rmap 'part = if(day < 1, 1, 2)' <t.rfl | rselect part,txn_id >two.rfl
	run -4 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 60
		cat two.rfl | rparquet -w -z none -j 2 -p part -o two/"
	[[ $stderr == *"part=2/part-00000.parquet"*"File too large"* ]]
	[ "${#stderr_lines[@]}" = 1 ]
	[ ! -e two ]
}

@test "rparquet -a: whether rows ascend, in all slices together" {
	rgen -n 300000 retail transactions | rselect txn_id,txn_ts,quantity |
		rparquet -w -g 40000 -o t.parquet
	rparquet -a txn_id t.parquet | rinfo /dev/stdin | grep -qx 'rows: 300000'
	for k in 1 2 3; do
		rparquet -P $k/3 -a txn_id t.parquet >$k.rfl
	done
	# a value twice, within a row group and at its end
	for row in 70001 79999 80000 299999; do
		rcsv -w <(rparquet -c txn_id t.parquet) |
			awk -v n=$row 'NR == n + 1 {last = $0}
			    NR == n + 2 {$0 = last} {print}' |
			rcsv | rparquet -w -g 40000 -o bad.parquet
		group=$(((row) / 40000))
		run -1 --separate-stderr bash -c 'for k in 1 2 3; do
			rparquet -P $k/3 -a txn_id bad.parquet >$k.rfl || exit
		done'
		[[ $stderr == *"bad.parquet: row group $group: its rows do not \
ascend by 'txn_id'" ]] || fail "$row: $stderr"
	done
	run -1 --separate-stderr rparquet -a quantity t.parquet
	# files in their order
	rparquet t.parquet | rparquet -w -p quantity -o folder/
	run -1 --separate-stderr rparquet -a txn_id folder
	rparquet -f quantity=2 -a txn_id folder | rinfo /dev/stdin |
		grep -q '^rows: [1-9]'
	# numbers; texts of which statistics hold the beginning; few rows; null
	rparquet -c txn_id t.parquet | rcsv -w |
		awk 'NR == 1 {print "n,long"; next} {l = $1
			for (i = 0; i < 40; i++) l = l $1; print NR - 2 "," l}' |
		head -50001 | rcsv -t n:i32,long:string >m.rfl
	rparquet -w -g 10000 -o m.parquet <m.rfl
	rparquet -a n m.parquet >n.rfl
	run -1 --separate-stderr rparquet -a long m.parquet
	for condition in 'n < 0' 'n < 1'; do
		rfilter "$condition" <m.rfl | rparquet -w -o few.parquet
		rparquet -a n few.parquet >n.rfl
	done
	rmap 'n = nullif(n, 5)' <m.rfl | rparquet -w -o null.parquet
	run -1 --separate-stderr rparquet -a n null.parquet
	run -2 --separate-stderr rparquet -a quantity folder
	run -2 --separate-stderr rparquet -a nothing t.parquet
	run -2 --separate-stderr rparquet -c quantity -a txn_id t.parquet
}
