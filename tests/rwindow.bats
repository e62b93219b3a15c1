# rwindow

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
}

# stream TYPES: standard input, a CSV, as a stream in t.rfl
stream() {
	rcsv -t "$1" - >t.rfl
}

@test "averages and shares are exact and rounded half away from zero" {
	printf 'g,x\na,1\na,0\na,-1\na,1\nb,2\nb,1\nc,\n' |
		stream 'g:string, x:i32'
	rwindow -p g 'a = avg(x), s = share(x), f = avg(x) rows between
		1 preceding and current row' <t.rfl | rcsv -w | diff - <(cat <<-'END'
	g,x,a,s,f
	a,1,0.250000,1.000000,1.000000
	a,0,0.250000,0.000000,0.500000
	a,-1,0.250000,-1.000000,-0.500000
	a,1,0.250000,1.000000,0.000000
	b,2,1.500000,0.666667,2.000000
	b,1,1.500000,0.333333,1.500000
	c,,,,
	END
	)
}

@test "a missing month is not the month before" {
	printf 'm,x\n2023-01-01,10\n2023-02-01,20\n2023-04-01,7\n' |
		stream 'm:date, x:i32'
	rwindow -o m "before = sum(x) range between interval 1 month preceding
		and interval '1 month' preceding" <t.rfl | rselect before |
		rcsv -w | diff - <(printf 'before\n""\n10\n""\n' | tr -d '"')
}

@test "--qualify keeps rows by the new columns and counts the rest" {
	rgen -n 10000 retail transactions |
		rwindow -v -s -p channel -o 'customer_id,txn_id' \
		'n = row_number()' -q 'n <= 5' 2>log | rinfo >info
	grep -qx "rows: 15" info
	grep -q "in=10000 out=15 qualified=9985" log
}

# same_qualified ITEMS BOUND RWINDOW-OPTION...: as with a condition that says
# the same but tells nothing before the sort
same_qualified() {
	local items=$1 bound=$2
	shift 2
	rwindow --sort "$@" "$items" -q "$bound" <t.rfl | rcsv -w >got.csv
	rwindow --sort "$@" "$items" -q "case when $bound then true end" \
		<t.rfl | rcsv -w >want.csv
	[ "$(wc -l <want.csv)" -gt 1 ] || fail "$bound: no rows"
	cmp got.csv want.csv || fail "$items, $bound, $*"
}

@test "rows beyond a bound on the place are dropped, and no others" {
	rgen -n 30000 retail transactions | rmap "text = lpad(
		cast(quantity as string), 9, '0'), hole = case when
		quantity % 7 <> 0 then quantity end, rest = product_id % 3" >t.rfl
	local order memory
	for memory in 1G 300K 4K; do
		for order in 'quantity desc, txn_id' 'text, rest desc' \
			'hole desc nulls first, rest' 'txn_ts' 'hole'; do
			same_qualified 'n = row_number()' 'n <= 3' -m $memory \
				-p customer_id -o "$order"
			same_qualified 'n = rank(), l = lag(txn_id),
				s = max(quantity), t = count(*)' \
				'n between 1 and 5 and t > 1' -m $memory \
				-p channel,rest -o "$order"
			same_qualified 'n = dense_rank(), r = row_number(),
				s = min(quantity) rows 2 preceding' \
				'r > 2 and n < 4' -m $memory -o "$order"
			# sums may fail: no row is dropped before them
			same_qualified 'n = rank(), s = sum(quantity),
				a = avg(quantity) rows 2 preceding' \
				'n between 1 and 5' -m $memory -p channel,rest \
				-o "$order"
		done
	done
	same_qualified 'n = row_number()' 'n in (1, 3, 900)' -p channel
	same_qualified 'n = rank()' '1 = n' -p channel
}

# same_error TEXT RWINDOW-ARGUMENT...: TEXT is why it fails, in any memory
same_error() {
	local text=$1 memory
	shift
	for memory in 1M 16M 1G; do
		run -3 --separate-stderr bash -c 'rwindow "$@" <t.rfl >out' - \
			-s -m $memory -p g "$@"
		[ "$stderr" = "rwindow: $text" ] ||
			fail "-m $memory, $*: $stderr"
	done
}

