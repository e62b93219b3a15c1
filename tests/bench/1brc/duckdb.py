import peers

peers.duckdb_session().execute(f"""
COPY (
    SELECT station, min(t) AS least, avg(t) AS mean, max(t) AS greatest
    FROM read_csv('{peers.DATA}/{peers.VARIANT}.csv', header = false,
        delim = ';', columns = {{station: 'VARCHAR', t: 'DOUBLE'}})
    GROUP BY station ORDER BY station
) TO '{peers.OUT}/answer.csv' (HEADER)""")
