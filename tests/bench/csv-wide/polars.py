import peers
import polars as pl

KINDS = [pl.Int32, pl.Decimal(10, 2), pl.Date, pl.String]
pl.scan_csv(f"{peers.DATA}/wide.csv", schema={
    f"c{i:03}": KINDS[i % 4] for i in range(1, 101)}
).group_by("c007").agg(
    pl.col("c040").cast(pl.Int64).sum(), pl.col("c065").sum(),
    latest=pl.col("c090").max(), n=pl.len()
).sort("c007").collect(engine="streaming").write_csv(
    f"{peers.OUT}/answer.csv")
