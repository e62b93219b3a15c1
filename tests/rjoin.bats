# rjoin: what matches, in which order, by any strategy.

setup() {
	load helper
	set -o pipefail
	cd "$BATS_TEST_TMPDIR"
}

# The keys of both sides have nulls, ties, nan, zeros of both signs.
PROBE='p:i32, k:i64, s:string, d:date, f:f64, m:decimal(9,2), b:bool, x:string'
BUILD='q:i32, k:i16, t:string, d:date, g:f64, m:decimal(9,2), c:bool, x:string'

# random ROWS SEED SPREAD NAMES: a table, its rows numbered
random() {
	"$ORACLE_PYTHON" - "$@" <<-'END'
		import random, sys
		rows, seed, spread = map(int, sys.argv[1:4])
		r = random.Random(seed)
		def some(value):
		    return 'NULL' if r.random() < 0.07 else str(value)
		print(sys.argv[4])
		for i in range(rows):
		    print(','.join([str(i),
		        some(r.randint(-spread, spread)),
		        some('k%d' % r.randint(0, spread)),
		        some('2023-01-%02d' % r.randint(1, 28)),
		        some(r.choice(['nan', '-0.0', '0.0', '1.5', 'inf'])),
		        some('%d.25' % r.randint(0, spread)),
		        some(r.choice(['true', 'false'])),
		        some('v%d' % r.randint(0, 99))]))
	END
}

# tables PROBE_ROWS BUILD_ROWS SPREAD SEED: p.rfl, q.rfl and their CSV
tables() {
	random "$1" "$4" "$3" p,k,s,d,f,m,b,x >p.csv
	random "$2" "$4$4" "$3" q,k,t,d,g,m,c,x >q.csv
	rcsv -n NULL -t "$PROBE" p.csv >p.rfl
	rcsv -n NULL -t "$BUILD" q.csv >q.rfl
}

# oracle: for lines FILE:SQL the rows, over the views p and q, nulls as NULL
oracle() {
	cat >queries
	"$ORACLE_PYTHON" - <<-'END'
		import duckdb, sys
		db = duckdb.connect()
		for name, columns in (
		    ('p', 'p:int k:bigint s:varchar d:date f:double '
		        'm:decimal(9,2) b:boolean x:varchar'),
		    ('q', 'q:int k:smallint t:varchar d:date g:double '
		        'm:decimal(9,2) c:boolean x:varchar')):
		    types = ', '.join("'%s': '%s'" % tuple(c.split(':'))
		        for c in columns.split())
		    db.execute("create view %s as select * from "
		        "read_csv('%s.csv', header=true, nullstr='NULL', "
		        "columns={%s})" % (name, name, types))
		for line in open('queries'):
		    name, sql = line.split(':', 1)
		    with open(name, 'w') as out:
		        for row in db.execute(sql).fetchall():
		            print('|'.join('NULL' if v is None else
		                ('true' if v else 'false')
		                if isinstance(v, bool) else str(v)
		                for v in row), file=out)
	END
}

# ours: a stream on standard input, printed the same way
ours() {
	rcsv -w -n NULL -d '|' | tail -n +2
}

# on KEYS: the condition that they stand for
on() {
	tr , '\n' <<<"$1" | awk -F= '{
		right = NF > 1 ? $2 : $1
		printf "%sp.%s = q.%s", (NR > 1 ? " and " : ""), $1, right
	}'
}

KEYS='k d s=t,k f=g m,d b=c,d x,k k=q'

@test "inner, left, semi and anti joins are DuckDB's, in the probe's order" {
	need_oracle duckdb
	for size in '700 500 20 1' '300 1500 3 2' '900 9 9 3' '500 0 5 4' \
	    '0 50 5 5'; do
		# shellcheck disable=SC2086
		tables $size
		for keys in $KEYS; do
			on=$(on "$keys")
			echo "want.$keys.inner:select p, p.x, q, q.x from p
			    join q on $on order by p, q" | tr -d '\n'
			echo
			echo "want.$keys.left:select p, q, c from p
			    left join q on $on order by p, q" | tr -d '\n'
			echo
			echo "want.$keys.semi:select * from p where exists
			    (select 1 from q where $on) order by p" |
				tr -d '\n'
			echo
			echo "want.$keys.anti:select * from p where not exists
			    (select 1 from q where $on) order by p" |
				tr -d '\n'
			echo
		done | oracle
		for keys in $KEYS; do
			rjoin -c q,x -S _q -k "$keys" q.rfl <p.rfl |
				rselect p,x,q,x_q | ours >got
			cmp "want.$keys.inner" got
			rjoin -t left -c q,c -k "$keys" q.rfl <p.rfl |
				rselect p,q,c | ours >got
			cmp "want.$keys.left" got
			for type in semi anti; do
				rjoin -t $type -k "$keys" q.rfl <p.rfl |
					ours >got
				cmp "want.$keys.$type" got
			done
		done
	done
}

