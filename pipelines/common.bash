# What the recipes of the pipelines share.  Sourced.
#
# OUT      where everything lies
# MEMORY   of each tool that holds rows
set -euo pipefail

PIPELINES=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

WORK=$OUT/.work		# between two commands; gone afterwards
STATS=$OUT/.stats	# the account of each run

# begin NAME: a fresh working folder and account for this recipe
begin() {
	NAME=$1
	rm -rf "${WORK:?}/$NAME" "$STATS/$NAME".*
	mkdir -p "$WORK/$NAME" "$STATS" "$OUT/.make"
	WORK=$WORK/$NAME
	export TMPDIR=$WORK
	trap 'rm -rf "$WORK"' EXIT
}

# table PATH [OPTION...]: standard input becomes the table OUT/PATH
table() {
	local path=$1
	shift
	mkdir -p "$(dirname "$OUT/$path")"
	rparquet -w "$@" -m "$MEMORY" \
		--stats "$STATS/$NAME.${path//\//-}.json" -o "$OUT/$path/"
}

# account [NAME]: where this command's account goes
account() {
	echo "$STATS/$NAME${1:+.$1}.json"
}

# done_with TABLE...: the manifest of this recipe is that of its tables
done_with() {
	for path; do
		echo "$path"
		cat "$OUT/$path/.manifest"
	done | "$PIPELINES/keep" "$OUT/.make/$NAME.manifest"
}

# side_by_side COMMAND ARGUMENT...: the command with each argument, all at the
# same time; fails when one has failed, after all have ended
side_by_side() {
	local command=$1 pids=() pid status=0
	shift
	for argument; do
		"$command" "$argument" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || status=$?
	done
	return $status
}
