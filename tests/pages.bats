# The examples of the pages run, and print what they say.

setup() {
	load helper
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
		rcsv -t 'month:date, revenue:decimal(10,2)' >months.rfl
}

@test "every page's examples run" {
	command -v python3 >/dev/null || skip "no python3"
	for page in "$ROOT"/man/*.1; do
		grep -q '^\.Sh EXAMPLES' "$page" ||
			fail "${page##*/} has no examples"
		cd ..
		python3 "$ROOT/tests/examples.py" "$page" >script
		[ -s script ] || fail "${page##*/}: no example was found"
		rm -rf work
		cp -r files work
		cd work
		# without pipefail: rhead leaves early, and what fails upstream
		# fails the end of the pipe too
		bash -eu ../script <months.rfl >../out 2>../log ||
			fail "${page##*/}: $(tail -n 5 ../log)"
	done
}
