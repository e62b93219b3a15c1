import peers

db = peers.duckdb_session()
db.execute(f"""
CREATE TEMP TABLE answer AS
    SELECT category, sum(unit_price) AS total, count(*) AS n
    FROM {peers.duckdb_sales()}
    JOIN {peers.duckdb_csv(f'{peers.DATA}/products.csv', peers.PRODUCTS)}
    USING (product_id) GROUP BY ALL ORDER BY ALL""")
db.sql("FROM answer").show()
db.execute(f"COPY answer TO '{peers.OUT}/answer.csv' (HEADER)")
