import db_benchmark as db
import polars as pl
from polars import col

QUESTIONS = {
    "q1": ("id1", [col("v1").sum()]),
    "q2": ("id1 id2", [col("v1").sum()]),
    "q3": ("id3", [col("v1").sum(), col("v3").mean()]),
    "q4": ("id4", [col("v1", "v2", "v3").mean()]),
    "q5": ("id6", [col("v1", "v2", "v3").sum()]),
    "q6": ("id4 id5", [col("v3").median().alias("median"),
                       col("v3").std().alias("sd")]),
    "q7": ("id3", [(col("v1").max() - col("v2").min()).alias("range")]),
    "q8": ("id6", [col("v3").top_k(2)]),
    "q9": ("id2 id4", [(pl.corr("v1", "v2") ** 2).alias("r2")]),
    "q10": ("id1 id2 id3 id4 id5 id6", [col("v3").sum(), pl.len().alias("n")])}
keys, values = QUESTIONS[db.QUESTION]
answer = db.polars_table("groupby").group_by(keys.split()).agg(values)
if db.QUESTION == "q8":
    answer = answer.explode("v3")
db.polars_answer(answer)
