# What all tools promise, against every tool in the build.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
	rgen -n 2000 retail transactions >good.rfl
}

tools() {
	(cd "$BIN" && printf '%s\n' r*)
}

# Tools that read a stream on standard input, with operands that make them run
# on the transactions of rgen.  A tool that is not named here reads none.
command_of() {
	case $1 in
	rcsv) echo "rcsv -w" ;;
	rfilter) echo "rfilter 'quantity > 0'" ;;
	rmap) echo "rmap 'twice = quantity * 2'" ;;
	rselect) echo "rselect txn_id,quantity" ;;
	rjoin) echo "rjoin -b -k txn_id small.rfl" ;;
	ragg) echo "ragg -g channel 'n = count(*)'" ;;
	rwindow) echo "rwindow --sort -p channel -o txn_id 'n = row_number()'" ;;
	rsort) echo "rsort -k txn_id" ;;
	rdedup) echo "rdedup -k txn_id" ;;
	rpartition) echo "rpartition -n 2 -k txn_id -o parts" ;;
	rparquet) echo "rparquet -w -o out.parquet" ;;
	rtee) echo "rtee" ;;
	rcat) echo "rcat" ;;
	rhead) echo "rhead -d" ;;
	rinfo) echo "rinfo" ;;
	esac
}

readers() {
	for tool in $(tools); do
		[ -z "$(command_of "$tool")" ] || echo "$tool"
	done
}

# Readers that write to standard output
writers() {
	for tool in $(readers); do
		case $tool in rparquet | rpartition) ;; *) echo "$tool" ;; esac
	done
}

small() {
	rhead -n 50 good.rfl | rselect txn_id >small.rfl
}

@test "every tool answers --help and --version on standard output" {
	for tool in $(tools); do
		run -0 --separate-stderr "$tool" --help
		assert_line --partial "usage: $tool"
		[ -z "$stderr" ] || fail "$tool --help: $stderr"
		run -0 --separate-stderr "$tool" --version
		assert_output --regexp "^$tool [0-9]"
	done
}

@test "every tool refuses an option that it does not know" {
	for tool in $(tools); do
		run -2 --separate-stderr "$tool" --no-such-option </dev/null
		[ -z "$output" ] || fail "$tool wrote to standard output"
		[[ $stderr == "$tool: unknown option --no-such-option"* ]] ||
			fail "$tool: $stderr"
		[[ $stderr == *"usage: $tool"* ]] || fail "$tool: no usage"
	done
}

@test "every tool has a page that names each of its options" {
	for tool in $(tools); do
		page=$ROOT/man/$tool.1
		[ -f "$page" ] || fail "$tool has no page"
		mandoc -T ascii "$page" | col -b >page.txt
		"$tool" --help | sed '/memory SIZE/,$d' |
			sed -n 's/^ .*--\([a-z-]*\).*/\1/p' >words
		while read -r word; do
			grep -q -e "--$word" page.txt ||
				fail "$tool.1 does not name --$word"
		done <words
	done
}

@test "every tool writes to a full disk with status 4" {
	small
	for tool in $(writers); do
		case $tool in rtee) continue ;; esac
		run -4 --separate-stderr bash -c \
			"$(command_of "$tool") <good.rfl >/dev/full"
		[[ $stderr == *"$tool: "*"No space left"* ]] ||
			fail "$tool: $stderr"
	done
	run -4 --separate-stderr bash -c \
		"rgen -n 2000 retail transactions >/dev/full"
}

@test "every reader refuses a truncated stream with status 3" {
	small
	head -c $(($(stat -c %s good.rfl) - 20)) good.rfl >cut.rfl
	for tool in $(readers); do
		run -3 --separate-stderr bash -c \
			"$(command_of "$tool") <cut.rfl >out"
		[[ $stderr == *"$tool: standard input: "*truncated* ]] ||
			fail "$tool: $stderr"
	done
	[ ! -e out.parquet ] || fail "rparquet published a cut stream"
	[ ! -e parts ] || fail "rpartition published a cut stream"
}

@test "every reader refuses a damaged stream with status 3" {
	small
	cp good.rfl bad.rfl
	printf '\377' | dd of=bad.rfl bs=1 seek=5000 conv=notrunc status=none
	for tool in $(readers); do
		run -3 --separate-stderr bash -c \
			"$(command_of "$tool") <bad.rfl >out"
		[[ $stderr == *"$tool: standard input: frame "* ]] ||
			fail "$tool: $stderr"
	done
}

