"""Every file of one build is the other's, to the byte."""
import filecmp
import os
import pathlib
import sys


def files(folder):
    return {str(path.relative_to(folder))
            for layer in ("bronze", "silver", "gold", "state")
            for path in pathlib.Path(folder, layer).rglob("*.*")
            if path.is_file() and path.name != ".stages"}


def main():
    a, b = os.environ["A"], os.environ["B"]
    names = files(a)
    if not names or names != files(b):
        sys.exit(f"other files: {names ^ files(b)}")
    differ = [name for name in names if not filecmp.cmp(
        f"{a}/{name}", f"{b}/{name}", shallow=False)]
    if differ:
        sys.exit(f"{differ[0]} differs")


main()
