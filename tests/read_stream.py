"""A reader of riffle-stream(5) that needs only the msgpack package."""
import struct
import sys

import msgpack

WIDTH = {"i8": "b", "i16": "h", "i32": "i", "i64": "q", "u8": "B", "u16": "H",
         "u32": "I", "u64": "Q", "f32": "f", "f64": "d", "date": "i",
         "time": "q", "timestamp": "q", "timestamp(utc)": "q"}


def buffers(data, at, lengths):
    for length in lengths:
        yield data[at:at + length]
        at += (length + 63) // 64 * 64


def read(file):
    """Yields rows as lists; numbers of dates and decimals stay numbers."""
    unpacker = msgpack.Unpacker(file, max_buffer_size=2**31 - 1)
    fields, dictionaries = None, {}
    for kind, data in (tuple(frame) for frame in unpacker):
        head = msgpack.Unpacker(max_buffer_size=2**31 - 1, strict_map_key=False)
        head.feed(data[:-8])
        meta = head.unpack()
        start = (head.tell() + 63) // 64 * 64
        if kind == 1:
            fields = meta["schema"]
        elif kind == 2:
            count = meta["count"]
            ends, text = buffers(data, start, [4 * (count + 1), meta["bytes"]])
            ends = struct.unpack(f"<{count + 1}i", ends)
            entries = dictionaries.setdefault(meta["column"], [])
            entries += [text[a:b] for a, b in zip(ends, ends[1:])]
        elif kind == 3:
            columns = []
            for i, (form, nulls, *lengths) in enumerate(meta["columns"]):
                valid, values, text = buffers(data, start, lengths)
                start += sum((n + 63) // 64 * 64 for n in lengths)
                columns.append(list(column(fields[i]["type"], form, meta["rows"],
                                           valid, values, text,
                                           dictionaries.get(i))))
            yield from zip(*columns)
        elif kind == 4:
            return
        elif kind == 5:
            raise ValueError(f"{meta['tool']}: {meta['why']}")
    raise ValueError("the end frame is missing")


def bit(bits, i):
    return bits[i >> 3] >> (i & 7) & 1


def column(kind, form, rows, valid, values, text, entries):
    if form:
        codes = struct.unpack(f"<{rows}{' BH I'[form]}", values)
        value = lambda i: show(kind, entries[codes[i]])
    elif kind in ("string", "binary"):
        ends = struct.unpack(f"<{rows + 1}i", values)
        value = lambda i: show(kind, text[ends[i]:ends[i + 1]])
    elif kind == "bool":
        value = lambda i: bool(bit(values, i))
    elif kind in WIDTH:
        numbers = struct.unpack(f"<{rows}{WIDTH[kind]}", values)
        value = lambda i: numbers[i]
    else:                                   # decimal(p,s), or null: no values
        width = len(values) // rows if rows else 0
        value = lambda i: int.from_bytes(
            values[i * width:(i + 1) * width], "little", signed=True)
    for i in range(rows):
        yield None if kind == "null" or (valid and not bit(valid, i)) else value(i)


def show(kind, value):
    return value.decode() if kind == "string" else value


if __name__ == "__main__":
    for row in read(sys.stdin.buffer):
        print("\t".join("" if v is None else str(v) for v in row))
