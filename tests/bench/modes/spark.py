import peers
import retail_spark

retail_spark.run(peers.VARIANT.split("-")[0])
