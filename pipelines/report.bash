# What the accounts and reports share.  Sourced, after common.bash.

title() { printf '\n%s\n\n' "$1"; }
# show [TABLE]: the end of a pipeline, for people; in the report's part of TABLE
show() {
	[ $# = 0 ] || exec >"$OUT/.make/$1.shown"
	exec rcat -p -w 0
}

# close WHAT IN OUT...: the numbers after IN must add up to it
close() {
	local what=$1 in=$2 sum=0
	shift 2
	for n; do sum=$((sum + n)); done
	if [ "$in" != "$sum" ]; then
		echo "account: $what: $in rows in, $sum accounted for" >&2
		exit 1
	fi
}

# stages ACCOUNT...: every stage and its rows
stages() {
	rinfo -a "$@" | rselect run,stage,tool,strategy,in,out,rejected,filtered,duplicates,qualified,matched,unmatched,grouped |
		show
}

# account_of SECTION...: they are what this recipe makes; `section NAME` prints
# one, all side by side
account_of() {
	local text
	write() { section "$1" >"$WORK.$1"; }
	side_by_side write "$@"
	text=$(cat "${@/#/$WORK.}")
	made "$text"$'\n'
}

# report_of TITLE [TABLE SECTION]... -- ACCOUNT...: OUT/report.txt, of what is
# shown of the tables, each with its title, the account, and the stages of runs
report_of() {
	local files=()
	printf '%s\n' "$1" >"$WORK.title"
	files+=("$WORK.title")
	shift
	while [ "$1" != -- ]; do
		title "$2" >"$WORK.$1"
		files+=("$WORK.$1" "$OUT/.make/$1.shown")
		shift 2
	done
	shift
	{ title "Every stage" && stages "$@"; } >"$WORK.stages"
	cat "${files[@]}" "$OUT/.make/account.manifest" "$WORK.stages" \
		>"$OUT/.report.part"
	mv "$OUT/.report.part" "$OUT/report.txt" &
	rm -rf "$TMPDIR"
	wait $!
}
