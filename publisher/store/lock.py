"""`podcast.lock.json`: what is decided once and never computed again.

The show's GUID, and for each episode its GUID, its first publication date and the name of its audio file. It
belongs in git. Without it every subscriber would get every episode a second time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from uuid import UUID, uuid5

from publisher.errors import ConfigError, Place
from publisher.files import write_if_changed
from publisher.model import Episode
from publisher.text import clean
from publisher.timecode import FIRST_YEAR, LAST_YEAR
from publisher.untrusted import read_json

FILE = "podcast.lock.json"
VERSION = 1
_ASCII_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")
_ENCLOSURE = re.compile(r"\w[\w.-]{0,100}")
_VIDEO = re.compile(r"(?:v=|youtu\.be/|/shorts/|/embed/|/live/)([\w-]{11})(?:[?&#/]|$)")


@dataclass(frozen=True, slots=True)
class LockedEpisode:
    """What subscribers' apps know an episode by.

    Attributes:
        guid: Its GUID.
        published: When it was first published, with timezone.
        enclosure: Name of its audio file in `output/media/`, without suffix.
    """

    guid: str
    published: datetime
    enclosure: str


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of a show; `guid` is empty until the first build."""

    guid: str = ""
    episodes: Mapping[str, LockedEpisode] = field(default_factory=lambda: MappingProxyType({}))

    def with_show(self, guid: str) -> Lock:
        """The lock with the show's GUID, unless it has one."""
        return self if self.guid else Lock(guid, self.episodes)

    def with_episode(self, episode: Episode) -> Lock:
        """The lock with an entry for an episode; an entry that is there stays as it is."""
        if episode.slug in self.episodes:
            return self
        entry = self._mint(episode)
        return Lock(self.guid, MappingProxyType({**self.episodes, episode.slug: entry}))

    def _mint(self, episode: Episode) -> LockedEpisode:
        guid = episode.guid or str(uuid5(UUID(self.guid), episode.slug))
        name = enclosure_name(episode, guid)
        taken = {entry.enclosure for entry in self.episodes.values()}
        if name in taken:
            name = f"{name}-{uuid5(UUID(self.guid), guid).hex[:8]}"
        return LockedEpisode(guid, episode.published, name)


def enclosure_name(episode: Episode, guid: str) -> str:
    """An ASCII file name: the day, and the video's id, the slug, or the GUID's beginning."""
    video = _VIDEO.search(episode.source)
    slug = episode.slug.lower()
    plain = slug if _ASCII_NAME.fullmatch(slug) else re.sub(r"\W", "", guid)[:8]
    name = video[1] if video else plain
    day = f"{episode.published:%Y-%m-%d}"
    return name if name.startswith(day) else f"{day}-{name}"


def read_lock(folder: Path) -> Lock:
    """Read a show's lock; a show without one has an empty lock.

    Raises:
        ConfigError: The file is damaged. It is never made anew by itself.
    """
    path = folder / FILE
    place = Place(str(path))
    remedy = "Bring it back from git or a backup; without it all subscribers get all episodes again."
    try:
        data = read_json(path)
        if data["version"] != VERSION:
            raise ConfigError(f"The lock is not of version {VERSION}.", place=place, remedy="Update publish.")
        episodes = {slug: _locked(entry) for slug, entry in data["episodes"].items()}
        return Lock(str(UUID(data["guid"])), MappingProxyType(episodes))
    except FileNotFoundError:
        return Lock()
    except OSError as error:
        raise ConfigError(f"The lock cannot be read: {error.strerror}.", place=place) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ConfigError(f"The lock is damaged: {error}.", place=place, remedy=remedy) from None


def _locked(entry: Mapping[str, str]) -> LockedEpisode:
    guid, published, enclosure = entry["guid"], datetime.fromisoformat(entry["published"]), entry["enclosure"]
    if not guid or clean(guid) != guid:
        raise ValueError("a guid is text without control characters")
    if published.tzinfo is None or not FIRST_YEAR <= published.year <= LAST_YEAR:
        raise ValueError(f"a date has a time zone and a year from {FIRST_YEAR} to {LAST_YEAR}")
    if not _ENCLOSURE.fullmatch(enclosure):
        raise ValueError("an enclosure is a plain file name")
    return LockedEpisode(guid, published, enclosure)


def write_lock(folder: Path, lock: Lock) -> bool:
    """Write a show's lock; tells whether it changed."""
    data = {
        "version": VERSION,
        "guid": lock.guid,
        "episodes": {
            slug: {"guid": entry.guid, "published": entry.published.isoformat(), "enclosure": entry.enclosure}
            for slug, entry in sorted(lock.episodes.items())
        },
    }
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return write_if_changed(folder / FILE, text.encode("utf-8"))
