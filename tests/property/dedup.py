"""rdedup: one row for each key, by DuckDB's window functions."""
from property import Query


def query(rng, tables):
    made = rng.choice(tables)
    keys = rng.sample(made.columns[1:], rng.randint(1, 2))
    names = ",".join(c.name for c in keys)
    keep = rng.choice(["first", "last"])
    command = f"rdedup -k {names} -K {keep}"
    way = "DESC" if keep == "last" else "ASC"
    order = f"id {way}"
    if rng.random() < 0.5:
        by = rng.choice(made.columns[1:])
        desc, nulls = rng.choice(["", " desc"]), rng.choice(["first", "last"])
        command += f" -o '{by.name}{desc} nulls {nulls}'"
        flip = keep == "last"
        order = (f"{by.name} {'DESC' if bool(desc) != flip else 'ASC'} "
                 f"NULLS {nulls if not flip else {'first': 'last', 'last': 'first'}[nulls]}, {order}")
    elif rng.random() < 0.3:
        command = f"rsort -k {names} | {command} --sorted"
    if rng.random() < 0.3:
        command += " -m 64K"
    columns = ", ".join(c.name for c in made.columns)
    counted = ""
    if rng.random() < 0.4:
        command += " -c n"
        counted = f", count(*) OVER (PARTITION BY {names}) AS n"
        columns += ", n"
    if "rsort" in command:
        command = f"{command} | rsort -k id"
    command = command.replace("rdedup", f"rdedup <{made.name}.rfl", 1) if "rsort" not in command \
        else f"rcat {made.name}.rfl | {command}"
    return Query(command, f"SELECT {columns} FROM (SELECT *{counted}, row_number() OVER "
                 f"(PARTITION BY {names} ORDER BY {order}) AS place FROM {made.name}) "
                 f"WHERE place = 1 ORDER BY id", is_ordered=True)
