# The functions of expressions: what riffle-expr(7) says, and what others give.

setup() {
	load helper
	cd "$BATS_TEST_TMPDIR"
	echo 1 | rcsv -H no -t 'x:i32' - >one.rfl
	printf 'code,region\nDE,Europe\n' |
		rcsv -t 'code:string, region:string' >regions.rfl
}

# of EXPR: its value
of() {
	rmap -O "r = $1" <one.rfl | rcsv -w --null null | tail -n +2
}

# says EXPR ERROR: how it is refused
says() {
	run -2 --separate-stderr bash -c 'rmap "r = $0" <one.rfl >out' "$1"
	[ "$stderr" = "rmap: r: $2" ] || fail "$1: $stderr"
}

@test "every example of riffle-expr(7) gives what it says" {
	sed -n 's/^\.Dl \(.*\) \\(-> \(.*\)/\1\t\2/p' \
		"$ROOT/man/riffle-expr.7" | sed 's/\\e/\\/g' >examples
	cut -f 2- examples >want
	[ "$(wc -l <want)" -gt 110 ]
	awk -F '\t' '{ printf "%se%d = %s", (NR > 1 ? ", " : ""), NR, $1 }' \
		examples >list
	rmap -O "$(cat list)" <one.rfl | rcsv -w --null null --delimiter '\t' |
		tail -n +2 | tr '\t' '\n' | diff - want
}

@test "every function has an example" {
	sed -n 's/^\.Dl \(.*\) \\(-> .*/\1/p' "$ROOT/man/riffle-expr.7" >examples
	sed -n 's/^\(FUNCTION\|FORM\|ALIAS\)("\([a-z0-9_]*\)".*/\2/p' \
		"$ROOT/lib/expr/function.def" | sort -u >names
	[ "$(wc -l <names)" -gt 90 ]
	while IFS= read -r name; do
		grep -q "\b$name(" examples || fail "$name has no example"
		grep -q "Fn $name " "$ROOT/man/riffle-expr.7" ||
			fail "$name is not described"
	done <names
}

@test "what is wrong is said where it is, with what is near" {
	says 'uper(x)' "column 1: no function 'uper'; is it 'upper'?"
	says '1 + lenght(x)' "column 5: no function 'lenght'; is it 'length'?"
	says 'y + 1' "column 1: no column 'y'; is it 'x'?"
	says "to_date('a', '%Y', '%Q')" \
		"column 20: unknown '%Q' in a date format"
	says "regexp_like('a', '(')" "column 18: this is no regular \
expression: missing closing parenthesis, after 1 bytes"
	says "x at time zone 'Mars'" "column 1: timezone(string, i32) is none \
of its forms: timezone('text', timestamp)"
	says "timestamp '2024-01-01 00:00:00' at time zone 'Mars/Base'" \
		"column 46: no time zone 'Mars/Base' in /usr/share/zoneinfo"
	says "format('{} {}', x)" \
		"column 8: the format wants 2 arguments, there are 1"
	says "format('{:d}', x)" \
		"column 8: a format holds {}, {0}, {{ and }} besides text"
	says "uuid5('mine', 'x')" \
		"column 7: a namespace is a UUID, or dns, url, oid or x500"
	says "fiscal_year(date '2024-01-01', 13)" \
		"column 32: a year begins with a month from 1 to 12"
	says "normalize_phone('1', 'DE')" \
		"column 22: a country code is one to three digits"
}

@test "try makes nulls of what fails, row by row" {
	printf 'a,b\n1,2\n3,0\n5,x\n-1,-1\n' | rcsv -t 'a:i32, b:string' - |
		rmap -O "r = try(a / cast(b as i32)), s = try(sqrt(a)),
			t = coalesce(try(a % cast(b as i32)), -99)" |
		rcsv -w | diff - <(printf 'r,s,t\n0.5,1.0,1\n,%s,-99\n' \
			1.7320508075688772
		printf ',2.23606797749979,-99\n1.0,,0\n')
	# a fault within still counts for what is beside it
	run -3 --separate-stderr bash -c \
		"rmap 'r = try(1 / (x - 1)) is null, s = 1 / (x - 1)' <one.rfl >out"
	[ "$stderr" = "rmap: block 0: row 1: 1 / (x - 1): division by zero" ]
}