@test "all strategies give the same rows, in the same order" {
	need_oracle duckdb
	tables 5000 9000 200 7
	for sides in 'k,d k,d k,d' 's=t s t' 'x,m x,m x,m'; do
		read -r keys left right <<<"$sides"
		rsort -k "$left" <p.rfl >p.sorted
		rsort -k "$right" <q.rfl >q.sorted
		for type in inner left semi anti; do
			for input in p.rfl p.sorted; do
				rjoin -S _ -t $type -k "$keys" q.sorted \
				    <"$input" | rcsv -w >want
				rjoin -S _ -t $type -b -k "$keys" q.sorted \
				    <"$input" | rcsv -w >got
				cmp want got
				rjoin -v -S _ -t $type -m 1 -k "$keys" \
				    q.sorted <"$input" 2>note | rcsv -w >got
				cmp want got
				grep -q "strategy='hash spilled'" note
			done
			rjoin -v -S _ -t $type -M -k "$keys" q.sorted \
			    <p.sorted 2>note | rcsv -w >got
			cmp want got
			grep -q "strategy='merge'" note
		done
	done
}

@test "partitions that are too large are cut again" {
	rgen -n 60000 retail transactions >t.rfl
	rgen -n 400000 retail transactions | rselect txn_id,txn_ts >more.rfl
	rjoin -k txn_id -S _2 more.rfl <t.rfl | rcsv -w >want
	rjoin -v -m 1 -k txn_id -S _2 more.rfl <t.rfl 2>note | rcsv -w >got
	cmp want got
	# one key has most rows: it cannot be cut
	rmap 'one = case when quantity < 5 then 1 else product_id end' \
	    <t.rfl | rselect one,txn_id >skewed.rfl
	rhead -n 20 <skewed.rfl | rselect one >few.rfl
	rjoin -k one skewed.rfl <few.rfl | rcsv -w >want
	rjoin -m 1 -k one skewed.rfl <few.rfl | rcsv -w >got
	cmp want got
}

# skewed ROWS: q.rfl, all but 1,000 of whose rows have the key 1, and p.rfl
skewed() {
	seq "$1" | awk '{
		printf "%s,%d,text of the row number %d%s\n",
		    NR % 400 ? 1 : NR % 1000, $1, $1, NR % 7
	}' | sed '1i k,y,z' | rcsv -t 'k:i32, y:i64, z:string' >q.rfl
	printf 'k,x\n2,b\n1,a\n400,c\n,d\n1,e\n800,f\n' |
		rcsv -t 'k:i32, x:string' >p.rfl
}

@test "a build side of one key is joined in chunks, all types alike" {
	skewed 40000
	for type in inner left right full semi anti; do
		for on in "" "-o y%1000=17" "-o y>39900 -u lost" "-u lost" \
		    -n; do
			rm -f lost
			# shellcheck disable=SC2086
			rjoin -v -t $type -k k $on q.rfl <p.rfl 2>note |
				rcsv -w >want
			[ ! -e lost ] || mv lost lost.want
			sed 's/ strategy.*//' note >want.note
			# shellcheck disable=SC2086
			rjoin -v -m 200K -t $type -k k $on q.rfl <p.rfl \
				2>note | rcsv -w >got
			cmp want got
			grep -q "strategy='hash spilled'" note
			sed 's/ strategy.*//' note | cmp - want.note
			[ ! -e lost ] || cmp <(rcsv -w <lost) \
				<(rcsv -w <lost.want)
		done
	done
}

