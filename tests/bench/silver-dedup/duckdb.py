import silver

silver.duckdb(dedup=True)
