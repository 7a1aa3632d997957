"""Episodes on a cluster of dask.distributed: each stage is a task.

All machines see the show's folder under the same path, or hand files to each other through a bucket (`carrying`). What
a stage makes lies there; between tasks go only small values that name it, never audio. A task whose worker is lost is
done again by another one, and finds there what was finished.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from publisher.errors import (
    Fault,
    FaultyFileError,
    KilledError,
    MissingExtraError,
    Place,
    PublisherError,
    UsageError,
)
from publisher.executors import carrying
from publisher.executors.base import Result
from publisher.executors.bucket import Bucket
from publisher.executors.carrying import Done
from publisher.making import Job, Made, align, encode, fetch, write
from publisher.model import Event

if TYPE_CHECKING:
    from distributed import Client, Future

_ADDRESS = re.compile(r"dask(\+tls)?://([\w.\[\]:-]+:\d{1,5})", re.ASCII)
_RETRIES = 2
"""So often a task is done again that failed for no reason of the episode's, such as a disk that was away."""

_PATIENCE = 10
_PATIENCE_FOR_WORKERS = 60
_AHEAD = 2
"""Episodes handed over for each worker, so that none waits for us."""

_FETCH = "fetch"
"""The resource that a fetch takes, where workers have it: so many ask the video's site at once."""


class Cluster:
    """Makes episodes on the workers of a scheduler."""

    def __init__(self, address: str, bucket: Bucket | None = None) -> None:
        found = _ADDRESS.fullmatch(address)
        if not found:
            raise UsageError(
                f"{address!r} is no executor.", remedy="Write dask://HOST:PORT, the address of the scheduler."
            )
        self._address = f"{'tls' if found[1] else 'tcp'}://{found[2]}"
        self._bucket = bucket

    def run(self, jobs: Iterable[Job]) -> Generator[tuple[Job, Result], None, None]:
        """See `Executor`.

        Raises:
            MissingExtraError: dask.distributed is not installed.
            UsageError: No scheduler answers, it has no workers, or the bucket cannot be used.
        """
        waiting = iter(jobs)
        first = next(waiting, None)
        if first is None:
            return
        if self._bucket:
            self._bucket.try_out()
        with _connected(self._address) as client:
            first.space.settings.progress("Waiting for workers", None)
            _wait_for_workers(client, self._address)
            yield from _results(client, first, waiting, self._bucket)


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtraError("A cluster needs dask.distributed.", extra="cluster") from None
    if address.startswith("tls"):
        _require_certificate()
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError):
        raise UsageError(
            f"No scheduler answers at {address}.", remedy="Start it there with: dask scheduler"
        ) from None


def _require_certificate() -> None:
    from distributed.security import Security

    try:
        found = Security().get_connection_args("client")["ssl_context"]
    except OSError:
        found = None
    if found is None:
        raise UsageError(
            "There is no certificate with which the scheduler would know us.",
            remedy="Name certificate, key and authority in dask's configuration, distributed.comm.tls.",
        )


def _wait_for_workers(client: Client, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=_PATIENCE_FOR_WORKERS)
    except TimeoutError:
        raise UsageError(
            f"The scheduler at {address} has no workers.", remedy=f"Start some with: dask worker {address}"
        ) from None


def _results(
    client: Client, first: Job, waiting: Iterable[Job], bucket: Bucket | None
) -> Generator[tuple[Job, Result], None, None]:
    from distributed import as_completed

    jobs = chain((first,), waiting)
    running: dict[Future, Job] = {}
    completed = as_completed(loop=client.loop)
    while True:
        while len(running) < _AHEAD * max(1, len(client.scheduler_info()["workers"])):
            if (job := next(jobs, None)) is None:
                break
            try:
                future = _submit(client, job, bucket)
            except (PublisherError, OSError) as error:  # its files cannot be handed over
                yield job, error
                continue
            running[future] = job
            completed.add(future)
        if not running:
            return
        newest = max(job.number for job in running.values())
        _tell(tuple(running.values()), newest)
        future = next(completed)
        job = running.pop(future)
        yield job, _result(job, future, bucket)


def _tell(running: tuple[Job, ...], newest: int) -> None:
    job, names = running[0], ", ".join(job.episode.slug for job in running)
    job.space.settings.progress(f"{newest} of {job.total}: {names}", (newest - len(running)) / job.total)


# -- tasks --------------------------------------------------------------------------------------------


