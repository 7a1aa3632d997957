"""Chapters as an Audacity label track: start, end and title, separated by tabs, in seconds."""

from __future__ import annotations

import re

from publisher.chapters import reading
from publisher.chapters.reading import Found
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line
from publisher.timecode import SECOND

_LABEL = re.compile(r"(\d{1,9}(?:[.,]\d{1,9})?)\t(\d{1,9}(?:[.,]\d{1,9})?)(?:\t(.*))?")


class Format:
    """A label track."""

    name = "audacity"
    filename = "chapters.audacity.txt"
    mime = "text/plain"
    resolution = 1
    ends = True

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; empty when there are no chapters."""
        return "".join(
            f"{_seconds(chapter.start)}\t{_seconds(chapter.end)}\t{one_line(chapter.title)}\n"
            for chapter in chapters
        )

    def claims(self, text: str) -> bool:
        """Whether its first line is a label."""
        return bool(_LABEL.fullmatch(reading.lines(text)[0]))

    def read(self, text: str) -> tuple[Chapter, ...]:
        r"""All labels; lines of a spectral selection (they begin with `\`) are passed over."""
        found: list[Found] = []
        for number, line in enumerate(reading.lines(text), 1):
            if label := _LABEL.fullmatch(line):
                start, end = (reading.time(part, number) for part in label.groups()[:2])
                found.append((start, end, label[3] or ""))
            elif line.strip() and not line.startswith("\\"):
                raise reading.unreadable("The line is no label: start, tab, end, tab, title.", number)
        return reading.listed(found)


def _seconds(ms: int) -> str:
    return f"{ms // SECOND}.{ms % SECOND:03}000"
