import gold
import peers

gold.duckdb(f"{peers.DATA}/duckdb/silver")
