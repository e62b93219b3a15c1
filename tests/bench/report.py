"""The results: a table for the terminal, and results.tsv."""
import csv
import os
import pathlib
import subprocess

import tasks

COLUMNS = ["task", "rows", "contender", "version", "n", "wall_s", "wall_min_s",
           "wall_max_s", "cpu_s", "peak_mib", "ratio", "ratio_min",
           "ratio_max", "cpu_ratio", "foreign", "commit", "machine"]


def machine(cpus):
    model = "unknown"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    return f"{model}, {len(cpus)} of {os.cpu_count()} CPUs, {gib:.0f} GiB"


def commit():
    def git(*arguments):
        return subprocess.run(
            ["git", "-C", tasks.ROOT, *arguments], text=True,
            capture_output=True).stdout.strip()
    # a tree with changes is no commit; results themselves do not count
    changed = git("status", "--porcelain", "--untracked-files=no", "--",
                  "lib", "bin", "pipelines", "tests/bench",
                  ":!tests/bench/results.*")
    return (git("rev-parse", "--short=10", "HEAD") or "unknown") + \
        ("+" if changed else "")


def heading(cpus):
    return (f"{machine(cpus)}; commit {commit()}\n"
            "wall and CPU (user + system) in seconds, medians, least to "
            "greatest in brackets;\npeak: the greatest sum over all "
            "processes, sampled every 20 ms, PSS below 64 MiB, else RSS;\n"
            "ratio: that contender's wall time to Riffle's, round by round; "
            "load: other processors busy")


def figure(value):
    if value == 0 or value >= 100:
        return f"{value:.0f}"
    return f"{value:.3g}" if value >= 1 else f"{value:.3f}"


def between(record, name, unit=""):
    return (f"{figure(record[name + unit])} ({figure(record[name + '_min' + unit])}"
            f"-{figure(record[name + '_max' + unit])})")


def rounds(record):
    return f"{record['n']} rounds" if record["n"] else "a warm-up"


def table(task, records, reference):
    """reference: the contender whose answer all others were compared with"""
    lines = [["", "wall s", "CPU s", "peak MiB", "ratio", "CPU ratio",
              "at least", "aim", "load"]]
    for record in records:
        name = record["contender"]
        own = record is records[0]
        lines.append([
            f"{name} {record['version']}".strip() + (
                "" if record["n"] == records[0]["n"] else
                f" ({rounds(record)})"),
            between(record, "wall", "_s"), figure(record["cpu_s"]),
            figure(record["peak_mib"]),
            "" if own else between(record, "ratio"),
            "" if own else figure(record["cpu_ratio"]),
            str(task.floor.get(name, "")), str(task.aim.get(name, "")),
            f"{record['foreign']:.1f}"])
    widths = [max(map(len, column)) for column in zip(*lines)]
    text = [f"\n{task.name}: {task.about} ({records[0]['rows']:,} rows, "
            f"{rounds(records[0])}, "
            + (f"answers as {reference}'s)" if reference else
               "answer not compared)")]
    for line in lines:
        text.append("  " + "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(line, widths))).rstrip())
    return "\n".join(text)


def missed(task, records):
    """A sentence for each floor that does not hold, or of which nobody
    knows: records may lack contenders, or be none at all."""
    lines = []
    found = {record["contender"]: record for record in records}
    for name, floor in task.floor.items():
        if name not in found:
            lines.append(f"NOT CHECKED: at least {floor}x {name}")
        elif found[name]["ratio"] < floor:
            lines.append(f"MISSED: {figure(found[name]['ratio'])}x "
                         f"{name}, at least {floor}x")
    limit = task.peak_mib.get("floor")
    if limit and not records:
        lines.append(f"NOT CHECKED: at most {limit} MiB")
    elif limit and records[0]["peak_mib"] > limit:
        lines.append(f"MISSED: {figure(records[0]['peak_mib'])} MiB, "
                     f"at most {limit} MiB")
    return lines


def store(folder, records, cpus):
    """Replaces the rows of these contenders at this task and size; returns
    all rows."""
    path = pathlib.Path(folder) / "results.tsv"
    path.parent.mkdir(parents=True, exist_ok=True)
    old = []
    if path.exists():
        with open(path, newline="") as file:
            old = list(csv.DictReader(file, delimiter="\t"))
    def key(row):
        return row["task"], int(row["rows"]), row["contender"]

    replaced = {key(record) for record in records}
    rows = [row for row in old if key(row) not in replaced]
    where = {"commit": commit(), "machine": machine(cpus)}
    for record in records:
        rows.append({name: f"{value:.4g}" if isinstance(value, float) else
                     str(value) for name, value in {**record, **where}.items()})
    order = ["riffle", *tasks.PEERS]
    rows.sort(key=lambda row: (*key(row)[:2], row["contender"] not in order,
                               order.index(row["contender"])
                               if row["contender"] in order else 0))
    part = path.with_name(".results.tsv.part")
    with open(part, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, delimiter="\t",
                                lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    part.replace(path)
    return rows
