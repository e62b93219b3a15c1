# Streams: their bytes, and the tools that only move them.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

@test "a reader in Python with only msgpack reads a stream" {
	rgen -n 3000 -w csv retail transactions >want.csv
	rgen -n 3000 retail transactions |
		"$MSGPACK_PYTHON" "$ROOT/tests/read_stream.py" >got.tsv
	[ "$(wc -l <got.tsv)" = 3000 ]
	cut -f 1,3,4,5,6 got.tsv | tr '\t' , >got.csv
	tail -n +2 want.csv | cut -d , -f 1,3,4,5,6 | cmp - got.csv
}

@test "the Python reader refuses a stream without its end" {
	rgen -n 3000 retail transactions | head -c 5000 >cut.rfl
	run "$MSGPACK_PYTHON" "$ROOT/tests/read_stream.py" <cut.rfl
	[ "$status" != 0 ]
}

@test "rfan gathers the serial stream at any number of copies" {
	rgen -n 100000 retail transactions >serial.rfl
	rcat serial.rfl >want.rfl
	for n in 1 2 3 5; do
		rfan -n $n "rgen -n 100000 -p {k}/{n} retail transactions |
			rfilter 'quantity > 2'" | rselect '*' >got$n.rfl
	done
	cmp got1.rfl got2.rfl
	cmp got1.rfl got3.rfl
	cmp got1.rfl got5.rfl
}

@test "rfan refuses slices that do not make the whole" {
	run -3 --separate-stderr bash -c \
		"rfan -n 3 'rgen -n 100000 -p {k}/4 retail transactions' >out"
	[[ $stderr == *"a slice is missing, doubled or cut"* ]]
	run -3 --separate-stderr bash -c \
		"rfan -n 2 'rgen -n 100000 -p 1/{n} retail transactions' >out"
	[[ $stderr == *"a slice is missing, doubled or cut"* ]]
}

@test "rfan ends with the status of a copy that failed" {
	run -3 --separate-stderr bash -c "rfan -n 2 \
		'rgen -n 100 -p {k}/{n} retail transactions | head -c 2000' \
		>out"
	run -3 --separate-stderr rinfo out
	run -4 --separate-stderr bash -c \
		"rfan -n 2 'rgen -n 100 -p {k}/{n} retail products; exit 7' \
		>out"
}

@test "rfan --unordered concatenates streams, a few at a time" {
	rfan -u -j 2 -n 7 \
		'rgen -n 50000 -p {k}/{n} retail transactions | rhead -d -n 7' |
		rinfo >info
	grep -qx "rows: 28" info
}

@test "rfan refuses streams without blocks unless any order will do" {
	run -2 --separate-stderr bash -c "rfan -n 2 \
		'rgen -n 10 retail transactions | rhead -d' >out"
	[[ $stderr == *--unordered* ]]
	# one is in order by itself
	rgen -n 1000 retail transactions | rsort -k customer_id >sorted.rfl
	rfan -n 1 'rsort -k customer_id sorted.rfl' | rinfo >info
	grep -qx "rows: 1000" info
	grep -q "sorted by: customer_id" info
}

@test "a stream on an input that does not block is waited for" {
	rgen -n 20000 retail transactions >t.rfl
	cat >slow.py <<-'END'
	import os, subprocess
	data = open("t.rfl", "rb").read()
	reading, writing = os.pipe()
	os.set_blocking(reading, False)
	tool = subprocess.Popen(["rcsv", "-w"], stdin=reading, stdout=open("got.csv", "wb"))
	os.close(reading)
	def sleeps():
	    with open(f"/proc/{tool.pid}/stat") as stat:
	        return stat.read().rsplit(")", 1)[1].split()[0] in "SZ"
	for begin, end in (0, 100), (100, 5000), (5000, len(data)):
	    while not sleeps():
	        pass
	    os.write(writing, data[begin:end])
	os.close(writing)
	exit(tool.wait())
	END
	python3 slow.py
	rcsv -w <t.rfl | cmp - got.csv
}

