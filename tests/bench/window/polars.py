import peers
import polars as pl
from polars import col

table = pl.scan_parquet(f"{peers.DATA}/transactions.parquet")
if peers.VARIANT == "top":
    answer = table.sort(
        "customer_id", "quantity", "txn_ts", "txn_id",
        descending=[False, True, False, False]
    ).with_columns(
        place=pl.int_range(1, pl.len() + 1).over("customer_id")
    ).filter(col("place") <= 10)
else:
    answer = table.sort(
        "customer_id", "txn_ts", "txn_id", "quantity"
    ).with_columns(
        moving=col("quantity").cast(pl.Int64).rolling_sum(7, min_samples=1)
        .over("customer_id"))
answer.sink_parquet(f"{peers.OUT}/answer.parquet", compression="zstd",
                    compression_level=1)
