"""Random queries on random tables, here and in DuckDB.

    property.py [-n N] [-s SEED] [-k] [MODULE...]

A module is a file beside this one (join.py, agg.py, ...) with

    def query(rng, tables) -> Query

which makes one random query over `tables`, a list of Table.  The driver
makes the tables, runs `command` by bash in a folder where each table is
NAME.rfl and NAME.csv, runs `sql` in DuckDB where each table is NAME, and
compares.  It prints "N queries agree", or the seed, the query and the first
difference, and ends with 1; with -k the folder is kept and named.

The tables are small (0 to some 200 rows), with nulls, ties, runs of equal
keys, empty strings, NaN, -0.0, infinities and the extreme values of their
types.  The first column of each is `id`, i64, unique, in row order.
"""
import argparse
import csv
import datetime
import importlib
import math
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

NULL = "\\N"  # how a null is written in the CSV files

# type -> DuckDB's name for it
TYPES = {
    "bool": "BOOLEAN", "i8": "TINYINT", "i16": "SMALLINT", "i32": "INTEGER", "i64": "BIGINT",
    "u8": "UTINYINT", "u16": "USMALLINT", "u32": "UINTEGER", "u64": "UBIGINT",
    "f32": "FLOAT", "f64": "DOUBLE", "decimal(9,2)": "DECIMAL(9,2)",
    "decimal(18,4)": "DECIMAL(18,4)", "decimal(30,6)": "DECIMAL(30,6)", "date": "DATE",
    "time": "TIME", "timestamp": "TIMESTAMP", "string": "VARCHAR",
}
WORDS = ["", "a", "A", "b", "ab", "abc", "ABC", "zz", " lead", "trail ", "x,y", 'q"q', "Ärger", "日本",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "10", "9", "%", "_"]


@dataclass
class Column:
    name: str
    type: str


@dataclass
class Table:
    name: str
    columns: list
    rows: list = field(default_factory=list)

    def of(self, *types):
        """The columns (but `id`) whose type is, or begins with, one of these."""
        return [c for c in self.columns[1:] if any(c.type.startswith(t) for t in types)]


@dataclass
class Query:
    command: str              # a bash pipeline that ends in a stream on standard output
    sql: str                  # the same in DuckDB's SQL
    is_ordered: bool = False  # else rows are compared as a multiset
    tolerance: float = 0.0    # relative and absolute, for floats
    # True: what ends with status 2 or 3 here must be an error in DuckDB too, and the other way
    # round.  False: neither may fail
    may_fail: bool = False


def integer(rng, bits, is_signed):
    low, high = (-(1 << bits - 1), (1 << bits - 1) - 1) if is_signed else (0, (1 << bits) - 1)
    if rng.random() < 0.04:
        return rng.choice([low, high, low + 1, high - 1, 0])
    return max(low, min(high, rng.randint(-3, 12)))


def real(rng):
    if rng.random() < 0.12:
        return rng.choice(["nan", "-0.0", "0.0", "inf", "-inf", "1e300", "-1e-300"])
    return rng.choice([repr(rng.randint(-8, 8) / 4), repr(round(rng.gauss(0, 100), 3))])


def decimal(rng, precision, scale):
    limit = 10 ** precision - 1
    unscaled = rng.choice([limit, -limit]) if rng.random() < 0.02 else \
        rng.randint(-500, 500) * rng.choice([1, 10 ** (scale - 1)])
    unscaled = max(-limit, min(limit, unscaled))
    text = str(abs(unscaled)).rjust(scale + 1, "0")
    return ("-" if unscaled < 0 else "") + text[:-scale] + "." + text[-scale:]


def value(rng, kind):
    """A random value of a type, as CSV has it."""
    if kind == "bool":
        return rng.choice(["true", "false"])
    if kind[0] in "iu" and kind[1:].isdigit():
        return str(integer(rng, int(kind[1:]), kind[0] == "i"))
    if kind in ("f32", "f64"):
        return real(rng) if kind == "f64" else rng.choice(
            ["nan", "-0.0", "0.0", "inf", "0.5", "-1.25", "3.0", "1024.0"])
    if kind.startswith("decimal"):
        precision, scale = map(int, kind[8:-1].split(","))
        return decimal(rng, precision, scale)
    day = f"{rng.choice([1969, 1970, 2000, 2023, 2024])}-{rng.randint(1, 12):02}-" \
          f"{rng.choice([1, 2, 15, 28]):02}"
    if kind == "date":
        return rng.choice(["0001-01-01", "9999-12-31"]) if rng.random() < 0.02 else day
    clock = f"{rng.choice([0, 9, 12, 23]):02}:{rng.choice([0, 30, 59]):02}:" \
            f"{rng.choice([0, 59]):02}{rng.choice(['', '.5', '.000001'])}"
    if kind == "time":
        return clock
    if kind == "timestamp":
        return day + " " + clock
    return rng.choice(WORDS)


