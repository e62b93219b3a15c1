"""What tests/rparquet.bats asks of readers and writers that are not ours.

make FOLDER             a table of every flat type, as others write it
same A B [READER...]    whether all readers see the same values in A and B,
                        and pyarrow the same types
rows PATH READER        the table's rows, sorted, as text
"""
import datetime
import decimal
import math
import os
import sys

import pyarrow as pa
import pyarrow.parquet as pq


def table(rows=3000):
    """Nulls, runs, few values and many; the ends of every type."""
    def column(type, value):
        return pa.array([None if i % 7 == 3 or 500 <= i < 800 else value(i)
                         for i in range(rows)], type)
    mixed = lambda i: (i * 2654435761) % 1000003
    digits = lambda i, p: decimal.Decimal(
        (mixed(i) ** 7) % 10 ** p * (-1) ** i)
    epoch = datetime.datetime(1970, 1, 1)
    moment = lambda i: epoch + datetime.timedelta(
        days=mixed(i) % 40000 - 10000, microseconds=mixed(i))
    columns = {
        "nothing": pa.nulls(rows, pa.null()),
        "yes": column(pa.bool_(), lambda i: i < 300 or mixed(i) % 2 == 0),
        "word": column(pa.string(), lambda i: "word %d" % (mixed(i) % 20)),
        "text": column(pa.string(), lambda i: "" if i % 11 == 0 else
                       "\u00e4\u4e16 %d " % i + "x" * (i % 90)),
        "bytes": column(pa.binary(), lambda i: bytes([i % 256, 0, 255])),
        "f32": column(pa.float32(), lambda i: mixed(i) / 8),
        "f64": column(pa.float64(), lambda i: math.nan if i % 13 == 0 else
                      -0.0 if i % 17 == 0 else mixed(i) / 3),
        "date": column(pa.date32(), lambda i: moment(i).date()),
        "time": column(pa.time64("us"), lambda i: moment(i).time()),
        "naive": column(pa.timestamp("us"), moment),
        "utc": column(pa.timestamp("us", "UTC"), moment),
        "key": column(pa.string(), lambda i: "" if i % 50 == 9 else
                      "KEY-%08d%s" % (3 * i, "x" * (i % 60 == 1) * i)),
        "rising": column(pa.int64(), lambda i: 10 ** 12 + 3 * i),
        "need": pa.array(range(rows), pa.int32()),
    }
    for bits in 8, 16, 32, 64:
        columns["i%d" % bits] = column(
            getattr(pa, "int%d" % bits)(), lambda i: (
                -2 ** (bits - 1) if i == 1 else 2 ** (bits - 1) - 1
                if i == 2 else mixed(i) % 100 - 50))
        columns["u%d" % bits] = column(
            getattr(pa, "uint%d" % bits)(), lambda i: (
                2 ** bits - 1 if i == 2 else mixed(i) ** 3 % 2 ** bits))
    for precision, scale in (4, 2), (9, 0), (10, 2), (18, 6), (20, 4), (38, 9):
        columns["d%d" % precision] = column(
            pa.decimal128(precision, scale),
            lambda i: digits(i, precision).scaleb(-scale))
    fields = [pa.field(name, array.type, nullable=name != "need")
              for name, array in columns.items()]
    return pa.table(list(columns.values()), schema=pa.schema(fields))


