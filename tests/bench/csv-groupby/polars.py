import peers
import polars as pl

peers.polars_sales().group_by(
    "region", pl.col("txn_ts").dt.strftime("%Y%m").alias("month")
).agg(
    total=pl.col("unit_price").sum(), n=pl.len()
).sort("region", "month").collect(engine="streaming").write_csv(
    f"{peers.OUT}/answer.csv")
