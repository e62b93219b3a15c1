"""Random expressions over random tables: our answers against DuckDB's.

usage: expr_oracle.py FOLDER SEED TABLES EXPRESSIONS

Each table is written as CSV, read by rcsv, and mapped by rmap with many
expressions at once.  An expression is a pair of texts, ours and DuckDB's,
which differ where riffle-expr(7) says that the languages do.  Prints how many
were compared; what differs is printed with its seed, and the status is 1.
"""

import csv
import datetime
import decimal
import os
import random
import subprocess
import sys

import duckdb

NULL = "\\N"
COLUMNS = [
    # name, our type, DuckDB's type
    ("id", "i32", "INTEGER"),
    ("t", "i8", "TINYINT"),
    ("i", "i32", "INTEGER"),
    ("j", "i64", "BIGINT"),
    ("u", "u16", "USMALLINT"),
    ("d", "decimal(10,2)", "DECIMAL(10,2)"),
    ("w", "decimal(12,3)", "DECIMAL(12,3)"),
    ("x", "decimal(19,3)", "DECIMAL(19,3)"),
    ("f", "f64", "DOUBLE"),
    ("b", "bool", "BOOLEAN"),
    ("s", "string", "VARCHAR"),
    ("c", "string", "VARCHAR"),
    ("n", "string", "VARCHAR"),
    ("dt", "date", "DATE"),
    ("ts", "timestamp", "TIMESTAMP"),
]
WORDS = ["", "a", "b", "Hello", "hello world", "  trim me ", "ñandú", "Ωmega",
         "x_y", "50%", "été", "AbCabc", "a,b,c", "zz top", "Ünïcode", "lol"]
CODES = ["FR", "de", "At", "ch", "it"]
NUMBERS = ["12", "-5", "abc", "", " 7 ", "2024-01-31", "true", "999999"]


def value(kind, r):
    """A random value as CSV has it, or NULL."""
    if kind != "id" and r.random() < 0.15:
        return NULL
    if kind == "t":
        return r.randint(-128, 127)
    if kind in "ij":
        return r.choice([0, 1, -1, 7, r.randint(-1000, 1000)])
    if kind == "u":
        return r.choice([0, 65535, r.randint(0, 300)])
    if kind in "dwx":
        scale = {"d": 2, "w": 3, "x": 3}[kind]
        return decimal.Decimal(r.randint(-10**6, 10**6)).scaleb(-scale)
    if kind == "f":
        return repr(r.choice([0.0, 0.5, -2.25, r.uniform(-100, 100)]))
    if kind == "b":
        return r.choice(["true", "false"])
    if kind == "s":
        return r.choice(WORDS) + r.choice(["", "", "!", str(r.randint(0, 99))])
    if kind == "c":
        return r.choice(CODES)
    if kind == "n":
        return r.choice(NUMBERS)
    day = datetime.date(1995, 1, 1) + datetime.timedelta(r.randint(0, 12000))
    if kind == "dt":
        return day.isoformat()
    return "%s %02d:%02d:%02d" % (day, r.randint(0, 23), r.randint(0, 59),
                                  r.randint(0, 59))


