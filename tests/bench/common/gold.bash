# gold FOLDER: the Gold queries of pipelines/retail from the Silver table in
# FOLDER, each into a CSV file of $OUT.  Sourced.
#
# The files are read by as many processes as there are cores; the queries are
# processes of their own, so that no states are made and merged.
set -euo pipefail

tables=(revenue top_customers monthly_trend category_share region_kpis
	category_kpis)

query() {
	case $1 in
	revenue)
		ragg -g yyyymm,region,category 'revenue = sum(total_amount),
			units = sum(quantity), orders = count(*)' ;;
	top_customers)
		ragg -g region,customer_id,customer_name \
			'total_spent = sum(total_amount), orders = count(*)' |
		rsort -k 'region, total_spent desc, customer_id' |
		rwindow -p region -o 'total_spent desc' 'rank = dense_rank()' \
			--qualify 'rank <= 10' ;;
	monthly_trend)
		ragg -g yyyymm \
			'revenue = sum(total_amount), orders = count(*)' |
		rmap "month = to_date(yyyymm || '01', '%Y%m%d')" |
		rwindow --sort -o month '
			moving_avg_3 = avg(revenue) rows between 2 preceding
			    and current row,
			previous = sum(revenue) range between interval 1 month
			    preceding and interval 1 month preceding' |
		rmap 'growth_pct = ratio(100 * (revenue - previous), previous)' |
		rselect yyyymm,revenue,orders,moving_avg_3,growth_pct ;;
	category_share)
		ragg -g category 'revenue = sum(total_amount),
			units = sum(quantity)' |
		rwindow 'total = sum(revenue)' |
		rmap 'share_pct = ratio(100 * revenue, total)' -d total ;;
	region_kpis)
		ragg -g region 'revenue = sum(total_amount),
			units = sum(quantity), orders = count(*),
			customers = count(distinct customer_id),
			avg_order = avg(total_amount)' ;;
	category_kpis)
		ragg -g category 'revenue = sum(total_amount),
			units = sum(quantity), orders = count(*),
			products = count(distinct product_id),
			customers = count(distinct customer_id),
			avg_price = avg(unit_price)' ;;
	esac | rcsv -w -o "$OUT/$1.csv"
}
export -f query

gold() {
	export SILVER=$1
	rfan -n "$CORES" 'rparquet -P {k}/{n} -c region,yyyymm,customer_id,customer_name,product_id,category,quantity,unit_price,total_amount "$SILVER"' |
	rtee -x "${tables[@]/#/query }"
}
