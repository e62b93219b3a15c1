# Files that others publish, and what they must give.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

# rows FILE OPTION...: as CSV without a header
rows() {
	local file=$1
	shift
	rcsv "$@" "$file" | rcsv -w -H no --null NULL
}

@test "Spark's CSV files: comments, blank lines, nulls, other character sets" {
	need_data spark-test-data
	local spark=$DATA/spark-test-data
	rows "$spark/comments.csv" -H no -C '~' \
		-t 'a:i32,b:i32,c:i32,d:i32,e:f64,t:timestamp' |
		diff - <(printf '%s\n' '1,2,3,4,5.01,2015-08-20 15:57:00' \
			'6,7,8,9,0.0,2015-08-21 16:58:01' \
			'1,2,3,4,5.0,2015-08-23 18:00:42')
	rows "$spark/disable_comments.csv" -H no |
		diff - <(printf '#1,2,3\n4,5,6\n')
	rows "$spark/decimal.csv" -C '~' -t 'decimal:decimal(20,0),long:i64,double:f64' |
		diff - <(printf '%s\n' 1,1,0.1 1,9223372036854775807,1.0 \
			92233720368547758070,1,9.223372036854776e+19)
	rows "$spark/numbers.csv" --null=-- \
		-t 'int:i32, long:i64, float:string, double:string' |
		diff - <(printf '%s\n' 8,1000000,1.042,23848545.0374 \
			NULL,34232323,98.343,184721.23987223 \
			34,NULL,98.343,184721.23987223 \
			34,43323123,NULL,184721.23987223 \
			34,43323123,223823.9484,NULL \
			34,43323123,223823.NAN,NAN 34,43323123,223823.INF,INF \
			34,43323123,223823.-INF,-INF)
	rows "$spark/bool.csv" -t bool:bool | diff - <(printf '%s\n' true false \
		NULL true)
	rows "$spark/dates.csv" -t 'date:timestamp(%d/%m/%Y %H:%M)' |
		diff - <(printf '%s\n' '2015-08-26 18:00:00' \
			'2014-10-27 18:30:00' '2016-01-28 20:00:00')
	rows "$spark/cars.csv" -R pad | diff - <(printf '%s\n' \
		'2012,Tesla,S,No comment,NULL' \
		'1997,Ford,E350,Go get one now they are going fast,NULL' \
		'2015,Chevy,Volt,NULL,NULL')
	rows "$spark/cars-malformed.csv" -C '~' -R cut | diff - <(printf '%s\n' \
		'2012,Tesla,S,No comment,NULL' \
		'1997,Ford,E350,Go get one now they are going fast,NULL' \
		'2015,Chevy,NULL,NULL,NULL')
	rows "$spark/cars-crlf.csv" -R pad | cmp - <(rows "$spark/cars.csv" -R pad)
	rows "$spark/cars.tsv" -d tab -R both | head -n 1 | grep -q '^2012,Tesla,S,'
	# its delimiter, a letter of ISO 8859-1, is no byte of UTF-8
	tr '\376' ';' <"$spark/cars_iso-8859-1.csv" >cars.csv
	rows cars.csv -d ';' -X iso-8859-1 -R both |
		grep -q 'they are þoing fast\|they are ;oing fast'
	run -3 --separate-stderr rcsv "$spark/malformedRow.csv" >out
	[[ $stderr == *"malformedRow.csv:5: 1 field, not 4"* ]]
	run -3 --separate-stderr rcsv -H no \
		-t 's:string,d:date' "$spark/bad_after_good.csv" >out
	[[ $stderr == *"bad_after_good.csv:2"*"1999-088_01"* ]]
}

@test "Spark's and Hive's old Parquet files are read as pyarrow reads them" {
	need_data spark-test-data
	need_oracle pyarrow
	local file
	for file in dec-in-fixed-len dec-in-i32 dec-in-i64 timemillis-in-i64 \
		before_1582_date_v2_4_6.snappy \
		before_1582_timestamp_micros_v2_4_6.snappy \
		before_1582_timestamp_int96_plain_v2_4_6.snappy; do
		rparquet "$DATA/spark-test-data/$file.parquet" >got.rfl 2>said || {
			# a calendar of which a file does not say which it is
			grep -q 'not supported\|Julian\|before' said || fail "$(cat said)"
			continue
		}
		rcsv -w --null NULL <got.rfl >got.csv
		"$ORACLE_PYTHON" - "$DATA/spark-test-data/$file.parquet" \
			<<-'END' >want.csv
		import sys, csv, datetime, pyarrow.parquet as pq
		def shown(value):
		    if not isinstance(value, datetime.datetime):
		        return "NULL" if value is None else str(value)
		    text = str(value.replace(tzinfo=None))
		    return (text.rstrip("0") if value.microsecond else text) + (
		        "Z" if value.tzinfo else "")
		table = pq.read_table(sys.argv[1], coerce_int96_timestamp_unit="us")
		out = csv.writer(sys.stdout, lineterminator="\n")
		out.writerow(table.column_names)
		for row in table.to_pylist():
		    out.writerow([shown(v) for v in row.values()])
		END
		diff <(head -n 40 got.csv) <(head -n 40 want.csv) ||
			fail "$file differs"
	done
}

