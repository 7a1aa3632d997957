"""What subscribers would see of a build, told before it: a comparison, nothing is fetched or written.

The last build is read from the ledger, which is a cache: where it was deleted, changes of published episodes cannot be
told. A remote file that changed behind the same address is noticed once it has been fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher import batch, enclosures, retiming, store
from publisher.config import FILE
from publisher.errors import AlignmentError, DriftError, Place, PublisherError
from publisher.feed import Item, notes
from publisher.fetch import cached_audio
from publisher.freshness import Freshness
from publisher.model import Episode
from publisher.pipeline import known_chapters, known_timeline, read
from publisher.published import item_of
from publisher.store import Ledger, Lock, LockedEpisode, Record
from publisher.workspace import Workspace, episode_paths


class Change(StrEnum):
    """What would happen to an episode, or to the show."""

    NEW = "new"
    TITLE = "title changed"
    NOTES = "notes changed"
    AUDIO = "audio changed"
    GUID = "GUID changed"
    DATE = "date moved"
    RENAMED = "file renamed"
    WITHDRAWN = "withdrawn"
    MOVED = "show moved"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    FAULTY = "faulty"
    UNKNOWN = "unknown"


DANGEROUS = frozenset({Change.AUDIO, Change.GUID, Change.WITHDRAWN, Change.MOVED})
"""Changes that take something away, or make subscribers download or get something again."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A change of one episode, or of the show.

    Attributes:
        slug: Which; empty for the show.
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
        """Whether subscribers lose something, or download or get something again."""
        return self.change in DANGEROUS


def plan(space: Workspace, as_of: datetime) -> tuple[Planned, ...]:
    """What a build at a moment would change for subscribers: the show, the files in their order, what is withdrawn.

    Args:
        space: The show; its settings say whether drafts are taken in.
        as_of: The moment, with timezone.

    Raises:
        ConfigError: The lock is damaged, or the show names another GUID than it.
    """
    lock = store.read_lock(space.root)
    if lock.guid:
        lock.with_show(space.show, lock.guid, Place(str(space.root / FILE)))
    with closing(Ledger(space.cache, space.output)) as ledger:
        return tuple(_Plan(space, as_of, lock, ledger).changes())


