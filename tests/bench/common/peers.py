"""What the peers' programs share: sessions as their users would set them up,
and the data sets read as fast as each can.  Nothing is imported before it is
asked for: a program's start-up is its peer's own."""
import csv
import os

DATA = os.environ.get("DATA", "")
OUT = os.environ.get("OUT", "")
CORES = int(os.environ.get("CORES", "2"))
VARIANT = os.environ.get("VARIANT", "")
HEAP = os.environ.get("SPARK_HEAP", "8g")


def write_answer(names, rows):
    with open(f"{OUT}/answer.csv", "w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)


# --- DuckDB: types are given, but auto_detect stays on, else it takes a file
# for a few rows and builds hash tables on the wrong side; no order is kept
# that nobody asked for; every partition's file stays open.

def duckdb_session():
    import duckdb
    db = duckdb.connect()
    db.execute(f"SET threads = {CORES}")
    db.execute("SET preserve_insertion_order = false")
    db.execute("SET partitioned_write_max_open_files = 1000")
    db.execute(f"SET temp_directory = '{os.environ.get('TMPDIR', OUT)}'")
    return db


def duckdb_csv(path, types):
    """A table function for a CSV file; types: name -> DuckDB's type."""
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    return f"read_csv('{path}', header = true, columns = {{{columns}}})"


SALES = {"txn_id": "BIGINT", "customer_id": "INTEGER",
         "product_id": "INTEGER", "quantity": "INTEGER",
         "unit_price": "DECIMAL(10,2)", "txn_ts": "TIMESTAMP",
         "region": "VARCHAR", "payment_method": "VARCHAR"}
CUSTOMERS = {"customer_id": "INTEGER", "customer_name": "VARCHAR",
             "age": "INTEGER", "gender": "VARCHAR", "country": "VARCHAR",
             "region": "VARCHAR"}
PRODUCTS = {"product_id": "INTEGER", "category": "VARCHAR",
            "subcategory": "VARCHAR", "product_name": "VARCHAR",
            "base_price": "DECIMAL(10,2)"}


def duckdb_sales():
    return duckdb_csv(f"{DATA}/sales.csv", SALES)


# --- Polars: lazy, the streaming engine, timestamps by an explicit format
# (Datetime in the schema costs four times the whole query).

POLARS_TYPES = {"BIGINT": "Int64", "INTEGER": "Int32", "VARCHAR": "String",
                "DOUBLE": "Float64", "TIMESTAMP": "String"}


def polars_csv(path, types):
    import polars as pl
    schema = {}
    for name, kind in types.items():
        if kind.startswith("DECIMAL"):
            precision, scale = kind[8:-1].split(",")
            schema[name] = pl.Decimal(int(precision), int(scale))
        else:
            schema[name] = getattr(pl, POLARS_TYPES[kind])
    times = [name for name, kind in types.items() if kind == "TIMESTAMP"]
    return pl.scan_csv(path, schema=schema).with_columns(
        pl.col(name).str.to_datetime("%Y-%m-%d %H:%M:%S") for name in times)


def polars_sales():
    return polars_csv(f"{DATA}/sales.csv", SALES)


def polars_firsts(rows):
    """The first row of each txn_id: only keys that come more than once are
    looked at."""
    import polars as pl
    rows = rows.with_row_index("line")
    twice = rows.group_by("txn_id").agg(pl.len()).filter(pl.col("len") > 1)
    later = rows.join(twice, on="txn_id", how="semi").filter(
        pl.col("line") > pl.col("line").min().over("txn_id")).select(
        "line").collect(engine="streaming")
    if later.height > 0:
        rows = rows.join(later.lazy(), on="line", how="anti")
    return rows.drop("line")


# --- Spark: as many threads as there are cores, types given, adaptive
# execution as it comes; the collector that is made for throughput; no web
# page, no progress bar.

def spark_session(**settings):
    from pyspark.sql import SparkSession
    builder = SparkSession.builder.master(f"local[{CORES}]")
    for name, value in {
            "spark.driver.memory": HEAP,
            "spark.driver.extraJavaOptions": "-XX:+UseParallelGC",
            "spark.ui.enabled": "false",
            "spark.ui.showConsoleProgress": "false",
            "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": str(4 * CORES),
            "spark.local.dir": os.environ.get("TMPDIR", OUT),
            "spark.sql.warehouse.dir": f"{OUT}/.warehouse",
            "spark.sql.parquet.compression.codec": "zstd",
            "spark.hadoop.parquet.compression.codec.zstd.level": "1",
            **settings}.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def spark_csv(spark, path, types):
    schema = ", ".join(f"{name} {kind.replace('VARCHAR', 'STRING')}"
                       for name, kind in types.items())
    return spark.read.csv(path, schema, header=True,
                          timestampFormat="yyyy-MM-dd HH:mm:ss")


def spark_sales(spark):
    return spark_csv(spark, f"{DATA}/sales.csv", SALES)
