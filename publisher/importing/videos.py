"""Videos to episode files: what a video's page and captions say."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from publisher import timecode
from publisher.errors import ContentError, Place
from publisher.fetch import Network
from publisher.fetch.base import require_network
from publisher.fetch.listing import Listed, Listing
from publisher.fetch.outcomes import error_for
from publisher.fetch.patience import Patience
from publisher.fetch.process import fetch_apart, list_apart
from publisher.fetch.sites import ListPage, Page
from publisher.fetch.tracks import differs
from publisher.fetch.video import Request, Wanted
from publisher.importing.drafting import Said, draft, said_in
from publisher.importing.stubs import Stub, summary_of
from publisher.model import Progress, TypedChapter
from publisher.text import one_line

_MOST_TAGS = 20
_LONGEST_TITLE = 300
_MOST_CHAPTERS = 500


@dataclass(frozen=True, slots=True)
class Source:
    """How videos are asked for.

    Attributes:
        network: How the network may be used.
        patience: How long to wait.
        shared: Where is remembered that a site asked us to wait.
        place: Who asks.
        progress: Told what is being done.
    """

    network: Network
    patience: Patience
    shared: Path | None
    place: Place
    progress: Progress

    def list(
        self, page: ListPage, known: frozenset[str], *, past_known: bool, most: int
    ) -> tuple[Listed, ...]:
        """The videos of a list that are not known, newest first.

        Raises:
            FetchError: The list cannot be had.
        """
        require_network(page.url, self.network, self.place)
        with TemporaryDirectory(prefix="publish-") as folder:
            listing = Listing(
                page=page,
                known=known,
                past_known=past_known,
                most=most,
                folder=Path(folder),
                shared=self.shared,
                place=self.place,
                network=self.network,
                patience=self.patience,
            )
            return list_apart(listing, self.progress)

    def stub(self, page: Page, *, language: str, timezone: str) -> Stub:
        """The episode file of a video.

        Args:
            page: The video.
            language: The show's; another one is written down.
            timezone: In which the date is written.

        Raises:
            FetchError: The video's page cannot be read.
        """
        require_network(page.url, self.network, self.place)
        with TemporaryDirectory(prefix="publish-") as folder:
            request = Request(
                page=page,
                folder=Path(folder),
                shared=self.shared,
                language="",
                place=self.place,
                network=self.network,
                patience=self.patience,
                wanted=Wanted.CAPTIONS,
            )
            found = fetch_apart(request, self.progress)
            info = json.loads((Path(folder) / "info.json").read_text(encoding="utf-8"))
            pieces: tuple[Said, ...] = ()
            with suppress(ContentError):
                pieces = said_in(found.captions) if found.captions else ()
        chapters = _chapters(info)
        shown = _shown(info, ZoneInfo(timezone))
        if shown is None:
            raise error_for("extractor_broken", self.place, detail="the page does not say when it was shown")
        spoken = found.captions.language if found.captions else str(info.get("language") or "")
        title = one_line(str(info.get("title") or ""))[:_LONGEST_TITLE] or page.video
        return Stub(
            title=title,
            day=shown,
            otherwise=page.video,
            fields={
                "title": title,
                "date": shown.isoformat(),
                "source": page.url,
                "summary": summary_of(str(info.get("description") or "")),
                "language": spoken if spoken and differs(spoken, language) else "",
                "tags": [one_line(str(tag))[:60] for tag in info.get("tags") or ()][:_MOST_TAGS],
                "chapters": () if pieces else typed(chapters),
                "draft": True,
            },
            body=draft(pieces, chapters if pieces else ()),
        )

    def rest(self) -> None:
        """Wait between two videos of a list, so that a long one stays below what a site allows a guest."""
        time.sleep(self.patience.between_videos)


def typed(chapters: tuple[TypedChapter, ...]) -> list[dict[str, str]]:
    """Chapters as front matter has them."""
    return [
        {"start": timecode.webvtt(chapter.start).removesuffix(".000"), "title": chapter.title}
        for chapter in chapters
    ]


def _chapters(info: Mapping[str, Any]) -> tuple[TypedChapter, ...]:
    rows = [row for row in info.get("chapters") or () if isinstance(row, dict)][:_MOST_CHAPTERS]
    found = (
        TypedChapter(
            timecode.from_seconds(float(row.get("start_time") or 0)), one_line(str(row.get("title") or ""))
        )
        for row in rows
    )
    return tuple(chapter for chapter in found if chapter.title)


def _shown(info: Mapping[str, Any], zone: ZoneInfo) -> datetime | date | None:
    """When a video was shown: its moment if the site tells it, else its day."""
    stamp = info.get("release_timestamp") or info.get("timestamp")
    with suppress(TypeError, ValueError, OverflowError, OSError):
        if stamp:
            return datetime.fromtimestamp(float(stamp), UTC).astimezone(zone).replace(microsecond=0)
        return datetime.strptime(str(info.get("upload_date")), "%Y%m%d").date()  # noqa: DTZ007 - only a day
    return None
