# gold FOLDER: the Gold queries of pipelines/retail from the Silver table in
# FOLDER, each into a CSV file of $OUT.  Sourced.
set -euo pipefail

tables=(revenue top_customers monthly_trend category_share region_kpis
	category_kpis)

# aggregate TABLE -P|-F: its aggregate, for a slice or over all
aggregate() {
	local mode=$2
	case $1 in
	revenue)
		ragg "$mode" -g yyyymm,region,category 'revenue = sum(total_amount),
			units = sum(quantity), orders = count(*)' ;;
	top_customers)
		ragg "$mode" -g region,customer_id,customer_name \
			'total_spent = sum(total_amount), orders = count(*)' ;;
	monthly_trend)
		ragg "$mode" -g yyyymm \
			'revenue = sum(total_amount), orders = count(*)' ;;
	category_share)
		ragg "$mode" -g category 'revenue = sum(total_amount),
			units = sum(quantity)' ;;
	region_kpis)
		ragg "$mode" -g region 'revenue = sum(total_amount),
			units = sum(quantity), orders = count(*),
			customers = count(distinct customer_id),
			avg_order = avg(total_amount)' ;;
	category_kpis)
		ragg "$mode" -g category 'revenue = sum(total_amount),
			units = sum(quantity), orders = count(*),
			products = count(distinct product_id),
			customers = count(distinct customer_id),
			avg_price = avg(unit_price)' ;;
	esac
}
export -f aggregate

# what each table needs after its aggregate
finish() {
	case $1 in
	top_customers)
		rsort -k 'region, total_spent desc, customer_id' |
		rwindow -p region -o 'total_spent desc' 'rank = dense_rank()' \
			--qualify 'rank <= 10' ;;
	monthly_trend)
		rmap "month = to_date(yyyymm || '01', '%Y%m%d')" |
		rwindow --sort -o month '
			moving_avg_3 = avg(revenue) rows between 2 preceding
			    and current row,
			previous = sum(revenue) range between interval 1 month
			    preceding and interval 1 month preceding' |
		rmap 'growth_pct = ratio(100 * (revenue - previous), previous)' |
		rselect yyyymm,revenue,orders,moving_avg_3,growth_pct ;;
	category_share)
		rwindow 'total = sum(revenue)' |
		rmap 'share_pct = ratio(100 * revenue, total)' -d total ;;
	*) rcat ;;
	esac
}

# slice K N FOLDER: the states of all tables, into $TMPDIR/TABLE.K
slice() {
	local commands=()
	for table in "${tables[@]}"; do
		commands+=("aggregate $table -P >\"\$TMPDIR/$table.$1\"")
	done
	rparquet -P "$1/$2" -c region,yyyymm,customer_id,customer_name,product_id,category,quantity,unit_price,total_amount \
		"$3" | rtee -x "${commands[@]}"
}

# table TABLE: from the states to its file
table() {
	rcat "$TMPDIR/$1".* | aggregate "$1" -F | finish "$1" |
		rcsv -w -o "$OUT/$1.csv"
}

# all FUNCTION ARGUMENTS -- ITEM...: FUNCTION ITEM ARGUMENTS at once
all() {
	local pids=() call=()
	while [ "$1" != -- ]; do
		call+=("$1")
		shift
	done
	shift
	for item; do
		"${call[0]}" "$item" "${call[@]:1}" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
}

gold() {
	# shellcheck disable=SC2046 # numbers
	all slice "$CORES" "$1" -- $(seq "$CORES")
	all table -- "${tables[@]}"
}
