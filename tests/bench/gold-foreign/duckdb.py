import gold
import peers

gold.duckdb(f"{peers.DATA}/{peers.VARIANT}/silver")