def table(rng, name, kinds=None, count=None):
    """A random table of that name; columns are called c0, c1, ... after `id`."""
    kinds = kinds or [rng.choice(list(TYPES)) for _ in range(rng.randint(3, 8))]
    made = Table(name, [Column("id", "i64")] +
                 [Column(f"c{i}", kind) for i, kind in enumerate(kinds)])
    if count is None:
        count = rng.choice([0, 1, 2, 7, 20, 60, 200])
    # few values to each column, so that keys meet, in some columns in runs
    pools = [[value(rng, kind) for _ in range(rng.choice([1, 3, 8, 40]))] for kind in kinds]
    nulls = [rng.choice([0, 0.1, 0.5]) for _ in kinds]
    runs = [rng.random() < 0.3 for _ in kinds]
    last = [NULL for _ in kinds]
    for row in range(count):
        for i in range(len(kinds)):
            if runs[i] and row and rng.random() < 0.8:
                continue
            last[i] = NULL if rng.random() < nulls[i] else rng.choice(pools[i])
        made.rows.append([str(row)] + list(last))
    return made


def write(made, folder, database):
    """Puts a table into NAME.csv, NAME.rfl and DuckDB."""
    path = folder / f"{made.name}.csv"
    with open(path, "w", newline="") as file:
        out = csv.writer(file)
        out.writerow([c.name for c in made.columns])
        out.writerows(made.rows)
    types = ", ".join(f"{c.name}:{c.type}" for c in made.columns)
    run(f"rcsv --null '{NULL}' -t '{types}' {path.name} >{made.name}.rfl", folder)
    columns = ", ".join(f"{c.name} {TYPES[c.type]}" for c in made.columns)
    database.execute(f"CREATE OR REPLACE TABLE {made.name} ({columns})")
    if made.rows:
        marks = ", ".join(f"CAST(? AS {TYPES[c.type]})" for c in made.columns)
        database.executemany(f"INSERT INTO {made.name} VALUES ({marks})",
                             [[None if v == NULL else v for v in row] for row in made.rows])


class Failed(Exception):
    pass


def run(command, folder):
    """Runs a pipeline of ours in the folder; Failed with (status, what it said)."""
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], cwd=folder,
                          capture_output=True, text=True)
    if done.returncode:
        raise Failed(done.returncode, done.stderr.strip())
    return done.stdout


def ours(command, folder):
    text = run(f"{{ {command}\n}} | rcsv -w --null '{NULL}'", folder)
    rows = list(csv.reader(text.splitlines(keepends=True)))
    return [[None if v == NULL else v for v in row] for row in rows[1:]]


def shown(cell):
    """A value of DuckDB's as rcsv writes it."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, (datetime.time, datetime.datetime)) and cell.microsecond:
        return str(cell).rstrip("0")
    return str(cell)


def same(left, right, tolerance):
    """left is our text; right is DuckDB's Python value."""
    if left is None or right is None:
        return left is None and right is None
    if isinstance(right, float):
        try:
            got = float(left)
        except ValueError:
            return False
        if math.isnan(right) or math.isnan(got):
            return math.isnan(right) and math.isnan(got)
        return got == right or math.isclose(got, right, rel_tol=tolerance, abs_tol=tolerance)
    return left == shown(right)


def order(row):
    """A key that brings our rows and theirs into the same order: floats last and roughly."""
    def key(cell):
        if cell is None:
            return (0, "", 0.0)
        if isinstance(cell, float):
            cell = cell + 0.0  # -0.0 is 0.0
            return (2, "", 0.0) if math.isnan(cell) else (1, "", float(f"{cell:.6e}"))
        return (3, shown(cell), 0.0)
    return [key(cell) for cell in row]


def compare(got, want, query):
    """What differs, or None."""
    if len(got) != len(want):
        return f"{len(got)} rows, not {len(want)}"
    if not query.is_ordered:
        floats = {i for row in want for i, cell in enumerate(row) if isinstance(cell, float)}
        as_typed = lambda row: [float(c) if i in floats and c is not None else c
                                for i, c in enumerate(row)]
        got = sorted(got, key=lambda row: order(as_typed(row)))
        want = sorted(want, key=order)
    for number, (left, right) in enumerate(zip(got, want)):
        if len(left) != len(right):
            return f"{len(left)} columns, not {len(right)}"
        for column, (a, b) in enumerate(zip(left, right)):
            if not same(a, b, query.tolerance):
                return (f"row {number}, column {column}: {a!r}, not {shown(b)!r}\n"
                        f"  ours:   {left}\n  DuckDB: {[shown(c) for c in right]}")
    return None


