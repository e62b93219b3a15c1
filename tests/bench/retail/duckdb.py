import retail

retail.duckdb()
