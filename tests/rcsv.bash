# What the tests of rcsv share.

# csv ARGUMENT...: what rcsv reads, as CSV again
csv() {
	set -o pipefail
	rcsv "$@" | rcsv -w
}

# rejects_of FILE: the rejects as CSV, without the file
rejects_of() {
	rselect line,byte,column,reason,raw <"$1" | rcsv -w
}

# fails STATUS MESSAGE ARGUMENT...: rcsv fails so
fails() {
	local status=$1 message=$2
	shift 2
	# shellcheck disable=SC2016 # "$@" is the inner shell's
	run "-$status" --separate-stderr bash -c 'rcsv "$@" >out' - "$@"
	# shellcheck disable=SC2154 # run sets them
	[ "${stderr_lines[0]}" = "rcsv: $message" ] || fail "$stderr"
}
