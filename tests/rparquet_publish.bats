# rparquet --write: what becomes of what is there, and of what is cut short.

setup() {
	load helper
	load rparquet
	cd "$BATS_TEST_TMPDIR"
}

# start_writer PLACE: rparquet -w of 100,000 rows at work there: it has taken
# more of them than a pipe holds
start_writer() {
	rgen -n 100000 retail transactions >t.rfl
	mkfifo pipe
	rparquet -w -o "$1" <pipe &
	writer=$!
	exec 9>pipe
	head -c 1000000 t.rfl >&9
}

# end_writer: it gets the rest
end_writer() {
	tail -c +1000001 t.rfl >&9
	exec 9>&-
	wait $writer
}

# ---- publishing

@test "a cut stream publishes nothing" {
	sales >s.rfl
	head -c -50 s.rfl >cut.rfl
	run -3 rparquet -w -o s.parquet <cut.rfl
	run -3 rparquet -w -p region -o s <cut.rfl
	[ -z "$(find . -name '*s.parquet' -o -name 's' -o -name '.riffle*')" ]
}

@test "killed while writing leaves what was there, and a rerun cleans up" {
	rgen -n 200000 retail transactions >t.rfl
	rgen -n 1000 retail transactions | rparquet -w -p channel -o t
	cp -r t want
	for size in 1 1000000 3000000 7000000; do
		mkfifo pipe
		rparquet -w -p channel -g 5000 -o t <pipe &
		pid=$!
		exec 9>pipe
		head -c $size t.rfl >&9
		sleep 0.2
		kill -9 $pid
		wait $pid || true
		exec 9>&-
		rm pipe
		diff -r t want
	done
	[ -n "$(find . -maxdepth 1 -name '.riffle-t.tmp')" ]
	rparquet -w -p channel -g 5000 -o t <t.rfl
	rparquet -w -p channel -g 5000 -o again <t.rfl
	diff -r t again
	[ -z "$(find . -name '.riffle*')" ]
}

@test "one of several processes killed while all write: nothing is left" {
	rgen -n 200000 retail transactions | rmap 'day = customer_id % 200' |
		rsort -k day >t.rfl
	rparquet -w -j 4 -g 50 -m 1M -p day,channel -o t <t.rfl 2>err &
	pid=$!
	until [ -d .riffle-t.tmp/new/day=4 ]; do
		kill -0 $pid
	done
	kill -9 "$(pgrep -n -P $pid)"
	status=0
	wait $pid || status=$?
	[ $status = 4 ]
	[ "$(cat err)" = "rparquet: a copy of this process was killed" ]
	[ -z "$(find . -name '.riffle*' -o -name t)" ]
}

@test "the first of several processes killed: the others end, too" {
	rgen -n 200000 retail transactions | rmap 'day = customer_id % 200' \
		>t.rfl
	rparquet -w -j 2 -p day -o t <t.rfl
	cp -r t want
	for size in 1 1000000 3000000; do
		mkfifo pipe
		rparquet -w -j 4 -p day,channel -o t <pipe &
		pid=$!
		exec 9>pipe
		head -c $size t.rfl >&9
		sleep 0.2
		others=$(pgrep -P $pid)
		[ "$(wc -l <<<"$others")" = 3 ]
		kill -9 $pid
		wait $pid || true
		for other in $others; do
			tries=0
			while [[ $(ps -o stat= -p "$other") == [!Z]* ]]; do
				sleep 0.1
				tries=$((tries + 1))
				[ $tries -lt 50 ] || fail "$size: $other lives"
			done
		done
		exec 9>&-
		rm pipe
		diff -r t want
	done
	rparquet -w -j 4 -p day -o t <t.rfl
	diff -r t want
}

@test "killed at any moment while publishing, the old or the new is there" {
	sales | rparquet -w -p region -o old
	rgen -n 30000 retail transactions >t.rfl
	rparquet -w -p channel -o new <t.rfl
	cp -r old t
	for i in $(seq 30); do
		rparquet -w -p channel -o t <t.rfl &
		pid=$!
		sleep "0.0$((i % 10))"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		diff -rq t old >/dev/null || diff -r t new
		[ $((i % 3)) != 0 ] || sales | rparquet -w -p region -o t
	done
}

@test "a full disk ends with status 4 and publishes nothing" {
	mkdir full
	mount -t tmpfs -o size=1m tmpfs full 2>/dev/null ||
		skip "needs root to mount a small tmpfs"
	rgen -n 200000 retail transactions >t.rfl
	sales | rparquet -w -p region -o full/t
	cp -r full/t want
	for args in "-p channel -o full/t" "-o full/t.parquet"; do
		# shellcheck disable=SC2086 # words
		run -4 --separate-stderr rparquet -w -g 20000 $args <t.rfl
		[[ $stderr == *"No space left on device"* ]] || break
		find full -name '.riffle*' >left
	done
	diff -r full/t want || left=differs
	rm -rf full/t
	umount full
	[[ $stderr == *"No space left on device"* ]]
	[ "$(cat left)${left:-}" = "" ]
}

