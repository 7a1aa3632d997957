"""Several episodes at once, each in a process that does one after the other.

Each process has a pipe of its own and no lock in common with the others, so one that is killed takes nobody along.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
from collections.abc import Generator, Iterable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess, parent_process
from threading import Lock, Thread

from publisher.errors import KilledError, Place
from publisher.executors.base import Result, cores
from publisher.making import Job, make
from publisher.model import Event

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
"""What tells NumPy's libraries and the recogniser how many threads they may have."""


class Processes:
    """Makes episodes in processes of this machine."""

    def __init__(self, count: int) -> None:
        self._count = count

    def run(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Result], None, None]:
        """See `Executor`."""
        waiting = iter(jobs)
        idle: list[_Worker] = []
        busy: dict[Connection, _Worker] = {}
        try:
            while True:
                while len(busy) < self._count and (job := next(waiting, None)):
                    worker = _give(job, idle, threads=max(1, cores() // self._count))
                    busy[worker.connection] = worker
                if not busy:
                    return
                ready = wait(list(busy))
                for worker in [worker for pipe, worker in busy.items() if pipe in ready]:
                    if (result := worker.hear()) is not None:
                        del busy[worker.connection]
                        if worker.alive:
                            idle.append(worker)
                        yield worker.job, result
                    _tell(worker, tuple(busy.values()))
        finally:
            for worker in (*idle, *busy.values()):
                worker.end()


@dataclass(slots=True)
class _Worker:
    """A process, and what it is at."""

    process: BaseProcess
    connection: Connection
    job: Job
    step: str = ""
    alive: bool = field(default=True)

    def hear(self) -> Result | None:
        """Take one message of the process; a result when it ended its job, or when it is gone."""
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            self.alive = False
            self.end()
            return _killed(self.job, self.process)
        if kind == "progress":
            self.step = value
        elif kind == "event":
            self.job.space.settings.watch(value)
        else:
            return value  # type: ignore[no-any-return]
        return None

    def end(self) -> None:
        self.process.terminate()
        self.process.join()
        self.connection.close()


def _killed(job: Job, process: BaseProcess) -> KilledError:
    code = process.exitcode or 0
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return KilledError(
        f"The process that worked on the episode is gone ({how}).",
        place=Place(str(job.episode.path)),
        remedy="Perhaps memory ran out: fewer --jobs need less. Run this again; the other episodes are done.",
    )


def _give(job: Job, idle: list[_Worker], *, threads: int) -> _Worker:
    """Hand a job to a process that has nothing to do, or to a new one with so many threads for its libraries."""
    portable = job.portable()
    while idle:
        worker = idle.pop()
        try:
            worker.connection.send(portable)
        except OSError:  # it was killed while it waited
            worker.end()
            continue
        worker.job, worker.step = job, ""
        return worker
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, threads), daemon=True)
    process.start()
    theirs.close()
    ours.send(portable)
    return _Worker(process, ours, job)


def _tell(worker: _Worker, busy: tuple[_Worker, ...]) -> None:
    """Show on one line what all are at."""
    job = worker.job
    newest = max((each.job.number for each in busy), default=job.number)
    steps = ", ".join(
        f"{each.job.episode.slug} ({each.step})" if each.step else each.job.episode.slug for each in busy
    )
    job.space.settings.progress(f"{newest} of {job.total}: {steps}", (newest - len(busy)) / job.total)


# -- in the process -----------------------------------------------------------------------------------


def _work(connection: Connection, threads: int) -> None:
    """Do jobs until nobody is there to give one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the caller ends us
    os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    Thread(target=_end_with_the_caller, daemon=True).start()
    from publisher.fetch import quiet_retries

    quiet_retries()
    while True:
        try:
            job = connection.recv()
        except (EOFError, OSError):
            return
        connection.send(("result", _result(job, connection)))


def _end_with_the_caller() -> None:
    caller = parent_process()
    if caller is not None:
        wait([caller.sentinel])
        os._exit(1)


def _result(job: Job, connection: Connection) -> Result:
    last, alone = "", Lock()

    def progress(what: str, share: float | None = None) -> None:
        nonlocal last
        what += f" {int(10 * share) * 10} %" if share else ""
        with alone:
            if what != last:
                last = what
                connection.send(("progress", what))

    def watch(event: Event) -> None:
        with alone:
            connection.send(("event", event))

    settings = replace(job.space.settings, progress=progress, watch=watch)
    try:
        return make(replace(job, space=replace(job.space, settings=settings)))
    except Exception as error:  # noqa: BLE001 - the caller makes an outcome of it
        return _portable(error)


def _portable(error: Exception) -> Exception:
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
    except Exception:  # noqa: BLE001 - whatever an unknown error does
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