class Maker:
    """Makes expressions: pairs (ours, DuckDB's) by type."""

    def __init__(self, r):
        self.r = r

    def make(self, kind, depth):
        return getattr(self, kind)(depth)

    def pick(self, *choices):
        return self.r.choice(choices)()

    def form(self, ours, *args, duck=None):
        """Fills %0, %1 ... of the texts with the arguments."""
        texts = []
        for side, text in enumerate((ours, duck or ours)):
            for i, arg in enumerate(args):
                text = text.replace("%%%d" % i,
                                    arg if isinstance(arg, str) else arg[side])
            texts.append(text)
        return tuple(texts)

    def general(self, kind, depth):
        """What there is of every type."""
        def sub():
            return self.make(kind, depth - 1)

        def cond():
            return self.bool(depth - 1)
        return [
            lambda: self.form("case when %0 then %1 else %2 end", cond(),
                              sub(), sub()),
            lambda: self.form("case when %0 then %1 when %2 then %3 end",
                              cond(), sub(), cond(), sub()),
            lambda: self.form("coalesce(%0, %1)", sub(), sub()),
            lambda: self.form("nullif(%0, %1)", sub(), sub()),
            lambda: self.form("if(%0, %1, %2)", cond(), sub(), sub()),
            lambda: self.form("greatest(%0, %1)", sub(), sub()),
            lambda: self.form("least(%0, %1, %2)", sub(), sub(), sub()),
        ]

    def leaf_int(self):
        name = self.r.choice("tiju")
        if self.r.random() < 0.25:
            number = str(self.r.randint(0, 50))
            return number, number + "::BIGINT"
        return name, name + "::BIGINT"

    def int(self, depth):
        if depth <= 0:
            return self.leaf_int()

        def sub():
            return self.int(depth - 1)

        def text():
            return self.str(depth - 1)

        def day():
            return self.date(depth - 1)
        part = self.r.choice("year quarter month day week dow isodow doy"
                             .split())
        time = self.r.choice(["hour", "minute", "second"])
        unit = self.r.choice(["day", "month", "quarter", "year"])
        return self.pick(*self.general("int", depth), *[
            lambda: self.form("(%0 + %1)", sub(), sub()),
            lambda: self.form("(%0 - %1)", sub(), sub()),
            lambda: self.form("(%0 * %1)", sub(), self.leaf_int()),
            lambda: self.form("(-%0)", sub()),
            lambda: self.form("(%0 // nullif(%1, 0))", sub(), sub()),
            lambda: self.form("(%0 % nullif(%1, 0))", sub(), sub()),
            lambda: self.form("abs(%0)", sub()),
            lambda: self.form("sign(%0)", self.dec(depth - 1)),
            lambda: self.form("length(%0)", text()),
            lambda: self.form("strpos(%0, %1)", text(), text()),
            lambda: self.form("octet_length(%0)", text(),
                              duck="strlen(%0)"),
            lambda: self.form(part + "(%0)", day()),
            lambda: self.form(time + "(%0)", self.time(depth - 1)),
            lambda: self.form("extract(%s from %%0)" % part, day()),
            lambda: self.form("date_diff('%s', %%0, %%1)" % unit, day(),
                              day()),
            lambda: self.form("(%0 - %1)", day(), day()),
            lambda: self.form("cast(%0 as i64)", self.dec(depth - 1),
                              duck="cast(%0 as bigint)"),
            lambda: self.form("cast(%0 as i64)", self.bool(depth - 1),
                              duck="cast(%0 as bigint)"),
            lambda: self.form("try_cast(n as i32)",
                              duck="try_cast(n as integer)"),
        ])

    def dec(self, depth):
        # Beyond 38 digits DuckDB gives up digits after the point: the types
        # here are such that it comes to that but rarely.
        name = self.r.choice("dwx")
        if depth <= 0:
            if self.r.random() < 0.2:
                return self.form("%d.%02d" % (self.r.randint(0, 99),
                                              self.r.randint(0, 99)))
            return name, name

        def sub():
            return self.dec(depth - 1)
        places = self.r.randint(0, 3)
        return self.pick(*self.general("dec", depth), *[
            lambda: self.form("(%0 + %1)", sub(), sub()),
            lambda: self.form("(%0 - %1)", sub(), sub()),
            lambda: self.form("(%0 * %1)", self.dec(0), self.dec(0)),
            lambda: self.form("(%0 * %1)", self.dec(0),
                              self.r.choice("tiu")),
            lambda: self.form("(%0 + %1)", sub(), self.leaf_int()),
            lambda: self.form("(%0 % nullif(%1, 0))", self.dec(0),
                              self.dec(0)),
            lambda: self.form("(-%0)", sub()),
            lambda: self.form("abs(%0)", sub()),
            lambda: self.form("round(%%0, %d)" % places, sub()),
            lambda: self.form("trunc(%0)", sub()),
            lambda: self.form("floor(%0)", sub()),
            lambda: self.form("ceil(%0)", sub()),
            lambda: self.form("cast(%0 as decimal(20,3))", sub()),
            lambda: self.form("cast(%0 as decimal(20,3))",
                              self.int(depth - 1)),
        ])

    def float(self, depth):
        if depth <= 0:
            return self.pick(lambda: ("f", "f"), lambda: ("1e1", "1e1"),
                             lambda: ("2.5e-1", "2.5e-1"))

        def sub():
            return self.float(depth - 1)
        return self.pick(*self.general("float", depth), *[
            lambda: self.form("(%0 + %1)", sub(), sub()),
            lambda: self.form("(%0 - %1)", sub(), self.leaf_int()),
            lambda: self.form("(%0 * %1)", sub(), sub()),
            lambda: self.form("(%0 / nullif(%1, 0))", self.int(depth - 1),
                              self.int(depth - 1)),
            lambda: self.form("(%0 / nullif(d, 0))", sub()),
            lambda: self.form("(d / nullif(%0, 0))", sub()),
            lambda: self.form("sqrt(abs(%0))", sub()),
            lambda: self.form("floor(%0)", sub()),
            lambda: self.form("round(%0)", sub()),
            lambda: self.form("cast(d as f64)", duck="cast(d as double)"),
            lambda: self.form("cast(%0 as f64)", self.int(depth - 1),
                              duck="cast(%0 as double)"),
        ])

    def bool(self, depth):
        if depth <= 0:
            return self.pick(lambda: ("b", "b"), lambda: ("true", "true"),
                             lambda: ("(i > 0)", "(i > 0)"))
        kind = self.r.choice(["int", "dec", "float", "str", "date", "time"])
        op = self.r.choice(["=", "<>", "<", "<=", ">", ">="])

        def sub(one=None):
            return self.make(one or kind, depth - 1)

        def cond():
            return self.bool(depth - 1)
        pattern = self.r.choice(["%a%", "a%", "%b", "_b%", "%l_o%", "", "%",
                                 "Hello", "%ñ%", "__", "%o w%d"])
        negated = self.r.choice(["", "not "])
        return self.pick(*[
            lambda: self.form("(%%0 %s %%1)" % op, sub(), sub()),
            lambda: self.form("(%%0 %s %%1)" % op, sub(), sub()),
            lambda: self.form("(%%0 %s %%1)" % op, sub("int"), sub("dec")),
            lambda: self.form("(%%0 %s %%1)" % op, sub("int"), sub("float")),
            lambda: self.form("(%%0 %s %%1)" % op, sub("date"), sub("time")),
            lambda: self.form("(c %s 'at')" % op),
            lambda: self.form("(%0 and %1)", cond(), cond()),
            lambda: self.form("(%0 or %1)", cond(), cond()),
            lambda: self.form("(not %0)", cond()),
            lambda: self.form("(%%0 is %snull)" % negated, sub()),
            lambda: self.form("(%%0 is %strue)" % negated, cond()),
            lambda: self.form("(%%0 is %sfalse)" % negated, cond()),
            lambda: self.form("(%%0 is %sdistinct from %%1)" % negated, sub(),
                              sub()),
            lambda: self.form("(%%0 %sbetween %%1 and %%2)" % negated, sub(),
                              sub(), sub()),
            lambda: self.form("(%%0 %sin (%%1, %%2))" % negated, sub(), sub(),
                              sub()),
            lambda: self.form("(%%0 %sin (1, 7, 50, null))" % negated,
                              sub("int")),
            lambda: self.form("(%%0 %sin ('FR', 'lol', ''))" % negated,
                              sub("str")),
            lambda: self.form("(%%0 %slike '%s')" % (negated, pattern),
                              sub("str")),
            lambda: self.form("(%%0 ilike '%s')" % pattern, sub("str")),
            lambda: self.form("starts_with(%0, %1)", sub("str"), sub("str")),
            lambda: self.form("ends_with(%0, %1)", sub("str"), sub("str")),
            lambda: self.form("contains(%0, %1)", sub("str"), sub("str")),
            lambda: self.form("regexp_like(%0, '^[a-h]+')", sub("str"),
                              duck="regexp_matches(%0, '^[a-h]+')"),
        ])

    def str(self, depth):
        if depth <= 0:
            word = self.r.choice(WORDS + ["o"])
            return self.pick(lambda: ("s", "s"), lambda: ("c", "c"),
                             lambda: ("c", "c"),
                             lambda: ("'%s'" % word, "'%s'" % word))

        def sub():
            return self.str(depth - 1)
        n = self.r.randint(-4, 6)
        m = self.r.randint(0, 4)
        word = self.r.choice("upper lower reverse trim ltrim rtrim".split())
        # strftime's format, the same in both
        format = self.r.choice(["%Y%m", "%d.%m.%y", "%H:%M:%S %j", "%b %a %p",
                                "%Y-%m-%d %I"])
        return self.pick(*self.general("str", depth), *[
            lambda: self.form(word + "(%0)", sub()),
            lambda: self.form(word + "(c)"),
            lambda: self.form("%s(%%0, 'a !')" % self.r.choice(
                ["trim", "ltrim", "rtrim"]), sub()),
            lambda: self.form("substr(%%0, %d, %d)" % (abs(n), m), sub()),
            lambda: self.form("substr(%%0, %d)" % max(1, abs(n)), sub()),
            lambda: self.form("left(%%0, %d)" % n, sub()),
            lambda: self.form("right(%%0, %d)" % n, sub()),
            lambda: self.form("lpad(%%0, %d, 'xyñ')" % abs(n), sub()),
            lambda: self.form("rpad(%%0, %d, '*')" % abs(n), sub()),
            lambda: self.form("replace(%0, %1, '<>')", sub(), sub()),
            lambda: self.form("(%0 || %1)", sub(), sub()),
            lambda: self.form("(c || '-' || %0)", sub()),
            lambda: self.form("concat(%0, %1, %2)", sub(), sub(), sub()),
            lambda: self.form("concat_ws('/', %0, %1, c)", sub(), sub()),
            lambda: self.form("repeat(%%0, %d)" % m, sub()),
            lambda: self.form("split_part(%%0, ',', %d)" % (n or 1), sub()),
            lambda: self.form("translate(%0, 'aeñ', 'XY')", sub()),
            lambda: self.form("regexp_replace(%0, '[aeiou]+', '_', 'g')",
                              sub()),
            lambda: self.form("regexp_replace(%0, '([a-z])l', '\\1#')",
                              sub()),
            lambda: self.form("regexp_extract(%0, '[a-z]+')", sub()),
            lambda: self.form("cast(%0 as string)", self.int(depth - 1),
                              duck="cast(%0 as varchar)"),
            lambda: self.form("cast(%0 as string)", self.r.choice("dwxb"),
                              duck="cast(%0 as varchar)"),
            lambda: self.form("cast(%0 as string)", self.date(depth - 1),
                              duck="cast(%0 as varchar)"),
            lambda: self.form("strftime(%%0, '%s')" % format,
                              self.time(depth - 1)),
            lambda: self.form("strftime(%0, '%Y%m')", self.date(depth - 1)),
        ])

    def date(self, depth):
        if depth <= 0:
            return self.pick(lambda: ("dt", "dt"), lambda: ("dt", "dt"),
                             lambda: ("date '2001-02-28'",) * 2)

        def sub():
            return self.date(depth - 1)
        unit = self.r.choice(["week", "month", "quarter", "year"])
        n = self.r.randint(-30, 30)
        return self.pick(*self.general("date", depth), *[
            lambda: self.form("(%0 + i)", sub()),
            lambda: self.form("(%%0 - %d)" % abs(n), sub()),
            lambda: self.form("date_trunc('%s', %%0)" % unit, sub(),
                              duck="cast(date_trunc('%s', %%0) as date)" %
                              unit),
            lambda: self.form("last_day(%0)", sub()),
            lambda: self.form("cast(%0 as date)", self.time(depth - 1)),
            lambda: self.form("(%%0 + interval '%d' %s)" % (n, unit), sub(),
                              duck="cast(%%0 + interval '%d' %s as date)" %
                              (n, unit)),
            lambda: self.form("try_cast(n as date)"),
            lambda: self.form("make_date(2000 + t, 3, 5)",
                              duck="make_date(2000 + t::bigint, 3, 5)"),
        ])

    def time(self, depth):
        if depth <= 0:
            return "ts", "ts"

        def sub():
            return self.time(depth - 1)
        unit = self.r.choice(["second", "minute", "hour", "day", "week",
                              "month", "year"])
        n = self.r.randint(-30, 30)
        return self.pick(*self.general("time", depth), *[
            lambda: self.form("date_trunc('%s', %%0)" % unit, sub()),
            lambda: self.form("(%%0 + interval '%d' %s)" % (n, unit), sub()),
            lambda: self.form("cast(%0 as timestamp)", self.date(depth - 1)),
        ])


