# The aggregates behind Gold, by name: `aggregate NAME --partial` for a month,
# `aggregate NAME --final` over all of them.  Sourced.

aggregate() {
	case $1 in
	customers)
		ragg "$2" -g country,customer_id 'revenue = sum(amount),
			orders = count(distinct invoice_no)' ;;
	months)
		ragg "$2" -g month 'revenue = sum(amount),
			units = sum(quantity),
			orders = count(distinct invoice_no)' ;;
	products)
		ragg "$2" -g stock_code 'description = min(description),
			revenue = sum(amount), units = sum(quantity)' ;;
	countries)
		ragg "$2" -g country 'revenue = sum(amount),
			orders = count(distinct invoice_no)' ;;
	activity)
		ragg "$2" -g customer_id,month 'lines = count(*)' ;;
	esac
}
aggregates=(customers months products countries activity)
