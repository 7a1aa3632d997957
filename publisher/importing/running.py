"""The run of an import: what an address is, which of its episodes are new, and one file after another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from publisher import config
from publisher.errors import FetchError, Place, UsageError
from publisher.fetch import Network
from publisher.fetch.outcomes import error_for
from publisher.fetch.patience import Patience
from publisher.fetch.reading import WebReader
from publisher.fetch.sites import Page, list_page, site_of, video_page
from publisher.files import write_whole
from publisher.importing import moving
from publisher.importing.feed import Item, read_feed
from publisher.importing.items import Importer
from publisher.importing.stubs import Known, Stub, known_episodes
from publisher.importing.videos import Source
from publisher.model import Progress
from publisher.workspace import CACHE

_MOST_FEED_BYTES = 50_000_000
_STOPPING = {
    *("rate_limited", "bot_check", "captcha", "disk", "cookies", "tls", "no_js_runtime", "offline", "proxy"),
    *("network", "timed_out"),
}
"""With these there is no sense in asking for the next one."""

_NOT_OURS = {"live", "upcoming", "private", "members_only", "payment", "removed"}
"""With these a list names a video that nobody, or not everybody, can watch: no fault of the run."""


class State(StrEnum):
    """What became of an episode."""

    WRITTEN = "written"
    NEW = "new"  # a dry run would write it
    KNOWN = "known"
    PASSED = "passed over"  # the list names it, but it is not there to be watched
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Row:
    """An episode of an import.

    Attributes:
        state: What became of it.
        title: Its name; empty when it could not be learned.
        source: Its page, or its audio.
        path: The file; None when there is none.
        code: Why it failed or was passed over.
        reason: The same as a sentence.
        missed: What could not be taken over, a sentence each.
    """

    state: State
    title: str
    source: str
    path: Path | None = None
    code: str = ""
    reason: str = ""
    missed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """An import that has run.

    Attributes:
        rows: One for each episode that was looked at, in the order of the work.
        show: Keys of podcast.toml that a feed tells of.
        advice: What to do next with a show that moves, a sentence or two each.
        stopped: Why the run ended early, one sentence; empty when it did not.
        written: Files of the show itself.
    """

    rows: tuple[Row, ...]
    show: dict[str, object] = field(default_factory=dict)
    advice: tuple[str, ...] = ()
    stopped: str = ""
    written: tuple[Path, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something could not be had."""
        return bool(self.stopped) or any(row.state is State.FAILED for row in self.rows)


@dataclass(frozen=True, slots=True)
class Options:
    """How an import runs.

    Attributes:
        past_known: Go on behind the first episode that is known.
        most: How many new ones at most, the newest; 0 is all.
        dry: Write nothing, and read no more than the list.
        patience: How long to wait.
    """

    past_known: bool = False
    most: int = 0
    dry: bool = False
    patience: Patience = field(default_factory=Patience)


def import_from(
    root: Path, reference: str, options: Options, *, network: Network, progress: Progress
) -> Imported:
    """Write an episode file for each new episode of a video, channel, playlist or podcast feed.

    The oldest of the new ones is written first, so that a run that is stopped has left no gap behind what it wrote: the
    next run stops at the newest file and finds the rest before it. A file that exists is never touched.

    Args:
        root: The show's folder; for a feed it may be empty or new.
        reference: An address, or for a feed also a file.
        options: How it runs.
        network: How the network may be used.
        progress: Told what is being done.

    Raises:
        ConfigError: podcast.toml or the lock has faults.
        UsageError: There is no show here.
        FetchError: The list or the feed cannot be had.
    """
    if site_of(reference):
        return _from_site(root, reference, options, network, progress)
    return _from_feed(root, reference, options, network, progress)


# -- videos -------------------------------------------------------------------------------------------


def _from_site(
    root: Path, reference: str, options: Options, network: Network, progress: Progress
) -> Imported:
    show = config.read_show(root)
    network = replace(network, extractor_args=config.read_extractor_args(root))
    known = known_episodes(root)
    source = Source(network, options.patience, root / CACHE / "sites", Place(reference), progress)
    rows: list[Row] = []
    pages = _new_pages(source, reference, options, known, rows)

    def make(page: Page) -> tuple[Stub, tuple[str, ...]]:
        return source.stub(page, language=show.language, timezone=show.timezone), ()

    stopped = ""
    for index, (page, title) in enumerate(pages):
        if options.dry:
            rows.append(Row(State.NEW, title, page.url))
            continue
        if index:
            source.rest()
        progress(f"{index + 1} of {len(pages)}: {title or page.url}", index / len(pages))
        row = _written(root, title, page.url, lambda page=page: make(page))  # type: ignore[misc]
        if row.code in _NOT_OURS and not video_page(reference):
            row = replace(row, state=State.PASSED)
        rows.append(row)
        if row.code in _STOPPING:
            stopped = f"{row.reason} Run the same command again later: it goes on with what is missing."
            break
    return Imported(tuple(rows), stopped=stopped)


