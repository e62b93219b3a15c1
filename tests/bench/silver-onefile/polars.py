import silver

silver.polars(one_file=True)
