import retail

retail.polars()
