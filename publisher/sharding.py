"""A part of a show's episodes prepared on one of several machines: all but the publishing."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher import pipeline, store
from publisher.episodes import made
from publisher.errors import UsageError
from publisher.executors import Executor
from publisher.making import Job, Made
from publisher.model import Episode, Outcome, Status
from publisher.report import Report
from publisher.timings import Timings
from publisher.workspace import Workspace, episode_paths

_SHARD = re.compile(r"(\d{1,4})/(\d{1,4})")


@dataclass(frozen=True, slots=True)
class Shard:
    """Every `total`-th episode, from the `number`-th on, which counts from 1."""

    number: int
    total: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """Read `3/10`.

        Raises:
            UsageError: It is no such part.
        """
        found = _SHARD.fullmatch(text)
        if not found or not 1 <= int(found[1]) <= int(found[2]):
            raise UsageError(
                f"--shard {text} is no part of a show.", remedy="Write 3/10 for the third of ten."
            )
        return cls(int(found[1]), int(found[2]))


def prepare(space: Workspace, names: tuple[str, ...], shard: Shard, executor: Executor) -> Report:
    """Fetch, encode and align a part of the episodes into cache and timelines; nothing is published.

    Raises:
        BusyError: Another run is at work on the show, or on this part of it.
    """
    timings = Timings()
    heard = timings.listening(space)
    lock = store.read_lock(space.root)
    paths = episode_paths(space, names)[shard.number - 1 :: shard.total]

    def job(episode: Episode) -> Job | Outcome:
        return pipeline.skipped(heard, episode, lock.episodes.get(episode.slug)) or Job(heard, episode)

    def done(job: Job, made: Made) -> Outcome:
        return Outcome(job.episode.slug, Status.DONE, job.episode.title, warnings=made.doubts)

    with store.running_part(space.cache, shard.number, shard.total, space.settings.progress):
        outcomes = made(heard, paths, executor, prepare=job, done=done)
    return Report(space.show.title, outcomes, timings=timings.seconds)
