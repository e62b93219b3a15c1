import peers
import polars as pl

peers.polars_firsts(
    pl.scan_parquet(f"{peers.DATA}/transactions.parquet")
).sink_parquet(f"{peers.OUT}/answer.parquet", compression="zstd",
               compression_level=1, maintain_order=False)
