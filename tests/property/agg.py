"""ragg: groups, aggregates, sets, HAVING, slices and spilling."""
from property import Query


def aggregates(rng, made, keys):
    """(ours, theirs) of one random aggregate."""
    numbers = made.of("i", "u", "decimal")
    # what a sum of doubles, as DuckDB adds, can hold
    small = made.of("i8", "i16", "i32", "u8", "u16", "u32", "decimal(9,2)")
    exact = made.of("i", "u", "decimal", "date", "time", "string", "bool")
    every = made.columns[1:]
    integers = made.of("i", "u")
    kinds = ["count(*)", "count", "count(distinct)", "min", "max", "first", "last", "any_value"]
    if numbers:
        kinds += ["sum", "sum", "quantile_disc", "avg", "median", "sum(distinct)",
                  "quantile_cont"]
    if small:
        kinds += ["stddev", "var_pop", "corr", "covar_samp", "regr_slope"]
    if made.of("bool"):
        kinds += ["bool_and", "bool_or"]
    if integers:
        kinds += ["bit_and", "bit_or", "bit_xor"]
    if made.of("string"):
        kinds += ["string_agg", "string_agg by", "string_agg distinct"]
    if exact:
        kinds += ["arg_min", "arg_max"]
    kind = rng.choice(kinds)
    name = lambda some: rng.choice(some).name
    if kind == "count(*)":
        return "count(*)", "count(*)"
    if kind == "count(distinct)":
        column = rng.choice(every)
        theirs = f"CASE WHEN {column.name} = 0 THEN 0 ELSE {column.name} END" \
            if column.type in ("f32", "f64") else column.name
        return f"count(distinct {column.name})", f"count(DISTINCT {theirs})"
    if kind in ("first", "last"):
        column = name(every)
        return f"{kind}({column})", f"{kind}({column} ORDER BY id)"
    if kind == "any_value":
        column = name(every)
        return f"any_value({column})", f"first({column} ORDER BY id) FILTER (WHERE {column} IS NOT NULL)"
    if kind in ("arg_min", "arg_max"):
        x, by = name(every), name(exact)
        order = "DESC" if kind == "arg_max" else "ASC"
        return (f"{kind}({x}, {by})", f"first({x} ORDER BY {by} {order}, id) FILTER (WHERE "
                f"{x} IS NOT NULL AND {by} IS NOT NULL)")
    if kind.startswith("string_agg"):
        x = name(made.of("string"))
        if kind == "string_agg":
            return f"string_agg({x}, '|')", f"string_agg({x}, '|' ORDER BY id)"
        if kind == "string_agg by":
            return f"string_agg({x}, ', ' order by {x})", f"string_agg({x}, ', ' ORDER BY {x})"
        return f"string_agg(distinct {x}, '')", f"string_agg(DISTINCT {x}, '' ORDER BY {x})"
    if kind in ("bool_and", "bool_or"):
        x = name(made.of("bool"))
        return f"{kind}({x})", f"{kind}({x})"
    if kind.startswith("bit"):
        x = name(integers)
        return f"{kind}({x})", f"{kind}({x})"
    if kind in ("min", "max", "count"):
        x = name(every)
        return f"{kind}({x})", f"{kind}({x})"
    x = name(numbers or small)
    scale = {c.name: int(c.type[8:-1].split(",")[1]) if c.type.startswith("decimal") else 0
             for c in numbers}[x]
    wide = f"CAST({x} AS DECIMAL(38,{scale}))"
    if kind == "sum":
        return f"sum({x})", f"sum({wide})"
    if kind == "sum(distinct)":
        return f"sum(distinct {x})", f"sum(DISTINCT {wide})"
    if kind == "avg":
        return f"cast(avg({x}) as f64)", f"sum({wide})::DOUBLE / count({x})"
    if kind == "median":
        return f"cast(median({x}) as f64)", f"median({x}::DOUBLE)"
    if kind == "quantile_cont":
        q = rng.choice(["0", "0.25", "0.9", "1"])
        return f"cast(quantile_cont({x}, {q}) as f64)", f"quantile_cont({x}::DOUBLE, {q})"
    if kind == "quantile_disc":
        q = rng.choice(["0", "0.1", "0.5", "0.75", "1"])
        column = name(exact)
        return f"quantile_disc({column}, {q})", f"quantile_disc({column}, {q})"
    x, y = name(small), name(small)
    if kind in ("stddev", "var_pop"):
        return f"{kind}({x})", f"{kind}({x}::DOUBLE)"
    # nan where a variance is 0 is null with us
    nan = f"nullif({kind}({x}::DOUBLE, {y}::DOUBLE), 'nan'::DOUBLE)"
    return f"{kind}({x}, {y})", nan


