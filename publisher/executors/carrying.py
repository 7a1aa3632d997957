"""Stages on machines that share no folder: each task has its own, and gets through a bucket what it needs.

Under the temporary folder of a task the show looks as it does at home, as far as one episode goes. What the task makes
there is handed over, and the next task, or in the end the caller, takes it into its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from publisher import enclosures
from publisher.errors import PublisherError
from publisher.executors.bucket import Bucket, Parcel, all_in, inside, packed, unpacked
from publisher.feed import notes
from publisher.freshness import files_given, refuse_changed
from publisher.making import Job, Made
from publisher.model import Event
from publisher.site import theme
from publisher.workspace import OUTPUT


@dataclass(frozen=True, slots=True)
class Done:
    """What a task gives on.

    Attributes:
        value: Names what lies in the show's folder, or says why there is nothing.
        events: What happened in the task; of the last one, in all of them.
    """

    value: Any
    events: tuple[Event, ...] = ()


def sent(bucket: Bucket, job: Job) -> Parcel:
    """A job for another machine, with the files that go into its episode and what the cache has of it.

    Raises:
        ContentError: A file lies outside of the show.
        OSError: The bucket fails.
    """
    root = job.space.root
    files = bucket.put(root, inside(root, _files(job)))
    return Parcel(
        packed(replace(job, given=None), root), files
    )  # a copy has other marks; `received` compares them


def _files(job: Job) -> Iterator[Path]:
    space, episode = job.space, job.episode
    yield from files_given(space, episode)
    yield space.timeline_path(episode)
    yield space.words_path(episode)
    yield from enclosures.cached(space, episode.slug)
    for folder in (
        space.fetch_folder(episode),
        space.sites,
        space.root / notes.FOLDER,
        space.root / theme.FOLDER,
    ):
        yield from all_in(folder)


def carried(url: str, stage: Callable[..., Done], job: Parcel, *before: Parcel) -> Parcel:
    """Do a stage in a folder of its own.

    Args:
        url: The bucket.
        stage: Takes a job and what the stages before it gave.
        job: As `sent` made it.
        before: What the stages before it gave.

    Returns:
        What the stage gave, with all files that were made for the episode so far.
    """
    bucket = Bucket(url)
    with own_folder() as root:
        known = dict(job.files)
        made: dict[str, str] = {}
        for each in before:
            made |= each.files
        done = [unpacked(each.value, root) for each in before]
        if not any(isinstance(each.value, PublisherError) for each in done):
            bucket.bring(known | made, root)
        value = stage(unpacked(job.value, root), *done)
        made |= bucket.put(root, all_in(root), but=known | made)
        return Parcel(packed(value, root), made)


@contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for one task; those of tasks whose process was killed are removed, as dask does for its workers.

    The system holds a lock for each that is in use, so that of a process that was killed is gone.
    """
    from distributed.diskutils import WorkSpace

    folder = WorkSpace(str(Path(gettempdir()) / "publish")).new_work_dir(prefix="task-")
    try:
        yield Path(folder.dir_path).resolve()
    finally:
        folder.release()


def received(bucket: Bucket, job: Job, parcel: Parcel) -> Done:
    """What came of a job, with its files in the show's folder.

    Raises:
        ContentError: A file that went into it was changed meanwhile.
        OSError: The bucket or the disk fails.
    """
    root = job.space.root.resolve()
    done: Done = unpacked(parcel.value, root)
    if isinstance(done.value, Made):
        refuse_changed(job.space, job.episode, job.given or {})
    changed = bucket.bring(parcel.files, root)
    if not isinstance(done.value, Made) or done.value.written is None:
        return done
    ours = tuple(path.removeprefix(f"{OUTPUT}/") for path in changed if path.startswith(f"{OUTPUT}/"))
    return replace(done, value=replace(done.value, written=replace(done.value.written, changed=ours)))
