"""`podcast.lock.json`: what is decided once and never computed again.

The show's GUID and address, and for each episode its GUID, its first publication date, the name of its audio file and
a hash of its sound. It belongs in git. Without it every subscriber would get every episode a second time.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid5

from publisher.errors import ConfigError, ContentError, DriftError, Place
from publisher.model import Episode, Show

FILE = "podcast.lock.json"

_ASCII_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")
_VIDEO = re.compile(r"(?:v=|youtu\.be/|/shorts/|/embed/|/live/)([\w-]{11})(?:[?&#/]|$)")
_HASH_IN_NAME = 8


@dataclass(frozen=True, slots=True)
class LockedEpisode:
    """What subscribers' apps know an episode by.

    Attributes:
        guid: Its GUID.
        published: When it was first published, with timezone.
        enclosure: Name of its audio file in `output/media/`, without suffix.
        sound: By what its sound is known again; empty in a lock of an older version.
        source: Where it comes from, by which it is known again when its file has another name.
        retired: Names that its audio had before; nothing gets them again.
        withdrawn: The date of the newest episode that subscribers had when this one was taken back; None while it
            is published.
    """

    guid: str
    published: datetime
    enclosure: str
    sound: str = ""
    source: str = ""
    retired: tuple[str, ...] = ()
    withdrawn: datetime | None = None


@dataclass(frozen=True, slots=True)
class Lock:
    """The lock of a show. The same value is never changed; each method gives another.

    Attributes:
        guid: The show's; empty until the first build.
        base_url: Where the show was published last; empty in a lock of an older version.
        moved_from: Where it was published before, oldest first.
        episodes: Each episode that was ever published, by slug.
    """

    guid: str = ""
    base_url: str = ""
    moved_from: tuple[str, ...] = ()
    episodes: MappingProxyType[str, LockedEpisode] = field(default_factory=lambda: MappingProxyType({}))

    def with_show(self, show: Show, guid: str, place: Place) -> Lock:
        """The lock with the show's GUID and address; a GUID that is there stays, an address becomes a former one.

        Args:
            show: What `podcast.toml` says.
            guid: For a show that has none yet.
            place: Where `podcast.toml` is.

        Raises:
            ConfigError: `podcast.toml` names another GUID than the lock.
        """
        if self.guid and show.guid not in {"", self.guid}:
            raise ConfigError(
                f"The show has the GUID {self.guid} already, and apps know it by that.",
                place=Place(place.path, field="guid"),
                remedy="Remove the line `guid`, or write that one.",
            )
        moved = self.base_url not in {"", show.base_url}
        former = (*self.moved_from, self.base_url) if moved else self.moved_from
        moved_from = tuple(dict.fromkeys(address for address in former if address != show.base_url))
        return replace(self, guid=self.guid or guid, base_url=show.base_url, moved_from=moved_from)

    def with_episode(
        self, episode: Episode, present: Collection[str] | None = None, *, sound: str = ""
    ) -> Lock:
        """The lock with an entry for an episode that is to be published.

        An entry that is there keeps GUID, date and name. An episode whose file was renamed takes its entry along.

        Args:
            episode: To be published.
            present: The slugs of all files that there are; others were renamed or removed. None when nobody looked.
            sound: Hash of its sound, for an entry that has none.

        Raises:
            ContentError: It asks for the GUID of another episode.
        """
        former = self.former_slug(episode, present)
        entry = self.episodes[former] if former else self._mint(episode)
        entry = replace(entry, sound=entry.sound or sound, source=identity(episode), withdrawn=None)
        return self.with_entry(episode.slug, entry, former)

    def with_entry(self, slug: str, entry: LockedEpisode, former: str | None = None) -> Lock:
        """The lock with the entry of an episode that was published now; the one under its former name goes."""
        episodes = self.episodes | {slug: entry}
        if former != slug:
            episodes.pop(former or "", None)
        return replace(self, episodes=MappingProxyType(episodes))

    def former_slug(self, episode: Episode, present: Collection[str] | None) -> str | None:
        """Under which slug an episode is in the lock: its own, or that of a file which is gone and was the same.

        It was the same if the GUID in the front matter, or the video, or the audio file is the same, and of one only.
        """
        if episode.slug in self.episodes:
            return episode.slug
        if present is None:
            return None
        gone = {slug: entry for slug, entry in self.episodes.items() if slug not in present}
        by_guid = [slug for slug, entry in gone.items() if episode.guid and entry.guid == episode.guid]
        source = identity(episode)
        by_source = [slug for slug, entry in gone.items() if source and entry.source == source]
        found = by_guid or ([] if episode.guid else by_source)
        return found[0] if len(found) == 1 else None

    def republished(self, slug: str, sound: str) -> Lock:
        """The lock with another sound for an episode, under another name, so that no cache mixes the two."""
        entry = self.episodes[slug]
        first = entry.retired[0] if entry.retired else entry.enclosure
        name = f"{first}-{sound[:_HASH_IN_NAME]}"
        retired = tuple(old for old in (*entry.retired, entry.enclosure) if old != name)
        return self.with_entry(slug, replace(entry, enclosure=name, sound=sound, retired=retired))

    def with_sound(self, slug: str, sound: str) -> Lock:
        """The lock with the hash of what an episode's subscribers have, which an older version did not keep."""
        return self.with_entry(slug, replace(self.episodes[slug], sound=sound))

    def withdrawing(self, slugs: Collection[str]) -> Lock:
        """The lock with tombstones: these episodes are no longer published, and keep what they are known by."""
        gone = {slug for slug in slugs if slug in self.episodes and not self.episodes[slug].withdrawn}
        if not gone:
            return self
        newest = max(entry.published for entry in self.episodes.values() if not entry.withdrawn)
        taken = {slug: replace(self.episodes[slug], withdrawn=newest) for slug in gone}
        return replace(self, episodes=MappingProxyType(self.episodes | taken))

    def check(self, episode: Episode, sound: str, former: str) -> None:
        """Refuse what would make subscribers get an episode twice.

        Args:
            episode: As its file is now.
            sound: Hash of the sound that would be published; empty when that is not known yet.
            former: Its slug in the lock.

        Raises:
            DriftError: The front matter names another GUID, or the sound is another.
        """
        entry = self.episodes[former]
        place = Place(str(episode.path))
        if episode.guid not in {"", entry.guid}:
            raise DriftError(
                f"Subscribers know the episode by the GUID {entry.guid!r}, and the file names another: every app would "
                "take it for a new one.",
                place=Place(place.path, field="guid"),
                remedy="Write that GUID, or remove the line. A GUID is never changed.",
            )
        if sound and entry.sound and sound != entry.sound:
            raise DriftError(
                "The episode was published with another sound. Its last version stays in the feed.",
                place=place,
                remedy=f"If everybody should download it again: publish republish {episode.slug}",
            )

    def _mint(self, episode: Episode) -> LockedEpisode:
        guid = episode.guid or str(uuid5(UUID(self.guid), episode.slug))
        for slug, other in self.episodes.items():
            if other.guid == guid:
                raise ContentError(
                    f"The GUID {guid!r} is that of the episode {slug!r}.",
                    place=Place(str(episode.path), field="guid"),
                    remedy="Give each episode its own, or leave the line out.",
                )
        name = enclosure_name(episode, guid)
        taken = {old for entry in self.episodes.values() for old in (entry.enclosure, *entry.retired)}
        if name in taken:
            name = f"{name}-{uuid5(UUID(self.guid), guid).hex[:8]}"
        return LockedEpisode(guid, episode.published, name)


def identity(episode: Episode) -> str:
    """What an episode is made from, however its file is named: the video or the audio; empty for a machine's voice."""
    if video := _VIDEO.search(episode.source):
        return video[1]
    return episode.source or ("" if episode.audio == "synthetic" else episode.audio)


def enclosure_name(episode: Episode, guid: str) -> str:
    """An ASCII file name: the day, and the video's id, the slug, or the GUID's beginning."""
    video = _VIDEO.search(episode.source)
    slug = episode.slug.lower()
    plain = slug if _ASCII_NAME.fullmatch(slug) else re.sub(r"\W", "", guid)[:8]
    name = video[1] if video else plain
    day = f"{episode.published:%Y-%m-%d}"
    return name if name.startswith(day) else f"{day}-{name}"
