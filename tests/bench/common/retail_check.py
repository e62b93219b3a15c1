"""Whether two runs of the retail work gave the same: the tables of Bronze,
what was set apart and why, each partition of Silver, every Gold table; and
whether there is a report.  Of large tables sums of the rows' hashes are
compared, which tell a row that differs."""
import glob
import os
import sys
import tempfile

import duckdb

import compare as answers
import gold

BRONZE = {
    "customers": "customer_id::INT, customer_name, age::INT, gender, country,"
                 "region",
    "products": "product_id::INT, category, subcategory, product_name,"
                "(base_price * 100)::BIGINT",
    "transactions": "txn_id, txn_ts::TIMESTAMP, customer_id::INT,"
                    "product_id::INT, quantity::INT, channel"}
# a text: numbers are compared with a tolerance
HASH = """'#' || sum(hash(txn_id, txn_ts::TIMESTAMP, order_date::DATE,
    customer_id::INT, customer_name, age::INT, gender, country,
    product_id::INT, category, subcategory, product_name, quantity::INT,
    (unit_price * 100)::BIGINT, (total_amount * 100)::BIGINT,
    channel)::HUGEINT)"""


def table(folder, name):
    """A table is a file or a folder of files."""
    one = f"{folder}/{name}.parquet"
    return one if os.path.exists(one) else f"{folder}/{name}/**/*.parquet"


def queries(folder):
    found = {f"bronze/{name}": f"""SELECT count(*) AS n,
            '#' || sum(hash({columns})::HUGEINT) AS h
            FROM '{table(folder, 'bronze/' + name)}'"""
             for name, columns in BRONZE.items()}
    for name in "rejects/products", "rejects/transactions":
        found[f"bronze/{name}"] = f"""SELECT count(*) AS n
            FROM '{table(folder, 'bronze/' + name)}'"""
    found["silver/rejects"] = f"""SELECT reasons, count(*) AS n,
        '#' || sum(hash(txn_id)::HUGEINT) AS h
        FROM '{table(folder, "silver/rejects")}' GROUP BY GROUPING SETS ((reasons), ())"""
    found["silver/sales"] = f"""SELECT region::VARCHAR AS region,
        yyyymm::VARCHAR AS yyyymm, count(*) AS n, {HASH} AS h
        FROM read_parquet('{folder}/silver/sales/**/*.parquet',
            hive_partitioning = true) GROUP BY ALL"""
    for name in gold.SQL:
        path = table(folder, f"gold/{name}")
        found[f"gold/{name}"] = f"""SELECT * FROM '{path}'"""
    return found


def dump(db, query, path):
    names = sorted(row[0] for row in db.execute(f"DESCRIBE {query}").fetchall())
    quoted = ", ".join(f'"{name}"' for name in names)
    db.execute(f"COPY (SELECT {quoted} FROM ({query})) TO '{path}' (HEADER)")


def main():
    db = duckdb.connect()
    folder_a, folder_b = os.environ["A"], os.environ["B"]
    for folder in folder_a, folder_b:
        if not glob.glob(f"{folder}/report.txt"):
            sys.exit(f"{folder}: no report")
    a, b = queries(folder_a), queries(folder_b)
    with tempfile.TemporaryDirectory() as work:
        for name in a:
            dump(db, a[name], f"{work}/a.csv")
            dump(db, b[name], f"{work}/b.csv")
            try:
                answers.compare(f"{work}/a.csv", f"{work}/b.csv")
            except answers.Differs as error:
                sys.exit(f"{name}: {error}")


main()
