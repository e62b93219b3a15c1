"""The Gold queries of pipelines/retail by the peers, from the Silver table in
a folder, each into a CSV file of OUT; in compare() both answers are read."""
import os
import sys

import compare as answers
import peers
from peers import OUT

# DuckDB's, and Spark's with little change
SQL = {
    "revenue": """SELECT yyyymm, region, category,
        sum(total_amount) AS revenue, sum(quantity) AS units,
        count(*) AS orders FROM silver GROUP BY ALL""",
    "top_customers": """SELECT * FROM (SELECT region, customer_id,
        customer_name, sum(total_amount) AS total_spent, count(*) AS orders,
        dense_rank() OVER (PARTITION BY region
            ORDER BY sum(total_amount) DESC) AS rank
        FROM silver GROUP BY region, customer_id, customer_name)
        WHERE rank <= 10""",
    "monthly_trend": """WITH m AS (SELECT yyyymm,
            sum(total_amount) AS revenue, count(*) AS orders
            FROM silver GROUP BY yyyymm)
        SELECT yyyymm, revenue, orders,
        avg(revenue) OVER (ORDER BY yyyymm
            ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving_avg_3,
        100.0 * (revenue - lag(revenue) OVER (ORDER BY yyyymm)) /
            lag(revenue) OVER (ORDER BY yyyymm) AS growth_pct FROM m""",
    "category_share": """SELECT category, sum(total_amount) AS revenue,
        sum(quantity) AS units, 100.0 * sum(total_amount) /
            sum(sum(total_amount)) OVER () AS share_pct
        FROM silver GROUP BY category""",
    "region_kpis": """SELECT region, sum(total_amount) AS revenue,
        sum(quantity) AS units, count(*) AS orders,
        count(DISTINCT customer_id) AS customers,
        avg(total_amount) AS avg_order FROM silver GROUP BY region""",
    "category_kpis": """SELECT category, sum(total_amount) AS revenue,
        sum(quantity) AS units, count(*) AS orders,
        count(DISTINCT product_id) AS products,
        count(DISTINCT customer_id) AS customers,
        avg(unit_price) AS avg_price FROM silver GROUP BY category""",
}


def duckdb_silver(db, folder):
    """The view silver: to read each query's columns is faster than to keep
    those of all queries in a table."""
    db.execute(f"""CREATE VIEW silver AS FROM read_parquet(
        '{folder}/**/*.parquet', hive_partitioning = true,
        hive_types = {{'region': VARCHAR, 'yyyymm': VARCHAR}})""")


def duckdb(folder):
    db = peers.duckdb_session()
    duckdb_silver(db, folder)
    for table, query in SQL.items():
        db.execute(f"COPY ({query}) TO '{OUT}/{table}.csv' (HEADER)")


def polars_queries(silver):
    import polars as pl
    total = pl.col("total_amount").sum()
    units = pl.col("quantity").sum().alias("units")
    # a sum of decimals has 38 digits, and its quotients no more
    revenue = total.cast(pl.Float64).alias("revenue")
    orders = pl.len().alias("orders")
    month = silver.group_by("yyyymm").agg(revenue, orders).sort("yyyymm")
    category = silver.group_by("category").agg(revenue, units)
    return {
        "revenue": silver.group_by("yyyymm", "region", "category").agg(
            total.alias("revenue"), units, orders),
        "top_customers": silver.group_by(
            "region", "customer_id", "customer_name").agg(
            total.alias("total_spent"), orders).with_columns(
            rank=pl.col("total_spent").rank("dense", descending=True).over(
                "region")).filter(pl.col("rank") <= 10),
        "monthly_trend": month.with_columns(
            moving_avg_3=pl.col("revenue").rolling_mean(3, min_samples=1),
            growth_pct=100 * pl.col("revenue").pct_change()),
        "category_share": category.with_columns(
            share_pct=100 * pl.col("revenue") / pl.col("revenue").sum()),
        "region_kpis": silver.group_by("region").agg(
            total.alias("revenue"), units, orders,
            pl.col("customer_id").n_unique().alias("customers"),
            pl.col("total_amount").mean().alias("avg_order")),
        "category_kpis": silver.group_by("category").agg(
            total.alias("revenue"), units, orders,
            pl.col("product_id").n_unique().alias("products"),
            pl.col("customer_id").n_unique().alias("customers"),
            pl.col("unit_price").mean().alias("avg_price")),
    }


def polars_tables(folder):
    """(table, rows), each read for itself: faster than one plan of all by
    collect_all(), which reads the files once."""
    import polars as pl
    silver = pl.scan_parquet(
        f"{folder}/**/*.parquet", hive_partitioning=True,
        hive_schema={"region": pl.String, "yyyymm": pl.String})
    for table, query in polars_queries(silver).items():
        yield table, query.collect(engine="streaming")


def polars(folder):
    for table, rows in polars_tables(folder):
        rows.write_csv(f"{OUT}/{table}.csv")


def compare():
    for table in SQL:
        try:
            answers.compare(os.path.join(os.environ["A"], f"{table}.csv"),
                            os.path.join(os.environ["B"], f"{table}.csv"))
        except answers.Differs as error:
            sys.exit(f"{table}: {error}")