# What sqlite has, and means alike: whole numbers and texts; no division, no pattern
SQLITE_TYPES = {"i8", "i16", "i32", "i64", "u8", "u16", "u32", "string"}
SQLITE_OTHER = ("/", "%", "CAST('", "LIKE", "like", "avg", "regexp", "::", "min(DISTINCT", "total")


def fill_sqlite(lite, made):
    """The columns of a table that sqlite has; others are not there."""
    lite.execute(f"DROP TABLE IF EXISTS {made.name}")
    kept = [i for i, c in enumerate(made.columns) if c.type in SQLITE_TYPES]
    lite.execute(f"CREATE TABLE {made.name} (" + ", ".join(
        f"{made.columns[i].name} {'TEXT' if made.columns[i].type == 'string' else 'INTEGER'}"
        for i in kept) + ")")
    for row in made.rows:
        lite.execute(f"INSERT INTO {made.name} VALUES ({', '.join('?' for _ in kept)})", [
            None if row[i] == NULL else row[i] if made.columns[i].type == "string"
            else int(row[i]) for i in kept])


def check_sqlite(query, want, lite):
    """Whether sqlite gives what DuckDB gives: True, False, or None where it cannot say."""
    if any(word in query.sql for word in SQLITE_OTHER):
        return None
    try:
        rows = lite.execute(query.sql).fetchall()
    except (sqlite3.Error, OverflowError):
        return None
    # SELECT * has fewer columns there; booleans are numbers
    if rows and want and len(rows[0]) != len(want[0]):
        return None
    plain = lambda cell: None if cell is None else str(int(cell) if isinstance(cell, bool) else cell)
    some = lambda table: [[plain(cell) for cell in row] for row in table]
    if any(isinstance(cell, float) for row in rows for cell in row):
        return None
    rows, want = some(rows), some(want)
    key = lambda row: [(cell is not None, cell) for cell in row]
    if not query.is_ordered:
        rows, want = sorted(rows, key=key), sorted(want, key=key)
    return rows == want


def check(query, folder, database, lite, tally):
    """Runs a query on both sides, and in sqlite.  What is wrong, or None."""
    try:
        got = ours(query.command, folder)
    except Failed as failure:
        status, said = failure.args
        if not query.may_fail or status not in (2, 3):
            return f"status {status}: {said}"
        got = said
    try:
        want = [list(row) for row in database.execute(query.sql).fetchall()]
    except duckdb.Error as error:
        if not query.may_fail:
            return f"DuckDB: {error}"
        return None if isinstance(got, str) else f"no error, but DuckDB: {error}"
    if isinstance(got, str):
        return f"DuckDB gives {len(want)} rows, but: {got}"
    agrees = check_sqlite(query, want, lite)
    tally[agrees] += 1
    if agrees is False:
        return "sqlite differs from DuckDB"
    return compare(got, want, query)


def main():
    here = Path(__file__).parent
    names = sorted(p.stem for p in here.glob("*.py") if p.stem != "property")
    parser = argparse.ArgumentParser()
    parser.add_argument("-n", type=int, default=1000, help="queries in all")
    parser.add_argument("-s", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("-k", action="store_true", help="keep the folder of what differs")
    parser.add_argument("modules", nargs="*", default=names)
    options = parser.parse_args()
    sys.path.insert(0, str(here))
    sys.modules["property"] = sys.modules["__main__"]
    modules = [importlib.import_module(name) for name in options.modules or names]
    print(f"seed {options.s}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="riffle-property-"))
    database = duckdb.connect(config={"threads": 1})
    lite = sqlite3.connect(":memory:")
    tally = {True: 0, False: 0, None: 0}
    tables = []
    for number in range(options.n):
        # what a query is depends on the seed and its number alone
        if number % 10 == 0:
            rng = random.Random(f"{options.s} {number}")
            tables = [table(rng, name) for name in ("t", "u", "v")]
            for made in tables:
                write(made, folder, database)
                fill_sqlite(lite, made)
        rng = random.Random(f"{options.s} {number} query")
        module = modules[number % len(modules)]
        query = module.query(rng, tables)
        wrong = check(query, folder, database, lite, tally)
        if wrong:
            print(f"seed {options.s}, query {number} ({module.__name__}):\n{query.command}\n"
                  f"{query.sql}\n{wrong}")
            if options.k:
                print(f"the tables are in {folder}")
            else:
                shutil.rmtree(folder)
            sys.exit(1)
    shutil.rmtree(folder)
    print(f"{tally[True]} of them in sqlite, too")
    print(f"{options.n} queries agree")


if __name__ == "__main__":
    main()