# places: q.rfl, most of whose 90,000 rows have the key 1, their places z in no
# order, some twice, some null, and p.rfl, with places of its own
places() {
	seq 90000 | awk '{
		printf "%d,%s,%d\n", NR % 400 ? 1 : NR % 1000,
		    NR % 97 ? ($1 * 7919) % 15013 : "", $1
	}' | sed '1i k,z,y' | rcsv -t 'k:i32, z:i64, y:i64' >q.rfl
	seq 500 | awk '{
		printf "%s,%s,%d\n", NR % 50 ? 1 : NR % 9 ? NR : "",
		    NR % 31 ? ($1 * 104729) % 16000 - 400 : "", $1
	}' | sed '1i k,x,id' | rcsv -t 'k:i32, x:i64, id:i32' >p.rfl
}

@test "as-of joins of a build side of one key are done in chunks" {
	places
	for how in "-t left -d forward" "-t right -d nearest" "-t full" \
	    "-t semi -d nearest -o y%3=1" \
	    "-t left -d nearest --tolerance 3 -u lost"
	do
		rm -f lost
		# shellcheck disable=SC2086
		rjoin -v $how -k k -a x=z q.rfl <p.rfl 2>note | rcsv -w >want
		[ ! -e lost ] || mv lost lost.want
		sed 's/ strategy.*//' note >note.want
		# shellcheck disable=SC2086
		rjoin -v -m 100K $how -k k -a x=z q.rfl <p.rfl 2>note |
			rcsv -w >got
		cmp want got
		grep -q "strategy='hash spilled'" note
		sed 's/ strategy.*//' note | cmp - note.want
		[ ! -e lost ] || cmp <(rcsv -w <lost) <(rcsv -w <lost.want)
	done
}

@test "as-of joins in chunks find what DuckDB finds" {
	need_oracle duckdb
	places
	rparquet -w -o q.parquet <q.rfl
	rparquet -w -o p.parquet <p.rfl
	"$ORACLE_PYTHON" - <<-'END'
		import duckdb
		for name, which, sign in (("b", "max", "<="), ("f", "min", ">=")):
		    duckdb.sql(f"""copy (select id, {which}(z) from 'p.parquet' p
		        join 'q.parquet' q on p.k = q.k and z {sign} x
		        group by id order by id) to '{name}'
		        (format csv, header false)""")
	END
	rjoin -m 100K -k k -a x=z q.rfl <p.rfl | rselect id,z |
		rcsv -w -H no >b.got
	diff b.got b
	rjoin -m 100K -k k -a x=z -d forward q.rfl <p.rfl | rselect id,z |
		rcsv -w -H no >f.got
	diff f.got f
}

@test "cardinality and fan-out are asserted over all chunks" {
	skewed 100000
	matches=$((100000 - 250))
	for on in "" "-o true"; do
		run -3 --separate-stderr bash -c "rjoin -m 200K -k k $on \
			-x $((matches - 1)) q.rfl <p.rfl >out"
		assert_equal "$stderr" "rjoin: standard input: a row with \
k = 1 matches more than $((matches - 1)) rows of the build side"
		run -0 bash -c "rjoin -m 200K -k k $on -x $matches q.rfl \
			<p.rfl >out"
	done
	run -3 --separate-stderr bash -c \
		"rjoin -m 200K -k k -e n:1 q.rfl <p.rfl >out"
	[[ $stderr == *"k = 1 comes twice"* ]] || fail "$stderr"
	run -3 --separate-stderr bash -c \
		"rjoin -m 200K -k k -e 1:n q.rfl <p.rfl >out"
	[[ $stderr == *"a second row with k = 1"* ]] || fail "$stderr"
	rhead -n 4 p.rfl >once.rfl
	rjoin -m 200K -k k -e 1:n q.rfl <once.rfl | rcsv -w |
		cmp - <(rjoin -k k q.rfl <once.rfl | rcsv -w)
}

@test "a build side of one key stays within 4 MiB" {
	need_release "a sanitizer's memory is not the tool's"
	skewed 400000
	for type in inner full semi; do
		peak_kib bash -c "rjoin -m 4M -t $type -k k q.rfl <p.rfl \
			>got.rfl"
		[ "$peak" -lt 24000 ] || fail "$type: $peak KiB"
		peak_kib bash -c "rjoin -m 1G -t $type -k k q.rfl <p.rfl \
			>want.rfl"
		[ $type = semi ] || [ "$peak" -gt 32000 ] ||
			fail "$type: only $peak KiB"
		cmp <(rcsv -w <got.rfl) <(rcsv -w <want.rfl)
	done
}

