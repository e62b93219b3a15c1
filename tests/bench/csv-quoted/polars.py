import peers
import polars as pl

peers.polars_csv(f"{peers.DATA}/quoted.csv", {
    "txn_id": "VARCHAR", "txn_ts": "TIMESTAMP", "customer_id": "INTEGER",
    "product_id": "INTEGER", "quantity": "INTEGER", "channel": "VARCHAR"}
).group_by(
    "channel", pl.col("txn_ts").dt.strftime("%Y%m").alias("month")
).agg(
    pl.col("quantity").sum(), n=pl.len()
).sort("channel", "month").collect(engine="streaming").write_csv(
    f"{peers.OUT}/answer.csv")
