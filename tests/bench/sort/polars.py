import peers
import polars as pl

KEYS = {"one": ["v3"], "three": ["id1", "id4", "v3"]}
keys = KEYS[peers.VARIANT]
pl.scan_parquet(f"{peers.DATA}/groupby.parquet").sort(
    keys, descending=[key == "id4" for key in keys]
).sink_parquet(f"{peers.OUT}/answer.parquet", compression="zstd",
               compression_level=1)
