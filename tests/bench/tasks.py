"""The tasks: what task.json says, who takes part, and how they are started.

A folder with a task.json is a task; README.md describes it.  A task's
variants are tasks of their own, NAME/VARIANT.
"""
import dataclasses
import importlib.metadata
import json
import os
import pathlib
import shutil
import subprocess
import sys

BENCH = pathlib.Path(__file__).resolve().parent
ROOT = BENCH.parent.parent
PEERS = {"duckdb": "duckdb", "polars": "polars", "spark": "pyspark"}


@dataclasses.dataclass
class Task:
    name: str               # NAME or NAME/VARIANT
    folder: pathlib.Path
    variant: str
    about: str
    data: str
    rows: int
    fixed: bool             # whatever ROWS is
    floor: dict             # contender -> at least so many times faster
    aim: dict
    peak_mib: dict          # "floor", "aim": of Riffle's memory
    rounds: dict            # contender -> no more rounds than these
    tolerance: float        # of numbers in answers, relative
    absolute: float         # and absolute
    short: bool             # make bench-check runs it
    asked: bool             # only runs when named

    def contenders(self):
        """Names, Riffle first; DuckDB's answer is the reference."""
        names = ["riffle"] if (self.folder / "riffle").exists() else []
        names += [name for name in PEERS
                  if (self.folder / f"{name}.py").exists()]
        return names + sorted(path.stem for path in self.folder.glob("*.sh"))

    def program(self, contender):
        """What starts it."""
        for path in (self.folder / contender, self.folder / f"{contender}.sh"):
            if path.exists():
                return [shutil.which("bash"), str(path)]
        # -P: the folder's polars.py is not the module
        return [sys.executable, "-P", str(self.folder / f"{contender}.py")]

    def check(self):
        own = self.folder / "check.py"
        return [sys.executable, "-P",
                str(own if own.exists() else BENCH / "compare.py")]


def load(folder):
    """The tasks of one folder."""
    with open(folder / "task.json") as file:
        said = json.load(file)
    variants = said.pop("variants", None)
    if variants is None:
        variants = {"": {}}
    elif isinstance(variants, list):
        variants = {name: {} for name in variants}
    fields = {field.name for field in dataclasses.fields(Task)}
    tasks = []
    for variant, own in variants.items():
        values = {"floor": {}, "aim": {}, "peak_mib": {}, "rounds": {},
                  "fixed": False, "tolerance": 1e-10, "absolute": 0,
                  "short": False, "asked": False, "about": "", **said, **own}
        unknown = values.keys() - fields
        if unknown:
            raise SystemExit(f"bench: {folder}/task.json: unknown: "
                             f"{', '.join(sorted(unknown))}")
        name = f"{folder.name}/{variant}" if variant else folder.name
        tasks.append(Task(name=name, folder=folder, variant=variant, **values))
    return tasks


def load_all():
    return [task for path in sorted(BENCH.glob("*/task.json"))
            for task in load(path.parent)]


def choose(names):
    """Those that are named (NAME or NAME/VARIANT); without names, all."""
    every = load_all()
    if not names:
        return [task for task in every if not task.asked]
    chosen = []
    for name in names:
        found = [task for task in every if task.name == name] or \
            [task for task in every
             if task.folder.name == name and not task.asked]
        if not found:
            raise SystemExit(f"bench: no task '{name}'; there are "
                             f"{', '.join(task.name for task in every)}")
        chosen += found
    return chosen


def version(contender):
    if contender in PEERS:
        return importlib.metadata.version(PEERS[contender])
    return ""


def environment(cores, **more):
    """What every program finds."""
    env = dict(os.environ)
    for name in ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):
        env.pop(name, None)
    env.update({
        "PATH": f"{ROOT}/build/bin:{env['PATH']}", "ROOT": str(ROOT),
        "BENCH": str(BENCH), "PYTHON": sys.executable,
        "PYTHONPATH": f"{BENCH}/common:{BENCH}", "CORES": str(cores),
        "POLARS_MAX_THREADS": str(cores), "TZ": "UTC", "LC_ALL": "C.UTF-8"})
    env.update({name: str(value) for name, value in more.items()})
    return env


def store():
    """Where data sets and answers lie."""
    return pathlib.Path(os.environ.get("BENCH_DATA") or
                        ROOT / "build/bench").resolve()


def data_set(name, rows):
    """The folder of a data set, made if it is not there; None if it cannot
    be made here (status 77)."""
    folder = store() / "data" / f"{name}-{rows}"
    if folder.exists():
        return folder
    part = folder.with_name(f".{folder.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    print(f"bench: making {folder.name}", file=sys.stderr)
    try:
        cores = len(os.sched_getaffinity(0))
        status = subprocess.run(
            ["bash", BENCH / "data" / name], stdout=sys.stderr,
            env=environment(cores, DATA=part, ROWS=rows)).returncode
        if status == 77:
            return None
        if status != 0:
            raise SystemExit(f"bench: data set {name}: status {status}")
        part.rename(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


if __name__ == "__main__":      # data NAME ROWS: for other data sets' makers
    made = data_set(sys.argv[2], int(sys.argv[3]))
    if made is None:
        sys.exit(77)
    print(made)
