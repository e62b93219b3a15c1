import peers

KEYS = {"one": "v3", "three": "id1, id4 DESC, v3"}
peers.duckdb_session().execute(f"""
COPY (FROM read_parquet('{peers.DATA}/groupby.parquet')
    ORDER BY {KEYS[peers.VARIANT]})
TO '{peers.OUT}/answer.parquet' (COMPRESSION zstd, COMPRESSION_LEVEL 1)""")
