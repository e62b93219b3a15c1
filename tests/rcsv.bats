# rcsv: CSV in, schemas, rejects, slices.

setup() {
	load helper
	load rcsv
	cd "$BATS_TEST_TMPDIR"
}

# same_as_json CSV JSON ARGUMENT...: python's csv reads from our output what
# the JSON says; empty and null are the same to it
same_as_json() {
	local csv=$1 json=$2
	shift 2
	rcsv "$@" "$csv" >read.rfl
	rcsv -w -Q all read.rfl >out.csv
	python3 - out.csv "$json" "$@" <<-'END'
		import csv, json, sys
		rows = list(csv.reader(open(sys.argv[1], newline="")))
		want = json.load(open(sys.argv[2]))
		if "no" in sys.argv[3:]:
		    # a lone null is a blank line, which python skips
		    got = [row or [""] for row in rows[1:]]
		else:
		    got = [dict(zip(rows[0], row)) for row in rows[1:]]
		if got != want:
		    sys.exit(f"{sys.argv[2]}: {got!r}, not {want!r}")
	END
}

@test "csv-spectrum is read as its JSON says" {
	need_data csv-spectrum
	# the checkout has lost the CRs of these two
	for name in newlines_crlf simple_crlf; do
		sed 's/$/\r/' "$DATA/csv-spectrum/csvs/$name.csv" >$name.csv
		same_as_json $name.csv "$DATA/csv-spectrum/json/$name.json"
	done
	for json in "$DATA"/csv-spectrum/json/*.json; do
		name=$(basename "$json" .json)
		[ "$name" != newlines_crlf ] || continue
		same_as_json "$DATA/csv-spectrum/csvs/$name.csv" "$json"
		same_as_json "$DATA/csv-spectrum/csvs/$name.csv" "$json" -L
	done
}

@test "csv-test-data is read as its JSON says" {
	need_data csv-test-data
	for json in "$DATA"/csv-test-data/json/*.json; do
		name=$(basename "$json" .json)
		case $name in
		header-*) header=yes ;;
		*) header=no ;;
		esac
		same_as_json "$DATA/csv-test-data/csv/$name.csv" "$json" \
		    -H $header
	done
}

@test "csv-test-data's bad files are refused" {
	need_data csv-test-data
	for file in "$DATA"/csv-test-data/csv/bad-*.csv; do
		# shellcheck disable=SC2016 # $1 is the inner shell's
		run -3 --separate-stderr bash -c \
		    'rcsv -t foo,bar,baz "$1" >out' - "$file"
		[[ $stderr = *"/$(basename "$file"):"* ]] || fail "$stderr"
	done
}

@test "the 305 files of online sales give their known sums" {
	need_data uci-online-retail
	need_oracle duckdb
	zstd -dqc "$DATA/uci-online-retail/by-day.tar.zst" | tar x
	rcsv -t 'InvoiceNo:string required, StockCode, Description, Quantity:i32,
	    InvoiceDate:timestamp, UnitPrice:decimal(12,3),
	    CustomerID:decimal(8,1), Country' by-day/*.csv >sales.rfl
	rcsv -w sales.rfl >sales.csv
	run "$ORACLE_PYTHON" - <<-'END'
		import duckdb
		types = """columns={'InvoiceNo': 'VARCHAR', 'StockCode': 'VARCHAR',
		    'Description': 'VARCHAR', 'Quantity': 'INT',
		    'InvoiceDate': 'TIMESTAMP', 'UnitPrice': 'DECIMAL(12,3)',
		    'CustomerID': 'DECIMAL(8,1)', 'Country': 'VARCHAR'},
		    header=true, quote='"', escape='"', delim=','"""
		q = duckdb.sql
		print(*q(f"""select count(*), sum(Quantity),
		    sum(Quantity * UnitPrice::decimal(18,3)),
		    count(CustomerID), count(Description)
		    from read_csv('sales.csv', {types})""").fetchall()[0])
		# every row, as DuckDB itself reads the raw files
		ours = f"select * from read_csv('sales.csv', {types})"
		raw = f"select * from read_csv('by-day/*.csv', {types})"
		print(q(f"select count(*) from ({ours} except all {raw})")
		    .fetchall()[0][0],
		    q(f"select count(*) from ({raw} except all {ours})")
		    .fetchall()[0][0])
	END
	assert_success
	assert_line --index 0 "541909 5176450 9747747.934 406829 540455"
	assert_line --index 1 "0 0"
}

@test "typed values are those that DuckDB reads" {
	need_oracle duckdb
	rgen -w csv -n 20000 retail transactions >t.csv
	"$ORACLE_PYTHON" - <<-'END'
		import random
		random.seed(5)
		with open("typed.csv", "w", newline="") as f:
		    f.write("i,d,f,b,day,at,s\r\n")
		    for n in range(20000):
		        at = (f"20{random.randrange(100):02}-"
		            f"{random.randint(1, 12):02}-{random.randint(1, 28):02}")
		        row = [str(random.randrange(-2**63, 2**63)),
		            f"{random.randrange(-10**9, 10**9)}."
		            f"{random.randrange(1000):03}",
		            repr(random.gauss(0, 1) * 10 ** random.randint(-99, 99)),
		            random.choice(["true", "false"]), at,
		            at + f" {random.randrange(24):02}:0{random.randrange(10)}"
		            f":{random.randrange(60):02}.{random.randrange(10**6)}",
		            random.choice(['a', 'é,"x"', 'x\r\ny', '  z '])]
		        row = [random.choice([v, v, v, v, '']) for v in row[:-1]] + [row[-1]]
		        f.write(",".join(
		            '"' + v.replace('"', '""') + '"' if '"' in v or ',' in v
		            or '\n' in v or v and random.random() < .2 else v
		            for v in row) + "\r\n")
	END
	rcsv -t 'i:i64,d:decimal(15,3),f:f64,b:bool,day:date,at:timestamp,s' \
	    typed.csv | rcsv -w >out.csv
	run "$ORACLE_PYTHON" - <<-'END'
		import duckdb
		types = """columns={'i': 'BIGINT', 'd': 'DECIMAL(15,3)',
		    'f': 'DOUBLE', 'b': 'BOOLEAN', 'day': 'DATE',
		    'at': 'TIMESTAMP', 's': 'VARCHAR'}, header=true, quote='"',
		    escape='"', delim=',', parallel=false"""
		q = lambda text: duckdb.sql(text).fetchall()[0][0]
		a = f"select * from read_csv('typed.csv', {types}, new_line='\\r\\n')"
		b = f"select * from read_csv('out.csv', {types})"
		print(q(f"select count(*) from ({b})"),
		    q(f"select count(*) from ({a} except all {b})"),
		    q(f"select count(*) from ({b} except all {a})"))
	END
	assert_success
	assert_output "20000 0 0"
}

@test "every level of vector kernels gives the same bytes" {
	rgen -w csv -n 30000 retail transactions >t.csv
	printf '%s\n' 'txn_id,txn_ts,customer_id,product_id,quantity,channel' \
	    '"TXN-1",2024-01-01 00:00:00,"5",6,7,"a ""b"", c"' >>t2.csv
	for level in portable avx2 avx512; do
		RIFFLE_SIMD=$level rcsv -O -t 'txn_id, txn_ts:timestamp,
		    customer_id:i32, product_id:i16, quantity:u8, channel' \
		    t.csv t2.csv >$level.rfl
		cmp portable.rfl $level.rfl
	done
}

@test "slices gathered are the whole, also with newlines in quotes" {
	awk 'BEGIN { print "a,b"; for (i = 0; i < 90000; i++)
	    printf "%d,\"%s,\n%s\"\n", i, "a line of text and", "another, " i }' \
	    >quoted.csv
	rcsv -O quoted.csv | rcsv -w >whole
	assert_equal "$(wc -c <quoted.csv)" "$(awk '{ n += length($0) + 1 }
	    END { print n }' quoted.csv)"
	for n in 2 3 8; do
		rfan -n $n 'rcsv -O --part {k}/{n} quoted.csv' | rcsv -w |
		    cmp - whole
		rfan -n $n 'gzip -c quoted.csv | rcsv --part {k}/{n}' |
		    rcsv -w >piped
		rcsv quoted.csv | rcsv -w | cmp - piped
		rfan -n $n 'rcsv -O -L --part {k}/{n} quoted.csv' | rcsv -w |
		    cmp - whole
	done
}

@test "gzip and zstd are unpacked, cut archives refused" {
	rgen -w csv -n 5000 retail transactions >t.csv
	gzip -k t.csv
	zstd -q t.csv
	rcsv t.csv | rcsv -w >plain
	rcsv t.csv.gz | rcsv -w | cmp - plain
	rcsv t.csv.zst | rcsv -w | cmp - plain
	rcsv <t.csv.zst | rcsv -w | cmp - plain
	head -c 9000 t.csv.gz >cut.gz
	head -c 9000 t.csv.zst >cut.zst
	fails 3 "cut.gz: the compressed file is truncated" cut.gz
	fails 3 "cut.zst: the compressed file is truncated" cut.zst
}

@test "columns are found by name, in any order and any file" {
	printf 'b,a,c\n1,2,3\n' >1.csv
	printf 'c,x,a,b\r\n6,9,5,4\r\n' >2.csv
	run -0 csv -t 'a:i32,b:i64,c' 1.csv 2.csv
	assert_output $'a,b,c\n2,1,3\n5,4,6'
	run -0 csv -t 'a:i32,b:i64,c' -c c,a 1.csv 2.csv
	assert_output $'c,a\n3,2\n6,5'
	run -0 --separate-stderr bash -c 'rcsv -v -t a,b 1.csv 2.csv >out'
	[[ $stderr = *"passed over the column 'c'"*"passed over the column 'x'"* ]]
	fails 3 "2.csv: no column 'd' in the header; it has: c, x, a, b" \
	    -t a,d 2.csv
	fails 2 "no column 'q'; is it 'a'?" -t a,b -c q 1.csv
}

@test "without a header the schema names the columns" {
	printf '1,x\n2,y\n' >1.csv
	run -0 csv -H no -t 'id:i64,name' 1.csv
	assert_output $'id,name\n1,x\n2,y'
	run -0 csv -H no 1.csv
	assert_output $'column1,column2\n1,x\n2,y'
	run -0 bash -c 'rcsv 1.csv | rcsv -w -H no'
	assert_output '2,y'
}

@test "empty is null, empty in quotes is an empty string" {
	printf 'i,s,t\n1,,NA\n2,"","NA"\n"",x,-\n' >n.csv
	run -0 csv -t 'i:i64,s,t' n.csv
	assert_output $'i,s,t\n1,,NA\n2,"",NA\n,x,-'
	run -0 csv -n '' -n NA -n - -t 'i:i64,s,t' n.csv
	assert_output $'i,s,t\n1,,\n2,"",NA\n,x,'
	run -0 csv -n 2 -n '' -t 'i:i64,s,t' n.csv
	assert_output $'i,s,t\n1,,NA\n,"",NA\n,x,-'
	run -0 bash -c 'rcsv -t i:i64,s,t n.csv | rcsv -w -n NA'
	assert_output $'i,s,t\n1,NA,"NA"\n2,"","NA"\nNA,x,-'
}

@test "blank lines are no rows, but null where there is one column" {
	printf 'a,b\n\n1,2\n\r\n3,4\n\n' >2.csv
	run -0 csv 2.csv
	assert_output $'a,b\n1,2\n3,4'
	run -0 --separate-stderr bash -c 'rcsv -v 2.csv >out'
	assert_equal "${stderr_lines[0]}" "rcsv: blank_lines=3"
	printf 'a\n\nx\n\n' >1.csv
	run -0 bash -c 'rcsv 1.csv | rcsv -w -n NULL'
	assert_output $'a\nNULL\nx\nNULL'
}

@test "the first bad row is the error" {
	printf 'id,price\n1,2.50\n2,"12,x"\n3,y\n' >orders.csv
	fails 3 "orders.csv:3: price: '12,x' is not a decimal(10,2)" \
	    -t 'id:i64,price:decimal(10,2)' orders.csv
	rcsv -t 'id:i64,price:decimal(10,2)' orders.csv >out 2>/dev/null || true
	run -3 --separate-stderr rcsv -w out
	refute_output
}

@test "bad rows go to the rejects with line, byte, column and reason" {
	printf 'id,price,at,name\n1,2.50,2024-01-01,"a\nb"\n2,x,y,z\n' >o.csv
	printf '3,1.00,2024-13-01,\n4,5\n400,1,2024-01-01,caf\xe9\n' >>o.csv
	printf '5,1,2024-01-01,ab"c"\n6,1.234,,last' >>o.csv
	rcsv -r bad.rfl -t 'id:i8,price:decimal(5,2),at:date,name' o.csv |
	    rcsv -w >good
	assert_equal "$(cat good)" $'id,price,at,name\n1,2.50,2024-01-01,"a\nb"'
	run -0 rejects_of bad.rfl
	assert_output - <<-'END'
		line,byte,column,reason,raw
		4,41,price,"'x' is not a decimal(5,2)","2,x,y,z"
		5,49,at,'2024-13-01' is not a date,"3,1.00,2024-13-01,"
		6,68,,"2 fields, not 4","4,5"
		7,72,id,'400' is out of the range of i8,"400,1,2024-01-01,caf\xe9"
		8,94,,a quote within a field that does not begin with one,"5,1,2024-01-01,ab""c"""
		9,115,price,"'1.234' has more than the 2 decimals of decimal(5,2)","6,1.234,,last"
	END
	run -0 rinfo bad.rfl
	run -0 --separate-stderr bash -c \
	    'rcsv -v -r bad.rfl -t id:i8,price:decimal\(5,2\),at:date,name o.csv >out'
	[[ $stderr = "rcsv: in=7 out=1 rejected=6 "* ]] || fail "$stderr"
}

@test "rejects of slices have the lines of the file" {
	awk 'BEGIN { print "a,b"; for (i = 0; i < 200000; i++)
	    if (i % 1000 == 7) printf "x,\"%d\n\"\n", i
	    else printf "%d,some text to fill the line\n", i }' >big.csv
	rcsv -t a:i64,b -r whole.rfl big.csv >out
	for k in 1 2 3; do
		rcsv -t a:i64,b -r part$k.rfl -p $k/3 big.csv >out
		rejects_of part$k.rfl | tail -n +2 >part$k.csv
	done
	rejects_of whole.rfl | tail -n +2 | sort >whole
	sort part?.csv | cmp - whole
	# shellcheck disable=SC2016 # $1 is awk's
	run -0 awk -F, '/,a,/ { print $1 }' whole
	assert_equal "${#lines[@]}" 200
	sed -n "$(sort -n whole | sed -n '5s/,.*//p')p" big.csv | grep '^x,"4007'
}

