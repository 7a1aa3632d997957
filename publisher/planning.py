"""What subscribers would see of a build, told before it: a comparison, nothing is fetched or written.

The last build is read from the ledger, which is a cache: where it was deleted, changes of published episodes cannot be
told. Whether a machine's voice or a remote file has changed behind the same name is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from publisher import enclosures, retiming, store
from publisher.errors import AlignmentError, PublisherError
from publisher.feed import notes
from publisher.model import EditMap, Episode
from publisher.pipeline import known_chapters, known_timeline, read
from publisher.store import Ledger, Lock, LockedEpisode
from publisher.untrusted import read_json
from publisher.workspace import Workspace, episode_paths, local_file


class Change(StrEnum):
    """What would happen to an episode."""

    NEW = "new"
    TITLE = "title changed"
    NOTES = "notes changed"
    AUDIO = "audio changed"
    DATE = "date moved"
    WITHDRAWN = "withdrawn"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    FAULTY = "faulty"
    UNKNOWN = "unknown"


DANGEROUS = frozenset({Change.AUDIO, Change.WITHDRAWN})
"""Changes that take something away, or make every subscriber download again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A change of one episode.

    Attributes:
        slug: Which.
        change: What.
        what: A sentence for people.
        due: When a scheduled episode comes out; None otherwise.
    """

    slug: str
    change: Change
    what: str
    due: datetime | None = None

    @property
    def dangerous(self) -> bool:
        """Whether subscribers lose something or download again."""
        return self.change in DANGEROUS


def plan(space: Workspace, as_of: datetime) -> tuple[Planned, ...]:
    """What a build at a moment would change for subscribers, in the order of the files, then what is withdrawn.

    Args:
        space: The show; its settings say whether drafts are taken in.
        as_of: The moment, with timezone.

    Raises:
        ConfigError: The lock is damaged.
    """
    lock = store.read_lock(space.root)
    ledger = Ledger(space.cache, space.output)
    paths = episode_paths(space)
    here = [change for path in paths for change in _file(space, path.stem, as_of, lock, ledger)]
    slugs = {path.stem for path in paths}
    gone = (record.slug for record in ledger.all() if record.slug not in slugs)
    return (*here, *(Planned(slug, Change.WITHDRAWN, "Its file is gone.") for slug in sorted(gone)))


def _file(space: Workspace, slug: str, as_of: datetime, lock: Lock, ledger: Ledger) -> Iterator[Planned]:
    record = ledger.read(slug)
    try:
        episode = read(space, episode_paths(space, (slug,))[0])
    except PublisherError as error:
        kept = " Its last version stays." if record else ""
        yield Planned(slug, Change.FAULTY, f"{error}{kept}")
        return
    if episode.draft and not space.settings.drafts:
        yield _held_back(slug, Change.DRAFT, "It is a draft.", published=record is not None)
    elif episode.published > as_of:
        moment = f"It comes out on {episode.published:%Y-%m-%d %H:%M %Z}."
        held = _held_back(slug, Change.SCHEDULED, moment, published=record is not None)
        yield Planned(slug, held.change, held.what, episode.published)
    elif record is None and slug not in lock.episodes:
        yield Planned(slug, Change.NEW, f"“{episode.title}” appears.")
    elif record is None:
        yield Planned(slug, Change.UNKNOWN, "It was published, but the cache that tells how is gone.")
    else:
        yield from _compared(space, episode, json.loads(record.entry), lock.episodes.get(slug))


def _held_back(slug: str, change: Change, why: str, *, published: bool) -> Planned:
    if published:
        return Planned(slug, Change.WITHDRAWN, f"{why} Subscribers have it already and would lose it.")
    return Planned(slug, change, why)


def _compared(
    space: Workspace, episode: Episode, before: dict[str, Any], entry: LockedEpisode | None
) -> Iterator[Planned]:
    slug, told = episode.slug, before["episode"]
    if episode.title != told["title"]:
        yield Planned(slug, Change.TITLE, f"“{told['title']}” becomes “{episode.title}”.")
    if why := _other_notes(space, episode, before):
        yield Planned(slug, Change.NOTES, why)
    if entry and _other_audio(space, episode, told):
        yield Planned(
            slug,
            Change.AUDIO,
            "Its audio is made from another file, or otherwise: subscribers download it again.",
        )
    if entry and episode.published != entry.published:
        kept = f"{entry.published:%Y-%m-%d}"
        yield Planned(
            slug, Change.DATE, f"The file says {episode.published:%Y-%m-%d}; subscribers keep {kept}."
        )


def _other_notes(space: Workspace, episode: Episode, before: dict[str, Any]) -> str:
    from pydantic import TypeAdapter

    try:
        chapters, _ = known_chapters(space, episode.slug)
        timeline = known_timeline(space, episode)
    except AlignmentError:
        if space.timeline_path(episode).exists():
            return "The transcript has other sections or turns, so its times are found anew."
        chapters, timeline = (), None
    edit = TypeAdapter(EditMap | None).validate_python(before["edit"])
    if edit and timeline:
        chapters = retiming.published_chapters(edit, chapters)
        timeline = retiming.published_timeline(edit, timeline)
    page = notes.render(
        space.show,
        episode,
        chapters,
        enclosure_url=before["enclosure_url"],
        synthetic=_reference(episode) == "synthetic",
        timeline=timeline,
        edit=edit,
        templates=space.root / notes.FOLDER,
    )
    return "" if page.feed_html == before["notes"]["feed_html"] else "The show notes read otherwise."


def _other_audio(space: Workspace, episode: Episode, told: dict[str, Any]) -> bool:
    """Whether the audio comes from elsewhere, from a local file with other content, or is cut otherwise."""
    before = str(told["audio"] or told["source"])
    cut = [asdict(span) for span in episode.cut]
    if [list(episode.trim), cut, episode.intro, episode.outro] != [told[name] for name in _EDITS]:
        return True
    file = local_file(space, episode, _reference(episode))
    if file is None:
        return _reference(episode) != before
    with suppress(OSError, ValueError, KeyError, TypeError):
        memory = enclosures.sound_memory(space, episode.slug)
        known = read_json(memory)["key"]
        return bool(known != enclosures.sound_key(space, episode, file))
    return _reference(episode) != before


_EDITS = ("trim", "cut", "intro", "outro")


def _reference(episode: Episode) -> str:
    return episode.audio or episode.source
