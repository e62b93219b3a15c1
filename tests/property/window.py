"""rwindow: places, values, aggregates; frames of all kinds, several windows, spilling."""
from property import Query

EXACT = ("i", "u", "decimal")


def key(column):
    """A column to order or partition by in DuckDB, where -0.0 is less than 0.0."""
    if column.type in ("f32", "f64"):
        return f"CASE WHEN {column.name} = 0 THEN 0 ELSE {column.name} END"
    return column.name


class Window:
    """A random window, in both languages."""

    def __init__(self, rng, made):
        columns = made.columns[1:]
        self.made = made
        self.partition = rng.sample(columns, rng.choice([0, 1, 1, 2]))
        rest = [c for c in columns if c not in self.partition]
        self.order = rng.sample(rest, min(len(rest), rng.choice([0, 1, 1, 2])))
        self.is_total = rng.random() < 0.6
        ours, theirs = [], []
        for column in self.order:
            down = rng.choice(["", " desc"])
            nulls = rng.choice(["", "", " nulls first", " nulls last"])
            ours.append(column.name + down + nulls)
            theirs.append(key(column) + down + (nulls or (" nulls last" if down else " nulls first")))
        self.range_key = self.order[0] if len(self.order) == 1 and not self.is_total else None
        if self.is_total:
            ours.append("id")
            theirs.append("id")
        self.has_order = bool(ours)
        self.ours_partition = ", ".join(c.name for c in self.partition)
        self.ours_order = ", ".join(ours)
        if self.range_key and self.range_key.type[0] in "iu":
            theirs = [theirs[0].replace(self.range_key.name, self.range_key.name + "::HUGEINT", 1)]
        self.theirs = " ".join(filter(None, [
            "PARTITION BY " + ", ".join(key(c) for c in self.partition) if self.partition else "",
            "ORDER BY " + ", ".join(theirs) if theirs else ""]))

    def body(self):
        return " ".join(filter(None, [
            f"partition by {self.ours_partition}" if self.partition else "",
            f"order by {self.ours_order}" if self.has_order else ""]))


def bounds(rng, offset):
    """Two bounds that make a frame."""
    kinds = ["unbounded preceding", f"{offset(2)} preceding", f"{offset(1)} preceding",
             "current row", f"{offset(1)} following", f"{offset(3)} following",
             "unbounded following"]
    while True:
        a, b = rng.randrange(6), rng.randrange(1, 7)
        # a preceding bound may end with a nearer one only, and so on
        if a <= b:
            return f"between {kinds[a]} and {kinds[b]}"


def frame(rng, window):
    """A random frame or ''."""
    if rng.random() < 0.25:
        return ""
    units = []
    if window.is_total or not window.has_order:
        units += ["rows"] if window.is_total else []
    if window.has_order:
        units += ["groups", "range"]
    if window.range_key:
        units += ["offset"] * 2
    if not units:
        return ""
    unit = rng.choice(units)
    exclude = rng.choice([""] * 4 + [" exclude current row", " exclude group", " exclude ties",
                                     " exclude no others"])
    if unit == "offset":
        column = window.range_key
        place = [c.name for c in window.made.columns].index(column.name)
        if column.type.startswith("decimal") or column.type[0] in "iu":
            return "range " + bounds(rng, lambda n: str(n)) + exclude
        if column.type == "date" and not any(
                row[place][:4] in ("0001", "9999") for row in window.made.rows):
            return "range " + bounds(rng, lambda n: f"interval {n} month") + exclude
        unit = "groups"
    if unit == "range":
        low, high = rng.choice([("unbounded preceding", "current row"),
                                ("current row", "unbounded following"),
                                ("current row", "current row"),
                                ("unbounded preceding", "unbounded following")])
        return f"range between {low} and {high}{exclude}"
    return f"{unit} " + bounds(rng, str) + exclude


