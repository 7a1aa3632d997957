"""Chapters as the list that YouTube, Spotify and Apple read in a description: `00:00 Title`, one a line."""

from __future__ import annotations

from publisher import timecode
from publisher.formats import About
from publisher.model import Chapter
from publisher.text import one_line


class Writer:
    """Writes `chapters.youtube.txt`.

    YouTube takes the list when it starts at 0 and has three chapters of ten seconds or more; this writer
    gives the list as it is.
    """

    name = "youtube"
    filename = "chapters.youtube.txt"
    mime = "text/plain"

    def write(self, chapters: tuple[Chapter, ...], about: About) -> str:  # noqa: ARG002
        """The file as text; empty when there are no chapters."""
        last = max((chapter.start for chapter in chapters), default=0)
        return "".join(
            f"{timecode.clock(chapter.start, longest=last)} {one_line(chapter.title)}\n"
            for chapter in chapters
        )