def query(rng, tables):
    made = rng.choice(tables)
    keys = rng.sample(made.columns[1:], rng.choice([0, 1, 1, 2, 3]))
    names = [c.name for c in keys]
    items = []
    while len(items) < rng.randint(1, 4):
        ours, theirs = aggregates(rng, made, keys)
        if rng.random() < 0.2 and "FILTER" not in theirs and not ours.startswith("cast") \
                and not theirs.startswith("nullif"):
            ours += " filter (where id % 3 = 1)"
            theirs += " FILTER (WHERE id % 3 = 1)"
        items.append((ours, theirs))
    ours = ", ".join(f"a{i} = {o}" for i, (o, _) in enumerate(items))
    theirs = ", ".join(t for _, t in items)
    # -0.0 is 0.0 in a key
    shown = [f"CASE WHEN {c.name} = 0 THEN 0 ELSE {c.name} END" if c.type in ("f32", "f64")
             else c.name for c in keys]
    groups = ", ".join(shown)
    sets = ""
    by = f" GROUP BY {groups}" if keys else ""
    select = groups
    if keys and rng.random() < 0.25:
        how = rng.choice(["rollup", "cube", "sets"])
        # DuckDB groups by names here
        inner = f"(SELECT * REPLACE ({', '.join(f'{s} AS {n}' for s, n in zip(shown, names))}) FROM {made.name})"
        groups = ", ".join(names)
        if how == "sets":
            lists = [rng.sample(names, rng.randint(0, len(names))) for _ in range(2)]
            lists = [list(x) for x in dict.fromkeys(tuple(sorted(x)) for x in lists + [names])]
            text = ", ".join(f"({', '.join(x)})" for x in lists)
            sets = f" --sets '{text}'"
            by = f" GROUP BY GROUPING SETS ({text})"
        else:
            sets = f" --{how}"
            by = f" GROUP BY {how.upper()} ({groups})"
        select = f"{groups}, grouping_id({groups})"
        source = inner
    else:
        source = made.name
    having = ""
    if rng.random() < 0.2:
        having = " --having 'count(*) > 2'"
        by += " HAVING count(*) > 2"
    group = f" -g {','.join(names)}" if keys else ""
    memory = rng.choice(["", "", " -m 8K"])
    plain = f'ragg{group}{sets}{memory}'
    if not having and rng.random() < 0.3:
        parts = " ".join(f"<(rfilter 'id % 2 = {k}' <{made.name}.rfl | {plain} -P \"{ours}\")"
                         for k in range(2))
        # first, last and their like depend on the place in one input
        if not any(w in ours for w in ("first", "last", "any", "arg", "string_agg")):
            command = f'rcat {parts} | {plain} -F "{ours}"'
        else:
            command = f'{plain} "{ours}" <{made.name}.rfl'
    elif keys and not sets and not any(
            w in ours for w in ("first", "last", "any", "arg", "string_agg")) and rng.random() < 0.3:
        command = f'rsort -k {",".join(names)} {made.name}.rfl | {plain} --sorted{having} "{ours}"'
    elif keys and not sets and not having and rng.random() < 0.5:
        # of the groups of a finer one
        more = [c.name for c in rng.sample(made.columns[1:], rng.randint(0, 2))]
        finer = ",".join(dict.fromkeys(rng.sample(names, len(names)) + more))
        parts = [f"""-e cat -g "{','.join(names)}" "{ours}" """,
                 f"""-e "cat >&9" -g "{finer}" "{rng.choice([ours, 'n = count(*), ' + ours])}" """]
        rng.shuffle(parts)
        command = f'ragg{memory} {" ".join(parts)} <{made.name}.rfl 9>/dev/null'
    else:
        command = f'{plain}{having} "{ours}" <{made.name}.rfl'
    return Query(command, f"SELECT {select + ', ' if select else ''}{theirs} FROM {source}{by}",
                 tolerance=1e-6)