@test "what is the same already keeps its inodes and times" {
	sales | rparquet -w -p region -o s
	find s -printf '%p %i %T@\n' | sort >before
	sales | rparquet -v -w -p region -o s 2>err
	grep -q unchanged=1 err
	find s -printf '%p %i %T@\n' | sort | diff - before
	sales | rfilter 'id < 5' | rparquet -w -p region -o s
	find s -printf '%p %i %T@\n' | sort >after
	run -1 cmp before after
}

@test "--if-exists says what becomes of what is there" {
	sales | rparquet -w -o s.parquet
	cp s.parquet want
	run -4 --separate-stderr bash -c \
		"rgen retail products | rparquet -w -e fail -o s.parquet"
	[[ $stderr == *"'s.parquet' is there already" ]]
	rgen retail products | rparquet -w -e skip -o s.parquet
	cmp s.parquet want
	rgen retail products | rparquet -w -e replace -o s.parquet
	rparquet s.parquet | rinfo | grep -qx 'rows: 5000'
	rm s.parquet
	sales | rparquet -w -e fail -o s.parquet
	cmp s.parquet want
}

@test "a folder that is not ours is not replaced" {
	mkdir home
	echo precious >home/letter
	run -2 --separate-stderr bash -c "rgen retail products |
		rparquet -w -p category -o home"
	[[ $stderr == *"it is not ours to replace" ]]
	[ "$(cat home/letter)" = precious ]
	run -2 --separate-stderr bash -c "rgen retail products |
		rparquet -w -o home"
	[[ $stderr == *"'home' is a folder, not a file" ]]
}

@test "a month is published beside its table, unseen by readers of it" {
	mkdir -p silver/month=1
	rgen -n 5 retail transactions | rparquet -w -o silver/month=1/
	start_writer silver/month=2/
	find . -name '.riffle*' | grep -qx './.riffle-silver%2Fmonth=2.tmp'
	rparquet silver | rinfo | grep -qx 'rows: 5'
	end_writer
	rparquet silver | ragg -g month 'n = count(*)' | rcsv -w |
		diff - <(printf 'month,n\n1,5\n2,100000\n')
}

@test "two runs to one place: the second ends with 75" {
	start_writer s.parquet
	run -75 --separate-stderr bash -c "rgen retail products |
		rparquet -w -o s.parquet"
	[[ $stderr == *"another run is writing 's.parquet'" ]]
	end_writer
	rparquet s.parquet | rinfo | grep -qx 'rows: 100000'
}

@test "a lock that is let go of soon, by who is ending, is waited for" {
	mkdir .riffle-s.parquet.tmp
	flock .riffle-s.parquet.tmp bash -c 'touch locked; sleep 0.2' &
	until [ -e locked ]; do
		kill -0 $!
	done
	sales >s.rfl
	rparquet -w -o s.parquet <s.rfl
	wait
	rparquet s.parquet | rinfo | grep -qx 'rows: 5'
	[ -z "$(find . -name '.riffle*')" ]
}

@test "--dry-run publishes nothing" {
	sales | rparquet -w -n -v -p region -o s 2>err
	grep -q 'files=3 row_groups=3' err
	[ "$(find . -mindepth 1)" = ./err ]
}

@test "a device or a pipe is no place for a Parquet file" {
	mkfifo pipe
	run -2 --separate-stderr bash -c "rgen retail products |
		rparquet -w -o pipe"
	[[ $stderr == *"'pipe' is not a regular file"* ]]
	run -2 --separate-stderr bash -c "rgen retail products |
		rparquet -w -o /dev/null"
	run -3 --separate-stderr bash -c "rparquet <(sleep 0) | rcat"
	[[ $stderr == *"cannot be read from a pipe"* ]]
}

@test "rparquet -w publishes nothing when too many rows were bad" {
	printf 'a\n1\nx\n3\n4\n' >bad.csv
	run -1 --separate-stderr bash -c 'rcsv -t a:i32 -r bad.rfl bad.csv |
		rparquet -w --max-error-ratio 0.2 -o out.parquet'
	[[ $stderr == *"1 of 4 rows are bad"* ]]
	[ ! -e out.parquet ]
	run -1 bash -c 'rcsv -t a:i32 -r bad.rfl bad.csv |
		rparquet -w --max-errors 0 -o out.parquet'
	rcsv -t a:i32 -r bad.rfl bad.csv |
		rparquet -w --max-error-ratio 0.25 --max-errors 1 -o out.parquet
	rparquet out.parquet | rinfo /dev/stdin | grep -qx 'rows: 3'
}
