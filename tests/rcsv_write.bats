# rcsv --write.

setup() {
	load helper
	load rcsv
	cd "$BATS_TEST_TMPDIR"
}

@test "written CSV reads back as the same" {
	printf 'a,b,c,d\n"x,y","l1\nl2","q""q",\n"",é, s ,"cr\r"\n' >w.csv
	rcsv w.csv | tee 1.rfl | rcsv -w | rcsv | rcsv -w >2.csv
	rcsv -w 1.rfl | cmp - 2.csv
	assert_equal "$(cat 2.csv)" \
	    $'a,b,c,d\n"x,y","l1\nl2","q""q",\n"",é, s ,"cr\r"'
	rcsv -w -o out.csv 1.rfl
	cmp out.csv 2.csv
	printf 'n\n-1.5\n' | rcsv -t n:f64 | rcsv -w -d - >minus
	assert_equal "$(cat minus)" $'n\n"-1.5"'
}

@test "a cut stream publishes no CSV" {
	rgen -n 5000 retail transactions >t.rfl
	head -c 9000 t.rfl >cut.rfl
	run -3 --separate-stderr rcsv -w -o out.csv cut.rfl
	[ ! -e out.csv ]
	run -0 ls -A
	refute_output --partial riffle
}

@test "for spreadsheets: a mark, CR LF, guarded and quoted texts" {
	printf '%s\n' a,n '=1+1,-2' '"-x,y",3' 'z,' | rcsv -t 'a:string,n:i32' - >t.rfl
	rcsv -w -B --crlf -g <t.rfl | cmp - <(printf '\357\273\277'
		printf '%s\r\n' a,n "'=1+1,-2" "\"'-x,y\",3" z,)
	rcsv -w -Q text <t.rfl | diff - <(printf '%s\n' '"a","n"' '"=1+1",-2' \
		'"-x,y",3' '"z",')
}
