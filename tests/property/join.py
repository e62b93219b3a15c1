"""rjoin: all types, conditions, as-of, by any strategy."""
from property import Query

KEYS = ["i64", "i32", "string", "date", "f64", "decimal(9,2)", "bool", "timestamp"]


def shown(columns, table):
    return ", ".join(f"{table}.{c.name}" for c in columns)


def asof(rng, left, right):
    """As-of joins on i64 places; ties are resolved as DuckDB's SQL below does."""
    direction = rng.choice(["backward", "forward", "nearest"])
    kind = rng.choice(["inner", "left"])
    places = [c for c in left.columns if c.type in ("i64", "date", "timestamp", "decimal(9,2)")]
    pairs = [(a, b) for a in places for b in right.columns if a.type == b.type]
    a, b = rng.choice(pairs)
    keys = [(x, y) for x in left.columns[1:] for y in right.columns[1:]
            if x.type == y.type and x.type in KEYS and x is not a and y is not b]
    keys = [rng.choice(keys)] if keys and rng.random() < 0.6 else []
    on = "".join(f" AND l.{x.name} IS NOT DISTINCT FROM r.{y.name} AND l.{x.name} IS NOT NULL"
                 for x, y in keys)
    distance = {"i64": "abs(l.{a}::HUGEINT - r.{b}::HUGEINT)",
                "date": "abs(l.{a} - r.{b})",
                "timestamp": "abs(epoch_us(l.{a}) - epoch_us(r.{b}))",
                "decimal(9,2)": "abs(l.{a}::DECIMAL(12,2) - r.{b}::DECIMAL(12,2))"}[a.type]
    distance = distance.format(a=a.name, b=b.name)
    cond = {"backward": f"r.{b.name} <= l.{a.name}", "forward": f"r.{b.name} >= l.{a.name}",
            "nearest": "true"}[direction]
    order = {"backward": "r.{b} DESC, r.id DESC", "forward": "r.{b}, r.id",
             "nearest": distance + ", r.{b}, CASE WHEN r.{b} <= l.{a} THEN -r.id ELSE r.id END"}[direction]
    order = order.format(a=a.name, b=b.name)
    tolerance = ""
    # sums of the extremes overflow here, as they should: none of these in id
    if a.name == b.name == "id" and rng.random() < 0.4:
        tolerance = " --tolerance 2"
    sql = (f"SELECT {shown(left.columns, 'l')}, m.id AS rid FROM {left.name} l "
           f"{'LEFT' if kind == 'left' else ''} JOIN (SELECT * FROM (SELECT l.id AS lid, r.id, "
           f"{distance} AS d, row_number() OVER (PARTITION BY l.id ORDER BY {order}) AS n "
           f"FROM {left.name} l JOIN {right.name} r ON {cond} AND l.{a.name} IS NOT NULL AND "
           f"r.{b.name} IS NOT NULL{on}) WHERE n = 1) m ON m.lid = l.id"
           f"{' AND m.d <= 2' if tolerance else ''} ORDER BY l.id")
    key = f" -k {','.join(f'{x.name}={y.name}' for x, y in keys)}" if keys else ""
    memory = rng.choice(["", " -m 8K"]) if keys else ""
    return Query(f"rjoin -t {kind} -a {a.name}={b.name} -d {direction}{tolerance}{key}{memory} "
                 f"-c id -S _r {right.name}.rfl <{left.name}.rfl", sql, is_ordered=True,
                 may_fail=bool(tolerance))


def query(rng, tables):
    left, right = rng.choice(tables), rng.choice(tables)
    if rng.random() < 0.25:
        return asof(rng, left, right)
    integers = ("i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64")
    pairs = [(a, b) for a in left.columns[1:] for b in right.columns[1:]
             if a.type == b.type or (a.type in integers and b.type in integers)]
    kind = rng.choice(["inner", "left", "right", "full", "semi", "anti"])
    if kind in ("right", "full"):
        pairs = [(a, b) for a, b in pairs if a.type == b.type]
    condition = rng.random() < 0.35
    if not pairs and not condition:
        condition = True
    keys = rng.sample(pairs, min(len(pairs), rng.choice([1, 1, 2]))) if pairs else []
    if len({a.name for a, _ in keys}) < len(keys) or len({b.name for _, b in keys}) < len(keys):
        keys = keys[:1]
    if condition and rng.random() < 0.3:
        keys = []
    on = [f"l.{a.name} = r.{b.name}" for a, b in keys]
    extra = ""
    if condition:
        extra = rng.choice(["id % 3 = id_r % 3", "id < id_r", "id_r - id between -2 and 2"])
        on.append(extra.replace("id_r", "r.id").replace("id ", "l.id ").replace("r.l.id", "r.id")
                  .replace("- id", "- l.id"))
    on = " AND ".join(on)
    names = ",".join(f"{a.name}={b.name}" for a, b in keys)
    how = f"-k {names}" if keys else ""
    strategy = rng.choice(["-b", "", "", "-m 8K"]) if keys else ""
    theirs = {a.name: b.name for a, b in keys}
    mine = [f"coalesce(l.{c.name}, r.{theirs[c.name]})" if c.name in theirs and
            kind in ("right", "full") else f"l.{c.name}" for c in left.columns]
    source, build = f"<{left.name}.rfl", f"{right.name}.rfl"
    order = "ORDER BY l.id NULLS LAST, r.id"
    if keys and not condition and rng.random() < 0.25:
        strategy = "-M"
        source = f"< <(rsort -k {','.join(a.name for a, _ in keys)} {left.name}.rfl)"
        build = f"<(rsort -k {','.join(b.name for _, b in keys)} {right.name}.rfl)"
        if any(a.type != b.type for a, b in keys):
            strategy, source, build = "", f"<{left.name}.rfl", f"{right.name}.rfl"
    command = f"rjoin -t {kind} {how} {strategy}"
    if extra:
        command += f" --on '{extra}'"
    if kind in ("semi", "anti"):
        exists = "EXISTS" if kind == "semi" else "NOT EXISTS"
        return Query(f"{command} -S _r {build} {source}",
                     f"SELECT * FROM {left.name} l WHERE {exists} (SELECT 1 FROM {right.name} r "
                     f"WHERE {on}) ORDER BY id", is_ordered=strategy != "-M")
    return Query(f"{command} -c id -S _r {build} {source}",
                 f"SELECT {', '.join(mine)}, r.id FROM {left.name} l {kind.upper()} JOIN "
                 f"{right.name} r ON {on} {order}", is_ordered=strategy != "-M")
