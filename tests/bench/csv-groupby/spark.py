import peers
from pyspark.sql import functions as f

spark = peers.spark_session()
rows = peers.spark_sales(spark).groupBy(
    "region", f.date_format("txn_ts", "yyyyMM").alias("month")
).agg(
    f.sum("unit_price").alias("total"), f.count("*").alias("n")
).orderBy("region", "month").collect()
peers.write_answer(["region", "month", "total", "n"], rows)
