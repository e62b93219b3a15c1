# What the tests of rparquet share.

# oracle ARGUMENT...: see parquet_oracle.py
oracle() {
	TZ=UTC "$ORACLE_PYTHON" "$ROOT/tests/parquet_oracle.py" "$@"
}

# sales: a table of three small partitions, one of them null
sales() {
	printf '%s\n' region,id,amount Asia,1,1.50 Europe,2,2.25 ,3,3.00 \
		Asia,4,4.75 Europe,5, |
		rcsv -t 'region:string, id:i64, amount:decimal(10,2)' -
}
