import retail_spark

retail_spark.run("full")
