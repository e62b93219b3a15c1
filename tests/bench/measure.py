"""Runs one program with all that it starts, and measures it.

Wall time: from the start to the end of the program and of whatever it left
running.  CPU time: user and system of the program and all its descendants,
by wait4(); orphans are handed to us (PR_SET_CHILD_SUBREAPER), so that they
count, too.  Peak memory: the greatest sum over all processes alive at one
time, sampled every 20 ms (every millisecond at first): proportional set size
(shared pages are shared out) for processes below 64 MiB, resident set size
for greater ones, for whom the kernel's addition would cost time.  Foreign
load: processors that others kept busy meanwhile.
"""
import ctypes
import dataclasses
import os
import select
import signal
import time

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_S = 0.02
LINGER_S = 10       # what is left after the program has so long to end
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PSS_BELOW = 64 << 20


@dataclasses.dataclass
class Measured:
    status: int         # as a shell has it: 128 + N for signal N
    wall: float         # seconds
    cpu: float          # seconds
    peak: int           # bytes
    foreign: float      # processors


def start():
    """Once, before any program: orphans become our children."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def children(pid):
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += file.read().split()
    except OSError:
        pass            # it has just ended
    return found


def descendants(pid):
    found = []
    rest = children(pid)
    while rest:
        pid = rest.pop()
        found.append(pid)
        rest += children(pid)
    return found


def resident(pid):
    try:
        with open(f"/proc/{pid}/statm", "rb") as file:
            size = int(file.read().split()[1]) * PAGE
        if size >= PSS_BELOW:
            return size
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1]) * 1024
    except (OSError, IndexError):
        pass            # it has just ended
    return 0


def busy():
    """Seconds of all processors, not idle, since the machine started."""
    with open("/proc/stat") as file:
        ticks = [int(word) for word in file.readline().split()[1:]]
    user, nice, system, _, _, irq, soft, steal = ticks[:8]
    return (user + nice + system + irq + soft + steal) * TICK_S


class Sampler:
    def __init__(self):
        self.peak = 0
        self.begin = time.monotonic()

    def sample(self):
        self.peak = max(self.peak, sum(
            map(resident, descendants(os.getpid()))))

    def pause(self):
        """Seconds until the next sample."""
        return min(SAMPLE_S, 0.001 + (time.monotonic() - self.begin) / 50)


def reap(pid, flags):
    """(whether a child ended, its status, its CPU seconds)"""
    ended, status, usage = os.wait4(pid, flags)
    if ended == 0:
        return False, None, 0
    code = os.waitstatus_to_exitcode(status)
    return True, code if code >= 0 else 128 - code, \
        usage.ru_utime + usage.ru_stime


def reap_orphans(pid):
    """CPU seconds of the children that have ended, but pid."""
    cpu = 0
    while True:
        ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        if ended is None or ended.si_pid == pid:
            return cpu
        cpu += reap(ended.si_pid, 0)[2]


def end_all():
    """Kills whatever is still there, and waits for it."""
    while True:
        for pid in descendants(os.getpid()):
            try:
                os.kill(int(pid), signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.wait4(-1, 0)
        except ChildProcessError:
            return


def await_orphans(sampler):
    """CPU seconds of what the program left; None if it would not end."""
    cpu = 0
    deadline = time.monotonic() + LINGER_S
    while True:
        try:
            ended, _, more = reap(-1, os.WNOHANG)
        except ChildProcessError:
            return cpu
        cpu += more
        if not ended:
            if time.monotonic() > deadline:
                return None
            sampler.sample()
            time.sleep(0.001)


def run(argv, env, cpus, log, limit_s):
    """Runs argv, its output into the file log; argv[0] is a path."""
    before = busy()
    ours = time.process_time()
    own = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cpus)
    begin = time.monotonic()
    try:
        pid = os.posix_spawn(argv[0], argv, env, setsid=True, file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, log,
             os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644),
            (os.POSIX_SPAWN_DUP2, 1, 2)])
    finally:
        os.sched_setaffinity(0, own)
    sampler = Sampler()
    orphans = 0
    try:
        handle = os.pidfd_open(pid)
        poll = select.poll()
        poll.register(handle, select.POLLIN)
        while not poll.poll(sampler.pause() * 1000):
            sampler.sample()
            orphans += reap_orphans(pid)
            if time.monotonic() - begin > limit_s:
                raise TimeoutError(f"over {limit_s} seconds")
        os.close(handle)
        _, status, cpu = reap(pid, 0)
        left = await_orphans(sampler)
        wall = time.monotonic() - begin
        if left is None:
            raise TimeoutError("left processes that did not end")
        cpu += orphans + left
    finally:
        end_all()
    foreign = busy() - before - cpu - (time.process_time() - ours)
    return Measured(status, wall, cpu, sampler.peak, max(0, foreign / wall))