def _new_pages(
    source: Source, reference: str, options: Options, known: Known, rows: list[Row]
) -> list[tuple[Page, str]]:
    """The videos to write, oldest first, with the titles that are known already."""
    page = video_page(reference)
    if page and page.key in known.videos:
        rows.append(Row(State.KNOWN, "", page.url))
        return []
    if page:
        return [(page, "")]
    listed = list_page(reference)
    if listed is None:
        raise error_for(
            "unsupported_url",
            source.place,
            remedy="Give the address of a video, a channel or a playlist on YouTube or Bilibili.",
        )
    found = source.list(listed, known.videos, past_known=options.past_known, most=options.most)
    return [(each.page, each.title) for each in reversed(found)]


# -- feeds --------------------------------------------------------------------------------------------


def _from_feed(
    root: Path, reference: str, options: Options, network: Network, progress: Progress
) -> Imported:
    place = Place(reference)
    has_show = (root / config.FILE).exists()
    if not has_show and root.exists() and any(root.iterdir()):
        raise UsageError(
            "There is no show in this folder.",
            place=Place(str(root / config.FILE)),
            remedy="Make one with: publish init DIR. Or import the feed into an empty folder, with -C DIR.",
        )
    if has_show:
        config.read_show(root)
    web = WebReader(network, place)
    beside = reference if reference.lower().startswith(("http://", "https://")) else ""
    progress("reading the feed", None)
    feed = read_feed(_content(reference, beside, web), place)
    known = known_episodes(root) if has_show else Known()
    importer = Importer(web, place, beside)
    rows: list[Row] = []
    new = list(_new_items(feed.items, known, options.most, rows))
    for index, item in enumerate(new):
        if options.dry:
            rows.append(Row(State.NEW, item.title, item.audio))
            continue
        progress(f"{index + 1} of {len(new)}: {item.title}", index / len(new))
        rows.append(_written(root, item.title, item.audio, lambda item=item: importer.stub(item)))  # type: ignore[misc]
    fields = moving.show_fields(feed, beside)
    written = () if has_show or options.dry else (_write_show(root, fields),)
    return Imported(
        tuple(rows),
        show=fields,
        advice=moving.advice(feed, beside, has_guid="guid" in fields),
        written=written,
    )


def _content(reference: str, beside: str, web: WebReader) -> bytes:
    if beside:
        return web.read(reference, most=_MOST_FEED_BYTES)
    path, place = Path(reference), Place(reference)
    if "://" in reference:
        raise error_for("unsupported_url", place, remedy="Use https://, or the path of a file.")
    try:
        if path.stat().st_size > _MOST_FEED_BYTES:
            raise error_for("too_large", place)
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"The feed cannot be read: {error.strerror}.",
            place=place,
            remedy="Give the address of a feed, or the path of its file.",
        ) from None


def _new_items(items: Sequence[Item], known: Known, most: int, rows: list[Row]) -> Iterator[Item]:
    """The items to write, oldest first; of those with one GUID, the first of the feed."""
    seen: set[str] = set()
    new: list[Item] = []
    for item in items:
        if {item.guid, item.audio} & known.items:
            rows.append(Row(State.KNOWN, item.title, item.audio))
        elif item.guid not in seen:
            new.append(item)
        seen.add(item.guid)
    newest = sorted(new, key=lambda item: item.published.timestamp() if item.published else 0.0, reverse=True)
    return reversed(newest[:most] if most else newest)


def _write_show(root: Path, fields: dict[str, object]) -> Path:
    path = root / config.FILE
    write_whole(path, moving.podcast_toml(fields).encode("utf-8"))
    return path


# -- one file -----------------------------------------------------------------------------------------


def _written(root: Path, title: str, source: str, make: Callable[[], tuple[Stub, tuple[str, ...]]]) -> Row:
    """Make an episode file and write it; what goes wrong becomes its row."""
    try:
        stub, missed = make()
        path = stub.write(root / "content")
    except FetchError as error:
        what = f"{error.what} {error.remedy}".rstrip()
        return Row(State.FAILED, title, source, code=error.code, reason=what)
    return Row(State.WRITTEN, stub.title, source, path, missed=missed)
