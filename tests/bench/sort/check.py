import os

import answers
import duckdb

# a row must not come before the one above it
BEFORE = {
    "one": "v3 < lag(v3) OVER rows",
    "three": "(id1, -id4, v3) < lag((id1, -id4, v3)) OVER rows"}
answers.compare("id1 id2 id3 id4 id5 id6".split(), ["v1", "v2", "v3"])
for side in "A", "B":
    table = answers.table(side, "file_row_number = true")
    late, = duckdb.execute(f"""SELECT count(*) FROM (
        SELECT {BEFORE[os.environ['VARIANT']]} AS is_late FROM {table}
        WINDOW rows AS (ORDER BY file_row_number)) WHERE is_late""").fetchone()
    if late:
        raise SystemExit(f"{os.environ['NAME_' + side]}: "
                         f"{late} rows are out of order")
