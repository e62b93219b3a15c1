"""Compares large answers: the Parquet files below the folders A and B."""
import csv
import decimal
import os
import sys

import duckdb

TOLERANCE = 1e-9    # relative, of sums of floats

# a Parquet column's statistics leave NaN out, by which isnan() would be false
duckdb.execute("SET disabled_optimizers = 'statistics_propagation'")


def table(side, *options):
    """A table function for the answer of side A or B."""
    name = f"'{os.environ[side]}/**/*.parquet'"
    return f"read_parquet({', '.join([name, *options])})"


def sums(side, keys, values):
    """Rows; and of each value its count, its sum, and its sum weighted by
    the row's keys, so that a value in a wrong row is noticed."""
    weight = f"(hash(concat_ws('|', {', '.join(keys)})) % 1009)"
    columns = ["count(*)", f"sum({weight})"]
    for value in values:        # the peers have NaN where we have null
        number = f"{value}::DOUBLE"
        number = f"CASE WHEN NOT isnan({number}) THEN {number} END"
        columns += [f"count({number})", f"fsum({number})",
                    f"fsum({number} * {weight})"]
    return [float(value or 0) for value in duckdb.execute(
        f"SELECT {', '.join(columns)} FROM {table(side)}").fetchone()]


def compare(keys, values):
    """The sums of A; exits with 1 and a message where those of B differ."""
    a, b = sums("A", keys, values), sums("B", keys, values)
    for x, y in zip(a, b):
        if abs(x - y) > TOLERANCE * max(abs(x), abs(y)):
            sys.exit(f"rows and sums {a}, not {b}")
    if a[0] == 0:
        sys.exit("no rows")
    return a


def compare_published(found, data, question):
    """Found, rows and sums, are those that db-benchmark's solutions report
    for data, if they are at hand."""
    name = os.path.join(
        os.environ.get("RIFFLE_DATA") or
        os.path.join(os.environ["ROOT"], "../shared/data"),
        "db-benchmark-expected/expected_checksums.csv")
    if not os.path.exists(name):
        return
    with open(name, newline="") as file:
        rows = [row for row in csv.DictReader(file)
                if (row["data"], row["question"]) == (data, question)]
    for row in rows:
        wanted = [row["out_rows"], *row["chk_most_precise"].split(";")]
        for x, text in zip(found, wanted, strict=True):
            y = decimal.Decimal(text)
            if abs(decimal.Decimal(x) - y) > \
                    decimal.Decimal(1).scaleb(y.as_tuple().exponent):
                sys.exit(f"{question}: {found}, published {wanted}")
