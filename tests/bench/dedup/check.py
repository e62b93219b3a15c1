"""Any row of a key will do: they differ in nothing but quantity."""
import os

import answers
import duckdb

answers.compare(["txn_id", "txn_ts", "customer_id", "product_id", "channel"],
                [])
for side in "A", "B":
    others, = duckdb.execute(f"""SELECT count(*) FROM {answers.table(side)}
        ANTI JOIN read_parquet('{os.environ['DATA']}/transactions.parquet')
        USING (txn_id, txn_ts, customer_id, product_id, quantity, channel)
        """).fetchone()
    doubled, = duckdb.execute(f"""SELECT count(*) - count(DISTINCT txn_id)
        FROM {answers.table(side)}""").fetchone()
    if others or doubled:
        raise SystemExit(f"{os.environ['NAME_' + side]}: {others} rows that "
                         f"were not there, {doubled} keys twice")
