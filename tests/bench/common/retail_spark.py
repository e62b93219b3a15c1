"""The work of pipelines/retail by Spark, in three modes:

baseline   no broadcast joins, 200 shuffle partitions that stay as many,
           Silver computed anew for each Gold table
broadcast  broadcast joins, else the same
full       Spark at its best: broadcast joins, the session's settings, Silver
           in 16 partitions by region and month, cached
"""
import gold
import peers
from peers import DATA, OUT
from retail import COLUMNS, REASONS_SQL, TABLES, report

DOUBTFUL = {
    "transactions": ("txn_ts",
                     "try_to_timestamp(txn_ts, 'yyyy-MM-dd HH:mm:ss')"),
    "products": ("base_price", "try_cast(base_price AS DECIMAL(10,2))")}


def bronze(spark, table, types):
    name, value = DOUBTFUL.get(table, (None, None))
    rows = peers.spark_csv(
        spark, f"{DATA}/{table}.csv",
        {column: "VARCHAR" if column == name else kind
         for column, kind in types.items()}).selectExpr(
        "*", "_metadata.file_path AS file",
        "monotonically_increasing_id() AS line")
    is_bad = f"{name} IS NOT NULL AND {value} IS NULL" if name else "false"
    good = rows.filter(f"NOT ({is_bad})")
    if name:
        good = good.selectExpr(*[
            f"{value} AS {column}" if column == name else column
            for column in rows.columns])
    good.write.parquet(f"{OUT}/bronze/{table}")
    rows.filter(is_bad).write.parquet(f"{OUT}/bronze/rejects/{table}")
    spark.read.parquet(f"{OUT}/bronze/{table}").createOrReplaceTempView(table)


def run(mode):
    settings = {}
    if mode != "full":
        settings["spark.sql.shuffle.partitions"] = "200"
        settings["spark.sql.adaptive.coalescePartitions.enabled"] = "false"
    if mode == "baseline":
        settings["spark.sql.autoBroadcastJoinThreshold"] = "-1"
    spark = peers.spark_session(**settings)
    for table, types in TABLES.items():
        bronze(spark, table, types)
    hint = "" if mode == "baseline" else "/*+ BROADCAST(c), BROADCAST(p) */"
    checked = spark.sql(f"""
        SELECT {hint} t.txn_id, txn_ts, to_date(txn_ts) AS order_date,
            date_format(txn_ts, 'yyyyMM') AS yyyymm, t.customer_id,
            customer_name, age, gender, country, region, t.product_id,
            category, subcategory, product_name, quantity,
            base_price AS unit_price,
            cast(base_price * quantity AS DECIMAL(12,2)) AS total_amount,
            channel, {REASONS_SQL} AS reasons
        FROM (SELECT *, row_number() OVER (PARTITION BY txn_id
                ORDER BY line) AS place FROM transactions) t
        LEFT JOIN customers c ON c.customer_id = t.customer_id
        LEFT JOIN products p ON p.product_id = t.product_id
        WHERE place = 1""")
    if mode == "full":
        checked = checked.repartition(16, "region", "yyyymm").cache()
    silver = checked.filter("reasons IS NULL").selectExpr(
        *COLUMNS.replace("\n", " ").split(", "))
    if mode != "full":      # else each of 200 tasks writes 96 files
        silver = silver.repartition(200, "region", "yyyymm")
    silver.write.partitionBy("region", "yyyymm").parquet(
        f"{OUT}/silver/sales")
    checked.filter("reasons IS NOT NULL").write.parquet(
        f"{OUT}/silver/rejects")
    checked.filter("reasons IS NULL").createOrReplaceTempView("silver")
    texts = {}
    for table, query in gold.SQL.items():
        path = f"{OUT}/gold/{table}"
        spark.sql(query).write.parquet(path)
        if table != "revenue":
            texts[table] = "\n".join(
                " ".join(map(str, row))
                for row in spark.read.parquet(path).collect())
    report(texts, {path: spark.read.parquet(f"{OUT}/{path}").count()
                   for path in ("bronze/transactions",
                                "bronze/rejects/transactions",
                                "silver/rejects", "silver/sales")})