@test "the account closes on both sides, spilled or merged" {
	need_oracle duckdb
	tables 2000 1000 300 8
	rsort -k k <p.rfl >p.sorted
	rsort -k k <q.rfl >q.sorted
	oracle <<-'END'
		1:select count(*) from p where k in (select k from q)
		2:select count(*) from q where k in (select k from p)
	END
	matched=$(cat 1) matched2=$(cat 2)
	for how in '' -b '-m 1' -M; do
		for type in inner left semi anti; do
			# shellcheck disable=SC2086
			rjoin -v $how -t $type -S _ -k k q.sorted <p.sorted \
			    2>note | rinfo >info
			grep -q "in=2000 .*matched=$matched " note
			grep -q "unmatched=$((2000 - matched)) " note
			grep -q "in2=1000 matched2=$matched2 " note
			grep -q "unmatched2=$((1000 - matched2)) " note
			grep -q 'integrity: ok' info
		done
	done
}

@test "joined strings stay codes, and so do the probe side's" {
	rgen retail customers >c.rfl
	for how in '-b' '-m 1' ''; do
		# shellcheck disable=SC2086
		rgen -n 50000 retail transactions |
			rjoin $how -k customer_id c.rfl | rinfo >info
		grep -q 'region string.* coded by 4 ' info
		grep -q 'channel string.* coded by 3 ' info
	done
}

@test "slices joined one by one, gathered, are the whole" {
	rgen retail customers | rfilter 'customer_id % 3 = 0' >c.rfl
	for type in inner left semi anti; do
		for how in -b '-m 1'; do
			rfan -n 3 "rgen -n 100000 -p {k}/{n} retail \
			    transactions | rjoin $how -t $type \
			    -k customer_id c.rfl" | rcsv -w >got
			rgen -n 100000 retail transactions |
				rjoin -t $type -k customer_id c.rfl |
				rcsv -w >want
			cmp want got
		done
	done
}

@test "the probe side's sort keys are kept, its unique columns if they are" {
	rgen retail customers >c.rfl
	rgen -n 100 retail transactions |
		rjoin -k customer_id c.rfl | rinfo >info
	grep -q 'sorted by: txn_id' info
	run ! grep -q 'unique' info
	rgen -n 100 retail transactions |
		rjoin -e n:1 -k customer_id c.rfl | rinfo >info
	grep -q 'unique: txn_id' info
}

@test "--unmatched holds the probe rows without a match, in their order" {
	rgen -n 100000 retail transactions >t.rfl
	rgen retail customers | rfilter 'customer_id % 3 > 0' >c.rfl
	rsort -k customer_id c.rfl >cs.rfl
	rsort -k customer_id t.rfl >ts.rfl
	rjoin -t anti -k customer_id c.rfl <t.rfl | rcsv -w >want
	for how in "-b" "" "-m 300K" "-t left"; do
		# shellcheck disable=SC2086
		rjoin $how -k customer_id -u lost.rfl c.rfl <t.rfl >out
		rcsv -w <lost.rfl | cmp - want
	done
	rjoin -M -k customer_id -u lost.rfl cs.rfl <ts.rfl >out
	rsort -k txn_id lost.rfl | rcsv -w | cmp - want
	rjoin -k customer_id -o 'customer_id % 3 = 1' -u lost.rfl c.rfl \
		<t.rfl >out
	rfilter 'customer_id % 3 <> 1' <t.rfl | rcsv -w |
		cmp - <(rcsv -w <lost.rfl)
}

@test "nulls match where that is asked for" {
	printf 'k,x\n1,a\n,b\n' | rcsv -t 'k:i32, x:string' >p.rfl
	printf 'k,y\n1,c\n,d\n,e\n' | rcsv -t 'k:i32, y:string' >q.rfl
	for memory in 1G 1; do
		run -0 bash -c "rjoin -m $memory -n -k k q.rfl <p.rfl | rcsv -w"
		assert_output "k,x,y
1,a,c
,b,d
,b,e"
	done
}

