"""The videos of a channel, playlist or collection, newest first; runs in the fetching process.

A list is read page by page, and no further than is needed: of a list that the site gives newest first, reading stops
at the first video that is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

from publisher.errors import Place
from publisher.fetch import ytdlp
from publisher.fetch.base import Network
from publisher.fetch.explaining import explained
from publisher.fetch.gate import Gate
from publisher.fetch.outcomes import RefusedError, error_for
from publisher.fetch.patience import Patience
from publisher.fetch.pauses import Pauses
from publisher.fetch.sites import SITES, ListPage, Page, video_page
from publisher.model import Progress
from publisher.text import one_line

_LONGEST_LIST = 20_000
_LONGEST_TITLE = 300
_MOST_FORWARDS = 3


@dataclass(frozen=True, slots=True)
class Listing:
    """What the fetching process is asked for.

    Attributes:
        page: The list.
        known: Keys of videos (`Page.key`) that are not wanted.
        past_known: Whether to go on behind the first known one.
        most: How many at most, the newest; 0 is all.
        folder: For yt-dlp's own use.
        shared: Where is remembered what holds for the whole site; None forgets it.
        place: Who asks.
        network: How the network may be used.
        patience: How long to wait.
    """

    page: ListPage
    known: frozenset[str]
    past_known: bool
    most: int
    folder: Path
    shared: Path | None
    place: Place
    network: Network
    patience: Patience


@dataclass(frozen=True, slots=True)
class Listed:
    """A video of a list.

    Attributes:
        page: Its page.
        title: As the list says it; empty when it does not.
        at: About when it was shown, seconds since 1970; None when the list does not say.
    """

    page: Page
    title: str
    at: float | None


def list_videos(listing: Listing, progress: Progress) -> tuple[Listed, ...]:
    """The videos that are not known, newest first.

    Raises:
        RefusedError: The list cannot be had.
    """
    site = SITES[listing.page.site]
    log = ytdlp.Log(progress)
    gate = Gate(Pauses(listing.shared, listing.network), site.name, listing.patience, progress)
    told = ytdlp.parameters(
        listing.folder,
        (listing.shared or listing.folder) / "yt-dlp",
        site=site,
        network=listing.network,
        patience=listing.patience,
        way=ytdlp.Way(),
        log=log,
    )
    progress("reading the list", None)
    with (
        _gone_is_removed(listing.place),
        explained(listing.place, log, gate),
        ytdlp.open_downloader({**told, **ytdlp.FLAT}, listing.network.ca_file, gate) as ydl,
    ):
        entries = _entries(ydl, listing)
        if listing.page.newest_first:
            return tuple(_wanted(entries, listing, ordered=True))
        found = list(islice(entries, _LONGEST_LIST))
        ordered = all(each.at is not None for each in found)
        return tuple(_wanted(_newest_first(found) if ordered else found, listing, ordered=ordered))


@contextmanager
def _gone_is_removed(place: Place) -> Iterator[None]:
    """A page that is not there is the list itself, and no link to its audio."""
    try:
        yield
    except RefusedError as error:
        if error.code == "gone":
            raise error_for("removed", place) from error
        raise


def _entries(ydl: Any, listing: Listing) -> Iterator[Listed]:
    url = listing.page.url
    for _ in range(_MOST_FORWARDS):
        info = ydl.extract_info(url, download=False, process=False) or {}
        if info.get("_type") not in {"url", "url_transparent"}:
            break
        url = str(info.get("url"))
    if "entries" not in info:
        raise error_for("unsupported_url", listing.place, detail=listing.page.url)
    for entry in _one_by_one(info["entries"]):
        if listed := _listed(entry or {}):
            yield listed


def _one_by_one(entries: Any) -> Iterator[Any]:
    """The entries as they come; yt-dlp gives a generator or a list that is read by the slice."""
    if not hasattr(entries, "getslice"):
        yield from entries
        return
    for index in count():
        found = list(entries.getslice(index, index + 1))
        if not found:
            return
        yield from found


def _listed(entry: Mapping[str, Any]) -> Listed | None:
    page = video_page(str(entry.get("url") or ""))
    if page is None:
        return None
    at: float | None = None
    with suppress(TypeError, ValueError):
        at = float(entry["timestamp"]) if entry.get("timestamp") is not None else None
    return Listed(page, one_line(str(entry.get("title") or ""))[:_LONGEST_TITLE], at)


def _newest_first(found: list[Listed]) -> list[Listed]:
    """By the site's rough dates (`3 weeks ago`); what has the same one stays in the order of the list."""
    times = [each.at or 0.0 for each in found]
    upwards = bool(times) and times[0] < times[-1]
    return sorted(reversed(found) if upwards else found, key=lambda each: -(each.at or 0.0))


def _wanted(found: Iterable[Listed], listing: Listing, *, ordered: bool) -> Iterator[Listed]:
    """Those that are not known; up to the first known one, where they come in order."""
    seen: set[str] = set()
    for each in islice(found, _LONGEST_LIST):
        if each.page.key in listing.known:
            if ordered and not listing.past_known:
                return
        elif each.page.key not in seen:
            seen.add(each.page.key)
            yield each
            if len(seen) == listing.most:
                return
