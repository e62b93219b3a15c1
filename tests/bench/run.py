"""The benchmark: run.py [--check] [TASK=name,name] [ROWS=n] [ROUNDS=n] ...

README.md says what is measured and how; see usage() for the settings.
"""
import os
import shutil
import statistics
import subprocess
import sys

import chart
import measure
import report
import tasks

LIMIT_S = 3600      # for one run of one program
NO_DATA = "left out, no data"

SETTINGS = {
    "TASK": ("", "tasks, NAME or NAME/VARIANT, with commas between"),
    "ROWS": ("", "other sizes than the tasks' own"),
    "ROUNDS": ("5", "after one warm-up"),
    "PEERS": ("", "only these of duckdb,polars,spark; or none"),
    "CPUS": ("0,1", "all programs run on these"),
    "KEEP": ("", "if set, leave the answers in BENCH_DATA/out"),
    "RESULTS": (str(tasks.BENCH), "folder of results.tsv and results.svg"),
}


def usage():
    print("usage: scripts/bench [--check] [NAME=VALUE...]", file=sys.stderr)
    for name, (default, about) in SETTINGS.items():
        default = f" ({default})" if default else ""
        print(f"  {name:8} {about}{default}", file=sys.stderr)
    sys.exit(2)


def settings(arguments):
    values = {name: os.environ.get(name) or default
              for name, (default, _) in SETTINGS.items()}
    is_check = False
    for argument in arguments:
        name, equals, value = argument.partition("=")
        if argument == "--check":
            is_check = True
        elif equals and name in SETTINGS:
            values[name] = value or SETTINGS[name][0]
        else:
            usage()
    return is_check, values


class Wrong(Exception):
    """An answer or a program is wrong: nothing is timed."""


class Bout:
    """One task with one size: its contenders, run in turn."""

    def __init__(self, task, rows, names, cpus, keep):
        self.task = task
        self.keep = keep
        self.rows = rows
        self.cpus = cpus
        self.names = names
        # the answer that all others must be
        self.reference = next((name for name in ("duckdb", *names[1:])
                               if name in names[1:]), None)
        self.warm_ups = {}
        self.measured = {name: [] for name in names}
        self.work = tasks.store() / "out" / task.name.replace("/", "-")
        self.data = tasks.data_set(task.data, rows)

    def environment(self, **more):
        return tasks.environment(
            len(self.cpus), DATA=self.data, ROWS=self.rows,
            VARIANT=self.task.variant, TOLERANCE=self.task.tolerance,
            ABSOLUTE=self.task.absolute, **more)

    def run_once(self, name):
        """A fresh start of one contender, its answer in work/NAME."""
        out, temporary = self.work / name, self.work / "tmp"
        for folder in out, temporary:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
        env = self.environment(OUT=out, TMPDIR=temporary, CONTENDER=name)
        prepare = self.task.folder / "prepare"
        if prepare.exists():        # not timed
            subprocess.run(["bash", prepare], env=env, check=True,
                           stdout=sys.stderr)
        os.sync()                   # nobody writes another's pages
        log = self.work / f"{name}.log"
        result = measure.run(self.task.program(name), env, self.cpus,
                             str(log), LIMIT_S)
        shutil.rmtree(temporary, ignore_errors=True)
        if result.status != 0:
            text = log.read_text(errors="replace")[-2000:]
            raise Wrong(f"{name}: status {result.status}\n{text}")
        return result

    def check(self):
        """All answers are the reference's."""
        reference = self.reference
        for name in self.names:
            if reference is None or name == reference:
                continue
            done = subprocess.run(
                self.task.check(), text=True, capture_output=True,
                env=self.environment(
                    A=self.work / name, B=self.work / reference, NAME_A=name,
                    NAME_B=reference, OUT=self.work))
            if done.returncode != 0:
                raise Wrong(f"{name}'s answer is not {reference}'s: "
                            f"{(done.stdout + done.stderr).strip()}")

    def run(self, rounds):
        try:
            for name in self.names:
                self.say(f"warm-up {name}")
                self.warm_ups[name] = self.run_once(name)
            self.say("comparing the answers")
            self.check()
            for count in range(rounds):
                for name in self.names:
                    if count >= self.task.rounds.get(name, rounds):
                        continue
                    self.say(f"round {count + 1} of {rounds}: {name}")
                    self.measured[name].append(self.run_once(name))
        finally:
            self.say("")
            if not self.keep:
                shutil.rmtree(self.work, ignore_errors=True)

    def say(self, text):
        if sys.stderr.isatty():
            print(f"\r\033[K{text and self.task.name + ': ' + text}", end="",
                  file=sys.stderr, flush=True)

    def pairs(self, name):
        """Like with like: this contender's runs, and the first contender's
        of the same rounds; the warm-ups of both if it had no round."""
        first = self.names[0]
        if not self.measured[name]:
            return [(self.warm_ups[name], self.warm_ups[first])]
        return list(zip(self.measured[name], self.measured[first]))

    def record(self, name):
        runs, base = zip(*self.pairs(name))
        walls = [run.wall for run in runs]
        ratios = [run.wall / own.wall for run, own in zip(runs, base)]
        cpu = statistics.median(run.cpu for run in runs)
        return {
            "task": self.task.name, "rows": self.rows, "contender": name,
            "version": tasks.version(name), "n": len(self.measured[name]),
            "wall_s": statistics.median(walls), "wall_min_s": min(walls),
            "wall_max_s": max(walls), "cpu_s": cpu,
            "peak_mib": max(run.peak for run in runs) / (1 << 20),
            "ratio": statistics.median(ratios), "ratio_min": min(ratios),
            "ratio_max": max(ratios),
            "cpu_ratio": cpu / max(1e-9, statistics.median(
                run.cpu for run in base)),
            "foreign": statistics.median(run.foreign for run in runs)}

    def records(self):
        """What is reported: a dictionary for each contender."""
        return [self.record(name) for name in self.names]


