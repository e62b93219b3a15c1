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

    def __init__(self, task, rows, peers, cpus, keep):
        self.task = task
        self.keep = keep
        self.rows = rows
        self.cpus = cpus
        self.names = [name for name in task.contenders()
                      if not peers or name not in tasks.PEERS or name in peers]
        self.measured = {name: [] for name in self.names}
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
        reference = next((name for name in ("duckdb", *self.names[1:])
                          if name in self.names), None)
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
                warm_up = self.run_once(name)
                if self.task.rounds.get(name) == 0:
                    self.measured[name].append(warm_up)
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

    def records(self):
        """What is reported: a dictionary for each contender."""
        base = self.measured[self.names[0]]
        found = []
        for name in self.names:
            runs = self.measured[name]
            if not runs:
                continue
            walls = [run.wall for run in runs]
            ratios = [theirs.wall / ours.wall
                      for theirs, ours in zip(runs, base)]
            cpu = statistics.median(run.cpu for run in runs)
            found.append({
                "task": self.task.name, "rows": self.rows, "contender": name,
                "version": tasks.version(name), "n": len(runs),
                "wall_s": statistics.median(walls), "wall_min_s": min(walls),
                "wall_max_s": max(walls), "cpu_s": cpu,
                "peak_mib": max(run.peak for run in runs) / (1 << 20),
                "ratio": statistics.median(ratios), "ratio_min": min(ratios),
                "ratio_max": max(ratios),
                "cpu_ratio": cpu / max(1e-9, statistics.median(
                    run.cpu for run in base)),
                "foreign": statistics.median(run.foreign for run in runs)})
        return found


def main():
    is_check, values = settings(sys.argv[1:])
    chosen = tasks.choose([t for t in values["TASK"].split(",") if t])
    peers = [name for name in values["PEERS"].split(",") if name]
    if is_check and not values["TASK"]:
        chosen = [task for task in chosen if task.short]
    if is_check and not peers:
        peers = ["duckdb", "polars"]
    cpus = {int(cpu) for cpu in values["CPUS"].split(",")}
    rounds = int(values["ROUNDS"])
    if rounds < 1 or set(peers) - set(tasks.PEERS) - {"none"}:
        usage()
    os.chdir(tasks.ROOT)
    measure.start()
    print(report.heading(cpus))
    failed = []
    for task in chosen:
        rows = int(values["ROWS"] or task.rows)
        bout = Bout(task, task.rows if task.fixed else rows, peers, cpus,
                    values["KEEP"])
        if bout.data is None:
            print(f"\n{task.name}: left out, no data")
            continue
        try:
            bout.run(rounds)
        except (Wrong, TimeoutError, subprocess.CalledProcessError) as error:
            print(f"\n{task.name}: {error}", flush=True)
            failed.append(task.name)
            continue
        records = bout.records()
        print(report.table(task, records), flush=True)
        if is_check:
            missed = report.missed(task, records)
            failed += [task.name] if missed else []
            print("".join(f"  {line}\n" for line in missed), end="")
        else:
            everything = report.store(values["RESULTS"], records, cpus)
            chart.write(values["RESULTS"], everything, tasks.load_all())
    if failed:
        print(f"\nbench: failed: {', '.join(failed)}", file=sys.stderr)
        sys.exit(1)


main()