@test "northwind: rows made ragged by commas are set apart, the rest adds up" {
	need_data northwind
	local northwind=$DATA/northwind
	rcsv --null NULL -t 'orderID:i32,productID:i32,unitPrice:decimal(8,2),quantity:i32,discount:f64' \
		"$northwind/order-details.csv" |
		ragg 'count(*), sum(quantity), sum(unitPrice * quantity)' |
		rcsv -w -H no | diff - <(echo 2155,51317,1354458.59)
	local name want
	while read -r name want; do
		rcsv --null NULL -r bad.rfl "$northwind/$name.csv" |
			ragg 'count(*)' >/dev/null
		[ "$(ragg 'count(*)' <bad.rfl | rcsv -w -H no)" = "$want" ] ||
			fail "$name: $(ragg 'count(*)' <bad.rfl | rcsv -w -H no)"
	done <<-'END'
		customers 24
		orders 176
		suppliers 9
	END
	# cut off, they stay: no order is lost
	[ "$(rcsv -R both "$northwind/orders.csv" | ragg 'count(*)' |
		rcsv -w -H no)" = 830 ]
}

@test "adventureworks: sales with bars between, dates with slashes" {
	need_data adventureworks-reseller-sales
	local folder=$DATA/adventureworks-reseller-sales
	head -n 1 <(zstd -dc "$folder/Sales.csv.zst")
	rcsv -d '|' -c SalesOrderNumber,OrderDate,ProductKey,ResellerKey,EmployeeKey,Sales \
		"$folder/Sales.csv.zst" |
		rmap "OrderDate = to_date(OrderDate, '%Y/%m/%d', '%m/%d/%Y', '%A, %B %d, %Y'),
			Sales = cast(replace(replace(Sales, '\$', ''), ',', '') as decimal(12,2))" >sales.rfl
	ragg 'count(*), count(distinct SalesOrderNumber), sum(Sales),
		min(OrderDate), max(OrderDate), count(distinct yyyymm)' \
		< <(rmap 'yyyymm = yyyymm(OrderDate)' <sales.rfl) |
		rcsv -w -H no | diff - \
		<(echo 57851,3616,77548570.20,2017-07-01,2020-05-31,35)
	# every product is there, and each key once
	rcsv -d '|' -t 'ProductKey:string,Product:string' \
		"$folder/Product.csv" >product.rfl
	rjoin -t anti -k ProductKey product.rfl <sales.rfl | ragg 'count(*)' |
		rcsv -w -H no | diff - <(echo 0)
	rdedup -k SalesOrderNumber,ProductKey <sales.rfl | ragg 'count(*)' |
		rcsv -w -H no | diff - <(echo 57851)
}

@test "olist: newlines within quotes, nulls, duplicates" {
	need_data olist-sample-8k
	local folder=$DATA/olist-sample-8k
	rcsv "$folder/olist_orders_dataset.csv.zst" | ragg "count(*),
		count(*) filter (where order_approved_at is null),
		count(*) filter (where order_delivered_carrier_date is null),
		count(*) filter (where order_delivered_customer_date is null)" |
		rcsv -w -H no | diff - <(echo 8135,146,1782,2965)
	rcsv "$folder/olist_order_reviews_dataset.csv.zst" | ragg "count(*),
		count(*) filter (where review_comment_title is null),
		count(*) filter (where trim(coalesce(review_comment_message, ''), ' ' || chr(10) || chr(13)) = '')" |
		rcsv -w -H no | diff - <(echo 8225,7245,4116)
	rcsv "$folder/olist_geolocation_dataset.csv.zst" | rdedup |
		ragg 'count(*)' | rcsv -w -H no |
		diff - <(echo $((45928 - 9028)))
}

@test "frictionless: packages are read by their schemas" {
	need_data frictionless-datasets
	local folder=$DATA/frictionless-datasets name
	rcsv -s "$folder/packages/basic-csv/datapackage.json" \
		"$folder/packages/basic-csv/comma.csv" | rinfo >/dev/null
	for name in 'carets:^' 'colon::' 'comma:,' 'pipes:|' 'semicolon:;'; do
		rows "$folder/files/csv/separators/${name%%:*}.csv" \
			-d "${name#*:}" >one.csv
		[ -s want.csv ] || cp one.csv want.csv
		cmp one.csv want.csv
	done
	local types=$folder/packages/types-formats-and-constraints
	run -3 --separate-stderr rcsv -s "$types/constraints/datapackage.json" \
		"$types/constraints/data.csv" >out
	[[ $stderr == *"data.csv:2: pattern: 'ade' does not match the pattern [abc]+" ]]
	run -2 --separate-stderr rcsv -s "$types/date/datapackage.json" \
		"$types/date/data.csv" >out
	[[ $stderr == *"any"*"not supported"* ]]
	run -3 rcsv "$folder/packages/invalid-data/extra-column.csv" >out
	run -3 rcsv "$folder/files/csv/inconsistent-column-number.csv" >out
	rows "$folder/files/csv/encodings/western-macos-roman.csv" -X macintosh >a
	python3 - "$folder/files/csv/encodings/western-macos-roman.csv" <<-'END' >b
	import csv, sys
	rows = list(csv.reader(open(sys.argv[1], encoding="mac_roman", newline="")))
	out = csv.writer(sys.stdout, lineterminator="\n")
	for row in rows[1:]:
	    out.writerow(v if v else "NULL" for v in row)
	END
	cmp a b
}