@test "too many bad rows: status 1, an aborted stream, rejects kept" {
	printf 'a\n1\nx\n2\ny\n3\n' >b.csv
	rcsv -t a:i64 -r bad.rfl -e 2 -E 0.4 b.csv >out
	run -1 --separate-stderr bash -c \
	    'rcsv -t a:i64 -r bad.rfl -e 1 b.csv >out'
	assert_equal "$stderr" \
	    "rcsv: 2 rows are bad, more than the 1 of --max-errors"
	run -0 bash -c 'rcsv -w bad.rfl | wc -l'
	assert_output 3
	run -1 --separate-stderr rcsv -w out
	refute_output --partial 3,4
	rm bad.rfl
	run -1 --separate-stderr bash -c \
	    'rcsv -t a:i64 -r bad.rfl -E 0.3 b.csv >out'
	[[ $stderr = *"2 of 5 rows are bad, more than the share 0.3 of"* ]]
	[ -e bad.rfl ]
	fails 2 "thresholds on bad rows need --rejects (without it, the first bad row ends the run)" \
	    -e 1 b.csv
}

@test "constraints of a Table Schema are checked" {
	cat >s.json <<-'END'
		{"fields": [
		  {"name": "id", "type": "integer", "constraints":
		    {"required": true, "minimum": 1, "maximum": 99}},
		  {"name": "code", "constraints": {"pattern": "[A-Z]{2}\\d+"}},
		  {"name": "kind", "constraints": {"enum": ["a", "b"]}},
		  {"name": "price", "type": "number", "riffle:type":
		    "decimal(6,2)", "constraints": {"minimum": 0.5}},
		  {"name": "day", "type": "date", "format": "%d.%m.%Y",
		    "constraints": {"maximum": "31.12.2024"}},
		  {"name": "note", "constraints":
		    {"minLength": 2, "maxLength": 4}},
		  {"name": "ok", "type": "boolean",
		    "trueValues": ["J"], "falseValues": ["N"]}],
		 "missingValues": ["", "-"], "primaryKey": "code"}
	END
	cat >d.csv <<-'END'
		id,code,kind,price,day,note,ok
		1,AB1,a,0.50,31.12.2024,éééé,J
		,AB1,a,1,01.01.2024,ab,N
		0,AB1,a,1,01.01.2024,ab,N
		100,AB1,a,1,01.01.2024,ab,N
		5,-,a,1,01.01.2024,ab,N
		5,xAB1,a,1,01.01.2024,ab,N
		5,AB1,c,1,01.01.2024,ab,N
		5,AB1,-,0.49,01.01.2024,ab,N
		5,AB1,b,1,01.01.2025,ab,N
		5,AB1,b,1,01.01.2024,a,N
		5,AB1,b,1,01.01.2024,abcde,N
		5,AB1,b,1,01.01.2024,-,true
	END
	rcsv -s s.json -r bad.rfl d.csv | rcsv -w >good
	assert_equal "$(sed 1d good)" "1,AB1,a,0.50,2024-12-31,éééé,true"
	run -0 bash -c 'rselect line,column,reason <bad.rfl | rcsv -w'
	assert_output - <<-'END'
		line,column,reason
		3,id,null in a required column
		4,id,'0' is less than the minimum 1
		5,id,'100' is more than the maximum 99
		6,code,null in a required column
		7,code,'xAB1' does not match the pattern [A-Z]{2}\d+
		8,kind,'c' is not among the allowed values
		9,price,'0.49' is less than the minimum 0.50
		10,day,'2025-01-01' is more than the maximum 2024-12-31
		11,note,'a' is shorter than 2
		12,note,'abcde' is longer than 4
		13,ok,'true' is not a bool
	END
}

