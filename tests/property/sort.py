"""rsort: any keys, directions and places of nulls; the first rows; merging."""
from property import Query


def query(rng, tables):
    made = rng.choice(tables)
    keys = rng.sample(made.columns[1:], rng.randint(1, min(3, len(made.columns) - 1)))
    ours, theirs = [], []
    for column in keys:
        down = rng.choice(["", "", " asc", " desc"])
        nulls = rng.choice(["", "", " nulls first", " nulls last"])
        ours.append(column.name + down + nulls)
        # -0.0 is 0.0 here
        shown = f"CASE WHEN {column.name} = 0 THEN 0 ELSE {column.name} END" \
            if column.type in ("f32", "f64") else column.name
        last = nulls or (" nulls last" if down == " desc" else " nulls first")
        theirs.append(shown + down + last)
    text = ", ".join(ours)
    memory = rng.choice(["", "", " -m 8K"])
    limit = ""
    rows = ""
    if rng.random() < 0.3:
        count = rng.choice([1, 3, 10, 1000])
        rows, limit = f" -n {count}", f" LIMIT {count}"
    command = f"rsort -k '{text}'{rows}{memory} {made.name}.rfl"
    if not rows and rng.random() < 0.3:
        # in parts, which are merged; the first part holds the earlier rows
        middle = rng.randint(0, len(made.rows))
        parts = [f"<(rfilter 'id {op} {middle}' <{made.name}.rfl | rsort -k '{text}')"
                 for op in ("<", ">=")]
        command = f"rsort -M -k '{text}' {' '.join(parts)}"
    # equal rows keep their order
    return Query(command, f"SELECT * FROM {made.name} ORDER BY {', '.join(theirs)}, id{limit}",
                 is_ordered=True)
