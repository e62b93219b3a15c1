# What the accounts and reports share.  Sourced, after common.bash.

title() { printf '\n%s\n\n' "$1"; }
show() { rcat -p -w 0; }

# rows TABLE COLUMN: how many rows a published table has; the column is best a
# short one
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
		echo "account: $what: $in rows in, $sum accounted for" >&2
		exit 1
	fi
}

# stages ACCOUNT...: every stage and its rows
stages() {
	rinfo -a "$@" | rselect run,stage,tool,strategy,in,out,rejected,filtered,duplicates,qualified,matched,unmatched,grouped |
		show
}

# write_sections SECTION...: each into a file of its own, which `section NAME`
# prints; side by side
write_sections() {
	write() { section "$1" >"$WORK/$1"; }
	side_by_side write "$@"
}

# account_of SECTION...: they are what this recipe makes
account_of() {
	local text
	write_sections "$@"
	(cd "$WORK" && cat "$@") >"$WORK/text"
	IFS= read -r -d '' text <"$WORK/text" || true
	made "$text"
}

# report_of TITLE SECTION...: OUT/report.txt; before the last section comes the
# account
report_of() {
	local title=$1
	shift
	write_sections "$@"
	{
		echo "$title"
		cd "$WORK"
		cat "${@:1:$#-1}" "$OUT/.make/account.manifest" "${!#}"
	} >"$OUT/.report.part"
	mv "$OUT/.report.part" "$OUT/report.txt"
}
