# gold FOLDER: the Gold of pipelines/retail from the Silver table in FOLDER,
# each table into a CSV file of $OUT.  Sourced.
cd "$ROOT/pipelines/retail" || exit
# shellcheck source=pipelines/retail/gold.bash
. ./gold.bash
table() { rcsv -w -o "$OUT/${1#gold/}.csv"; }
shown() { table "gold/$1"; }
export -f table shown

# pass COLUMNS: its tables
pass() {
	local table several=()
	for table in ${passes[$1]}; do
		several+=(-g "${keys[$table]}" "${aggregates[$table]}"
			-e "publish $table")
	done
	rparquet -c "$1" "$SILVER" | ragg "${several[@]}"
}

gold() {
	SILVER=$1
	side_by_side pass "${!passes[@]}"
}
