# ragg: groups, aggregates, states, spilling.

setup() {
	load helper
	set -o pipefail
	cd "$BATS_TEST_TMPDIR"
}

TYPES='k1:string, k2:i16, b:bool, i:i32, u:u64, d:decimal(9,2), '
TYPES+='w:decimal(30,3), f:f64, g:f32, day:date, ts:timestamp, s:string'

# random ROWS SEED: a table of all types with nulls, nan, -0.0 and ties
random() {
	"$ORACLE_PYTHON" - "$1" "$2" <<-'END'
		import random, sys
		rows, seed = map(int, sys.argv[1:])
		r = random.Random(seed)
		def some(value, nulls=0.1):
		    return 'NULL' if r.random() < nulls else str(value)
		print('k1,k2,b,i,u,d,w,f,g,day,ts,s')
		for _ in range(rows):
		    print(','.join([
		        some(r.choice(['', 'a', 'bb', 'Zürich', 'a b'])),
		        some(r.choice([-32768, -1, 0, 1, 7, 32767])),
		        some(r.choice(['true', 'false'])),
		        some(r.randint(-5, 5) * 400000000),
		        some(r.choice([0, 1, 18446744073709551615])),
		        some('%d.%02d' % (r.randint(-999, 999),
		            r.randint(0, 99))),
		        some('%d.%03d' % (r.randint(-10**20, 10**20),
		            r.randint(0, 999))),
		        some(r.choice(['nan', 'inf', '-0.0', '0.0', '0.1',
		            '1e300', '-1e300', '1e-300', r.random()])),
		        some(r.choice(['-0.0', '0.5', '3.25', 'nan'])),
		        some('2023-%02d-%02d' % (r.randint(1, 12),
		            r.randint(1, 28))),
		        some('2023-01-%02d 10:%02d:%02d' % (r.randint(1, 31),
		            r.randint(0, 59), r.randint(0, 59))),
		        some(r.choice(['', 'x', 'xy', 'ä', '%d' %
		            r.randint(0, 50)]))]))
	END
}

# oracle SQL: the answer over t.csv as CSV, nulls as NULL, as ragg types it
oracle() {
	"$ORACLE_PYTHON" - "$1" <<-'END'
		import duckdb, decimal, math, sys
		t = """create view t as select * from read_csv('t.csv',
		    header=true, nullstr='NULL', allow_quoted_nulls=false,
		    columns={'k1':'varchar','k2':'smallint','b':'boolean',
		    'i':'integer','u':'ubigint','d':'decimal(9,2)',
		    'w':'decimal(30,3)','f':'double','g':'float','day':'date',
		    'ts':'timestamp','s':'varchar'})"""
		db = duckdb.connect()
		db.execute('set threads=1')
		db.execute(t)
		result = db.execute(sys.argv[1])
		for row in result.fetchall():
		    print('|'.join('NULL' if v is None else
		        ('true' if v else 'false') if isinstance(v, bool) else
		        str(v) for v in row))
	END
}

# ours: a stream on standard input, printed the same way
ours() {
	rcsv -w -n NULL -d '|' | tail -n +2 | sed 's/""//g'
}

ALL='n = count(*), ni = count(i), cd = count(distinct i),
    cs = count(distinct s), cf = count(distinct f), si = sum(i), su = sum(u),
    sd = sum(d), sw = sum(w), ai = avg(i), ad = avg(d), mi = min(i),
    xi = max(i), md = min(d), xw = max(w), mb = min(b), xb = max(b),
    ms = min(s), xs = max(s), mday = min(day), xts = max(ts),
    fs = first(s), ls = last(s), fi = first(i), lb = last(b),
    pos = sum(i) filter (where i > 0), pn = count(*) filter (where b)'

# the average of integers as DESIGN rounds it: exact, half away from zero
average() {
	echo "case when count($1) = 0 then null else
	    cast(((abs(sum($1)::hugeint * $2)) * 2 + count($1)) //
	    (count($1) * 2) * sign(sum($1)) as decimal(38,0)) end"
}

SQL_ALL="count(*), count(i), count(distinct i), count(distinct s),
    count(distinct case when f = 0 then 0.0 else f end), sum(i), sum(u),
    sum(d), sum(w), AVG_I, AVG_D, min(i), max(i), min(d), max(w), min(b),
    max(b), min(s), max(s), min(day), max(ts), first(s), last(s), first(i),
    last(b), sum(i) filter (where i > 0), count(*) filter (where b)"

