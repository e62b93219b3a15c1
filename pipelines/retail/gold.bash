# What Gold is made of: for each table the keys, the aggregates, and what is
# done with the groups; and which tables come of one pass over which columns
# of Silver.  Sourced.
. ../common.bash
. ../report.bash

tables=(revenue top_customers monthly_trend category_share region_kpis
	category_kpis)
declare -A passes=(
	[region,customer_id,customer_name,total_amount]=top_customers
	[region,yyyymm,category,product_id,customer_id,quantity,unit_price,total_amount]='
		revenue monthly_trend category_share region_kpis category_kpis'
)
declare -A keys=(
	[revenue]='yyyymm,region,category'
	[top_customers]='region,customer_id,customer_name'
	[monthly_trend]=yyyymm
	[category_share]=category
	[region_kpis]=region
	[category_kpis]=category
)
declare -A aggregates=(
	[revenue]='revenue = sum(total_amount), units = sum(quantity),
		orders = count(*)'
	[top_customers]='total_spent = sum(total_amount), orders = count(*)'
	[monthly_trend]='revenue = sum(total_amount), orders = count(*)'
	[category_share]='revenue = sum(total_amount), units = sum(quantity)'
	[region_kpis]='revenue = sum(total_amount), units = sum(quantity),
		orders = count(*), customers = count(distinct customer_id),
		avg_order = avg(total_amount)'
	[category_kpis]='revenue = sum(total_amount), units = sum(quantity),
		orders = count(*), products = count(distinct product_id),
		customers = count(distinct customer_id),
		avg_price = avg(unit_price)'
)

# shown TABLE [COMMAND...]: standard input becomes the table, and, through the
# command, the report's part of it
shown() {
	if [ $# = 1 ]; then
		table "gold/$1" --tee | show "$1"
	else
		table "gold/$1" --tee | "${@:2}" | show "$1"
	fi
}

# publish TABLE: the groups on standard input become OUT/gold/TABLE
publish() {
	set -euo pipefail
	NAME=gold-$1
	case $1 in
	revenue)
		table gold/revenue ;;
	top_customers)
		# equal sums stay in the order of customers
		rwindow --sort -p region -o 'total_spent desc' \
			'rank = dense_rank()' --qualify 'rank <= 10' |
		shown top_customers ;;
	monthly_trend)
		rmap "month = to_date(yyyymm || '01', '%Y%m%d')" |
		rwindow --sort -o month '
			moving_avg_3 = avg(revenue) rows between 2 preceding
			    and current row,
			previous = sum(revenue) range between interval 1 month
			    preceding and interval 1 month preceding' |
		rmap 'growth_pct = ratio(100 * (revenue - previous), previous)' |
		rselect yyyymm,revenue,orders,moving_avg_3,growth_pct |
		shown monthly_trend ;;
	category_share)
		rwindow 'total = sum(revenue)' |
		rmap 'share_pct = ratio(100 * revenue, total)' -d total |
		shown category_share rsort -k 'revenue desc' ;;
	*)
		shown "$1" ;;
	esac
}
export -f publish shown table show
