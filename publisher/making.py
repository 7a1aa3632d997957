"""One episode from its file to its place under `output/`: everything that can be done without looking at the others.

It may run in another process or on another machine. It writes the cache, the timeline and the episode's own files;
lock, ledger and feed are the caller's.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from publisher import enclosures, pipeline, publishing
from publisher.enclosures import Prepared
from publisher.freshness import refuse_changed
from publisher.model import Episode, Event, Fetched, Unspoken, silent, unwatched
from publisher.publishing import Times, Written
from publisher.store import Lock, LockedEpisode
from publisher.workspace import Workspace, stage


@dataclass(frozen=True, slots=True)
class Job:
    """An episode to be made.

    Attributes:
        space: The show.
        episode: As its file is now.
        entry: What subscribers know it by, or will; None when it is not to be published, only prepared.
        bound: Whether subscribers have its sound, which must stay.
        given: Marks of the files that it is made from, taken before they were read.
        number: Which it is, from 1.
        total: Of how many.
    """

    space: Workspace
    episode: Episode
    entry: LockedEpisode | None = None
    bound: bool = False
    given: Mapping[str, str] | None = None
    number: int = 1
    total: int = 1

    def portable(self) -> Job:
        """The same for another process: nobody there hears what is told."""
        settings = replace(self.space.settings, progress=silent, watch=unwatched)
        episode = replace(self.episode, fields=dict(self.episode.fields))
        return replace(self, space=replace(self.space, settings=settings), episode=episode)

    def numbered(self, number: int, total: int) -> Job:
        """The same with its place among others."""
        return replace(self, number=number, total=total)


@dataclass(frozen=True, slots=True)
class Aligned:
    """The times of an episode, or why there are none; and words that they could not go by."""

    times: Times | None
    doubt: str = ""
    unspoken: tuple[Unspoken, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """An episode that is made.

    Attributes:
        fetched: What was fetched.
        aligned: What is to be said of its times; these themselves lie beside its file.
        entry: What subscribers know it by; None when it was only prepared.
        written: Its files; None when it was only prepared.
    """

    fetched: Fetched
    aligned: Aligned
    entry: LockedEpisode | None = None
    written: Written | None = None

    @property
    def doubts(self) -> tuple[str, ...]:
        """What it lacks although all went well."""
        said = (self.fetched.doubt, self.fetched.missing, self.aligned.doubt)
        return tuple(doubt for doubt in said if doubt)


def make(job: Job) -> Made:
    """All stages of an episode, one after the other.

    Raises:
        PublisherError: As the stages do.
    """
    fetched = fetch(job)
    prepared = encode(job, fetched)
    return write(job, fetched, prepared, align(job, fetched))


def fetch(job: Job) -> Fetched:
    """Bring audio and captions into the cache."""
    with _timed(job, "fetch"):
        return pipeline.fetch(job.space, job.episode)


def encode(job: Job, fetched: Fetched) -> Prepared:
    """Make the audio that would be published, in the cache.

    Raises:
        DriftError: Subscribers have another sound.
    """
    with _timed(job, "encode"):
        prepared = enclosures.prepare(job.space, job.episode, fetched)
        if job.entry and job.bound:
            with stage("write", job.episode):
                _alone(job.episode, job.entry).check(job.episode, prepared.sound, job.episode.slug)
        return prepared


def align(job: Job, fetched: Fetched) -> Aligned:
    """Find the times, which are kept beside the episode's file."""
    with _timed(job, "align"):
        found = pipeline.align_episode(job.space, job.episode, fetched)
        if found.timeline is None:
            return Aligned(None, found.doubt)
        return Aligned(Times(found.timeline, found.timeline.words), found.doubt, found.unspoken)


def write(job: Job, fetched: Fetched, prepared: Prepared, aligned: Aligned) -> Made:
    """Write the episode's files, if it is to be published."""
    if job.entry is None:
        return Made(fetched, aligned)
    with _timed(job, "write"):
        refuse_changed(job.space, job.episode, job.given or {})
        entry = _with_sound(job.episode, job.entry, prepared.sound)
        written = publishing.write_episode(
            job.space, job.episode, fetched, aligned.times, entry, prepared=prepared
        )
        return Made(fetched, replace(aligned, times=None), entry, written)


def _with_sound(episode: Episode, entry: LockedEpisode, sound: str) -> LockedEpisode:
    lock = _alone(episode, replace(entry, sound=entry.sound or sound))
    if entry.sound not in {"", sound}:
        lock = lock.republished(episode.slug, sound)
    return lock.episodes[episode.slug]


def _alone(episode: Episode, entry: LockedEpisode) -> Lock:
    return Lock().with_entry(episode.slug, entry)


@contextmanager
def _timed(job: Job, name: str) -> Iterator[None]:
    begun = time.perf_counter()
    try:
        yield
    finally:
        seconds = round(time.perf_counter() - begun, 3)
        job.space.settings.watch(Event("stage", job.episode.slug, name, seconds))
