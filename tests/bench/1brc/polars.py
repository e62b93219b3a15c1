import peers
import polars as pl

pl.scan_csv(
    f"{peers.DATA}/{peers.VARIANT}.csv", separator=";", has_header=False,
    schema={"station": pl.String, "t": pl.Float64}
).group_by("station").agg(
    least=pl.col("t").min(), mean=pl.col("t").mean(),
    greatest=pl.col("t").max()
).sort("station").collect(engine="streaming").write_csv(
    f"{peers.OUT}/answer.csv")
