import silver

silver.polars()
