import peers

table = peers.duckdb_csv(f"{peers.DATA}/quoted.csv", {
    "txn_id": "VARCHAR", "txn_ts": "TIMESTAMP", "customer_id": "INTEGER",
    "product_id": "INTEGER", "quantity": "INTEGER", "channel": "VARCHAR"})
peers.duckdb_session().execute(f"""
COPY (
    SELECT channel, strftime(txn_ts, '%Y%m') AS month,
        sum(quantity)::BIGINT AS quantity, count(*) AS n
    FROM {table} GROUP BY ALL ORDER BY ALL
) TO '{peers.OUT}/answer.csv' (HEADER)""")
