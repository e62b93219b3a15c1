import silver

silver.duckdb(one_file=True)
