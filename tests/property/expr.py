"""rmap: random expressions over most types."""
from property import TYPES, Query, value


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def constant(rng, kind):
    text = value(rng, kind)
    return f"cast({quoted(text)} as {kind})", f"CAST({quoted(text)} AS {TYPES[kind]})"


class Maker:
    """Makes (ours, theirs) of a type from a table's columns."""

    def __init__(self, rng, made):
        self.rng, self.made = rng, made

    def column(self, *kinds):
        some = [c for c in self.made.columns[1:] if c.type in kinds]
        if not some or self.rng.random() < 0.15:
            return constant(self.rng, self.rng.choice(kinds))
        name = self.rng.choice(some).name
        return name, name

    def number(self, depth):
        """An integer, as i64: small, so that nothing overflows."""
        rng = self.rng
        kind = rng.choice(["column"] * 2 + (["add", "mod", "div", "case", "length", "abs", "part",
                                             "coalesce", "greatest", "diff", "sign", "strpos"]
                                            if depth else []))
        if kind == "column":
            ours, theirs = self.column("i8", "i16", "u8", "u16")
            return f"cast({ours} as i64)", f"CAST({theirs} AS BIGINT)"
        if kind == "length":
            a, b = self.text(depth - 1)
            return f"cast(length({a}) as i64)", f"CAST(length({b}) AS BIGINT)"
        if kind == "strpos":
            a, b = self.text(depth - 1)
            c, d = self.text(0)
            return f"cast(strpos({a}, {c}) as i64)", f"CAST(strpos({b}, {d}) AS BIGINT)"
        if kind == "part":
            a, b = self.date(depth - 1)
            part = rng.choice(["year", "month", "day", "quarter", "dow", "isodow", "doy", "week", "isoyear"])
            return f"cast(date_part('{part}', {a}) as i64)", f"CAST(date_part('{part}', {b}) AS BIGINT)"
        if kind == "diff":
            a, b = self.date(depth - 1)
            c, d = self.date(depth - 1)
            unit = rng.choice(["day", "month", "year", "quarter"])
            return f"date_diff('{unit}', {a}, {c})", f"date_diff('{unit}', {b}, {d})"
        a, b = self.number(depth - 1)
        if kind == "abs":
            return f"abs({a})", f"abs({b})"
        if kind == "sign":
            return f"cast(sign({a}) as i64)", f"CAST(sign({b}) AS BIGINT)"
        c, d = self.number(depth - 1)
        if kind == "add":
            op = rng.choice(["+", "-", "*"])
            return f"({a} {op} {c})", f"({b} {op} {d})"
        if kind in ("mod", "div"):
            op = "%" if kind == "mod" else "//"
            return f"({a} {op} nullif({c}, 0))", f"({b} {op} nullif({d}, 0))"
        if kind == "greatest":
            name = rng.choice(["greatest", "least"])
            return f"{name}({a}, {c})", f"{name}({b}, {d})"
        if kind == "coalesce":
            return f"coalesce({a}, {c})", f"coalesce({b}, {d})"
        e, f = self.truth(depth - 1)
        return f"case when {e} then {a} else {c} end", f"CASE WHEN {f} THEN {b} ELSE {d} END"

    def decimal(self, depth):
        """A decimal(38,2) or so, through sums of decimal(9,2)."""
        rng = self.rng
        a, b = self.column("decimal(9,2)")
        a, b = f"cast({a} as decimal(18,2))", f"CAST({b} AS DECIMAL(18,2))"
        if not depth or rng.random() < 0.3:
            return a, b
        kind = rng.choice(["add", "multiply", "round", "negate", "abs", "nullif"])
        c, d = self.decimal(depth - 1)
        if kind == "add":
            op = rng.choice("+-")
            return (f"cast({a} {op} {c} as decimal(18,2))",
                    f"CAST({b} {op} {d} AS DECIMAL(18,2))")
        if kind == "multiply":
            n = rng.randint(-9, 9)
            return f"cast({a} * {n} as decimal(18,2))", f"CAST({b} * {n} AS DECIMAL(18,2))"
        if kind == "round":
            places = rng.choice([0, 1, 2])
            return (f"cast(round({a}, {places}) as decimal(18,2))",
                    f"CAST(round({b}, {places}) AS DECIMAL(18,2))")
        if kind == "abs":
            return f"abs({a})", f"abs({b})"
        if kind == "nullif":
            return f"nullif({a}, {c})", f"nullif({b}, {d})"
        return f"(-{a})", f"(-{b})"

    def text(self, depth):
        rng = self.rng
        if not depth or rng.random() < 0.25:
            return self.column("string")
        kind = rng.choice(["upper", "lower", "substr", "concat", "replace", "trim", "pad", "left",
                           "reverse", "split", "case", "number", "regexp", "concat_ws",
                           "repeat", "md5", "date", "translate"])
        a, b = self.text(depth - 1)
        if kind in ("upper", "lower", "reverse", "md5"):
            # capitals of some letters differ: plain ones only
            return (f"{kind}({a})", f"{kind}({b})")
        if kind == "substr":
            start, length = rng.choice([1, 2, 3, -1, -2]), rng.randint(0, 4)
            return f"substr({a}, {start}, {length})", f"substr({b}, {start}, {length})"
        if kind == "left":
            name, n = rng.choice(["left", "right"]), rng.choice([0, 1, 2, 5, -1, -2])
            return f"{name}({a}, {n})", f"{name}({b}, {n})"
        if kind == "trim":
            name = rng.choice(["trim", "ltrim", "rtrim"])
            letters = rng.choice(["", ", 'a'", ", 'ab '"])
            return f"{name}({a}{letters})", f"{name}({b}{letters})"
        if kind == "pad":
            name, n, fill = rng.choice(["lpad", "rpad"]), rng.randint(0, 6), rng.choice(["x", "xy", "日"])
            return f"{name}({a}, {n}, '{fill}')", f"{name}({b}, {n}, '{fill}')"
        if kind == "repeat":
            n = rng.randint(0, 3)
            return f"repeat({a}, {n})", f"repeat({b}, {n})"
        if kind == "split":
            n = rng.choice([1, 2, 3, -1])
            return f"split_part({a}, 'b', {n})", f"split_part({b}, 'b', {n})"
        if kind == "regexp":
            pattern = rng.choice(["[a-b]+", "^a", "b$", "(a)(b)?", "[^a]", "\\d+", "."])
            if rng.random() < 0.5:
                return (f"regexp_extract({a}, '{pattern}')", f"regexp_extract({b}, '{pattern}')")
            return (f"regexp_replace({a}, '{pattern}', '<\\0>', 'g')",
                    f"regexp_replace({b}, '{pattern}', '<\\0>', 'g')")
        if kind == "number":
            c, d = self.number(depth - 1)
            return f"cast({c} as string)", f"CAST({d} AS VARCHAR)"
        if kind == "date":
            c, d = self.date(depth - 1)
            how = rng.choice(["%Y-%m-%d", "%d.%m.%y", "%Y%m", "%j", "%B %d"])
            return f"strftime({c}, '{how}')", f"strftime({d}, '{how}')"
        c, d = self.text(depth - 1)
        if kind == "concat":
            return rng.choice([(f"({a} || {c})", f"({b} || {d})"),
                               (f"concat({a}, {c})", f"concat({b}, {d})")])
        if kind == "concat_ws":
            return f"concat_ws('-', {a}, {c})", f"concat_ws('-', {b}, {d})"
        if kind == "replace":
            part = rng.choice(["a", "b", "ab", "zz"])
            return f"replace({a}, '{part}', {c})", f"replace({b}, '{part}', {d})"
        if kind == "translate":
            return f"translate({a}, 'abc', 'xy')", f"translate({b}, 'abc', 'xy')"
        e, f = self.truth(depth - 1)
        return f"case when {e} then {a} else {c} end", f"CASE WHEN {f} THEN {b} ELSE {d} END"

    def date(self, depth):
        rng = self.rng
        a, b = self.column("date")
        # far from both ends of time
        near = "between date '1900-01-01' and date '2100-01-01'"
        a, b = f"if({a} {near}, {a}, null)", f"if({b} {near}, {b}, NULL)"
        if not depth or rng.random() < 0.3:
            return a, b
        kind = rng.choice(["trunc", "add", "months", "last"])
        if kind == "trunc":
            unit = rng.choice(["month", "year", "quarter", "week"])
            return f"date_trunc('{unit}', {a})", f"CAST(date_trunc('{unit}', {b}) AS DATE)"
        if kind == "last":
            return f"last_day({a})", f"last_day({b})"
        n = rng.randint(-40, 40)
        if kind == "add":
            return f"({a} + {n})", f"({b} + {n})"
        return f"add_months({a}, {n})", f"CAST({b} + INTERVAL ({n}) MONTH AS DATE)"

    def truth(self, depth):
        rng = self.rng
        kinds = ["column", "null"] if not depth else \
            ["compare"] * 3 + ["and", "or", "not", "in", "between", "like", "null", "starts", "is",
                               "regexp", "distinct"]
        kind = rng.choice(kinds)
        if kind == "column":
            return self.column("bool")
        make = rng.choice([self.number, self.text, self.decimal, self.date])
        a, b = make(max(depth - 1, 0))
        if kind == "null":
            negated = rng.choice(["", "not "])
            return f"({a} is {negated}null)", f"({b} IS {negated}NULL)"
        if kind == "in":
            many = [make(0) for _ in range(rng.randint(1, 4))]
            negated = rng.choice(["", "not "])
            return (f"({a} {negated}in ({', '.join(x for x, _ in many)}))",
                    f"({b} {negated}IN ({', '.join(y for _, y in many)}))")
        if kind in ("like", "starts", "regexp"):
            a, b = self.text(depth - 1)
            if kind == "regexp":
                pattern = rng.choice(["a.?b", "^a", "z*$", "[[:upper:]]"])
                return f"regexp_like({a}, '{pattern}')", f"regexp_matches({b}, '{pattern}')"
            if kind == "starts":
                name = rng.choice(["starts_with", "ends_with", "contains"])
                c, d = self.text(0)
                return f"{name}({a}, {c})", f"{name}({b}, {d})"
            pattern = rng.choice(["a%", "%b", "%a%", "_", "a_c", "%", ""])
            how = rng.choice(["like", "not like", "ilike"])
            return f"({a} {how} '{pattern}')", f"({b} {how} '{pattern}')"
        if kind in ("and", "or"):
            (a, b), (c, d) = self.truth(depth - 1), self.truth(depth - 1)
            return f"({a} {kind} {c})", f"({b} {kind} {d})"
        if kind == "not":
            a, b = self.truth(depth - 1)
            return f"(not {a})", f"(NOT {b})"
        if kind == "is":
            a, b = self.truth(depth - 1)
            what = rng.choice(["true", "not true", "false", "not false"])
            return f"({a} is {what})", f"({b} IS {what})"
        c, d = make(max(depth - 1, 0))
        if kind == "between":
            e, f = make(0)
            return f"({a} between {c} and {e})", f"({b} BETWEEN {d} AND {f})"
        if kind == "distinct":
            return f"({a} is distinct from {c})", f"({b} IS DISTINCT FROM {d})"
        op = rng.choice(["=", "<>", "<", "<=", ">", ">="])
        return f"({a} {op} {c})", f"({b} {op} {d})"


def query(rng, tables):
    made = rng.choice(tables)
    maker = Maker(rng, made)
    items = []
    for _ in range(rng.randint(1, 4)):
        make = rng.choice([maker.number, maker.text, maker.date, maker.truth, maker.decimal])
        items.append(make(rng.randint(1, 4)))
    ours = ", ".join(f"e{i} = {a}" for i, (a, _) in enumerate(items))
    shell = ours.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    return Query(f'rmap -O "{shell}" <{made.name}.rfl',
                 f"SELECT {', '.join(b for _, b in items)} FROM {made.name} ORDER BY id",
                 is_ordered=True, may_fail=True)