@test "rtee gives every consumer and standard output the same rows" {
	rgen -n 200000 retail transactions |
		rtee -o copy.rfl 'rinfo >one' 'sleep 1; rinfo >two' |
		rinfo >three
	rinfo copy.rfl >four
	for file in one two three four; do
		grep -qx "rows: 200000" $file
		grep -qx "integrity: ok" $file
	done
}

@test "rtee spills what a slow consumer has not read" {
	rgen -n 400000 retail transactions |
		rtee -x -v -m 1M 'rinfo >fast' 'sleep 2; rinfo >slow' 2>log
	cmp <(grep rows fast) <(grep rows slow)
	grep -q spilled_bytes log
}

@test "rtee leaves a consumer alone that has had enough" {
	rgen -n 200000 retail transactions |
		rtee 'rhead -n 1 >head.rfl' | rinfo >info
	grep -qx "rows: 200000" info
	rinfo head.rfl | grep -qx "rows: 1"
}

@test "rtee ends with the status of a consumer that failed" {
	run -3 --separate-stderr bash -c \
		"rgen -n 2000 retail transactions |
		rtee 'cat >/dev/null; exit 3' >out"
	run -3 --separate-stderr rinfo out
}

@test "rtee passes a failure on to its consumers" {
	rgen -n 2000 retail transactions | head -c 20000 >cut.rfl
	run -3 --separate-stderr bash -c \
		"rtee -x 'rcat >copy; echo \$? >status' <cut.rfl"
	[ "$(cat status)" = 3 ]
}

@test "rcat concatenates streams with different dictionaries" {
	rgen -n 5000 -S 1 retail transactions >a.rfl
	rgen -n 5000 -S 2 retail transactions >b.rfl
	rcat a.rfl b.rfl a.rfl | rcsv -w >got.csv
	(rcsv -w <a.rfl; rcsv -w <b.rfl | tail -n +2
	rcsv -w <a.rfl | tail -n +2) | cmp - got.csv
}

@test "rcat refuses streams with other columns" {
	rgen -n 10 retail products >a.rfl
	rgen -n 10 retail transactions >b.rfl
	run -2 --separate-stderr bash -c "rcat a.rfl b.rfl >out"
	[[ $stderr == *"input 2: column 1 is 'txn_id' string"* ]]
}

@test "rcat prints a table with numbers right and text cut" {
	printf 'name,n\nanna,1\n"a\nb",20\n,300\n' |
		rcsv -t 'name:string, n:i32' - | rcat -p >got
	cat >want <<-'END'
	name      n
	------  ---
	anna      1
	a\x0Ab   20
	null    300
	END
	diff want got
}

@test "rhead stops early, or drains" {
	rgen -n 300000 retail transactions | rhead -n 3 >three.rfl
	rinfo three.rfl | grep -qx "rows: 3"
	rgen -n 300000 retail transactions | rhead -d -n 3 |
		rinfo | grep -q "in=300000 out=3"
}

@test "rinfo reads what --stats wrote" {
	rgen -n 1000 retail transactions |
		rfilter --stats run.json 'quantity > 2' >out.rfl
	rinfo -a run.json | rselect run,tool,in | rcsv -w >got.csv
	diff - got.csv <<-'END'
	run,tool,in
	run,rgen,1000
	run,rfilter,1000
	END
}

@test "--fan is rfan in front, with one process less" {
	rgen -n 20000 retail transactions | rcsv -w -o t.csv
	types='txn_id, txn_ts:timestamp, customer_id:i32, product_id:i32,
		quantity:i32, channel'
	export types
	rfan -n 3 'rcsv -t "$types" -p {k}/{n} t.csv' |
		rfilter 'quantity > 3' | rcsv -w >expected
	rfilter --copies 3 --fan 'rcsv -t "$types" -p {k}/{n} t.csv' \
		--stats s.json 'quantity > 3' | rcsv -w >got
	cmp expected got
	[ "$(jq -r '"\(.tool) \(.rows.in)"' s.json | paste -sd,)" = \
		"rcsv 20000,rfilter 20000" ]
	run -3 --separate-stderr rfilter --copies 2 --fan 'exit 3' 'true'
	run -2 --separate-stderr rgen -n 1 --fan true retail customers
	[[ $stderr == *"standard input, which is not read here"* ]]
}