sql_all() {
	local sql=${SQL_ALL/AVG_I/$(average i 1000000)}
	echo "${sql/AVG_D/$(average '(d * 100)::bigint' 10000)}"
}

# Averages come as integers of millionths from the oracle.
scale_averages() {
	awk -F'|' -v OFS='|' -v first="$1" '{
		for (i = first; i <= first + 1; i++)
			if ($i != "NULL") {
				sub(/\./, "", $i)
				sign = $i ~ /^-/ ? "-" : ""
				sub(/^-/, "", $i)
				sub(/^0+/, "", $i)
				$i = ($i == "" ? "0" : sign $i)
			}
		print
	}'
}

@test "all aggregates over all types are DuckDB's" {
	need_oracle duckdb
	for seed in 1 2 3; do
		random 3000 $seed >t.csv
		rcsv -n NULL -t "$TYPES" t.csv >t.rfl
		for keys in k1,k2 b day,s; do
			ragg -g "$keys" "$ALL" <t.rfl | ours |
				scale_averages \
				$(($(tr -cd , <<<"$keys" | wc -c) + 11)) >got
			oracle "select $keys, $(sql_all) from t group by all
			    order by ${keys//,/ nulls first, } nulls first" >want
			diff want got | head
		done
	done
}

@test "without keys there is one row, also for an empty input" {
	need_oracle duckdb
	for rows in 0 1 5000; do
		random $rows 9 >t.csv
		rcsv -n NULL -t "$TYPES" t.csv >t.rfl
		ragg "$ALL" <t.rfl | ours | scale_averages 10 >got
		oracle "select $(sql_all) from t" >want
		diff want got | head
	done
}

@test "floats group, add and compare as SQL has it" {
	need_oracle duckdb
	random 2000 5 >t.csv
	rcsv -n NULL -t "$TYPES" t.csv |
		ragg -g g 'n = count(*), lo = min(f), hi = max(f)' |
		ours | sed 's/-0\.0/0.0/g' >got
	oracle "select case when g = 0 then 0 else g end as g, count(*),
	    min(f), max(f) from t group by 1 order by 1 nulls first" |
		sed 's/-0\.0/0.0/g' >want
	"$ORACLE_PYTHON" - <<-'END'
		def read(name):
		    return [[None if v == 'NULL' else float(v)
		        for v in line.rstrip('\n').split('|')]
		        for line in open(name)]
		assert repr(read('got')) == repr(read('want'))
	END
}

@test "the sum of floats is the exact sum, rounded once" {
	need_oracle duckdb
	random 4000 6 | grep -v -e ,nan, -e ,inf, >t.csv
	rcsv -n NULL -t "$TYPES" t.csv | ragg -g k2 's = sum(f)' | ours >got
	"$ORACLE_PYTHON" - <<-'END'
		import csv, math
		from collections import defaultdict
		values = defaultdict(list)
		for row in csv.DictReader(open('t.csv')):
		    if row['f'] != 'NULL':
		        values[row['k2']].append(float(row['f']))
		for line in open('got'):
		    key, value = line.rstrip('\n').split('|')
		    assert float(value) == math.fsum(values[key]), line
	END
}

@test "spilled or not, the same rows in the same order" {
	need_oracle duckdb
	random 20000 4 >t.csv
	rcsv -n NULL -t "$TYPES" t.csv >t.rfl
	for keys in k1 k2,b,s i,u,d; do
		ragg -g "$keys" "$ALL, sf = sum(f)" <t.rfl | rcsv -w >want
		ragg -P -g "$keys" "$ALL" <t.rfl | rcsv -w >want.states
		for memory in 1 100K 1M; do
			ragg -v -m $memory -g "$keys" "$ALL, sf = sum(f)" \
			    <t.rfl 2>note | rcsv -w >got
			cmp want got
			[ $memory != 1 ] ||
				grep -q "strategy='spilled'" note
			ragg -m $memory -P -g "$keys" "$ALL" <t.rfl |
				rcsv -w >got.states
			cmp want.states got.states
		done
	done
	ragg "$ALL" <t.rfl | rcsv -w >want
	ragg -m 1 "$ALL" <t.rfl | rcsv -w >got
	cmp want got
}

@test "more runs than can be merged at once are merged in steps" {
	rgen -n 400000 retail transactions >t.rfl
	ragg -g txn_id 'n = count(*)' <t.rfl | rcsv -w >want
	ragg -m 1 -g txn_id 'n = count(*)' <t.rfl | rcsv -w >got
	cmp want got
}

@test "states of slices, in any order, merge to what the whole gives" {
	local all='n = count(*), c = count(distinct customer_id),
	    p = count(distinct product_id), a = avg(quantity),
	    f = first(txn_id), l = last(txn_id), m = max(txn_ts),
	    s = sum(cast(product_id as f64)), q = sum(quantity)'
	rgen -n 100000 retail transactions >whole
	for keys in '' '-g channel' '-g quantity,channel'; do
		# shellcheck disable=SC2086 # none, or two words
		{
			ragg $keys "$all" <whole | rcsv -w >want
			for k in 1 2 3; do
				rgen -n 100000 -p $k/3 retail transactions |
					ragg -P $keys "$all" >state$k
			done
			rcat state2 state3 state1 >states
			ragg -F $keys "$all" <states | rcsv -w >got
			cmp want got
			ragg -m 1 -F $keys "$all" <states | rcsv -w >got
			cmp want got
			ragg -P $keys "$all" <whole | rcsv -w >want
			ragg -F -P $keys "$all" <states | rcsv -w >got
			cmp want got
		}
	done
}

@test "keys alone are the different tuples, in order" {
	rgen -n 5000 retail transactions >t.rfl
	ragg -g channel,quantity <t.rfl | rcsv -w | tail -n +2 >got
	rcsv -w <t.rfl | tail -n +2 | awk -F, '{ print $6 "," $5 }' |
		LC_ALL=C sort -u >want
	cmp want got
}

@test "the account says how many rows were grouped" {
	rgen -n 5000 retail transactions |
		ragg -v -g channel 'count(*)' 2>note >out
	grep -q 'in=5000 out=3 grouped=5000' note
	rinfo out | grep -q 'grouped=5000'
}

@test "an aggregate without a name is called as it is written" {
	run -0 --separate-stderr bash -c "rgen -n 10 retail transactions |
	    ragg 'sum( quantity ), count(*) as n' | rcsv -w | head -1"
	assert_output 'sum( quantity ),n'
}

@test "what makes no sense is said, with status 2" {
	rgen -n 10 retail transactions >t.rfl
	try() {
		run -2 --separate-stderr bash -c \
		    'ragg "$@" <t.rfl >/dev/null' ragg "$@"
	}
	try 'smu(quantity)'
	assert_regex "$stderr" "no aggregate 'smu'"
	try 'sum(channel)'
	assert_regex "$stderr" "sum of a string"
	try 'sum(*)'
	assert_regex "$stderr" "only count\\(\\*\\) does"
	try 'sum(quantity) over 3'
	assert_regex "$stderr" "column 17: 'over' where the end"
	try 'sum(quantity) filter (quantity > 3)'
	assert_regex "$stderr" "FILTER needs"
	try 'sum(quantity) filter (where quantity)'
	assert_regex "$stderr" "a condition is needed"
	try -g chanel 'count(*)'
	assert_regex "$stderr" "'channel'"
	try -g channel 'channel = count(*)'
	assert_regex "$stderr" "two columns 'channel'"
	try 'n = count(*), n = sum(quantity)'
	assert_regex "$stderr" "two columns 'n'"
	try
	assert_regex "$stderr" "neither keys nor aggregates"
	try -F -g channel 'n = count(*)'
	assert_regex "$stderr" "not the output of --partial"
}

@test "a sum of more than 38 digits is an error, not a wrong number" {
	{
		echo x
		for i in {1..20}; do
			echo 99999999999999999999999999999999999999
		done
	} >big.csv
	rcsv -t 'x:decimal(38,0)' big.csv >big.rfl
	run -3 --separate-stderr bash -c 'ragg "sum(x)" <big.rfl >/dev/null'
	assert_regex "$stderr" 'sum\(x\): the sum has more than 38 digits'
}

@test "mode, top_k, histogram and lists are those of the rows" {
	printf 'g,s,n\na,x,1\na,y,2\na,x,2\nb,z,5\na,,3\nb,w,5\n' |
		rcsv -t 'g:string, s:string, n:i32' >t.rfl
	run -0 bash -c "ragg -g g \"m = mode(s), t = top_k(s, 2),
		h = histogram(n), l = string_agg(s, '+'),
		d = string_agg(distinct s), o = string_agg(s, ' ' order by s)\" \
		<t.rfl | rcsv -w -d '|'"
	assert_line 'a|x|x: 2, y: 1|"{""1"": 1, ""2"": 2, ""3"": 1}"|x+y+x|x,y|x x y'
	assert_line 'b|w|w: 1, z: 1|"{""5"": 2}"|z+w|w,z|w z'
}

@test "approximations lie within their bounds, the same from slices" {
	rgen -n 200000 retail transactions >t.rfl
	list='n = approx_count_distinct(txn_id),
		q = approx_quantile(customer_id, 0.9)'
	ragg "$list" <t.rfl | rcsv -w >whole
	for k in 1 2 3; do
		rgen -n 200000 -p $k/3 retail transactions | ragg -P "$list" >p$k
	done
	rcat p3 p1 p2 | ragg -F "$list" | rcsv -w | cmp - whole
	exact=$(ragg 'q = quantile_disc(customer_id, 0.9)' <t.rfl | rcsv -w |
		tail -n 1)
	tail -n 1 whole | awk -F, -v exact="$exact" '{
		exit !($1 > 190000 && $1 < 210000 && $2 > exact * 0.995 &&
		    $2 < exact * 1.005) }' || fail "$(cat whole) $exact"
}

