"""Items of a feed to episode files: nothing that subscribers know an episode by is lost."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from publisher.chapters import read_chapters
from publisher.errors import ContentError, FetchError, Place
from publisher.fetch.outcomes import error_for
from publisher.fetch.reading import WebReader
from publisher.fetch.sites import video_page
from publisher.importing.drafting import Said, draft, said_in
from publisher.importing.feed import Item, Link
from publisher.importing.stubs import Stub
from publisher.importing.videos import typed
from publisher.model import CaptionFile, CaptionKind, TypedChapter

NO_TRANSCRIPT = "none"

_MOST_BYTES = 10_000_000
_READABLE = ("text/vtt", "application/json", "application/srt", "application/x-subrip", "text/srt")
"""Types of transcripts that we read, the ones that tell speakers first."""


@dataclass(frozen=True, slots=True)
class Importer:
    """Makes episode files of a feed's items.

    Attributes:
        web: Reads what the items name.
        place: The feed.
        beside: Address of the feed; empty for a file.
    """

    web: WebReader
    place: Place
    beside: str

    def stub(self, item: Item) -> tuple[Stub, tuple[str, ...]]:
        """The episode file of an item, and what could not be had of it, a sentence each.

        Raises:
            FetchError: Code `bad_feed` or `inside`; it has no date, no title or no audio that may be fetched.
        """
        if item.published is None or not item.title or not item.audio:
            lacking = "a title" if not item.title else "a date" if item.published is None else "audio"
            raise error_for("bad_feed", self.place, detail=f"an item has no {lacking}")
        if not self.web.allows(item.audio, beside=self.beside):
            raise error_for("inside", self.place, detail=item.audio)
        missed: list[str] = []
        pieces = self._transcript(item.transcripts, missed)
        chapters = item.chapters or self._chapters(item.chapters_url, missed)
        stub = Stub(
            title=item.title,
            day=item.published,
            otherwise=hashlib.sha256(item.guid.encode("utf-8")).hexdigest()[:8],
            fields={
                "title": item.title,
                "date": item.published.isoformat(),
                "guid": item.guid,
                "source": page.url if (page := video_page(item.link)) else "",
                "audio": item.audio,
                "summary": item.summary,
                "season": item.season or "",
                "episode": item.number or "",
                "episode_type": "" if item.type == "full" else item.type,
                "explicit": "" if item.explicit is None else item.explicit,
                "chapters": typed(chapters),
                "transcript": "" if pieces else NO_TRANSCRIPT,
            },
            body=draft(pieces, ()) if pieces else "",
        )
        return stub, tuple(missed)

    def _transcript(self, links: tuple[Link, ...], missed: list[str]) -> tuple[Said, ...]:
        ranked = sorted(
            (link for link in links if link.mime in _READABLE), key=lambda link: _READABLE.index(link.mime)
        )
        for link in ranked:
            try:
                content = self.web.read_for_stranger(link.url, beside=self.beside, most=_MOST_BYTES)
                return _said(content)
            except (FetchError, ContentError) as error:
                missed.append(f"Its transcript could not be taken over. {error.what}")
        return ()

    def _chapters(self, url: str, missed: list[str]) -> tuple[TypedChapter, ...]:
        if not url:
            return ()
        try:
            content = self.web.read_for_stranger(url, beside=self.beside, most=_MOST_BYTES)
            found = read_chapters(content, url)
        except (FetchError, ContentError) as error:
            missed.append(f"Its chapters could not be taken over. {error.what}")
            return ()
        return tuple(TypedChapter(chapter.start, chapter.title) for chapter in found if chapter.title)


def _said(content: bytes) -> tuple[Said, ...]:
    with TemporaryDirectory(prefix="publish-") as folder:
        path = Path(folder) / "transcript"
        path.write_bytes(content)
        return said_in(CaptionFile(path, CaptionKind.GIVEN))
