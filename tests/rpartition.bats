# rpartition

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

@test "partitions by hash hold all rows, each key in one of them, in order" {
	rgen -n 50000 retail transactions >t.rfl
	rpartition -n 7 -k customer_id -o parts <t.rfl
	[ "$(ls parts | wc -l)" = 7 ]
	for part in parts/*.rfl; do
		rinfo "$part" | grep -qx "integrity: ok"
		rsort -c -k txn_id "$part" || rselect txn_id <"$part" >/dev/null
		rdedup -k customer_id <"$part" | rselect customer_id |
			rcsv -w -H no >>keys
	done
	[ "$(wc -l <keys)" = "$(sort -u keys | wc -l)" ]
	rcat parts/*.rfl | rsort -k txn_id | rcsv -w >got.csv
	rsort -k txn_id <t.rfl | rcsv -w | cmp - got.csv
}

@test "the same keys fall into the same partition of any stream" {
	rgen -n 20000 retail transactions | rpartition -n 5 -k customer_id -o a
	rgen retail customers | rpartition -n 5 -k customer_id -o b
	for k in 1 2 3 4 5; do
		rjoin -b -t anti -k customer_id b/part-0000$k.rfl \
			<a/part-0000$k.rfl | rinfo | grep -qx "rows: 0"
	done
}

@test "partitions by value are named as Hive does" {
	printf 'region,n\nAsia,1\na/b,2\n,3\nAsia,4\n' |
		rcsv -t 'region:string, n:i32' - | rpartition -k region -o parts
	(cd parts && find . -name '*.rfl' | sort) >got
	diff - got <<-'END'
	./region=Asia/part-00000.rfl
	./region=__HIVE_DEFAULT_PARTITION__/part-00000.rfl
	./region=a%2Fb/part-00000.rfl
	END
	rcat parts/region=Asia/*.rfl | rcsv -w | diff - <(printf \
		'region,n\nAsia,1\nAsia,4\n')
}

@test "too many partitions by value are refused" {
	run -3 --separate-stderr bash -c "rgen -n 2000 retail transactions |
		rpartition -x 100 -k txn_id -o parts"
	[[ $stderr == "rpartition: more than 100 partitions"* ]]
	[ ! -e parts ]
}

@test "--each gives every partition to a command" {
	mkdir counts
	rgen -n 20000 retail transactions | rpartition -n 4 -k channel \
		-e 'rinfo | grep ^rows: >counts/{k}'
	[ "$(ls counts | wc -l)" = 4 ]
	[ "$(cat counts/* | awk '{ n += $2 } END { print n }')" = 20000 ]
}

@test "--each publishes {out} when all commands have ended well" {
	rgen -n 2000 retail transactions | rpartition -n 3 -k channel -o out \
		-e 'rcsv -w >{out}/{k}.csv; touch {out}/.manifest'
	cat out/*.csv | grep -c TXN | grep -qx 2000
	run -3 --separate-stderr bash -c "rgen -n 2000 retail transactions |
		rpartition -n 3 -k channel -o never -e 'cat >{out}/{k}; exit 3'"
	[ ! -e never ]
}

@test "rpartition keeps to its memory" {
	need_release "sanitizers take memory of their own"
	rgen -n 1000000 retail transactions |
		rpartition -m 16M -n 500 -k txn_id -o parts --stats s.json
	peak=$(tail -n 1 s.json | jq .measures.peak_bytes)
	[ "$peak" -lt 60000000 ] || fail "peak $peak"
}

@test "several writers of one table make the files of one" {
	rgen -n 50000 retail transactions |
		rmap 'day = customer_id % 20' >t.rfl
	rparquet -w -p day,channel -o one/ <t.rfl
	rpartition -n 5 -k day,channel -o five --stats s.json \
		-e 'rparquet -w --shared -p day,channel -o {out}' <t.rfl
	diff -r -x .stages one five
	[ "$(tail -n 1 s.json | jq -r '.tool, .rows.in')" = "rparquet
50000" ]
	tail -n 1 five/.stages | jq -e '.rows.out == 50000' >/dev/null
	# writing it again changes nothing
	before=$(stat -c %i five)
	rpartition -n 5 -k day,channel -o five \
		-e 'rparquet -w --shared -p day,channel -o {out}' <t.rfl
	[ "$(stat -c %i five)" = "$before" ]
}

@test "two writers of one partition are refused, and nothing is published" {
	rgen -n 5000 retail transactions >t.rfl
	run -2 --separate-stderr bash -c "rpartition -n 3 -k txn_id -o out \
		-e 'rparquet -w --shared -p channel -o {out}' <t.rfl"
	[[ $stderr == *"two writers wrote 'channel="*"give each the rows of whole partitions"* ]]
	[ ! -e out ]
	[ -z "$(find . -mindepth 1 ! -name t.rfl ! -name 'separate-stderr*')" ]
	run -2 --separate-stderr rparquet -w -s -e skip -o out <t.rfl
	run -4 --separate-stderr rparquet -w -s -o nowhere <t.rfl
	[[ $stderr == *"'nowhere'"* ]]
}