@test "expressions over aggregates, keys that are computed, HAVING" {
	rgen -n 5000 retail transactions >t.rfl
	ragg -g "m = date_trunc('month', txn_ts), channel" \
		--having 'n > 60 and sum(quantity) < 130' -v \
		'n = count(*), per = sum(quantity) / count(*)' <t.rfl 2>log |
		rcsv -w >got
	grep -q 'qualified=' log
	rmap "m = date_trunc('month', txn_ts)" <t.rfl |
		ragg -g m,channel 'n = count(*), s = sum(quantity)' |
		rfilter 'n > 60 and s < 130' | rmap 'per = s / n' |
		rselect m,channel,n,per | rcsv -w | cmp - got
	[ "$(wc -l <got)" -gt 1 ] || fail "nothing is left to compare"
}

@test "--sorted gives each group as it ends, and refuses disorder" {
	rgen -n 50000 retail transactions >t.rfl
	list='n = count(*), d = count(distinct product_id), median(quantity)'
	ragg -g customer_id "$list" <t.rfl | rcsv -w >want
	for memory in 1G 64K; do
		rsort -k customer_id t.rfl |
			ragg -m $memory -s -g customer_id "$list" | rcsv -w |
			cmp - want
	done
	rsort -k channel t.rfl | ragg -m 64K -s -g channel "$list" -v 2>log |
		rcsv -w | cmp - <(ragg -g channel "$list" <t.rfl | rcsv -w)
	grep -q "strategy='spilled'" log
	rfilter false <t.rfl | ragg -s -g channel 'n = count(*)' | rcsv -w |
		cmp - <(echo channel,n)
	printf 'k\nb\na\n' | rcsv >bad.rfl
	run -3 --separate-stderr bash -c \
		"ragg -s -g k 'n = count(*)' <bad.rfl >out"
	assert_equal "$stderr" "ragg: row 2 is out of order: key (a) after (b)"
}