@test "regular expressions are of characters, and have an end" {
	[ "$(of "regexp_extract('a日本b', 'a..')")" = a日本 ]
	[ "$(of "regexp_replace('日本', '', '-', 'g')")" = -日-本- ]
	[ "$(of "regexp_like('ÄRGER', 'ärger', 'i')")" = true ]
	[ "$(of "regexp_like('a' || chr(10) || 'b', 'a.b')")" = false ]
	[ "$(of "regexp_like('a' || chr(10) || 'b', 'a.b', 's')")" = true ]
	[ "$(of "regexp_replace('xaxbx', 'x(a|b)?', '<\\1>', 'g')")" = '<a><b><>' ]
	run -3 --separate-stderr bash -c 'rmap "r = regexp_like(
		repeat(chr(97), 40) || chr(33), \"^(a|a|aa)+$\")" <one.rfl >out'
	[[ $stderr == *"matching takes too many steps or too much memory" ]]
}

@test "a regular expression may repeat a group over a long text" {
	[ "$(of "regexp_like(repeat('ab', 20000), '^(a|b)*$')")" = true ]
	[ "$(of "regexp_like(repeat('ab', 20000), '^(a|c)*$')")" = false ]
	[ "$(of "regexp_replace(repeat('ab', 20000), '^(a|bc?)+', 'x')")" = x ]
	# but not over one so long that it takes all memory
	peak_kib rmap "r = try(regexp_like(repeat('a', 1000000),
		'^(a|b)*\$'))" <one.rfl >long.rfl
	[ "$(rselect r <long.rfl | rcsv -w --null null)" = $'r\nnull' ]
	[ "$VARIANT" != release ] || ((peak < 150000)) || fail "$peak KiB"
}

@test "times of zones equal those of Python's zoneinfo" {
	command -v python3 >/dev/null || skip "no python3"
	python3 - <<-'END' >want.csv
	import datetime, random, zoneinfo
	rng = random.Random(4)
	zones = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
	         "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia", "UTC", "Asia/Tehran"]
	print("us," + ",".join(f"z{i}" for i in range(len(zones))))
	for _ in range(3000):
	    t = datetime.datetime(rng.choice([1890, 1975, 2011, 2024, 2031, 2036, 2100]), 1, 1,
	                          tzinfo=datetime.timezone.utc)
	    t += datetime.timedelta(seconds=rng.randrange(366 * 86400))
	    here = [t.astimezone(zoneinfo.ZoneInfo(z)).replace(tzinfo=None) for z in zones]
	    print(f"{t:%Y-%m-%d %H:%M:%S}Z," + ",".join(str(h) for h in here))
	END
	# Casablanca's file goes on to 2087, and Python knows no rule after it
	cut -d , -f 1 want.csv | rcsv -t 'us:timestamp(utc)' - | rmap "
		z0 = us at time zone 'Europe/Berlin',
		z1 = us at time zone 'America/New_York',
		z2 = us at time zone 'Asia/Kolkata',
		z3 = us at time zone 'Australia/Lord_Howe',
		z4 = us at time zone 'America/Sao_Paulo',
		z5 = us at time zone 'Africa/Casablanca',
		z6 = us at time zone 'Pacific/Apia',
		z7 = us at time zone 'UTC',
		z8 = us at time zone 'Asia/Tehran'" | rcsv -w | diff - want.csv
}

