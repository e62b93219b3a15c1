import peers
import polars as pl

pl.scan_parquet(f"{peers.DATA}/transactions.parquet").unique(
    "txn_id", keep="any"
).sink_parquet(f"{peers.OUT}/answer.parquet", compression="zstd",
               compression_level=1, maintain_order=False)
