import gold
import peers

gold.polars(f"{peers.DATA}/polars/silver")
