# Silver of the data set sales, by Riffle.  Sourced.
set -euo pipefail

sales() {
	rcsv -t 'txn_id:i64, customer_id:i32, product_id:i32,
		quantity:i32, unit_price:decimal(10,2), txn_ts:timestamp,
		region, payment_method' "$DATA/sales.csv"
}
customers() {
	rcsv -c customer_id,customer_name,age,gender,country -t 'customer_id:i32,
		customer_name, age:i32, gender, country, region' \
		"$DATA/customers.csv"
}
products() {
	rcsv -c product_id,category,subcategory,product_name -t 'product_id:i32,
		category, subcategory, product_name, base_price:decimal(10,2)' \
		"$DATA/products.csv"
}
export -f sales customers products
compute="total_amount = cast(unit_price * quantity as decimal(12,2)),
	order_date = cast(txn_ts as date), yyyymm = strftime(txn_ts, '%Y%m')"
export compute

# silver_stream [COMMAND]: the rows of Silver, in the order of the file, from
# those that the command (sales) gives
silver_stream() {
	"${@:-sales}" |
	rjoin -b -k customer_id -k product_id <(customers) <(products) |
	rmap "$compute"
}

# silver_table: standard input becomes the table OUT/silver, by region and month
silver_table() {
	rparquet -w -j "$CORES" -m 64M -p region,yyyymm -o "$OUT/silver/"
}