@test "what a schema asks for and is not there is refused by name" {
	refused() {
		echo "$1" >s.json
		fails "$2" "s.json: $3" -s s.json /dev/null
	}
	refused '{"fields": [{"name": "a", "type": "geopoint"}]}' 2 \
	    "field 'a': the type 'geopoint' is not supported"
	refused '{"fields": [{"name": "a", "type": "date", "format": "any"}]}' \
	    2 "field 'a': the format 'any' is not supported; give a pattern (%Y-%m-%d)"
	refused '{"fields": [{"name": "a", "format": "email"}]}' 2 \
	    "field 'a': the format 'email' is not supported"
	refused '{"fields": [{"name": "a", "type": "number", "decimalChar": ",,"}]}' \
	    2 "field 'a': 'decimalChar' is one ASCII character that is no digit and no sign"
	refused '{"fields": [{"name": "a", "type": "number", "groupChar": "."}]}' \
	    2 "field 'a': 'decimalChar' and 'groupChar' are the same"
	refused '{"fields": [{"name": "a"}, {"name": "a"}]}' 2 "two fields 'a'"
	refused '{"fields": [{"name": "a", "type": "date", "constraints": {"minimum": "x"}}]}' \
	    2 "field 'a': minimum: 'x' is not a date"
	refused '{"fields": [' 3 "line 2: ']' expected near end of file"
	fails 2 "column 'a': the format '%d %H' is not one of a date" \
	    -t 'a:date(%d %H)' /dev/null
}

