import silver

silver.polars(dedup=True)
