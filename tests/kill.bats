# slow
# Killing stages at random moments, and disks that are full.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

@test "200 kills of the retail pipeline's stages leave nothing half-done" {
	need_release "the sanitizers change nothing here but the time"
	run -0 /usr/bin/env python3 "$ROOT/tests/kill.py" "$ROOT/pipelines" \
		"$PWD/out" 200 "${RIFFLE_SEED:-1}"
	assert_output --regexp '^200 kills, 1[5-9][0-9] of tools at work'
}

@test "a stage killed in mid-stream leaves the old table as it was" {
	rgen -n 1000 retail transactions | rparquet -w -o t.parquet
	before=$(sha256sum <t.parquet)
	parent=$BASHPID
	for victim in rgen rmap rparquet; do
		rgen -n 100000000 retail transactions |
			rmap 'twice = quantity * 2' | rparquet -w -o t.parquet &
		job=$!
		until victims=$(pgrep -x -P "$parent" "$victim"); do :; done
		sleep 0.2
		kill -9 "$victims"
		run -0 bash -c : # wait's status is what counts
		if wait "$job"; then fail "$victim: status 0"; fi
		[ "$(sha256sum <t.parquet)" = "$before" ] || fail "$victim"
	done
}

# small_disk: a folder of 1 MiB in disk/
small_disk() {
	[ "$(id -u)" = 0 ] || skip "only root can mount a small disk"
	mkdir disk
	mount -t tmpfs -o size=1m tmpfs disk || skip "cannot mount a small disk"
}

teardown() {
	if mountpoint -q "$BATS_TEST_TMPDIR/disk" 2>/dev/null; then
		umount "$BATS_TEST_TMPDIR/disk"
	fi
}

# full COMMAND: it ends with status 4 and says why in one line
full() {
	run -4 --separate-stderr bash -c "$1"
	[[ $stderr == *"No space left on device"* ]] || fail "$1: $stderr"
}

@test "every sink on a full disk: status 4, the old output stays" {
	small_disk
	rgen -n 100000 retail transactions >big.rfl
	rgen -n 10 retail transactions >small.rfl
	sinks=("rparquet -w -z none -o disk/t.parquet"
		"rparquet -w -p channel -z none -o disk/folder"
		"rpartition -n 3 -k txn_id -o disk/parts"
		"rtee -x -o disk/copy.rfl"
		"rcsv -w -o disk/t.csv"
		"rfilter -r disk/rejects.rfl false >/dev/null"
		"rdedup -k channel -d disk/dropped.rfl >/dev/null")
	for sink in "${sinks[@]}"; do
		rm -rf disk/*
		bash -c "${sink/>\/dev\/null/>\/dev\/null} <small.rfl"
		before=$(cd disk && find . -type f -exec sha256sum {} + | sort)
		[ -n "$before" ] || fail "$sink wrote nothing"
		full "$sink <big.rfl"
		after=$(cd disk && find . -type f -exec sha256sum {} + | sort)
		[ "$before" = "$after" ] || fail "$sink: $after"
	done
}

@test "spilling to a full disk: status 4, and the stream says so" {
	small_disk
	rgen -n 300000 retail transactions >big.rfl
	for tool in "rsort -k customer_id" "rdedup -k txn_id" \
		"ragg -g txn_id 'n = count(*)'" \
		"rjoin -k txn_id <(rselect txn_id <big.rfl)"; do
		full "$tool -m 1M -T disk <big.rfl >out"
		run -4 rinfo out
	done
}
