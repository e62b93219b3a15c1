import peers

peers.duckdb_session().execute(f"""
COPY (SELECT DISTINCT ON (txn_id) *
    FROM read_parquet('{peers.DATA}/transactions.parquet'))
TO '{peers.OUT}/answer.parquet' (COMPRESSION zstd, COMPRESSION_LEVEL 1)""")
