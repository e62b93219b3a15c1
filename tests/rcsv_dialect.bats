# rcsv: delimiters, quotes, escapes, comments, encodings, marks of numbers.

setup() {
	load helper
	load rcsv
	cd "$BATS_TEST_TMPDIR"
}

@test "any delimiter, any quote, or none" {
	printf 'a\tb\n1\tx"y\n' >t.tsv
	run -0 csv -d tab -q '' t.tsv
	assert_output $'a,b\n1,"x""y"'
	printf "a;b\n'x;''y';2\n" >s.csv
	run -0 csv -d ';' -q "'" s.csv
	assert_output $'a,b\nx;\'y,2'
	run -0 bash -c 'rcsv -d ";" -q "'"'"'" s.csv | rcsv -w -d "|" -Q all'
	assert_output $'"a"|"b"\n"x;\'y"|"2"'
	fails 2 "--delimiter: 'ab' is not one byte" -d ab s.csv
}

@test "the tolerant reader takes stray quotes as they come" {
	printf 'a,b\n1,5" pipe\n2,"x"y"\n3,"ok, ""yes"""\n' >q.csv
	fails 3 "q.csv:2: a quote within a field that does not begin with one, and a newline before the quotes are closed: where records end is unknown from here on (--lenient reads stray quotes)" \
	    q.csv
	run -0 csv -L q.csv
	assert_output $'a,b\n1,"5"" pipe"\n2,"x""y"\n3,"ok, ""yes"""'
	rcsv -L -t a:i64,b:i64 -r bad.rfl q.csv >out
	run -0 rejects_of bad.rfl
	assert_output - <<-'END'
		line,byte,column,reason,raw
		2,4,b,"'5"" pipe' is not an i64","1,5"" pipe"
		3,14,b,"'x""y' is not an i64","2,""x""y"""
		4,22,b,"'ok, ""yes""' is not an i64","3,""ok, """"yes"""""""
	END
}

@test "other dialects: comments, lines to skip, escapes, ragged records" {
	printf '%s\n' 'made by hand' '# a "comment' 'a,b,c' '1,"x\"y",2' \
		'#2,"' '3,"#4
#5",6' '7' '8,"9\\",10,"a, b",12' '' '13,\n,"\n"' >d.csv
	rcsv -S 1 -C '#' -x \\ -R both -O d.csv | rselect a,b,c,_line |
		rcsv -w | diff - <(printf '%s\n' a,b,c,_line '1,"x""y",2,4' \
			'3,"#4' '#5",6,6' 7,,,8 '8,9\,10,9' '13,\n,\n,11')
	rcsv -S 1 -C '#' -x \\ -R pad -r bad.rfl d.csv | ragg 'count(*)' |
		rcsv -w -H no | diff - <(echo 4)
	rselect line,reason <bad.rfl | rcsv -w -H no |
		diff - <(echo '9,"5 fields, not 3"')
	rcsv -S 1 -C '#' -x \\ -R cut -r bad.rfl d.csv >/dev/null
	rselect line,reason <bad.rfl | rcsv -w -H no |
		diff - <(echo '8,"1 field, not 3"')
	# CR LF, and no newline at the end
	printf 'a,b\r\n1\r\n2,3,4\r\n5' >crlf.csv
	rcsv -R both crlf.csv | rcsv -w | diff - <(printf '%s\n' a,b 1, 2,3 5,)
	run -2 --separate-stderr rcsv -R both -p 1/2 crlf.csv
	[[ $stderr == *"--part needs plain CSV in UTF-8"* ]]
}

@test "a filter's pieces do not show: any dialect in reads of any size" {
	python3 - <<-'END' >big.csv
	import random
	rng = random.Random(3)
	print("# head")
	print("a,b,c")
	for i in range(60000):
	    row = [str(i), '"' + rng.choice(["x", "a\\\"b", "c\\\\", "two\nlines", ",,"]) * rng.randrange(1, 4) + '"',
	           "z" * rng.randrange(40)]
	    if rng.random() < 0.1: row.append("more")
	    if rng.random() < 0.1: row = row[:2]
	    if rng.random() < 0.05: print("# comment \"")
	    print(",".join(row), end=rng.choice(["\n", "\r\n"]))
	END
	rcsv -C '#' -x \\ -R both big.csv | rcsv -w >got.csv
	python3 - <<-'END' >want.csv
	import csv, sys
	text = open("big.csv", newline="").read()
	out = csv.writer(sys.stdout, lineterminator="\n")
	records, record, quoted, i = [], "", False, 0
	# by hand: Python's reader has no comments
	lines = text.split("\n")
	kept = []
	inside = False
	for line in lines:
	    if not inside and line.startswith("#"):
	        continue
	    kept.append(line)
	    plain = line.replace("\\\\", "").replace("\\\"", "")
	    inside ^= plain.count('"') % 2 == 1
	reader = csv.reader("\n".join(kept).splitlines(keepends=True) if False else
	                    (k + "\n" for k in kept), escapechar="\\", doublequote=True)
	for row in reader:
	    if row:
	        row = (row + [""] * 3)[:3]
	        print(",".join('"' + v.replace('"', '""') + '"' if any(c in v for c in ',"\n\r') else v
	                       for v in row))
	END
	cmp got.csv want.csv
	rcsv -C '#' -x \\ -R both - < <(while IFS= read -r -d '' -n 4093 part; do
		printf %s "$part"; done <big.csv; printf %s "$part") | rcsv -w | cmp - want.csv
}

@test "encodings by name, and where a text is none" {
	printf 'n,t\n1,Größe\n2,naïve – €\n' >u.csv
	iconv -f utf-8 -t windows-1252 u.csv >w.csv
	iconv -f utf-8 -t utf-16 u.csv >16.csv
	iconv -f utf-8 -t utf-16le u.csv >16le.csv
	rcsv -X windows-1252 w.csv | rcsv -w | cmp - u.csv
	rcsv -X utf-16 16.csv | rcsv -w | cmp - u.csv
	rcsv -X utf-16le 16le.csv | rcsv -w | cmp - u.csv
	gzip 16.csv
	rcsv --encoding UTF-16 16.csv.gz | rcsv -w | cmp - u.csv
	head -c 31 16le.csv >cut.csv
	run -3 --separate-stderr rcsv -X utf-16le cut.csv
	[ "$stderr" = "rcsv: cut.csv: byte 31 begins a character that is cut off" ]
	printf 'a\n\0\330x' >bad.csv
	run -3 --separate-stderr rcsv -X shift_jisx0213 <(printf 'a\n\377\n')
	[[ $stderr == *": byte 3 is no text of its encoding" ]]
	run -2 --separate-stderr rcsv -X klingon u.csv
	[ "$stderr" = "rcsv: no encoding 'klingon'; iconv -l lists them" ]
}

@test "numbers with marks, booleans of any words, names in any case" {
	printf '%s\n' 'Id;PRICE;Paid' '1;1.234.567,50;ja' '2;-0,5;nein' '3;12;ja' \
		>de.csv
	rcsv -I -d ';' -D , -G . --true ja --false nein \
		-t 'id:i32,price:decimal(12,2),paid:bool' de.csv | rcsv -w |
		diff - <(printf '%s\n' id,price,paid 1,1234567.50,true \
			2,-0.50,false 3,12.00,true)
	local bad
	for bad in 1.5 1.2345 1234.567 1.23.456.7 '1.,5' '1,2,3' '1,2.3' .5 1. ; do
		printf 'p\n%s\n' "$bad" >bad.csv
		run -3 --separate-stderr rcsv -d ';' -D , -G . \
			-t 'p:decimal(12,2)' bad.csv
		[[ $stderr == *"bad.csv:2: p: "* ]] || fail "$bad: $stderr"
	done
	printf 'p\n"$ 1,234.5"\n12 %%\n-3 EUR\n' >dressed.csv
	rcsv -s <(echo '{"fields": [{"name": "p", "type": "number",
		"riffle:type": "decimal(9,2)", "groupChar": ",",
		"bareNumber": false}]}') dressed.csv | rcsv -w |
		diff - <(printf 'p\n1234.50\n12.00\n-3.00\n')
	run -2 --separate-stderr rcsv --true ja -t a:bool de.csv
	[ "$stderr" = "rcsv: --true and --false go together" ]
}
