import silver

silver.duckdb()