def _submit(client: Client, job: Job, bucket: Bucket | None) -> Future:
    portable = _everywhere(job)
    given = (carrying.sent(bucket, portable),) if bucket else (portable,)

    def task(
        stage: Callable[..., Done], *before: Future, resources: Mapping[str, int] | None = None
    ) -> Future:
        work = partial(carrying.carried, bucket.url, stage) if bucket else stage
        return client.submit(
            work, *given, *before, pure=False, retries=_RETRIES, resources=resources, priority=-job.number
        )

    workers = client.scheduler_info()["workers"].values()
    limited = any(_FETCH in worker["resources"] for worker in workers)
    fetched = task(_fetch, resources={_FETCH: 1} if limited else None)
    encoded, aligned = task(_encode, fetched), task(_align, fetched)
    return task(_write, fetched, encoded, aligned)


def _fetch(job: Job) -> Done:
    return _stage(_fetch_here, job)


def _fetch_here(job: Job) -> Any:
    if not job.episode.path.is_file():
        raise UsageError(
            "A worker does not see the show's folder.",
            place=Place(str(job.space.root)),
            remedy="Give all machines the same shared folder under the same path, and run this there.",
        )
    return fetch(job)


def _encode(job: Job, fetched: Done) -> Done:
    return _stage(encode, job, fetched)


def _align(job: Job, fetched: Done) -> Done:
    return _stage(_align_here, job, fetched)


def _align_here(job: Job, fetched: Any) -> None:
    """The times lie beside the episode's file, and in the cache; the next task reads them there."""
    align(job, fetched)


def _write(job: Job, *before: Done) -> Done:
    """The last stage, which tells what happened in all of them."""
    done = _stage(_write_here, job, *before)
    told = chain.from_iterable(each.events for each in before)
    return replace(done, events=(*told, *done.events))


def _write_here(job: Job, fetched: Any, prepared: Any, _aligned: None) -> Made:
    silent_job = replace(
        job, space=replace(job.space, settings=replace(job.space.settings, watch=lambda _: None))
    )
    return write(job, fetched, prepared, align(silent_job, fetched))


def _stage(work: Callable[..., Any], job: Job, *before: Done) -> Done:
    """Do a stage unless one before it has failed; what is the episode's own fault is no reason to try again."""
    for done in before:
        if isinstance(done.value, PublisherError):
            return Done(done.value)
    events: list[Event] = []
    settings = replace(job.space.settings, watch=events.append)
    try:
        value = work(
            replace(job, space=replace(job.space, settings=settings)), *(done.value for done in before)
        )
    except PublisherError as error:
        value = error
    return Done(value, tuple(events))


# -- there and back -----------------------------------------------------------------------------------


def _everywhere(job: Job) -> Job:
    """The job for a machine whose working folder is another."""
    root, network = job.space.root.resolve(), job.space.settings.network
    files = {name: path.resolve() for name in ("ca_file", "cookies") if (path := getattr(network, name))}
    settings = replace(job.space.settings, network=replace(network, **files))
    episode = replace(job.episode, path=root / job.episode.path.relative_to(job.space.root))
    return replace(job, space=replace(job.space, root=root, settings=settings), episode=episode).portable()


def _result(job: Job, future: Future, bucket: Bucket | None) -> Result:
    try:
        done: Done = carrying.received(bucket, job, future.result()) if bucket else future.result()
    except PublisherError as error:
        return error
    except Exception as error:  # noqa: BLE001 - the caller makes an outcome of it
        return _broken(job, error)
    for event in done.events:
        job.space.settings.watch(event)
    if isinstance(done.value, PublisherError):
        return _as_seen_here(done.value, job.space.root)
    made: Made = done.value
    if made.written is None:
        return made
    episode = replace(made.written.item.episode, path=job.episode.path)
    item = replace(made.written.item, episode=episode)
    return replace(made, written=replace(made.written, item=item))


def _broken(job: Job, error: Exception) -> Exception:
    from concurrent.futures import CancelledError

    from distributed import KilledWorker
    from distributed.comm import CommClosedError

    if isinstance(error, KilledWorker):
        what = "One worker after the other was lost while it worked on the episode."
        remedy = "Perhaps their memory ran out. Look at the workers' logs, and run this again."
    elif isinstance(error, CancelledError | CommClosedError):
        what, remedy = "The scheduler is gone.", "Start it again, and run this again."
    else:
        return error
    return KilledError(what, place=Place(str(job.episode.path)), remedy=remedy)


def _as_seen_here(error: PublisherError, root: Path) -> PublisherError:
    """The error with its places as the caller knows the show's folder."""
    there = f"{root.resolve()}{os.sep}"
    here = "" if root == Path() else f"{root}{os.sep}"

    def said(text: str) -> str:
        return text.replace(there, here)

    def place(known: Place) -> Place:
        return replace(known, path=said(known.path))

    error.what, error.remedy = said(error.what), said(error.remedy)
    error.place = place(error.place) if error.place else None
    if isinstance(error, FaultyFileError):
        faults = ((place(fault.place), said(fault.what)) for fault in error.faults)
        error.faults = tuple(Fault(where, what) for where, what in faults)
    return error
