"""Chapters as a cue sheet: one track a chapter, times in frames of 1/75 s."""

from __future__ import annotations

import re

from publisher import timecode
from publisher.chapters import reading
from publisher.chapters.reading import Found
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line

FRAMES = 75
"""In a second."""

_TRACK = re.compile(r"\s*TRACK\s+\d+\s+\w+.*", re.IGNORECASE)
_TITLE = re.compile(r'\s*TITLE\s+(?:"(.*)"|(.*?))\s*', re.IGNORECASE)
_INDEX = re.compile(r"\s*INDEX\s+0*1\s+(\d{1,5}):(\d{1,2}):(\d{1,2})\s*", re.IGNORECASE)
_ANY_INDEX = re.compile(r"\s*INDEX\s+0*1\b.*", re.IGNORECASE)


class Format:
    """A cue sheet; a double quote in a title becomes a single one, because it cannot hold one."""

    name = "cue"
    filename = "chapters.cue"
    mime = "application/x-cue"
    resolution = 14
    ends = False

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:
        """The file as text; a sheet without tracks when there are no chapters."""
        tracks = (
            f"  TRACK {place:02} AUDIO\n    TITLE {_quoted(chapter.title)}\n    INDEX 01 {_frames(chapter.start)}\n"
            for place, chapter in enumerate(chapters, 1)
        )
        name = about.audio.rpartition("/")[2] or "audio"
        return (
            f"PERFORMER {_quoted(about.show)}\nTITLE {_quoted(about.title)}\n"
            f"FILE {_quoted(name)} WAVE\n{''.join(tracks)}"
        )

    def claims(self, text: str) -> bool:
        """Whether any line begins a track."""
        return any(_TRACK.fullmatch(line) for line in reading.lines(text))

    def read(self, text: str) -> tuple[Chapter, ...]:
        """Every track's first index."""
        found: list[Found] = []
        title, inside = "", False
        for number, line in enumerate(reading.lines(text), 1):
            if _TRACK.fullmatch(line):
                title, inside = "", True
            elif inside and (named := _TITLE.fullmatch(line)):
                title = named[1] if named[1] is not None else named[2]
            elif inside and (index := _INDEX.fullmatch(line)):
                minutes, seconds, frames = map(int, index.groups())
                ms = (minutes * 60 + seconds) * timecode.SECOND - (-frames * timecode.SECOND // FRAMES)
                found.append((reading.bounded(ms, number), None, title))
            elif inside and _ANY_INDEX.fullmatch(line):
                raise reading.unreadable("An INDEX is not of the form MM:SS:FF.", number)
        if not found:
            raise reading.unreadable("There is no track with an INDEX 01 in the file.")
        return reading.listed(found)


def _frames(ms: int) -> str:
    frames = ms % timecode.SECOND * FRAMES // timecode.SECOND
    return f"{ms // timecode.MINUTE:02}:{ms // timecode.SECOND % 60:02}:{frames:02}"


def _quoted(text: str) -> str:
    return '"' + one_line(text).replace('"', "'") + '"'