@test "what cannot be aggregated is refused by name" {
	rgen -n 10 retail transactions >t.rfl
	refused() {
		run -2 --separate-stderr bash -c \
		    'ragg "$@" <t.rfl >/dev/null' ragg "${@:2}"
		[[ $stderr == *"$1"* ]] || fail "$stderr"
	}
	refused 'median(distinct ...) is not supported' 'median(distinct quantity)'
	refused 'corr(distinct ...) is not supported' \
		'corr(distinct quantity, customer_id)'
	refused 'a number from 0 to 1' 'quantile_cont(quantity, 1.5)'
	refused 'needs two arguments' 'quantile_cont(quantity)'
	refused 'takes one argument' 'sum(quantity, 2)'
	refused 'a number from 1 to 1000' 'top_k(quantity, 0)'
	refused 'stddev of a string' 'stddev(channel)'
	refused 'ORDER BY is only possible in string_agg' \
		'first(channel order by txn_id)'
	refused 'a cube of 13 keys' -c -g "$(seq -s, -f 'k%g = quantity' 13)" \
		'n = count(*)'
	refused '--having needs results' -P --having 'n > 1' 'n = count(*)'
	refused '--sorted is for plain groups' -s -r -g channel 'n = count(*)'
	refused "no column 'chanel'; is it 'channel'?" \
		-G '(chanel)' -g channel 'n = count(*)'
}