def item(rng, made, window):
    """(ours, theirs, frame) of a function."""
    column = rng.choice(made.columns[1:])
    exact = made.of(*EXACT)
    whole = made.of("i8", "i16", "i32", "u8", "u16", "u32")
    kinds = ["rank", "dense_rank", "percent_rank", "cume_dist"] if window.has_order else []
    free = ["count(*)", "count", "min", "max", "count(distinct)"]
    if exact:
        free += ["sum", "sum", "avg"]
    if whole:
        free += ["median", "stddev", "quantile_disc"]
    if made.of("bool"):
        free += ["bool_or"]
    kinds += free
    if window.is_total:
        kinds += ["row_number", "ntile", "lag", "lead", "first_value", "last_value", "nth_value",
                  "string_agg", "first_value", "lag"]
    kind = rng.choice(kinds)
    x = column.name
    if kind in ("rank", "dense_rank", "percent_rank", "cume_dist", "row_number"):
        return f"{kind}()", f"{kind}()", ""
    if kind == "ntile":
        n = rng.choice([1, 2, 3, 7, 100])
        return f"ntile({n})", f"ntile({n})", ""
    nulls = rng.choice(["", "", " ignore nulls"])
    if kind in ("lag", "lead"):
        rest = rng.choice(["", ", 1", ", 2", ", 0", ", 30"])
        return f"{kind}({x}{rest}){nulls}", f"{kind}({x}{rest}{nulls})", ""
    how = frame(rng, window)
    if kind in ("first_value", "last_value"):
        return f"{kind}({x}{nulls})", f"{kind}({x}{nulls})", how
    if kind == "nth_value":
        n = rng.choice([1, 2, 5])
        return f"nth_value({x}, {n}){nulls}", f"nth_value({x}, {n}{nulls})", how
    condition = rng.random() < 0.2
    ours_filter = " filter (where id % 3 = 1)" if condition else ""
    theirs_filter = " FILTER (WHERE id % 3 = 1)" if condition else ""
    if kind == "count(*)":
        call = "count(*)"
    elif kind == "count(distinct)":
        column = rng.choice([c for c in made.columns if c.type not in ("f32", "f64")])
        call = f"count(distinct {column.name})"
    elif kind in ("sum", "avg"):
        call = f"{kind}({rng.choice(exact).name})"
    elif kind in ("median", "stddev"):
        call = f"{kind}({rng.choice(whole).name})"
    elif kind == "quantile_disc":
        call = f"quantile_disc({rng.choice(whole).name}, 0.3)"
    elif kind == "bool_or":
        call = f"bool_or({rng.choice(made.of('bool')).name})"
    elif kind == "string_agg":
        texts = made.of("string")
        if not texts:
            return "row_number()", "row_number()", ""
        call = f"string_agg({rng.choice(texts).name}, '|')"
    else:
        call = f"{kind}({x})"
    return call + ours_filter, call + theirs_filter, how


def place(rng, window):
    """A function that says a row's place, or None."""
    return rng.choice((["row_number()"] if window.is_total else []) +
                      (["rank()", "dense_rank()"] if window.has_order else []) or [None])


def qualify(rng, names):
    """A condition that bounds some of these columns, alike in both languages."""
    name = rng.choice(names)
    most = rng.choice([0, 1, 1, 2, 3, 7, 40])
    bound = rng.choice([f"{name} <= {most}", f"{name} < {most}", f"{name} = {most}", f"{most} >= {name}",
                        f"{name} between 1 and {most}", f"{name} in ({most}, 1)",
                        f"not ({name} > {most})", f"{name} <> {most}", f"{name} + 0 <= {most}"])
    other = rng.choice(names)
    return rng.choice([bound] * 3 + [f"{bound} and id % 2 = 0", f"{other} >= 2 and {bound}",
                                     f"{bound} or id % 5 = 0", f"{bound} and {other} < 4"])


def query(rng, tables):
    made = rng.choice(tables)
    qualifies = rng.random() < 0.4
    windows = [Window(rng, made) for _ in range(rng.choice([1] * 12 + [2] if qualifies else [1, 1, 2, 3]))]
    first = windows[0]
    ours, theirs, named = [], [], []
    for i, window in enumerate(windows[1:]):
        window.name = f"w{i}" if rng.random() < 0.5 else ""
        if window.name:
            named.append(f"{window.name} = ({window.body()})")
    places = []
    for n in range(rng.choice([1, 1, 2, 2, 3]) if qualifies else rng.randint(1, 5)):
        window = rng.choice(windows)
        call, their_call, how = item(rng, made, window)
        where = place(rng, window)
        if qualifies and where and (not places or rng.random() < 0.4):
            call, their_call, how = where, where, ""
            places.append(f"a{n}")
        if window is first:
            ours.append(f"a{n} = {call} {how}")
        elif window.name and rng.random() < 0.5:
            ours.append(f"a{n} = {call} over {window.name} {how}")
        else:
            ours.append(f"a{n} = {call} over ({window.name or window.body()} {how})")
        theirs.append(f"{their_call} OVER ({window.theirs} {how}) AS a{n}")
    condition = qualify(rng, places) if places else ""
    memory = rng.choice(["", "", " -m 8K", " -m 64K"])
    partition = f" -p {first.ours_partition.replace(' ', '')}" if first.partition else ""
    order = f" -o '{first.ours_order}'" if first.has_order else ""
    sort = " --sort" if partition or order else ""
    windows_option = f" -w '{', '.join(named)}'" if named else ""
    keep = f" -q '{condition}'" if condition else ""
    command = (f"rwindow{sort}{partition}{order}{windows_option}{memory}{keep} "
               f"\"{', '.join(ours)}\" <{made.name}.rfl")
    return Query(command, f"SELECT *, {', '.join(theirs)} FROM {made.name}"
                 + (f" QUALIFY {condition}" if condition else ""), tolerance=1e-6)
