# Sizes that are out of the ordinary.
# slow

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

@test "two thousand columns go through every tool" {
	awk 'BEGIN { for (r = -1; r < 300; r++) for (i = 0; i < 2000; i++)
		printf "%s%s", r < 0 ? "c" i : (r * (i + 1)) % 97,
			i < 1999 ? "," : "\n" }' >wide.csv
	rcsv -t "$(seq -f 'c%g:i32' -s, 0 1999)" wide.csv >w.rfl
	rcsv -w <w.rfl | cmp - wide.csv
	rsort -k c1999,c5 <w.rfl | rsort -k c0 | ragg 'count(*)' |
		rcsv -w -H no | diff - <(echo 300)
	ragg -g c7 "$(awk 'BEGIN { for (i = 0; i < 2000; i++)
		printf "%ss%d = sum(c%d)", i ? "," : "", i, i }')" <w.rfl |
		ragg 'count(*), sum(s7)' | rcsv -w -H no |
		diff - <(ragg 'count(distinct c7), sum(c7)' <w.rfl | rcsv -w -H no)
	rdedup -k c3 <w.rfl | ragg 'count(*)' | rcsv -w -H no | diff - <(echo 97)
	rmap 'z = c1 + c1999' <w.rfl | rfilter 'z >= 0' |
		rwindow --sort -p c5 -o c0 'n = row_number()' |
		rselect c1999,z,n | ragg 'count(*), max(n)' | rcsv -w -H no |
		diff - <(echo 300,4)
	rdedup -k c0 <w.rfl >one.rfl
	cp one.rfl other.rfl
	rjoin -k c0 -S _r other.rfl <one.rfl | rselect c1999_r | ragg 'count(*)' |
		rcsv -w -H no | diff - <(echo 97)
	rparquet -w -o w.parquet <w.rfl
	rparquet w.parquet | rcsv -w | cmp - wide.csv
	rinfo -p w.rfl | grep -c '^c[0-9]* i32' | diff - <(echo 2000)
	rcat w.rfl w.rfl | rhead -n 1 | rcat -p | head -n 1 | grep -q c1999
}

@test "a text of 500 MB" {
	need_release "a sanitizer's memory is not the tool's"
	{
		echo s
		head -c 500000000 /dev/zero | tr '\0' x
		printf '\nshort\n'
	} >big.csv
	run -3 --separate-stderr rcsv big.csv
	[ "$stderr" = "rcsv: big.csv:2: a record of more than 16 MiB (a quote \
that is not closed? or see --max-record)" ]
	rcsv --max-record 600M -t s:string big.csv >b.rfl
	rmap -O 'n = length(s)' <b.rfl | rcsv -w | diff - \
		<(printf 'n\n500000000\n5\n')
	rcsv -w <b.rfl | cmp - big.csv
	rparquet -w -o b.parquet <b.rfl
	rparquet b.parquet | rcsv -w | cmp - big.csv
}

@test "a million partition keys are refused, unless asked for" {
	rgen -n 1000000 retail transactions >t.rfl
	run -3 --separate-stderr bash -c "rparquet -w -p txn_id -o d <t.rfl"
	[[ $stderr == *"10000"*"--max-partitions"* ]] || fail "$stderr"
	[ ! -e d ]
	rhead -n 12000 t.rfl | rparquet -w -x 20000 -p txn_id -o d
	[ "$(find d -name '*.parquet' | wc -l)" = 12000 ]
	rparquet d | ragg 'count(*), count(distinct txn_id)' | rcsv -w -H no |
		diff - <(echo 12000,12000)
}

@test "ten thousand files with 256 descriptors" {
	printf 'a,b\n1,x\n2,y\n' >one.csv
	rcsv -t 'a:i32,b:string' one.csv >one.rfl
	mkdir many
	for ((i = 0; i < 10000; i++)); do
		ln one.csv many/$i.csv
		ln one.rfl many/$i.rfl
	done
	ulimit -n 256
	cd many
	rcat ./*.rfl | ragg 'count(*), sum(a)' | rcsv -w -H no |
		diff - <(echo 20000,30000)
	find . -name '*.csv' -print0 | rcsv -t 'a:i32,b:string' -F - |
		ragg 'count(*), sum(a)' | rcsv -w -H no | diff - <(echo 20000,30000)
	run -4 --separate-stderr bash -c "rsort -M -k a ./*.rfl >../out"
	[[ $stderr == *"Too many open files"* ]]
}

@test "nothing at all: an empty input through every operator" {
	rgen -n 0 retail transactions >e.rfl
	local command
	for command in "rsort -k txn_id" "rdedup -k txn_id" "rfilter true" \
		"rmap 'x = quantity + 1'" "rselect txn_id" \
		"rjoin -k txn_id -S _r e.rfl" "rwindow 'n = row_number()'" \
		"rhead -n 3" "ragg -g channel 'count(*)'" "rcat"; do
		bash -c "$command <e.rfl | rcsv -w" >out || fail "$command"
		[ "$(wc -l <out)" = 1 ] || fail "$command: $(cat out)"
	done
	rparquet -w -p channel -o d <e.rfl
	rparquet -w -o e.parquet <e.rfl
	rparquet e.parquet | ragg 'count(*)' | rcsv -w -H no | diff - <(echo 0)
}

@test "union by name: columns of all, nulls where one lacks them" {
	printf 'a,b\n1,x\n' | rcsv -t 'a:i32,b:string' - >1.rfl
	printf 'c,b\n2.5,z\n' | rcsv -t 'c:f64,b:string' - >2.rfl
	printf 'a\n7\n' | rcsv -t 'a:i64' - >3.rfl
	rcat -u 1.rfl 2.rfl 1.rfl | rcsv -w |
		diff - <(printf 'a,b,c\n1,x,\n,z,2.5\n1,x,\n')
	run -2 --separate-stderr bash -c "rcat -u 1.rfl 3.rfl >out"
	[ "$stderr" = "rcat: input 2: 'a' is i64, before it was i32" ]
	run -2 --separate-stderr bash -c "rcat 1.rfl 2.rfl >out"
	[ "$stderr" = "rcat: input 2: column 1 is 'c' f64, in the first input 'a' i32" ]
}
