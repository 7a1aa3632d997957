"""Giving a published episode another sound, once somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass

from publisher import batch, enclosures, pipeline, store
from publisher.errors import Place, UsageError
from publisher.report import Report
from publisher.workspace import Workspace, episode_paths


@dataclass(frozen=True, slots=True)
class OtherSound:
    """An episode that would be published with another sound than its subscribers have.

    Attributes:
        slug: Which.
        title: Its title.
        size: Bytes that every subscriber would download.
        duration: Milliseconds of the new sound.
        enclosure: Name of its audio file from then on, without suffix.
    """

    slug: str
    title: str
    size: int
    duration: int
    enclosure: str


def other_sounds(space: Workspace, names: tuple[str, ...]) -> tuple[OtherSound, ...]:
    """Those of some episodes whose sound is another now. Their audio is fetched and prepared, nothing is published.

    Raises:
        UsageError: One was never published.
        DriftError: A file names another GUID than subscribers know.
        FetchError: Audio cannot be had.
        MediaError: Audio does not open.
    """
    lock = store.read_lock(space.root)
    found: list[OtherSound] = []
    with store.running(space.cache, space.settings.progress):
        for path in episode_paths(space, names):
            episode = pipeline.read(space, path)
            entry = lock.episodes.get(episode.slug)
            if entry is None:
                raise UsageError(
                    "The episode was not published yet.",
                    place=Place(str(path)),
                    remedy=f"Publish it with: publish build {episode.slug}",
                )
            lock.check(episode, "", episode.slug)
            prepared = enclosures.prepare(space, episode, pipeline.fetch(space, episode))
            if prepared.sound != (entry.sound or prepared.sound):
                name = lock.republished(episode.slug, prepared.sound).episodes[episode.slug].enclosure
                size, duration = prepared.size, prepared.edit.published_duration
                found.append(OtherSound(episode.slug, episode.title, size, duration, name))
    return tuple(found)


def republish(space: Workspace, sounds: tuple[OtherSound, ...]) -> Report:
    """Publish the other sounds, each under another name; GUIDs and dates stay.

    Raises:
        ConfigError: As `batch.build`.
    """
    slugs = tuple(sound.slug for sound in sounds)
    return batch.build(space, slugs, republish=slugs)
