"""Where a contender performs: a job's name comes in a line, its time goes out as a line of JSON."""

import gc
import hashlib
import json
import os
import statistics
import sys
import time
from pathlib import Path

COLD = "-cold"


def perform(jobs, folder=None):
    """`jobs` maps a name to (work, result): only the work is timed, the result is compared. Of
    (work, result, True) the work is one thing many times over, and gives the milliseconds of each;
    told is their median.

    A job called NAME-cold is NAME after the files of `folder` have left the page cache.
    """
    for line in sys.stdin:
        job = line.strip()
        work, result, *many = jobs[job.removesuffix(COLD)]
        gc.collect()
        if job.endswith(COLD):
            forget(folder)
        start = time.perf_counter()
        made = work()
        spent = statistics.median(made) if many else (time.perf_counter() - start) * 1000
        print(json.dumps({"ms": spent, "check": hashlib.sha256(result(made)).hexdigest()}))
        sys.stdout.flush()
        del made


def perform_steps(steps):
    """`steps` gives the milliseconds of each step of a movement and what stood at its end. A job
    called NAME-worst is answered with the slowest, any other with the median."""
    for line in sys.stdin:
        gc.collect()
        spent, result = steps()
        told = max(spent) if line.strip().endswith("-worst") else statistics.median(spent)
        print(json.dumps({"ms": told, "check": hashlib.sha256(result).hexdigest()}))
        sys.stdout.flush()


def forget(folder):
    """Have the system drop the bytes of these files, which it does for those that nobody maps."""
    for path in Path(folder).iterdir():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)
