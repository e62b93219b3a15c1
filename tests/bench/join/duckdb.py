import db_benchmark as db

QUESTIONS = {
    "q1": ("small", "JOIN", "id1"), "q2": ("medium", "JOIN", "id2"),
    "q3": ("medium", "LEFT JOIN", "id2"), "q4": ("medium", "JOIN", "id5"),
    "q5": ("big", "JOIN", "id3")}
table, kind, key = QUESTIONS[db.QUESTION]
others = ", ".join(
    f"r.{name} AS {name}{'_r' if name.startswith('id') else ''}"
    for name in db.TYPES[table] if name != key)
db.duckdb_answer(f"""SELECT l.*, {others} FROM {db.duckdb_table('join')} l
    {kind} {db.duckdb_table(table)} r USING ({key})""")