@test "local times that come twice or never, as DuckDB has them" {
	need_oracle duckdb
	"$ORACLE_PYTHON" - <<-'END' >want.csv
	import duckdb
	duckdb.sql("SET TimeZone = 'UTC'")
	print("t,a,b")
	for (t, a, b) in duckdb.sql("""
	    SELECT t, strftime(timezone('UTC', t AT TIME ZONE 'Europe/Berlin'), '%Y-%m-%d %H:%M:%S'),
	        strftime(timezone('UTC', t AT TIME ZONE 'America/New_York'), '%Y-%m-%d %H:%M:%S')
	    FROM (SELECT unnest(generate_series(d, d + INTERVAL 3 DAYS, INTERVAL 17 MINUTES)) AS t
	          FROM (VALUES (TIMESTAMP '2024-03-30'), ('2024-10-26'), ('2024-03-09'),
	                ('2024-11-02')) v(d)) ORDER BY t""").fetchall():
	    print(f"{t},{a}Z,{b}Z")
	END
	cut -d , -f 1 want.csv | rcsv -t 't:timestamp' - | rmap "
		a = t at time zone 'Europe/Berlin',
		b = t at time zone 'America/New_York'" | rcsv -w | diff - want.csv
}

@test "digests, distances and keys equal those of others" {
	command -v python3 >/dev/null || skip "no python3"
	python3 - <<-'END' >want.csv
	import hashlib, random, uuid
	rng = random.Random(5)
	def distance(a, b):
	    row = list(range(len(b) + 1))
	    for i, x in enumerate(a, 1):
	        last, row[0] = row[0], i
	        for j, y in enumerate(b, 1):
	            last, row[j] = row[j], min(last + (x != y), row[j] + 1, row[j - 1] + 1)
	    return row[-1]
	print("s,t,md5,sha1,sha256,u,d,k")
	for _ in range(2000):
	    s, t = ("".join(rng.choice("abcdé日") for _ in range(rng.randrange(1, 70))) for _ in "st")
	    b = s.encode()
	    key = hashlib.md5(f"{s}-{t}".encode()).hexdigest()
	    print(",".join([s, t, hashlib.md5(b).hexdigest(), hashlib.sha1(b).hexdigest(),
	                    hashlib.sha256(b).hexdigest(), str(uuid.uuid5(uuid.NAMESPACE_URL, s)),
	                    str(distance(s, t)), key]))
	END
	cut -d , -f 1,2 want.csv | rcsv -t 's:string, t:string' - | rmap "
		md5 = md5(s), sha1 = sha1(s), sha256 = sha256(s),
		u = uuid5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', s),
		d = levenshtein(s, t), k = surrogate_key(s, t)" | rcsv -w |
		diff - want.csv
}

@test "buckets, formats and lists of formats" {
	printf 'x\n-1\n0\n3.33\n3.34\n9.99\n10\n' | rcsv -t 'x:decimal(4,2)' - |
		rmap -O 'b = width_bucket(x, 0, 10, 3)' | rcsv -w |
		diff - <(printf 'b\n0\n1\n1\n2\n3\n4\n')
	run -3 --separate-stderr bash -c \
		"rmap 'r = width_bucket(x, 10, 0, 3)' <one.rfl >out"
	[[ $stderr == *"the bounds are equal, or in the wrong order" ]]
	printf 's\n2024-01-31\n31.1.2024\n1/31/24\n' | rcsv - | rmap -O \
		"d = to_date(s, '%Y-%m-%d', '%d.%m.%Y', '%m/%d/%y')" | rcsv -w |
		diff - <(printf 'd\n2024-01-31\n2024-01-31\n2024-01-31\n')
	run -3 --separate-stderr bash -c "echo s >c.csv; echo 31/31/24 >>c.csv
		rcsv c.csv | rmap \"d = to_date(s, '%Y-%m-%d', '%m/%d/%y')\" >out"
	[[ $stderr == *"'31/31/24' is no moment in any of the 2 formats" ]]
	printf 'a,b\n1,\n2,y\n' | rcsv -t 'a:i32, b:string' --null '' - |
		rmap -O "f = format('<{1}|{0}|{1}>{{}}', a, b)" | rcsv -w |
		diff - <(printf 'f\n\n<y|2|y>{}\n')
}
