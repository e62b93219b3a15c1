"""Compares $A/answer.csv with $B/answer.csv: the same columns and rows, in
any order; numbers to $TOLERANCE (relative), all else to the letter.  Exits
with 1 and a message where they differ."""
import csv
import os
import sys


def value(text):
    try:
        return float(text)
    except ValueError:
        return {"true": 1.0, "false": 0.0}.get(text.lower(), text)


def order(row):
    """Texts and whole numbers first: they are alike to the letter."""
    keys = [v for v in row if isinstance(v, str) or v == int_of(v)]
    return [str(v) for v in keys], [f"{v:.6e}" for v in row
                                    if not isinstance(v, str)]


def int_of(number):
    return int(number) if abs(number) < 1e15 else None


def read(folder):
    with open(os.path.join(folder, "answer.csv"), newline="") as file:
        rows = csv.reader(file)
        names = next(rows, None)
        return names, sorted(([value(text) for text in row] for row in rows),
                             key=order)


def alike(a, b, tolerance):
    if isinstance(a, str) or isinstance(b, str):
        return a == b
    return a == b or abs(a - b) <= tolerance * max(abs(a), abs(b)) or \
        (a != a and b != b)


def main():
    tolerance = float(os.environ.get("TOLERANCE", "1e-10"))
    (names_a, a), (names_b, b) = read(os.environ["A"]), read(os.environ["B"])
    if names_a != names_b:
        sys.exit(f"columns {names_a}, not {names_b}")
    if len(a) != len(b):
        sys.exit(f"{len(a)} rows, not {len(b)}")
    if not a:
        sys.exit("no rows")
    for left, right in zip(a, b):
        if len(left) != len(right) or not all(
                alike(x, y, tolerance) for x, y in zip(left, right)):
            sys.exit(f"{left}, not {right}")


if __name__ == "__main__":
    main()
