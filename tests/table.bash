# A small table for the tests of tools that order rows.

# table ROWS: t.csv, with nulls, ties and text of one beginning, and t.rfl
table() {
	awk -v n="$1" 'BEGIN {
		srand(7)
		print "g,t,x,f,r"
		for (i = 1; i <= n; i++)
			printf "%s,TXN-%05d,%s,%s,%d\n",
			    rand() < 0.1 ? "" : substr("abcde", rand() * 5 + 1, 1),
			    rand() * 300, rand() < 0.1 ? "" : int(rand() * 20 - 10),
			    rand() < 0.05 ? "nan" : int(rand() * 10) / 4 - 1, i
	}' >t.csv
	rcsv -t 'g:string, t:string, x:i32, f:f64, r:i64' t.csv >t.rfl
}
