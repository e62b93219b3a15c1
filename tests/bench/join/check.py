import os

import answers

# question -> db-benchmark's name of it, and the columns that come from the
# right table
QUESTIONS = {
    "q1": ("small inner on int", "id4_r"),
    "q2": ("medium inner on int", "id1_r id4_r id5_r"),
    "q3": ("medium outer on int", "id1_r id4_r id5_r"),
    "q4": ("medium inner on factor", "id1_r id2_r id4_r"),
    "q5": ("big inner on int", "id1_r id2_r id4_r id5_r id6_r")}
question, others = QUESTIONS[os.environ["VARIANT"].split("-")[0]]
found = answers.compare("id1 id2 id3 id4 id5 id6".split() + others.split(),
                        ["v1", "v2"])
if os.environ["ROWS"] == "10000000":
    answers.compare_published([found[0], *found[3::3]], "J1_1e7_NA_0_0",
                              question)
