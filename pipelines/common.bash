# What the recipes of the pipelines share.  Sourced.
#
# OUT      where everything lies
# MEMORY   of each tool that holds rows
set -euo pipefail

STATS=$OUT/.stats	# the account of each run

# begin NAME [FOLDER...]: a fresh account for this recipe, and the folders.
# Its files between two commands are called $WORK.ANYTHING, and are gone after
# the last recipe; the accounts of its parts are called NAME-PART.
begin() {
	local file folder
	NAME=$1
	export TMPDIR=$OUT/.work
	WORK=$TMPDIR/$NAME
	for file in "$STATS/$NAME".*; do
		[ ! -e "$file" ] || : >"$file"
	done
	if compgen -G "$STATS/$NAME-*" >/dev/null ||
		compgen -G "$WORK.*" >/dev/null; then
		rm -rf "$WORK".* "$STATS/$NAME"-*
	fi
	for folder in "$TMPDIR" "$STATS" "$OUT/.make" "${@:2}"; do
		if [ ! -d "$folder" ]; then
			mkdir -p "$TMPDIR" "$STATS" "$OUT/.make" "${@:2}"
			break
		fi
	done
}

# table PATH [OPTION...]: standard input becomes the table OUT/PATH
table() {
	local path=$1 own=()
	shift
	[ -d "$OUT/${path%/*}" ] || mkdir -p "$OUT/${path%/*}"
	# in a process of a pipeline, that process
	[ "$BASHPID" = $$ ] || own=(exec)
	"${own[@]}" rparquet -w "$@" -m "$MEMORY" \
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
	printf '%s' "$2" >"$1"
}

# made TEXT: what this recipe has made, and that it has; its end
made() {
	keep "$OUT/.make/$NAME.manifest" "$1"
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
