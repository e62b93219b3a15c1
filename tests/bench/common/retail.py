"""The work of pipelines/retail by DuckDB and Polars: Bronze tables, what was
set apart, Silver partitioned by region and month with one row for each
txn_id (the first of the file), six Gold tables, and a report.

The rows' order in Bronze is that of the file, and so tells which is first.
"""
import os

import gold
import peers
from peers import DATA, OUT

TRANSACTIONS = {"txn_id": "VARCHAR", "txn_ts": "TIMESTAMP",
                "customer_id": "INTEGER", "product_id": "INTEGER",
                "quantity": "INTEGER", "channel": "VARCHAR"}
TABLES = {"customers": peers.CUSTOMERS, "products": peers.PRODUCTS,
          "transactions": TRANSACTIONS}
COLUMNS = """txn_id, txn_ts, order_date, yyyymm, customer_id, customer_name,
    age, gender, country, region, product_id, category, subcategory,
    product_name, quantity, unit_price, total_amount, channel"""
# in the order in which Riffle's pipeline has them
REASONS = {
    "unknown customer": "region IS NULL",
    "unknown product": "category IS NULL",
    "quantity not positive": "quantity IS NULL OR quantity <= 0",
    "no price": "category IS NOT NULL AND base_price IS NULL",
    "price not positive": "base_price <= 0",
}
REASONS_SQL = "nullif(concat_ws('; ', " + ", ".join(
    f"CASE WHEN {condition} THEN '{reason}' END"
    for reason, condition in REASONS.items()) + "), '')"


def folders(*names):
    for name in names:
        os.makedirs(f"{OUT}/{name}", exist_ok=True)


def report(tables, account):
    """tables: name -> text; account: name -> rows"""
    with open(f"{OUT}/report.txt", "w") as file:
        print("Retail performance", file=file)
        for name, text in tables.items():
            print(f"\n{name}\n\n{text}", file=file)
        print("\nThe account\n", file=file)
        for name, rows in account.items():
            print(f"{name:32} {rows:12}", file=file)


PARQUET = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"


def duckdb_bronze(db):
    db.execute("SET preserve_insertion_order = true")
    for table, types in TABLES.items():
        db.execute(f"""COPY (FROM {peers.duckdb_csv(
            f'{DATA}/{table}.csv', types)[:-1]}, store_rejects = true,
            rejects_table = '{table}_rejects', rejects_scan = '{table}_scans',
            filename = true)) TO '{OUT}/bronze/{table}.parquet' {PARQUET}""")
        db.execute(f"""COPY {table}_rejects
            TO '{OUT}/bronze/rejects/{table}.parquet' {PARQUET}""")
    db.execute("SET preserve_insertion_order = false")


def duckdb_silver(db):
    """Only keys that come more than once are ordered, and only what Bronze
    has of the rows is held in memory: the fastest of eight ways."""
    rows = f"""read_parquet('{OUT}/bronze/transactions.parquet',
        file_row_number = true)"""
    db.execute(f"""CREATE TEMP TABLE firsts AS FROM {rows}
        WHERE file_row_number NOT IN (
            SELECT file_row_number FROM {rows} WHERE txn_id IN (
                SELECT txn_id FROM {rows} GROUP BY ALL HAVING count(*) > 1)
            QUALIFY row_number() OVER (
                PARTITION BY txn_id ORDER BY file_row_number) > 1)""")
    db.execute(f"""CREATE VIEW checked AS
        SELECT t.txn_id, txn_ts, txn_ts::DATE AS order_date,
            strftime(txn_ts, '%Y%m') AS yyyymm, t.customer_id, customer_name,
            age, gender, country, region, t.product_id, category, subcategory,
            product_name, quantity, base_price AS unit_price,
            (base_price * quantity)::DECIMAL(12,2) AS total_amount, channel,
            {REASONS_SQL} AS reasons
        FROM firsts t
        LEFT JOIN '{OUT}/bronze/customers.parquet' c
            ON c.customer_id = t.customer_id
        LEFT JOIN '{OUT}/bronze/products.parquet' p
            ON p.product_id = t.product_id""")
    db.execute(f"""COPY (SELECT * EXCLUDE reasons FROM checked
            WHERE reasons IS NULL) TO '{OUT}/silver/sales'
        (PARTITION_BY (region, yyyymm), {PARQUET[1:]}""")
    db.execute(f"""COPY (FROM checked WHERE reasons IS NOT NULL)
        TO '{OUT}/silver/rejects.parquet' {PARQUET}""")
    gold.duckdb_silver(db, f"{OUT}/silver/sales")


