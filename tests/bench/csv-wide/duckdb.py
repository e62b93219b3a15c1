import peers

KINDS = ["INTEGER", "DECIMAL(10,2)", "DATE", "VARCHAR"]
table = peers.duckdb_csv(f"{peers.DATA}/wide.csv", {
    f"c{i:03}": KINDS[i % 4] for i in range(1, 101)})
peers.duckdb_session().execute(f"""
COPY (
    SELECT c007, sum(c040)::BIGINT AS c040, sum(c065) AS c065,
        max(c090) AS latest, count(*) AS n
    FROM {table} GROUP BY ALL ORDER BY ALL
) TO '{peers.OUT}/answer.csv' (HEADER)""")
