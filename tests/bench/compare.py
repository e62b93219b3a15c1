"""Compares $A/answer.csv with $B/answer.csv: the same columns and rows, in
any order; numbers to $TOLERANCE (relative) or $ABSOLUTE, all else to the
letter.  Exits with 1 and a message where they differ."""
import csv
import os
import sys


class Differs(Exception):
    pass


def value(text):
    try:
        return float(text)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(text.lower(), text)


def order(row):
    """Texts and whole numbers first: they are alike to the letter."""
    exact = [v for v in row if isinstance(v, str) or
             abs(v) < 1e15 and v == int(v)]
    return [str(v) for v in exact], [f"{v:.6e}" for v in row
                                     if not isinstance(v, str)]


def read(path):
    with open(path, newline="") as file:
        rows = csv.reader(file)
        names = next(rows, None)
        return names, sorted(([value(text) for text in row] for row in rows),
                             key=order)


def alike(a, b, relative, absolute):
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return a == b or (a != a and b != b) or \
        abs(a - b) <= max(relative * max(abs(a), abs(b)), absolute)


def compare(path_a, path_b):
    relative = float(os.environ.get("TOLERANCE", "1e-10"))
    absolute = float(os.environ.get("ABSOLUTE", "0"))
    (names_a, a), (names_b, b) = read(path_a), read(path_b)
    if names_a != names_b:
        raise Differs(f"columns {names_a}, not {names_b}")
    if len(a) != len(b):
        raise Differs(f"{len(a)} rows, not {len(b)}")
    if not a:
        raise Differs("no rows")
    for left, right in zip(a, b):
        if len(left) != len(right) or not all(
                alike(x, y, relative, absolute)
                for x, y in zip(left, right)):
            raise Differs(f"{left}, not {right}")


def main():
    try:
        compare(os.path.join(os.environ["A"], "answer.csv"),
                os.path.join(os.environ["B"], "answer.csv"))
    except Differs as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
