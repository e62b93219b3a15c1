"""rwindow against DuckDB on random tables.

    window_oracle.py SEED COUNT

Prints what differs and ends with 1, or prints "COUNT windows agree".
"""
import csv
import random
import subprocess
import sys

import duckdb

FRAMES = ["", "rows between unbounded preceding and current row",
          "rows between 2 preceding and current row",
          "rows between 1 preceding and 1 following",
          "rows between 3 preceding and 1 preceding",
          "rows between current row and unbounded following",
          "range between unbounded preceding and current row",
          "range between current row and unbounded following",
          "range between 2 preceding and 1 following",
          "range between 1 following and 3 following"]
DATE_FRAMES = ["range between interval 1 month preceding and interval 1 month preceding",
               "range between interval 40 days preceding and current row"]
PLACES = ["row_number()", "rank()", "dense_rank()", "lag(x)", "lead(x, 2)", "lag(x, 1, -1)"]
FRAMED = ["sum(x)", "count(x)", "count(*)", "min(x)", "max(x)", "sum(d)", "min(t)", "max(t)",
          "first_value(x)", "last_value(x)", "sum(f)"]


def table(chance):
    rows = []
    for i in range(chance.randrange(1, 80)):
        pick = lambda values, nulls=0.15: "" if chance.random() < nulls else chance.choice(values)
        rows.append([i, pick(["a", "b", "c"]), pick(range(8)),
                     f"2023-{chance.randrange(1, 13):02}-{chance.randrange(1, 28):02}",
                     pick(range(-50, 50)), pick([f"{n / 100:.2f}" for n in range(-300, 300)]),
                     pick(["x", "yy", "", "z"]), pick([0.5, -1.25, 1e10, 3, "nan"])])
    return rows


def show(value):
    return "" if value is None else "nan" if value != value else str(value)


def main(seed, count):
    chance = random.Random(seed)
    types = "i:i64, g:string, k:i32, day:date, x:i32, d:decimal(10,2), t:string, f:f64"
    for number in range(count):
        rows = table(chance)
        with open("w.csv", "w", newline="") as file:
            csv.writer(file).writerows([["i", "g", "k", "day", "x", "d", "t", "f"]] + rows)
        date = chance.random() < 0.3
        order = "day" if date else chance.choice(["k", "k desc"])
        frames = FRAMES[:8] + DATE_FRAMES if date else FRAMES
        functions = [(f, "") for f in PLACES] + [
            (f, chance.choice(frames)) for f in FRAMED]
        # what depends on the order of peers needs an order without any
        if not date and chance.random() < 0.5:
            order, functions = "k, i", [(f, w) for f, w in functions if "range" not in w or
                                        " preceding and 1 fol" not in w and "3 fol" not in w]
        else:
            functions = [(f, w) for f, w in functions if "rows" not in w and not
                         f.startswith(("row_number", "lag", "lead", "first", "last"))]
        ours = ", ".join(f"c{n} = {f} {w}" for n, (f, w) in enumerate(functions))
        out = subprocess.run(
            ["bash", "-c", f"rcsv -t '{types}' w.csv | rwindow --sort -p g -o '{order}' \"{ours}\" "
             "| rsort -k i | rcsv -w"], capture_output=True, text=True)
        if out.returncode != 0:
            sys.exit(f"seed {seed}, {number}: {ours}: {out.stderr}")
        got = [row[8:] for row in list(csv.reader(out.stdout.splitlines()))[1:]]
        first = "NULLS LAST" if order.endswith("desc") else "NULLS FIRST"
        over = f"PARTITION BY g ORDER BY {order.replace(', i', ' NULLS FIRST, i')} {first}"
        theirs = ", ".join(
            f"{f} OVER ({over} {w.replace('interval 40 days', 'INTERVAL 40 DAYS')})"
            for f, w in functions)
        want = duckdb.sql(
            f"SELECT {theirs} FROM read_csv('w.csv', header=true, auto_detect=false, "
            "columns={'i':'BIGINT','g':'VARCHAR','k':'INT','day':'DATE','x':'INT',"
            "'d':'DECIMAL(10,2)','t':'VARCHAR','f':'DOUBLE'}) ORDER BY i").fetchall()
        for row, (a, b) in enumerate(zip(got, want)):
            for (f, w), left, right in zip(functions, a, b):
                same = left == show(right)
                if not same and left != "" and right is not None and f == "sum(f)":
                    same = float(left) == right or abs(float(left) - right) < 1e-3
                if not same:
                    sys.exit(f"seed {seed}, {number}: row {row}: {f} {w} over {over}: "
                             f"{left!r}, not {show(right)!r}")
    print(f"{count} windows agree")


main(int(sys.argv[1]), int(sys.argv[2]))