@test "a cross join is all pairs, in order" {
	seq 3 | sed '1i a' | rcsv -t 'a:i32' >a.rfl
	seq 4000 | sed '1i b' | rcsv -t 'b:i32' >b.rfl
	rjoin -t cross b.rfl <a.rfl | rcsv -w | tail -n +2 >got
	for a in 1 2 3; do seq 4000 | sed "s/^/$a,/"; done | cmp - got
	run -4 --separate-stderr bash -c \
		"rjoin -t cross -m 1 b.rfl <a.rfl >out"
	[[ $stderr == *"give more memory (-m), or keys to cut it by" ]] ||
		fail "$stderr"
}

@test "as of: prices that were valid, no older than two hours" {
	printf 'sym,ts\na,2024-01-01 10:00:00\na,2024-01-01 13:30:00\nb,2024-01-01 10:00:00\n' |
		rcsv -t 'sym:string, ts:timestamp' >p.rfl
	printf 'sym,at,price\na,2024-01-01 09:00:00,1\na,2024-01-01 10:30:00,2\nb,2024-01-01 11:00:00,3\n' |
		rcsv -t 'sym:string, at:timestamp, price:i32' >q.rfl
	asof() { rjoin -t left -k sym -a ts=at -c price "$@" q.rfl <p.rfl |
		rselect price | rcsv -w -n - | tail -n +2 | paste -sd' '; }
	assert_equal "$(asof)" "1 2 -"
	assert_equal "$(asof -d forward)" "2 - 3"
	assert_equal "$(asof -d nearest)" "2 2 3"
	assert_equal "$(asof --tolerance 'interval 2 hours')" "1 - -"
	run -2 --separate-stderr bash -c "rjoin -a ts=at --tolerance sym \
		q.rfl <p.rfl >out"
	[[ $stderr == "rjoin: --tolerance: "* ]] || fail "$stderr"
}

@test "as of: the nearer of two large numbers that are close together" {
	printf 'a,d\n1152921504606846980,12345678901234567890123456789012345674\n' |
		rcsv -t 'a:i64, d:decimal(38,0)' >p.rfl
	{
		echo a,d,n
		echo 1152921504606846976,12345678901234567890123456789012345670,1
		echo 1152921504606846981,12345678901234567890123456789012345675,2
		echo -9223372036854775808,-99999999999999999999999999999999999999,3
	} | rcsv -t 'a:i64, d:decimal(38,0), n:i32' >q.rfl
	for place in a d; do
		run -0 bash -c "rjoin -a $place=$place -d nearest -c n q.rfl \
			<p.rfl | rselect n | rcsv -w"
		assert_output $'n\n2'
	done
}

@test "as of: ordering the build side stays within -m" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 700000 retail transactions | rsort -k product_id |
		rselect txn_ts,channel,product_id >q.rfl
	rhead -n 1000 <q.rfl >p.rfl
	for m in 32M 1G; do
		peak_kib bash -c "rjoin -m $m -t left -a txn_ts=txn_ts \
			-k channel -S 2 -c product_id q.rfl <p.rfl >$m.rfl"
		case $m in
		32M) [ "$peak" -lt 38000 ] || fail "$peak KiB" ;;
		*) [ "$peak" -gt 42000 ] || fail "only $peak KiB" ;;
		esac
	done
	cmp <(rcsv -w <32M.rfl) <(rcsv -w <1G.rfl)
}

@test "texts too many for a dictionary are held once" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 300000 retail transactions >t.rfl
	rmap -O 'k = txn_id, a = sha256(txn_id), b = sha256(a), c = sha256(b)' \
		<t.rfl >q.rfl
	peak_kib bash -c "rjoin -k txn_id=k q.rfl <t.rfl >got.rfl"
	[ "$peak" -lt 165000 ] || fail "$peak KiB"
}