@test "origin columns name the file and the line" {
	printf 'a,b\n1,"x\ny"\n2,z\n' >1.csv
	printf 'a,b\n3,q\n' >2.csv
	run -0 csv -O -c a 1.csv 2.csv
	assert_output $'a,_file,_line\n1,1.csv,2\n2,1.csv,4\n3,2.csv,2'
	printf 'a,b\n1,x\n2\n\n3,z\n4,w\n' >3.csv
	run -0 --separate-stderr csv -O -c a -r bad.rfl 3.csv
	assert_output $'a,_file,_line\n1,3.csv,2\n3,3.csv,5\n4,3.csv,6'
}

@test "what is inferred reads the whole file" {
	cat >i.csv <<-'END'
		id,zip,price,day,us,at,flag,name,none,rate,amb,phone
		1,01234,2.5,2024-01-31,31/01/2024,2024-01-31 10:00:00,true,Bob,,1e3,01/02/2024,+49
		-20,99999,-10.125,2023-02-28,01/02/2024,2024-01-31T10:00:01,No,,,nan,03/04/2024,+50
		3,00001,7,,12/02/2024,,,"a ""b""",,2.5,,1
	END
	rcsv --infer i.csv >i.json
	run -0 python3 - <<-'END'
		import json
		for f in json.load(open("i.json"))["fields"]:
		    e = f["riffle:evidence"]
		    print(f["name"], f["type"], f.get("riffle:type"), f.get("format"),
		        e["nulls"], e["distinct"], e.get("min"), e.get("max"),
		        e["not"].get("integer", {}).get("value"),
		        e["not"].get("integer", {}).get("line"),
		        e.get("ambiguous"))
	END
	assert_output - <<-'END'
		id integer None None 0 3 -20 3 None None None
		zip string None None 0 3 00001 99999 01234 2 None
		price number decimal(18,3) None 0 3 -10.125 7 2.5 2 None
		day date None None 1 2 2023-02-28 2024-01-31 2024-01-31 2 None
		us date None %d/%m/%Y 0 3 2024-01-31 2024-02-12 31/01/2024 2 None
		at datetime None None 1 2 2024-01-31 10:00:00 2024-01-31 10:00:01 2024-01-31 10:00:00 2 None
		flag boolean None None 1 2 No true true 2 None
		name string None None 1 2 Bob a "b" Bob 2 None
		none string None None 3 0 None None None None None
		rate number None None 0 3 2.5 1000.0 1e3 2 None
		amb string None None 1 2 01/02/2024 03/04/2024 01/02/2024 2 ['%d/%m/%Y', '%m/%d/%Y']
		phone string None None 0 3 +49 1 +49 2 None
	END
	rcsv -s i.json i.csv | rcsv -w >out
	assert_equal "$(sed -n 3p out)" \
	    "-20,99999,-10.125,2023-02-28,2024-02-01,2024-01-31 10:00:01,false,,,nan,03/04/2024,+50"
}

