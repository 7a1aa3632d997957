"""The plug-point of making episodes."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterable
from typing import Protocol

from publisher.errors import UsageError
from publisher.making import Job, Made

Result = Made | Exception
"""What came of a job; `KilledError` when nobody is left to tell."""


class Executor(Protocol):
    """Makes episodes."""

    def run(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Result], None, None]:
        """Make episodes, and give each as it was asked for with what came of it, in any order.

        Jobs are taken from `jobs` only when there is somebody to do them. What happens meanwhile is told to the
        progress and watch of their settings. Closing the generator ends everything that still runs.
        """


def choose(jobs: int, address: str = "", bucket: str = "") -> Executor:
    """The executor for what the command line says.

    Args:
        jobs: Episodes at once; 0 means one for each core.
        address: `dask://HOST:PORT` or `dask+tls://HOST:PORT`; empty means this machine.
        bucket: Through which machines without a common folder hand files over; empty means that they have one.

    Raises:
        UsageError: There is no such executor.
    """
    from publisher.executors.bucket import Bucket
    from publisher.executors.cluster import Cluster
    from publisher.executors.inline import Inline
    from publisher.executors.processes import Processes

    if jobs < 0:
        raise UsageError(f"--jobs {jobs} is no number of episodes.", remedy="Write 2, or 0 for all cores.")
    if address:
        if jobs != 1:
            raise UsageError("--jobs and --executor do not go together.", remedy="Choose one of them.")
        return Cluster(address, Bucket(bucket) if bucket else None)
    if bucket:
        raise UsageError("--bucket is for machines of a cluster.", remedy="Name it with --executor.")
    count = jobs or cores()
    return Inline() if count == 1 else Processes(count)


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
