# Of dirty data exactly the rows of the ledger are found, and no other.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

# planted FAULT...: the lines of the file that the ledger has with these
planted() {
	local faults
	faults=$(printf "'%s'," "$@")
	rcsv -t 'row:i64,fault:string' ledger.csv |
		rfilter "fault in (${faults%,})" | rmap -O 'line = row + 1' |
		rcsv -w -H no
}

@test "transactions: rejected, doubled, without a customer; the rest untouched" {
	local all=duplicates=0.02,orphans=0.02,zero-quantity=0.02,bad-date=0.02,nulls=0.03,bad-number=0.03,out-of-range=0.03,ragged=0.02,mojibake=0.02
	rgen -n 50000 -C 2000 -P 300 -w csv -d "$all" -l ledger.csv \
		retail transactions >dirty.csv
	rgen -n 50000 -C 2000 -P 300 -w csv retail transactions >clean.csv
	rgen -C 2000 -P 300 retail customers >customers.rfl
	rgen -C 2000 -P 300 retail products >products.rfl
	[ "$(rcsv ledger.csv | ragg 'count(distinct fault)' | rcsv -w -H no)" = 9 ]
	rcsv -O -r bad.rfl -s <(cat <<-'END'
		{"fields": [
		 {"name": "txn_id", "type": "string", "constraints": {"required": true}},
		 {"name": "txn_ts", "type": "datetime", "riffle:type": "timestamp",
		  "constraints": {"required": true}},
		 {"name": "customer_id", "type": "integer", "riffle:type": "i32",
		  "constraints": {"required": true}},
		 {"name": "product_id", "type": "integer", "riffle:type": "i32",
		  "constraints": {"required": true}},
		 {"name": "quantity", "type": "integer", "riffle:type": "i8",
		  "constraints": {"required": true, "minimum": 1, "maximum": 5}},
		 {"name": "channel", "type": "string", "constraints": {"required": true}}]}
		END
	) dirty.csv >good.rfl
	rselect line <bad.rfl | rcsv -w -H no | sort -n |
		diff - <(planted bad-date nulls bad-number out-of-range ragged \
			mojibake zero-quantity)
	# the first of doubled rows stays; the others are the ledger's
	rdedup -k txn_id -d doubled.rfl <good.rfl >once.rfl
	rselect _line <doubled.rfl | rcsv -w -H no | diff - <(planted duplicates)
	{
		rjoin -t anti -k customer_id customers.rfl <once.rfl
		rjoin -t anti -k product_id products.rfl <once.rfl
	} >/dev/null
	{
		rjoin -t anti -k customer_id customers.rfl <once.rfl | rselect _line | rcsv -w -H no
		rjoin -t anti -k product_id products.rfl <once.rfl | rselect _line | rcsv -w -H no
	} | sort -n | diff - <(planted orphans)
	# nothing else has changed
	rjoin -t semi -k customer_id customers.rfl <once.rfl |
		rjoin -t semi -k product_id products.rfl | rselect _line |
		rcsv -w -H no >kept
	awk 'NR == FNR { kept[$1]; next } FNR in kept' kept dirty.csv >left
	awk 'NR == FNR { kept[$1]; next } FNR in kept' kept clean.csv | cmp - left
	[ "$(wc -l <kept)" = $((50000 - $(rcsv ledger.csv | ragg 'count(*)' |
		rcsv -w -H no))) ]
}

@test "customers and products: each fault of text is found" {
	local faults=nulls=0.05,bad-number=0.05,out-of-range=0.05,ragged=0.05,mojibake=0.05
	rgen -C 5000 -w csv -d $faults -l ledger.csv retail customers >dirty.csv
	rcsv -r bad.rfl -t 'customer_id:i32 required,customer_name:string required,
		age:i8 required,gender:string required,country:string required,
		region:string required' dirty.csv >/dev/null
	rselect line <bad.rfl | rcsv -w -H no | sort -n |
		diff - <(planted nulls bad-number out-of-range ragged mojibake)
	rgen -P 5000 -w csv -d $faults,zero-price=0.05,no-price=0.05,bad-price=0.05 \
		-l ledger.csv retail products >dirty.csv
	rcsv -r bad.rfl -t 'product_id:i32 required,category:string required,
		subcategory:string required,product_name:string required,
		base_price:decimal(10,2) required' dirty.csv >good.rfl
	rselect line <bad.rfl | rcsv -w -H no | sort -n |
		diff - <(planted nulls bad-number out-of-range ragged mojibake \
			no-price bad-price)
	rfilter 'base_price <= 0' <good.rfl | ragg 'count(*)' | rcsv -w -H no |
		diff - <(planted zero-price | wc -l)
}

@test "slices of dirty text and of its ledger are the whole" {
	local faults=nulls=0.05,ragged=0.05,mojibake=0.05,duplicates=0.05
	rgen -n 9999 -w csv -d $faults -l all.csv retail transactions >all
	local k
	for k in 1 2 3 4 5; do
		rgen -p $k/5 -n 9999 -w csv -d $faults -l l.csv retail transactions
		cat l.csv >>slices.csv
	done >slices
	cmp all slices
	cmp all.csv slices.csv
	run -2 --separate-stderr rgen -d ragged=0.1 retail customers
	[ "$stderr" = "rgen: ragged is text that is no value: only CSV can hold it" ]
}
