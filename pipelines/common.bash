# What the recipes of the pipelines share.  Sourced.
#
# OUT      where everything lies
# MEMORY   of each tool that holds rows
set -euo pipefail

WORK=$OUT/.work		# between two commands; gone afterwards
STATS=$OUT/.stats	# the account of each run

# begin NAME [FOLDER...]: a fresh working folder and account for this recipe,
# and the folders; the accounts of its parts are called NAME-PART
begin() {
	NAME=$1
	WORK=$WORK/$NAME
	if [ -e "$WORK" ] || compgen -G "$STATS/${NAME}[.-]*" >/dev/null; then
		rm -rf "$WORK" "$STATS/$NAME"[.-]*
	fi
	mkdir -p "$WORK" "$STATS" "$OUT/.make" "${@:2}"
	export TMPDIR=$WORK
	trap 'rm -rf "$WORK"' EXIT
}

# table PATH [OPTION...]: standard input becomes the table OUT/PATH
table() {
	local path=$1
	shift
	[ -d "$OUT/${path%/*}" ] || mkdir -p "$OUT/${path%/*}"
	rparquet -w "$@" -m "$MEMORY" \
		--stats "$STATS/$NAME.${path//\//-}.json" -o "$OUT/$path/"
}

# account [NAME]: where this command's account goes
account() {
	echo "$STATS/$NAME${1:+.$1}.json"
}

# keep FILE TEXT: the text becomes FILE, unless FILE holds the same already
keep() {
	local old=
	if [ -e "$1" ]; then
		IFS= read -r -d '' old <"$1" || true
		[ "$2" != "$old" ] || return 0
	fi
	printf '%s' "$2" >"$1.new"
	mv "$1.new" "$1"
}

# made TEXT: what this recipe has made, and that it has; its end
made() {
	keep "$OUT/.make/$NAME.manifest" "$1"
	rm -rf "$WORK"
	trap - EXIT
	: >"$OUT/.make/$NAME.done"
}

# done_with TABLE...: this recipe has made the tables
done_with() {
	local path text='' manifest
	for path; do
		IFS= read -r -d '' manifest <"$OUT/$path/.manifest" || true
		text+=$path$'\n'$manifest
	done
	made "$text"
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
