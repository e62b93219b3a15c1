# What the reports share.  Sourced, after common.bash.

title() { printf '\n%s\n\n' "$1"; }
show() { rcat -p -w 0; }

# rows TABLE COLUMN: how many rows a published table has
rows() { rparquet -c "$2" "$OUT/$1" | ragg 'n = count(*)' | rcsv -w -H no; }

# counted COUNTER TOOL ACCOUNT...: a counter of a tool, summed
counted() {
	local counter=$1 tool=$2
	shift 2
	rinfo -a "$@" | rfilter "tool = '$tool' and strategy <> 'side output'" |
		ragg "n = sum(\"$counter\")" | rcsv -w -H no
}

# close WHAT IN OUT...: the numbers after IN must add up to it
close() {
	local what=$1 in=$2 sum=0
	shift 2
	for n; do sum=$((sum + n)); done
	if [ "$in" != "$sum" ]; then
		echo "report: $what: $in rows in, $sum accounted for" >&2
		exit 1
	fi
}

# stages ACCOUNT...: every stage and its rows
stages() {
	rinfo -a "$@" | rselect run,stage,tool,strategy,in,out,rejected,filtered,duplicates,qualified,matched,unmatched,grouped |
		show
}

# report_of TITLE: OUT/report.txt, of all ${sections[@]}, which `section NAME`
# prints
report_of() {
	write() { section "$1" >"$WORK/$1"; }
	side_by_side write "${sections[@]}"
	{
		echo "$1"
		cd "$WORK" && cat "${sections[@]}"
	} >"$OUT/.report.part"
	mv "$OUT/.report.part" "$OUT/report.txt"
}
