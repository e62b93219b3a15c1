# gold FOLDER: the Gold queries of pipelines/retail from the Silver table in
# FOLDER, each into a CSV file of $OUT.  Sourced.
#
# Two passes side by side, each of the columns that it needs.
set -euo pipefail

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
	*)	cat ;;
	esac | rcsv -w -o "$OUT/$1.csv"
}
export -f finish

by_customer() {
	rparquet -c region,customer_id,customer_name,quantity,total_amount "$1" |
	ragg -e 'finish top_customers' -g region,customer_id,customer_name \
		'total_spent = sum(total_amount), orders = count(*)' \
		-e 'finish region_kpis' -g region \
		'revenue = sum(total_amount), units = sum(quantity),
			orders = count(*),
			customers = count(distinct customer_id),
			avg_order = avg(total_amount)'
}

by_category() {
	rparquet -c region,yyyymm,category,product_id,customer_id,quantity,unit_price,total_amount "$1" |
	ragg -e 'finish revenue' -g yyyymm,region,category \
		'revenue = sum(total_amount), units = sum(quantity),
			orders = count(*)' \
		-e 'finish monthly_trend' -g yyyymm \
		'revenue = sum(total_amount), orders = count(*)' \
		-e 'finish category_share' -g category \
		'revenue = sum(total_amount), units = sum(quantity)' \
		-e 'finish category_kpis' -g category \
		'revenue = sum(total_amount), units = sum(quantity),
			orders = count(*),
			products = count(distinct product_id),
			customers = count(distinct customer_id),
			avg_price = avg(unit_price)'
}

gold() {
	by_customer "$1" &
	by_category "$1"
	wait $!
}
