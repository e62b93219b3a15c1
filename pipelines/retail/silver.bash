# What Silver is made of.  Sourced.
. ../common.bash

customers=customer_id,customer_name,age,gender,country,region
products=product_id,category,subcategory,product_name,base_price
transactions=txn_id,txn_ts,customer_id,product_id,quantity,channel
compute="
	order_date = cast(txn_ts as date),
	yyyymm = strftime(txn_ts, '%Y%m'),
	unit_price = base_price,
	total_amount = cast(base_price * quantity as decimal(12,2)),
	reasons = nullif(concat_ws('; ',
	    if(region is null, 'unknown customer', null),
	    if(category is null, 'unknown product', null),
	    if(quantity is null or quantity <= 0, 'quantity not positive', null),
	    if(category is not null and base_price is null, 'no price', null),
	    if(base_price <= 0, 'price not positive', null)), '')"
columns=txn_id,txn_ts,order_date,yyyymm,customer_id,customer_name,age,gender,country,region,product_id,category,subcategory,product_name,quantity,unit_price,total_amount,channel
# conform CUSTOMERS PRODUCTS [REJECTS]: transactions on standard input become
# rows of Silver
conform() {
	rjoin -b -t left -k customer_id -k product_id "$1" "$2" |
	rfilter -s "$compute" -c "$columns" ${3:+-r "$3"} 'reasons is null'
}
# bronze TABLE COLUMNS: a stream of them
bronze() { rparquet -c "$2" "$OUT/bronze/$1"; }
export customers products transactions compute columns