@test "a million groups in 16 MiB stay below 60 MB" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 2000000 retail transactions >t.rfl
	peak_kib bash -c "ragg -m 16M -g txn_id 'sum(quantity)' <t.rfl >got.rfl"
	[ "$peak" -lt 60000 ] || fail "$peak KiB"
	ragg -g txn_id 'sum(quantity)' <t.rfl | rcsv -w |
		cmp - <(rcsv -w <got.rfl)
}

# many ROWS DISTINCT: v.rfl, whose groups k have many values, the first 30,000
# rows mostly different ones, the others DISTINCT
many() {
	awk -v rows="$1" -v distinct="$2" 'BEGIN {
		print "k,f,i,d,ts,h"
		for (n = 0; n < rows; n++) {
			x = (n * 7919 + 13) % 1000003
			if (n >= 30000)
				x %= distinct
			f = n % 997 == 0 ? "nan" : n % 991 == 0 ? "-0.0" : \
			    (x - 500000) / 7
			printf "%d,%s,%s,%s,2024-01-%02d %02d:%02d:%02d,%d\n", \
			    n % 5 ? n % 37 : n % 3, f, \
			    n % 13 ? (x - 500000) * 1000 : "", x / 100, \
			    x % 28 + 1, x % 24, x % 60, x % 59, x % 30000
		}
	}' | rcsv -t 'k:i32, f:f64, i:i32, d:decimal(9,2), ts:timestamp, h:i16' \
		>v.rfl
}

VALUES='a = median(f), b = quantile_cont(i, 0.9), c = quantile_disc(ts, 0.25),
e = mode(h), g = quantile_cont(d, 0.001), m = median(h), q = top_k(i, 2),
r = approx_quantile(f, 0.5), s = quantile_disc(f, 1), t = median(i)
filter (where h > 100)'

@test "values in order are the same, whole, spilled or by states" {
	for distinct in 1000003 40; do
		many $((distinct == 40 ? 300000 : 60000)) $distinct
		ragg -g k "$VALUES" <v.rfl | rcsv -w >want
		ragg -v -m 2M -g k "$VALUES" <v.rfl 2>note | rcsv -w >got
		grep -q spilled note
		cmp want got
		ragg -P -g k "$VALUES" <v.rfl | ragg -F -g k "$VALUES" |
			rcsv -w | cmp - want
		ragg -m 100M "$VALUES" <v.rfl | rcsv -w >want
		ragg -m 2M "$VALUES" <v.rfl | rcsv -w | cmp - want
		rsort -k k v.rfl | ragg -s -g k "$VALUES" | rcsv -w >got
		ragg -g k "$VALUES" <v.rfl | rcsv -w | cmp - got
	done
}

@test "quantiles of many values are DuckDB's" {
	need_oracle duckdb
	many 60000 1000003
	rparquet -w -o v.parquet <v.rfl
	"$ORACLE_PYTHON" - >want <<-'END'
		import duckdb
		for row in duckdb.sql("""select k, quantile_disc(ts, 0.25),
		    quantile_disc(i, 0.9), quantile_disc(h, 0.5),
		    quantile_disc(d, 0.001), quantile_disc(f, 0.3),
		    median(i) * 2 from 'v.parquet' group by k order by k
		    """).fetchall():
		    print(*row[:5], "%.9g" % row[5], round(row[6]), sep="|")
	END
	ragg -g k 't = quantile_disc(ts, 0.25), i = quantile_disc(i, 0.9),
		h = quantile_disc(h, 0.5), d = quantile_disc(d, 0.001),
		f = quantile_disc(f, 0.3), m = median(i)' <v.rfl |
		rcsv -w -H no | awk -F, '{ OFS = "|"; sub(/T/, " ", $2)
		    sub(/Z$/, "", $2)
		    $6 = sprintf("%.9g", $6); $7 = sprintf("%d", $7 * 2)
		    print }' >got
	diff want got
}

