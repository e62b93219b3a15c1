import db_benchmark as db

QUESTIONS = {
    "q1": "id1, sum(v1)::BIGINT AS v1",
    "q2": "id1, id2, sum(v1)::BIGINT AS v1",
    "q3": "id3, sum(v1)::BIGINT AS v1, avg(v3) AS v3",
    "q4": "id4, avg(v1) AS v1, avg(v2) AS v2, avg(v3) AS v3",
    "q5": "id6, sum(v1)::BIGINT AS v1, sum(v2)::BIGINT AS v2, sum(v3) AS v3",
    "q6": "id4, id5, median(v3) AS median, stddev(v3) AS sd",
    "q7": "id3, max(v1) - min(v2) AS range",
    "q8": "id6, max(v3, 2) AS v3",
    "q9": "id2, id4, pow(corr(v1, v2), 2) AS r2",
    "q10": "id1, id2, id3, id4, id5, id6, sum(v3) AS v3, count(*) AS n"}
query = f"""SELECT {QUESTIONS[db.QUESTION]}
    FROM {db.duckdb_table('groupby')} GROUP BY ALL"""
if db.QUESTION == "q8":
    query = f"SELECT id6, unnest(v3) AS v3 FROM ({query})"
db.duckdb_answer(query)
