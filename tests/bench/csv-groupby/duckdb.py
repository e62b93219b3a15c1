import peers

peers.duckdb_session().execute(f"""
COPY (
    SELECT region, strftime(txn_ts, '%Y%m') AS month,
        sum(unit_price) AS total, count(*) AS n
    FROM {peers.duckdb_sales()} GROUP BY ALL ORDER BY ALL
) TO '{peers.OUT}/answer.csv' (HEADER)""")
