import peers

table = f"read_parquet('{peers.DATA}/transactions.parquet')"
QUERIES = {
    "top": f"""SELECT *, row_number() OVER (PARTITION BY customer_id
            ORDER BY quantity DESC, txn_ts, txn_id) AS place
        FROM {table} QUALIFY place <= 10""",
    "moving": f"""SELECT *, (sum(quantity) OVER (PARTITION BY customer_id
            ORDER BY txn_ts, txn_id, quantity ROWS 6 PRECEDING))::BIGINT AS moving
        FROM {table}"""}
peers.duckdb_session().execute(f"""COPY ({QUERIES[peers.VARIANT]})
    TO '{peers.OUT}/answer.parquet' (COMPRESSION zstd, COMPRESSION_LEVEL 1)""")
