"""Silver of the data set sales, by the peers: both joins, derived columns,
Parquet with zstd level 1; partitioned by region and month or one file, with
or without one row for each txn_id."""
import peers
from peers import CORES, CUSTOMERS, DATA, OUT, PRODUCTS


def duckdb_firsts(db):
    """Of keys that come more than once all rows but one are left out: faster
    than DISTINCT of all."""
    db.execute(f"CREATE TEMP TABLE sales AS FROM {peers.duckdb_sales()}")
    return """(FROM sales WHERE rowid NOT IN (
        SELECT rowid FROM sales WHERE txn_id IN (
            SELECT txn_id FROM sales GROUP BY ALL HAVING count(*) > 1)
        QUALIFY row_number() OVER (PARTITION BY txn_id) > 1))"""


def duckdb(dedup=False, one_file=False):
    db = peers.duckdb_session()
    sales = duckdb_firsts(db) if dedup else peers.duckdb_sales()
    target = f"'{OUT}/silver.parquet' (" if one_file else \
        f"'{OUT}/silver' (PARTITION_BY (region, yyyymm), "
    db.execute(f"""
    COPY (
        SELECT s.*, customer_name, age, gender, country, category,
            subcategory, product_name,
            (unit_price * quantity)::DECIMAL(12,2) AS total_amount,
            txn_ts::DATE AS order_date, strftime(txn_ts, '%Y%m') AS yyyymm
        FROM {sales} s
        JOIN (SELECT * EXCLUDE region FROM
            {peers.duckdb_csv(f'{DATA}/customers.csv', CUSTOMERS)}) c
            USING (customer_id)
        JOIN (SELECT * EXCLUDE base_price FROM
            {peers.duckdb_csv(f'{DATA}/products.csv', PRODUCTS)}) p
            USING (product_id)
    ) TO {target} FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)""")


def polars(dedup=False, one_file=False):
    import polars as pl
    rows = peers.polars_sales()
    if dedup:
        rows = peers.polars_firsts(rows.collect(engine="streaming").lazy())
    rows = rows.join(
        peers.polars_csv(f"{DATA}/customers.csv", CUSTOMERS).drop("region"),
        on="customer_id").join(
        peers.polars_csv(f"{DATA}/products.csv", PRODUCTS).drop("base_price"),
        on="product_id").with_columns(
        total_amount=(pl.col("unit_price") * pl.col("quantity")).cast(
            pl.Decimal(12, 2)),
        order_date=pl.col("txn_ts").dt.date(),
        yyyymm=pl.col("txn_ts").dt.strftime("%Y%m"))
    target = f"{OUT}/silver.parquet" if one_file else pl.PartitionBy(
        f"{OUT}/silver", key=["region", "yyyymm"], include_key=False)
    rows.sink_parquet(target, compression="zstd", compression_level=1,
                      maintain_order=False, mkdir=True, engine="streaming")


def spark():
    """Only writes the files that gold-foreign reads."""
    from pyspark.sql import functions as f
    session = peers.spark_session()
    peers.spark_sales(session).join(
        f.broadcast(peers.spark_csv(
            session, f"{DATA}/customers.csv", CUSTOMERS).drop("region")),
        "customer_id").join(
        f.broadcast(peers.spark_csv(
            session, f"{DATA}/products.csv", PRODUCTS).drop("base_price")),
        "product_id").withColumns({
            "total_amount": f.expr(
                "cast(unit_price * quantity as decimal(12,2))"),
            "order_date": f.to_date("txn_ts"),
            "yyyymm": f.date_format("txn_ts", "yyyyMM")}).repartition(
        8 * CORES, "region", "yyyymm").write.partitionBy(
        "region", "yyyymm").parquet(f"{OUT}/silver")