@test "texts that are coded in memory stay within -m" {
	need_release "a sanitizer's memory is not the tool's"
	awk 'BEGIN { for (i = 0; i < 150000; i++) {
		printf "%d", i
		for (c = 0; c < 12; c++)
			printf ",%07x", (i * 7919 + c * 104729) % 16777213
		print ""
	} }' | rcsv -H no -t "k:i64$(printf ', s%d:string' {1..12})" >q.rfl
	rhead -n 10 q.rfl | rselect k >p.rfl
	for m in 48M 1G; do
		peak_kib bash -c "rjoin -m $m -k k q.rfl <p.rfl >$m.rfl"
		case $m in
		48M) [ "$peak" -lt 54000 ] || fail "$peak KiB" ;;
		*) [ "$peak" -gt 65000 ] || fail "only $peak KiB" ;;
		esac
	done
	cmp <(rcsv -w <48M.rfl) <(rcsv -w <1G.rfl)
	# a build side behind needs no more memory for that
	rselect k,s1,s2,s3,s4,s5,s6 <q.rfl >a.rfl
	rselect k,s7,s8,s9,s10,s11,s12 <q.rfl >b.rfl
	rjoin -b -m 52M -k k -k k a.rfl b.rfl <p.rfl >ab.rfl
}

@test "two million rows with a large build side stay below 60 MB in 16 MiB" {
	need_release "a sanitizer's memory is not the tool's"
	rgen -n 1000000 retail transactions >t.rfl
	rselect txn_id,customer_id <t.rfl >q.rfl
	peak_kib bash -c "rjoin -m 16M -t full -c customer_id -S 2 -k txn_id \
		q.rfl <t.rfl >got.rfl"
	[ "$peak" -lt 60000 ] || fail "$peak KiB"
	rjoin -t full -c customer_id -S 2 -k txn_id q.rfl <t.rfl | rcsv -w |
		cmp - <(rcsv -w <got.rfl)
}

@test "of several build sides one may be joined by a text that is always null" {
	printf 'k,s\n1,\n2,\n' | rcsv -n '' -t 'k:i32, s:string' >q.rfl
	printf 's,n\nx,1\n' | rcsv -t 's:string, n:i32' >r.rfl
	printf 'k\n1\n2\n3\n' | rcsv -t 'k:i32' >p.rfl
	run -0 bash -c 'rjoin -b -t left -k k -k s q.rfl r.rfl <p.rfl |
		rcsv -w -n -'
	assert_output $'k,s,n\n1,-,-\n2,-,-\n3,-,-'
}

@test "several build sides are joined one after the other" {
	rgen -n 20000 retail transactions >t.rfl
	rgen -C 3000 retail customers >c.rfl
	rhead -n 300 < <(rgen -P 400 retail products) >p.rfl
	for type in inner left right full semi anti; do
		rjoin -b -t $type -k customer_id c.rfl <t.rfl |
			rjoin -b -t $type -k product_id p.rfl |
			rcsv -w >expected
		rjoin -b -t $type -k customer_id -k product_id \
			c.rfl p.rfl <t.rfl --stats $type.json |
			rcsv -w >got
		cmp expected got
		[ "$(jq -r 'select(.tool == "rjoin").arguments' $type.json |
			head -n 1)" = "--broadcast --type $type --key customer_id" ]
	done
	[ "$(jq -c 'select(.tool == "rjoin").rows | [.in, .in2, .matched]' \
		left.json | head -n 1)" = \
		"$(rjoin -b -t left -k customer_id c.rfl <t.rfl --stats one.json |
		cat >/dev/null; tail -n 1 one.json |
		jq -c '.rows | [.in, .in2, .matched]')" ]
	run -2 --separate-stderr rjoin -k customer_id -k product_id \
		c.rfl p.rfl <t.rfl
	[[ $stderr == *"several FILEs need --broadcast"* ]]
	run -2 --separate-stderr rjoin -b -k customer_id c.rfl p.rfl <t.rfl
	run -2 --separate-stderr rjoin -b -k customer_id -k product_id c.rfl <t.rfl
	run -2 --separate-stderr rjoin -b -k customer_id -k nothing \
		c.rfl p.rfl <t.rfl
	[[ $stderr == *"'nothing'"* ]]
	run -4 --separate-stderr rjoin -b -m 100K -k customer_id \
		-k product_id c.rfl p.rfl <t.rfl
	head -c 10000 p.rfl >cut.rfl
	run -3 --separate-stderr rjoin -b -k customer_id -k product_id \
		c.rfl cut.rfl <t.rfl
	[[ $stderr == *"cut.rfl"* ]]
}