def same(kind, ours, theirs):
    """Compares a CSV field with a value of Python's."""
    if ours == NULL or theirs is None:
        return ours == NULL and theirs is None
    if kind == "bool":
        return (ours == "true") == theirs
    if kind in ("int", "dec"):
        return decimal.Decimal(ours) == decimal.Decimal(str(theirs))
    if kind == "float":
        return float(ours) == theirs
    if kind == "time":
        return datetime.datetime.fromisoformat(ours) == theirs
    return ours == str(theirs)


def ours_of(data, texts):
    """Columns of fields, or the error."""
    items = ", ".join("e%d = %s" % (i, text) for i, text in enumerate(texts))
    mapped = subprocess.run(["rmap", "-O", items], stdin=open(data, "rb"),
                            capture_output=True)
    if mapped.returncode != 0:
        return None, mapped.stderr.decode().strip()
    written = subprocess.run(["rcsv", "-w", "-n", NULL], input=mapped.stdout,
                             capture_output=True)
    if written.returncode != 0:
        return None, "rcsv: " + written.stderr.decode()
    rows = list(csv.reader(written.stdout.decode().splitlines(True)))[1:]
    return list(zip(*rows)), None


# Both engines may refuse a result as too large, but not at the same size.
LIMITS = ("holds", "does not fit", "digits after the point")


