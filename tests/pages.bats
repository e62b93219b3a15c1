# The examples of the pages run, and print what they should: what stands in
# tests/pages/PAGE, or behind the command on the page itself.
#
#	RIFFLE_KEEP=1 bats tests/pages.bats	writes tests/pages anew

setup() {
	load helper
	command -v python3 >/dev/null || skip "no python3"
	mkdir "$BATS_TEST_TMPDIR/files"
	cd "$BATS_TEST_TMPDIR/files"
	{
		echo id,region,day,price,quantity,amount
		for i in 1 2 3 4 5 6 7 8; do
			echo "$i,Asia,2023-0$i-01,$i.50,$i,$((i * 100)).00"
			echo "1$i,Europe,2023-0$i-02,9.25,2,18.50"
		done
	} >orders.csv
	cp orders.csv sales.csv
	mkdir raw
	cp orders.csv raw
	rcsv -i orders.csv >orders.json
	cp orders.json sales.schema.json
	rcsv -s orders.json orders.csv >january.rfl
	cp january.rfl february.rfl
	cp january.rfl bad.rfl
	rcat --stats run.json january.rfl >/dev/null
	printf 'month,revenue\n2023-01-01,10.50\n2023-02-01,12.25\n' |
		rcsv -t 'month:date, revenue:decimal(10,2)' >../months.rfl
}

# run_page PAGE: its commands' output, as people could read it, in ../out
run_page() {
	cd "$BATS_TEST_TMPDIR"
	python3 "$ROOT/tests/examples.py" "$1" >script
	[ -s script ] || fail "${1##*/}: no example was found"
	rm -rf work
	cp -r files work
	cd work
	# without pipefail: rhead leaves early, and what fails upstream
	# fails the end of the pipe too
	bash -eu ../script <../months.rfl >../raw 2>../log ||
		fail "${1##*/}: $(tail -n 5 ../log)"
	# text only, and no microseconds
	LC_ALL=C tr -d '\0' <../raw | cat -v | grep -v 'M-\|\^[@-_]' |
		sed -E 's/^(r[a-z]+ +[0-9]+ +[0-9]+) +[0-9]+$/\1 -/' | head -n 100 >../out || true
}

@test "every page's examples print what they should" {
	for page in "$ROOT"/man/*.1; do
		grep -q '^\.Sh EXAMPLES' "$page" ||
			fail "${page##*/} has no examples"
		run_page "$page"
		want=$ROOT/tests/pages/${page##*/}
		[ "${RIFFLE_KEEP:-0}" = 0 ] || cp ../out "$want"
		diff ../out "$want" || fail "${page##*/} prints otherwise"
	done
}

@test "the tutorial says what happens" {
	rm -r "$BATS_TEST_TMPDIR/files"
	mkdir "$BATS_TEST_TMPDIR/files"
	run_page "$ROOT/man/riffle-tutorial.7"
	[ "$(wc -c <report.parquet)" -gt 500 ]
}
