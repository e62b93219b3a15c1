import db_benchmark as db

QUESTIONS = {
    "q1": ("small", "inner", "id1"), "q2": ("medium", "inner", "id2"),
    "q3": ("medium", "left", "id2"), "q4": ("medium", "inner", "id5"),
    "q5": ("big", "inner", "id3")}
table, kind, key = QUESTIONS[db.QUESTION]
db.polars_answer(db.polars_table("join").join(
    db.polars_table(table), on=key, how=kind, suffix="_r"))