def duckdb():
    db = peers.duckdb_session()
    folders("bronze/rejects", "silver", "gold")
    duckdb_bronze(db)
    duckdb_silver(db)
    texts = {}
    for table, query in gold.SQL.items():
        path = f"{OUT}/gold/{table}.parquet"
        db.execute(f"COPY ({query}) TO '{path}' {PARQUET}")
        if table != "revenue":
            texts[table] = "\n".join(
                " ".join(map(str, row)) for row in
                db.execute(f"FROM '{path}' ORDER BY ALL").fetchall())
    account = {name: db.execute(query).fetchone()[0] for name, query in {
        "in Bronze": f"""SELECT count(*)
            FROM '{OUT}/bronze/transactions.parquet'""",
        "rejected in Bronze": "SELECT count(*) FROM transactions_rejects",
        "set apart in Silver": f"""SELECT count(*)
            FROM '{OUT}/silver/rejects.parquet'""",
        "in Silver": "SELECT count(*) FROM silver"}.items()}
    report(texts, account)


def polars_bronze(table, types):
    """Two sinks, the typed rows and the others, of one pass."""
    import polars as pl
    doubtful = {"transactions": ("txn_ts", pl.col("txn_ts").str.to_datetime(
                    "%Y-%m-%d %H:%M:%S", strict=False)),
                "products": ("base_price", pl.col("base_price").cast(
                    pl.Decimal(10, 2), strict=False))}.get(table)
    if doubtful:
        name, value = doubtful
        types = {**types, name: "VARCHAR"}
    rows = peers.polars_csv(f"{DATA}/{table}.csv", types)
    options = {"compression": "zstd", "compression_level": 1, "lazy": True}
    good, bad = f"{OUT}/bronze/{table}.parquet", \
        f"{OUT}/bronze/rejects/{table}.parquet"
    if not doubtful:
        return [rows.sink_parquet(good, **options),
                rows.clear().sink_parquet(bad, **options)]
    rows = rows.with_columns(value.alias("typed"))
    is_bad = pl.col("typed").is_null() & pl.col(name).is_not_null()
    return [rows.filter(~is_bad).with_columns(
                pl.col("typed").alias(name)).drop("typed").sink_parquet(
                    good, **options),
            rows.filter(is_bad).drop("typed").sink_parquet(bad, **options)]


def polars():
    import polars as pl
    folders("bronze/rejects", "silver", "gold")
    pl.collect_all([sink for table, types in TABLES.items()
                    for sink in polars_bronze(table, types)],
                   engine="streaming")
    bronze = {table: pl.scan_parquet(f"{OUT}/bronze/{table}.parquet")
              for table in TABLES}
    total = (pl.col("base_price") * pl.col("quantity")).cast(
        pl.Decimal(12, 2))
    checked = peers.polars_firsts(bronze["transactions"]).join(
        bronze["customers"], on="customer_id", how="left").join(
        bronze["products"], on="product_id", how="left").with_columns(
        order_date=pl.col("txn_ts").dt.date(),
        yyyymm=pl.col("txn_ts").dt.strftime("%Y%m"),
        total_amount=total,
        reasons=pl.concat_str(
            [pl.when(pl.sql_expr(condition)).then(pl.lit(reason))
             for reason, condition in REASONS.items()],
            separator="; ", ignore_nulls=True)).rename(
        {"base_price": "unit_price"})
    is_good = pl.col("reasons") == ""
    options = {"compression": "zstd", "compression_level": 1, "lazy": True,
               "maintain_order": False, "mkdir": True}
    pl.collect_all([
        checked.filter(is_good).drop("reasons").sink_parquet(
            pl.PartitionBy(f"{OUT}/silver/sales", key=["region", "yyyymm"],
                           include_key=False), **options),
        checked.filter(~is_good).sink_parquet(
            f"{OUT}/silver/rejects.parquet", **options)], engine="streaming")
    tables = dict(gold.polars_tables(f"{OUT}/silver/sales"))
    for table, rows in tables.items():
        rows.write_parquet(f"{OUT}/gold/{table}.parquet", compression="zstd",
                           compression_level=1)
    with pl.Config(tbl_rows=-1, tbl_cols=-1):
        report({table: str(rows) for table, rows in tables.items()
                if table != "revenue"},
               {path: pl.scan_parquet(f"{OUT}/{path}.parquet").select(
                    pl.len()).collect().item()
                for path in ("bronze/transactions",
                             "bronze/rejects/transactions", "silver/rejects",
                             "silver/sales/**/*")})
