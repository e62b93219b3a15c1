"""The tables of db-benchmark for the peers' programs.  A variant QUESTION
reads Parquet, QUESTION-csv reads CSV; answers go to OUT/answer.parquet."""
import peers

QUESTION, _, SOURCE = peers.VARIANT.partition("-")
TYPES = {
    "groupby": {"id1": "VARCHAR", "id2": "VARCHAR", "id3": "VARCHAR",
                "id4": "INTEGER", "id5": "INTEGER", "id6": "INTEGER",
                "v1": "INTEGER", "v2": "INTEGER", "v3": "DOUBLE"},
    "join": {"id1": "INTEGER", "id2": "INTEGER", "id3": "INTEGER",
             "id4": "VARCHAR", "id5": "VARCHAR", "id6": "VARCHAR",
             "v1": "DOUBLE"},
    "small": {"id1": "INTEGER", "id4": "VARCHAR", "v2": "DOUBLE"},
    "medium": {"id1": "INTEGER", "id2": "INTEGER", "id4": "VARCHAR",
               "id5": "VARCHAR", "v2": "DOUBLE"},
    "big": {"id1": "INTEGER", "id2": "INTEGER", "id3": "INTEGER",
            "id4": "VARCHAR", "id5": "VARCHAR", "id6": "VARCHAR",
            "v2": "DOUBLE"}}


def path(table):
    return f"{peers.DATA}/{table}.{SOURCE or 'parquet'}"


def duckdb_table(table):
    if SOURCE:
        return peers.duckdb_csv(path(table), TYPES[table])
    return f"read_parquet('{path(table)}')"


def duckdb_answer(query):
    peers.duckdb_session().execute(f"""COPY ({query})
        TO '{peers.OUT}/answer.parquet'
        (COMPRESSION zstd, COMPRESSION_LEVEL 1)""")


def polars_table(table):
    if SOURCE:
        return peers.polars_csv(path(table), TYPES[table])
    import polars as pl
    return pl.scan_parquet(path(table))


def polars_answer(frame):
    frame.sink_parquet(f"{peers.OUT}/answer.parquet", compression="zstd",
                       compression_level=1, maintain_order=False)
