"""Chapters as OGM pairs, `CHAPTER01=` and `CHAPTER01NAME=`, which mkvmerge and many DVD tools read."""

from __future__ import annotations

import re

from publisher import timecode
from publisher.chapters import reading
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line

_START = re.compile(r"\s*CHAPTER(\d{1,6})\s*=(.*)", re.IGNORECASE)
_NAME = re.compile(r"\s*CHAPTER(\d{1,6})NAME\s*=(.*)", re.IGNORECASE)


class Format:
    """Lines of `CHAPTER01=` and `CHAPTER01NAME=`."""

    name = "ogm"
    filename = "chapters.ogm.txt"
    mime = "text/plain"
    resolution = 1
    ends = False

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; empty when there are no chapters."""
        return "".join(
            f"CHAPTER{place:02}={timecode.webvtt(chapter.start)}\nCHAPTER{place:02}NAME={one_line(chapter.title)}\n"
            for place, chapter in enumerate(chapters, 1)
        )

    def claims(self, text: str) -> bool:
        """Whether its first line with anything on it is a numbered chapter."""
        return bool(_START.match(text.lstrip()))

    def read(self, text: str) -> tuple[Chapter, ...]:
        """Starts and names that have the same number."""
        starts: dict[int, int] = {}
        names: dict[int, str] = {}
        for number, line in enumerate(reading.lines(text), 1):
            if start := _START.fullmatch(line):
                starts[int(start[1])] = reading.time(start[2], number)
            elif name := _NAME.fullmatch(line):
                names[int(name[1])] = name[2]
        if not starts:
            raise reading.unreadable("There is no line CHAPTER01= in the file.")
        return reading.listed((start, None, names.get(key, "")) for key, start in starts.items())