class _Plan:
    """One comparison of a show with what was published of it."""

    def __init__(self, space: Workspace, as_of: datetime, lock: Lock, ledger: Ledger) -> None:
        self._space = space
        self._as_of = as_of
        self._lock = lock
        self._ledger = ledger
        self._records = ledger.all()
        self._freshness = Freshness(space, ledger, batch.REVISION)
        self._paths = episode_paths(space)
        self._present = frozenset(path.stem for path in self._paths)

    def changes(self) -> Iterator[Planned]:
        lock = self._lock
        if lock.base_url not in {"", self._space.show.base_url}:
            yield _moved(lock.base_url, self._space.show.base_url)
        renamed: set[str] = set()
        for path in self._paths:
            yield from self._of_file(path.stem, renamed)
        for slug, entry in lock.episodes.items():
            if slug not in self._present | renamed and not entry.withdrawn:
                yield Planned(slug, Change.WITHDRAWN, "Its file is gone.")

    def _of_file(self, slug: str, renamed: set[str]) -> Iterator[Planned]:
        record, entry = self._records.get(slug), self._lock.episodes.get(slug)
        if record and entry and not entry.withdrawn and self._freshness.current(record, entry):
            return
        try:
            episode = read(self._space, episode_paths(self._space, (slug,))[0])
        except PublisherError as error:
            kept = " Its last version stays." if record else ""
            yield Planned(slug, Change.FAULTY, f"{error}{kept}")
            return
        former = self._lock.former_slug(episode, self._present)
        if former and former != slug:
            renamed.add(former)
            record, entry = self._records.get(former), self._lock.episodes[former]
        if held := self._held_back(episode, entry):
            yield held
            return
        if former and former != slug:
            yield Planned(slug, Change.RENAMED, f"It is the same episode as “{former}”: GUID and date stay.")
        yield from self._of_published(episode, record, entry)

    def _held_back(self, episode: Episode, entry: LockedEpisode | None) -> Planned | None:
        out = entry is not None and not entry.withdrawn
        came_out = entry is not None and out and entry.published == episode.published
        if episode.draft and not self._space.settings.drafts:
            change, why, due = Change.DRAFT, "It is a draft.", None
        elif episode.published > self._as_of and not came_out:
            why = f"It comes out on {episode.published:%Y-%m-%d %H:%M %Z}."
            change, due = Change.SCHEDULED, episode.published
        else:
            return None
        if out:
            return Planned(
                episode.slug, Change.WITHDRAWN, f"{why} Subscribers have it already and would lose it.", due
            )
        return Planned(episode.slug, change, why, due)

    def _of_published(
        self, episode: Episode, record: Record | None, entry: LockedEpisode | None
    ) -> Iterator[Planned]:
        slug = episode.slug
        if entry is None:
            yield Planned(slug, Change.NEW, f"“{episode.title}” appears.")
            return
        if entry.withdrawn:
            yield Planned(slug, Change.NEW, f"“{episode.title}” comes back with the GUID that it had.")
            return
        former = self._lock.former_slug(episode, self._present) or slug
        try:
            self._lock.check(episode, "", former)
        except DriftError as error:
            yield Planned(slug, Change.GUID, f"The build refuses it. {error.what} {error.remedy}")
        before = item_of(self._ledger, record.slug) if record else None
        if before is None:
            yield Planned(slug, Change.UNKNOWN, "It was published, but the cache that tells how is gone.")
            return
        yield from self._compared(episode, before, entry)

    def _compared(self, episode: Episode, before: Item, entry: LockedEpisode) -> Iterator[Planned]:
        slug, told = episode.slug, before.episode
        if episode.title != told.title:
            yield Planned(slug, Change.TITLE, f"“{told.title}” becomes “{episode.title}”.")
        if why := _other_notes(self._space, episode, before):
            yield Planned(slug, Change.NOTES, why)
        if why := self._other_audio(episode, told, entry):
            remedy = f"The build refuses it until you ask for it: publish republish {slug}"
            yield Planned(slug, Change.AUDIO, f"{why} {remedy}")
        if episode.published != entry.published:
            kept = f"{entry.published:%Y-%m-%d}"
            yield Planned(
                slug, Change.DATE, f"The file says {episode.published:%Y-%m-%d}; subscribers keep {kept}."
            )

    def _other_audio(self, episode: Episode, told: Episode, entry: LockedEpisode) -> str:
        """Why a build would make other audio; empty when it would not, or nobody can tell without fetching."""
        folder = self._space.fetch_folder(episode)
        cached = cached_audio(episode, root=self._space.root, cache=folder)
        if cached.path is None:
            return _other_reference(episode, told, reworded=cached.reworded)
        try:
            source = enclosures.source_of(episode, cached.path)
            manner = enclosures.manner(self._space, episode)
        except PublisherError as error:
            return f"Its audio cannot be made. {error.what}"
        if entry.sound in {"", enclosures.Known(source, manner).sound}:
            return ""
        known = enclosures.known(self._space, told.slug)
        if known and known.source == source:
            return "Its audio is cut or levelled otherwise: subscribers would download it again."
        return "Its audio is made from another sound: subscribers would download it again."


def _other_reference(episode: Episode, told: Episode, *, reworded: bool) -> str:
    if _reference(episode) != _reference(told):
        return "Its audio comes from another address: subscribers would download it again."
    return "The machine would say other words: subscribers would download it again." if reworded else ""


def _moved(old: str, new: str) -> Planned:
    return Planned(
        "",
        Change.MOVED,
        f"The show moves from {old} to {new}: every address changes, GUIDs stay, and the feed says where it is "
        f"(itunes:new-feed-url). Make {old}/feed.xml lead to {new}/feed.xml (301), and keep that for good.",
    )


def _other_notes(space: Workspace, episode: Episode, before: Item) -> str:
    try:
        chapters, _ = known_chapters(space, episode.slug)
        timeline = known_timeline(space, episode)
    except AlignmentError:
        if space.timeline_path(episode).exists():
            return "The transcript has other sections or turns, so its times are found anew."
        chapters, timeline = (), None
    edit = before.edit
    if edit and timeline:
        chapters = retiming.published_chapters(edit, chapters)
        timeline = retiming.published_timeline(edit, timeline)
    page = notes.render(
        space.show,
        episode,
        chapters,
        enclosure_url=before.enclosure_url,
        synthetic=_reference(episode) == "synthetic",
        timeline=timeline,
        edit=edit,
        templates=space.root / notes.FOLDER,
    )
    return "" if page.feed_html == before.notes.feed_html else "The show notes read otherwise."


def _reference(episode: Episode) -> str:
    return episode.audio or episode.source