def contenders(task, peers, is_check):
    """Who takes part: all, or of the peers these; a check needs only those
    that have a floor."""
    names = task.contenders()
    if not peers and is_check:
        peers = [*task.floor, "none"]
    return [name for name in names
            if not peers or name not in tasks.PEERS or name in peers]


def run_task(task, rows, names, cpus, rounds, keep):
    """(records, None), or (no records, why not)"""
    bout = Bout(task, rows, names, cpus, keep)
    if bout.data is None:
        return [], NO_DATA
    try:
        bout.run(rounds)
    except (Wrong, TimeoutError, subprocess.CalledProcessError) as error:
        return [], str(error)
    records = bout.records()
    print(report.table(task, records, bout.reference), flush=True)
    return records, None


def main():
    is_check, values = settings(sys.argv[1:])
    chosen = tasks.choose([t for t in values["TASK"].split(",") if t])
    peers = [name for name in values["PEERS"].split(",") if name]
    if is_check and not values["TASK"]:
        chosen = [task for task in chosen if task.short]
    cpus = {int(cpu) for cpu in values["CPUS"].split(",")}
    rounds = int(values["ROUNDS"])
    if rounds < 1 or set(peers) - set(tasks.PEERS) - {"none"}:
        usage()
    os.chdir(tasks.ROOT)
    measure.start()
    print(report.heading(cpus))
    failed = []
    for task in chosen:
        rows = int(not task.fixed and values["ROWS"] or task.rows)
        records, problem = run_task(
            task, rows, contenders(task, peers, is_check), cpus, rounds,
            values["KEEP"])
        if problem:
            print(f"\n{task.name}: {problem}", flush=True)
            failed += [task.name] if problem != NO_DATA else []
        if is_check:
            missed = report.missed(task, records)
            failed += [task.name] if missed else []
            print("".join(f"  {line}\n" for line in missed), end="")
        elif records:
            everything = report.store(values["RESULTS"], records, cpus)
            chart.write(values["RESULTS"], everything, tasks.load_all())
    if failed:
        print(f"\nbench: failed: {', '.join(dict.fromkeys(failed))}",
              file=sys.stderr)
        sys.exit(1)


main()