@test "memory does not decide whether a row beyond the bound is an error" {
	# the last of all rows is bad; in 1M there is no room for the
	# partitions before it
	awk 'BEGIN { print "g,x,d,t"; for (i = 0; i < 60000; i++)
		print int(i / 3) "," i % 3 "," (i < 59999) "," \
		(i == 59999 ? "0001-01-01" : "") }' |
		stream 'g:i64, x:i32, d:i32, t:date'
	same_error 's: row 60000: 100 // d: division by zero' -o x \
		'n = row_number(), s = sum(100 // d)' -q 'n <= 2'
	same_error 'l: row 60000: 100 // d: division by zero' -o x \
		'n = row_number(), l = lag(x, 1, 100 // d)' -q 'n <= 2'
	same_error 'm: row 3 of a partition: the frame passes the years 1 to 9999' \
		-o 't nulls first' 'n = rank(), m = max(g) range between
		interval 1 month preceding and current row' -q 'n <= 2'
	same_error 'row 60000: 100 // d: division by zero' -o x \
		'n = row_number()' -q '100 // d >= 0 and n <= 2'
	same_error 'row 59998: 100 // (x + d - 1): division by zero' -o x \
		'n = row_number()' -q 'n <= 2 and g = 19999 and
		100 // (x + d - 1) >= 0'
}

@test "functions that look ahead see all rows" {
	printf 'g,x\na,1\na,2\na,3\na,4\n' | stream 'g:string, x:i32'
	rwindow -s -p g -o x 'n = row_number(), l = lead(x), s = share(x),
		c = count(*) rows between current row and 2 following,
		m = max(x) over (order by x desc)' -q 'n <= 1' <t.rfl |
		rcsv -w | diff - <(printf 'g,x,n,l,s,c,m\na,1,1,2,0.100000,3,4\n')
}

@test "the best of each partition are sorted in little memory" {
	rgen -n 300000 retail transactions >t.rfl
	rwindow -v -s -m 2M -p channel -o 'quantity desc, txn_ts' \
		'n = row_number()' -q 'n <= 100' <t.rfl 2>log | rinfo >info
	grep -qx "rows: 300" info
	grep -q "in=300000 out=300 qualified=299700" log
	run ! grep -q spilled log
}

@test "input that is not sorted is refused, with the row and its keys" {
	printf 'g,x\na,2\na,1\n' | stream 'g:string, x:i32'
	run -3 --separate-stderr bash -c \
		"rwindow -p g -o x 'n = row_number()' <t.rfl >out"
	[ "$stderr" = "rwindow: row 2 is out of order: g=a, x=1 after g=a, x=2; \
sort the stream by rsort, or with --sort" ]
	printf 'g,x\na,1\nb,1\na,1\n' | stream 'g:string, x:i32'
	run -3 --separate-stderr bash -c \
		"rwindow -p g 'n = row_number()' <t.rfl >out"
}

@test "--sort gives what rsort before it gives" {
	rgen -n 20000 retail transactions >t.rfl
	rsort -k channel,customer_id,txn_id <t.rfl |
		rwindow -p channel -o customer_id,txn_id \
		's = sum(quantity), p = lag(txn_id)' | rcsv -w >want.csv
	rwindow --sort -m 1M -p channel -o customer_id,txn_id \
		's = sum(quantity), p = lag(txn_id)' <t.rfl |
		rcsv -w | cmp - want.csv
}

@test "mistakes are said where they are" {
	printf 'g,x\na,1\n' | stream 'g:string, x:i32'
	run -2 --separate-stderr bash -c "rwindow 'r = rnk()' <t.rfl >out"
	[ "$stderr" = "rwindow: r: no window function 'rnk'; is it 'rank'?" ]
	run -2 --separate-stderr bash -c "rwindow 'g = rank()' <t.rfl >out"
	[ "$stderr" = "rwindow: there is a column 'g' already" ]
	run -2 --separate-stderr bash -c "rwindow 's = sum(g)' <t.rfl >out"
	[ "$stderr" = "rwindow: s: sum of a string" ]
	run -2 --separate-stderr bash -c \
		"rwindow -o x 's = sum(x) rows 1 sideways' <t.rfl >out"
	[[ $stderr == *"PRECEDING or FOLLOWING is wanted where 'sideways' is" ]]
	run -2 --separate-stderr bash -c "rwindow -o x 's = sum(x) rows
		between 1 following and 1 preceding' <t.rfl >out"
	[[ $stderr == *"the frame ends before it begins" ]]
}

