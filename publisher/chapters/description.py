"""Chapters as the list that platforms read in a description: a time and a title, one a line.

YouTube takes `0:00 Title`, hours where the list needs them; Spotify `(00:00) Title`; Apple `00:00:00 Title`. The
lists are written as they are; `platforms` tells what a platform would not take.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from publisher import timecode
from publisher.chapters import reading
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line

Stamp = Callable[[int, int], str]
"""A time and the latest of its list, as the platform wants it written."""

_LINE = re.compile(r"\s*[(\[]?((?:\d{1,3}:)?\d{1,3}:\d{2})[)\]]?(?:\s+(.*)|\s*)")
_SEPARATOR = re.compile(r"[-–—:：|·.•]\s+")


class Format:
    """A list for a description, one line a chapter.

    Attributes:
        name: The platform.
        filename: `chapters.NAME.txt`.
    """

    mime = "text/plain"
    resolution = timecode.SECOND
    ends = False

    def __init__(self, name: str, stamp: Stamp) -> None:
        self.name = name
        self.filename = f"chapters.{name}.txt"
        self._stamp = stamp

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; empty when there are no chapters."""
        last = max((chapter.start for chapter in chapters), default=0)
        return "".join(
            f"{self._stamp(chapter.start, last)} {one_line(chapter.title)}\n" for chapter in chapters
        )

    def claims(self, text: str) -> bool:
        """Whether any line begins with a time."""
        return any(_LINE.fullmatch(line) for line in reading.lines(text))

    def read(self, text: str) -> tuple[Chapter, ...]:
        """All lines that begin with a time; a dash or colon that all titles begin with is no part of them."""
        rows = [
            (number, line[1], line[2] or "")
            for number, whole in enumerate(reading.lines(text), 1)
            if (line := _LINE.fullmatch(whole))
        ]
        if not rows:
            raise reading.unreadable("No line of the file begins with a time such as 12:34.")
        shared = len(rows) > 1 and all(_SEPARATOR.match(title) for _, _, title in rows)
        return reading.listed(
            (reading.time(start, number), None, _SEPARATOR.sub("", title, count=1) if shared else title)
            for number, start, title in rows
        )


def _youtube(ms: int, last: int) -> str:
    return timecode.clock(ms, longest=last)


def _spotify(ms: int, last: int) -> str:
    whole = _apple(ms, last)
    return f"({whole if last >= timecode.HOUR else whole.removeprefix('00:')})"


def _apple(ms: int, last: int) -> str:  # noqa: ARG001
    return timecode.webvtt(ms).partition(".")[0]


YOUTUBE = Format("youtube", _youtube)
SPOTIFY = Format("spotify", _spotify)
APPLE = Format("apple", _apple)
