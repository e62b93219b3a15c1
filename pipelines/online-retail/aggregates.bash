# The aggregates behind Gold, by name: partial for each month, merged over all
# of them.  Sourced.

aggregates=(customers months products countries activity)
by_month="month = cast(date_trunc('month', invoice_ts) as date)"
declare -A keys=(
	[customers]='country, customer_id'
	[months]=$by_month
	[products]=stock_code
	[countries]=country
	[activity]="customer_id, $by_month"
)
declare -A lists=(
	[customers]='revenue = sum(amount), orders = count(distinct invoice_no)'
	[months]='revenue = sum(amount), units = sum(quantity),
		orders = count(distinct invoice_no)'
	[products]='description = min(description), revenue = sum(amount),
		units = sum(quantity)'
	[countries]='revenue = sum(amount), orders = count(distinct invoice_no)'
	[activity]='lines = count(*)'
)
# groups that Gold is made of
declare -A having=(
	[customers]='customer_id is not null'
	[activity]='customer_id is not null'
)
