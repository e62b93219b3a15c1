import peers
import polars as pl

answer = peers.polars_sales().join(
    peers.polars_csv(f"{peers.DATA}/products.csv", peers.PRODUCTS),
    on="product_id").group_by("category").agg(
    total=pl.col("unit_price").sum(), n=pl.len()).sort("category").collect(
    engine="streaming")
print(answer)
answer.write_csv(f"{peers.OUT}/answer.csv")
