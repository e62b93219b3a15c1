"""Whether two folders hold the same Silver: the same rows in each partition,
by a sum of hashes over all columns; and the same number of partitions."""
import glob
import os
import sys

import duckdb

COLUMNS = """txn_id::BIGINT, customer_id::INT, product_id::INT, quantity::INT,
    (unit_price * 100)::BIGINT, txn_ts::TIMESTAMP, payment_method,
    customer_name, age::INT, gender, country, category, subcategory,
    product_name, (total_amount * 100)::BIGINT, order_date::DATE"""


def partitions(db, folder):
    one = f"{folder}/silver.parquet"
    path = one if os.path.exists(one) else f"{folder}/silver/**/*.parquet"
    rows = db.execute(f"""
        SELECT region::VARCHAR, yyyymm::VARCHAR, count(*),
            sum(hash({COLUMNS})::HUGEINT)
        FROM read_parquet('{path}', hive_partitioning = {path != one})
        GROUP BY ALL ORDER BY ALL""").fetchall()
    folders = {os.path.dirname(name) for name in glob.glob(path, recursive=True)}
    if path != one and len(folders) != len(rows):
        sys.exit(f"{len(folders)} folders, {len(rows)} partitions")
    return rows


def main():
    db = duckdb.connect()
    a, b = partitions(db, os.environ["A"]), partitions(db, os.environ["B"])
    if len(a) != len(b):
        sys.exit(f"{len(a)} partitions, not {len(b)}")
    for left, right in zip(a, b):
        if left != right:
            sys.exit(f"partition {left}, not {right}")


main()