@test "named windows, inline ones, and what they add to" {
	printf 'g,d,x\na,1,5\nb,1,7\na,2,1\nb,3,2\na,3,\n' |
		stream 'g:string, d:i32, x:i32'
	rwindow -o d -w 'g = (partition by g), gd = (g order by d desc)' \
		'n = row_number(), s = sum(x) over g, t = sum(x) over gd,
		u = last_value(x ignore nulls) over (g order by d),
		v = count(*) over ()' <t.rfl | rcsv -w | diff - <(cat <<-'END'
	g,d,x,n,s,t,u,v
	a,1,5,1,6,6,5,5
	b,1,7,2,9,9,7,5
	a,2,1,3,6,1,1,5
	b,3,2,4,9,2,2,5
	a,3,,5,6,,1,5
	END
	)
	run -2 --separate-stderr bash -c \
		"rwindow 's = sum(x) over w' <t.rfl >out"
	[ "$stderr" = "rwindow: s: no window 'w'; --window names them" ]
	run -2 --separate-stderr bash -c "rwindow -w 'w = (order by d)' \
		's = sum(x) over (w order by x)' <t.rfl >out"
	[ "$stderr" = "rwindow: s: ORDER is said already where 'x' is" ]
}

@test "one partition beyond the budget: the same rows, in less than 60 MB" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 2000000 retail transactions | rselect txn_id,quantity,txn_ts >t.rfl
	local items='n = row_number(), s = sum(quantity), r = percent_rank(),
		m = avg(quantity) rows between 2 preceding and current row,
		l = lead(quantity, 100000), c = count(distinct quantity),
		x = max(txn_id) rows between 1000 preceding and 1000 following,
		f = first_value(txn_id) over (order by quantity)'
	rwindow -o txn_id "$items" <t.rfl | rcsv -w | b2sum >want
	peak_kib bash -c "rwindow -v -m 16M -o txn_id '$items' \
		<t.rfl 2>log >out.rfl"
	[ "$peak" -lt 60000 ] || fail "$peak KiB"
	grep -q spilled log
	rcsv -w <out.rfl | b2sum | diff - want
}

@test "what means nothing is refused by name" {
	printf 'g,x,d\na,1,2023-01-31\n' | stream 'g:string, x:i32, d:date'
	local item
	while IFS='|' read -r item said; do
		run -2 --separate-stderr bash -c \
			"rwindow -o x \"s = $item\" <t.rfl >out"
		[ "$stderr" = "rwindow: s: $said" ] || fail "$item: $stderr"
	done <<-'END'
		ntile(0)|'0' is not a whole number of at least 1
		nth_value(x, 0)|'0' is not a whole number of at least 1
		lag(x, -1)|'-1' is not a whole number of at least 0
		rank() ignore nulls|IGNORE NULLS is for lag, lead, first_value, last_value and nth_value
		lag(x) from last|FROM LAST is for nth_value
		sum(x) rows between 1 preceding|BETWEEN needs AND and an end where '' is
		sum(x) range between interval 1 day preceding and current row|an INTERVAL needs RANGE over a date or timestamp; a number is wanted where 'interval 1 day preceding and current row' is
		sum(x) rows current row exclude me|EXCLUDE CURRENT ROW, GROUP, TIES or NO OTHERS is wanted where 'exclude me' is
		sum(x) over (partition by)|a list of columns is empty
		sum(x) over (order by x|')' is wanted where '(order by x' is
		sum(x) over (sideways)|no window 'sideways'; --window names them
		sum(x) range between -1 preceding and current row|a frame's distance of less than 0: '-1'
		medain(x)|no window function 'medain'; is it 'median'?
		x + 1|FUNCTION(...) is wanted where 'x + 1' is
		first(x) filter (where x > 1)|first takes no FILTER over a window
		share(g)|share of a string
	END
	printf 'd,x\n9999-12-31,1\n' | stream 'd:date, x:i32'
	run -3 --separate-stderr bash -c "rwindow -o d 's = sum(x) range between
		current row and interval 1 day following' <t.rfl >out"
	[ "$stderr" = "rwindow: s: row 1 of a partition: the frame passes the \
years 1 to 9999" ]
}
