import gold
import peers

gold.polars(f"{peers.DATA}/{peers.VARIANT}/silver")