class Run:
    def __init__(self, folder, seed):
        self.folder = folder
        self.seed = seed
        self.compared = self.refused = self.wrong = 0

    def complain(self, pair, why):
        self.wrong += 1
        print("seed %d: %s\n  ours:   %s\n  duckdb: %s" % (
            self.seed, why, pair[0], pair[1]))

    def compare(self, connection, data, kind, pair, column):
        try:
            theirs = [row[0] for row in connection.execute(
                "select %s from t order by id" % pair[1]).fetchall()]
        except duckdb.Error as e:
            theirs = str(e).split("\n")[0]
        if column is None:
            columns, error = ours_of(data, [pair[0]])
            if error is not None:
                if isinstance(theirs, str) or any(
                        limit in error for limit in LIMITS):
                    self.refused += 1
                else:
                    self.complain(pair, error)
                return
            column = columns[0]
        if isinstance(theirs, str):
            self.refused += 1
            return
        self.compared += 1
        for row, (a, b) in enumerate(zip(column, theirs)):
            if not same(kind, a, b):
                self.complain(pair, "row %d: %r is not %r" % (row, a, b))
                return

    def table(self, number, expressions):
        r = random.Random(self.seed * 1000 + number)
        data = os.path.join(self.folder, "data")
        path = os.path.join(self.folder, "data.csv")
        with open(path, "w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([name for name, _, _ in COLUMNS])
            # The first table has several batches, and growing dictionaries.
            for row in range(9000 if number == 0 else 300):
                writer.writerow([row] + [value(name, r)
                                         for name, _, _ in COLUMNS[1:]])
        with open(data, "wb") as out:
            subprocess.run(["rcsv", "-n", NULL, "-t", ", ".join(
                "%s:%s" % (name, ours) for name, ours, _ in COLUMNS), path],
                stdout=out, check=True)
        connection = duckdb.connect()
        connection.execute("create table t (%s)" % ", ".join(
            "%s %s" % (name, theirs) for name, _, theirs in COLUMNS))
        connection.execute(
            "copy t from '%s' (header, nullstr '%s', delimiter ',', "
            "quote '\"')" % (path, NULL))
        maker = Maker(r)
        kinds = ["int", "dec", "float", "bool", "bool", "str", "str", "date",
                 "time"]
        made = []
        for _ in range(expressions):
            kind = r.choice(kinds)
            made.append((kind, maker.make(kind, r.randint(1, 4))))
        for begin in range(0, len(made), 10):
            some = made[begin:begin + 10]
            columns, _ = ours_of(data, [pair[0] for _, pair in some])
            for i, (kind, pair) in enumerate(some):
                self.compare(connection, data, kind, pair,
                             columns[i] if columns else None)


def main():
    folder, seed, tables, expressions = sys.argv[1], *map(int, sys.argv[2:])
    run = Run(folder, seed)
    for number in range(tables):
        run.table(number, expressions)
    print("seed %d: %d expressions compared, %d refused as too large, "
          "%d wrong" % (seed, run.compared, run.refused, run.wrong))
    sys.exit(run.wrong > 0 or run.compared < tables * expressions / 2)


main()