@test "several aggregations in one pass are each alone" {
	rgen -n 30000 retail transactions >in.rfl
	ragg -g channel 'n = count(*)' <in.rfl | rcsv -w >a.csv
	ragg -g customer_id,channel 'q = sum(quantity)' <in.rfl | rcsv -w >b.csv
	ragg -e 'tee a.rfl | rcsv -w >a2.csv' -g channel 'n = count(*)' \
		-e 'rcsv -w >b2.csv' -g customer_id,channel 'q = sum(quantity)' \
		--stats s.json -m 16M <in.rfl
	cmp a.csv a2.csv
	cmp b.csv b2.csv
	rinfo a.rfl | grep -A 1 "ragg --group channel 'n = count(\*)'" |
		grep -q 'in=30000 out=3 grouped=30000'
	[ "$(tail -n 1 s.json | jq .rows.grouped)" = 30000 ]
	run -2 --separate-stderr ragg -e cat -g channel -g txn_id 'count(*)' <in.rfl
	[[ $stderr == *"2 --group, 1 AGGREGATES and 1 --each"* ]]
	run -2 --separate-stderr ragg -g channel -g txn_id 'count(*)' <in.rfl
	run -2 --separate-stderr ragg 'count(*)' 'sum(quantity)' <in.rfl
	run -3 --separate-stderr ragg -e 'cat >/dev/null; exit 3' -g channel 'count(*)' \
		-e 'rparquet -w -o t.parquet' -g txn_id 'count(*)' <in.rfl
	run -2 --separate-stderr ragg -e 'rparquet -w -o u.parquet' -g channel 'count(*)' \
		-e cat -g txn_id 'sum(nothing)' <in.rfl
	[ ! -e u.parquet ]
	run -3 --separate-stderr bash -c "head -c 100000 in.rfl |
		ragg -e 'rparquet -w -o u.parquet' -g channel 'count(*)'"
	[ ! -e u.parquet ]
}

@test "groups that are made of another's groups are those of the rows" {
	need_oracle duckdb
	random 20000 7 >t.csv
	rcsv -n NULL -t "$TYPES" t.csv >t.rfl
	local sums='n = count(*), s = sum(d), a = avg(d), w = sum(w), f = sum(f),
		lo = min(s), hi = max(g), c = count(s), x = avg(w) filter (where b)'
	local lists=("$sums" "d = count(distinct s), $sums")
	local groupings=(k1 'k1, k2' 'k2, month = month(day)' 'b, k1, k2' k2
		'month = month(day)' 'k2, month = month(day), k1' 'month = day(day)')
	local i memory each=()
	for i in "${!groupings[@]}"; do
		ragg -g "${groupings[i]}" "${lists[i % 2]}" <t.rfl | rcsv -w >"want.$i"
		each+=(-g "${groupings[i]}" -e "rcsv -w >got.$i" "${lists[i % 2]}")
	done
	for memory in 1G 200K; do
		ragg -m $memory "${each[@]}" <t.rfl
		for i in "${!groupings[@]}"; do
			cmp "want.$i" "got.$i"
		done
	done
	# as many groups as rows, for the first million and a half of them
	rgen -n 1500000 retail transactions |
		rmap 'k = cast(substr(txn_id, 5) as i64) % 1400000, h = k % 7' |
		rselect k,h >u.rfl
	ragg -g h 'n = count(*), s = sum(k)' <u.rfl | rcsv -w >want
	for memory in 1G 16M; do
		ragg -m $memory -g h 'n = count(*), s = sum(k)' -e 'rcsv -w >got' \
			-g h,k 'n = count(*), s = sum(k)' -e 'cat >/dev/null' <u.rfl
		cmp want got
	done
}

@test "a long list that is put together from spilled parts takes linear time" {
	need_release "a sanitizer's time is not the tool's"
	rgen -n 1000000 retail transactions >t.rfl
	lists() {
		ragg -m "$1" -g "g = if(product_id % 20 = 0, '', 'x')" \
			"l = string_agg(txn_id || txn_id)" <t.rfl
	}
	# seconds of the processor: one is enough
	(ulimit -t 8; lists 16M >got.rfl)
	lists 1G | rcsv -w | cmp - <(rcsv -w <got.rfl)
}