def make(folder):
    import polars
    whole = table()
    path = lambda name: os.path.join(folder, name)
    for codec in "none", "snappy", "gzip", "zstd":
        for version in "1.0", "2.0":
            pq.write_table(whole, path("arrow-%s-%s.parquet" % (
                codec, version)), compression=codec, row_group_size=1000,
                data_page_version=version, data_page_size=2000,
                write_page_checksum=True)
    deltas = [f.name for f in whole.schema
              if pa.types.is_integer(f.type) and f.type.bit_width >= 32]
    pq.write_table(whole, path("arrow-delta.parquet"), use_dictionary=False,
                   column_encoding=dict.fromkeys(
                       deltas, "DELTA_BINARY_PACKED"))
    pq.write_table(whole, path("arrow-plain.parquet"), use_dictionary=False)
    for version in "1.0", "2.0":
        pq.write_table(whole, path("arrow-strings-%s.parquet" % version),
                       use_dictionary=False, data_page_version=version,
                       data_page_size=2000, column_encoding={
                           "word": "DELTA_LENGTH_BYTE_ARRAY",
                           "text": "DELTA_BYTE_ARRAY",
                           "bytes": "DELTA_LENGTH_BYTE_ARRAY",
                           "key": "DELTA_BYTE_ARRAY",
                           "d38": "DELTA_BYTE_ARRAY"})
    polars.from_arrow(whole).write_parquet(
        path("polars.parquet"), row_group_size=1100)
    import duckdb
    duckdb.sql("copy whole to '%s' (row_group_size 2048)" %
               path("duckdb.parquet"))


def read(path, reader):
    """A dict of lists, None for null."""
    if reader == "pyarrow":
        if os.path.isdir(path):
            import pyarrow.dataset
            return pyarrow.dataset.dataset(
                path, partitioning="hive").to_table().to_pydict()
        return pq.read_table(
            path, page_checksum_verification=True).to_pydict()
    if reader == "duckdb":
        import duckdb
        if os.path.isdir(path):
            path += "/**/*.parquet"
        return duckdb.sql("from read_parquet('%s')" % path.replace(
            "'", "''")).to_arrow_table().to_pydict()
    if reader == "polars":
        import polars
        if os.path.isdir(path):
            path += "/**/*.parquet"
            return polars.read_parquet(path, hive_partitioning=True).to_dict(
                as_series=False)
        return polars.read_parquet(path).to_dict(as_series=False)
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.master("local[1]").config(
        "spark.ui.enabled", "false").config(
        "spark.sql.session.timeZone", "UTC").config(
        "spark.driver.bindAddress", "127.0.0.1").config(
        "spark.sql.timeType.enabled", "true").getOrCreate()
    rows = spark.read.parquet(path).collect()
    names = rows[0].__fields__ if rows else []
    return {name: [row[name] for row in rows] for name in names}


def plain(value):
    """Values that are told apart by text, and not by the reader's types."""
    if isinstance(value, float):
        return "nan" if math.isnan(value) else repr(value)
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None)
    return bytes(value) if isinstance(value, bytearray) else value


def types(schema):
    """As Parquet has them, whatever Arrow schema a writer left inside."""
    return [str(type).replace("large_", "").replace("time64[ns]",
                                                    "time64[us]")
            for type in schema.types]


def same(a, b, readers):
    ours, theirs = pq.read_schema(a), pq.read_schema(b)
    if ours.names != theirs.names or types(ours) != types(theirs):
        sys.exit("types differ:\n%s\n%s" % (ours, theirs))
    want = read(b, "pyarrow")
    for reader in readers:
        got = read(a, reader)
        if list(got) != list(want):
            sys.exit("%s: columns %s" % (reader, list(got)))
        for name in want:
            for i, (x, y) in enumerate(zip(got[name], want[name])):
                if plain(x) != plain(y):
                    sys.exit("%s: %s: row %d: %r, not %r" % (
                        reader, name, i, x, y))
            if len(got[name]) != len(want[name]):
                sys.exit("%s: %d rows" % (reader, len(got[name])))


def rows(path, reader):
    columns = read(path, reader)
    lines = zip(*(columns[name] for name in sorted(columns)))
    for line in sorted("|".join("NULL" if v is None else str(v)
                                for v in line) for line in lines):
        print(line)


def main(verb, *words):
    if verb == "make":
        make(*words)
    elif verb == "same":
        same(words[0], words[1], words[2:])
    else:
        rows(*words)


main(*sys.argv[1:])
