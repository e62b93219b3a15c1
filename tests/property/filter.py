"""rfilter: which rows a comparison keeps, nulls and NaN included."""
from property import Query, value

OPERATORS = ["=", "<>", "<", "<=", ">", ">=", "is distinct from", "is not distinct from"]


def literal(rng, kind, sql):
    text = value(rng, kind)
    quoted = text.replace("'", "''")
    return f"cast('{quoted}' as {sql})"


def query(rng, tables):
    from property import TYPES
    made = rng.choice(tables)
    column = rng.choice(made.columns)
    operator = rng.choice(OPERATORS)
    other = rng.choice([c for c in made.columns if c.type == column.type])
    if rng.random() < 0.5:
        ours = theirs = f"{column.name} {operator} {other.name}"
    else:
        state = rng.getstate()
        ours = f"{column.name} {operator} {literal(rng, column.type, column.type)}"
        rng.setstate(state)
        theirs = f"{column.name} {operator} {literal(rng, column.type, TYPES[column.type])}"
    if rng.random() < 0.3:
        ours, theirs = f"not ({ours})", f"NOT ({theirs})"
    quoted = ours.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    return Query(f'rfilter "{quoted}" <{made.name}.rfl', f"SELECT * FROM {made.name} "
                 f"WHERE {theirs} ORDER BY id", is_ordered=True)