@test "what is inferred reads the real files" {
	need_data olist-sample-8k
	need_data northwind
	for file in "$DATA"/olist-sample-8k/*.csv* "$DATA"/northwind/*.csv*; do
		rcsv -r /dev/null "$file" >/dev/null 2>&1 || continue
		rcsv --infer "$file" >s.json 2>/dev/null || continue
		rcsv -s s.json "$file" >out
		rcsv "$file" >all.rfl
		assert_equal "$(rcsv -w out | wc -l)" "$(rcsv -w all.rfl | wc -l)"
	done
}

@test "a folder, a missing file and too many answers are said so" {
	fails 4 "cannot open 'none.csv': No such file or directory" none.csv
	mkdir d
	fails 2 "'d' is a folder" d
	fails 2 "--schema and --types exclude each other" -s a -t b c
	fails 2 "--quote, --bom, --crlf, --guard and --output need --write" -o x c
	run -2 --separate-stderr rcsv -w -t a
	[[ $stderr = "rcsv: --write goes with "* ]]
}

@test "a list of files, by lines or by NULs" {
	printf 'a\n1\n' >'one file.csv'
	printf 'a\n2\n' >two.csv
	printf '%s\n' 'one file.csv' two.csv >list
	rcsv -F list | rcsv -w | diff - <(printf 'a\n1\n2\n')
	printf '%s\0' two.csv 'one file.csv' | rcsv -F - | rcsv -w |
		diff - <(printf 'a\n2\n1\n')
	run -2 --separate-stderr rcsv -F list two.csv
	[[ $stderr == *"--files-from goes without files"* ]]
	run -3 --separate-stderr rcsv -F /dev/null
	[ "$stderr" = "rcsv: /dev/null names no file" ]
}