@test "every reader refuses what is no stream with status 3" {
	small
	for tool in $(readers); do
		run -3 --separate-stderr bash -c \
			"echo hello | $(command_of "$tool") >out"
		[[ $stderr == *"$tool: standard input: "* ]] ||
			fail "$tool: $stderr"
	done
}

@test "every reader refuses an empty file with status 3" {
	small
	for tool in $(readers); do
		run -3 --separate-stderr bash -c \
			"$(command_of "$tool") </dev/null >out"
		[[ $stderr == *"$tool: standard input: truncated"* ]] ||
			fail "$tool: $stderr"
	done
}

@test "every filter that has no stream to read tells who reads it" {
	small
	for tool in $(writers); do
		case $tool in rcsv | rinfo) continue ;; esac
		run -3 --separate-stderr bash -c "set -o pipefail
			echo hello | $(command_of "$tool") |
			rparquet -w -o out.parquet"
		[ "${#stderr_lines[@]}" = 1 ] || fail "$tool: $stderr"
		[[ $stderr == "$tool: standard input: "* ]] ||
			fail "$tool: $stderr"
	done
}

@test "an empty stream in is an empty stream out" {
	small
	rfilter false <good.rfl >empty.rfl
	for tool in $(readers); do
		rm -rf parts out.parquet
		run -0 --separate-stderr bash -c \
			"$(command_of "$tool") <empty.rfl >out"
		case $tool in
		rcsv | rparquet | rpartition | rinfo) ;;
		*)
			run -0 rinfo out
			assert_line "rows: 0"
			;;
		esac
	done
}

@test "every writer ends quietly by SIGPIPE when its reader has gone" {
	small
	rgen -n 300000 retail transactions >big.rfl
	# a pipe whose reader has gone for certain: fd 8
	mkfifo pipe
	exec 9<>pipe
	exec 8>pipe
	exec 9>&-
	for tool in $(writers); do
		run --separate-stderr bash -c "$(command_of "$tool") \
			<big.rfl >&8"
		[ "$status" = 141 ] || fail "$tool: status $status"
		[ -z "$stderr" ] || fail "$tool: $stderr"
	done
	exec 8>&-
}

@test "a failure before a tool becomes its own status, said once" {
	small
	for tool in $(readers); do
		rm -rf parts out.parquet
		run -3 --separate-stderr bash -c "rfilter 'cast(txn_id as i64) \
			> 0' <good.rfl | $(command_of "$tool") >out"
		[ "$(grep -c . <<<"$stderr")" = 1 ] || fail "$tool: $stderr"
		[[ $stderr == "rfilter: "* ]] || fail "$tool: $stderr"
	done
	[ ! -e out.parquet ] || fail "rparquet published a failed stream"
	[ ! -e parts ] || fail "rpartition published a failed stream"
}

@test "no tool writes a binary stream to a terminal" {
	small
	for tool in $(writers) rgen; do
		case $tool in
		rcat | rinfo | rcsv) continue ;;
		rgen) command="rgen retail products" ;;
		*) command=$(command_of "$tool") ;;
		esac
		run script -qec "$command <good.rfl" /dev/null
		[ "$status" = 2 ] || fail "$tool: status $status: $output"
		[[ $output == *terminal* ]] || fail "$tool: $output"
	done
}

@test "same input and options, same bytes" {
	small
	for tool in $(writers); do
		bash -c "$(command_of "$tool") <good.rfl >one"
		bash -c "$(command_of "$tool") <good.rfl >two"
		cmp one two || fail "$tool"
	done
}

@test "-v prints counters and --stats an account" {
	small
	for tool in $(writers); do
		case $tool in rinfo) continue ;; esac
		rm -f stats.json
		run -0 --separate-stderr bash -c "$(command_of "$tool") \
			-v --stats stats.json <good.rfl >out"
		[[ $stderr == *"$tool: in=2000 "* ]] || fail "$tool: $stderr"
		tail -n 1 stats.json | grep -q "\"tool\":\"$tool\"" ||
			fail "$tool: $(cat stats.json)"
	done
}
