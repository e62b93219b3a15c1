# What the accounts and reports share.  Sourced, after common.bash.

title() { printf '\n%s\n\n' "$1"; }
# at the end of a pipeline
show() { exec rcat -p -w 0; }

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
	write() { section "$1" >"$WORK.$1"; }
	side_by_side write "$@"
}

# account_of SECTION...: they are what this recipe makes
account_of() {
	local text
	write_sections "$@"
	text=$(cat "${@/#/$WORK.}")
	made "$text"$'\n'
}

# report_of TITLE SECTION...: OUT/report.txt; before the last section comes the
# account
report_of() {
	local title=$1
	shift
	write_sections "$@"
	{
		echo "$title"
		set -- "${@/#/$WORK.}"
		cat "${@:1:$#-1}" "$OUT/.make/account.manifest" "${!#}"
	} >"$OUT/.report.part"
	mv "$OUT/.report.part" "$OUT/report.txt"
}
