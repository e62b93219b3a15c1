"""Kills stages of the retail pipeline at random and looks at what is left.

    kill.py PIPELINES OUT KILLS SEED

Each round runs `make report` in a session of its own over tables that are
there already (all recipes run again), kills -9 one random process of it at a
random moment, and waits.  Then make must have failed (unless it was done),
and every table in OUT must be whole: the old one or the new one.  Every tenth
round, and at the end, a run that is left alone must give the same bytes as
the first one.  Prints how many kills there were, and how many of them hit a
tool of ours that was at work in a pipeline.
"""
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time


TOOLS = {"rgen", "rcsv", "rfan", "rcat", "rsort", "rparquet", "rjoin", "rmap", "rdedup",
         "rfilter", "rselect", "rpartition", "rtee", "ragg", "rwindow", "rinfo"}


def start(pipelines, out):
    shutil.rmtree(f"{out}/.make", ignore_errors=True)
    return subprocess.Popen(
        ["make", "-C", f"{pipelines}/retail", "report", f"OUT={out}", "ROWS=20000",
         "SLICES=2", "JOBS=2"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)


def members(session):
    """(pid, name) of the session's processes that still run."""
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            text = open(f"/proc/{entry}/stat").read()
        except OSError:
            continue
        name = text[text.index("(") + 1:text.rindex(")")]
        state, _, _, sid = text[text.rindex(")") + 2:].split()[:4]
        if int(sid) == session and state not in "ZX":
            yield int(entry), name


def sums(out):
    found = {}
    for folder, folders, files in os.walk(out):
        folders[:] = [f for f in folders if f not in (".work", ".make", ".stats")]
        for file in files:
            if file.endswith(".parquet") or file == ".manifest":
                path = os.path.join(folder, file)
                found[os.path.relpath(path, out)] = hashlib.sha256(
                    open(path, "rb").read()).hexdigest()
    return found


def check_whole(out):
    """Every table is what its manifest says, and holds nothing else."""
    for folder, folders, files in os.walk(out):
        folders[:] = [f for f in folders if not f.startswith(".")]
        for file in files:
            if file.endswith((".part", ".tmp")) and not file.startswith("."):
                sys.exit(f"half-done file in sight: {folder}/{file}")
        if ".manifest" not in files:
            continue
        manifest = json.load(open(f"{folder}/.manifest"))
        listed = {f["path"]: f["bytes"] for f in manifest["files"]}
        there = {}
        for below, _, names in os.walk(folder):
            for name in names:
                if name.endswith(".parquet"):
                    path = os.path.join(below, name)
                    there[os.path.relpath(path, folder)] = os.path.getsize(path)
        if listed != there:
            sys.exit(f"{folder} is not what its manifest says")


def main(pipelines, out, kills, seed):
    chance = random.Random(seed)
    began = time.time()
    if start(pipelines, out).wait() != 0:
        sys.exit("the first run failed")
    took = time.time() - began
    want = sums(out)
    done = at_work = late = 0
    while done < kills:
        make = start(pipelines, out)
        time.sleep(chance.random() * took)
        aims_at_tools = chance.random() < 0.9
        while True:
            victims = [(p, n) for p, n in members(make.pid) if p != make.pid]
            tools = [(p, n) for p, n in victims if n in TOOLS]
            if tools or not aims_at_tools or make.poll() is not None:
                break
        if aims_at_tools and tools:
            victims = tools
        victim, name = chance.choice(victims) if victims else (make.pid, "make")
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            make.wait()
            continue
        status = make.wait()
        done += 1
        at_work += (victim, name) in tools
        # what was started may outlive make for a moment
        while any(True for _ in members(make.pid)):
            time.sleep(0.01)
        check_whole(out)
        if status == 0:
            late += 1
            if sums(out) != want:
                sys.exit(f"kill {done} ({name}): status 0, and the output is wrong")
        if done % 10 == 0 or done == kills:
            if start(pipelines, out).wait() != 0:
                sys.exit(f"kill {done} ({name}): the run after it failed")
            if sums(out) != want:
                sys.exit(f"kill {done} ({name}): the run after it gave other bytes")
    print(f"{done} kills, {at_work} of tools at work, {late} too late to matter")
    if at_work < 3 * done // 4:
        sys.exit("too few kills in mid-stream")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
